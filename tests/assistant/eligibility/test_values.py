"""What people write of a fact is read as they mean it, and what is told of it can be written back."""

from datetime import date, datetime
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
from assistant.errors import InputError

BY_TYPE = {each.type: each for each in facts().values()}


def read(name, content):
    value = read_value(fact(name), content)
    return value and value.known


def span(low, high=None):
    return between(Decimal(str(low)), Decimal(str(low if high is None else high)))


def least(name, low, **ends):
    return between(Decimal(str(low)), None, **ends) & limits(fact(name))


def most(name, high, **ends):
    return between(None, Decimal(str(high)), **ends) & limits(fact(name))


# ── numbers ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("written", "number"),
    [
        (27, 27), (27.5, 27.5), (Decimal("27.5"), 27.5), ("27", 27), ("27,5", 27.5), ("27.5", 27.5),
        ("27,5 %", 27.5), ("27.5%", 27.5), ("27 процентов", 27), ("27,50 процента", 27.5), ("27 per cent", 27),
        ("27 percent", 27), (" 27 ", 27), ("0", 0), (0, 0), (100, 100), ("100 %", 100),
    ],
)  # fmt: skip
def test_a_share_is_one_number(written, number):
    assert read("it_income_share", written) == span(number)


@pytest.mark.parametrize(
    ("written", "roubles"),
    [
        ("1200000", 1200000), (1200000, 1200000), ("1 200 000", 1200000), ("1\u00a0200\u00a0000 руб.", 1200000),
        ("1\u202f200\u202f000", 1200000), ("1'200'000", 1200000), ("1 200 000,50 ₽", 1200000.5),
        ("1,2 млн", 1200000), ("1.2 mln", 1200000), ("1,2 миллиона рублей", 1200000), ("1.2 million roubles", 1200000),
        ("1,2 млн. руб.", 1200000), ("900 тыс.", 900000), ("900 тысяч рублей", 900000), ("900k", 900000),
        ("2 млрд", 2 * 10**9), ("2 bn", 2 * 10**9), ("0,5 млрд руб", 5 * 10**8), ("RUB 5000", 5000), ("5m", 5 * 10**6),
    ],
)  # fmt: skip
def test_a_sum_is_in_roubles_however_it_is_written(written, roubles):
    assert read("revenue", written) == span(roubles)


@pytest.mark.parametrize(
    ("name", "written", "number"),
    [
        ("staff", "12 человек", 12), ("staff", "12 чел.", 12), ("staff", "12 сотрудников", 12),
        ("staff", "12 persons", 12), ("staff", "12 people", 12), ("employee_age", "25 лет", 25),
        ("employee_age", "25 years", 25), ("data_centre_power", "10 МВт", 10), ("data_centre_power", "10 MW", 10),
        ("storage_volume", "1,5 ЭБ", 1.5), ("days_in_accredited", "334 дня", 334),
        ("days_in_accredited", "334 days", 334),
    ],
)  # fmt: skip
def test_units_may_stand_beside_a_number(name, written, number):
    assert read(name, written) == span(number)


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ("более 30", least("it_income_share", 30, open_low=True)),
        ("больше 30 %", least("it_income_share", 30, open_low=True)),
        ("свыше 30", least("it_income_share", 30, open_low=True)),
        ("> 30", least("it_income_share", 30, open_low=True)),
        ("more than 30%", least("it_income_share", 30, open_low=True)),
        ("over 30", least("it_income_share", 30, open_low=True)),
        ("не менее 30", least("it_income_share", 30)),
        ("от 30", least("it_income_share", 30)),
        (">=30", least("it_income_share", 30)),
        ("≥ 30", least("it_income_share", 30)),
        ("at least 30", least("it_income_share", 30)),
        ("no less than 30", least("it_income_share", 30)),
        ("не более 30", most("it_income_share", 30)),
        ("до 30", most("it_income_share", 30)),
        ("не превышает 30", most("it_income_share", 30)),
        ("<= 30 %", most("it_income_share", 30)),
        ("up to 30", most("it_income_share", 30)),
        ("менее 30", most("it_income_share", 30, open_high=True)),
        ("ниже 30", most("it_income_share", 30, open_high=True)),
        ("<30", most("it_income_share", 30, open_high=True)),
        ("less than 30", most("it_income_share", 30, open_high=True)),
        ("60-70", span(60, 70)),
        ("60–70 %", span(60, 70)),
        ("60 — 70", span(60, 70)),
        ("от 60 до 70 %", span(60, 70)),
        ("60 до 70", span(60, 70)),
        ("from 60 to 70", span(60, 70)),
        ("between 60 and 70", span(60, 70)),
        ("более 60 и менее 70", between(Decimal(60), Decimal(70), open_low=True, open_high=True)),
        ("at least 60 and less than 70", between(Decimal(60), Decimal(70), open_high=True)),
        ({"min": 60, "max": 70}, span(60, 70)),
        ({"min": "60.5"}, least("it_income_share", 60.5)),
        ({"max": 70, "min": None}, most("it_income_share", 70)),
    ],
)
def test_a_number_may_be_known_within_bounds(written, known):
    assert read("it_income_share", written) == known


