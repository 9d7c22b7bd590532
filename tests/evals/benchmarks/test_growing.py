"""Made-up libraries that grow: filled, asked, measured, and given to others as files."""

import json

import numpy as np
import pytest

from assistant.library import Library
from assistant.settings import Settings
from evals.benchmarks import filters, made_up
from evals.benchmarks.index_library import SHARES, MadeUpLibrary
from evals.benchmarks.peers import given
from evals.benchmarks.performance import bench, growing
from evals.benchmarks.performance.contenders import LANGCHAIN, Contender, Taken

RANDOM = np.random.default_rng(8)
REAL = RANDOM.normal(size=(50, 32)).astype(np.float32)
REAL /= np.linalg.norm(REAL, axis=1, keepdims=True)
WORDS = [f"слово{number}" for number in range(200)]


@pytest.fixture
def home(tmp_path):
    """A folder that says what a made-up library is made of."""
    place = tmp_path / "library"
    place.mkdir()
    np.save(place / made_up.CENTRES, REAL)
    (place / made_up.WORDS).write_text(json.dumps(WORDS), encoding="utf-8")
    return place


def counted(home):
    library = Library(Settings(home=home).library_url)
    try:
        return len(library.editions()), len(library.chunk_ids()), library.generation
    finally:
        library.close()


# ── libraries ─────────────────────────────────────────────────────────────────────────────────


def test_a_library_is_filled_once_and_one_cut_off_is_filled_to_the_end(home, monkeypatch):
    whole = made_up.Library.put_edition
    put = []

    def cut_off(self, draft, moved=()):
        if len(put) == 40:
            raise KeyboardInterrupt
        put.append(draft.act.id)
        return whole(self, draft, moved)

    monkeypatch.setattr(made_up.Library, "put_edition", cut_off)
    with pytest.raises(KeyboardInterrupt):
        made_up.fill(home, None, 300)
    monkeypatch.setattr(made_up.Library, "put_edition", whole)
    made_up.fill(home, None, 300)
    first = counted(home)
    assert first[:2] == (100, 300)
    made_up.fill(home, None, 300)
    assert counted(home) == first


def test_filters_let_the_editions_of_their_share_pass_and_what_is_nearest_is_found(home):
    made_up.fill(home, None, 1000)
    assistant = made_up.opened(home)
    hits = {share: assistant.search(" ".join(WORDS[:8]), k=300, issuer=share) for share in SHARES}
    acts = {share: {hit.act for hit in found} for share, found in hits.items()}
    assert acts["1 %"] == {"xx-act-0-2020"}
    assert acts["10 %"] <= {f"xx-act-{number}-2020" for number in range(10)}
    assert len(acts["10 %"]) > 1
    found = filters.measured(assistant, 3)
    assert found["filters"].keys() == SHARES.keys()
    assert all(figures["recall@10"] == 1 for figures in found["filters"].values())
    assert all(0 < figures["p50_ms"] <= figures["p95_ms"] for figures in found["filters"].values())
    assert found["memory"]["own_mb"] > 0


def test_the_disk_is_told_by_part(home):
    made_up.fill(home, None, 300)
    parts = filters.disk_of(home)
    assert all(megabytes > 0 for name, megabytes in parts.items()), parts
    whole = sum(file.stat().st_size for file in home.rglob("*") if file.is_file()) / filters.MB
    assert sum(parts.values()) == pytest.approx(whole, rel=0.1)


def test_what_is_asked_in_a_process_of_its_own_is_told_by_its_last_line(home, monkeypatch, capsys):
    made_up.fill(home, None, 300)
    asked = []
    monkeypatch.setattr(filters.assistant_, "ask", asked.append)
    filters._main(home, 2)
    assert asked == [filters.QUESTION]
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["filters"].keys() == SHARES.keys()


# ── what others are given ─────────────────────────────────────────────────────────────────────


def test_others_get_the_same_vectors_questions_and_filters(tmp_path):
    library = MadeUpLibrary(REAL, 1_000)
    growing.write_given(library, REAL[:3], tmp_path / "given")
    held = given.Given(str(tmp_path / "given"))
    assert len(held) == 1_000
    np.testing.assert_array_equal(held.vectors, np.concatenate([made for _, made in library.blocks()]))
    np.testing.assert_array_equal(held.queries, REAL[:3])
    for number, scope in enumerate(library.scopes().values()):
        for key in library.keys[::37]:
            passes = held.metadata(key.chunk)[given.key_of(number)]
            assert passes == int(scope.admits(key.edition, key.lang))


