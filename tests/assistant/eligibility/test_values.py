"""What people write of a fact is read as they mean it, and what is told of it can be written back."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from assistant.eligibility.facts import fact, facts
from assistant.eligibility.line import between
from assistant.eligibility.rules import limits, ordinal
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


@pytest.mark.parametrize("content", ["1" + "0" * 200, 10**200, 1e300, Decimal("1e-400"), Decimal("1e999999")])
def test_a_number_beyond_counting_is_refused(content):
    with pytest.raises(InputError):
        read_value(fact("revenue"), content)


def test_a_long_answer_is_repeated_in_part():
    with pytest.raises(InputError) as error:
        read_value(fact("staff"), "много " * 1000)
    assert len(error.value.ru) < 300 and len(error.value.en) < 300
