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
PARAGRAPH_RANK = 90  # in the outline, below every section

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
    "en": {"section": "section {}", "paragraph": "para. {}", "part": "part {}", "toc": "Contents"},
    "ru": {"section": "раздел {}", "paragraph": "абзац {}", "part": "фрагмент {}", "toc": "Содержание"},
}


@dataclass(frozen=True, slots=True)
class _Heading:
    """A heading: its depth (smaller is higher), its number where printed, its title.

    step: the id of a named heading (part1, appA). visual: told by its look alone, so that the next line
    of the same look goes on with it.
    """

    depth: int
    number: str | None
    title: str
    step: str | None = None
    visual: bool = False


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
    expected = [""]  # the numbers after which the next one may stand
    first = _contents(canonical.paras)[1]
    for index, para in enumerate(canonical.paras):
        heading = look.heading(para, expected) if index >= first else None
        if heading and heading.number:
            expected = [heading.number]
        elif heading and heading.step:  # below «Section 2» come 2.1 or 1, or the numbers simply go on
            expected = [expected[0], re.sub(r"\D", "", heading.step), ""]
        found.append(heading)
    return found


def _contents(paras: Sequence[Para]) -> tuple[int, int]:
    """The paragraphs of a printed table of contents, from its title to before the text; (0, 0) without."""
    for index, para in enumerate(paras):
        if CONTENTS.fullmatch(para.text.strip()):
            last = index
            for later in range(index + 1, len(paras)):
                if CONTENTS_LINE.search(paras[later].text):
                    last = later
                elif later - last > 4:
                    break
            return index, last + 1
    return 0, 0


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

    def heading(self, para: Para, expected: Sequence[str]) -> _Heading | None:
        """The heading a paragraph is, if it is one; ``expected``: numbers that its own may follow."""
        text = para.text.strip()
        if para.block.cells is not None or not text or len(text) > LONGEST_HEADING:
            return None
        if not any(char.isalpha() for char in text):
            return None
        if marked := _marked(para, text):
            return marked
        stands_out = self._is_larger(para) or (para.block.bold and self.bold_is_rare)
        depth = self._depth(para)
        if found := NAMED.match(text):
            fits = stands_out or not SENTENCE_END.search(text)
            return _Heading(depth - 5, None, text, _step(found), visual=not found[5]) if fits else None
        found = NUMBERED.match(text) or ROMAN_NUMBERED.match(text)
        if found and any(_follows(last, found[1]) for last in expected):
            if stands_out or _title_like(found[2]):
                return _Heading(depth + found[1].count("."), found[1], found[2])
            return None
        if self.marked or not stands_out or SENTENCE_END.search(text):
            return None
        return _Heading(depth, None, text, visual=True)

    def _depth(self, para: Para) -> int:
        """Ten for the largest type, twenty for the next …, then bold lines, then plain ones."""
        rank = self.ranks.get(round(para.block.size or 0, 1))
        if rank is None:
            rank = len(self.ranks) + (1 if para.block.bold else 2)
        return rank * 10


def _marked(para: Para, text: str) -> _Heading | None:
    """A heading by the format's own mark."""
    depth = para.block.heading
    if found := MARKDOWN.match(text):
        depth, text = len(found[1]), found[2]
    if not depth:
        return None
    if named := NAMED.match(text):
        return _Heading(depth * 10, None, text, _step(named))
    numbered = NUMBERED.match(text) or ROMAN_NUMBERED.match(text)
    return _Heading(depth * 10, numbered[1], numbered[2]) if numbered else _Heading(depth * 10, None, text)


def _step(found: re.Match[str]) -> str:
    return f"{NAMED_STEPS[(found[1] or found[3]).lower()]}{found[2] or found[4] or ''}"


def _title_like(title: str) -> bool:
    """A short line without a full stop that begins with a capital letter."""
    return len(title) <= 120 and not SENTENCE_END.search(title) and title[0].isupper()


def _follows(last: str, number: str) -> bool:
    """Whether a number is next after ``last`` on some level: 1.2 → 1.3, 1.2.1 or 2."""
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


@dataclass(frozen=True, slots=True)
class _Section:
    """An open section: its heading, id and label."""

    heading: _Heading
    id: str
    label: str

    def is_above(self, heading: _Heading) -> bool:
        """Whether ``heading`` begins a section inside this one."""
        own, new = self.heading.number or "", heading.number or ""
        if own[:1].isdigit() and new[:1].isdigit():
            return new.startswith(f"{own}.")
        return self.heading.depth < heading.depth


