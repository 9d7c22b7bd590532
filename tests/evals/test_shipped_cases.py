"""What the cases that ship must be, without the acts: how many, of which kinds, and that they quote nothing."""

import json

import pytest

from evals.retrieval_cases import CASES, load_cases


@pytest.fixture(scope="module")
def cases():
    return load_cases()


def languages(case):
    """The languages of the acts a case needs."""
    return {"ru" if place.act.startswith("ru-") else "en" for need in case.needs for place in need}


def test_there_are_at_least_two_hundred(cases):
    assert len(cases) >= 200


def test_each_language_asks_about_texts_of_the_other(cases):
    russian_about_english = [case.id for case in cases if case.lang == "ru" and "en" in languages(case)]
    english_about_russian = [case.id for case in cases if case.lang == "en" and "ru" in languages(case)]
    assert len(russian_about_english) >= 40
    assert len(english_about_russian) >= 40


def test_the_language_of_a_question_is_that_of_its_letters(cases):
    wrong = [
        case.id
        for case in cases
        if (
            sum("а" <= letter <= "я" for letter in case.question.lower()) * 2
            > sum(map(str.isalpha, case.question))
        )
        != (case.lang == "ru")
    ]
    assert len(wrong) <= len(cases) // 50, wrong  # a terse Russian question may be mostly Latin names


def test_enough_need_several_provisions(cases):
    assert sum(len(case.needs) >= 2 for case in cases) >= 40


def test_enough_ask_about_an_edition(cases):
    of_editions = [case for case in cases if "edition" in case.tags]
    assert len(of_editions) >= 20
    assert all(case.as_of for case in of_editions)


def test_enough_are_terse_or_misspelt(cases):
    assert sum(bool({"terse", "misspelt"} & set(case.tags)) for case in cases) >= 30


def test_both_halves_are_large(cases):
    assert min(sum(case.split == half for case in cases) for half in ("dev", "test")) >= 100


def test_every_place_is_a_span_and_every_need_has_one(cases):
    for case in cases:
        assert all(case.needs), case.id
        assert all(place.start < place.end for need in case.needs for place in need), case.id


def test_no_question_is_asked_twice(cases):
    asked = [(case.lang, case.question.casefold(), case.as_of) for case in cases]
    assert len(set(asked)) == len(asked)


def test_no_case_quotes_an_act():
    fields = {"id", "lang", "question", "as_of", "tags", "needs"}
    of_place = {"act", "edition", "provision", "start", "end", "sha256"}
    for line in CASES.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        assert case.keys() <= fields, case["id"]
        assert all(place.keys() <= of_place for need in case["needs"] for place in need), case["id"]
