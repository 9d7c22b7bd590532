"""A regulation, directive or decision of the EU, or a Commission guideline -> provisions.

Recitals «(1)», chapters and sections, articles with paragraphs «1.», points «(a)», sub-points «(i)» and
unnumbered subparagraphs, annexes with sections and points. Only the text and the indents are used, so a
file without ids (PDF) gives the same outline as one with them. A number starts a provision only where the
sequence expects it; what an amending act quotes stays inside the provision that quotes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.model import Identity, Provision
from ingest.document import CanonicalText, Para
from ingest.structure import eu_guidelines
from ingest.structure.eu_labels import name_all
from ingest.structure.eu_quotations import quoted_paragraphs
from ingest.structure.outline import Outline
from ingest.structure.sequences import DIGIT, Lists, follows, roman_value

UNION = re.compile(r"European (?:Union|Commission)|EUROPEAN (?:UNION|COMMISSION|PARLIAMENT)")
ENACTING = re.compile(r"HA(?:VE|S) (?:ADOPTED|DECIDED)\b|HAS ADOPTED")
RECITAL = re.compile(r"\((\d{1,3})\)(?:\s|$)")
DIVISION = re.compile(
    r"(TITLE|CHAPTER|SECTION|Title|Chapter|Section)\s+([IVXLC]+|\d+)(?:\s*[.—–:-]?\s+(.+))?$"
)
ARTICLE = re.compile(r"Article\s+(\d+[a-z]{0,2})(?:\s*[.—–:-]?\s+(.+))?$")
PARAGRAPH = re.compile(r"(\d{1,3}[a-z]{0,2})\.(?:\s|$)")
DOTTED = re.compile(r"(\d{1,3}(?:\.\d{1,3})+)\.?(?:\s|$)")
POINT = re.compile(r"\(([a-z]{1,4}|\d{1,3}[a-z]{0,2})\)(?:\s|$)")
FINAL = re.compile(r"This (?:Regulation|Directive|Decision) (?:shall be binding|is addressed)|Done at\s")
ANNEX = re.compile(r"ANNEX(?:\s+([IVXLC]+|\d+))?(?:\s*[.—–:-]?\s+(.+))?$")
ANNEX_SECTION = re.compile(r"(?:Section|SECTION)\s+([A-Z]|\d+|[IVX]+)(?:\s*[.—–:-]\s*(.+)|\s*)$")
NEVER_TITLES = (DIVISION, ARTICLE, PARAGRAPH, POINT, ANNEX, ANNEX_SECTION, FINAL)
ENDS_A_SENTENCE = re.compile(r"[.:;,]$")
LONGEST_TITLE = 420  # characters: the title of an annex may run over several lines

# Ranks in the outline, smaller is higher.
TOP, DIVISIONS, ARTICLE_RANK, PARAGRAPH_RANK, DOTTED_RANK = 0, 1, 4, 5, 6
SUBPARAGRAPH_RANK, POINT_RANK = 9, 10
DIVISION_RANKS = {"title": DIVISIONS, "chapter": DIVISIONS + 1, "section": DIVISIONS + 2}


class EuAct:
    """The grammar of EU acts and of the Commission's guidelines about them."""

    name = "eu_act"

    def score(self, canonical: CanonicalText, identity: Identity) -> float:
        """1 for an act with recitals and articles in sequence, .8 for numbered guidelines, 0 otherwise."""
        if not canonical.paras or not _is_english(canonical.text):
            return 0.0
        head = canonical.text[:20000]
        union = bool(UNION.search(head))
        articles = sum(1 for para in canonical.paras if ARTICLE.match(para.text) and len(para.text) < 30)
        if union and articles >= 1 and any(ENACTING.match(para.text) for para in canonical.paras):
            return 1.0
        if union and eu_guidelines.numbered_paragraphs(canonical) >= 10:
            return 0.8
        return 0.4 if articles >= 3 and (union or identity.jurisdiction == "eu") else 0.0

    def parse(self, canonical: CanonicalText, identity: Identity) -> Sequence[Provision]:
        """The outline of the act, or of the guideline where there are no enacting terms."""
        articles = sum(1 for para in canonical.paras if ARTICLE.match(para.text) and len(para.text) < 30)
        enacted = any(ENACTING.match(para.text) for para in canonical.paras)
        if not enacted and articles < 3:
            return eu_guidelines.parse(canonical, identity)
        return _Act(canonical).parse()


