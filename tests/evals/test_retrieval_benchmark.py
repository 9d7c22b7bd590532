import json

import pytest

from assistant.engine import Assistant
from assistant.errors import InputError
from assistant.library import Library
from assistant.library.view import LibraryView
from evals.benchmarks.retrieval import (
    DEPTH,
    as_table,
    config_of,
    edition_figures,
    groups,
    measure,
    save,
    usable,
)
from evals.metrics.bootstrap import mean_interval
from evals.retrieval_cases import Passage, resolve
from evals.systems import OurSystem
from tests.builders import edition_draft
from tests.evals.sample import NEW, OLD, ORCHARD, ORCHARD_DAY, QUOTES, WATER, case, resolved, sample_cases

METRICS = {
    "recall@1", "recall@5", "recall@10", "recall@20", "full@10", "mrr@10", "ndcg@10", "chars_p@5", "chars_r@5",
}  # fmt: skip


class Listed:
    """A system that shows what it was given: id of a case -> its passages."""

    def __init__(self, shown, name="listed"):
        self.name = name
        self.shown = shown
        self.asked = None

    def search(self, cases, k):
        self.asked = k
        return [self.shown.get(each.case.id, [])[:k] for each in cases]


@pytest.fixture
def cases(view):
    return resolved(view)


def needed(cases):
    """Every case's own places, one a need, in order."""
    return {each.case.id: [need[0] for need in each.needs] for each in cases}


ELSEWHERE = Passage(WATER, NEW, 0, 10)


# ── measure ───────────────────────────────────────────────────────────────────────────────────────


def test_showing_exactly_what_is_needed_is_perfect(cases):
    run = measure(Listed(needed(cases)), cases)
    figures = run.figures["all"]
    assert figures.keys() == METRICS
    assert run.system == "listed"
    for metric in METRICS - {"recall@1"}:
        assert figures[metric] == (1.0, 1.0, 1.0), metric
    assert figures["recall@1"][0] == pytest.approx((4 + 0.5) / 5)  # one case has two needs


def test_showing_nothing_is_worth_nothing(cases):
    figures = measure(Listed({}), cases).figures["all"]
    assert all(figures[metric] == (0.0, 0.0, 0.0) for metric in METRICS)


def test_every_system_is_asked_for_twenty_passages(cases):
    system = Listed({})
    measure(system, cases)
    assert system.asked == DEPTH == 20


def test_the_figures_of_a_case_are_those_of_its_ranks(cases):
    shown = needed(cases)
    first, second = shown["both"]
    shown["both"] = [ELSEWHERE] * 5 + [second, first]
    run = measure(Listed(shown), cases)
    assert run.per_case["both"]["ranks"] == [7, 6]
    metrics = run.per_case["both"]["metrics"]
    assert metrics["recall@5"] == 0.0
    assert metrics["recall@10"] == metrics["full@10"] == 1.0
    assert metrics["mrr@10"] == pytest.approx(1 / 6)
    assert metrics["chars_p@5"] == metrics["chars_r@5"] == 0.0
    assert run.per_case["evening"]["ranks"] == [1]


def test_a_group_s_figure_is_the_mean_of_its_cases_with_its_interval(cases):
    shown = needed(cases)
    del shown["pruning"]
    shown["both"] = shown["both"][:1]
    run = measure(Listed(shown), cases)
    values = [run.per_case[each.case.id]["metrics"]["recall@5"] for each in cases]
    assert values == [1.0, 0.0, 1.0, 1.0, 0.5]
    assert run.figures["all"]["recall@5"] == mean_interval(values)
    assert run.figures["several provisions"]["recall@5"] == (0.5, 0.5, 0.5)
    assert run.figures["en-en"]["recall@5"] == (0.0, 0.0, 0.0)
    assert run.sizes == {name: len(members) for name, members in groups(cases).items()}


def test_the_same_run_gives_the_same_figures(cases, garden):
    assert measure(OurSystem(garden), cases) == measure(OurSystem(garden), cases)


def test_half_of_a_passage_is_enough_and_another_edition_is_not(cases):
    shown = needed(cases)
    (evening,) = shown["evening"]
    middle = (evening.start + evening.end + 1) // 2
    shown["evening"] = [Passage(WATER, NEW, evening.start, middle)]
    (earlier,) = shown["earlier"]
    shown["earlier"] = [Passage(WATER, NEW, earlier.start, earlier.end)]
    run = measure(Listed(shown), cases)
    assert run.per_case["evening"]["ranks"] == [1]
    assert run.per_case["earlier"]["ranks"] == [None]


