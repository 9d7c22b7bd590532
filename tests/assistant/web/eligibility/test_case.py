"""What a reader says, and what becomes of it: answers, corrections, proposals that wait, what is tried."""

from __future__ import annotations

import copy

import pytest

from assistant.eligibility.profile import Profile
from assistant.web.eligibility.case import Case, Proposal


def proposed(**said):
    return Proposal("text", Profile.of(said))


def test_an_answer_is_used_changed_and_taken_back():
    case = Case()
    case.answer("it_income_share", "40")
    assert case.profile.content() == {"it_income_share": "40"}
    case.answer("it_income_share", "более 30")
    assert case.profile.values["it_income_share"].told("ru") == "более 30 %"
    case.forget("it_income_share")
    assert case.profile.content() == {}


def test_an_answer_that_cannot_be_used_stays_beside_the_question_and_leaves_the_profile_alone():
    case = Case()
    case.answer("it_income_share", "40")
    case.answer("it_income_share", "140")
    assert case.wrong == {"it_income_share": "140"}
    assert case.profile.content() == {"it_income_share": "40"}
    case.answer("it_income_share", "50")
    assert case.wrong == {}


def test_what_the_reader_does_not_know_is_no_fact_and_an_answer_ends_it():
    case = Case()
    case.answer("accredited", "yes")
    case.pass_over("accredited")
    assert (case.profile.content(), case.unknown) == ({}, {"accredited"})
    case.answer("accredited", "no")
    assert (case.profile.content(), case.unknown) == ({"accredited": "no"}, set())


def test_facts_stand_in_the_order_of_the_form_however_they_came():
    case = Case()
    for name, said in (("loan_amount", "1 млн"), ("staff", "45"), ("org_form", "ооо")):
        case.answer(name, said)
    assert list(case.profile.values) == ["org_form", "staff", "loan_amount"]


def test_nothing_proposed_is_used_before_it_is_confirmed_and_then_only_what_was_left_chosen():
    case = Case(proposal=proposed(staff=45, it_income_share=40, accredited=True))
    assert case.profile.values == {}
    case.confirm(["staff", "accredited", "loan_amount", "nonsense"])
    assert case.profile.content() == {"staff": "45", "accredited": "True"}
    assert case.proposal is None


def test_several_companies_are_confirmed_only_once_one_is_chosen():
    many = Proposal("file", companies=(Profile.of({"staff": 1}), Profile.of({"staff": 2, "name": "Вторая"})))
    case = Case(proposal=many)
    case.confirm(["staff"])
    assert case.profile.values == {}
    case.proposal = many.chosen(1)
    case.confirm(["staff"])
    assert (case.profile.name, case.profile.values["staff"].text) == ("Вторая", "2")


def test_the_day_a_file_describes_becomes_the_day_of_the_check():
    case = Case(
        as_of="2026-01-01", proposal=Proposal("file", Profile.of({"as_of": "2025-03-01", "staff": 3}))
    )
    case.confirm(["staff"])
    assert case.as_of == "2025-03-01"
    assert case.profile.content() == {"staff": "3"}


def test_what_is_tried_changes_nothing_until_it_is_kept():
    case = Case(profile=Profile.of({"it_income_share": 40}))
    case.tried = dict(Profile.of({"it_income_share": 20}).values)
    assert case.tried_on().values["it_income_share"].text == "20"
    assert case.profile.values["it_income_share"].text == "40"
    case.keep_tried()
    assert (case.profile.values["it_income_share"].text, case.tried) == ("20", {})


def test_starting_over_forgets_the_company_and_keeps_the_measure():
    case = Case(measure="it_accreditation", as_of="2026-02-01", arrived=True)
    case.answer("staff", "5")
    case.answer("it_income_share", "abc")
    case.start_over()
    assert (case.measure, case.as_of, case.arrived) == ("it_accreditation", "2026-02-01", True)
    assert (case.profile.values, case.wrong, case.proposal) == ({}, {}, None)


def test_every_session_begins_with_an_empty_case_of_its_own():
    first = Case()
    other = copy.deepcopy(first)
    first.answer("staff", "5")
    assert other.profile.values == {}
    assert other.turn is not first.turn
    with first.turn, other.turn:  # neither waits for the other
        pass


def test_another_measure_asks_anew_and_keeps_what_is_known():
    case = Case(asked=["staff"], profile=Profile.of({"staff": 5}))
    case.tried = dict(Profile.of({"staff": 6}).values)
    case.choose("it_mortgage")
    assert (case.asked, case.tried) == ([], {})
    assert "staff" in case.profile.values


@pytest.mark.parametrize("said", ["", "?", "не знаю"])
def test_an_emptied_answer_takes_the_fact_out(said):
    case = Case(profile=Profile.of({"staff": 5}))
    case.answer("staff", said)
    assert case.profile.values == {}
