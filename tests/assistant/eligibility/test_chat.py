"""The answer to a question that is a check: the verdict first, every claim quoted, nothing without a source."""

from dataclasses import replace
from datetime import date

import pytest

from assistant.eligibility.asked import check_asked
from assistant.eligibility.chat import check_answer
from assistant.eligibility.check import check
from assistant.eligibility.measures import Evidence, measures
from assistant.eligibility.profile import Profile
from assistant.library import Library
from assistant.library.view import LibraryView
from tests.assistant.eligibility.held import embedded
from tests.assistant.eligibility.test_asked import CHECKS, TODAY

ONE = [(question, measure) for question, measure, _ in CHECKS if measure]
ALL = [question for question, measure, _ in CHECKS if not measure]
VERDICTS = {
    "ru": {"eligible": "отвечает", "not_eligible": "не отвечает", "insufficient": "недостаточно"},
    "en": {"eligible": "meets the", "not_eligible": "does not meet", "insufficient": "Not enough"},
}


def language(question):
    return "ru" if any("а" <= letter <= "я" for letter in question.lower()) else "en"


def answered(question, lang=None, day=TODAY):
    asked = check_asked(question, day)
    return check_answer(asked, question, embedded().view, day, lang or language(question))


def cited_exactly(answer):
    view = embedded().view
    for each in answer.citations:
        row = next(row for row in view.of_act(each.act) if row.edition == each.edition)
        assert view.edition(row.id).text[each.start : each.end] == each.quote


@pytest.mark.parametrize(("question", "measure"), ONE, ids=[question for question, _ in ONE])
def test_the_verdict_comes_first_and_is_that_of_the_check(question, measure):
    answer = answered(question)
    assert answer.status == "answered"
    first = answer.answer.splitlines()[0]
    held = measures()[measure]
    assert held.title.in_(answer.language) in first
    if held.kind == "support":
        assert VERDICTS[answer.language][answer.check.verdict] in first
    assert answer.check.measure == measure


@pytest.mark.parametrize("question", [question for question, _, _ in CHECKS])
def test_every_claim_is_cited_and_every_quotation_stands_in_the_library(question):
    answer = answered(question)
    numbers = [each.id for each in answer.citations]
    assert numbers == list(range(1, len(numbers) + 1))
    assert answer.claims and all(claim.citations for claim in answer.claims)
    assert {number for claim in answer.claims for number in claim.citations} == set(numbers)
    for claim in answer.claims:
        marks = "".join(f" [{number}]" for number in claim.citations)
        assert claim.text + marks in answer.answer
    cited_exactly(answer)


@pytest.mark.parametrize(("question", "measure"), ONE, ids=[question for question, _ in ONE])
def test_the_facts_offered_give_the_same_verdict_when_read_as_a_profile(question, measure):
    answer = answered(question)
    profile = Profile.of(answer.check.facts)
    result = check(measures()[measure], profile, embedded().view, TODAY, answer.language)
    assert result.verdict == answer.check.verdict
    assert result.summary == answer.answer.splitlines()[0]


@pytest.mark.parametrize("question", ALL)
def test_a_question_of_any_support_goes_through_all_measures(question):
    answer = answered(question)
    assert (answer.check.measure, answer.check.verdict) == (None, None)
    support = [each for each in measures().values() if each.kind == "support"]
    for each in support:
        assert sum(each.title.in_(answer.language) in claim.text for claim in answer.claims) >= 1, each.id
    assert len(answer.claims) == len(support)


def test_what_a_refusal_rests_on_and_what_would_change_it_is_told():
    question = "Можем ли мы применять пониженный налог на прибыль, если доля ИТ-доходов по НК 60 %?"
    answer = answered(question)
    assert answer.check.verdict == "not_eligible"
    assert "60 %. Требуется: не менее 70 %" in answer.answer
    assert "Что изменило бы ответ:" in answer.answer


def test_a_share_said_without_its_list_is_read_as_the_one_the_measure_asks_for():
    answer = answered("Вправе ли мы применять пониженный налог на прибыль, если доля ИТ 69 %?")
    assert answer.check.facts == {"it_income_share_tax": "69"}
    assert answer.check.verdict == "not_eligible"
    (taken,) = (line.text for line in answer.check.lines if "69 %" in line.text and line.kind == "text")
    assert taken.count("69 %") == 1


def test_a_share_said_with_its_list_stays_beside_the_other():
    both = (
        "Вправе ли мы применять пониженный налог на прибыль, если доля ИТ 69 %, а доля ИТ-доходов по НК 75 %?"
    )
    answer = answered(both)
    assert answer.check.facts["it_income_share_tax"] == "75"
    assert answer.check.verdict == "insufficient"


@pytest.mark.parametrize("question", ALL)
def test_a_measure_without_any_source_in_the_library_is_left_out(question, monkeypatch):
    held = measures()["it_deferral"]
    nowhere = (Evidence(ref="ru-fz-404-2020#digest/1"),)
    monkeypatch.setitem(measures(), held.id, _resting_on(held, nowhere))
    answer = answered(question)
    assert held.title.in_(answer.language) not in answer.answer
    support = [each for each in measures().values() if each.kind == "support"]
    assert len(answer.claims) == len(support) - 1


def _resting_on(held, evidence):
    criteria = tuple(each.model_copy(update={"evidence": evidence}) for each in held.criteria)
    return held.model_copy(update={"criteria": criteria, "validity_evidence": evidence})


def test_in_a_library_that_holds_nothing_no_measure_is_told(tmp_path):
    empty = Library(f"sqlite:///{tmp_path / 'library.sqlite'}")
    asked = check_asked(ALL[0], TODAY)
    answer = check_answer(asked, ALL[0], LibraryView(empty), TODAY, "ru")
    empty.close()
    assert (answer.status, answer.claims, answer.citations) == ("abstained", [], [])
    assert not any(each.title.ru in answer.answer for each in measures().values())


def test_the_shortest_way_to_a_yes_names_what_is_open():
    answer = answered("Can our company get IT accreditation if the IT income share is 40%?")
    assert answer.check.verdict == "insufficient"
    assert "For a yes it also takes" in answer.answer
    assert "website carries information" in answer.answer


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_the_words_are_of_the_language_asked_for(lang):
    answer = answered("Does Decree 250 apply to us?", lang)
    assert answer.language == lang
    assert ("Это не юридическая консультация" in answer.answer) == (lang == "ru")


def test_the_day_decides_which_rules_are_told():
    question = "Can we use the reduced profit tax with an IT income share of 75% under the Tax Code?"
    assert answered(question, day=date(2031, 1, 1)).check.verdict == "not_eligible"
    assert answered(question, day=date(2024, 12, 31)).check.verdict == "not_eligible"
    assert answered(question).check.verdict == "insufficient"


def test_a_provisional_verdict_says_so():
    answer = answered("Can our company get IT accreditation if the IT income share is 40%?")
    assert any("provisional" in note for note in answer.notes)
    assert any("not legal advice" in note for note in answer.notes)


def test_what_was_not_understood_is_said():
    asked = check_asked("Can our company get IT accreditation if the IT income share is 40%?", TODAY)
    answer = check_answer(replace(asked, unread=("roses are red",)), "…", embedded().view, TODAY, "en")
    assert "roses are red" in answer.notes[0]
