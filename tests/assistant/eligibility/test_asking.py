"""A question put to the assistant: a check where it is one, an answer from the texts where it is not."""

from datetime import date

import pytest

from assistant.engine import Assistant
from assistant.index.indexes import Indexes
from assistant.index.vector_cache import VectorCache
from assistant.settings import AnswerSettings, Settings
from tests.assistant.eligibility.held import Home
from tests.builders import StemEmbedder

CHECK = "Можем ли мы получить ИТ-аккредитацию, если доля ИТ-доходов 25 %?"
RULES = "Какая доля ИТ-доходов нужна для аккредитации?"
DAY = "2026-11-29"


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    """The embedded corpus with indexes that hold nothing yet: (settings, library, indexes)."""
    home = Home.new(tmp_path_factory.mktemp("asking"))
    settings = Settings(home=home.folder, lang="ru")
    indexes = Indexes(settings.index_path, StemEmbedder(), VectorCache(home.folder / "vectors.sqlite"))
    yield settings, home.library, indexes
    indexes.vectors.close()
    home.library.close()


@pytest.fixture(scope="module")
def assistant(opened):
    settings, library, indexes = opened
    return Assistant(settings, library=library, indexes=indexes)


def test_a_check_is_answered_by_the_measure_and_offered_with_its_facts(assistant):
    answer = assistant.ask(CHECK, as_of=DAY)
    assert (answer.status, answer.question, answer.as_of) == ("answered", CHECK, DAY)
    assert answer.check.measure == "it_accreditation"
    assert answer.check.facts == {"it_income_share": "25"}
    result = assistant.check(answer.check.measure, answer.check.facts, as_of=DAY, lang="ru")
    assert (result.verdict, result.summary) == (answer.check.verdict, answer.answer.splitlines()[0])
    assert answer.made_with is not None and answer.timings_ms["total"] > 0


def test_a_question_for_the_rule_is_answered_from_the_texts(assistant):
    answer = assistant.ask(RULES, as_of=DAY)
    assert answer.check is None


@pytest.mark.parametrize(
    "narrowed", [{"act": "ru-pp-1729-2022"}, {"kind": "decree"}, {"authority": "digest"}, {"text_lang": "ru"},
                 {"jurisdiction": "eu"}, {"issuer": "Правительство"}],
)  # fmt: skip
def test_a_question_narrowed_to_some_texts_is_answered_from_them(assistant, narrowed):
    assert assistant.ask(CHECK, as_of=DAY, **narrowed).check is None


def test_a_question_of_russian_law_may_be_a_check(assistant):
    assert assistant.ask(CHECK, as_of=DAY, jurisdiction="ru").check is not None


def test_checks_in_the_chat_can_be_switched_off(opened):
    settings, library, indexes = opened
    without = settings.model_copy(update={"answer": AnswerSettings(checks=False)})
    assert Assistant(without, library=library, indexes=indexes).ask(CHECK, as_of=DAY).check is None


def test_the_words_are_of_the_language_asked_for(assistant):
    answer = assistant.ask(CHECK, as_of=DAY, lang="en")
    assert answer.language == "en" and "IT company accreditation" in answer.answer.splitlines()[0]


def test_the_day_asked_about_decides(assistant):
    question = "Можем ли мы применять пониженный налог на прибыль, если доля ИТ-доходов по НК 75 %?"
    assert assistant.ask(question, as_of=date(2031, 1, 1)).check.verdict == "not_eligible"
    assert assistant.ask(question, as_of=DAY).check.verdict == "insufficient"


@pytest.mark.parametrize(
    "question", [CHECK, "Which support measures can our company get with an IT share of 65%?"]
)
def test_the_same_question_gets_the_same_answer(assistant, question):
    first, second = (assistant.ask(question, as_of=DAY) for _ in range(2))
    assert first.model_copy(update={"timings_ms": {}}) == second.model_copy(update={"timings_ms": {}})
