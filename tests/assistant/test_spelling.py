"""Only words of which no text has the stem are mended, and only by words that are near."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.index.words import fold, stem
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
        ("поллив", "полив"),  # one too many
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
    assert spelling.corrected("Which AI sistems are prohibbited?") == "Which AI systems are prohibited?"


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


@pytest.mark.parametrize(
    ("question", "mended"),
    [
        ("кто такой садвник?", "кто такой садовник?"),
        ("кто такой Садвник?", "кто такой Садвник?"),
        ("кто такой САДВНИК?", "кто такой САДВНИК?"),
        ("кто такой садВник?", "кто такой садВник?"),
        ("закон «Садвник»", "закон «Садвник»"),
        ("is the Sistem of the sistem", "is the Sistem of the system"),
        ("Садвник ведёт реестр?", "садовник ведёт реестр?"),  # the first word has its capital anyway
        ("САДВНИК ведёт реестр?", "САДВНИК ведёт реестр?"),
        ("Sistem of records", "system of records"),
    ],
)
def test_a_capital_inside_a_sentence_marks_a_name_which_stays(spelling, question, mended):
    assert spelling.corrected(question) == mended


def test_words_known_besides_the_texts_stay_however_near_a_word_is(spelling):
    assert spelling.corrected("закон системс о providerz") == "закон системы о provider"
    assert spelling.corrected("закон системс о providerz", {"системс"}) == "закон системс о provider"
    assert spelling.corrected("Системс о providerz", {"системс", "providerz"}) == "Системс о providerz"


@pytest.mark.parametrize("word", ["реестром", "реестрам", "комиссией", "полиив", "systemic", "prohibitted"])
def test_a_word_stays_whose_stem_any_text_has(spelling, word):
    assert word not in WORDS
    assert stem(word) in {stem(known) for known in WORDS}
    assert spelling.nearest(word)  # a word is near, and yet
    assert spelling.corrected(word) == word
    assert spelling.corrected(f"{word} садвник") == f"{word} садовник"


def test_a_word_stays_whose_stem_a_rare_word_has():
    spelling = Spelling({"садвник": 1, "садовник": 90})
    assert spelling.corrected("садвник садвнику садовнык") == "садвник садвнику садовник"


@pytest.mark.parametrize(
    "compound",
    [
        "реестор-план", "план-реестор", "сад-реестор-план", "реестор1", "1реестор", "реес2тор", "реестор_план",
        "sistem-wide", "eco-sistem", "sistem2", "реестор-2",
    ],
)  # fmt: skip
def test_compounds_and_words_with_digits_stay(spelling, compound):
    assert spelling.corrected(f"{compound}, реестор — sistem") == f"{compound}, реестр — system"


@pytest.mark.parametrize(
    "word", ["веестр", "еестр", "ереестр", "ереестор", "асдовник", "кадовник", "zystem", "ysstem"]
)
def test_the_first_letter_must_agree(spelling, word):
    assert spelling.corrected(word) == word


OPPOSITES = [
    ("надлежащий", "ненадлежащий"),
    ("нужнейший", "ненужнейший"),
    ("usually", "unusually"),
    ("duplication", "deduplication"),
    ("illustrated", "unillustrated"),
]


@pytest.mark.parametrize(("word", "opposite"), OPPOSITES)
def test_a_word_is_never_mended_into_its_opposite(word, opposite):
    assert stem(word) != stem(opposite)
    assert Spelling({word: 90}).corrected(opposite) == opposite
    assert Spelling({opposite: 90}).corrected(word) == word


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ненадлижащий", "ненадлежащий"),
        ("надлижащий", "надлежащий"),
        ("unusualy", "unusually"),
        ("deduplicasion", "deduplication"),
        ("duplicasion", "duplication"),
    ],
)
def test_a_word_with_its_prefix_is_mended_into_one_that_has_it_too(typed, meant):
    both = Spelling({word: 90 for pair in OPPOSITES for word in pair})
    assert both.corrected(typed) == meant


@pytest.mark.parametrize("typed", ["нинадлежащий", "нанадлежащий", "diduplication"])
def test_a_word_whose_negating_prefix_is_misspelt_does_not_lose_it(typed):
    both = Spelling({word: 90 for pair in OPPOSITES for word in pair})
    assert both.corrected(typed) not in {word for word, _ in OPPOSITES}


def test_a_word_of_seven_letters_may_differ_in_one_place_and_one_of_eight_in_two():
    spelling = Spelling({"система": 3, "системам": 3, "practices": 3})
    assert spelling.corrected("сестома") == "сестома"
    assert spelling.corrected("систома") == "система"
    assert spelling.corrected("сестомам") == "системам"
    assert spelling.corrected("prektices") == "practices"
    assert spelling.corrected("prekticas") == "prekticas"  # three


def test_the_nearer_word_comes_before_the_commoner_and_of_equals_the_commoner():
    assert Spelling({"интеллект": 3, "интеллекты": 900}).corrected("интелект") == "интеллект"
    forms = {"реестра": 3, "реестры": 9, "реестре": 4}
    assert Spelling(forms).corrected("реестрб") == "реестры"
    assert Spelling({"реестры": 9, "реестра": 9}).corrected("реестрб") == "реестра"  # always the same one


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


def test_a_word_of_the_askers_own_texts_stays_as_it_is(spelling):
    asked = []

    def held(word):
        asked.append(word)
        return word == "садвник"

    assert spelling.corrected("Где садвник и комисия?", held=held) == "Где садвник и комиссия?"
    assert asked == ["садвник", "комисия"]  # only of what would be changed
