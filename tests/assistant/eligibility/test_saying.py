"""What is known or wanted of a fact in words, and that the words are read back to the same."""

from datetime import date
from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.eligibility.facts import NUMERIC, fact, facts
from assistant.eligibility.line import ALL, above, below, between, exactly
from assistant.eligibility.rules import day_of, limits, ordinal
from assistant.eligibility.saying import amount, grouped, told
from assistant.eligibility.values import read_value


def read(name, content):
    value = read_value(fact(name), content)
    return value and value.known


def span(low, high=None):
    return between(Decimal(str(low)), Decimal(str(low if high is None else high)))


def least(name, low, **ends):
    return between(Decimal(str(low)), None, **ends) & limits(fact(name))


# ── told, and read back ───────────────────────────────────────────────────────────────────────────

_AMOUNTS = st.decimals(0, 999, places=2, allow_nan=False, allow_infinity=False)
_LARGE = st.decimals(0, 10**12, places=2, allow_nan=False, allow_infinity=False)


def _known(low, high, inside):
    shapes = (
        exactly(low), above(low), below(high), between(low, None), between(None, high), between(low, high),
        between(low, high, open_low=True), between(low, high, open_high=True),
        between(low, high, open_low=True, open_high=True),
    )  # fmt: skip
    return [shape & inside for shape in shapes if shape & inside]


@given(_LARGE, _LARGE)
@pytest.mark.parametrize("name", ["revenue", "staff", "employee_age", "data_centre_power", "storage_volume"])
def test_what_is_told_of_a_number_in_russian_is_read_back(name, one, two):
    for known in _known(min(one, two), max(one, two), limits(fact(name))):
        said = told(fact(name), known, "ru")
        if said:
            assert read(name, said) == known, said


@given(_AMOUNTS, _AMOUNTS)
@pytest.mark.parametrize("name", ["revenue", "staff", "employee_age", "data_centre_power", "storage_volume"])
def test_what_is_told_of_a_number_in_english_is_read_back(name, one, two):
    for known in _known(min(one, two), max(one, two), limits(fact(name))):
        said = told(fact(name), known, "en")
        if said:
            assert read(name, said) == known, said


@given(st.decimals(0, 100, places=2), st.decimals(0, 100, places=2), st.sampled_from(["ru", "en"]))
def test_what_is_told_of_a_share_is_read_back(one, two, lang):
    for known in _known(min(one, two), max(one, two), limits(fact("it_income_share"))):
        said = told(fact("it_income_share"), known, lang)
        if said:
            assert read("it_income_share", said) == known, said


_EXACT = st.decimals(0, 10**12, allow_nan=False, allow_infinity=False, places=3) | st.integers(0, 10**7).map(
    Decimal
)
_SHARES = st.decimals(0, 100, places=3) | st.integers(0, 100).map(Decimal)
_EVERY_DAY = st.dates(date(1, 1, 2), date(9999, 12, 30)).map(ordinal)


@st.composite
def spans(draw, each):
    """What can be known of a fact on the line: one number, bounds, a range, or several of these."""
    ends = _EVERY_DAY if each.type == "date" else _SHARES if limits(each).parts[0][1][0] == 100 else _EXACT
    low, high = sorted((draw(ends), draw(ends)))
    shapes = _known(low, high, limits(each))
    return draw(st.sampled_from([*shapes, *(one | two for one in shapes[:4] for two in shapes[:4])]))


def whole_days(known):
    """A set of days as its first and last days."""
    return [
        (None if low.is_infinite() else int(low) + above_it, None if high.is_infinite() else int(high) - 1 + below_it)
        for (low, above_it), (high, below_it) in known.parts
    ]  # fmt: skip


@pytest.mark.parametrize("lang", ["ru", "en"])
@pytest.mark.parametrize(
    "each", [each for each in facts().values() if each.type in NUMERIC], ids=lambda each: each.id
)
@given(data=st.data())
def test_whatever_is_told_of_a_fact_on_the_line_is_read_back(each, lang, data):
    known = data.draw(spans(each))
    days = [part for part in whole_days(known) if None in part or part[0] <= part[1]]
    said = told(each, known, lang)
    if not said or (each.type == "date" and len(days) != len(known.parts)):
        return
    found = read_value(each, said).known
    if each.type == "date":
        assert whole_days(found) == days, said
    else:
        assert found == known, said


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_several_options_that_are_told_are_read_back(lang):
    for each in (each for each in facts().values() if each.type == "choice"):
        for one, two, three in permutations([option.id for option in each.options], 3):
            for known in (frozenset((one, two)), frozenset((one, two, three))):
                if len(known) < len(each.options):
                    assert read_value(each, told(each, known, lang)).known == known


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_all_days_are_told_as_nothing(lang):
    assert told(fact("registered_on"), ALL, lang) == ""


