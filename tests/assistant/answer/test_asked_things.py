"""A question for a thing of which the provisions quoted have no word is not answered by them."""

from __future__ import annotations

import pytest

from assistant.answer.asked_things import asking_part, other_law, spoken, thing_unsaid
from assistant.answer.compose import Span, Statement
from tests.assistant.answer.conftest import LAW, RULE, key


@pytest.fixture
def quoted(view):
    """A function: act, provision -> the statement that quotes it whole."""

    def quote(act, provision):
        number = key(view, act)
        node = view.edition(number).provisions[provision]
        return [Statement("…", [Span(number, provision, node.start, node.end)])]

    return quote


@pytest.mark.parametrize(
    ("question", "act", "provision", "named"),
    [
        ("Кто секретарь комиссии по садам?", LAW, "st2/ch1", "Кто секретарь"),
        ("Кто входит в комиссию по садам?", LAW, "st1/ch1", "Кто входит"),
        ("Какой диплом нужен садовнику, который поливает розы?", LAW, "st1/ch1", "Какой диплом"),
        ("Розы засохли. Какой штраф платит садовник?", LAW, "st1/ch1", "штраф"),
        ("Which e-mail takes the report on dry roses?", RULE, "art1/1", "Which e-mail"),
        ("Which formula gives the fine for dry roses?", RULE, "art1/2", "Which formula"),
    ],
)
def test_a_thing_of_which_nothing_is_said_is_named(reading, view, quoted, question, act, provision, named):
    assert named in thing_unsaid(reading(question), quoted(act, provision), view)


@pytest.mark.parametrize(
    ("question", "act", "provision"),
    [
        ("Какой штраф за засохшие розы?", RULE, "art1/1"),
        ("What fine do gardeners pay?", RULE, "art1/1"),
        ("У садовника есть диплом. Когда он поливает розы?", LAW, "st1/ch1"),
        ("Кто ведёт надзор за садами?", LAW, "st2/ch1"),
        ("Is it fine for gardeners to water at noon?", LAW, "st1/ch1"),
        ("Когда садовник поливает розы и какой штраф ему грозит?", LAW, "st1/ch1"),
    ],
)
def test_what_is_said_or_not_asked_for_stays(reading, view, quoted, question, act, provision):
    assert thing_unsaid(reading(question), quoted(act, provision), view) == ""


def test_a_fine_of_another_jurisdiction_is_not_the_named_acts(reading, view, quoted):
    asked = reading("Какой штраф платит садовник по 1-ФЗ?")
    assert asked.explicit == (LAW,)
    assert thing_unsaid(asked, quoted(LAW, "st1/ch1") + quoted(RULE, "art1/1"), view)


def test_headings_and_titles_count_as_said(view, quoted):
    said = spoken(quoted(LAW, "st1/ch2/p1"), view)
    assert "осмотр грядки" in said
    assert "Полив включает" in said
    assert "О поливе роз" in said


def test_russian_law_is_not_told_from_the_unions(reading, view, quoted):
    asked = reading("Какой штраф за засохшие розы по российскому закону?")
    assert "другой юрисдикции" in other_law(asked, quoted(RULE, "art1/1"), view)
    assert other_law(asked, quoted(RULE, "art1/1") + quoted(LAW, "st1/ch1"), view) == ""
    assert other_law(reading("Какой штраф за засохшие розы?"), quoted(RULE, "art1/1"), view) == ""
    both = reading("Платит ли российский садовник штраф по Регламенту (ЕС) 2021/5?")
    assert other_law(both, quoted(RULE, "art1/1"), view) == ""


@pytest.mark.parametrize(
    ("question", "part"),
    [
        ("У нас есть диплом. Нужен ли стаж?", "Нужен ли стаж?"),
        ("нужен ли диплом", "нужен ли диплом"),
        ("Кто секретарь комиссии по садам, и когда он назначен?", "Кто секретарь комиссии по садам, и "),
    ],
)
def test_only_what_asks_first_is_read(question, part):
    assert asking_part(question) == part
