from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.number_words import find_number_words, is_scale


def values(text):
    return [number.value for number in find_number_words(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("в течение двадцати четырёх часов", [24]),
        ("сто двадцать три тысячи четыреста пять рублей", [123_405]),
        ("полутора миллионов", [1_500_000]),
        ("не менее двух третей голосов", [Fraction(2, 3)]),
        ("восьмидесяти процентов", [80]),
        ("пятьюстами", [500]),
        ("двухлетний срок", [2]),
        ("thirty-five million euros", [35_000_000]),
        ("one hundred and five days", [105]),
        ("a two-thirds majority", [Fraction(2, 3)]),
        ("два или три", [2, 3]),
        ("two or three", [2, 3]),
    ],
)
def test_a_number_in_words_is_read_in_any_case(text, expected):
    assert values(text) == expected


@pytest.mark.parametrize(
    "text", ["тысячи компаний", "семью и семьи", "сотрудников", "millions of users", "стоит"]
)
def test_words_that_only_look_like_numbers_are_none(text):
    assert values(text) == []


def test_an_ordinal_is_told_from_a_cardinal():
    found = find_number_words("двадцать первая статья и пять пунктов")
    assert [(number.value, number.ordinal) for number in found] == [(21, True), (5, False)]


def test_a_scale_multiplies():
    assert is_scale("миллионов") == 10**6
    assert is_scale("пять") is None


@given(st.integers(2, 999))
def test_what_is_found_stands_where_it_is_said_to_stand(number):
    words = {2: "два", 3: "три", 40: "сорок", 100: "сто", 200: "двести", 300: "триста", 50: "пятьдесят"}
    hundreds, rest = number // 100 * 100, number % 100
    said = " ".join(words[part] for part in (hundreds, rest) if part in words)
    text = f"ровно {said} штук"
    for found in find_number_words(text):
        assert text[found.start : found.end] in said
