"""Blocks of a document -> the same blocks, publishers' notes marked as such.

Notes say which act changed what («(в ред. …)», «(Дополнение подпунктом - …)», «Список изменяющих документов»)
or speak to the publisher's customer («КонсультантПлюс: примечание», «ГАРАНТ:»). They are no words of the
act. A repealed provision («Статья 10.2. Утратила силу. - …») keeps its place and stays text of the act.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from ingest.document import Block, Document, Role

_UNIT = (
    r"(?:п\.|пп\.|пункты?|подпункты?|подп\.|пп?\.?\s?\"?\w\"?|ч\.|част[ьи]|ст\.|стать[яи]|абз\.|абзацы?|глав[аы]|"
    r"гл\.|разделы?|подразделы?|(?:под)?параграфы?|сноск[аи]|строк[аи]|позици[яи]|приложени[ея]|преамбула|"
    r"наименование|название|примечани[ея]|предложени[ея]|таблиц[аы]|дефисы?|графы?)"
)
_AMENDER = (
    r"(?:Федеральн|Указ|Постановлени|Распоряжени|Приказ|Решени|Закон|Конституционн|ФЗ|ред\.|[Рр]едакци|"
    r"изменени|дополнени)"
)
# One pattern a dialect; each takes a whole block.
NOTES = tuple(
    re.compile(pattern, re.S)
    for pattern in (
        # ConsultantPlus and official texts: «(в ред. Федерального закона от … N …)», «(часть 4 введена …)».
        r"\((?:далее - )?[вВ]\s+(?:ред\.|редакции)\s.*\)[.;]?",
        rf"\({_UNIT}.{{0,80}}?\s?(?:в\s+ред\.|введен[аыо]?\s|в\s+редакции\s|дополнен|изменен|исключен).*\)[.;]?",
        r"\(введен[аыо]?\s+(?:[А-ЯЁ]|с\s).*\)[.;]?",
        rf"\(абзац\s.*{_AMENDER}.*\)[.;]?",
        # Kodeks and pravo.gov.ru: «(В редакции …)», «(Дополнение подпунктом - …)».
        r"\((?:Дополнени[ея]|Изменени[ея]|Дополнен[аоы]?|Изменен[аоы]?|Введен[аоы]?)\s.*\)[.;]?",
        rf"\((?i:{_UNIT})\s.{{0,80}}?(?:дополнен|введен|изложен|исключен|в\s+редакции).*\)[.;]?",
        # Lists of amending acts in a heading.
        r"Список изменяющих документов.*",
        r"\((?:[Сс] уч[её]том|[Сс] изм\.|[Пп]о состоянию на)\s.*\)[.;]?",
        r"\((?:с изменениями(?: и дополнениями)?)[,:]?\s(?:от|на)\s.*\)",
        # What publishers say to their customers.
        r"(?:КонсультантПлюс|Консультант Плюс|ГАРАНТ)\s*:.*",
        r"(?:Документ|Текст) предоставлен.*",
        r"(?:Информация об изменениях|См\. (?:текст|предыдущую редакцию|будущую редакцию|комментарии)).*",
        r"Положения .{0,120} применяются .*\(КонсультантПлюс\).*",
        r"(?:www\.consultant\.ru|Надежная правовая поддержка|Дата сохранения:.*)",
    )
)
# «Список изменяющих документов» stands alone above its lines, «ГАРАНТ:» above its remark.
_LIST_HEAD = re.compile(r"Список изменяющих документов\.?", re.I)
_LIST_LINE = re.compile(r"\(?(?:в ред\.|от \d|с изм\.|ред\. от).*", re.S)
_REMARK_HEAD = re.compile(r"(?:КонсультантПлюс\s*:\s*примечание|ГАРАНТ\s*:)\.?", re.I)
# What a remark set as plain paragraphs begins with.
_REMARK_LINE = re.compile(
    r"(?:О\s|Об\s|С\s\d|С\s[а-яё]|До\s\d|По\sвопрос|См\.|Ст\.|Ч\.|П\.|П\.\s?п\.|Гл\.|Абз\.|Действие\s|"
    r"Положения\s|Пункт\s.{0,60}(?:вступает|применяется)|Изменени[ея]\s|Норма\s|В\s(?:соответствии|официальном|"
    r"данном)\s.{0,200}(?:см\.|текст|опечатк))",
)
_SMALLER = 0.95
# A note set at the end of a paragraph of the act: «… труда; (В редакции Федерального закона …)».
_TRAILING = re.compile(
    r"\((?:[Вв] ред(?:\.|акции)\s|Дополнени[ея]\s|Введен[аоы]?\s|"
    r"(?:Часть|Пункт|Подпункт|Абзац|Статья|Глава|Раздел|Наименование|Название|Параграф|Подпараграф)\s"
    r"[^()]{0,60}(?:в редакции|введен|дополнен)).*\)[.;]*"
)
_COVER = re.compile(r"Документ предоставлен.*", re.S)
_COVER_BLOCKS = 6


def mark_notes(document: Document) -> None:
    """Set ``role`` to NOTE on every block that is a publisher's note. Changes the document in place.

    A note at the end of a paragraph becomes a block of its own.
    """
    document.blocks = [part for block in document.blocks for part in _parted(block)]
    _mark_cover(document.blocks)
    usual = _usual_size(document.blocks)
    head: Block | None = None  # the head whose lines may follow
    for block in document.blocks:
        if block.role != Role.BODY:
            continue
        if _follows(head, block, usual):
            block.role = Role.NOTE
            continue
        head = None
        if is_note(block.text):
            block.role = Role.NOTE
            head = block if _opens_more(block.text) else None


def _parted(block: Block) -> list[Block]:
    """The block without the notes it ends with, then those."""
    notes: list[Block] = []
    text = block.text
    while block.role == Role.BODY and block.cells is None:
        start = _trailing_note(text)
        if not start:
            break
        note = text[start:].strip()
        page = max((entry for entry in block.pages if entry[0] <= start), default=None)
        notes.insert(0, replace(block, text=note, pages=((0, page[1]),) if page else (), role=Role.NOTE))
        text = text[:start].rstrip()
    if not notes:
        return [block]
    pages = tuple(entry for entry in block.pages if entry[0] < len(text))
    return [replace(block, text=text, pages=pages), *notes]


def _trailing_note(text: str) -> int:
    """Where the last bracket of ``text`` opens, if it holds a note and is not all of it; 0 otherwise."""
    body = text.rstrip(" .;")
    if not body.endswith(")"):
        return 0
    depth = 0
    for index in range(len(body) - 1, 0, -1):
        depth += (body[index] == ")") - (body[index] == "(")
        if depth == 0:
            return index if _TRAILING.fullmatch(text[index:]) and text[:index].strip() else 0
    return 0


def _mark_cover(blocks: Sequence[Block]) -> None:
    """A publisher's cover stands before its «Документ предоставлен …» at the very beginning."""
    first = blocks[:_COVER_BLOCKS]
    for index, block in enumerate(first):
        if _COVER.fullmatch(block.text):
            for cover in first[:index]:
                cover.role = Role.NOTE
            return


