"""Publishers' notes are marked; the words of the act, repealed stubs included, stay."""

from __future__ import annotations

import pytest

from ingest.document import Block, Document, Role
from ingest.editorial import is_note, mark_notes


@pytest.mark.parametrize(
    "text",
    [
        "(в ред. Федерального закона от 02.07.2013 N 187-ФЗ)",
        "(часть 4 введена Федеральным законом от 27.07.2010 N 227-ФЗ)",
        "(п. 3 в ред. Федерального закона от 27.07.2010 N 227-ФЗ)",
        "(п. 26.1 введен Приказом ФСТЭК России от 20.02.2020 N 35)",
        "(абзац введен Приказом ФСТЭК России от 26.03.2019 N 60; в ред. Приказа от 20.02.2020 N 35)",
        "(введено Приказом ФСТЭК России от 20.02.2020 N 35)",
        "(В редакции Указа Президента Российской Федерации от 15.02.2024 № 124)",
        "(Дополнение подпунктом - Указ Президента Российской Федерации от 15.02.2024 № 124)",
        "(Статья в редакции Федерального закона от 30.06.2006 № 90-ФЗ)",
        "(Наименование в редакции Федерального закона от 28.12.2013 № 421-ФЗ)",
        "(С учетом постановлений Конституционного Суда Российской Федерации от 15.03.2005 № 3-П)",
        "Список изменяющих документов (в ред. Приказов от 09.08.2018 N 138, от 26.03.2019 N 60)",
        "КонсультантПлюс: примечание.",
        "ГАРАНТ: См. комментарии к статье 1",
        "Документ предоставлен КонсультантПлюс www.consultant.ru",
    ],
)
def test_both_dialects_of_notes_are_told(text: str) -> None:
    assert is_note(text)


@pytest.mark.parametrize(
    "text",
    [
        "Статья 10.2. Утратила силу. - Федеральный закон от 29.07.2017 N 276-ФЗ.",
        "3) утратил силу. - Федеральный закон от 25.07.2011 N 261-ФЗ;",
        "21) - 22) утратили силу. - Федеральный закон от 29.12.2022 N 572-ФЗ.",
        "(Утратила силу - Федеральный закон от 29.06.2004 № 58-ФЗ)",
        "Абзац утратил силу с 1 января 2023 года. - Приказ от 20.02.2020 N 35.",
        "(с изменениями 2024 г.)",
        "(далее - персональные данные)",
        "(в том числе садовника) и его помощника (введенного в штат)",
        "Внести в редакции газет сведения о садах.",
        "Документы предоставляются садовником.",
        "О садах см. правила.",
    ],
)
def test_words_of_the_act_are_no_notes(text: str) -> None:
    assert not is_note(text)


def marked(*blocks: Block) -> list[tuple[str, bool]]:
    document = Document(list(blocks), "text/plain")
    mark_notes(document)
    return [(block.text, block.role == Role.NOTE) for block in document.blocks]


def test_a_list_of_amending_acts_takes_its_lines_with_it() -> None:
    found = marked(
        Block("Список изменяющих документов"),
        Block("(в ред. Федеральных законов от 25.11.2009 N 266-ФЗ,"),
        Block("от 27.12.2009 N 363-ФЗ)"),
        Block("Глава 1. Сады"),
    )
    assert [note for _, note in found] == [True, True, True, False]


def test_a_remark_takes_the_smaller_lines_that_follow_it() -> None:
    text = "Садовник поливает розы утром и вечером, если иное не установлено правилами."
    found = marked(
        Block(text, size=10.0),
        Block("КонсультантПлюс: примечание.", size=9.0),
        Block("Актуальный перечень роз размещен на сайте сада.", size=9.0),
        Block("2. " + text, size=10.0),
    )
    assert [note for _, note in found] == [False, True, True, False]


def test_without_sizes_a_remark_takes_only_a_paragraph_that_reads_like_one() -> None:
    found = marked(
        Block("КонсультантПлюс: примечание."),
        Block("С 01.09.2024 ст. 13 дополняется ч. 2.4. См. будущую редакцию."),
        Block("2. Садовник поливает розы."),
        Block("КонсультантПлюс: примечание."),
        Block("3. Садовник поливает лилии."),
    )
    assert [note for _, note in found] == [True, True, False, True, False]


def test_a_note_at_the_end_of_a_paragraph_becomes_a_block_of_its_own() -> None:
    note = "(В редакции Федерального закона от 02.07.2013 № 185-ФЗ)"
    added = "(Дополнение абзацем - Федеральный закон от 30.06.2006 № 90-ФЗ)"
    found = marked(Block(f"полив роз; {added} {note}"), Block("полив лилий (в том числе белых)."))
    assert found == [
        ("полив роз;", False),
        (added, True),
        (note, True),
        ("полив лилий (в том числе белых).", False),
    ]


def test_a_publishers_cover_is_no_part_of_the_act() -> None:
    found = marked(
        Block('Правила "О садах"'),
        Block("Документ предоставлен КонсультантПлюс www.consultant.ru Дата сохранения: 17.06.2025"),
        Block("ПРАВИЛА"),
    )
    assert [note for _, note in found] == [True, True, False]


def test_a_note_cut_off_on_a_later_page_keeps_that_page() -> None:
    note = "(В редакции Федерального закона от 02.07.2013 № 185-ФЗ)"
    document = Document([Block(f"полив роз; {note}", pages=((0, 1), (11, 2)))], "application/pdf")
    mark_notes(document)
    assert [block.pages for block in document.blocks] == [((0, 1),), ((0, 2),)]
