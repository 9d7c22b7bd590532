"""What a test wants of its fact on a day: thresholds, ages, yearly deadlines."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.eligibility.facts import fact, facts
from assistant.eligibility.line import Span, between, exactly
from assistant.eligibility.measures import Test as Trial
from assistant.eligibility.rules import day_of, limits, ordinal, rule_of, wanted, years_before
from tests.assistant.eligibility.oracle import criterion, measure_of

TODAY = date(2026, 11, 29)


def fits(test, value, day=TODAY):
    """Whether a value is wanted on ``day``; None where nobody knows."""
    known = wanted(Trial.model_validate(test), day)
    if known is None:
        return None
    if isinstance(known, frozenset):
        return value in known
    number = ordinal(date.fromisoformat(value)) if isinstance(value, str) else Decimal(str(value))
    return exactly(number) <= known


def share(op, *thresholds):
    return {"fact": "it_income_share", "op": op, "thresholds": list(thresholds)}


@pytest.mark.parametrize(
    ("op", "below", "at", "above"),
    [
        (">", False, False, True),
        (">=", False, True, True),
        ("<", True, False, False),
        ("<=", True, True, False),
    ],
)
def test_a_threshold_itself_is_in_or_out_as_the_operator_says(op, below, at, above):
    found = [fits(share(op, {"value": 30}), value) for value in (29.99, 30, 30.01)]
    assert found == [below, at, above]


def test_between_takes_both_ends():
    test = {"fact": "grant_requested", "op": "between", "thresholds": [{"min": 100, "max": 200}]}
    assert [fits(test, value) for value in (99, 100, 150, 200, 201)] == [False, True, True, True, False]


def test_the_threshold_of_the_day_counts_and_without_one_nobody_knows():
    test = share(
        ">", {"value": 30, "to": "2024-12-31"}, {"value": 50, "from": "2025-01-01", "to": "2025-12-31"}
    )
    assert fits(test, 40, date(2024, 12, 31)) is True
    assert fits(test, 40, date(2025, 1, 1)) is False
    assert fits(test, 40, date(2026, 1, 1)) is None


@pytest.mark.parametrize(
    ("registered", "younger", "not_older"),
    [("2023-11-28", False, False), ("2023-11-29", False, True), ("2023-11-30", True, True)],
)
def test_an_age_is_counted_to_the_day(registered, younger, not_older):
    assert fits({"fact": "registered_on", "younger_than": 3}, registered) == younger
    assert fits({"fact": "registered_on", "not_older_than": 3}, registered) == not_older


def test_three_years_before_a_leap_day_is_the_day_before():
    assert years_before(date(2024, 2, 29), 3) == date(2021, 2, 28)
    assert years_before(date(2024, 2, 29), 4) == date(2020, 2, 29)
    assert fits({"fact": "registered_on", "younger_than": 3}, "2021-03-01", date(2024, 2, 29)) is True


def test_before_and_after_leave_the_day_itself_out():
    assert fits({"fact": "accredited_on", "before": "2022-08-01"}, "2022-07-31") is True
    assert fits({"fact": "accredited_on", "before": "2022-08-01"}, "2022-08-01") is False
    assert fits({"fact": "accredited_on", "after": "2025-04-25"}, "2025-04-25") is False
    assert fits({"fact": "accredited_on", "after": "2025-04-25"}, "2025-04-26") is True


YEARLY = {"fact": "confirmation_filed_on", "yearly_by": "06-01"}


@pytest.mark.parametrize(
    ("filed", "day", "in_time"),
    [
        ("2026-06-01", "2026-11-29", True),
        ("2026-01-01", "2026-11-29", True),
        ("2026-06-02", "2026-11-29", False),
        ("2025-05-30", "2026-11-29", False),
        # Until the deadline has passed last year's confirmation holds, and this year's counts already.
        ("2025-06-01", "2026-06-01", True),
        ("2026-03-01", "2026-06-01", True),
        ("2025-06-02", "2026-06-01", False),
        ("2025-06-01", "2026-06-02", False),
        ("2026-06-01", "2026-06-02", True),
    ],
)
def test_what_is_due_every_year_was_done_for_the_last_deadline_that_has_passed(filed, day, in_time):
    assert fits(YEARLY, filed, date.fromisoformat(day)) is in_time


@given(st.dates(date(2015, 1, 1), date(2035, 12, 31)), st.integers(0, 800))
def test_who_is_accredited_after_a_deadline_has_nothing_to_confirm_until_the_next(day, ago):
    then = day - timedelta(days=ago)
    since = fits({"fact": "accredited_on", "since_yearly": "06-01"}, then.isoformat(), day)
    passed = [date(year, 6, 1) for year in range(then.year, day.year + 1) if then <= date(year, 6, 1) < day]
    assert since == (not passed)


@given(st.dates(date(2015, 1, 1), date(2035, 12, 31)))
def test_the_answers_to_a_date_end_with_the_day(day):
    tests = [{"before": "2022-08-01"}, {"after": "2025-04-25"}, {"younger_than": 3}, {"yearly_by": "06-01"}]
    rules = [criterion(f"r{at}", {"fact": "accredited_on", **test}) for at, test in enumerate(tests)]
    measure = measure_of({"all": [each["id"] for each in rules]}, rules)
    domains = {each.name: each for each in rule_of(measure, measure.verdict_tree, day).domains}
    dates = domains["accredited_on"].known(domains["accredited_on"].full)
    assert dates == between(None, ordinal(day))
    assert all(cell for cell in domains["accredited_on"].cells)


def test_yes_no_and_options_are_wanted_as_they_are_written():
    assert fits({"fact": "accredited", "is": True}, "yes") is True
    assert fits({"fact": "accredited", "is": False}, "yes") is False
    assert fits({"fact": "org_form", "in": ["university", "research_body"]}, "company") is False


@given(st.dates())
def test_a_day_and_its_number_stand_for_each_other(day):
    assert day_of(ordinal(day)) == day


def test_shares_are_from_0_to_100_and_other_numbers_not_below_zero():
    def may(name, number):
        return exactly(Decimal(str(number))) <= limits(fact(name))

    assert [may("it_income_share", number) for number in (-0.01, 0, 100, 100.01)] == [
        False,
        True,
        True,
        False,
    ]
    assert may("revenue_to_grant", 110) and may("taxes_to_grant", 250)
    assert not may("staff", -1) and may("staff", 10**9)
    dates = [each for each in facts().values() if each.type == "date"]
    assert all(isinstance(limits(each), Span) and exactly(Decimal(1)) <= limits(each) for each in dates)
