"""Random measures and profiles: what is found is what every completion of the profile, tried out, says.

The laws a verdict must keep: sound and complete, blind to order, firm under more facts; what is missing is
what would decide and no more; a way out leads out and asks for no needless change.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import combinations, islice, product
from random import Random

import numpy as np
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from assistant.eligibility.check import check
from assistant.eligibility.decide import Decision
from assistant.eligibility.facts import facts
from assistant.eligibility.judged import known_facts
from assistant.eligibility.line import exactly
from assistant.eligibility.measures import Group, Measure
from assistant.eligibility.model import CheckResult
from assistant.eligibility.profile import Profile
from assistant.eligibility.rules import Known, rule_of
from tests.assistant.eligibility.held import embedded
from tests.assistant.eligibility.oracle import (
    DAYS,
    OUTSIDE,
    PARENTS,
    Said,
    Table,
    criterion,
    measure_of,
    measures_of,
    points,
    profiles_of,
    table_of,
    written,
)

trying = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
days = st.sampled_from(DAYS)


@st.composite
def tried(draw: st.DrawFn) -> tuple[Measure, dict[str, Said], date]:
    measure, day = draw(measures_of()), draw(days)
    return measure, draw(profiles_of(measure, day)), day


@st.composite
def undecided(draw: st.DrawFn) -> tuple[Measure, dict[str, Said], date]:
    """A measure and a profile that says little, so that something is open more often than not."""
    measure, said, day = draw(tried())
    kept = {name: each for name, each in said.items() if len(each.left) > 1}
    assume(table_of(measure, kept, day).verdict == "insufficient")
    return measure, kept, day


@st.composite
def refused(draw: st.DrawFn) -> tuple[Measure, dict[str, Said], date]:
    """A measure and a profile that bars it: a completion that does, some of its facts taken back."""
    measure, day = draw(measures_of()), draw(days)
    table = table_of(measure, {}, day)
    barring = np.argwhere(~table.truth)
    assume(len(barring))
    place = barring[draw(st.integers(0, len(barring) - 1))]
    values = {name: table.values[axis][place[axis]] for axis, name in enumerate(table.names)}
    said = {name: one(value) for name, value in values.items() if not name.startswith(OUTSIDE)}
    said = {name: each for name, each in said.items() if values.get(PARENTS.get(name, ""), "yes") == "yes"}
    assume(table_of(measure, said, day).verdict == "not_eligible")
    for name in draw(st.permutations(sorted(said))):
        rest = {key: each for key, each in said.items() if key != name and PARENTS.get(key) != name}
        if draw(st.booleans()) and table_of(measure, rest, day).verdict == "not_eligible":
            said = rest
    return measure, said, day


def one(value: object) -> Said:
    """A fact said exactly."""
    return Said(value.isoformat() if isinstance(value, date) else value, (value,))


def checked(measure: Measure, said: dict[str, Said], day: date) -> CheckResult:
    return check(measure, Profile.of(written(said)), embedded().view, day, "en")


def decided(measure: Measure, said: dict[str, Said], day: date) -> Decision:
    """The decision without the library: no criterion is disputed."""
    rule = rule_of(measure, measure.verdict_tree, day)
    return Decision.of(rule, known_facts(Profile.of(written(said)), day))


def missed(result: CheckResult) -> list[tuple[str, frozenset[str]]]:
    return [
        (each.leads_to, frozenset([*each.facts, *(OUTSIDE + name for name in each.to_check)]))
        for each in result.missing
    ]


def among(name: str, known: Known, day: date) -> list[object]:
    """The points of a fact that lie in what is told of it."""
    if isinstance(known, frozenset):
        return [each for each in points(name, day) if each in known]
    numbers = {each: each.toordinal() if isinstance(each, date) else each for each in points(name, day)}
    return [each for each, number in numbers.items() if exactly(Decimal(number)) <= known]


# ── the verdict ───────────────────────────────────────────────────────────────────────────────────


@trying
@given(tried())
def test_a_verdict_is_what_all_completions_agree_on(given_):
    measure, said, day = given_
    assert checked(measure, said, day).verdict == table_of(measure, said, day).verdict


@trying
@given(tried())
def test_a_criterion_is_met_where_every_completion_meets_it(given_):
    measure, said, day = given_
    states = {each.id: each.state for each in checked(measure, said, day).criteria}
    told = {"eligible": "met", "not_eligible": "not_met", "insufficient": "unknown"}
    for each in measure.criteria:
        alone = measure.model_copy(update={"criteria": (each,), "requires": Group(all=(each.id,))})
        assert states[each.id] == told[table_of(alone, said, day).verdict]


@trying
@given(tried(), st.data())
def test_more_facts_never_turn_a_verdict_that_was_given(given_, data):
    measure, said, day = given_
    first = checked(measure, said, day).verdict
    assume(first != "insufficient")
    more = {**data.draw(profiles_of(measure, day)), **said}
    for child, parent in PARENTS.items():
        if {child, parent} <= set(more) and more[parent].left == ("no",) and more[child].left != ("no",):
            del more[parent if child in said else child]  # the two contradict each other
    assert checked(measure, more, day).verdict == first


@trying
@given(tried())
def test_a_fact_that_says_less_never_gives_another_verdict(given_):
    measure, said, day = given_
    full = checked(measure, said, day).verdict
    for name in said:
        rest = {key: each for key, each in said.items() if key != name}
        assert checked(measure, rest, day).verdict in (full, "insufficient")


@trying
@given(tried(), st.randoms(use_true_random=False))
def test_the_order_of_criteria_and_of_alternatives_changes_nothing(given_, random):
    measure, said, day = given_
    criteria = list(measure.criteria)
    random.shuffle(criteria)
    shuffled = measure.model_copy(
        update={"criteria": tuple(criteria), "requires": _shuffled(measure.verdict_tree, random)}
    )
    one, two = checked(measure, said, day), checked(shuffled, dict(reversed(said.items())), day)
    assert (one.verdict, one.provisional, one.answers_needed) == (
        two.verdict,
        two.provisional,
        two.answers_needed,
    )
    assert {each.id: each.state for each in one.criteria} == {each.id: each.state for each in two.criteria}
    assert set(missed(one)) == set(missed(two))
    assert {_changes(way) for way in one.ways} == {_changes(way) for way in two.ways}


def _changes(way):
    return frozenset((each.fact, each.needs) for each in way.changes)


def _shuffled(tree: Group | str, random: Random) -> Group | str:
    if isinstance(tree, str):
        return tree
    parts = [_shuffled(each, random) for each in (*tree.all, *tree.any)]
    random.shuffle(parts)
    if tree.not_ is not None:
        return Group.model_validate({"not": _shuffled(tree.not_, random)})
    return Group(all=tuple(parts)) if tree.all else Group(any=tuple(parts))


# ── what is missing ───────────────────────────────────────────────────────────────────────────────


@trying
@given(undecided())
def test_what_is_missing_are_the_sets_that_decide_and_no_smaller_ones(given_):
    measure, said, day = given_
    found = missed(checked(measure, said, day))
    assert set(found) == table_of(measure, said, day).deciding()
    assert [len(facts) for _, facts in found] == sorted(len(facts) for _, facts in found)
    sets = decided(measure, said, day).deciding()
    assert len(set(sets)) == len(sets) == len(found)  # the same facts may stand twice, with other answers


@trying
@given(undecided())
def test_what_is_missing_is_exactly_what_can_make_a_difference(given_):
    measure, said, day = given_
    named = {name for _, facts in missed(checked(measure, said, day)) for name in facts}
    assert named == table_of(measure, said, day).differing()


@trying
@given(undecided())
def test_nothing_is_missing_once_one_of_the_sets_is_answered(given_):
    measure, said, day = given_
    for each in decided(measure, said, day).deciding():
        if any(name.startswith(OUTSIDE) for name in each.names):
            continue
        answers = {name: among(name, known, day) for name, known in each.answers}
        assert all(answers.values())
        more = said | {name: one(values[0]) for name, values in answers.items()}
        assert table_of(measure, more, day).verdict == {"met": "eligible"}.get(each.state, "not_eligible")


@trying
@given(tried())
def test_the_fewest_answers_that_lead_to_a_yes_are_counted(given_):
    measure, said, day = given_
    result = checked(measure, said, day)
    sizes = [
        len(facts) for verdict, facts in table_of(measure, said, day).deciding() if verdict == "eligible"
    ]
    assert result.answers_needed == min(sizes, default=None)


# ── ways out ──────────────────────────────────────────────────────────────────────────────────────


@trying
@given(refused())
def test_ways_out_are_the_smallest_sets_of_changes_that_put_a_yes_within_reach(given_):
    measure, said, day = given_
    wanted: list[set[str]] = []
    for size in range(1, len(said) + 1):
        for names in combinations(said, size):
            if not any(less <= set(names) for less in wanted) and _in_reach(measure, said, set(names), day):
                wanted.append(set(names))
    found = [{each.fact for each in way.changes} for way in checked(measure, said, day).ways]
    assert sorted(map(sorted, found)) == sorted(map(sorted, wanted))


def _in_reach(measure: Measure, said: dict[str, Said], names: set[str], day: date) -> bool:
    """Whether some other answers to these facts would leave a yes possible.

    A no takes what hangs on it; a yes brings no past with it: what lasts may then be whatever it is.
    """
    rest = {key: each for key, each in said.items() if key not in names}
    profiles = [rest]
    for parent in names & set(PARENTS.values()):
        without_ = {key: each for key, each in rest.items() if PARENTS.get(key) != parent}
        profiles.append(without_ | {parent: one("no")})
    return any(_whatever_lasts(table_of(measure, each, day), each, names).any() for each in profiles)


def _whatever_lasts(table: Table, said: dict[str, Said], names: set[str]) -> np.ndarray:
    past = {child for child, parent in PARENTS.items() if parent in names and facts()[child].lasting}
    return table.truth.all(axis=tuple(at for at, name in enumerate(table.names) if name in past - set(said)))


@trying
@given(refused())
def test_a_company_that_changes_what_a_way_names_is_refused_no_longer(given_):
    measure, said, day = given_
    for way in decided(measure, said, day).ways():
        options = [among(name, known, day) for name, known in way.changes]
        for values in islice(product(*options), 12):
            changed = said | {name: one(value) for (name, _), value in zip(way.changes, values, strict=True)}
            gone = {name for name, each in changed.items() if each.left == ("no",)}
            changed = {name: each for name, each in changed.items() if PARENTS.get(name) not in gone}
            after = table_of(measure, changed, day)
            assert after.verdict == ("insufficient" if way.open else "eligible")
            assert checked(measure, changed, day).verdict == after.verdict


# ── what a verdict rests on ───────────────────────────────────────────────────────────────────────


@st.composite
def told_by_criteria(draw: st.DrawFn) -> tuple[Measure, dict[str, Said], date, CheckResult]:
    """A verdict that follows from the states of criteria, one by one."""
    measure, said, day = draw(tried())
    result = checked(measure, said, day)
    states = {each.id: {"met": True, "not_met": False}.get(each.state) for each in result.criteria}
    assume(_kleene(measure.verdict_tree, states) is not None)
    return measure, said, day, result


def _kleene(tree: Group | str, states: dict[str, bool | None]) -> bool | None:
    if isinstance(tree, str):
        return states[tree]
    if tree.not_ is not None:
        inner = _kleene(tree.not_, states)
        return None if inner is None else not inner
    parts = [_kleene(part, states) for part in (*tree.all, *tree.any)]
    strong = not tree.all  # one yes settles any, one no settles all
    return strong if strong in parts else None if None in parts else not strong


def without(measure: Measure, kept: set[str]) -> Measure:
    """The measure when nobody knows anything of the criteria that are not kept."""
    nobody = {"from_": "2035-01-01", "to": None, "outside": "unknown"}
    criteria = (each if each.id in kept else each.model_copy(update=nobody) for each in measure.criteria)
    return measure.model_copy(update={"criteria": tuple(criteria)})


@trying
@given(told_by_criteria())
def test_a_verdict_is_provisional_unless_texts_alone_decide_it(given_):
    measure, said, day, result = given_
    texts = {each.id for each in measure.criteria if each.confidence == "text"}
    read = {
        each.id: {"met": True, "not_met": False}.get(each.state) if each.id in texts else None
        for each in result.criteria
    }
    assert result.provisional == (_kleene(measure.verdict_tree, read) is None) == bool(result.because)
    if not result.provisional:
        assert table_of(without(measure, texts), said, day).verdict == result.verdict


@trying
@given(told_by_criteria())
def test_criteria_that_decide_are_marked_and_cited_and_suffice(given_):
    measure, said, day, result = given_
    marked = {each.id for each in result.criteria if each.decisive}
    assert marked
    assert all(each.citations for each in result.criteria if each.decisive)
    assert all(each.state != "unknown" for each in result.criteria if each.decisive)
    assert table_of(without(measure, marked), said, day).verdict == result.verdict


def test_the_table_of_completions_itself_is_right_on_a_case_worked_out_by_hand():
    """The oracle is code too: accredited and a share above 30, nothing known, is decided by either's no."""
    rows = [
        {"id": "a", "test": {"fact": "accredited", "is": True}},
        {"id": "b", "test": {"fact": "it_income_share", "op": ">", "thresholds": [{"value": 30}]}},
    ]
    measure = measure_of({"all": ["a", "b"]}, [criterion(row["id"], row["test"]) for row in rows])
    open_ = table_of(measure, {}, DAYS[0])
    assert open_.deciding() == {
        ("not_eligible", frozenset({"accredited"})),
        ("not_eligible", frozenset({"it_income_share"})),
        ("eligible", frozenset({"accredited", "it_income_share"})),
    }
    known = {"it_income_share": Said(30, (30,))}
    assert table_of(measure, known, DAYS[0]).verdict == "not_eligible"
    assert replace(open_, truth=open_.truth | True).verdict == "eligible"
