"""Words are counted as they come and kept in one file."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.index.vocabulary import FILE, add_words, load_vocabulary

WORDS = st.sampled_from(["розы", "Розы", "полив", "надзор", "rose", "ёлка", "елка"])


def test_words_are_folded_and_counted(tmp_path):
    add_words(tmp_path, ["Розы и розы", "Ещё РОЗЫ. Roses"])
    assert load_vocabulary(tmp_path) == {"розы": 3, "еще": 1, "roses": 1}


def test_numbers_short_words_and_what_is_half_a_number_are_no_words(tmp_path):
    add_words(tmp_path, ["№ 1119 от 01.11.2012, ИИ, AI, GPT4, ст. 5 и 149-ФЗ"])
    assert load_vocabulary(tmp_path) == {}


def test_the_parts_of_a_compound_are_words(tmp_path):
    add_words(tmp_path, ["веб-сайт и risk-based"])
    assert load_vocabulary(tmp_path) == {"веб": 1, "сайт": 1, "risk": 1, "based": 1}


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.lists(WORDS, max_size=6), max_size=4), max_size=4))
def test_counts_add_up_however_the_texts_come(tmp_path_factory, batches):
    folder = tmp_path_factory.mktemp("words")
    for batch in batches:
        add_words(folder, (" ".join(words) for words in batch))
    words = [word.lower().replace("ё", "е") for batch in batches for text in batch for word in text]
    assert load_vocabulary(folder) == Counter(words)
    assert {path.name for path in folder.iterdir()} <= {FILE}


def test_a_folder_that_is_not_there_has_no_words_and_is_made_for_the_first(tmp_path):
    assert load_vocabulary(tmp_path / "index") == {}
    add_words(tmp_path / "index", ["розы"])
    assert load_vocabulary(tmp_path / "index") == {"розы": 1}


@pytest.mark.parametrize("content", [b"", b"{half a", b'["a", "list"]', b"null", b"\xff\xfe\x00"])
def test_a_damaged_file_is_an_empty_one_and_is_written_anew(tmp_path, content):
    (tmp_path / FILE).write_bytes(content)
    assert load_vocabulary(tmp_path) == {}
    add_words(tmp_path, ["розы"])
    assert load_vocabulary(tmp_path) == {"розы": 1}


def test_letters_stay_readable_in_the_file(tmp_path):
    add_words(tmp_path, ["комиссия"])
    assert "комиссия" in (tmp_path / FILE).read_text(encoding="utf-8")
