"""The measures that ship, with profiles at and around their thresholds: verdicts a plain reading gives too.

The reading is the oracle's: one value a fact, one criterion at a time, then the tree.
"""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from assistant.eligibility.check import VALIDITY
from assistant.eligibility.decide import Decision
from assistant.eligibility.facts import Fact, facts
from assistant.eligibility.judged import known_facts
from assistant.eligibility.line import Span, exactly
from assistant.eligibility.measures import Measure, measures
from assistant.eligibility.profile import Profile
from assistant.eligibility.rules import UNKNOWABLE, Known, limits, rule_of, wanted
from tests.assistant.eligibility.held import embedded
from tests.assistant.eligibility.oracle import PARENTS, combined, fixed, holds

NAMES = list(measures())
DAYS = [date(2026, 11, 29), date(2026, 3, 1), date(2025, 6, 2), date(2024, 12, 31), date(2023, 2, 24)]
BOUNDS = {fact.id: fact.at_most for fact in facts().values() if fact.at_most}
FULL, PARTS = 12, 4  # profiles a measure and day, and parts of each
VERDICTS = {True: "eligible", False: "not_eligible", None: "insufficient"}


def asked(measure: Measure) -> list[str]:
    """The facts of a measure, with those that they hang on or are bounded by, in the order of the form."""
    used = {each.test.fact for each in measure.criteria}
    used |= {PARENTS[name] for name in used if name in PARENTS}
    return [name for name in facts() if name in used]


def values(measure: Measure, fact: Fact, day: date) -> list[Any]:
    """Values of a fact at, just below and just above whatever the measure compares it with."""
    if fact.type == "bool":
        return ["no", "yes"]
    if fact.type == "choice":
        return [option.id for option in fact.options]
    step = Decimal(1) if fact.type in ("date", "number") else Decimal("0.01")
    found = set()
    for each in measure.criteria:
        span = wanted(each.test, day) if each.test.fact == fact.id else None
        found |= (
            {cut[0] + away for cut in span.cuts for away in (-step, 0, step)}
            if isinstance(span, Span)
            else set()
        )
    if fact.type == "date":
        latest = day.toordinal()
        return [date.fromordinal(int(number)) for number in sorted(found) if number <= latest] or [day]
    inside = limits(fact).parts[0]
    return [number for number in sorted(found) if inside[0][0] <= number <= inside[1][0]] or [Decimal(1)]


def whole(measure: Measure, day: date, drawn: random.Random) -> dict[str, Any]:
    """A value for every fact; nothing that contradicts itself."""
    found = {name: drawn.choice(values(measure, facts()[name], day)) for name in asked(measure)}
    for child, parent in PARENTS.items():
        if child in found and found[parent] == "no":
            del found[child]
    for part, all_ in BOUNDS.items():
        if part in found and all_ in found and found[part] > found[all_]:
            found[part] = found[all_]
    return found


def read(measure: Measure, profile: dict[str, Any], day: date) -> bool | None:
    """The verdict of a plain reading; None where something cannot be known of a day."""
    said = day.isoformat()
    if measure.valid_from and said < measure.valid_from:
        return False if measure.before == "not_met" else None
    if measure.valid_to and said > measure.valid_to:
        return False if measure.after == "not_met" else None
    leaves: dict[str, Any] = {}
    for each in measure.criteria:
        known = fixed(each, day)
        if known is None:
            return None
        value = profile.get(each.test.fact)
        leaves[each.id] = _Truth(
            known if isinstance(known, bool) else value is not None and holds(each, value, day)
        )
    return bool(combined(measure.verdict_tree, leaves).value)


class _Truth:
    """A truth value that ``&``, ``|`` and ``~`` work on."""

    def __init__(self, value: bool) -> None:
        self.value = value

    def __and__(self, other: _Truth) -> _Truth:
        return _Truth(self.value and other.value)

    def __or__(self, other: _Truth) -> _Truth:
        return _Truth(self.value or other.value)

    def __invert__(self) -> _Truth:
        return _Truth(not self.value)


def given(profile: dict[str, Any]) -> dict[str, Any]:
    return {name: each.isoformat() if isinstance(each, date) else each for name, each in profile.items()}


def verdict(measure: Measure, profile: dict[str, Any], day: date) -> str:
    return embedded().check(measure.id, given(profile), as_of=day, lang="en").verdict


def seeded(name: str, day: date) -> random.Random:
    return random.Random(f"{name} {day}")


@pytest.mark.parametrize("name", NAMES)
def test_a_whole_profile_gets_the_verdict_of_a_plain_reading(name):
    measure, seen = measures()[name], set()
    for day in DAYS:
        drawn = seeded(name, day)
        for _ in range(FULL):
            profile = whole(measure, day, drawn)
            expected = read(measure, profile, day)
            if expected is not None:
                assert verdict(measure, profile, day) == VERDICTS[expected], (day, profile)
                seen.add(expected)
    assert False in seen


