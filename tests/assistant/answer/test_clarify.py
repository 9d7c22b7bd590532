"""Questions that fit several acts, bodies or provisions are asked back; the others are not."""

from datetime import date

import pytest

from assistant.answer.clarify import MOST, clarify
from assistant.library import Library
from assistant.library.drafts import ActDraft
from assistant.library.view import Filters, LibraryView
from assistant.query import read_question
from tests.assistant.answer.conftest import order_draft, rule_draft
from tests.builders import edition_draft


def act(name, kind, title_ru, title_en, number, day, jurisdiction="ru", aliases=()):
    return ActDraft(id=name, kind=kind, title_ru=title_ru, title_en=title_en, number=number, date=day,
                    jurisdiction=jurisdiction, status="in_force", aliases=list(aliases), in_catalogue=True)  # fmt: skip


ACTS = [
    act("ru-fz-1-2020", "federal_law", "О развитии искусственного интеллекта", "On AI", "1-ФЗ", "2020-01-01",
        aliases=["закон об ИИ"]),
    act("ru-fz-2-2021", "federal_law", "О лейках", "On cans", "2-ФЗ", "2021-01-01"),
    act("ru-fz-3-2022", "federal_law", "О внесении изменений в закон об искусственном интеллекте",
        "Amending the law on AI", "3-ФЗ", "2022-01-01"),
    act("eu-reg-5-2021", "regulation", "Регламент (ЕС) 2021/5 об искусственном интеллекте",
        "Regulation (EU) 2021/5 on artificial intelligence", "2021/5", "2021-01-01", "eu"),
    act("ru-ukaz-7-2019", "decree", "О развитии искусственного интеллекта", "On AI", "7", "2019-03-04"),
    act("ru-ukaz-8-2020", "decree", "О комиссии по искусственному интеллекту", "On the AI commission", "8",
        "2020-03-04"),
    act("ru-ukaz-8-2021", "decree", "О прудах", "On ponds", "8", "2021-03-04"),
    act("ru-code-2021", "code_of_ethics", "Кодекс этики в сфере ИИ", "AI Code of Ethics", None, "2021",
        aliases=["кодекс этики ИИ", "AI ethics code"]),
    act("ru-bank-code-2025", "code_of_ethics", "Кодекс этики ИИ на финансовом рынке",
        "Bank Code of Ethics for AI in the Financial Market", None, "2025",
        aliases=["кодекс этики ИИ Банка России", "Bank of Russia AI ethics code"]),
]  # fmt: skip


@pytest.fixture
def view(tmp_path):
    library = Library(f"sqlite:///{tmp_path / 'library.sqlite'}")
    library.put_catalogue(ACTS, [], "catalogue")
    for draft in (edition_draft("ru-fz-1-2020", "2020-01-01", path="a.txt"), order_draft(), rule_draft()):
        library.put_edition(draft)
    yield LibraryView(library)
    library.close()


@pytest.fixture
def ask(view):
    def asked(question, **filters):
        return clarify(read_question(question, view, Filters(as_of=date(2026, 6, 1), **filters)), view)

    return asked


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Что говорит закон об ИИ о штрафах?", "Что говорит закон от 01.01.2020 № 1-ФЗ о штрафах?"),
        ("Какие штрафы по закону об ИИ?", "Какие штрафы по закону от 01.01.2020 № 1-ФЗ?"),
        ("When was the decree on AI signed?",
         "When was Russian Presidential Decree No. 7 of 4 March 2019 signed?"),
        ("Что изменил указ № 8?", "Что изменил указ от 04.03.2020 № 8?"),
        ("Обязателен ли кодекс этики ИИ?", "Обязателен ли кодекс этики в сфере ИИ 2021 года?"),
        ("Что написано в части 1 статьи 1?",
         "Что написано в части 1 статьи 1 Федерального закона № 1-ФЗ?"),
        ("Кто возглавляет комиссию по ИИ в нашей области?",
         "Кто возглавляет комиссию по развитию искусственного интеллекта Калининградской области?"),
        ("Who chairs the AI commission in the region?",
         "Who chairs the AI commission of Kaliningrad Region?"),
    ],
)  # fmt: skip
def test_words_that_fit_several_are_asked_back_with_a_question_for_each(ask, question, first):
    answer = ask(question)
    assert answer is not None
    assert answer.status == "clarify"
    assert 2 <= len(answer.options) <= MOST
    assert first in [option.question for option in answer.options]


def test_no_option_is_asked_back_again(ask):
    for question in (
        "Что говорит закон об ИИ?",
        "Is the AI ethics code mandatory?",
        "Что в части 1 статьи 1?",
    ):
        answer = ask(question)
        assert answer is not None
        assert [option.question for option in answer.options if ask(option.question)] == []


def test_of_two_acts_both_are_offered_together(ask):
    options = ask("Какие штрафы по закону об ИИ?").options
    assert options[-1].label == "Оба акта"
    assert options[-1].question == ("Какие штрафы по закону от 01.01.2020 № 1-ФЗ и закону ЕС № 2021/5?")


def test_a_number_that_another_kind_of_act_carries_is_offered(ask):
    answer = ask("О чём постановление 7?")
    assert [option.question for option in answer.options] == ["О чём Указ Президента РФ от 04.03.2019 № 7?"]
    assert "постановление 7" in answer.answer


@pytest.mark.parametrize(
    "question",
    [
        "Что говорит закон № 1-ФЗ об ИИ?",  # a number
        "Что говорит российский закон об ИИ?",  # a jurisdiction
        "Когда подписан указ об ИИ от 4 марта 2019 года?",  # a date
        "Обязателен ли кодекс этики ИИ на финансовом рынке?",  # the other words single one out
        "Какой закон регулирует ИИ?",  # asks which
        "Какие законы есть об ИИ?",  # more than one is meant
        "Что запрещает статья 1?",  # says what it is about
        "Кто возглавляет комиссию по ИИ в Татарстане?",  # a region, known or not
        "What powers does the Commission have to fine providers?",  # the European one
        "Сколько часов даёт закон на сообщение об утечке данных?",
        "Is processing by law enforcement allowed?",
        "Должен ли регион создать комиссию по ИИ?",  # none that is there is meant
    ],
)
def test_what_has_one_reading_is_not_asked_back(ask, question):
    assert ask(question) is None


def test_filters_of_the_request_count(ask):
    assert ask("Что говорит закон об ИИ?", jurisdiction="eu") is None
    assert ask("Что говорит закон об ИИ?", act="eu-reg-5-2021") is None


def test_the_answer_language_may_differ_from_the_question_s(view):
    reading = read_question("Что говорит закон об ИИ?", view, Filters(as_of=date(2026, 6, 1)), lang="en")
    answer = clarify(reading, view)
    assert answer.answer.startswith("“закон об ИИ” may be one of several acts")
    assert answer.options[0].question.startswith("Что говорит закон")
