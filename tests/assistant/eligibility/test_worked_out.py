"""Small measures worked out by hand: days nobody knows the rules of, answers that exclude each other, ways."""

from datetime import date
from decimal import Decimal

import pytest

from assistant.eligibility.check import VALIDITY, check
from assistant.eligibility.decide import Decision
from assistant.eligibility.facts import facts
from assistant.eligibility.judged import known_facts
from assistant.eligibility.line import between
from assistant.eligibility.profile import Profile
from assistant.eligibility.rules import day_of, rule_of
from assistant.errors import InputError
from tests.assistant.eligibility.held import embedded
from tests.assistant.eligibility.oracle import EVIDENCE, PARENTS, criterion, measure_of

DAY = date(2026, 11, 29)
EARLY, LATE = date(2024, 12, 31), date(2027, 1, 1)  # before and after the rules of a measure of 2025 and 2026

TESTS = {
    "share": {"fact": "it_income_share", "op": ">", "thresholds": [{"value": 30}]},
    "site": {"fact": "site_describes_it", "is": True},
    "held": {"fact": "accredited", "is": True},
    "early": {"fact": "accredited_on", "before": "2025-03-01"},
    "confirmed": {"fact": "confirmation_filed_on", "after": "2026-01-01"},
    "state": {"fact": "state_share", "op": "<", "thresholds": [{"value": 50}]},
    "year": {"fact": "income_last_year", "op": ">", "thresholds": [{"value": 1_000_000}]},
    "old": {"fact": "registered_on", "before": "2020-01-01"},
    "young": {"fact": "registered_on", "after": "2026-11-29"},
}


def measure(tree, **more):
    made = measure_of(tree, [criterion(name, test) for name, test in TESTS.items()])
    return type(made).model_validate({**made.model_dump(mode="json", by_alias=True), **more})


def checked(of, day=DAY, **said):
    return check(of, Profile.of(said), embedded().view, day, "en")


def decided(of, day=DAY, **said):
    return Decision.of(rule_of(of, of.verdict_tree, day), known_facts(Profile.of(said), day))


def sets(result):
    return [({*each.facts, *each.to_check}, each.leads_to) for each in result.missing]


# ── days nobody knows the rules of ────────────────────────────────────────────────────────────────


def dated(before="unknown", after="unknown"):
    return measure(
        {"all": ["share", "site"]}, valid_from="2025-01-01", valid_to="2026-12-31", before=before, after=after,
        validity_evidence=EVIDENCE, validity_confidence="press",
    )  # fmt: skip


@pytest.mark.parametrize("day", [EARLY, LATE])
@pytest.mark.parametrize("share", [None, 10, 65])
@pytest.mark.parametrize("site", [None, "no", "yes"])
def test_nobody_is_judged_on_a_day_whose_rules_are_not_known(day, share, site):
    result = checked(dated(), day, it_income_share=share, site_describes_it=site)
    validity = next(each for each in result.criteria if each.id == VALIDITY)
    assert (result.verdict, validity.state) == ("insufficient", "unknown")
    assert not any(each.decisive for each in result.criteria)
    assert ({VALIDITY}, "not_eligible") in sets(result)
    assert all(VALIDITY in each.to_check for each in result.missing)
    assert not result.ways and any(result.because)


def test_the_rules_of_the_day_are_to_be_found_beside_whatever_else_is_missing():
    found = sets(checked(dated(), LATE))
    expected = [
        ({VALIDITY}, "not_eligible"),
        ({"it_income_share", VALIDITY}, "not_eligible"),
        ({"site_describes_it", VALIDITY}, "not_eligible"),
        ({"it_income_share", "site_describes_it", VALIDITY}, "eligible"),
    ]
    assert len(found) == len(expected) and all(each in found for each in expected)
    assert [len(names) for names, _ in found] == [1, 2, 2, 3]


def test_once_the_conditions_are_met_only_the_rules_of_the_day_are_to_be_found():
    result = checked(dated(), LATE, it_income_share=65, site_describes_it=True)
    assert sets(result) == [({VALIDITY}, "eligible"), ({VALIDITY}, "not_eligible")]
    assert result.answers_needed == 1


def test_rules_known_not_to_hold_on_a_day_bar_everybody():
    for day in (EARLY, LATE):
        assert checked(dated("not_met", "not_met"), day).verdict == "not_eligible"
    assert (
        checked(dated("not_met", "not_met"), it_income_share=65, site_describes_it=True).verdict == "eligible"
    )


# ── the day and dates ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", [fact.id for fact in facts().values() if fact.type == "date"])
def test_a_date_after_the_day_of_the_check_is_refused(name):
    of = measure({"all": ["share"]})
    for late in ("2026-11-30", "2027", "2027-03"):
        with pytest.raises(InputError) as error:
            checked(of, **{name: late})
        assert name in error.value.en and "2026-11-29" in error.value.en
        assert name in error.value.ru and "позже" in error.value.ru
    assert checked(of, **{name: "2026-11-29"}).verdict == "insufficient"
    assert checked(of, LATE, **{name: "2026-11-30"}).verdict == "insufficient"