@pytest.mark.parametrize(
    ("written", "low", "high"),
    [
        ("1-2 млн", 10**6, 2 * 10**6), ("500 000 - 2 млн", 500000, 2 * 10**6), ("от 5 до 7 млн руб.", 5 * 10**6, 7 * 10**6),
        ("900 тыс. - 1 млн", 900000, 10**6), ("5 млн до 10 млн", 5 * 10**6, 10**7),
    ],
)  # fmt: skip
def test_the_scale_of_a_range_is_that_of_both_ends_where_it_stands_once(written, low, high):
    assert read("revenue", written) == span(low, high)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("it_income_share", "много"), ("it_income_share", 101), ("it_income_share", -1), ("it_income_share", "-5"),
        ("it_income_share", True), ("it_income_share", "70-60"), ("it_income_share", "> 60 и < 50"),
        ("it_income_share", {"min": 70, "max": 60}), ("it_income_share", {"from": 1}), ("it_income_share", {}),
        ("it_income_share", {"min": True}), ("it_income_share", "nan"), ("it_income_share", float("nan")),
        ("it_income_share", float("inf")), ("it_income_share", "1e2"), ("it_income_share", "около 30"),
        ("it_income_share", "30 или много"), ("it_income_share", "0x1f"), ("it_income_share", [30]), ("staff", -1), ("staff", "12 кустов"),
        ("revenue", "1.200.000"), ("revenue", "1 20 000"), ("registered_on", "вчера"), ("registered_on", "2024-13"),
        ("registered_on", "2024-02-30"), ("registered_on", "31.02.2024"), ("registered_on", 12.5),
        ("main_okved", "62.1.1.1"), ("main_okved", "62,01"), ("main_okved", "программирование"), ("main_okved", "6"),
        ("org_form", "колхоз"), ("org_form", True), ("accredited", "может быть"), ("accredited", 2), ("accredited", []),
    ],
)  # fmt: skip
def test_what_cannot_be_an_answer_is_refused_with_what_can(name, content):
    with pytest.raises(InputError) as error:
        read_value(fact(name), content)
    for said in (error.value.ru, error.value.en):
        assert name in said and f"{content}" in said
    assert "Нужно" in error.value.ru and "Give" in error.value.en
    if fact(name).type == "choice":
        assert "sole_trader" in error.value.ru and "sole_trader" in error.value.en


@pytest.mark.parametrize(
    "content", [None, "", "  ", "?", "неизвестно", "Не знаю", "unknown", "N/A", "н/д", "null"]
)
@pytest.mark.parametrize("kind", sorted(BY_TYPE))
def test_no_answer_says_nothing_of_a_fact_of_any_type(kind, content):
    assert read_value(BY_TYPE[kind], content) is None


# ── other types ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("written", "answer"),
    [(True, "yes"), (False, "no"), (1, "yes"), (0, "no"), ("Да", "yes"), ("НЕТ", "no"), ("есть", "yes"),
     ("отсутствует", "no"), ("yes", "yes"), ("No", "no"), ("true", "yes"), ("False", "no"), ("+", "yes"), ("-", "no"),
     (" да ", "yes"), ("н", "no")],
)  # fmt: skip
def test_yes_and_no_in_the_words_people_use(written, answer):
    assert read("accredited", written) == frozenset((answer,))


@pytest.mark.parametrize(
    "each", [each for each in facts().values() if each.type == "choice"], ids=lambda each: each.id
)
def test_an_option_is_known_by_its_id_and_its_words(each):
    for option in each.options:
        for word in (option.id, option.ru, option.en, option.ru.upper(), *option.words):
            assert read_value(each, word).known == frozenset((option.id,)), word


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("2024-02-28", "2024-02-28", "2024-02-28"), ("28.02.2024", "2024-02-28", "2024-02-28"),
        ("1.6.2024", "2024-06-01", "2024-06-01"), (date(2024, 2, 28), "2024-02-28", "2024-02-28"),
        (datetime(2024, 2, 28, 12), "2024-02-28", "2024-02-28"), ("2024", "2024-01-01", "2024-12-31"),
        (2024, "2024-01-01", "2024-12-31"), ("2024-02", "2024-02-01", "2024-02-29"), ("02.2024", "2024-02-01", "2024-02-29"),
    ],
)  # fmt: skip
def test_a_date_may_be_partial(written, first, last):
    ends = (ordinal(date.fromisoformat(each)) for each in (first, last))
    assert read("registered_on", written) == between(*ends)


@pytest.mark.parametrize("code", ["62.01", "62.10", "62", "62.01.1", "01.11"])
def test_a_code_stays_as_it_is_written(code):
    value = read_value(fact("main_okved"), code)
    assert value.text == code and value.told("ru") == code


