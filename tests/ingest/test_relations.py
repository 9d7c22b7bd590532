"""Relations are read from notes, stubs and the text; the counts over real acts are taken by a loose pattern."""

import json
import re
from functools import lru_cache

import pytest

from assistant.library.drafts import NoteDraft
from assistant.model import Provision, RelationKind
from ingest.build import build_edition
from ingest.embedded import embedded_catalogue
from ingest.relations import edition_marks, noted_acts, read_relations, sidecar_amendments
from tests.shared import ACTS, needs_acts

LAW = "ru-fz-7-2001"


def note(text, offset=0):
    return NoteDraft(offset, None, "note", text)


def node(name, start, end, *, parent=None, number=None, repealed=False, kind="article"):
    return Provision(
        id=name, parent=parent, kind=kind, number=number, label=name, start=start, end=end, own_end=end, lang="ru",
        repealed=repealed,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("words", "acts"),
    [
        ("(в ред. Федерального закона от 29.07.2017 N 276-ФЗ)", [("ru-fz-276-2017", "2017-07-29")]),
        (
            "(п. 3.1 введен Федеральным законом от 06.07.2016 N 374-ФЗ; в ред. Федерального закона от 29.07.2017 N 241-ФЗ)",
            [("ru-fz-374-2016", "2016-07-06"), ("ru-fz-241-2017", "2017-07-29")],
        ),
        ("(В редакции Указа Президента Российской Федерации от 15 февраля 2024 г. № 124)", [("ru-ukaz-124-2024", "2024-02-15")]),
        ("(Дополнение подпунктом - Указ Президента Российской Федерации от 13.06.2024 № 500)", [("ru-ukaz-500-2024", "2024-06-13")]),
        ("(в ред. Постановлений Правительства РФ от 01.02.2020 N 5, от 03.04.2021 N 77)", [("ru-pp-5-2020", "2020-02-01"), ("ru-pp-77-2021", "2021-04-03")]),
        ("(в ред. Федерального конституционного закона от 30.12.2010 N 1-ФКЗ)", [("ru-fkz-1-2010", "2010-12-30")]),
        ("(п. 4 в ред. Приказа ФСТЭК России от 20.02.2020 N 35)", [("ru-prikaz-fstek-35-2020", "2020-02-20")]),
    ],
)  # fmt: skip
def test_a_mark_names_its_acts_by_kind_number_and_date(words, acts):
    assert [(found.act, found.date) for found in noted_acts(words)] == acts


def test_the_lines_of_a_list_take_the_kind_from_its_first_line():
    lines = [
        note("Список изменяющих документов"),
        note("(в ред. Указов Президента РФ от 01.02.2020 N 5,"),
        note("от 03.04.2021 N 77)"),
        note("О порядке см. Постановление Правительства РФ от 03.11.1994 N 1233."),
    ]
    found = [act.act for each, head in edition_marks(lines) for act in noted_acts(each.text, head)]
    assert found == ["ru-ukaz-5-2020", "ru-ukaz-77-2021"]


def test_a_mark_belongs_to_the_provision_it_stands_at_or_names():
    text = "Статья 1\n1. Первая часть.\n2. Вторая часть."
    nodes = [
        node("st1", 0, len(text), number="1"),
        node("st1/ch1", 9, 25, parent="st1", number="1", kind="part"),
        node("st1/ch2", 26, len(text), parent="st1", number="2", kind="part"),
    ]
    marks = [
        note("(в ред. Федерального закона от 01.02.2020 N 5-ФЗ)", 25),
        note("(часть 2 введена Федеральным законом от 03.04.2021 N 77-ФЗ)", len(text)),
        note(
            "С 01.09.2030 ст. 1 дополняется ч. 3 (ФЗ от 01.01.2029 N 9-ФЗ). См. будущую редакцию.", len(text)
        ),
    ]
    found = read_relations(LAW, text, nodes, marks, "ru")
    assert [(each.source, each.provision, each.in_force_from) for each in found] == [
        ("ru-fz-5-2020", "st1/ch1", None),
        ("ru-fz-77-2021", "st1/ch2", None),
        ("ru-fz-9-2029", "st1", "2030-09-01"),
    ]


