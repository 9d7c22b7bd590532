"""In a large library what came and went is told by counts, and whatever does not agree has everything compared."""

from __future__ import annotations

import shutil
import sqlite3

import pytest

from assistant.errors import DerivedIndexError
from assistant.index import changes, derive, filling, scan
from assistant.index.changes import changes_since
from assistant.index.derive import reconcile
from assistant.index.indexes import Indexes
from assistant.index.lexical import LexicalIndex
from assistant.index.token_store import TokenStore
from assistant.index.vector_cache import digest
from assistant.index.vectors import Scope, VectorIndex
from assistant.index.vocabulary import load_vocabulary
from assistant.index.words import stems, tokens
from assistant.library import Library
from assistant.library.drafts import ChunkDraft
from tests.assistant.index.cutting import cut_off_everywhere
from tests.assistant.index.held import assert_held
from tests.builders import StemEmbedder, edition_draft

PAIRS = [
    (f"Садовник {n} поливает розы и ведёт надзор.", f"Gardener {n} waters roses and supervises.")
    for n in range(60)
]


def act(number, words="Карпов кормят вечером.", edition="2020-01-01"):
    text = f"Статья {number}. Пруды\n{words}"
    start = text.index("\n") + 1
    chunks = [ChunkDraft("st1", start, len(text), "О прудах", "ru")]
    return edition_draft(
        f"ru-fz-{number}-2020", text=text, provisions=[], path=f"{number}-{edition}.txt", title="О прудах",
        chunks=chunks, edition=edition,
    )  # fmt: skip


@pytest.fixture(autouse=True)
def many(monkeypatch):
    """Every library is large enough for what comes and goes to be followed."""
    monkeypatch.setattr(changes, "FEW", 0)


@pytest.fixture
def library(tmp_path):
    opened = Library(f"sqlite:///{tmp_path / 'library.sqlite'}")
    opened.put_edition(edition_draft())
    opened.put_edition(act(1))
    opened.put_edition(act(2))
    yield opened
    opened.close()


@pytest.fixture
def indexes(library, open_indexes):
    one = open_indexes(StemEmbedder())
    bring_in_step(one, library)
    return one


@pytest.fixture
def compared(monkeypatch):
    """How often everything was compared."""
    times = []
    whole = derive._compare_all

    def counted(*given, **named):
        times.append(1)
        return whole(*given, **named)

    monkeypatch.setattr(derive, "_compare_all", counted)
    return times


def bring_in_step(indexes, library):
    return reconcile(indexes, library, parallel=lambda: PAIRS)


def edition_of(library, number):
    return next(row.id for row in library.editions() if row.act_id == f"ru-fz-{number}-2020")


def assert_right(indexes, library):
    """Every index holds the library's chunks, made of their words; codes of no other text are kept."""
    assert_held(indexes, library)
    indexed = list(filling.texts_of(library, library.chunk_ids()))
    assert {text.key for text in indexed} == {key for part in indexes.scan.parts for key in part.chunks}
    with sqlite3.connect(indexes.tokens_file) as db:
        texts = {row[0] for row in db.execute("SELECT digest FROM codes")}
    db.close()
    assert texts == {digest(text.embedded) for text in indexed}
    said = {word for text in indexed for word, _, _ in tokens(text.embedded)}
    assert {word for word in said if len(word) > 2 and word.isalpha()} <= load_vocabulary(indexes.path).keys()


def change_one(library):
    """As many chunks go as come."""
    library.put_edition(act(2, "Раков ловят ночью."))


def come_and_go(library):
    """An act comes, one goes, one is replaced, and one gets a second edition."""
    library.put_edition(act(3, "Щук не кормят никогда."))
    library.remove_edition(edition_of(library, 1))
    library.put_edition(act(2, "Раков ловят ночью."))
    library.put_edition(act(3, "Щук кормят зимой.", "2021-01-01"))


def test_what_came_and_went_is_followed_without_comparing_everything(library, indexes, compared):
    whole = sorted(path.name for path in indexes.scan_folder.iterdir())
    come_and_go(library)
    assert bring_in_step(indexes, library) == 3
    assert_right(indexes, library)
    assert not compared
    assert whole[0] in {path.name for path in indexes.scan_folder.iterdir()}  # it was extended
    assert indexes.lexical.search(stems("карпов"), 1, Scope()) == []
    assert indexes.tokens.known(["О прудах\nКарпов кормят вечером.", "О прудах\nРаков ловят ночью."]) == [
        False,
        True,
    ]


def test_again_and_again(library, indexes, compared):
    for number in range(4, 9):
        library.put_edition(act(number, f"Уток {number} кормят утром."))
        library.remove_edition(edition_of(library, 2 if number == 4 else number - 1))
        bring_in_step(indexes, library)
        assert_right(indexes, library)
    assert not compared
    assert len(list(indexes.scan_folder.iterdir())) == 2