def is_note(text: str) -> bool:
    """Whether a whole paragraph is a publisher's note."""
    text = text.strip()
    return any(pattern.fullmatch(text) for pattern in NOTES) and _is_one_remark(text)


def _is_one_remark(text: str) -> bool:
    """«(в ред. …) Текст (…)» holds text of the act: the first bracket must close at the end."""
    if not text.startswith("("):
        return True
    depth = 0
    for index, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if depth == 0:
            return not text[index + 1 :].strip(" .;,()")
    return True  # a bracket left open: the publisher's slip, not the act's


def _opens_more(text: str) -> bool:
    return bool(_LIST_HEAD.fullmatch(text) or _REMARK_HEAD.match(text))


def _follows(head: Block | None, block: Block, usual: float | None) -> bool:
    """Whether ``block`` continues the note that ``head`` opens."""
    if head is None or block.cells is not None:
        return False
    if _LIST_HEAD.fullmatch(head.text):
        return bool(_LIST_LINE.fullmatch(block.text))
    if usual and head.size and block.size:
        if head.size < _SMALLER * usual:
            return block.size < _SMALLER * usual and not block.text.startswith("(")
    elif head.css and head.css == block.css:
        return True
    return _REMARK_HEAD.fullmatch(head.text) is not None and bool(_REMARK_LINE.match(block.text))


def _usual_size(blocks: Sequence[Block]) -> float | None:
    sizes: Counter[float] = Counter()
    for block in blocks:
        if block.size and block.role == Role.BODY:
            sizes[block.size] += len(block.text)
    return sizes.most_common(1)[0][0] if sizes else None
