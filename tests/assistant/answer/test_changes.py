"""What changed in an act is told by its editions, its marks, the act that amends it or our summary; else not."""

from __future__ import annotations

import pytest

from assistant.index.derive import reconcile
from assistant.library.drafts import ChunkDraft, RelationDraft
from assistant.model import Authority, RelationKind
from tests.builders import WATER_LAW, edition_draft, provision

LAW = "ru-fz-1-2020"
AMENDING = "ru-fz-9-2024"
LATER = WATER_LAW.replace("300 литров", "500 литров").replace("комиссия по садам", "инспекция садов.."[:17])


def mark(place, *, day="2024-03-01", source=AMENDING, number="9-ФЗ", **given):
    return RelationDraft(
        source=source, kind=RelationKind.AMENDS, target=LAW, date=day, origin="text", number=number,
        provision=place, **given,
    )  # fmt: skip


def hold(garden, *drafts, without=()):
    """Put editions into the library; ``without``: editions of the law that are taken out."""
    for row in list(garden.view.editions.values()):
        if row.act_id == LAW and row.edition in without:
            garden.library.remove_edition(row.id)
    for draft in drafts:
        garden.library.put_edition(draft)
    reconcile(garden.indexes, garden.library)
    return garden


@pytest.fixture
def amended(garden):
    """The law of 2020 and of 2024, which has 500 litres for 300 and another supervisor."""
    assert len(LATER) == len(WATER_LAW)
    return hold(garden, edition_draft(edition="2024-03-01", text=LATER, path="b.txt"))


def quoted(answer):
    return [(citation.edition, citation.provision) for citation in answer.citations]


def test_editions_are_compared_and_the_earlier_words_stand_beside_the_later(amended):
    answer = amended.ask("Что изменилось в законе о поливе?")
    assert answer.status == "answered"
    assert quoted(answer) == [
        ("2024-03-01", "st1/ch2/p2"), ("2020-01-01", "st1/ch2/p2"),
        ("2024-03-01", "st2/ch1"), ("2020-01-01", "st2/ch1"),
    ]  # fmt: skip
    assert "500 литров" in answer.citations[0].quote
    assert "300 литров" in answer.citations[1].quote
    assert answer.answer.startswith(
        "Редакции от 01.01.2020 и от 01.03.2024 различаются; изменённых положений: 2."
    )


def test_every_quotation_is_the_text_itself(amended):
    for citation in amended.ask("What changed in the law on watering, закон о поливе?").citations:
        row = next(row for row in amended.view.of_act(LAW) if row.edition == citation.edition)
        assert amended.view.edition(row.id).text[citation.start : citation.end] == citation.quote


def test_a_topic_narrows_the_changes(amended):
    answer = amended.ask("Что изменилось в законе о поливе в части надзора?")
    assert {provision for _, provision in quoted(answer)} == {"st2/ch1"}
    assert "2" in answer.answer.split("\n")[0]
    assert "Ниже те из них" in answer.answer


def test_a_topic_no_change_speaks_of_is_not_answered_by_other_changes(amended):
    answer = amended.ask("Что изменилось в законе о поливе в части удобрений?")
    assert answer.status == "abstained"
    assert not answer.citations
    assert "(2) нет таких" in answer.answer


def test_changes_of_a_year_without_one_are_not_those_of_another(amended):
    answer = amended.ask("Что изменилось в законе о поливе в 2022 году?")
    assert answer.status == "abstained"
    assert "за это время (01.01.2022–31.12.2022)" in answer.answer
    assert amended.ask("Что изменилось в законе о поливе в 2024 году?").status == "answered"


def test_a_day_before_the_later_edition_knows_nothing_of_it(amended):
    answer = amended.ask("Что изменилось в законе о поливе?", as_of="2021-01-01")
    assert answer.status == "abstained"
    assert "2024" not in answer.answer


def test_where_one_edition_is_held_its_marks_tell(garden):
    draft = edition_draft(edition="2024-03-01", text=LATER, path="b.txt")
    draft.relations += [
        mark("st1/ch2/p2"),
        mark("st1/ch1", day="2022-05-05", source="ru-fz-8-2022", number="8-ФЗ"),
        mark("st2/ch1", in_force_from="2030-01-01"),  # announced: the words held are the old ones
        mark("title"),
    ]
    hold(garden, draft, without=("2020-01-01", "2024-03-01"))
    answer = garden.ask("Что изменилось в законе о поливе?")
    assert quoted(answer) == [("2024-03-01", "st1/ch2/p2")]
    assert "№ 9-ФЗ" in answer.answer.split("\n")[0]
    of_2022 = garden.ask("Что изменилось в законе о поливе в 2022 году?")
    assert quoted(of_2022) == [("2024-03-01", "st1/ch1")]
    assert "№ 8-ФЗ" in of_2022.answer.split("\n")[0]