def test_codes_of_a_text_that_another_chunk_still_has_stay(library, indexes, compared):
    """Acts 1 and 2 say the same."""
    library.remove_edition(edition_of(library, 1))
    bring_in_step(indexes, library)
    assert_right(indexes, library)
    assert indexes.tokens.known(["О прудах\nКарпов кормят вечером."]) == [True]
    assert not compared


def test_so_much_that_comes_has_the_scan_written_anew(library, indexes, compared, monkeypatch):
    monkeypatch.setattr(scan, "EXTENDED", 2)
    come_and_go(library)
    bring_in_step(indexes, library)
    assert_right(indexes, library)
    assert len(list(indexes.scan_folder.iterdir())) == 1
    assert not compared


def test_a_change_that_leaves_the_chunks_alone_is_followed(library, indexes, compared):
    generation = library.generation
    library.put_edition(act(1))  # the same bytes
    library.put_catalogue([], [], "another")
    assert library.generation > generation
    bring_in_step(indexes, library)
    assert_right(indexes, library)
    assert not compared


# ── where everything is compared after all ────────────────────────────────────────────────────


def lose_words(indexes, library):
    chunk = min(library.chunk_ids())
    indexes.lexical.update((), [chunk])


def lose_codes(indexes, library):
    indexes.tokens.remove([min(library.chunk_ids())])


def lose_vectors(indexes, library):
    indexes.vectors.remove([min(library.chunk_ids())])


def lose_scan(indexes, library):
    shutil.rmtree(indexes.scan_folder)


def damage_words(indexes, library):
    for path in (indexes.path / "lexical").glob("*.store"):
        path.write_bytes(b"no store")


def damage_vocabulary(indexes, library):
    (indexes.path / "words.json").write_text("")


