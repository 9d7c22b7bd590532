"""What will be decided, what came of it and what is better no act tells; what is laid down for later, it does."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.answer.beyond_acts import beyond_acts

TODAY = date(2026, 6, 1)
HELD = "Ставка до 31 декабря 2030 г. составляет 5 процентов. Сад открывают в 2027 году."


@pytest.mark.parametrize(
    "question",
    [
        "Кого назначат главным садовником?",
        "Кто возглавит комиссию по садам после выборов?",
        "Что решит комиссия по садам на следующем заседании?",
        "Продлят ли льготу для садовников ещё раз?",
        "Какой будет ставка сбора в 2031 году?",
        "Сколько роз посадит и сколько грядок получит комиссия в 2029 году?",
        "Сколько садов фактически открыто?",
        "Чем закончилось заседание комиссии?",
        "Какие розы лучше пахнут?",
        "Не слишком ли строгие у нас правила полива?",
        "Как вы считаете, нужен ли надзор?",
        "Will the EU extend the deadline for gardeners a second time?",
        "Who will chair the garden board in 2029?",
        "Is the court going to uphold the ban on roses?",
        "How many gardens were actually opened?",
        "How many gardeners are on the panel at the moment?",
        "Which tool is better for roses?",
        "When will roses talk, according to leading researchers?",
    ],
)
def test_what_no_act_tells_is_said_to_be_untold(question):
    assert beyond_acts(question, HELD, TODAY, "ru")


@pytest.mark.parametrize(
    "question",
    [
        "Кто утвердит порядок полива?",
        "Кто примет решение о поливе?",
        "Какой будет ставка сбора в 2030 году?",
        "Когда введут обязательный полив?",
        "Какие требования введут для садовников с 2027 года?",
        "Каким окажется по плану число садов в 2030 году?",
        "Продлят ли мне срок, если я заболел?",
        "Примут ли нашу заявку без печати?",
        "Нужно ли мне будет поливать розы в 2029 году?",
        "По какому адресу фактически проживающий садовник подаёт заявку?",
        "Сколько раз в день поливают розы?",
        "By when will the Commission review the rules on roses?",
        "Will I have to water the roses in 2029?",
        "Which body will decide on my application?",
        "Does the rule on roses actually bind a gardener?",
        "What happens if a gardener does not pay?",
        "What is the best practice that the rule on roses names?",
    ],
)
def test_what_acts_lay_down_may_be_asked(question):
    assert beyond_acts(question, HELD, TODAY, "en") == ""


def test_the_reason_is_told_in_the_readers_language():
    assert "не что будет решено" in beyond_acts("Кого назначат садовником?", "", TODAY, "ru")
    assert "not what will be decided" in beyond_acts("Кого назначат садовником?", "", TODAY, "en")
    assert "opinion" in beyond_acts("Do you think roses need rules?", "", TODAY, "en")