# ── groups ────────────────────────────────────────────────────────────────────────────────────────


def test_groups_hold_the_cases_they_are_named_for(cases):
    found = {name: [each.case.id for each in members] for name, members in groups(cases).items()}
    assert found == {
        "all": ["evening", "pruning", "harvest", "earlier", "both"],
        "same language": ["evening", "pruning", "earlier"],
        "cross-lingual": ["harvest", "both"],
        "several provisions": ["both"],
        "natural: same language": ["evening"],
        "hard: same language": ["pruning", "earlier"],
        "hard: cross-lingual": ["harvest", "both"],
        "hard: several provisions": ["both"],
        "ru-ru": ["evening", "earlier"],
        "en-en": ["pruning"],
        "ru-en": ["harvest", "both"],
        "edition": ["earlier"],
        "plain": ["evening", "pruning"],
        "terse": ["harvest"],
    }


def test_groups_come_in_the_same_order_whatever_the_order_of_cases(cases):
    assert list(groups(cases)) == list(groups(cases[::-1]))
    assert next(iter(groups(cases))) == "all"


def test_without_cases_there_are_no_groups():
    assert groups([]) == {}


# ── usable ────────────────────────────────────────────────────────────────────────────────────────


def test_cases_about_acts_that_are_not_held_are_left_out_and_counted(garden):
    cases = sample_cases(garden.view)
    garden.library.remove_edition(next(row.id for row in garden.view.of_act(ORCHARD)))
    kept, left_out = usable(cases, garden.view)
    assert [each.id for each in kept] == ["evening", "earlier"]
    assert left_out == 3  # the one that needs a held act too is among them


def test_an_edition_that_is_not_held_leaves_its_cases_out(garden):
    cases = sample_cases(garden.view)
    old = next(row.id for row in garden.view.of_act(WATER) if row.edition == OLD)
    garden.library.remove_edition(old)
    kept, left_out = usable(cases, garden.view)
    assert "earlier" not in [each.id for each in kept]
    assert left_out == 1


def test_a_library_with_none_of_the_acts_says_to_ingest_them(view, tmp_path):
    empty = Library(f"sqlite:///{tmp_path / 'empty.sqlite'}")
    with pytest.raises(InputError, match=r"Ingest them: ai-policy ingest FOLDER\."):
        usable(sample_cases(view), LibraryView(empty))
    empty.close()


def test_a_text_that_changed_is_not_left_out_in_silence(garden):
    cases = sample_cases(garden.view)
    changed = edition_draft(WATER, NEW, text="Другие слова." + " " * 400, path="new.txt")
    garden.library.put_edition(changed)
    kept, left_out = usable(cases, garden.view)
    assert left_out == 0
    with pytest.raises(InputError, match="Case evening"):
        resolve(kept, garden.view)


# ── editions ──────────────────────────────────────────────────────────────────────────────────────


def hits_of(garden, cases):
    ours = OurSystem(garden)
    ours.search(cases, 20)
    return ours.hits


def about_water(view, edition, litres, as_of):
    need = (WATER, edition, "st1/ch2/p2", f"подачу {litres} литров воды;")
    return resolve([case(view, "подача литров воды", need, as_of=as_of)], view)


def test_hits_in_the_needed_edition_are_right(garden):
    cases = about_water(garden.view, OLD, 300, "2021-02-03")
    hits = hits_of(garden, cases)
    figures = edition_figures(hits, cases, garden.view)
    assert figures["hits"] == sum(hit.act == WATER for hit in hits["q1"]) > 0
    assert figures["right"] == 1.0
    assert figures["unflagged"] == []


def test_hits_in_another_edition_are_wrong(garden):
    cases = about_water(garden.view, OLD, 300, None)  # today the new edition is found
    figures = edition_figures(hits_of(garden, cases), cases, garden.view)
    assert figures["hits"] > 0
    assert figures["right"] == 0.0


def test_the_share_is_over_right_and_wrong_hits(garden):
    now = about_water(garden.view, NEW, 500, None)
    old = garden.search("подача литров воды", k=1, act=WATER, as_of="2021-02-03")
    new = garden.search("подача литров воды", k=2, act=WATER)
    assert ([hit.edition for hit in old], [hit.edition for hit in new]) == ([OLD], [NEW, NEW])
    figures = edition_figures({"q1": old + new}, now, garden.view)
    assert figures["hits"] == 3
    assert figures["right"] == pytest.approx(2 / 3)