def test_no_answer_that_would_decide_lies_after_the_day():
    of = measure({"all": ["old"]})
    (domain,) = rule_of(of, of.verdict_tree, DAY).domains
    assert [day_of(cell.parts[-1][1][0]) for cell in domain.cells] == [date(2020, 1, 1), DAY]
    assert checked(measure({"all": ["young"]})).verdict == "not_eligible"  # nothing is registered later
    assert checked(of, date(2019, 12, 31)).verdict == "eligible"  # nor was on the last day of 2019


def test_of_a_year_only_the_days_until_the_check_count():
    of = measure({"all": [{"not": "young"}, "held"]})
    assert checked(of, registered_on="2026", accredited=True).verdict == "eligible"


# ── answers that exclude each other ───────────────────────────────────────────────────────────────

ANSWERS = {"bool": "yes", "date": "2020-05-05"}


@pytest.mark.parametrize(("child", "parent"), PARENTS.items())
def test_what_hangs_on_a_fact_has_no_answer_where_that_is_a_no(child, parent):
    of, said = measure({"all": ["share"]}), {child: ANSWERS[facts()[child].type]}
    with pytest.raises(InputError) as error:
        checked(of, **said, **{parent: "no"})
    assert child in error.value.en and parent in error.value.en and "has no answer where" in error.value.en
    assert child in error.value.ru and parent in error.value.ru
    assert known_facts(Profile.of(said))[parent] == {"yes"}
    assert checked(of, **said, **{parent: "yes"}).verdict == "insufficient"


def test_a_no_beside_the_no_it_hangs_on_is_no_contradiction():
    said = {"registry_software": "no", "registry_software_income": "no"}
    assert checked(measure({"all": ["share"]}), **said).verdict == "insufficient"
    assert "registry_software" not in known_facts(Profile.of({"registry_software_income": "no"}))


# ── ways out ──────────────────────────────────────────────────────────────────────────────────────


def test_nobody_comes_by_a_past_that_hangs_on_what_would_change():
    of = measure({"all": ["held", "early"]})
    assert [dict(way.changes) for way in decided(of, accredited="no").ways()] == [{"accredited": {"yes"}}]
    assert checked(of, accredited="no").ways == []


def test_what_can_still_be_done_after_a_change_stays_to_be_known():
    (way,) = checked(measure({"all": ["held", "confirmed"]}), accredited="no").ways
    assert [each.fact for each in way.changes] == ["accredited"]
    assert way.still_needed == ["confirmation_filed_on"]


def test_a_part_that_would_exceed_its_whole_is_changed_too():
    of = measure({"all": ["state"]})
    (way,) = checked(of, state_share=60, direct_state_share=55, federation_share=10).ways
    assert [(each.fact, each.now, each.needs) for each in way.changes] == [
        ("state_share", "60%", "less than 50%"),
        ("direct_state_share", "55%", "less than 50%"),
    ]
    assert checked(of, state_share=49, direct_state_share=49, federation_share=10).verdict == "eligible"


def test_a_whole_that_a_part_would_exceed_is_changed_too():
    of = measure({"all": ["year"]})
    (way,) = checked(of, income_last_year=500_000, income_since_creation=600_000).ways
    assert {each.fact for each in way.changes} == {"income_last_year", "income_since_creation"}


@pytest.mark.parametrize(
    ("said", "changed"), [({}, {"accredited"}), ({"it_income_share": 10}, {"accredited", "it_income_share"})]
)
def test_a_way_that_can_be_gone_is_told_beside_one_that_cannot(said, changed):
    """Who was never accredited has no early accreditation, but can have the share and the website."""
    of = measure({"any": [{"all": ["held", "early"]}, {"all": ["held", "share", "site"]}]})
    (way,) = checked(of, accredited="no", **said).ways
    assert {each.fact for each in way.changes} == changed
    assert {*changed, *way.still_needed} == {"accredited", "it_income_share", "site_describes_it"}


# ── what decides, what a verdict rests on ─────────────────────────────────────────────────────────


def test_the_same_facts_with_other_answers_are_sets_of_their_own():
    """The one from 10 % on where the other is from 30 % on, or the other way round."""
    one, two = "it_income_share", "foreign_share"
    rules = [
        criterion(f"{name}_{limit}", {"fact": name, "op": ">=", "thresholds": [{"value": limit}]})
        for name in (one, two)
        for limit in (10, 30)
    ]
    of = measure_of(
        {"any": [{"all": [f"{one}_10", f"{two}_30"]}, {"all": [f"{one}_30", f"{two}_10"]}]}, rules
    )
    met = [dict(each.answers) for each in decided(of).deciding() if each.state == "met"]
    expected = [{one: share(low), two: share(high)} for low, high in ((10, 30), (30, 10))]
    assert len(met) == 2 and all(each in met for each in expected)
    told = [each for each in checked(of).missing if each.leads_to == "eligible"]
    assert [set(each.facts) for each in told] == [{one, two}] * 2
    assert told[0].answers != told[1].answers


def share(low):
    return between(Decimal(low), Decimal(100))


@pytest.mark.parametrize("confidence", ["text", "press"])
def test_a_rule_that_always_holds_rests_on_all_of_its_criteria(confidence):
    rules = [criterion("share", TESTS["share"], confidence), criterion("site", TESTS["site"], "text")]
    of = measure_of({"any": ["share", {"not": "share"}, {"all": ["site", {"not": "share"}]}]}, rules)
    result = checked(of)
    assert result.verdict == "eligible" and all(each.decisive for each in result.criteria)
    assert result.provisional == (confidence == "press") == bool(result.because)