def test_a_found_text_tells_its_chunk():
    assert given.chunk_of(given.text_of(417)) == 417
    answered = given.ask_each(lambda query: [given.text_of(int(query[0]))], np.array([[5.0], [7.0]]))
    assert answered["found"] == [[5], [7]]
    assert len(answered["ms"]) == 2


def test_recall_is_the_share_of_the_ten_nearest():
    nearest = np.array([list(range(20)), list(range(100, 120))])
    found = [[0, 1, 2, 3, 4, 50, 51, 52, 53, 54], list(range(100, 110))]
    assert growing.recall(found, nearest) == 0.75


# ── the section ───────────────────────────────────────────────────────────────────────────────


class Peer:
    """Answers steps as a peer's process would: it compares all that pass, but never finds the best one."""

    def __init__(self):
        self.given = None

    def take(self, step, **arguments):
        return Taken(0.1, 0.1, 0, getattr(self, step)(**arguments))

    def prepare(self, model):
        return {"made-up": "1"}

    def hold(self, library, folder):
        self.given = given.Given(library)

    def nearest(self, k, filter_):
        passing = (
            np.arange(len(self.given)) if filter_ is None else self.given.passes[:, filter_].nonzero()[0]
        )
        scores = self.given.queries @ self.given.vectors[passing].T
        order = passing[np.argsort(-scores, axis=1)]
        return {"ms": [2.0] * len(scores), "found": order[:, 1 : k + 1].tolist()}


@pytest.fixture
def measured(garden, tmp_path, monkeypatch):
    """The section over libraries of 500 and 1,000 chunks, a peer beside it at the smaller; its run."""

    class Running:
        def __enter__(self):
            return [Peer()]

        def __exit__(self, *_):
            pass

    whole = {
        "filters": {name: {"p50_ms": 10.0, "p95_ms": 20.0, "recall@10": 1.0} for name in SHARES},
        "memory": {"own_mb": 600, "resident_mb": 700},
    }
    asked = []

    def run_filters(home, assistant, size):
        asked.append(home)
        return {**whole, "disk_mb": {"library": 0.5}}

    (tmp_path / "home" / "index").mkdir(parents=True, exist_ok=True)
    monkeypatch.setattr(growing, "SIZES", (500, 1_000, 2_000))
    monkeypatch.setattr(growing, "OTHERS", 500)
    monkeypatch.setattr(growing, "Assistant", lambda settings: garden)
    monkeypatch.setattr(growing, "running", lambda contenders, work: Running())
    monkeypatch.setattr(growing.filters, "run", run_filters)
    peers = [Contender(LANGCHAIN, ("none",))]
    run = bench.Run(tmp_path, [], tmp_path / "home", tmp_path, tmp_path, peers, largest=1_000)
    assert growing.measure(run) == []
    run.asked = asked
    return run


def test_a_section_tells_every_curve_of_every_size_up_to_the_largest(measured):
    curves = {curve.name: curve for curve in measured.curves}
    assert all(curve.sizes == [500, 1_000] for curve in curves.values())
    assert curves["whole_p95"].lines["no filter"] == [20, 20]
    assert curves["memory"].lines["of its own"] == [600, 600]
    assert curves["disk"].lines["library"] == [1, 0.5]  # of 1,000 chunks
    assert curves["meaning_p50"].lines["67 % pass"][1] > 0
    assert [home.name for home in measured.asked] == ["library-500", "library-1000"]


def test_others_are_measured_where_their_stores_can_be_made_and_else_it_is_said(measured):
    curves = {curve.name: curve for curve in measured.curves}
    assert curves["meaning_p50"].lines["LangChain, no filter"] == [2, None]
    for name in ("no filter", "10 % pass"):
        found, missing = curves["meaning_recall"].lines[f"LangChain, {name}"]
        assert found <= 0.9
        assert missing is None
    assert "500 chunks" in measured.skipped[0]
    assert measured.versions[LANGCHAIN] == {"made-up": "1"}


def test_growth_is_not_measured_in_a_home_that_was_not_set_up(tmp_path):
    run = bench.Run(tmp_path, [], tmp_path / "none", tmp_path, tmp_path)
    assert growing.measure(run) == []
    assert "ai-policy ingest" in run.skipped[0]
    assert not run.curves
