"""What was deleted, damaged or left by others is put right by the next run, wherever the last was cut off."""

from __future__ import annotations

import shutil

import pytest

from assistant.index import derive, scan_part
from assistant.index import indexes as indexes_module
from assistant.index.derive import rebuild, reconcile
from assistant.index.embedder import Encoded
from assistant.index.indexes import Indexes
from assistant.index.lexical import LexicalIndex
from assistant.index.token_store import TokenStore
from assistant.index.vector_cache import VectorCache
from assistant.index.vectors import VectorIndex
from assistant.library import Library
from tests.assistant.index.cutting import cut_off_everywhere
from tests.assistant.index.held import assert_held
from tests.builders import StemEmbedder, edition_draft

PAIRS = [
    (f"Садовник {n} поливает розы и ведёт надзор.", f"Gardener {n} waters roses and supervises.")
    for n in range(60)
]
OTHER_PAIRS = [(f"Карп {n} ждёт вечера в пруду.", f"Carp {n} awaits evening in a pond.") for n in range(60)]


class OtherEmbedder(StemEmbedder):
    identity = type("Identity", (), {"fingerprint": "f" * 64, "dimension": 256, "max_tokens": 512})


class TokenlessEmbedder(StemEmbedder):
    def __init__(self):
        self.read = []

    def embed_passages(self, texts, on_done=None):
        self.read += texts
        return super().embed_passages(texts)

    embed_queries = embed_passages

    def encode(self, texts, role, on_done=None):
        return Encoded(self.embed_passages(list(texts)), None)


@pytest.fixture(scope="module")
def in_step(tmp_path_factory):
    """A folder with a library and the indexes in step with it; nothing may write to it afterwards."""
    folder = tmp_path_factory.mktemp("in-step")
    library = Library(f"sqlite:///{folder / 'library.sqlite'}")
    library.put_edition(edition_draft())
    indexes = Indexes(folder / "index", StemEmbedder(), VectorCache(folder / "v.sqlite"))
    bring_in_step(indexes, library)
    indexes.close()
    indexes.cache.close()
    library.close()
    return folder


@pytest.fixture
def library(in_step, tmp_path):
    shutil.copy(in_step / "library.sqlite", tmp_path)
    opened = Library(f"sqlite:///{tmp_path / 'library.sqlite'}")
    yield opened
    opened.close()


@pytest.fixture
def other_library(tmp_path):
    """As many chunks under the same keys, with other words."""
    opened = Library(f"sqlite:///{tmp_path / 'other.sqlite'}")
    text = edition_draft().text.translate(str.maketrans("аоеи", "оаие"))
    opened.put_edition(edition_draft("ru-fz-9-2020", text=text, title="О другом"))
    yield opened
    opened.close()


@pytest.fixture
def make(open_indexes):
    return lambda embedder=None: open_indexes(embedder or StemEmbedder())


@pytest.fixture
def made(in_step, library, make, tmp_path):
    """Indexes in step with the library, closed."""
    shutil.copytree(in_step / "index", tmp_path / "index")
    shutil.copy(in_step / "v.sqlite", tmp_path)
    return make()


def bring_in_step(indexes, library, pairs=PAIRS):
    return reconcile(indexes, library, parallel=lambda: pairs)


# ── what was deleted or damaged ───────────────────────────────────────────────────────────────


def delete_scan(indexes):
    shutil.rmtree(indexes.scan_folder)


def delete_tokens(indexes):
    for path in indexes.path.glob(f"{indexes.tokens_file.name}*"):
        path.unlink()


def delete_tokens_and_ask(indexes):
    delete_tokens(indexes)
    assert indexes.tokens.keys() == set()
    indexes.forget_profiles()


def delete_vocabulary(indexes):
    (indexes.path / "words.json").unlink()


def damage_scan(indexes):
    for path in indexes.scan_folder.rglob("keys.npy"):
        path.write_bytes(b"no keys")


def test_a_scan_without_the_codes_that_it_needs_is_written_anew(library, made, make, monkeypatch):
    (codes,) = made.scan_folder.rglob("codes.npy")
    codes.unlink()
    again = make()
    assert again.complete_for(library)  # so few chunks need none
    monkeypatch.setattr(scan_part, "COMPARED", 1)
    assert not again.complete_for(library)
    bring_in_step(again, library)
    assert_held(again, library)
    assert len(list(again.scan_folder.rglob("codes.npy"))) == 1


@pytest.mark.parametrize(
    "harm", [delete_scan, delete_tokens, delete_tokens_and_ask, delete_vocabulary, damage_scan]
)
def test_what_is_gone_is_made_again_though_the_library_has_not_changed(library, made, make, harm):
    vocabulary = (made.path / "words.json").read_text()
    harm(made)
    again = make()
    assert not again.complete_for(library)
    bring_in_step(again, library)
    assert_held(again, library)
    assert (made.path / "words.json").read_text() == vocabulary
    assert make().complete_for(library)


