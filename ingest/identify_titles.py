"""A document's blocks -> the titles it may have, likeliest first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ingest.document import Block, Document, Role
from ingest.identify_lines import (
    BODY_BEGINS,
    DATE_NUMBER,
    FLAGS,
    FROM_NUMBER,
    HEAD,
    KIND_LINES,
    ONLY_DATE,
    ONLY_NUMBER,
    REGISTERED,
    plain_line,
    spelt_line,
)

_NO_TITLE = re.compile(
    r"^(?:российская федерация|принят|одобрен|утвержден|зарегистрирован|список изменяющих"
    r"|государственной думой|советом федерации|федеральное собрание|президента? российской"
    r"|правительство российской|федеральн\w+ служб|министерств|документ предоставлен|гарант|консультантплюс"
    r"|приложение|\(текст"
    r"|official journal|of the european union|en$|l series|european(?: commission| union)?$|commission$"
    r"|brussels,|the european parliament|the council|communication from|contents|\(text with|c\(\d{4}\)"
    r"|\d{4}/\d{4}\(cod\)|pe-cons"
    r"|federal register|presidential documents|vol\. \d|(?:mon|tues|wednes|thurs|fri|satur|sun)day,"
    r"|by the authority vested|[a-z_]+: |-{3})",
    FLAGS,
)
_LETTERS = re.compile(r"[^\W\d_]{3}")
_JUNK_METADATA = re.compile(
    r"\.(?:docx?|pdf|xml|rtf|indd|sgm)\b|^microsoft|^untitled|^документ\d*$|^slide", FLAGS
)
_ABOUT = re.compile(r"об?\s+\w", FLAGS)
_LONGEST = 300
PLAIN = "text/plain"


def candidate_titles(blocks: Sequence[Block], document: Document) -> list[str]:
    """Titles a document may have, likeliest first: what a Russian act is about, metadata, what stands out.

    Metadata nobody sees: a title there counts only where the first blocks say it too. In a plain text it
    stands before them.
    """
    own = [title for title in (_act_title(blocks),) if title]
    meta = (document.metadata.get("title") or "").strip()
    if meta and (_JUNK_METADATA.search(meta) or not _LETTERS.search(meta) or " " not in meta):
        meta = ""
    if meta and document.media_type != PLAIN and not _said(plain_line(meta), blocks):
        meta = ""
    first = _first_title(blocks)
    return list(dict.fromkeys([*own, *([plain_line(meta)] if meta else []), *first]))


def _said(title: str, blocks: Sequence[Block]) -> bool:
    """Whether the first blocks hold the words of a title in this order, spaces and letter case aside."""
    said = " ".join(plain_line(block.text) for block in blocks[:HEAD])
    return "".join(title.lower().split()) in "".join(said.lower().split())


def _is_furniture(line: str) -> bool:
    formulas = (_NO_TITLE, BODY_BEGINS, ONLY_DATE, DATE_NUMBER, FROM_NUMBER, ONLY_NUMBER)
    return (
        any(formula.match(line) for formula in formulas)
        or bool(REGISTERED.search(line))
        or not _LETTERS.search(line)
        or any(re.fullmatch(pattern, line, FLAGS) for pattern, _ in KIND_LINES)
    )


def _act_title(blocks: Sequence[Block]) -> str | None:
    """The title lines after the kind of a Russian act: capitals or centred, «О …», until something else."""
    lines = [(plain_line(block.text), block) for block in blocks[:HEAD] if block.role is Role.BODY]
    named = (i for i, (line, _) in enumerate(lines[:25]) if _ABOUT.match(line) and len(line) < _LONGEST)
    start = next(named, None)
    if start is None:
        return None
    parts: list[str] = []
    for line, block in lines[start : start + 8]:
        looks = line.isupper() or block.align == "center" or block.bold
        if parts and (not looks or _is_furniture(line) or line.startswith("(")):
            break
        parts.append(line)
    return sentence_case(" ".join(parts))


def as_spelt(titles: Iterable[str], said: Sequence[str]) -> list[str]:
    """Titles with each «ё» as it stands where they were ``said``: they are found in lines without any."""
    plain = " ".join(map(plain_line, said)).lower()
    spelt = " ".join(map(spelt_line, said)).lower()
    return [_spelt(title, plain, spelt) for title in titles]


def _spelt(title: str, plain: str, spelt: str) -> str:
    at = plain.find(title.lower())
    if at < 0:
        return title
    letters = zip(title, spelt[at : at + len(title)], strict=True)
    return "".join((own, "Ё" if own == "Е" else "ё")[as_said == "ё"] for own, as_said in letters)


def sentence_case(title: str) -> str:
    """A title in capitals as it is usually written; others unchanged."""
    if not title.isupper() or not re.search(r"[А-Я]{3}", title):
        return title
    lowered = title[:1] + title[1:].lower()
    return re.sub(r"российской федерации", "Российской Федерации", lowered)


def _first_title(blocks: Sequence[Block]) -> list[str]:
    """What stands out first: a marked heading, the largest type, centred or bold lines; else the first."""
    body = [block for block in blocks[:25] if block.role is Role.BODY]
    usable = [b for b in body if not _is_furniture(plain_line(b.text)) and len(b.text) <= _LONGEST]
    found = [_run(body, block) for block in usable if block.heading in (1, 2)][:1]
    sizes = [b.size for b in body if b.size]
    if sizes and max(sizes) > 1.1 * sorted(sizes)[len(sizes) // 2]:
        found += [_run(body, b) for b in usable if b.size == max(sizes)][:1]
    found += [_run(body, block) for block in usable if block.align == "center" or block.bold][:1]
    found += [
        plain_line(block.text) for block in usable[:3] if not block.text.rstrip().endswith((".", ";", ":"))
    ]
    if not found and usable:
        found.append(plain_line(usable[0].text))
    if not found:
        long = [line for line in map(plain_line, (b.text for b in body)) if not _is_furniture(line)]
        found += [_opening(line) for line in long[:1]]
    return [sentence_case(title) for title in found]


def _run(blocks: Sequence[Block], first: Block) -> str:
    """``first`` with the lines of the same look after it."""
    at = next(i for i, block in enumerate(blocks) if block is first)
    look = (first.align, first.bold, first.size, first.heading)
    parts = [plain_line(first.text)]
    for block in blocks[at + 1 : at + 5]:
        line = plain_line(block.text)
        same = (block.align, block.bold, block.size, block.heading) == look
        if not same or _is_furniture(line) or line.startswith("("):
            break
        parts.append(line)
    return " ".join(parts)


def _opening(text: str) -> str:
    """The first words of a text without any heading."""
    sentence = re.split(r"(?<=[.!?])\s", text, maxsplit=1)[0]
    return sentence if len(sentence) <= 120 else sentence[:120].rsplit(" ", 1)[0]