def test_acts_with_one_edition_and_acts_not_needed_are_not_counted(garden):
    need = (ORCHARD, ORCHARD_DAY, "s1", QUOTES["s1"])
    cases = resolve([case(garden.view, "полив и apple trees", need)], garden.view)
    hits = hits_of(garden, cases)
    assert {WATER, ORCHARD} <= {hit.act for hit in hits["q1"]}
    assert edition_figures(hits, cases, garden.view) == {"hits": 0, "right": None, "unflagged": []}


def test_wording_that_had_not_begun_and_does_not_say_so_is_listed(garden):
    then = about_water(garden.view, OLD, 300, "2021-02-03")
    (hit,) = garden.search("подача литров воды", k=1, act=WATER)  # as of today: the edition of 2024
    assert hit.edition == NEW
    assert edition_figures({"q1": [hit]}, then, garden.view)["unflagged"] == [f"q1: {hit.ref}"]
    flagged = hit.model_copy(update={"currency": "not_yet_in_force"})
    assert edition_figures({"q1": [flagged]}, then, garden.view)["unflagged"] == []


def test_wording_that_was_replaced_and_does_not_say_so_is_listed(garden):
    now = about_water(garden.view, NEW, 500, "2025-01-01")
    (hit,) = garden.search("подача литров воды", k=1, act=WATER, as_of="2021-02-03")
    assert hit.edition == OLD
    assert edition_figures({"q1": [hit]}, now, garden.view)["unflagged"] == [f"q1: {hit.ref}"]


def test_replaced_wording_that_says_so_is_not_listed(garden):
    now = about_water(garden.view, NEW, 500, "2025-01-01")
    (hit,) = garden.search("подача литров воды", k=1, act=WATER, as_of="2021-02-03")
    flagged = hit.model_copy(update={"currency": "superseded"})
    assert edition_figures({"q1": [flagged]}, now, garden.view)["unflagged"] == []


def test_the_day_an_edition_begins_it_is_in_force(garden):
    cases = about_water(garden.view, NEW, 500, NEW)
    figures = edition_figures(hits_of(garden, cases), cases, garden.view)
    assert figures["right"] == 1.0
    assert figures["unflagged"] == []


# ── what is printed and kept ──────────────────────────────────────────────────────────────────────


def test_the_table_has_a_block_a_group_and_a_line_a_system(cases):
    first = measure(Listed(needed(cases), "one"), cases)
    second = measure(Listed({}, "two"), cases)
    lines = as_table([first, second]).splitlines()
    at = lines.index("all (5)")
    assert lines[at + 1].split() == ["recall@5", "recall@10", "full@10", "ndcg@10"]
    assert lines[at + 2].split() == ["one"] + ["1.000", "[1.000–1.000]"] * 4
    assert lines[at + 3].split() == ["two"] + ["0.000", "[0.000–0.000]"] * 4
    for name, members in groups(cases).items():
        assert f"{name} ({len(members)})" in lines


def test_the_table_shows_the_metrics_asked_for(cases):
    table = as_table([measure(Listed(needed(cases)), cases)], ["chars_r@5"])
    assert "chars_r@5" in table
    assert "recall@5" not in table


def test_a_run_is_kept_with_its_figures_and_every_case(cases, tmp_path):
    runs = [measure(Listed(needed(cases), "this system"), cases), measure(Listed({}, "BM25/plain"), cases)]
    folder = tmp_path / "deep" / "run"
    save(runs, folder, {"split": "test", "note": "полив"})
    assert {path.name for path in folder.iterdir()} == {
        "config.json", "summary.json", "this-system.jsonl", "BM25-plain.jsonl",
    }  # fmt: skip
    assert json.loads((folder / "config.json").read_text(encoding="utf-8")) == {
        "split": "test",
        "note": "полив",
    }
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    assert summary["this system"]["sizes"] == runs[0].sizes
    assert summary["BM25/plain"]["figures"]["all"]["recall@5"] == [0.0, 0.0, 0.0]
    lines = (folder / "this-system.jsonl").read_text(encoding="utf-8").splitlines()
    kept = {entry.pop("id"): entry for entry in map(json.loads, lines)}
    assert kept == runs[0].per_case


def test_runs_with_different_settings_have_different_configurations(garden):
    config = config_of(garden, "dev", 3)
    assert (config["split"], config["skipped"]) == ("dev", 3)
    assert json.loads(json.dumps(config)) == config
    changed = garden.settings.retrieval.model_copy(update={"dense": False})
    settings = garden.settings.model_copy(update={"retrieval": changed})
    other = Assistant(settings, library=garden.library, indexes=garden.indexes)
    assert config_of(other, "dev", 3) != config
