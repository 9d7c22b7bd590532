"""A question that only asks what an act says of a topic is searched by the topic, in that act alone."""

from datetime import date

import pytest

from assistant.asked_about import asked_about
from assistant.library.view import Filters
from assistant.query import read_question


@pytest.mark.parametrize(
    ("question", "act", "topic"),
    [
        ("Что стратегия говорит о кадрах?", "стратегия", "кадрах"),
        ("А что Указ № 490 говорит про данные?", "Указ № 490", "данные"),
        ("Что говорится в законе 152-ФЗ об обезличивании данных?", "законе 152-ФЗ", "обезличивании данных"),
        ("что сказано в стратегии насчёт доверия к ИИ", "стратегии", "доверия к ИИ"),
        ("Что в AI Act сказано о дипфейках?", "AI Act", "дипфейках"),
        ("В Указе 490 что сказано о доверии?", "Указе 490", "доверии"),
        ("What does the AI Act say about deepfakes?", "the AI Act", "deepfakes"),
        ("what do the OECD principles have to say on bias", "the OECD principles", "bias"),
        ("What is said in Decree 490 about data?", "Decree 490", "data"),
    ],
)
def test_the_frame_is_taken_off_the_topic(question, act, topic):
    found = asked_about(question)
    assert found is not None
    assert (found.act, found.topic) == (act, topic)


@pytest.mark.parametrize(
    "question",
    [
        "Кто отвечает за маркировку?",
        "Что запрещает статья 5?",
        "Что такое искусственный интеллект?",
        "Какие сроки установлены указом?",
        "What does Article 5 prohibit?",
        "What must a deployer say about emotion recognition?",
        "",
    ],
)
def test_other_questions_have_no_such_frame(question):
    assert asked_about(question) is None


def test_the_topic_is_searched_in_the_act_that_is_asked(garden):
    reading = garden.read("Что закон о поливе говорит о розах?")
    assert reading.acts == ("ru-fz-1-2020",)
    assert reading.about == "розах"
    assert reading.filters.act == "ru-fz-1-2020"
    assert reading.dense_texts == ("розах",)
    assert reading.own_terms == ("роз",)
    assert {hit.act for hit in garden.search("Что закон о поливе говорит о розах?")} == {"ru-fz-1-2020"}


def test_an_act_that_alone_is_called_so_is_meant_by_a_part_of_its_name(garden):
    assert garden.read("Что сказано в законе о розах?").acts == ("ru-fz-1-2020",)


def test_what_is_no_act_leaves_the_question_whole(garden):
    question = "Что садовник говорит о розах?"
    reading = garden.read(question)
    assert (reading.about, reading.filters.act, reading.dense_texts) == ("", None, (question,))


def test_the_act_a_request_is_narrowed_to_stays(garden):
    filters = Filters(as_of=date(2026, 1, 1), act="ru-ukaz-5-2021")
    reading = read_question("Что закон о поливе говорит о розах?", garden.view, filters)
    assert reading.filters.act == "ru-ukaz-5-2021"
