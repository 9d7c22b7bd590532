"""Search keys are embedded and found like text, and every index stays in step with the library."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from assistant.index import changes
from assistant.index.derive import rebuild, reconcile
from assistant.index.late import best_matches, maxsim
from assistant.index.vectors import Scope
from assistant.index.vocabulary import load_vocabulary
from assistant.index.words import stems
from assistant.library import Library
from assistant.library.drafts import ChunkDraft
from ingest.chunk import chunk_edition
from tests.builders import WATER_LAW, StemEmbedder, edition_draft, water_outline

PAIRS = [
    (f"Садовник {n} поливает розы и ведёт надзор.", f"Gardener {n} waters roses and supervises.")
    for n in range(60)
]
KEYS = {"st1/ch1": ("en", "When must flowers get moisture?"), "st2/ch1": ("ru", "кто инспектирует цветники")}


class CountingEmbedder(StemEmbedder):
    def __init__(self):
        self.read = []

    def encode(self, texts, role, on_done=None):
        if role == "passage":
            self.read.extend(texts)
        return super().encode(texts, role)


def keyed_draft(keys=KEYS, **fields):
    """WATER_LAW with search keys: provision -> (language, words)."""
    outline = water_outline()
    chunks = chunk_edition(WATER_LAW, outline, "О поливе роз")
    chunks += [
        ChunkDraft(node.id, node.start, node.own_end, "", node.lang, key=keys[node.id][1], key_lang=keys[node.id][0])
        for node in outline
        if node.id in keys
    ]  # fmt: skip
    return edition_draft(provisions=outline, chunks=chunks, **fields)


def other_draft(text="Статья 1. Пруды\nКарпов кормят вечером."):
    return edition_draft("ru-fz-9-2020", text=text, provisions=[], path="ponds.txt", title="О прудах",
                         chunks=[ChunkDraft("st1", 16, len(text), "О прудах", "ru")])  # fmt: skip


@pytest.fixture(autouse=True, params=[changes.FEW, 0], ids=["all compared", "changes followed"])
def few(request, monkeypatch):
    """Every test is of a library whose chunks are few, and of one whose are many."""
    monkeypatch.setattr(changes, "FEW", request.param)


@pytest.fixture
def library(tmp_path):
    opened = Library(f"sqlite:///{tmp_path / 'library.sqlite'}")
    opened.put_edition(keyed_draft())
    yield opened
    opened.close()


@pytest.fixture
def make(open_indexes):
    return lambda: open_indexes(CountingEmbedder())


@pytest.fixture
def indexes(library, make):
    one = make()
    bring_in_step(one, library)
    one.embedder.read.clear()
    return one


def bring_in_step(indexes, library):
    return reconcile(indexes, library, parallel=lambda: PAIRS)


def key_chunk(library, words):
    return next(row for row in library.chunks_among(library.chunk_ids()) if row.key == words)


def assert_in_step(indexes, library):
    held = library.chunk_ids()
    assert indexes.scan.keys == indexes.vectors.keys() == indexes.lexical.keys() == held
    assert indexes.tokens.keys() == indexes.tokens.get(sorted(held)).keys() == held
    for chunks, vectors in indexes.vectors.rows(1000, sorted(held)):
        np.testing.assert_allclose(indexes.scan.rows(chunks), vectors, atol=1e-6)


# ── keys ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("pid", KEYS)
def test_a_key_is_embedded_in_its_own_language_and_without_anything_around_it(library, indexes, pid):
    lang, words = KEYS[pid]
    row = key_chunk(library, words)
    raw = indexes.embedder.embed_passages([words])
    expected = indexes.profile.apply(raw, [lang], "passage")
    np.testing.assert_allclose(indexes.scan.rows([row.id]), expected, atol=1e-6)
    reduced = indexes.token_profile.reduce(
        indexes.embedder.encode([words], "passage").tokens[0], lang, "passage"
    )
    code = indexes.tokens.get([row.id])[row.id]
    np.testing.assert_allclose(code.codes * code.scales[:, None], reduced, atol=0.01)


@pytest.mark.parametrize("pid", KEYS)
def test_a_question_in_a_keys_words_finds_the_keys_chunk_by_meaning_words_and_tokens(library, indexes, pid):
    lang, words = KEYS[pid]
    row = key_chunk(library, words)
    (vector,), tokens = indexes.question([words], lang)
    assert indexes.nearest(vector[None], 1, Scope())[0][0].chunk == row.id
    assert [found.chunk for found in indexes.lexical.search(stems(words), 5, Scope())] == [row.id]
    held = sorted(library.chunk_ids())
    codes = indexes.tokens.get(held)
    assert held[int(maxsim(best_matches(tokens, [codes[chunk] for chunk in held])).argmax())] == row.id


def test_a_key_is_filtered_by_the_language_of_the_text_it_leads_to(library, indexes):
    words = KEYS["st1/ch1"][1]  # an English key of a Russian text
    (vector,), _ = indexes.question([words], "en")
    russian, english = Scope(None, "ru"), Scope(None, "en")
    assert indexes.nearest(vector[None], 1, russian)[0][0].chunk == key_chunk(library, words).id
    assert indexes.nearest(vector[None], 1, english)[0] == []
    assert indexes.lexical.search(stems(words), 1, russian)
    assert indexes.lexical.search(stems(words), 1, english) == []


def test_a_key_does_not_take_the_place_of_the_text(library, indexes):
    found = indexes.lexical.search(stems("розы вечерний полив"), 1, Scope())[0].chunk
    row = library.chunks_among({found})[0]
    assert (row.pid, row.key) == ("st1", None)


def test_a_changed_key_leaves_nothing_of_the_old_one(library, indexes):
    library.put_edition(keyed_draft({"st1/ch1": ("en", "Is sprinkling at dawn compulsory?")}))
    bring_in_step(indexes, library)
    assert_in_step(indexes, library)
    assert indexes.lexical.search(stems(KEYS["st1/ch1"][1]), 1, Scope()) == []
    assert indexes.lexical.search(stems("sprinkling"), 1, Scope())
    assert indexes.embedder.read == ["Is sprinkling at dawn compulsory?"]  # the text's own were held


# ── in step ───────────────────────────────────────────────────────────────────────────────────


def test_everything_is_in_step_after_adding_replacing_and_removing_an_edition(library, indexes):
    assert_in_step(indexes, library)
    key, _ = library.put_edition(other_draft())
    assert bring_in_step(indexes, library) == 1
    assert_in_step(indexes, library)
    library.put_edition(other_draft("Статья 1. Пруды\nЩук не кормят никогда."))
    bring_in_step(indexes, library)
    assert_in_step(indexes, library)
    assert indexes.lexical.search(stems("карпов"), 1, Scope()) == []
    key = next(row.id for row in library.editions() if row.act_id == "ru-fz-9-2020")
    library.remove_edition(key)
    bring_in_step(indexes, library)
    assert_in_step(indexes, library)


def test_token_codes_of_words_that_no_edition_has_any_more_go(library, indexes):
    words = "О прудах\nКарпов кормят вечером."
    library.put_edition(other_draft())
    bring_in_step(indexes, library)
    assert indexes.tokens.known([words]) == [True]
    library.put_edition(other_draft("Статья 1. Пруды\nЩук не кормят никогда."))
    bring_in_step(indexes, library)
    assert indexes.tokens.known([words]) == [False]


def test_an_emptied_library_leaves_empty_indexes(library, indexes):
    library.remove_edition(library.editions()[0].id)
    bring_in_step(indexes, library)
    assert_in_step(indexes, library)
    assert len(indexes.scan) == len(indexes.tokens.keys()) == 0
    (vector,), _ = indexes.question(["розы"], "ru")
    assert indexes.nearest(vector[None], 5, Scope())[0] == []


def test_what_stays_keeps_its_vectors_when_others_come_and_go(library, indexes):
    held = sorted(library.chunk_ids())
    before = indexes.scan.rows(held)
    key, _ = library.put_edition(other_draft())
    bring_in_step(indexes, library)
    np.testing.assert_array_equal(indexes.scan.rows(held), before)
    library.remove_edition(key)
    bring_in_step(indexes, library)
    np.testing.assert_array_equal(indexes.scan.rows(held), before)


def test_the_same_words_in_a_second_edition_are_not_read_again(library, indexes):
    library.put_edition(keyed_draft(edition="2024-03-01", path="second.txt"))
    assert bring_in_step(indexes, library) == len(library.chunk_ids()) // 2
    assert indexes.embedder.read == []
    assert_in_step(indexes, library)


def test_rebuilding_reads_nothing_that_was_read_before(library, indexes):
    rebuild(indexes, library)
    assert_in_step(indexes, library)
    assert indexes.embedder.read == []


def test_another_models_scan_and_token_codes_go(library, indexes, make):
    other = make()
    other.embedder.identity = type("Identity", (), {"fingerprint": "f" * 64, "dimension": 256})
    bring_in_step(other, library)
    assert_in_step(other, library)
    kinds = sorted(path.name.split("-")[0] for path in other.path.iterdir() if "-" in path.name)
    assert [kind for kind in kinds if kind != "tokens"] == ["centring", "scan"]
    assert not [path for path in other.path.iterdir() if indexes.short in path.name]


# ── the vocabulary ────────────────────────────────────────────────────────────────────────────


def test_the_vocabulary_has_the_words_of_texts_headings_and_keys(indexes):
    words = load_vocabulary(indexes.path)
    assert {"садовник", "комиссия", "правила", "moisture", "инспектирует", "ведет"} <= words.keys()
    assert words["розы"] == 1
    assert indexes.spelling.corrected("Какая комисия инспектрует?") == "Какая комиссия инспектирует?"


def test_the_vocabulary_grows_with_an_edition_and_does_not_shrink_without_it(library, indexes):
    before = load_vocabulary(indexes.path)
    key, _ = library.put_edition(other_draft())
    bring_in_step(indexes, library)
    grown = load_vocabulary(indexes.path)
    assert grown.keys() - before.keys() == {"карпов", "кормят", "вечером", "прудах"}
    assert {word: grown[word] for word in before} == before
    assert indexes.spelling.corrected("карпоф кармят") == "карпов кормят"  # seen at once
    library.remove_edition(key)
    bring_in_step(indexes, library)
    assert load_vocabulary(indexes.path) == grown


def test_the_words_of_a_private_file_are_not_learnt_and_those_learnt_before_go(library, indexes):
    before = load_vocabulary(indexes.path)
    earlier = indexes.path / "vocabulary.json"
    earlier.write_text('{"карпов": 1}', encoding="utf-8")
    draft = other_draft()
    draft.act = replace(draft.act, id=f"own-{'a' * 16}-ponds")
    library.put_edition(draft)
    bring_in_step(indexes, library)
    assert_in_step(indexes, library)
    assert load_vocabulary(indexes.path) == before
    assert indexes.spelling.corrected("карпоф кармят") == "карпоф кармят"
    assert not earlier.exists()


def test_a_home_that_learnt_private_words_learns_the_shared_ones_anew(library, indexes, make):
    before = load_vocabulary(indexes.path)
    (indexes.path / "words.json").rename(indexes.path / "vocabulary.json")
    again = make()
    assert not again.complete_for(library)
    bring_in_step(again, library)
    assert load_vocabulary(again.path) == before
    assert again.complete_for(library)
