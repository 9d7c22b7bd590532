"""The measures that ship, with profiles at and around their thresholds: verdicts a plain reading gives too.

The reading is the oracle's: one value a fact, one criterion at a time, then the tree.
"""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from assistant.eligibility.check import VALIDITY, check
from assistant.eligibility.decide import Decision
from assistant.eligibility.facts import Fact, facts
from assistant.eligibility.judged import known_facts
from assistant.eligibility.line import Span, exactly
from assistant.eligibility.measures import Measure, measures
from assistant.eligibility.model import Answers
from assistant.eligibility.profile import Profile
from assistant.eligibility.rules import UNKNOWABLE, Known, limits, rule_of, wanted
from tests.assistant.eligibility.held import embedded
from tests.assistant.eligibility.oracle import PARENTS, combined, fixed, holds

NAMES = list(measures())
DAYS = [date(2026, 11, 29), date(2026, 3, 1), date(2025, 6, 2), date(2024, 12, 31), date(2023, 2, 24)]
BOUNDS = {fact.id: fact.at_most for fact in facts().values() if fact.at_most}
FULL, PARTS = 6, 2  # profiles a measure and day, and parts of each
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
    if standing(measure, day) is not None:
        return False if standing(measure, day) == "not_met" else None
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


def standing(measure: Measure, day: date) -> str | None:
    """What a day outside the rules' own time says of everybody; None within it."""
    said = day.isoformat()
    if measure.valid_from and said < measure.valid_from:
        return measure.before
    return measure.after if measure.valid_to and said > measure.valid_to else None


def unsettled(measure: Measure, day: date) -> bool:
    """Whether nobody knows the rules of a day."""
    return standing(measure, day) == "unknown"


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
            if expected is not None or unsettled(measure, day):
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
    for kept in (0, 1, 3):
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
    return Decision.of(rule, known_facts(Profile.of(given(profile)), day))


def _unsettled_days() -> list[tuple[str, date]]:
    days = [*DAYS, date(2022, 1, 1), date(2035, 1, 1)]
    return [(name, day) for name in NAMES for day in days if unsettled(measures()[name], day)]


@pytest.mark.parametrize(("name", "day"), _unsettled_days())
def test_on_a_day_whose_rules_are_not_known_they_are_to_be_found_beside_all_that_is_missing(name, day):
    measure = measures()[name]
    timeless = measure.model_copy(update={"valid_from": None, "valid_to": None})
    drawn = seeded(name, day)
    for kept in (0, 2, 100):
        profile = Profile.of(given(dict(list(whole(measure, day, drawn).items())[:kept])))
        one, two = (check(each, profile, embedded().view, day, "en") for each in (measure, timeless))
        assert (one.verdict, one.ways) == ("insufficient", [])
        found = [_named(each) for each in one.missing]
        beside = [(VALIDITY, *_named(each)) for each in two.missing]
        beside += [(VALIDITY, "eligible")] if two.verdict == "eligible" else []
        assert sorted(found) == sorted([*beside, (VALIDITY, "not_eligible")])


def _named(answers: Answers) -> tuple[str, ...]:
    """What a set asks for, the rules of the day before all else, and what it leads to."""
    checks = sorted(answers.to_check, key=lambda each: (each != VALIDITY, each))
    return (*checks, *answers.facts, answers.leads_to)


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