@pytest.mark.parametrize("harm", [delete_scan, delete_tokens, delete_vocabulary])
def test_what_is_gone_under_open_indexes_is_made_again_too(library, make, harm):
    indexes = make()
    bring_in_step(indexes, library)
    assert_held(indexes, library)
    harm(indexes)
    bring_in_step(indexes, library)
    assert_held(make(), library)


def test_token_codes_begun_anew_and_cut_off_are_completed(library, made, make, monkeypatch):
    delete_tokens(made)
    with monkeypatch.context() as cut, pytest.raises(KeyboardInterrupt):
        cut.setattr(TokenStore, "put", interrupt)
        bring_in_step(make(), library)
    bring_in_step(make(), library)
    assert_held(make(), library)


def interrupt(*_, **__):
    raise KeyboardInterrupt


# ── means learnt anew ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kinds", [["centring"], ["tokens"], ["centring", "tokens"]])
def test_nothing_made_by_the_old_means_is_kept_with_new_ones(library, made, make, kinds):
    for kind in kinds:
        next(made.path.glob(f"{kind}-*.npz")).unlink()
    again = make()
    bring_in_step(again, library, OTHER_PAIRS)
    assert_held(again, library)
    kept = [
        path.name for path in again.path.iterdir() if path.name.startswith(("scan-", "tokens-", "centring-"))
    ]
    assert len([name for name in kept if not name.endswith(("-wal", "-shm"))]) == 4


def test_the_same_means_learnt_again_leave_everything_as_it_was(library, made, make):
    before = made.state()
    for path in made.path.glob("*.npz"):
        path.unlink()
    again = make()
    bring_in_step(again, library)
    assert again.state() == before


def test_profiles_and_codes_of_another_coding_are_not_used_and_go(library, made, make, monkeypatch):
    old = {made.token_profile_file, made.tokens_file}
    monkeypatch.setattr(indexes_module, "CODING", indexes_module.CODING + 1)
    again = make()
    assert not again.complete_for(library)
    bring_in_step(again, library, OTHER_PAIRS)
    assert_held(again, library)
    assert not [path for path in old if path.exists()]


def test_a_model_without_token_vectors_is_asked_for_them_once(library, make):
    bring_in_step(make(TokenlessEmbedder()), library)
    library.put_edition(edition_draft("ru-fz-9-2020", path="late.txt", title="О другом"))
    again = make(TokenlessEmbedder())
    assert bring_in_step(again, library) > 0
    assert not {text for pair in PAIRS for text in pair} & set(again.embedder.read)
    assert again.tokens is None
    assert again.complete_for(library)


# ── cut off anywhere ──────────────────────────────────────────────────────────────────────────

STEPS = [
    (Indexes, "note"),
    (VectorIndex, "add"),
    (VectorIndex, "remove"),
    (VectorIndex, "drop_others"),
    (LexicalIndex, "update"),
    (TokenStore, "put"),
    (TokenStore, "remove"),
    (TokenStore, "sweep"),
    (derive, "add_words"),
    (derive, "learn_tokens"),
    (derive, "write_scan"),
    (shutil, "rmtree"),
]


def new_means(indexes, library, other):
    for path in indexes.path.glob("*.npz"):
        path.unlink()
    return StemEmbedder, library, OTHER_PAIRS


def another_library(indexes, library, other):
    return StemEmbedder, other, PAIRS


def another_model(indexes, library, other):
    return OtherEmbedder, library, PAIRS


def rebuilding(indexes, library, other):
    indexes.note({"library": None})
    return StemEmbedder, library, PAIRS


CHANGES = [new_means, another_library, another_model, rebuilding]


@pytest.mark.parametrize(
    ("change", "first", "stride"),
    [
        *((change, number % 2, 2) for number, change in enumerate(CHANGES)),
        *(pytest.param(change, 0, 1, marks=pytest.mark.long) for change in CHANGES),
    ],
)
def test_a_run_cut_off_anywhere_is_put_right_by_the_next(
    library, other_library, made, make, monkeypatch, change, first, stride
):
    embedder, goal, pairs = change(made, library, other_library)
    changes = cut_off_everywhere(
        made.path, STEPS, lambda: make(embedder()), lambda one: bring_in_step(one, goal, pairs),
        lambda one: assert_held(one, goal), monkeypatch, first, stride,
    )  # fmt: skip
    assert changes > 5


def test_what_another_model_left_stays_until_the_new_one_is_complete(library, made, make, monkeypatch):
    with monkeypatch.context() as cut, pytest.raises(KeyboardInterrupt):
        cut.setattr(derive, "write_scan", interrupt)
        bring_in_step(make(OtherEmbedder()), library)
    back = make()
    assert back.complete_for(library)
    assert_held(back, library)


def test_going_back_to_the_first_library_finds_nothing_of_the_second(library, other_library, made, make):
    for one in (other_library, library):
        indexes = make()
        bring_in_step(indexes, one)
        assert_held(indexes, one)
        indexes.forget_profiles()


def test_rebuilding_ends_complete(library, made, make):
    rebuild(make(), library, parallel=lambda: PAIRS)
    assert_held(make(), library)