def _is_english(text: str) -> bool:
    sample = text[:20000]
    return sum("а" <= char <= "я" for char in sample.lower()) * 10 < len(sample)


class _Act:
    """One pass over the paragraphs of one act."""

    def __init__(self, canonical: CanonicalText) -> None:
        self.canonical = canonical
        self.paras = canonical.paras
        self.outline = Outline(canonical, "en")
        self.lists = Lists()
        self.recital_indent: float | None = None
        self.recital = self.article = self.paragraph = self.dotted = self.annex = ""
        self.before_section = ""  # the last point of an annex's section: the next one may go on from it
        self.divisions: dict[str, int] = {}
        self.unnumbered = 0  # unnumbered paragraphs since the last article or paragraph began
        self.point_indent: float | None = None  # the indent of the last point's marker
        self.quoted: set[int] = set()

    def parse(self) -> list[Provision]:
        """All provisions in reading order."""
        enacting = next((i for i, para in enumerate(self.paras) if ENACTING.match(para.text)), -1)
        self.quoted = quoted_paragraphs(self.canonical, enacting + 1)
        index = 0
        if enacting > 0:
            self._preamble(enacting)
            index = enacting + 1
        part = self._enacting
        while index < len(self.paras):
            if index in self.quoted:
                index += 1
                continue
            if part == self._enacting and self.article and FINAL.match(self.paras[index].text):
                self._final(self.paras[index])
                part = self._after_the_end
            if self._opens_annex(index):
                part = self._in_annex
                index = self._annex(index)
            else:
                index = part(index)
        provisions = self.outline.finish()
        name_all(provisions)
        return provisions

    def _open(
        self,
        level: int,
        kind: str,
        para: Para,
        number: str,
        heading: str | None = None,
        heading_end: int | None = None,
    ) -> None:
        step = f"{kind}{number}"
        self.outline.open(
            level,
            step,
            kind=kind,
            label=step,
            start=para.start,
            number=number,
            heading=heading,
            heading_end=heading_end,
        )

    # Preamble

    def _preamble(self, enacting: int) -> None:
        whereas = [i for i in range(enacting) if self.paras[i].text.rstrip(" :").lower() == "whereas"]
        self._open(TOP, "preamble", self.paras[0], "")
        for index in range(whereas[0] + 1 if whereas else 0, enacting):
            para = self.paras[index]
            found = RECITAL.match(para.text)
            if found and self._expects_recital(found[1], para.block.indent):
                self.recital, self.recital_indent = found[1], para.block.indent
                self._open(TOP, "recital", para, found[1])
        self.outline.close(TOP, self.paras[enacting].start)

    def _expects_recital(self, number: str, indent: float | None) -> bool:
        """The next number; after a recital lost in the margin of a page, one set as the last one was."""
        if not self.recital:
            return number == "1"
        if follows(DIGIT, self.recital, number):
            return True
        before = self.recital_indent
        aligned = indent is not None and before is not None and abs(indent - before) < 2
        return aligned and 1 < int(number) - int(re.sub(r"\D", "", self.recital)) <= 3

    # Enacting terms

    def _enacting(self, index: int) -> int:
        para = self.paras[index]
        if found := self._division(para):
            return self._titled(index, found[3], DIVISION_RANKS[found[1].lower()], found[1].lower(), found[2])
        found = ARTICLE.match(para.text)
        if found and self._expects_article(para, found):
            self.article, self.paragraph, self.unnumbered = found[1], "", 0
            self.lists.clear()
            return self._titled(index, found[2], ARTICLE_RANK, "article", found[1])
        if self.article:
            self._body(index)
        return index + 1

    def _division(self, para: Para) -> re.Match[str] | None:
        """A chapter or section whose number comes next among its kind."""
        found = DIVISION.match(para.text)
        if not found or len(para.text) > 160 or (found[3] and ENDS_A_SENTENCE.search(para.text)):
            return None
        kind, number = found[1].lower(), found[2]
        value = int(number) if number.isdigit() else roman_value(number)
        if value != self.divisions.get(kind, 0) + 1:
            return None
        if kind == "chapter":
            self.divisions.pop("section", None)
        elif kind == "title":
            self.divisions.clear()
        self.divisions[kind] = value
        return found

    def _expects_article(self, para: Para, found: re.Match[str]) -> bool:
        number, title = found[1], found[2]
        if title and (ENDS_A_SENTENCE.search(title) or len(title) > 200 or not title[0].isupper()):
            return False
        if not self.article:
            return number == "1" or _stands_out(para)
        gap = int(re.sub(r"\D", "", number)) - int(re.sub(r"\D", "", self.article))
        return follows(DIGIT, self.article, number) or (not title and _stands_out(para) and 1 < gap <= 6)

    def _titled(self, index: int, title: str | None, level: int, kind: str, number: str) -> int:
        """Open a node whose title stands on its own line or on the next ones; returns the next index."""
        para, following = self.paras[index], index + 1
        end = para.end
        if not title:
            following = self._title_end(following)
            end = self.paras[following - 1].end
            title = " ".join(self.paras[i].text for i in range(index + 1, following)) or None
        if level <= ARTICLE_RANK:
            self.outline.close(level, para.start)
        self._open(level, kind, para, number, heading=title, heading_end=end)
        return following

    def _title_end(self, index: int) -> int:
        """Where the title that begins at ``index`` ends: further lines of it look like the first."""
        first, length = index, 0
        while index < len(self.paras):
            para = self.paras[index]
            length += len(para.text)
            if length > LONGEST_TITLE or not self._may_be_title(para):
                break
            if index > first and not _continues_title(self.paras[index - 1], para):
                break
            index += 1
        return index

    def _may_be_title(self, para: Para) -> bool:
        text = para.text
        if any(rule.match(text) for rule in NEVER_TITLES):
            return False
        if para.block.align == "center" or para.block.bold:
            return True
        return len(text) <= 250 and not ENDS_A_SENTENCE.search(text)

    def _body(self, index: int) -> None:
        """A paragraph of an article or of an annex point: numbered, a point, or unnumbered."""
        para = self.paras[index]
        found = PARAGRAPH.match(para.text)
        if found and self._expects_paragraph(found[1]):
            self.paragraph, self.dotted, self.unnumbered = found[1], "", 1
            self.lists.clear()
            if self.annex:
                self._annex_point(PARAGRAPH_RANK, para, found)
            else:
                self._open(PARAGRAPH_RANK, "paragraph", para, found[1])
            return
        found = POINT.match(para.text)
        if found and self._point(index, found[1]):
            return
        self._unnumbered(index)

    def _expects_paragraph(self, number: str) -> bool:
        if self.paragraph:
            return follows(DIGIT, self.paragraph, number)
        if self.annex and self.before_section and follows(DIGIT, self.before_section, number):
            return True
        return number == "1" and (self.unnumbered == 0 or bool(self.annex))

    def _point(self, index: int, number: str) -> bool:
        para = self.paras[index]
        led_in = index > 0 and self.paras[index - 1].text.endswith(":")
        depth = self.lists.place(number, self._upcoming(index), led_in, para.block.indent)
        if depth is None:
            return False
        self._open(POINT_RANK + depth, "subpoint" if depth else "point", para, number)
        self.point_indent = para.block.indent
        return True

    def _upcoming(self, index: int) -> Iterator[str]:
        """The point markers that follow before the paragraph ends."""
        for later in range(index + 1, len(self.paras)):
            text = self.paras[later].text
            if later in self.quoted:
                continue
            if ARTICLE.match(text) or PARAGRAPH.match(text):
                return
            if found := POINT.match(text):
                yield found[1]

    def _unnumbered(self, index: int) -> None:
        """A paragraph without a number: the first belongs to what is above it, later ones are counted."""
        if self.lists.levels and self._inside_point(index):
            return
        self.unnumbered += 1
        if self.unnumbered < 2 or (self.annex and not self.paragraph and not self.lists.levels):
            return
        self.lists.clear()
        self._open(SUBPARAGRAPH_RANK, "subparagraph", self.paras[index], str(self.unnumbered))

    def _inside_point(self, index: int) -> bool:
        """Whether the paragraph goes on inside the open point: it is set further in than the point's
        marker, or the list goes on after it.
        """
        indent, marker = self.paras[index].block.indent, self.point_indent
        if indent is not None and marker is not None and indent > marker + 4:
            return True
        upcoming = next(self._upcoming(index), None)
        return upcoming is not None and self.lists.expects(upcoming)

    # What follows the enacting terms

    def _final(self, para: Para) -> None:
        self.outline.close(TOP, para.start)
        self.lists.clear()
        self._open(TOP, "final", para, "")

    def _after_the_end(self, index: int) -> int:
        return index + 1

    def _opens_annex(self, index: int) -> bool:
        para = self.paras[index]
        found = ANNEX.match(para.text)
        if not found or not self.article or len(para.text) > 200:
            return False
        if found[2] and (ENDS_A_SENTENCE.search(para.text) or not _stands_out(para)):
            return False
        value = roman_value(found[1]) if found[1] and not found[1].isdigit() else int(found[1] or 0)
        last = int(self.annex) if self.annex else 0
        return value == last + 1 or (found[1] is None and not self.annex)

    def _annex(self, index: int) -> int:
        para = self.paras[index]
        found = ANNEX.match(para.text)
        assert found is not None
        self.outline.close(TOP, para.start)
        self.lists.clear()
        self.annex, self.paragraph, self.unnumbered = str(int(self.annex or 0) + 1), "", 0
        self.before_section = self.dotted = ""
        return self._titled(index, found[2], TOP, "annex", found[1] or "")

    def _in_annex(self, index: int) -> int:
        para = self.paras[index]
        if (found := ANNEX_SECTION.match(para.text)) and len(para.text) < 300:
            self.lists.clear()
            self.before_section = self.paragraph or self.before_section
            self.paragraph, self.unnumbered = "", 0
            self.outline.close(DIVISIONS, para.start)
            return self._titled(index, found[2], DIVISIONS, "section", found[1])
        found = DOTTED.match(para.text)
        if found and self._expects_dotted(found[1]):
            self.dotted, self.unnumbered = found[1], 1
            self.lists.clear()
            self._annex_point(DOTTED_RANK + found[1].count(".") - 1, para, found)
            return index + 1
        self._body(index)
        return index + 1

    def _annex_point(self, level: int, para: Para, found: re.Match[str]) -> None:
        """A numbered point of an annex; a short one without a full stop is a heading: «2. Overview»."""
        title = para.text[found.end() :]
        if not title or len(title) > 120 or re.search(r"[.:;,]$|; (?:and|or)$", title):
            self._open(level, "point", para, found[1])
            return
        self.unnumbered = 0
        self._open(level, "point", para, found[1], heading=title, heading_end=para.end)

    def _expects_dotted(self, number: str) -> bool:
        """«3.1» below point 3, then «3.2»; «3.2.1» below «3.2»."""
        above, _, last = number.rpartition(".")
        if last == "1":
            return above in {self.paragraph, self.dotted}
        before, _, previous = self.dotted.rpartition(".")
        if self.dotted.startswith(f"{above}.") and before != above:
            previous = self.dotted.removeprefix(f"{above}.").partition(".")[0]
            before = above
        return before == above and previous.isdigit() and int(last) == int(previous) + 1


def _stands_out(para: Para) -> bool:
    return para.block.align == "center" or para.block.bold or para.block.heading is not None


def _continues_title(before: Para, para: Para) -> bool:
    """A title over several lines: the same look, line after line."""
    first, second = before.block, para.block
    return _stands_out(para) and (first.align, first.bold) == (second.align, second.bold)


GRAMMAR = EuAct()
