"""Which questions ask what support there is, and the list they get: sourced, current, of the kinds asked for."""

from datetime import date

import pytest

from assistant.eligibility.asked import check_asked
from assistant.eligibility.measures import measures
from assistant.eligibility.offered import OFFERS, grant_unsaid, offer_asked
from assistant.eligibility.overview import overview, which_grant
from assistant.eligibility.terms import terms, terms_asked
from tests.assistant.eligibility.held import embedded
from tests.assistant.eligibility.test_asked import TODAY
from tests.assistant.eligibility.test_chat import cited_exactly, language

OFFERED = [
    ("Какую поддержку может получить ИТ-компания?", ()),
    ("Какие меры поддержки есть для ИТ-компаний?", ()),
    ("Меры поддержки ИТ-компаний", ()),
    ("На какую поддержку может рассчитывать стартап в сфере ИИ?", ()),
    ("Какие льготы предусмотрены для российских айти-компаний в 2026 году?", ()),
    ("Перечислите меры господдержки разработчиков искусственного интеллекта.", ()),
    ("Есть ли льготы для ИТ-бизнеса?", ()),
    ("Какие налоговые льготы есть у ИТ-компаний?", ("tax",)),
    ("Какие гранты доступны ИТ-стартапам?", ("grant",)),
    ("Как получить грант на разработку решения в сфере искусственного интеллекта?", ("grant",)),
    ("Какие льготы есть у сотрудников ИТ-компаний?", ("staff",)),
    ("Какие льготы положены айтишникам?", ("staff",)),
    ("What support can an IT company get in Russia?", ()),
    ("What tax breaks do Russian IT companies have?", ("tax",)),
    ("What grants are available to AI startups in Russia?", ("grant",)),
    ("What benefits do employees of IT companies get?", ("staff",)),
    ("Which state support measures exist for tech companies?", ()),
]
OTHERWISE = [
    "Какая ставка налога на прибыль для ИТ-компаний?",
    "Какие меры поддержки ИТ-компаний есть в Калининградской области?",
    "Кто оказывает поддержку ИТ-компаниям?",
    "Когда отменят льготы для ИТ-компаний?",
    "Какие льготы не положены ИТ-компаниям?",
    "Что такое льгота для ИТ-компании?",
    "Какие меры поддержки ИИ предусмотрены стратегией?",
    "Какие меры защиты должна принимать ИТ-компания?",
    "Какую поддержку получают сельхозпредприятия?",
    "Какие льготы были у ИТ-компаний в 2023 году?",
    "Какие меры поддержки есть у стартапов в Евросоюзе?",
    "Какие льготы есть у ветеранов?",
    "Как облагаются налогом ИТ-компании?",
    "Сколько стоит поддержка ИТ-компаний?",
    "Кому положены льготы?",
    "What support can AI startups get?",
    "What support do SMEs get under the AI Act?",
    "What is a benefit for an IT company?",
    "How do IT companies apply for support?",
    "What support can IT companies get in Germany?",
    "It is what support?",
    "Льготы",
    "",
]


def listed(question, day=TODAY):
    asked = offer_asked(question, day)
    assert asked is not None, question
    return overview(asked, question, embedded().view, day, language(question))


@pytest.mark.parametrize(("question", "kinds"), OFFERED, ids=[question for question, _ in OFFERED])
def test_a_question_for_support_in_general_is_told_with_its_kinds(question, kinds):
    asked = offer_asked(question, TODAY)
    assert asked is not None
    assert asked.kinds == kinds


@pytest.mark.parametrize("question", OTHERWISE)
def test_a_question_that_says_one_word_more_is_left_to_the_texts(question):
    assert offer_asked(question, TODAY) is None


def test_every_support_measure_says_what_kind_it_is_and_what_an_overview_names():
    for each in measures().values():
        if each.kind == "support":
            assert each.offers in OFFERS
            assert each.main


@pytest.mark.parametrize(("question", "kinds"), OFFERED, ids=[question for question, _ in OFFERED])
def test_every_line_is_cited_and_names_a_measure_that_holds(question, kinds):
    answer = listed(question)
    assert answer.status == "answered"
    assert check_asked(question, TODAY) is None
    cited_exactly(answer)
    titles = {each.title.in_(answer.language): each for each in measures().values()}
    for claim in answer.claims:
        measure = titles[claim.text.partition(" — ")[0]]
        assert claim.citations
        assert not kinds or measure.offers in kinds
        assert measure.valid_to is None or measure.valid_to >= TODAY.isoformat()
        acts = {citation.act for citation in answer.citations if citation.id in claim.citations}
        assert acts <= {evidence.act for evidence in evidences(measure)}


def evidences(measure):
    return [each for part in (*measure.gives, *measure.criteria) for each in part.evidence]


def test_the_overview_has_every_kind_of_support_and_leaves_out_what_companies_cannot_have():
    answer = listed("Какую поддержку может получить ИТ-компания?")
    found = {claim.text.partition(" — ")[0] for claim in answer.claims}
    kinds = {each.offers for each in measures().values() if each.title.ru in found}
    assert kinds == set(OFFERS)
    assert measures()["ai_centres"].title.ru not in found
    assert any("Пилоты ИИ «Сколково»" in note for note in answer.notes)


def test_what_ended_is_told_as_ended_on_its_day_and_given_before():
    question = "Какие гранты есть для ИТ-компаний?"
    title = measures()["rfrit_ozp"].title.ru
    before = listed(question, date(2025, 6, 1))
    after = listed(question, date(2026, 6, 1))
    assert any(claim.text.startswith(title) for claim in before.claims)
    assert not any(claim.text.startswith(title) for claim in after.claims)
    assert any(title in note for note in after.notes)


def test_the_tax_lines_give_the_rates_of_the_day():
    question = "Какие налоговые льготы есть у ИТ-компаний?"
    profit = measures()["profit_tax_5"].title.ru
    now = next(claim.text for claim in listed(question).claims if claim.text.startswith(profit))
    assert "5 % в федеральный бюджет" in now
    assert "0 %." not in now


@pytest.mark.parametrize(
    "question",
    ["Какой максимальный грант нам положен?", "Каков размер гранта?", "Сколько дают на гранты стартапам?",
     "What is the maximum grant a company can get?", "How much is the grant?"],
)  # fmt: skip
def test_a_grant_that_is_not_said_is_asked_back_and_each_option_is_answered(question):
    assert grant_unsaid(question, TODAY)
    lang = language(question)
    answer = which_grant(question, embedded().view, TODAY, lang)
    assert answer.status == "clarify"
    assert len(answer.options) >= 2
    for option in answer.options:
        asked = terms_asked(option.question, TODAY)
        assert asked is not None
        assert asked.measure.title.in_(lang) == option.label
        assert terms(asked, option.question, embedded().view, TODAY, lang).claims


@pytest.mark.parametrize(
    "question",
    ["Какой максимальный грант РФРИТ?", "Какие гранты есть?", "Каков размер штрафа?", "Сколько грантов выдали?",
     "What is the maximum fine?", "What is the maximum RFRIT grant?"],
)  # fmt: skip
def test_a_grant_that_is_said_is_not_asked_back(question):
    assert not grant_unsaid(question, TODAY)
