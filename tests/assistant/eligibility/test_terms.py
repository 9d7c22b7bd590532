"""Which questions ask for the terms of one measure, and that all of them are told, each with its source."""

import pytest

from assistant.eligibility.asked import check_asked
from assistant.eligibility.measures import measures
from assistant.eligibility.offered import offer_asked
from assistant.eligibility.terms import terms, terms_asked
from tests.assistant.eligibility.held import embedded
from tests.assistant.eligibility.test_asked import TODAY
from tests.assistant.eligibility.test_chat import cited_exactly, language

ASKED = [
    ("Какие условия аккредитации ИТ-компании?", "it_accreditation"),
    ("Какие требования для получения ИТ-аккредитации?", "it_accreditation"),
    ("Как получить аккредитацию ИТ-компании?", "it_accreditation"),
    ("Что нужно для аккредитации?", "it_accreditation"),
    ("Льготная ипотека для айтишников — условия", "it_mortgage"),
    ("Кому доступна ИТ-ипотека?", "it_mortgage"),
    ("Кто может получить статус участника ЭПР?", "elr_258"),
    ("Кому положена отсрочка от армии?", "it_deferral"),
    ("Как включить программу в реестр российского ПО?", "software_register"),
    ("Какие условия гранта РФРИТ?", "rfrit_ozp"),
    ("What are the conditions of IT accreditation?", "it_accreditation"),
    ("Who can get the IT mortgage?", "it_mortgage"),
    ("How can a company join an experimental legal regime?", "elr_258"),
    ("What are the requirements for the FASIE Start programme?", "fasie_start"),
]
OTHERWISE = [
    "Какие требования к сайту для аккредитации?",
    "Сколько компаний получили аккредитацию?",
    "Когда подавать на аккредитацию?",
    "Почему отказывают в аккредитации?",
    "Что такое ЭПР?",
    "Какие требования Указа 250?",
    "Какие условия аккредитации и ИТ-ипотеки?",
    "Какие условия в кредитном договоре?",
    "Какие документы нужны для аккредитации?",
    "Какая ставка по ИТ-ипотеке?",
    "Можно ли потерять аккредитацию?",
    "What are the requirements of Article 10?",
    "Who is in charge of accreditation?",
    "What are the conditions of accreditation of notified bodies?",
    "What are the conditions of accreditation in the EU?",
    "",
]


def told(question, day=TODAY):
    asked = terms_asked(question, day)
    assert asked is not None, question
    return terms(asked, question, embedded().view, day, language(question))


@pytest.mark.parametrize(("question", "measure"), ASKED, ids=[question for question, _ in ASKED])
def test_a_question_for_the_terms_of_a_measure_names_it(question, measure):
    asked = terms_asked(question, TODAY)
    assert asked is not None
    assert asked.measure.id == measure
    assert check_asked(question, TODAY) is None
    assert offer_asked(question, TODAY) is None


@pytest.mark.parametrize("question", OTHERWISE)
def test_a_question_that_asks_for_more_is_left_to_the_texts(question):
    assert terms_asked(question, TODAY) is None


@pytest.mark.parametrize(("question", "measure"), ASKED, ids=[question for question, _ in ASKED])
def test_every_condition_that_counts_is_told_and_cited(question, measure):
    answer = told(question)
    assert answer.status == "answered"
    cited_exactly(answer)
    held = measures()[measure]
    words = answer.answer.lower()
    for leaf in held.requires.leaves():
        rule = held.criterion(leaf).stated(answer.language)
        assert rule.rstrip(".").lower() in words
    for given in held.gives:
        if given.holds(TODAY.isoformat()):
            assert given.in_(answer.language).rstrip(".").lower() in words
    items = [line for line in answer.check.lines if line.kind == "item"]
    assert items
    assert all(line.claim is not None for line in items)
    assert answer.check.measure == measure


def test_alternatives_stand_under_what_they_are_alternatives_of_and_after_what_all_need():
    answer = told("Какие условия аккредитации ИТ-компании?")
    lines = answer.answer.splitlines()
    place = {line.split(" [")[0]: at for at, line in enumerate(lines)}
    group = place["Доля ИТ-доходов или стартап — одно из:"]
    assert place["- Доходы от ИТ-деятельности превышают 30 % всех доходов"] == group + 1
    assert place["- В ФНС подано согласие на раскрытие налоговой тайны"] < group


def test_a_measure_that_is_over_says_so():
    answer = told("Какие условия гранта РФРИТ?")
    assert any("31.12.2025" in note for note in answer.notes)
