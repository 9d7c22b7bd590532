"""Only words that no text has are mended, and only by words that are near."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.index.words import fold
from assistant.spelling import SHORTEST, Spelling

WORDS = {
    "садовник": 9, "садовника": 4, "комиссия": 7, "комиссии": 5, "полив": 6, "розы": 8, "роза": 2, "утром": 3,
    "искусственный": 5, "искусственного": 8, "интеллект": 9, "интеллекта": 3, "персональных": 4, "данных": 20,
    "ведет": 6, "система": 30, "системы": 40, "реестр": 5,
    "system": 30, "systems": 40, "provider": 12, "providers": 9, "artificial": 10, "intelligence": 11,
    "prohibited": 5, "practices": 6, "gardens": 3, "garden": 4,
}  # fmt: skip


@pytest.fixture(scope="module")
def spelling():
    return Spelling(WORDS)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("садвник", "садовник"),  # a letter left out
        ("полиив", "полив"),  # one too many
        ("реестор", "реестр"),
        ("комисися", "комиссия"),  # two that changed places
        ("provuder", "provider"),  # the key beside it
        ("gardns", "gardens"),
        ("искуственый", "искусственный"),  # two, in a long word
        ("inteligense", "intelligence"),
    ],
)
def test_a_misspelt_word_becomes_the_nearest_one(spelling, typed, meant):
    assert spelling.corrected(typed) == meant


def test_only_what_is_misspelt_changes_in_a_question(spelling):
    question = "Кто, кроме садвника, отвечает за\n«искуственный  интелект» (п. 5)?"
    assert spelling.corrected(question) == (
        "Кто, кроме садовника, отвечает за\n«искусственный  интеллект» (п. 5)?"
    )
    assert spelling.corrected("Which AI sistems are prohibitted?") == "Which AI systems are prohibited?"


@pytest.mark.parametrize(
    "question",
    [
        "Кто ведёт реестр?",  # ё as е
        "САДОВНИК поливает Розы утром",
        "садовника комиссии",  # another form of a word is that form
        "",
        "???",
        "№ 490 от 10.10.2019",
    ],
)
def test_a_question_without_misspelt_words_stays_as_it_is(spelling, question):
    assert spelling.corrected(question) == question


@pytest.mark.parametrize("word", ["СИСТЕМЬ", "SYSTEMZ", "GPAIsystem", "СИстема1", "ФСТЭК", "NIST", "ГОСТа"])
def test_abbreviations_stay(word):
    near = Spelling({fold(word)[:-1] + "ы": 5, fold(word) + "s": 5, "система": 3, "systems": 3})
    assert near.corrected(word) == word


@pytest.mark.parametrize("word", ["розе", "роль", "the", "rosa", "ст", "я"])
def test_a_short_word_stays_however_near_another_is(spelling, word):
    assert len(word) < SHORTEST
    assert spelling.corrected(word) == word


@pytest.mark.parametrize("number", ["2024/1689", "149", "12.04.2018", "1000000", "5(1)", "300.000,00"])
def test_numbers_stay(number):
    near = Spelling({**WORDS, **dict.fromkeys(["2024/1688", "148", "1000001"], 50)})
    assert near.corrected(f"Акт {number}") == f"Акт {number}"


@pytest.mark.parametrize("name", ["Мишустин", "Brussels", "Владивосток", "ChatGPT"])
def test_a_name_that_no_text_has_and_nothing_is_near_stays(spelling, name):
    assert spelling.corrected(f"{name}?") == f"{name}?"


def test_a_name_that_is_known_stays_however_near_a_word_is(spelling):
    assert spelling.corrected("Закон Системс о providerz") == "Закон системы о provider"
    assert spelling.corrected("Закон Системс о providerz", {"системс", "providerz"}) == (
        "Закон Системс о providerz"
    )


def test_a_word_of_seven_letters_may_differ_in_one_place_and_one_of_eight_in_two():
    spelling = Spelling({"система": 1, "системам": 1, "practices": 1})
    assert spelling.corrected("сестома") == "сестома"
    assert spelling.corrected("систома") == "система"
    assert spelling.corrected("сестомам") == "системам"
    assert spelling.corrected("prektices") == "practices"
    assert spelling.corrected("prekticas") == "prekticas"  # three


def test_the_nearer_word_comes_before_the_commoner_and_of_equals_the_commoner():
    assert Spelling({"интеллект": 1, "интеллекты": 900}).corrected("интелект") == "интеллект"
    assert Spelling({"система": 3, "системы": 9, "системе": 1}).corrected("системю") == "системы"
    assert Spelling({"системы": 3, "система": 3}).corrected("системю") == "система"  # always the same one


def test_a_word_is_mended_by_words_of_its_own_script():
    spelling = Spelling({"сосна": 5, "cocna": 5})
    assert spelling.corrected("сасна") == "сосна"
    assert spelling.corrected("cacna") == "cocna"
    assert Spelling({"cocna": 5}).corrected("сосна") == "сосна"  # the same to the eye


def test_without_words_nothing_is_mended():
    assert Spelling({}).corrected("садвник sistems") == "садвник sistems"


@given(
    st.text(max_size=60) | st.lists(st.sampled_from([*WORDS, "садвник", "sistem", "ИИ", "5"])).map(" ".join)
)
def test_what_is_mended_once_needs_no_mending_and_nothing_but_words_changes(question):
    spelling = Spelling(WORDS)
    mended = spelling.corrected(question)
    assert spelling.corrected(mended) == mended
    letters = re.compile(r"[A-Za-zА-яЁё]+(?:-[A-Za-zА-яЁё]+)*")
    assert letters.sub("", mended) == letters.sub("", question)
