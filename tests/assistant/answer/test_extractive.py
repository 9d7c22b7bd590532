from dataclasses import replace
from datetime import date

import pytest

from assistant.answer.compose import compose
from assistant.answer.extractive import select
from assistant.answer.wanted import Wanted
from assistant.settings import AnswerSettings
from tests.assistant.answer.conftest import LAW, ORDER, RULE, ranked
from tests.builders import edition_draft, provision


def chosen(view, reading, question, places, **options):
    asked = reading(question, **options.pop("filters", {}))
    found = select(ranked(view, *places, **options), Wanted(asked, {}, view, None), view, AnswerSettings())
    return found, compose(found, view, asked)


def test_provisions_of_an_act_are_read_in_the_order_of_its_text(view, reading):
    places = [(LAW, "st2/ch1"), (RULE, "art1/1"), (LAW, "st1/ch1")]
    _, made = chosen(view, reading, "Кто ведёт надзор и когда поливать розы?", places, direct=True)
    assert [citation.ref for citation in made.citations] == [
        f"{LAW}#st1/ch1",
        f"{LAW}#st2/ch1",
        f"{RULE}#art1/1",
    ]


def test_the_same_sentence_in_two_acts_is_quoted_once(view, reading):
    found, made = chosen(view, reading, "Когда поливать розы?", [(ORDER, "st1/ch1"), (LAW, "st1/ch1")])
    assert len(found) == 1
    assert made.citations[0].act == LAW  # the one whose standing is known


def test_an_unchanged_provision_is_quoted_from_the_later_edition(view, reading):
    places = [(LAW, "st1/ch1", "2020-01-01"), (LAW, "st1/ch1", "2024-03-01")]
    _, made = chosen(view, reading, "Когда поливать розы?", places)
    assert [citation.edition for citation in made.citations] == ["2024-03-01"]


def test_of_what_changed_both_wordings_are_quoted_and_only_those(view, reading):
    places = [(LAW, "st1/ch2", "2020-01-01"), (LAW, "st1/ch2", "2024-03-01")]
    _, made = chosen(view, reading, "Что изменилось в ч. 2 ст. 1 закона 1-ФЗ?", places, direct=True)
    assert "300 литров" in made.text
    assert "200 литров" in made.text
    assert "осмотр грядки" not in made.text
    assert "действует более поздняя редакция" in made.text


def test_a_sub_point_is_quoted_with_its_lead_in_and_without_what_leads_to_the_next(view, reading):
    _, made = chosen(view, reading, "Какой осмотр нужен?", [(LAW, "st1/ch2/p1")])
    assert made.claims[0].text == "Полив включает: осмотр грядки"
    assert all(citation.quote in made.claims[0].text for citation in made.citations)


def test_a_list_is_one_block_with_its_items_in_lines(view, reading):
    _, made = chosen(view, reading, "Что включает полив?", [(LAW, "st1/ch2")])
    assert made.text.splitlines()[1:] == [
        "Полив включает: [1]",
        "1) осмотр грядки; [2]",
        "2) подачу 200 литров воды; [3]",
    ]


def test_the_better_of_the_sentences_takes_along_what_leans_on_it(view, reading, monkeypatch):
    monkeypatch.setattr("assistant.answer.extractive.WHOLE_CHARS", 30)
    _, made = chosen(view, reading, "When is the fine paid?", [(RULE, "art1/2")])
    assert made.claims[0].text == "The fine is paid within 30 days. Such term may be extended once."
    assert len(made.citations) == 1


def test_an_act_is_named_in_full_once(view, reading):
    _, made = chosen(view, reading, "Розы?", [(LAW, "st1/ch1"), (LAW, "st2/ch1")], direct=True)
    assert made.text.count("«О поливе роз»") == 1
    assert "Согласно ч. 1 ст. 2 Федерального закона № 1-ФЗ:" in made.text


def test_a_text_that_is_not_current_says_so_in_every_block(view, reading):
    places = [(LAW, "st1/ch1", "2020-01-01"), (LAW, "st2/ch1", "2020-01-01")]
    _, made = chosen(view, reading, "Розы?", places, direct=True)
    assert made.text.count("действует более поздняя редакция — от 01.03.2024") == 2


def test_a_repealed_item_of_a_list_is_marked(library, reading):
    from assistant.library.view import LibraryView

    text = "1. Поливают:\n1) розы;\n2) исключён.\n"
    nodes = [
        provision(text, "ch1", "1. Поливают:", "исключён.", label="ч. 1", own_end=len("1. Поливают:")),
        provision(text, "ch1/p1", "1) розы;", "розы;", parent="ch1", label="п. 1 ч. 1"),
        provision(text, "ch1/p2", "2) исключён", "исключён.", parent="ch1", label="п. 2 ч. 1", repealed=True),
    ]
    library.put_edition(edition_draft("ru-fz-9-2020", text=text, provisions=nodes, path="nine.txt"))
    view = LibraryView(library)
    _, made = chosen(view, reading, "Что поливают?", [("ru-fz-9-2020", "ch1")])
    assert "2) исключён. [3] (утратило силу)" in made.text


def test_the_number_of_claims_is_kept_lists_counted_once(view, reading):
    asked = reading("Розы?")
    places = [(LAW, "st1/ch2"), (LAW, "st2/ch1"), (RULE, "art1/1")]
    found = select(
        ranked(view, *places, direct=True), Wanted(asked, {}, view, None), view, AnswerSettings(max_claims=2)
    )
    assert sum(not statement.item for statement in found) == 2


def test_what_was_in_force_then_is_current_then(view, reading):
    places = [(LAW, "st1/ch1", "2020-01-01")]
    _, made = chosen(view, reading, "Розы?", places, filters={"as_of": date(2021, 6, 1)})
    assert "более поздняя" not in made.text


@pytest.mark.parametrize(
    ("question", "stays"),
    [
        ("Обязан ли кто-либо смотреть за цветами: надзор?", True),
        ("Что такое надзор?", False),
        ("Можете рассказать про надзор?", False),
    ],
)
def test_what_obliges_stays_where_a_duty_is_asked_about_whatever_its_words(view, reading, question, stays):
    """The second provision is further from the best and has none of the question's words, but a duty."""
    places = ranked(view, (LAW, "st2/ch1"), (LAW, "st1/ch1"))
    places[1] = replace(places[1], score=places[0].score - 0.6)
    found = select(places, Wanted(reading(question), {}, view, None), view, AnswerSettings())
    assert any("обязан поливать" in each.text for each in found) is stays
