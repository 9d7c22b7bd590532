"""Token codes are kept by what a text says, found by chunk, and go when no chunk needs them."""

from __future__ import annotations

import sqlite3

import numpy as np
import pytest

from assistant.errors import LibraryError
from assistant.index.late import TokenCodes
from assistant.index.token_store import ASKED_AT_ONCE, TokenStore

DIRECTIONS = 6


def code(seed, tokens=3):
    rng = np.random.default_rng(seed)
    numbers = rng.integers(-127, 128, (tokens, DIRECTIONS)).astype(np.int8)
    return TokenCodes(numbers, rng.uniform(0.001, 0.008, tokens).astype("<f2").astype(np.float32))


def same(one, other):
    return np.array_equal(one.codes, other.codes) and np.array_equal(one.scales, other.scales)


def stored_texts(store):
    """How many texts' codes the file holds."""
    with sqlite3.connect(store.path) as db:
        return db.execute("SELECT count(*) FROM codes").fetchone()[0]


@pytest.fixture
def store(tmp_path):
    opened = TokenStore(tmp_path / "deep" / "tokens.sqlite", DIRECTIONS)
    yield opened
    opened.close()


def test_codes_come_back_as_they_were_put(store):
    store.put([1, 2, 3], ["один", "два", ""], [code(1), code(2, 7), code(3, 0)])
    found = store.get([3, 2, 1, 99])
    assert found.keys() == {1, 2, 3}
    assert same(found[1], code(1))
    assert same(found[2], code(2, 7))
    assert found[3].codes.shape == (0, DIRECTIONS)
    assert store.get([]) == {}
    assert store.keys() == {1, 2, 3}


def test_the_same_text_in_two_chunks_is_stored_once(store):
    store.put([1], ["О поливе"], [code(1)])
    assert store.known(["О поливе", "о поливе", "О поливе"]) == [True, False, True]
    store.put([2], ["О поливе"], [None])
    found = store.get([1, 2])
    assert same(found[1], found[2])
    assert stored_texts(store) == 1


def test_the_same_text_twice_in_one_batch_is_stored_once(store):
    store.put([1, 2], ["О поливе", "О поливе"], [code(1), code(1)])
    assert store.keys() == {1, 2}
    assert stored_texts(store) == 1


def test_a_chunk_put_again_has_its_new_text(store):
    store.put([1], ["старое"], [code(1)])
    store.put([1], ["новое"], [code(2)])
    assert same(store.get([1])[1], code(2))
    assert store.keys() == {1}
    assert store.known(["старое", "новое"]) == [True, True]
    store.sweep()
    assert store.known(["старое", "новое"]) == [False, True]


def test_codes_of_a_removed_chunk_are_found_again_by_its_text_until_swept(store):
    store.put([1, 2], ["один", "два"], [code(1), code(2)])
    store.remove([1, 99])
    assert store.keys() == {2}
    assert store.get([1]) == {}
    store.put([7], ["один"], [None])
    assert same(store.get([7])[7], code(1))


def test_sweeping_keeps_what_any_chunk_still_has(store):
    store.put([1, 2, 3], ["общее", "общее", "своё"], [code(1), None, code(3)])
    store.remove([1, 3])
    store.sweep()
    assert store.known(["общее", "своё"]) == [True, False]
    assert same(store.get([2])[2], code(1))
    store.remove([2])
    store.sweep()
    assert (store.keys(), stored_texts(store)) == (set(), 0)


def test_as_many_and_one_more_than_fit_in_a_statement(store):
    count = 2 * ASKED_AT_ONCE + 1
    texts = [f"текст {number}" for number in range(count)]
    store.put(range(count), texts, [code(number, 1) for number in range(count)])
    assert store.known([*texts, "другой"]) == [True] * count + [False]
    found = store.get(range(count))
    assert len(found) == count
    assert all(same(found[number], code(number, 1)) for number in (0, ASKED_AT_ONCE, count - 1))
    store.remove(range(1, count))
    assert store.keys() == {0}


def test_what_was_put_is_there_when_the_file_is_opened_again_and_to_others(store):
    store.put([1], ["один"], [code(1)])
    beside = TokenStore(store.path, DIRECTIONS)
    assert same(beside.get([1])[1], code(1))
    beside.put([2], ["два"], [code(2)])
    beside.close()
    assert same(store.get([2])[2], code(2))
    store.close()
    again = TokenStore(store.path, DIRECTIONS)
    assert again.keys() == {1, 2}
    again.close()


def test_a_file_keeps_its_identity_and_one_made_anew_has_another(store):
    named = store.identity
    store.put([1], ["один"], [code(1)])
    assert store.identity == named
    store.close()
    again = TokenStore(store.path, DIRECTIONS)
    assert again.identity == named
    again.close()
    for path in store.path.parent.iterdir():
        path.unlink()
    anew = TokenStore(store.path, DIRECTIONS)
    assert anew.identity != named
    anew.close()


def test_chunks_texts_and_codes_must_be_as_many(store):
    with pytest.raises(ValueError, match="zip"):
        store.put([1, 2], ["один"], [code(1)])
    assert store.keys() == set()


def test_a_file_that_is_no_store_is_an_error_that_names_it(tmp_path):
    path = tmp_path / "tokens.sqlite"
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(LibraryError) as caught:
        TokenStore(path, DIRECTIONS)
    assert str(path) in caught.value.en
    assert str(path) in caught.value.ru


def test_a_place_that_cannot_be_written_and_a_closed_store_are_errors_too(tmp_path, store):
    (tmp_path / "file").write_text("")
    with pytest.raises(LibraryError, match="cannot be used"):
        TokenStore(tmp_path / "file" / "tokens.sqlite", DIRECTIONS)
    store.close()
    for use in (store.keys, store.sweep, lambda: store.get([1]), lambda: store.remove([1])):
        with pytest.raises(LibraryError, match="cannot be used"):
            use()
