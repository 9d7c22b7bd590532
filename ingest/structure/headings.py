"""Any other text -> sections by its headings with their paragraphs; parts of even size as the last resort.

Headings are what the format marks (h1–h6, Word styles, «#»), numbered titles in sequence («1.2 Title»),
named ones («Part 1», «Приложение 2») and, in a PDF, short lines set larger or bolder than the text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from assistant.model import Identity, Provision
from ingest.document import CanonicalText, Para
from ingest.structure.outline import Outline
from ingest.structure.renaming import rename

PART_LENGTH = 1500  # characters of a part where a text has no structure at all
LONGEST_HEADING = 200

MARKDOWN = re.compile(r"(#{1,6})\s+(\S.*)")
NUMBERED = re.compile(r"(\d{1,2}(?:\.\d{1,2}){0,4})\.?\s+([^\W\d_].*)")
ROMAN_NUMBERED = re.compile(r"([IVX]{1,6})\.\s+([^\W\d_].*)")
NAMED = re.compile(
    r"(?:(Part|PART|Часть|ЧАСТЬ|Chapter|CHAPTER|Глава|ГЛАВА|Section|SECTION|Раздел|РАЗДЕЛ)\s+([IVX]+|\d{1,2})"
    r"|(Appendix|APPENDIX|Annex|ANNEX|Приложение|ПРИЛОЖЕНИЕ)(?:\s+№?\s*([A-ZА-Я]|\d{1,2}))?)\s*(?:[:.—–-]\s*(.*))?$"
)
CONTENTS = re.compile(r"(?i)(?:table of )?contents|содержание|оглавление")
CONTENTS_LINE = re.compile(r"(?:\.{3,}|…|(?:\. ){3,})\s*\w*\s*$|\s\d{1,3}$")
SENTENCE_END = re.compile(r"[.;:,]$")
NAMED_STEPS = {
    "part": "part", "часть": "part", "chapter": "ch", "глава": "ch", "section": "sec", "раздел": "sec",
    "appendix": "app", "annex": "app", "приложение": "app",
}  # fmt: skip
WORDS = {
    "en": {"section": "section {}", "paragraph": "para. {}", "part": "part {}", "between": ", "},
    "ru": {"section": "раздел {}", "paragraph": "абзац {}", "part": "фрагмент {}", "between": ", "},
}


@dataclass(frozen=True, slots=True)
class _Heading:
    """A heading: its depth (1 is highest), its number where printed, its title."""

    depth: int
    number: str | None
    title: str
    step: str | None = None  # of a named heading: part1, appA


class Headings:
    """The grammar of last resort: it takes any text and never refuses."""

    name = "headings"

    def score(self, canonical: CanonicalText, identity: Identity) -> float:
        """.3 for a text with headings, .05 for any other: every grammar that knows the text comes first."""
        if not canonical.paras:
            return 0.0
        return 0.3 if any(_headings(canonical)) else 0.05

    def parse(self, canonical: CanonicalText, identity: Identity) -> Sequence[Provision]:
        """Sections with their paragraphs, or parts where nothing looks like a heading."""
        lang = language(canonical.text)
        headings = _headings(canonical)
        if not any(headings):
            return _parts(canonical, lang)
        return _Sections(canonical, lang, headings).parse()


def language(text: str) -> Literal["ru", "en"]:
    """Russian where Cyrillic letters outnumber Latin ones."""
    sample = text[:50000].lower()
    cyrillic = sum("а" <= char <= "я" or char == "ё" for char in sample)
    return "ru" if cyrillic > sum("a" <= char <= "z" for char in sample) else "en"


def _headings(canonical: CanonicalText) -> list[_Heading | None]:
    """For every paragraph its heading, or None."""
    look = _Look(canonical)
    found: list[_Heading | None] = []
    last = ""
    first = _after_contents(canonical.paras)
    for index, para in enumerate(canonical.paras):
        heading = look.heading(para, last) if index >= first else None
        if heading and heading.number:
            last = heading.number
        found.append(heading)
    return found


def _after_contents(paras: Sequence[Para]) -> int:
    """The paragraph after a printed table of contents, 0 without one."""
    for index, para in enumerate(paras):
        if CONTENTS.fullmatch(para.text.strip()):
            last = index
            for later in range(index + 1, len(paras)):
                if CONTENTS_LINE.search(paras[later].text):
                    last = later
                elif later - last > 4:
                    break
            return last + 1
    return 0


class _Look:
    """What the text of a document looks like, so that its headings stand out from it."""

    def __init__(self, canonical: CanonicalText) -> None:
        sizes: Counter[float] = Counter()
        bold = total = 0
        for para in canonical.paras:
            length = len(para.text)
            total += length
            bold += length if para.block.bold else 0
            if para.block.size:
                sizes[round(para.block.size, 1)] += length
        self.size = sizes.most_common(1)[0][0] if sizes else None
        self.bold_is_rare = bold * 4 < total
        larger = {round(p.block.size, 1) for p in canonical.paras if self._is_larger(p)}  # type: ignore[arg-type]
        self.ranks = {size: rank for rank, size in enumerate(sorted(larger, reverse=True), start=1)}
        self.marked = any(para.block.heading for para in canonical.paras)

    def _is_larger(self, para: Para) -> bool:
        return bool(para.block.size and self.size and para.block.size > self.size * 1.08)

    def heading(self, para: Para, last: str) -> _Heading | None:
        """The heading a paragraph is, if it is one; ``last``: the number of the last numbered heading."""
        text = para.text.strip()
        if para.block.cells is not None or not text or len(text) > LONGEST_HEADING:
            return None
        if not any(char.isalpha() for char in text):
            return None
        if marked := self._marked(para, text):
            return marked
        stands_out = self._is_larger(para) or (para.block.bold and self.bold_is_rare)
        if found := NAMED.match(text):
            return _named(found) if stands_out or not SENTENCE_END.search(text) else None
        found = NUMBERED.match(text) or ROMAN_NUMBERED.match(text)
        if found and _follows(last, found[1]) and (stands_out or _title_like(found[2])):
            return _Heading(found[1].count(".") + 2, found[1], found[2])
        if self.marked or not stands_out or SENTENCE_END.search(text):
            return None
        depth = self.ranks.get(round(para.block.size or 0, 1), len(self.ranks) + 1)
        return _Heading(depth, None, text)

    def _marked(self, para: Para, text: str) -> _Heading | None:
        """A heading by the format's own mark."""
        depth = para.block.heading
        if found := MARKDOWN.match(text):
            depth, text = len(found[1]), found[2]
        if not depth:
            return None
        if named := NAMED.match(text):
            return _Heading(depth, None, text, _named(named).step)
        numbered = NUMBERED.match(text) or ROMAN_NUMBERED.match(text)
        return _Heading(depth, numbered[1], numbered[2]) if numbered else _Heading(depth, None, text)