# ── a comma before three digits ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "written", "known"),
    [
        ("revenue", "RUB 1,000,000", span(10**6)), ("revenue", "1,000,000", span(10**6)),
        ("revenue", "1,000,000.50 RUB", span("1000000.5")), ("revenue", "1,234.5", span("1234.5")),
        ("revenue", "RUB 1,000", span(1000)), ("revenue", "1,500 million", span(1500 * 10**6)),
        ("revenue", "at least 1,000 roubles", least("revenue", 1000)),
        ("revenue", "1,000-2,500,000", span(1000, 2500000)),
        ("revenue", "1,234 млн", span(1234000)), ("revenue", "1 234,567 руб.", span("1234.567")),
        ("revenue", "0,500 руб.", span("0.5")), ("revenue", "1234,567", span("1234.567")),
        ("revenue", "1,2345", span("1.2345")), ("revenue", "1.000 руб.", span(1)),
        ("staff", "1,000 persons", span(1000)), ("staff", "more than 1,000 people", least("staff", 1000, open_low=True)),
        ("data_centre_power", "1,000 MW", span(1000)), ("data_centre_power", "1,234 МВт", span("1.234")),
        ("storage_volume", "1,000 EB", span(1000)), ("storage_volume", "1,234 ЭБ", span("1.234")),
        ("storage_volume", "1.234 EB", span("1.234")),
        ("it_income_share", "27,125 %", span("27.125")), ("it_income_share", "1,000", span(1)),
        ("it_income_share", "менее 1,234 %", most("it_income_share", "1.234", open_high=True)),
        ("days_in_accredited", "334 дн.", span(334)), ("university_agreements", "3 соглаш.", span(3)),
        ("university_agreements", "3 agreements", span(3)), ("confirmed_customers", "3 заказч.", span(3)),
        ("confirmed_customers", "3 customers", span(3)), ("it_income_share", "30 или 40", span(30) | span(40)),
    ],
)  # fmt: skip
def test_what_stands_beside_a_comma_tells_what_it_parts(name, written, known):
    assert read(name, written) == known


@pytest.mark.parametrize(
    ("name", "written", "one", "other"),
    [
        ("staff", "1,000", "1000", "1"), ("staff", "1,500 чел.", "1500", "1.5"), ("revenue", "1,000 руб.", "1000", "1"),
        ("revenue", "более 1,234", "1234", "1.234"), ("revenue_to_grant", "1,234 %", "1234", "1.234"),
        ("revenue", "1,200 mln", "1200", "1.2"), ("revenue", "RUB 1,000 – 2,5 млн", "1000", "1"),
    ],
)  # fmt: skip
def test_a_comma_that_may_part_thousands_or_a_fraction_is_refused_with_both(name, written, one, other):
    with pytest.raises(InputError) as error:
        read_value(fact(name), written)
    for said in (error.value.ru, error.value.en):
        assert name in said and f"{one} " in said and f"{other}." in said
    assert read(name, one) == span(one) and read(name, other) == span(other)


@pytest.mark.parametrize(
    "written", ["1,000,00", "0,123,456", "1,000.5,3", "1,0000,000", "1,000 000", "1.000,5"]
)
def test_groups_that_are_none_are_refused(written):
    with pytest.raises(InputError):
        read("revenue", written)


# ── what no value can be ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("staff", {"min": None, "max": None}), ("staff", {"min": None}), ("registered_on", "../.."),
        ("accredited", "да или нет"), ("accredited", "yes or no"),
    ],
)  # fmt: skip
def test_an_answer_that_leaves_everything_open_is_none(name, content):
    assert read_value(fact(name), content) is None


@pytest.mark.parametrize("name", ["region", "org_form", "accredited", "staff", "main_okved", "registered_on"])
def test_half_of_a_character_is_refused_and_not_repeated(name):
    with pytest.raises(InputError) as error:
        read_value(fact(name), "Тула\ud800")
    assert name in error.value.ru and (error.value.ru + error.value.en).encode()


@pytest.mark.parametrize("content", [["Тула"], {"name": "Тула"}, 71, True, "71", "Тула" * 100, "Тула\x00"])
def test_a_region_is_its_name(content):
    with pytest.raises(InputError, match="the name of a region"):
        read_value(fact("region"), content)


def test_a_region_may_be_written_freely():
    assert read("region", " г. Тула, Тульская обл. ") == frozenset(("г. Тула, Тульская обл.",))


@pytest.mark.parametrize("content", ["1" + "0" * 19, 10**19, 1e300, Decimal("1e-400"), Decimal("1e999999")])
def test_a_number_beyond_counting_is_refused(content):
    with pytest.raises(InputError):
        read_value(fact("revenue"), content)


def test_a_long_answer_is_repeated_in_part():
    with pytest.raises(InputError) as error:
        read_value(fact("staff"), "много " * 1000)
    assert len(error.value.ru) < 300 and len(error.value.en) < 300


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