def test_a_stub_says_which_law_repealed_the_provision_and_from_when():
    text = "1.1. Утратил силу с 1 июля 2021 года. - Федеральный закон от 11.06.2021 N 170-ФЗ."
    [found] = read_relations(LAW, text, [node("st23/ch1.1", 0, len(text), repealed=True)], [], "ru")
    assert (found.kind, found.source, found.target, found.provision) == (
        RelationKind.REPEALS, "ru-fz-170-2021", LAW, "st23/ch1.1",
    )  # fmt: skip
    assert (found.date, found.in_force_from) == ("2021-06-11", "2021-07-01")


def test_acts_repealed_in_whole_are_told_from_those_repealed_in_part():
    text = (
        "5. Признать утратившими силу: Указ Президента Российской Федерации от 5 мая 2005 г. № 500 (Собрание "
        "законодательства Российской Федерации, 2005, № 19, ст. 1700); пункт 3 Указа Президента Российской "
        "Федерации от 6 июня 2006 г. № 600."
    )
    found = read_relations("ru-ukaz-9-2010", text, [node("p5", 0, len(text), kind="point")], [], "ru")
    assert [(each.kind, each.target) for each in found] == [
        (RelationKind.REPEALS, "ru-ukaz-500-2005"),
        (RelationKind.CITES, "ru-ukaz-600-2006"),
    ]


def test_an_english_act_revokes_and_cites():
    text = "Executive Order 14110 of October 30, 2023 (On safe AI), is revoked. See Executive Order 13960 of December 3, 2020."
    found = read_relations("us-eo-14148-2025", text, [node("sec2", 0, len(text), kind="section")], [], "en")
    assert [(each.kind, each.target) for each in found] == [
        (RelationKind.REPEALS, "us-eo-14110-2023"),
        (RelationKind.CITES, "us-eo-13960-2020"),
    ]


def test_a_sidecar_names_later_amendments():
    said = {
        "known_later_amendments": [
            "568-ФЗ 29.12.2025 (in force 01.09.2026)",
            "569-ФЗ 29.12.2025",
            "check later",
        ]
    }
    found = sidecar_amendments("ru-fz-149-2006", said)
    assert [(each.source, each.date, each.in_force_from) for each in found] == [
        ("ru-fz-568-2025", "2025-12-29", "2026-09-01"),
        ("ru-fz-569-2025", "2025-12-29", None),
    ]
    assert sidecar_amendments("ru-fz-149-2006", None) == []


@lru_cache
def drafted(name):
    path = ACTS / "ru" / name
    said = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    return build_edition(path.read_bytes(), path, said, embedded_catalogue())


PAIR = re.compile(r"от\s+(\d\d\.\d\d\.\d{4})\s+(?:N|№)\s*(\d+)-ФЗ")
# Notes that name a law without saying that it changed this one: court rulings, transitional remarks.
REMARK = re.compile(r"см\. Постановление|возможно проведение|Провайдеры, осуществлявшие")


@needs_acts
@pytest.mark.acts
@pytest.mark.parametrize(
    ("name", "pairs"), [("fz149.pdf", 242), ("fz152_ed2023.pdf", 141), ("fz152_ed2024.docx", 156)]
)
def test_the_notes_of_the_laws_are_parsed_into_act_number_and_date(name, pairs):
    draft = drafted(name)
    wanted = [
        (number, day)
        for each in draft.notes
        if not REMARK.search(each.text)
        for day, number in PAIR.findall(each.text)
    ]
    found = [
        (act.act.split("-")[2], ".".join(reversed(act.date.split("-"))))
        for each, head in edition_marks(draft.notes)
        for act in noted_acts(each.text, head)
    ]
    assert len(wanted) == pairs
    agreeing = sum((each in found) for each in wanted)
    assert agreeing / len(wanted) >= 0.95
    assert len(found) >= 0.95 * len(wanted)


@needs_acts
@pytest.mark.acts
def test_every_repealed_stub_of_the_laws_names_the_law_that_repealed_it():
    for name in ("fz149.pdf", "fz152_ed2024.docx"):
        draft = drafted(name)
        stubs = {each.id for each in draft.provisions if each.repealed}
        named = {
            each.provision
            for each in draft.relations
            if each.kind == RelationKind.REPEALS and each.target == draft.act.id
        }
        assert stubs and stubs == named
