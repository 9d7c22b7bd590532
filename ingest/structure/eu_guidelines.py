"""A Commission guideline or communication -> sections and the numbered paragraphs that run through them.

Paragraphs «(1)», «(2)» … run through the whole text and are what people cite; the sections above them
(«2.1. Title», «II. Title») give context and do not show in the paragraphs' ids.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from assistant.model import Identity, Provision
from ingest.document import CanonicalText, Para
from ingest.structure.outline import Outline
from ingest.structure.renaming import rename
from ingest.structure.sequences import roman_value

PARAGRAPH = re.compile(r"\((\d{1,3})\)(?:\s|$)")
SECTION = re.compile(r"((?:\d{1,2}|[A-Z](?=\.\d))(?:\.\d{1,2})*)(?:\.\s*|\s+|$)(\D.*)?$")
ROMAN_SECTION = re.compile(r"([IVX]+)\.(?:\s+(\S.*)|$)")
LETTER_SECTION = re.compile(r"([a-z])\)\s+(\S.*)")
ANNEX = re.compile(r"(?:Annex|ANNEX)(?:\s+([IVX]+|\d+))?\s*[:.—–-]?\s*(.*)$")
CONTENTS_LINE = re.compile(r"(?:\.{3,}|…|(?:\. ){3,})\s*\d*\s*$")
LONGEST_HEADING = 260


def numbered_paragraphs(canonical: CanonicalText) -> int:
    """How many paragraphs «(1)», «(2)» … follow one another through the text."""
    count = 0
    for para in canonical.paras:
        found = PARAGRAPH.match(para.text)
        if found and int(found[1]) == count + 1:
            count += 1
    return count


def parse(canonical: CanonicalText, identity: Identity) -> list[Provision]:
    """The outline of a guideline."""
    return _Guideline(canonical).parse()


@dataclass(slots=True)
class _Guideline:
    canonical: CanonicalText
    paragraph: int = 0
    indent: float | None = None  # of the last numbered paragraph
    section: str = ""
    roman: int = 0
    letter: str = ""
    annex: bool = False
    wanted: list[str] = field(default_factory=list)
    outline: Outline = field(init=False)

    def __post_init__(self) -> None:
        self.outline = Outline(self.canonical, "en")

    def parse(self) -> list[Provision]:
        """All sections and paragraphs in reading order."""
        first = self._after_the_contents()
        if first:
            self.wanted.append("front")
            self.outline.open(0, "front", kind="front", label="Title and contents", start=0)
            self.outline.close(0, self.canonical.paras[first].start)
        for para in self.canonical.paras[first:]:
            if not self._paragraph(para):
                self._heading(para)
        return rename(self.outline.finish(), self.wanted)

    def _after_the_contents(self) -> int:
        """The paragraph after the table of contents: its last line, or the heading before «(1)»."""
        paras = self.canonical.paras
        start = next((i for i, para in enumerate(paras) if PARAGRAPH.match(para.text)), 0)
        first = start
        while first > 0 and start - first < 4:
            if not _number(paras[first - 1]) or _in_contents(paras[first - 1]):
                break
            first -= 1
        return first

    def _paragraph(self, para: Para) -> bool:
        found = PARAGRAPH.match(para.text)
        if not found or not self._expects(int(found[1]), para.block.indent):
            return False
        number = found[1]
        self.paragraph, self.indent = int(number), para.block.indent
        self.wanted.append(f"par{number}")
        self.outline.open(
            9, f"par{number}", kind="paragraph", label=f"para. {number}", start=para.start, number=number
        )
        return True

    def _expects(self, number: int, indent: float | None) -> bool:
        """The next number; after a paragraph lost in a heading's line, one set as the last one was."""
        if number == self.paragraph + 1:
            return True
        aligned = indent is not None and self.indent is not None and abs(indent - self.indent) < 2
        return aligned and 1 < number - self.paragraph <= 3

    def _heading(self, para: Para) -> None:
        if not _may_be_heading(para):
            return
        for rule in (self._annex, self._roman, self._numbered, self._lettered):
            if rule(para):
                return

    def _open(self, level: int, name: tuple[str, str], number: str, heading: str | None, para: Para) -> None:
        step, label = name
        self.wanted.append(step)
        self.outline.open(
            level,
            step,
            kind="section",
            label=label,
            start=para.start,
            number=number,
            heading=heading or None,
            heading_end=para.end,
            citable=False,
        )

    def _annex(self, para: Para) -> bool:
        found = ANNEX.match(para.text)
        if not found or not _stands_out(para):
            return False
        self.annex, self.section, self.roman, self.letter = True, "", 0, ""
        number = found[1] or ""
        self._open(0, (f"annex{number}", f"Annex {number}".strip()), number, found[2], para)
        return True

    def _roman(self, para: Para) -> bool:
        found = ROMAN_SECTION.match(para.text)
        if not found or roman_value(found[1]) != self.roman + 1:
            return False
        self.roman += 1
        self.section = self.letter = ""
        self._open(1, (f"sec{found[1]}", f"Section {found[1]}"), found[1], found[2], para)
        return True

    def _numbered(self, para: Para) -> bool:
        found = SECTION.match(para.text)
        if not found or not found[2] or not _next_section(self.section, found[1]):
            return False
        self.section, self.letter = found[1], ""
        level = 2 + found[1].count(".")
        self._open(level, (f"sec{found[1]}", f"Section {found[1]}"), found[1], found[2], para)
        return True

    def _lettered(self, para: Para) -> bool:
        found = LETTER_SECTION.match(para.text)
        expected = chr(ord(self.letter) + 1) if self.letter else "a"
        if not found or found[1] != expected or not self.section or not _stands_out(para):
            return False
        self.letter = found[1]
        label = f"Section {self.section}, {found[1]})"
        self._open(8, (f"sec{self.section}{found[1]}", label), found[1], found[2], para)
        return True


def _next_section(last: str, number: str) -> bool:
    """Whether ``number`` is next after ``last`` on some level: 2.1 → 2.2, 2.1.1 or 3; A.1 begins anew."""
    before, now = last.split(".") if last else [], number.split(".")
    if now[0].isalpha() and (not before or before[0] != now[0]):
        return len(now) == 2 and now[1] == "1"
    for depth, part in enumerate(now):
        if depth >= len(before):
            return part == "1" and depth == len(now) - 1 and depth <= len(before)
        if part != before[depth]:
            return part.isdigit() and int(part) == int(before[depth]) + 1 and depth == len(now) - 1
    return False


def _number(para: Para) -> bool:
    return bool(SECTION.match(para.text) or ROMAN_SECTION.match(para.text))


def _in_contents(para: Para) -> bool:
    return bool(CONTENTS_LINE.search(para.text)) or bool(re.search(r"\s\d{1,3}$", para.text))


def _stands_out(para: Para) -> bool:
    block = para.block
    return block.bold or block.align == "center" or block.heading is not None or para.text.isupper()


def _may_be_heading(para: Para) -> bool:
    text = para.text
    if len(text) > LONGEST_HEADING or CONTENTS_LINE.search(text):
        return False
    return _stands_out(para) or not text.endswith((".", ";", ":", ","))
