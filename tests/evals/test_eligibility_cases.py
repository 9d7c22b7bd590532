"""The profiles with expected verdicts that ship: written from the criteria by hand, so they must be sound themselves.

Nothing here asks the rules for a verdict; that is for the suite that runs them.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

import pytest

from assistant.eligibility.facts import facts
from assistant.eligibility.measures import measures
from assistant.eligibility.profile import Profile
from assistant.eligibility.values import read_value
from evals.eligibility_cases import EligibilityCase, load_eligibility

ABOUT = ("as_of", "name")


@lru_cache(maxsize=1)
def cases() -> list[EligibilityCase]:
    return load_eligibility()


def exactly_said(case: EligibilityCase) -> set[str]:
    """The facts to which a profile gives one answer and no range."""
    held = Profile.of(case.profile).values
    return {name for name, value in held.items() if is_one(value.known)}


def is_one(known: Any) -> bool:
    if isinstance(known, frozenset):
        return len(known) == 1
    return len(known.parts) == 1 and known.parts[0][0][0] == known.parts[0][1][0]


def said(measure: str, fact: str) -> set[Decimal]:
    """The exact numbers of a fact in a measure's profiles; a date by its day."""
    found = set()
    for case in cases():
        value = Profile.of(case.profile).values.get(fact)
        if case.measure == measure and value is not None and is_one(value.known):
            found.add(value.known.parts[0][0][0])
    return found


def days(measure: str, fact: str) -> set[str]:
    return {date.fromordinal(int(number)).isoformat() for number in said(measure, fact)}


# ── each case ─────────────────────────────────────────────────────────────────────────────────────


def test_ids_and_profiles_stand_once():
    assert [name for name, times in Counter(case.id for case in cases()).items() if times > 1] == []
    seen = Counter((case.measure, case.as_of, repr(sorted(case.profile.items()))) for case in cases())
    assert [profile for profile, times in seen.items() if times > 1] == []


def test_profiles_are_read_and_hold_only_known_facts():
    for case in cases():
        held = Profile.of(case.profile)
        written = [name for name, value in case.profile.items() if name not in ABOUT and value != "?"]
        assert set(held.values) <= set(facts()), case.id
        assert len(held.values) == len(written), case.id


def test_measures_and_the_criteria_named_are_those_that_ship():
    for case in cases():
        criteria = {each.source_id for each in measures()[case.measure].criteria}
        assert set(case.states) <= criteria, case.id
        assert case.complies is None or measures()[case.measure].kind == "duty", case.id


def test_what_is_missing_is_asked_by_the_measure_and_not_answered_exactly():
    for case in cases():
        asked = {each.test.fact for each in measures()[case.measure].criteria}
        named = {fact for group in case.missing for fact in group} | set(case.missing_any) | set(case.needs)
        assert named <= asked, case.id
        assert not named & exactly_said(case), case.id


def test_groups_of_missing_facts_are_distinct_and_the_smallest_come_first():
    for case in cases():
        assert [len(group) for group in case.missing] == sorted(map(len, case.missing)), case.id
        assert len({frozenset(group) for group in case.missing}) == len(case.missing), case.id
        assert all(group and len(set(group)) == len(group) for group in case.missing), case.id


def test_reasons_are_in_english():
    assert [case.id for case in cases() if re.search(r"[а-яё]", case.why, re.IGNORECASE)] == []


def test_an_answer_left_open_leaves_the_fact_unknown():
    assert read_value(facts()["site_describes_it"], "?") is None


# ── all of them together ──────────────────────────────────────────────────────────────────────────


def test_every_measure_has_cases_and_each_verdict():
    count = Counter(case.measure for case in cases())
    assert set(count) == set(measures())
    assert min(count.values()) >= 8 and count["it_accreditation"] >= 60
    for measure in measures():
        verdicts = {case.verdict for case in cases() if case.measure == measure}
        assert verdicts == {"eligible", "not_eligible", "insufficient"}, measure


def test_there_are_enough_cases_of_each_kind():
    assert len(cases()) >= 170
    assert sum(bool(case.missing) for case in cases()) >= 25
    assert sum(case.provisional is False for case in cases()) >= 10
    assert {case.complies for case in cases()} == {"met", "not_met", "unknown", None}
    assert any(
        not is_one(value.known) for case in cases() for value in Profile.of(case.profile).values.values()
    )