@pytest.mark.parametrize("name", NAMES)
def test_a_part_of_a_profile_gets_no_verdict_that_the_rest_would_turn(name):
    measure = measures()[name]
    for day in DAYS[:2]:
        drawn = seeded(name, day)
        for _ in range(PARTS):
            profile = whole(measure, day, drawn)
            final, last = verdict(measure, profile, day), None
            order = [fact for fact in profile if fact not in PARENTS]
            order += [fact for fact in profile if fact in PARENTS]  # what hangs on a fact comes after it
            known: dict[str, Any] = {}
            for fact in order:
                known[fact] = profile[fact]
                now = verdict(measure, known, day)
                assert now in (final, "insufficient"), known
                assert last in (None, "insufficient", now), known
                last = now


@pytest.mark.parametrize("name", NAMES)
def test_facts_that_a_measure_does_not_ask_for_change_nothing(name):
    measure, day = measures()[name], DAYS[0]
    drawn = seeded(name, day)
    profile = whole(measure, day, drawn)
    others = {
        fact.id: drawn.choice([option.id for option in fact.options] or ["yes", "no"])
        for fact in facts().values()
        if fact.type in ("bool", "choice") and fact.id not in profile and fact.only_if is None
        if fact.id not in asked(measure)
    }
    one, two = (
        embedded().check(name, given(held), as_of=day, lang="en") for held in (profile, profile | others)
    )
    assert (one.verdict, one.missing, one.ways) == (two.verdict, two.missing, two.ways)


@pytest.mark.parametrize("name", NAMES)
def test_every_set_that_is_missing_decides_and_names_only_open_facts(name):
    measure, day = measures()[name], DAYS[0]
    drawn = seeded(name, day)
    for kept in (0, 1, 2, 3):
        profile = dict(list(whole(measure, day, drawn).items())[: kept * 2])
        result = embedded().check(name, given(profile), as_of=day, lang="en")
        sizes = [len(each.facts) + len(each.to_check) for each in result.missing]
        assert sizes == sorted(sizes)
        assert bool(result.missing) == (result.verdict == "insufficient")
        for each in result.missing:
            assert not set(each.facts) & set(profile)
            assert set(each.answers) == set(each.facts)
            assert all(each.answers.values())
        for deciding in decided(measure, profile, day).deciding():
            if not any(fact.startswith(UNKNOWABLE) for fact in deciding.names):
                answers = {fact: one_of(measure, fact, known, day) for fact, known in deciding.answers}
                expected = "eligible" if deciding.state == "met" else "not_eligible"
                if result.missing and VALIDITY not in {
                    open_ for each in result.missing for open_ in each.to_check
                }:
                    assert verdict(measure, profile | answers, day) == expected, answers


def one_of(measure: Measure, name: str, known: Known, day: date) -> Any:
    """A value that lies in what is told of a fact."""
    for value in values(measure, facts()[name], day):
        number = value.toordinal() if isinstance(value, date) else value
        if value in known if isinstance(known, frozenset) else exactly(Decimal(number)) <= known:
            return value
    raise AssertionError((name, known))


def decided(measure: Measure, profile: dict[str, Any], day: date) -> Decision:
    rule = rule_of(measure, measure.verdict_tree, day)
    return Decision.of(rule, known_facts(Profile.of(given(profile))))


@pytest.mark.parametrize("name", NAMES)
def test_a_company_that_changes_what_a_way_names_is_refused_no_longer(name):
    measure, day = measures()[name], DAYS[0]
    drawn = seeded(name, day)
    for _ in range(6):
        profile = whole(measure, day, drawn)
        if set(profile) & {*BOUNDS, *BOUNDS.values()}:
            continue  # a change of a part may ask for one of its whole
        for way in decided(measure, profile, day).ways():
            changed = profile | {fact: one_of(measure, fact, known, day) for fact, known in way.changes}
            gone = {fact for fact, each in changed.items() if each == "no"}
            changed = {fact: each for fact, each in changed.items() if PARENTS.get(fact) not in gone}
            assert decided(measure, changed, day).state != "not_met", (profile, way)


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_every_criterion_of_every_measure_is_told_with_its_sources(lang):
    view = embedded().view
    for result in embedded().check_all({}, as_of=DAYS[0], lang=lang):
        for each in result.criteria:
            assert each.rule and each.reason.endswith("."), each.id
            assert each.citations, each.id
            assert each.confidence == "text" or each.check or each.part == "validity", each.id
            for citation in each.citations:
                row = next(row for row in view.of_act(citation.act) if row.edition == citation.edition)
                assert view.edition(row.id).text[citation.start : citation.end] == citation.quote


def test_profiles_are_read_once_for_all_measures():
    held = Profile.of({"it_income_share": "65 %", "accredited": "да"})
    results = embedded().check_all(held, as_of=DAYS[0], lang="en")
    kinds = [each.kind for each in results]
    assert kinds == sorted(kinds, reverse=True)  # support before duties
    assert {each.measure for each in results} == set(NAMES)
    order = {"eligible": 0, "insufficient": 1, "not_eligible": 2}
    verdicts = [order[each.verdict] for each in results if each.kind == "support"]
    assert verdicts == sorted(verdicts)