def damage_codes(indexes, library):
    """Where a page of the table of codes is damaged, counting the chunks tells nothing of it."""
    file = indexes.tokens_file
    indexes.close()
    with sqlite3.connect(file) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (page,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'codes'").fetchone()
        (size,) = db.execute("PRAGMA page_size").fetchone()
    db.close()
    with file.open("r+b") as opened:
        opened.seek((page - 1) * size)
        opened.write(b"\xff" * size)


@pytest.mark.parametrize("harm", [lose_words, lose_codes, lose_vectors, lose_scan, damage_words])
def test_what_does_not_agree_has_everything_compared(library, indexes, compared, harm, open_indexes):
    harm(indexes, library)
    indexes.close()
    library.put_edition(act(3))
    again = open_indexes(StemEmbedder())
    bring_in_step(again, library)
    assert_right(again, library)
    assert compared
    compared.clear()
    library.put_edition(act(4))
    bring_in_step(again, library)
    assert_right(again, library)
    assert not compared


@pytest.mark.parametrize(
    ("owner", "name"), [(VectorIndex, "add"), (LexicalIndex, "update"), (TokenStore, "put")]
)
def test_what_fails_meanwhile_has_everything_compared(library, indexes, compared, monkeypatch, owner, name):
    whole, failed = getattr(owner, name), []

    def fail_once(*given, **named):
        if not failed:
            failed.append(1)
            raise DerivedIndexError("no space", "нет места")
        return whole(*given, **named)

    monkeypatch.setattr(owner, name, fail_once)
    come_and_go(library)
    bring_in_step(indexes, library)
    assert_right(indexes, library)
    assert compared


def test_a_vector_that_is_lost_on_the_way_has_everything_compared(library, indexes, compared, monkeypatch):
    """They are read from the store where so much comes that the scan is written anew."""
    monkeypatch.setattr(scan, "EXTENDED", 0)
    whole, failed = VectorIndex.add, []

    def lose_once(self, chunks, vectors):
        if failed:
            whole(self, chunks, vectors)
        failed.append(1)

    monkeypatch.setattr(VectorIndex, "add", lose_once)
    library.put_edition(act(3))
    bring_in_step(indexes, library)
    assert_right(indexes, library)
    assert compared


def test_damage_is_looked_for_where_a_question_came_upon_it(library, indexes, compared, open_indexes):
    damage_codes(indexes, library)
    asked = open_indexes(StemEmbedder())
    assert asked.codes(sorted(library.chunk_ids())) == {}
    library.put_edition(act(3))
    bring_in_step(indexes, library)
    assert_right(indexes, library)
    assert compared


def test_chunks_that_a_library_has_and_the_scan_has_not_are_not_explained_by_counts(library, indexes):
    held = indexes.scan
    less = [key for part in held.parts for key in part.chunks if key.chunk != min(held.keys)]
    keys = [key.chunk for key in less]
    scan.write_scan(indexes.scan_folder, less, [(keys, held.rows(keys))], held.rows(keys).shape[1])
    indexes.forget_scan()
    indexes.tokens.remove([min(held.keys)])
    indexes.lexical.update((), [min(held.keys)])
    indexes.vectors.remove([min(held.keys)])
    assert changes_since(indexes, library) is None
    library.put_edition(act(3))
    bring_in_step(indexes, library)
    assert_right(indexes, library)


def test_token_codes_that_a_power_cut_took_back_are_made_again(library, indexes, compared, tmp_path):
    """The file of before holds as many."""
    file = indexes.tokens_file
    indexes.close()
    shutil.copy(file, (tmp_path / "codes of before"))
    change_one(library)
    bring_in_step(indexes, library)
    indexes.close()
    (tmp_path / "codes of before").replace(file)
    for end in ("-wal", "-shm"):
        file.with_name(file.name + end).unlink(missing_ok=True)
    library.put_edition(act(3))
    bring_in_step(indexes, library)
    assert_right(indexes, library)
    assert compared


def test_vectors_that_a_power_cut_took_back_are_made_again(library, indexes, compared):
    library.put_edition(act(3))
    bring_in_step(indexes, library)
    indexes.vectors.remove([max(library.chunk_ids())])
    library.put_edition(act(4))
    bring_in_step(indexes, library)
    assert_right(indexes, library)
    assert compared


def test_word_of_damage_that_came_meanwhile_is_not_lost(library, indexes, compared, monkeypatch):
    note_damage(indexes)
    whole = derive.embed

    def embed_and_be_told(*given, **named):
        note_damage(indexes)
        return whole(*given, **named)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(derive, "embed", embed_and_be_told)
        library.put_edition(act(3))
        bring_in_step(indexes, library)
    library.put_edition(act(4))
    bring_in_step(indexes, library)
    assert len(compared) == 2
    library.put_edition(act(5))
    bring_in_step(indexes, library)
    assert len(compared) == 2


def note_damage(indexes):
    indexes._warned.clear()
    indexes._warn(DerivedIndexError("some part of it", "какая-то часть"))


def test_a_library_brought_back_to_an_earlier_state_has_everything_made_anew(
    library, indexes, compared, tmp_path, open_indexes
):
    """Its next chunks bear the keys of others that the indexes hold."""
    library.close()
    shutil.copy(tmp_path / "library.sqlite", tmp_path / "before.sqlite")
    for number in (3, 4):
        library.put_edition(act(number))
    bring_in_step(indexes, library)
    library.close()
    library.engine.dispose()
    (tmp_path / "before.sqlite").replace(tmp_path / "library.sqlite")
    for end in ("-wal", "-shm"):
        (tmp_path / f"library.sqlite{end}").unlink(missing_ok=True)
    earlier = Library(f"sqlite:///{tmp_path / 'library.sqlite'}")
    earlier.put_edition(act(9, "Лебедей не кормят."))
    again = open_indexes(StemEmbedder())
    bring_in_step(again, earlier)
    assert_right(again, earlier)
    earlier.close()


def test_a_small_library_has_everything_compared(library, indexes, compared, monkeypatch):
    monkeypatch.setattr(changes, "FEW", len(library.chunk_ids()))
    library.put_edition(act(3))
    bring_in_step(indexes, library)
    assert_right(indexes, library)
    assert compared


# ── cut off anywhere ──────────────────────────────────────────────────────────────────────────

STEPS = [
    (Indexes, "note"),
    (VectorIndex, "add"),
    (VectorIndex, "remove"),
    (LexicalIndex, "update"),
    (TokenStore, "put"),
    (TokenStore, "remove"),
    (TokenStore, "sweep"),
    (derive, "add_words"),
    (derive, "extend_scan"),
    (shutil, "rmtree"),
]


@pytest.mark.parametrize("change", [come_and_go, change_one])
def test_a_following_cut_off_anywhere_is_put_right_by_the_next(
    library, indexes, open_indexes, monkeypatch, change
):
    indexes.close()
    change(library)
    changes_made = cut_off_everywhere(
        indexes.path, STEPS, lambda: open_indexes(StemEmbedder()), lambda one: bring_in_step(one, library),
        lambda one: assert_right(one, library), monkeypatch,
    )  # fmt: skip
    assert changes_made > 6


def test_a_vocabulary_that_cannot_be_read_is_counted_anew(library, indexes, compared):
    damage_vocabulary(indexes, library)
    library.put_edition(act(3))
    bring_in_step(indexes, library)
    assert_right(indexes, library)
