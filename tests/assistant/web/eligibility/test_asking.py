"""Which questions are asked, in which order, and that only those are that still matter."""

from __future__ import annotations

import pytest

from assistant.eligibility.facts import facts
from assistant.eligibility.measures import measures
from assistant.eligibility.profile import Profile
from assistant.web.eligibility.asking import AT_ONCE, mattering, questions

GOOD = {
    "okved_in_annex_1": True,
    "it_income_share": 40,
    "pay_not_below_average": True,
    "site_describes_it": True,
    "tax_secrecy_consent": True,
    "state_share": 0,
    "accredited": False,
}


def ranked(assistant, measure, profile):
    held = Profile.of(profile)
    return mattering([assistant.check(measure, held, as_of="2026-11-29")], held.values)


def test_a_decided_measure_asks_nothing_more(assistant):
    assert ranked(assistant, "it_accreditation", GOOD) == []
    assert ranked(assistant, "it_accreditation", {"okved_in_annex_1": False}) == []


def test_the_questions_shrink_as_answers_come_and_never_ask_what_is_known(assistant):
    known, left = {}, len(ranked(assistant, "it_accreditation", {}))
    for name, said in GOOD.items():
        asked = ranked(assistant, "it_accreditation", known)
        assert name in asked
        assert not set(asked) & set(known)
        known[name] = said
        now = len(ranked(assistant, "it_accreditation", known))
        assert now < left
        left = now
    assert left == 0


def test_what_alone_would_decide_is_asked_before_what_only_decides_with_more(assistant):
    asked = ranked(assistant, "it_accreditation", {})
    result = assistant.check("it_accreditation", Profile(), as_of="2026-11-29")
    alone = {
        name for each in result.missing if len(each.facts) == 1 and not each.to_check for name in each.facts
    }
    assert alone
    assert set(asked[: len(alone)]) == alone


def test_a_fact_that_another_must_precede_is_asked_after_it(assistant):
    before = ranked(assistant, "it_accreditation", {})
    assert "accredited" in before
    assert not {"accredited_on", "confirmation_filed_on"} & set(before)
    after = ranked(assistant, "it_accreditation", {"accredited": True})
    assert {"accredited_on", "confirmation_filed_on"} <= set(after)
    assert "accredited" not in after


def test_of_all_measures_the_fact_that_matters_to_most_comes_first(assistant):
    results = assistant.check_all(Profile(), as_of="2026-11-29")
    asked = mattering(results, ())

    def concerned(name):
        return sum(
            any(
                name == fact or facts()[fact].only_if == name
                for each in result.missing
                for fact in each.facts
            )
            for result in results
        )

    counts = [concerned(name) for name in asked]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > 1


def test_a_duty_that_applies_asks_what_decides_compliance(assistant):
    applies = {"recommends_by_preferences": True, "state_system_operator": False}
    asked = ranked(assistant, "duty_recommender", applies)
    assert "users_told_of_recommendations" in asked


@pytest.mark.parametrize("measure", sorted(measures()))
def test_answering_what_is_asked_leads_every_measure_to_a_verdict_or_to_what_no_answer_decides(
    assistant, measure
):
    known = {}
    for _ in range(40):
        asked = ranked(assistant, measure, known)
        if not asked:
            break
        fact = facts()[asked[0]]
        known[fact.id] = {
            "bool": "yes", "percent": "60", "money": "2000000", "number": "3", "date": "2025-02-01",
            "choice": fact.options[0].id if fact.options else "", "okved": "62.01", "region": "Москва",
        }[fact.type]  # fmt: skip
    result = assistant.check(measure, Profile.of(known), as_of="2026-11-29")
    assert result.verdict != "insufficient" or all(each.to_check for each in result.missing)


# ── the questions on the page ─────────────────────────────────────────────────────────────────


def test_one_group_is_asked_at_a_time_and_not_too_much_of_it():
    many = [name for name, fact in facts().items() if fact.group == "project"]
    asked = questions([], [*many, "staff"], {}, set())
    assert asked == many[:AT_ONCE]


def test_an_answered_question_stays_and_one_that_no_longer_matters_goes():
    ranked_now = ["site_describes_it", "staff"]
    asked = questions(
        ["accredited", "tax_secrecy_consent", "site_describes_it"], ranked_now, {"accredited": 1}, set()
    )
    assert asked == ["accredited", "site_describes_it"]


def test_what_is_passed_over_is_not_asked_again_by_itself():
    assert questions([], ["site_describes_it", "staff"], {}, {"site_describes_it"}) == ["staff"]
    assert questions([], ["staff"], {}, {"staff"}) == []


def test_a_question_of_the_same_group_that_begins_to_matter_joins_those_on_the_page():
    asked = questions(["accredited"], ["accredited_on"], {"accredited": 1}, set())
    assert asked == ["accredited", "accredited_on"]
