"""The words of the interface."""

from __future__ import annotations

import re
import string

import pytest

from assistant.model import Authority, Confidence, Currency
from assistant.web.text import (
    AUTHORITY,
    CONFIDENCE,
    CURRENCY,
    EXAMPLES,
    JURISDICTION,
    TEXT,
    in_words,
    language_of,
    say,
)


def fields(words: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name}


def test_both_languages_say_the_same_things_with_the_same_blanks():
    assert TEXT["ru"].keys() == TEXT["en"].keys()
    for key, words in TEXT["ru"].items():
        assert fields(words) == fields(TEXT["en"][key]), key


def test_russian_is_russian_and_english_is_english():
    for key, words in TEXT["en"].items():
        assert key == "other_language" or not re.search("[а-яё]", words, re.IGNORECASE), key
    for key, words in TEXT["ru"].items():
        plain = re.sub(r"\{\w+\}|ai-policy ingest", "", words)
        assert key == "other_language" or not re.search("[a-z]", plain, re.IGNORECASE), key


@pytest.mark.parametrize(
    ("table", "values"), [(CURRENCY, Currency), (AUTHORITY, Authority), (CONFIDENCE, Confidence)]
)
def test_every_value_has_words_of_its_own_in_both_languages(table, values):
    for lang in ("ru", "en"):
        assert set(table[lang]) == set(values)
        assert len(set(table[lang].values())) == len(values)


def test_an_unknown_value_is_shown_as_it_is():
    assert in_words(JURISDICTION, "ru", "zz") == "zz"
    assert in_words(JURISDICTION, "ru", None) == ""


def test_there_are_three_examples_in_each_language():
    assert {lang: len(questions) for lang, questions in EXAMPLES.items()} == {"ru": 3, "en": 3}


@pytest.mark.parametrize(
    ("header", "lang"),
    [
        ("ru-RU,ru;q=0.9,en-US;q=0.8,en;q=0.7", "ru"),
        ("en-US,en;q=0.9,ru;q=0.8", "en"),
        ("de-DE,de;q=0.9,ru;q=0.5,en;q=0.4", "ru"),
        ("en;q=0.1,ru", "ru"),
        ("de", "en"),
        ("", "en"),
        (None, "en"),
        ("ru;q=0", "en"),
        ("ru;q=nonsense,en;q=0.1", "en"),
        (",;;=,", "en"),
    ],
)
def test_the_browsers_language_is_followed_by_weight(header, lang):
    assert language_of(header, "en") == lang


def test_a_language_that_is_neither_speaks_english():
    assert say("fr", "ask") == "Ask"