def test_the_held_act_that_amends_it_tells(garden):
    text = (
        "Статья 1\nВнести в закон N 1-ФЗ изменения:\n1) слово «утром» исключить;\n2) слово «розы» исключить."
    )
    outline = [
        provision(text, "st1", "Статья 1", None, kind="article", own_end=text.index("\n1)")),
        provision(text, "st1/p1", "1) слово", "исключить;", parent="st1", label="п. 1 ст. 1"),
        provision(text, "st1/p2", "2) слово", None, parent="st1", label="п. 2 ст. 1"),
    ]
    amending = edition_draft(
        AMENDING, "2024-05-01", text=text, provisions=outline, chunks=[], path="c.txt", title="О поправках"
    )
    amending.act.number = "9-ФЗ"
    amending.relations.append(mark(None, day="2024-05-01"))
    hold(garden, amending, without=("2020-01-01",))
    answer = garden.ask("Что изменилось в законе о поливе?")
    assert [(each.act, each.provision) for each in answer.citations] == [
        (AMENDING, "st1"), (AMENDING, "st1/p1"), (AMENDING, "st1/p2"),
    ]  # fmt: skip


def test_where_nothing_tells_the_amending_acts_known_of_are_named(garden):
    draft = edition_draft(edition="2024-03-01", path="b.txt")
    draft.relations.append(mark(None))
    hold(garden, draft, without=("2020-01-01",))
    answer = garden.ask("Что изменилось в законе о поливе?")
    assert answer.status == "abstained"
    assert not answer.citations
    assert "№ 9-ФЗ" in answer.answer
    assert "в одной редакции, от 01.03.2024" in answer.answer


def test_a_digest_that_tells_of_a_change_answers_for_an_act_without_text(garden):
    text = "Указ изменён в 2025 году: клумб стало две.\nThe decree was amended in 2025: two beds."
    end = text.index("\n")
    outline = [
        provision(text, "digest/1", "Указ", None, kind="fact", label="факт 1", own_end=0),
        provision(
            text, "digest/1/ru", "Указ", "две.", parent="digest/1", kind="statement", label="изменение"
        ),
        provision(
            text,
            "digest/1/en",
            "The decree",
            None,
            parent="digest/1",
            kind="statement",
            label="change",
            lang="en",
        ),
    ]
    assert outline[1].end == end
    chunks = [ChunkDraft(node.id, node.start, node.end, "О цветнике", node.lang) for node in outline[1:]]
    hold(
        garden,
        edition_draft("ru-ukaz-5-2021", "2026-01", text=text, provisions=outline, chunks=chunks,
                      authority=Authority.DIGEST, path="digest.yaml", title="О цветнике"),
    )  # fmt: skip
    answer = garden.ask("Что изменилось в Указе Президента № 5 от 03.02.2021?")
    assert [citation.provision for citation in answer.citations] == ["digest/1/ru"]


def test_a_question_about_no_act_or_a_named_provision_goes_its_usual_way(amended):
    assert "Редакции от" not in amended.ask("Что изменилось в поливе роз?").answer
    named = amended.ask("Что изменилось в ч. 1 ст. 1 закона 1-ФЗ?")
    assert "Редакции от" not in named.answer


def test_many_changes_are_counted_and_the_first_shown(amended, monkeypatch):
    monkeypatch.setattr("assistant.answer.changes.SHOWN", 1)
    answer = amended.ask("Что изменилось в законе о поливе?")
    assert {provision for _, provision in quoted(answer)} == {"st1/ch2/p2"}
    assert "Показаны первые 1 из 2." in answer.answer
    assert f"«ai-policy diff {LAW}»" in answer.answer


@pytest.mark.parametrize(
    "question",
    [
        "Что изменилось в законе о поливе?",
        "Какие изменения внесены в закон о поливе?",
        "Какие последние поправки в законе о поливе?",
        "How has закон о поливе changed?",
    ],
)
def test_ways_to_ask(amended, question):
    assert len(amended.ask(question).citations) == 4