@given(st.dates(date(1900, 1, 1)), st.sampled_from(["ru", "en"]))
def test_a_day_that_is_told_is_read_back(day, lang):
    known = exactly(ordinal(day))
    assert read("registered_on", told(fact("registered_on"), known, lang)) == known


@given(st.integers(1900, 2100), st.integers(1, 12), st.sampled_from(["ru", "en"]))
def test_a_month_and_a_year_that_are_told_are_read_back(year, month, lang):
    for written in (f"{year}", f"{year}-{month:02}"):
        known = read("registered_on", written)
        assert read("registered_on", told(fact("registered_on"), known, lang)) == known


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_yes_no_and_options_that_are_told_are_read_back(lang):
    for each in facts().values():
        for answer in [option.id for option in each.options] or (
            ["yes", "no"] if each.type == "bool" else []
        ):
            said = told(each, frozenset((answer,)), lang)
            assert read_value(each, said).known == frozenset((answer,))


@given(_LARGE)
def test_the_text_of_a_value_gives_the_same_value(number):
    value = read_value(fact("revenue"), number)
    assert read_value(fact("revenue"), value.text).known == value.known == exactly(number)


# ── the words ─────────────────────────────────────────────────────────────────────────────────────

NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("name", "known", "ru", "en"),
    [
        ("it_income_share", above(Decimal(30)) & limits(fact("it_income_share")), "более 30 %", "more than 30%"),
        ("state_share", below(Decimal(50)) & limits(fact("state_share")), "менее 50 %", "less than 50%"),
        ("it_income_share", span(27), "27 %", "27%"),
        ("it_income_share", span("29.99"), "29,99 %", "29.99%"),
        ("it_income_share", span(0), "0 %", "0%"),
        ("it_income_share", span(100), "100 %", "100%"),
        ("revenue", span(1000000), f"1{NBSP}000{NBSP}000 руб.", "RUB 1,000,000"),
        ("revenue", span(1, 2), "от 1 руб. до 2 руб.", "from RUB 1 to RUB 2"),
        ("data_centre_power", least("data_centre_power", 10), "не менее 10 МВт", "at least 10 MW"),
        ("staff", span("12.50"), "12,5 чел.", "12.5 persons"),
        ("it_income_share", between(Decimal(1), Decimal(2), open_low=True), "более 1 % и не более 2 %",
         "more than 1% and at most 2%"),
        ("it_income_share", (span(1) | span(3)), "1 % или 3 %", "1% or 3%"),
        ("accredited", frozenset(("yes",)), "да", "yes"),
        ("accredited", frozenset(("yes", "no")), "да или нет", "yes or no"),
        ("org_form", frozenset(("university", "research_body")), "вуз или научная организация",
         "university or research organisation"),
    ],
)  # fmt: skip
def test_what_is_known_or_wanted_in_words(name, known, ru, en):
    assert (told(fact(name), known, "ru"), told(fact(name), known, "en")) == (ru, en)


@pytest.mark.parametrize(
    ("known", "ru", "en"),
    [
        (below(ordinal(date(2022, 8, 1))), "ранее 01.08.2022", "before 2022-08-01"),
        (above(ordinal(date(2025, 4, 25))), "после 25.04.2025", "after 2025-04-25"),
        (between(ordinal(date(2025, 4, 25)), None), "не ранее 25.04.2025", "2025-04-25 or later"),
        (between(None, ordinal(date(2025, 4, 25))), "не позднее 25.04.2025", "2025-04-25 or earlier"),
        (between(ordinal(date(2026, 1, 1)), ordinal(date(2026, 6, 1))), "с 01.01.2026 по 01.06.2026",
         "from 2026-01-01 to 2026-06-01"),
        (between(ordinal(date(2024, 1, 1)), ordinal(date(2024, 12, 31))), "2024", "2024"),
    ],
)  # fmt: skip
def test_days_in_words(known, ru, en):
    assert (told(fact("accredited_on"), known, "ru"), told(fact("accredited_on"), known, "en")) == (ru, en)


def test_what_says_nothing_is_told_as_nothing():
    assert told(fact("revenue"), ALL & limits(fact("revenue")), "ru") == ""


@given(_LARGE)
def test_digits_are_grouped_and_nothing_of_a_number_is_lost(number):
    for lang, group, point in (("ru", NBSP, ","), ("en", ",", ".")):
        said = grouped(number, lang)
        assert Decimal(said.replace(group, "").replace(point, ".")) == number
        assert not said.endswith("0") or point not in said
    assert amount(fact("revenue"), number, "en").startswith("RUB ")


@given(st.dates())
def test_a_day_is_the_day_of_its_number(day):
    assert day_of(ordinal(day)) == day