def _named(found: re.Match[str]) -> _Heading:
    word, number = (found[1] or found[3]), found[2] or found[4] or ""
    return _Heading(1, None, found[0].strip(), f"{NAMED_STEPS[word.lower()]}{number}")


def _title_like(title: str) -> bool:
    """A short line without a full stop that begins with a capital letter."""
    return len(title) <= 120 and not SENTENCE_END.search(title) and title[0].isupper()


def _follows(last: str, number: str) -> bool:
    """Whether a number is next after ``last`` on some level; sections may begin anew after a part."""
    if not number[0].isdigit():
        return True
    now = [int(part) for part in number.split(".")]
    before = [int(part) for part in last.split(".")] if last and last[0].isdigit() else []
    for depth, part in enumerate(now):
        if depth >= len(before):
            return depth == len(now) - 1 and part == 1 and depth == len(before)
        if part != before[depth]:
            return depth == len(now) - 1 and part == before[depth] + 1
    return False


@dataclass(slots=True)
class _Sections:
    """Builds the outline of a text with headings."""

    canonical: CanonicalText
    lang: Literal["ru", "en"]
    headings: list[_Heading | None]
    outline: Outline = field(init=False)
    wanted: list[str] = field(default_factory=list)
    path: list[tuple[int, str, str]] = field(default_factory=list)  # (depth, id, label) of the open sections
    counters: list[int] = field(default_factory=list)
    paragraphs: int = 0
    unnumbered: int = 0

    def __post_init__(self) -> None:
        self.outline = Outline(self.canonical, self.lang)

    def parse(self) -> list[Provision]:
        """All sections and paragraphs in reading order."""
        numbered = any(heading and (heading.number or heading.step) for heading in self.headings)
        for index, (para, heading) in enumerate(zip(self.canonical.paras, self.headings, strict=True)):
            if heading:
                self._section(para, heading, numbered)
            else:
                self._paragraph(index, para)
        return rename(self.outline.finish(), self.wanted)

    def _section(self, para: Para, heading: _Heading, numbered: bool) -> None:
        while self.path and self.path[-1][0] >= heading.depth:
            self.path.pop()
        pid = self._id(heading, numbered)
        label = heading.title
        if heading.number:
            label = WORDS[self.lang]["section"].format(heading.number)
            label = label[0].upper() + label[1:]
        self.paragraphs = 0
        self.path.append((heading.depth, pid, label))
        self._open(heading.depth, pid, "section", label, para, heading)

    def _id(self, heading: _Heading, numbered: bool) -> str:
        """A number as printed (``s1.2``); a named section by its name; others by their place."""
        if heading.step:
            return heading.step
        above = self.path[-1][1] if self.path else ""
        if heading.number:
            return f"s{heading.number}"
        if numbered:
            self.unnumbered += 1
            return f"h{self.unnumbered}"
        level = len(self.path)
        self.counters = [*self.counters[: level + 1], *[0] * (level + 1 - len(self.counters))]
        self.counters[level] += 1
        return f"{above}.{self.counters[level]}" if above else f"s{self.counters[level]}"

    def _paragraph(self, index: int, para: Para) -> None:
        if self.path and self._is_alone(index):
            return
        self.paragraphs += 1
        words = WORDS[self.lang]
        own = words["paragraph"].format(self.paragraphs)
        step = f"abz{self.paragraphs}"
        if not self.path:
            self._open(90, step, "paragraph", own[0].upper() + own[1:], para, None)
            return
        _, above, label = self.path[-1]
        self._open(90, f"{above}/{step}", "paragraph", f"{label}{words['between']}{own}", para, None)

    def _is_alone(self, index: int) -> bool:
        """The only paragraph of its section is the section's own text."""
        before = index == 0 or self.headings[index - 1] is not None
        after = index + 1 == len(self.headings) or self.headings[index + 1] is not None
        return before and after and index > 0

    def _open(
        self, level: int, pid: str, kind: str, label: str, para: Para, heading: _Heading | None
    ) -> None:
        self.wanted.append(pid)
        self.outline.open(
            level,
            pid,
            kind=kind,
            label=label,
            start=para.start,
            number=heading.number if heading else str(self.paragraphs),
            heading=heading.title if heading else None,
            heading_end=para.end if heading else None,
        )


def _parts(canonical: CanonicalText, lang: Literal["ru", "en"]) -> list[Provision]:
    """Pieces of about 1,500 characters, cut at paragraph borders where there are any."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(
        chunk_size=PART_LENGTH,
        chunk_overlap=0,
        separators=["\n", ". ", "; ", ", ", " ", ""],
        keep_separator="end",
        strip_whitespace=True,
    )
    outline = Outline(canonical, lang)
    cursor = 0
    for ordinal, piece in enumerate(splitter.split_text(canonical.text), start=1):
        start = canonical.text.index(piece, cursor)
        cursor = start + len(piece)
        label = WORDS[lang]["part"].format(ordinal)
        outline.open(0, f"part{ordinal}", kind="part", label=label, start=start, number=str(ordinal))
    return outline.finish()


GRAMMAR = Headings()