BOUNDARIES = [
    ("it_accreditation", "it_income_share", "29.99 30 30.01"),
    ("it_accreditation", "state_share", "49.99 50 50.01"),
    ("it_accreditation", "direct_state_share", "49.99 50 50.01"),
    ("it_accreditation", "foreign_share", "50 50.01"),
    ("it_accreditation", "income_since_creation", "999999.99 1000000 1000000.01"),
    ("it_accreditation", "income_last_year", "999999.99 1000000 1000000.01"),
    ("it_accreditation_university", "revenue", "999999999.99 1000000000 1000000000.01"),
    ("it_accreditation_university", "staff", "99 100 101"),
    ("it_accreditation_university", "education_share", "2.99 3 3.01"),
    ("it_accreditation_university", "university_agreements", "0 1"),
    ("profit_tax_5", "it_income_share_tax", "69.99 70 70.01"),
    ("profit_tax_5", "federation_share", "49.99 50 50.01"),
    ("insurance_15_76", "it_income_share_tax", "69.99 70 70.01"),
    ("insurance_15_76", "employee_payments", "2978999.99 2979000 2979000.01"),
    ("software_register", "russian_share", "49.99 50 50.01"),
    ("software_register", "foreign_payments_share", "29.99 30 30.01"),
    ("register_genai_pak", "data_centre_power", "9.99 10 10.01"),
    ("register_genai_pak", "storage_volume", "0.99 1 1.01"),
    ("it_deferral", "employee_age", "17 18 30 31"),
    ("it_deferral", "days_in_accredited", "333 334 335"),
    ("it_mortgage", "loan_amount", "8999999.99 9000000 9000000.01"),
    ("it_mortgage", "down_payment", "19.99 20 20.01"),
    ("rfrit_ozp", "grant_requested", "99999999.99 100000000 1999999999.99 2000000000 2000000000.01"),
    ("rfrit_ozp", "own_share", "49.99 50 50.01"),
    ("rfrit_ozp", "confirmed_customers", "2 3"),
    ("rfrit_ozp", "revenue_to_grant", "109.99 110 110.01"),
    ("rfrit_ozp", "taxes_to_grant", "99.99 100 100.01"),
    ("fasie_start", "grant_requested", "23990000 24000000 24000000.01"),
    ("skolkovo_pilot", "customer_share", "49.99 50 50.01"),
    ("skolkovo_pilot", "grant_requested", "99990000 100000000 100000000.01"),
    ("ai_centres", "grant_requested", "631999999.99 632000000 632000000.01"),
]


@pytest.mark.parametrize(("measure", "fact", "values"), BOUNDARIES)
def test_both_sides_of_every_threshold_are_there(measure, fact, values):
    assert {Decimal(each) for each in values.split()} <= said(measure, fact)


@pytest.mark.parametrize(("measure", "years"), [("it_accreditation", 3), ("fasie_start", 2)])
def test_ages_on_the_day_a_day_less_and_a_day_more_are_there(measure, years):
    distances = set()
    for case in cases():
        value = Profile.of(case.profile).values.get("registered_on")
        if case.measure == measure and value is not None and is_one(value.known):
            line = case.as_of.replace(year=case.as_of.year - years).toordinal()
            distances.add(int(value.known.parts[0][0][0]) - line)
    assert {-1, 0, 1} <= distances


@pytest.mark.parametrize(
    ("fact", "written"),
    [
        ("accredited_on", "2022-07-31 2022-08-01 2025-04-25 2025-04-26"),
        ("registered_on", "2024-12-31 2025-01-01"),
        ("confirmation_filed_on", "2024-06-01 2024-06-02 2025-06-01 2025-06-02 2026-06-01 2026-06-02"),
    ],
)
def test_days_on_which_accreditation_turns_are_there(fact, written):
    assert set(written.split()) <= days("it_accreditation", fact)


@pytest.mark.parametrize(
    ("measure", "written"),
    [
        ("it_accreditation", "2022-09-30 2022-10-01 2023-02-23 2023-02-24 2025-05-31 2025-06-01 2025-06-02"),
        ("it_accreditation", "2024-07-01 2026-05-31 2026-06-01 2026-06-02"),
        ("it_accreditation_university", "2025-12-31 2026-01-01"),
        ("profit_tax_5", "2024-12-31 2025-01-01 2030-12-31 2031-01-01"),
        ("insurance_15_76", "2026-01-01"),
        ("register_genai_pak", "2025-12-08 2025-12-09"),
        ("it_mortgage", "2024-07-31 2024-08-01 2030-12-31 2031-01-01"),
        ("skolkovo_pilot", "2024-12-31 2025-01-01"),
        ("moscow_ai_123", "2020-06-30 2020-07-01 2025-07-01 2025-07-02"),
        ("duty_infosec_250", "2024-12-31 2025-01-01"),
    ],
)
def test_days_before_and_after_a_change_of_rules_are_asked_about(measure, written):
    asked = {case.as_of.isoformat() for case in cases() if case.measure == measure}
    assert set(written.split()) <= asked