@dataclass(slots=True)
class _Sections:
    """Builds the outline of a text with headings."""

    canonical: CanonicalText
    lang: Literal["ru", "en"]
    headings: list[_Heading | None]
    outline: Outline = field(init=False)
    wanted: list[str] = field(default_factory=list)
    path: list[_Section] = field(default_factory=list)  # the open sections, outermost first
    counters: list[int] = field(default_factory=list)
    paragraphs: int = 0
    unnumbered: int = 0

    def __post_init__(self) -> None:
        self.outline = Outline(self.canonical, self.lang)

    def parse(self) -> list[Provision]:
        """All sections and paragraphs in reading order."""
        paras = self.canonical.paras
        contents, text = _contents(paras)
        numbered = any(heading and (heading.number or heading.step) for heading in self.headings)
        index = 0
        while index < len(self.headings):
            heading = self.headings[index]
            if (index, heading) == (contents, None) and text > contents:
                self._open(PARAGRAPH_RANK, ("toc", WORDS[self.lang]["toc"]), "contents", paras[index], None)
                index = text
                continue
            if heading is None:
                self._paragraph(index)
                index += 1
                continue
            following = self._heading_end(index)
            self._section(index, following, heading, numbered)
            index = following
        return rename(self.outline.finish(), self.wanted)

    def _heading_end(self, index: int) -> int:
        """The paragraph after a heading: its further lines are unnumbered and look like the first."""
        first = self.headings[index]
        following = index + 1
        while first and first.visual and following < len(self.headings):
            line = self.headings[following]
            if line is None or not line.visual or line.step:
                break
            if line.depth != first.depth and not first.step:
                break
            following += 1
        return following

    def _section(self, index: int, following: int, heading: _Heading, numbered: bool) -> None:
        while self.path and not self.path[-1].is_above(heading):
            self.path.pop()
        paras = self.canonical.paras[index:following]
        title = " ".join([heading.title, *(para.text for para in paras[1:])])
        pid, label = self._id(heading, numbered), title
        if heading.number:
            label = WORDS[self.lang]["section"].format(heading.number)
            label = label[0].upper() + label[1:]
        self.paragraphs = 0
        self.path.append(_Section(heading, pid, label))
        self._open(len(self.path), (pid, label), "section", paras[0], heading.number, (title, paras[-1].end))

    def _id(self, heading: _Heading, numbered: bool) -> str:
        """A number as printed (``s1.2``); a named section by its name; others by their place."""
        above = self.path[-1].id if self.path else ""
        if heading.step or heading.number:
            own = heading.step or f"s{heading.number}"
            return f"{above}/{own}" if above and own in self.wanted else own
        if numbered:
            self.unnumbered += 1
            return f"h{self.unnumbered}"
        level = len(self.path)
        self.counters = [*self.counters[: level + 1], *[0] * (level + 1 - len(self.counters))]
        self.counters[level] += 1
        return f"{above}.{self.counters[level]}" if above else f"s{self.counters[level]}"

    def _paragraph(self, index: int) -> None:
        if self.path and self._is_alone(index):
            return
        self.paragraphs += 1
        own, para = WORDS[self.lang]["paragraph"].format(self.paragraphs), self.canonical.paras[index]
        name = (f"abz{self.paragraphs}", own[0].upper() + own[1:])
        if self.path:
            name = (f"{self.path[-1].id}/{name[0]}", f"{self.path[-1].label}, {own}")
        self._open(PARAGRAPH_RANK, name, "paragraph", para, str(self.paragraphs))

    def _is_alone(self, index: int) -> bool:
        """The only paragraph of its section is the section's own text."""
        before = index == 0 or self.headings[index - 1] is not None
        after = index + 1 == len(self.headings) or self.headings[index + 1] is not None
        return before and after and index > 0

    def _open(
        self,
        level: int,
        name: tuple[str, str],
        kind: str,
        para: Para,
        number: str | None,
        heading: tuple[str, int] | None = None,
    ) -> None:
        pid, label = name
        title, end = heading or (None, None)
        self.wanted.append(pid)
        self.outline.open(
            level,
            pid,
            kind=kind,
            label=label,
            start=para.start,
            number=number,
            heading=title,
            heading_end=end,
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
