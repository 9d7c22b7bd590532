"""An executive order of the President of the United States -> sections, subsections and their lists.

«Section 1.», «Sec. 2.», «4.1.», then «(a)», «(i)», «(A)», «(1)», as the White House and the Federal Register
print them. A list may begin on the line of its heading: «Sec. 13. General Provisions. (a) Nothing …».
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.model import Identity, Provision
from ingest.document import CanonicalText, Para
from ingest.structure.outline import Outline
from ingest.structure.renaming import rename
from ingest.structure.sequences import Lists

SECTION = re.compile(r"(?:Section|Sec\.|SECTION|SEC\.)\s+(\d{1,3})\s*\.(?:\s+|$)")
SUBSECTION = re.compile(r"(\d{1,3})\.(\d{1,3})\s*\.(?:\s+|$)")
# Markdown copies escape brackets and set the marker in asterisks: «\\(f\\)», «*(a)*».
MARKER = re.compile(r"\*{0,2}\\?\(([a-z]{1,7}|[A-Z]{1,2}|\d{1,3})\\?\)\*{0,2}(?:\s+|$)")
AUTHORITY = re.compile(r"(?i)by the (?:authority|power) vested in me")
# A heading is the sentence after the number: capitalised words up to the first full stop, after which the
# space may be lost. An abbreviation with inner stops («U.S.») does not end it.
HEADING = re.compile(r"((?:[^.()]|\b[A-Z]\.(?=[A-Z]\.|\s[A-Za-z]))+)\.(?=[\s(A-Z]|$)")
LAST_ITEM_NEXT = re.compile(r"[;,] (?:and|or)$")
LONGEST_HEADING = 200
SIGNATURE = re.compile(r"THE WHITE HOUSE\b|\(?Presidential Sig|/s/|\[FR Doc")
SIGNER = re.compile(r"[A-Z][A-Z.\s]+(?:JR\.|SR\.|[A-Z])$")

SECTION_RANK, SUBSECTION_RANK, PARAGRAPH_RANK, LIST_RANK = 0, 1, 2, 3


class UsOrder:
    """The grammar of executive orders and presidential memoranda."""

    name = "us_order"

    def score(self, canonical: CanonicalText, identity: Identity) -> float:
        """1 with the President's authority and sections in sequence; .6 with sections alone."""
        sections = 0
        for para in canonical.paras:
            found = SECTION.match(para.text)
            if found and int(found[1]) == sections + 1:
                sections += 1
        if sections and AUTHORITY.search(canonical.text[:20000]):
            return 1.0
        return 0.6 if sections >= 3 else 0.0

    def parse(self, canonical: CanonicalText, identity: Identity) -> Sequence[Provision]:
        """The outline of the order."""
        return _Order(canonical).parse()


class _Order:
    """One pass over the paragraphs of one order."""

    def __init__(self, canonical: CanonicalText) -> None:
        self.canonical = canonical
        self.paras = canonical.paras
        self.outline = Outline(canonical, "en")
        self.lists = Lists()
        self.steps: list[str] = []  # the markers of the open lists, outermost first
        self.wanted: list[str] = []
        self.section = self.subsection = 0
        self.unnumbered = 0
        self.is_last_item = False  # the item before the open one ended with «; and»

    def parse(self) -> list[Provision]:
        """All provisions in reading order."""
        if not self.paras:
            return []
        end = self._signature()
        if not SECTION.match(self.paras[0].text):
            self._open(0, "pre", "preamble", "Preamble", self.paras[0].start)
        for index in range(end):
            self._paragraph(index)
        if end < len(self.paras):
            start = self.paras[end].start
            self.outline.close(0, start)
            self._open(0, "final", "final", "Signature", start)
        return rename(self.outline.finish(), self.wanted)

    def _signature(self) -> int:
        """The paragraph where the order's text ends and the signature begins."""
        body = max((i for i, para in enumerate(self.paras) if SECTION.match(para.text)), default=0)
        for index in range(body + 1, len(self.paras)):
            text = self.paras[index].text
            if SIGNATURE.match(text) or (SIGNER.match(text) and 2 <= len(text.split()) <= 6):
                return index
        return len(self.paras)

    def _open(
        self,
        level: int,
        pid: str,
        kind: str,
        label: str,
        start: int,
        *,
        number: str | None = None,
        heading: str | None = None,
        heading_end: int | None = None,
    ) -> None:
        self.wanted.append(pid)
        self.outline.open(
            level,
            pid,
            kind=kind,
            label=label,
            start=start,
            number=number,
            heading=heading,
            heading_end=heading_end,
        )

    def _paragraph(self, index: int) -> None:
        para = self.paras[index]
        found = SECTION.match(para.text)
        if found and int(found[1]) == self.section + 1:
            self.section, self.subsection = self.section + 1, 0
            self._headed(index, found, SECTION_RANK, str(self.section))
            return
        found = SUBSECTION.match(para.text)
        if found and int(found[1]) == self.section and int(found[2]) == self.subsection + 1:
            self.subsection += 1
            self._headed(index, found, SUBSECTION_RANK, f"{self.section}.{self.subsection}")
            return
        if self.section and not self._markers(index, 0):
            self._unnumbered(para)

    def _headed(self, index: int, found: re.Match[str], level: int, number: str) -> None:
        """A section or subsection: its heading ends with a full stop, and a list may follow at once."""
        para = self.paras[index]
        self.lists.clear()
        self.steps.clear()
        self.unnumbered = 1
        title, after = _heading(para.text, found.end())
        self._open(
            level,
            f"sec{number}",
            "subsection" if level else "section",
            f"Sec. {number}",
            para.start,
            number=number,
            heading=title,
            heading_end=para.start + after if title else None,
        )
        offset = len(para.text) - len(para.text[after:].lstrip())
        if offset >= len(para.text):
            self.unnumbered = 0
        self._markers(index, offset)

    def _markers(self, index: int, offset: int) -> bool:
        """Open the provisions whose markers stand at ``offset``: «(a)», or «(a) (i)» one after another."""
        para = self.paras[index]
        opened = False
        while found := MARKER.match(para.text, offset):
            led_in = opened or (index > 0 and self.paras[index - 1].text.endswith(":"))
            indent = para.block.indent if offset == 0 else None
            depth = self.lists.place(found[1], self._upcoming(index, found.end()), led_in, indent)
            if depth is None:
                break
            del self.steps[depth:]
            self.steps.append(found[1])
            self.is_last_item = bool(index and LAST_ITEM_NEXT.search(self.paras[index - 1].text))
            self._list_item(depth, para.start + offset, found[1])
            opened, offset = True, found.end()
        return opened

    def _list_item(self, depth: int, start: int, number: str) -> None:
        path = "/".join([f"sec{self._number()}", *self.steps])
        kind = "subpoint" if depth else "point"
        self._open(LIST_RANK + depth, path, kind, self._label(), start, number=number)

    def _number(self) -> str:
        return f"{self.section}.{self.subsection}" if self.subsection else str(self.section)

    def _upcoming(self, index: int, offset: int) -> Iterator[str]:
        """The markers that follow before the section ends."""
        if found := MARKER.match(self.paras[index].text, offset):
            yield found[1]
        for later in range(index + 1, len(self.paras)):
            text = self.paras[later].text
            if SECTION.match(text) or SUBSECTION.match(text):
                return
            if found := MARKER.match(text):
                yield found[1]

    def _unnumbered(self, para: Para) -> None:
        """A paragraph without a marker: it goes on in the open list item, or is counted where it stands."""
        flush = self.is_last_item and len(self.steps) > 1 and not MARKER.match(para.text)
        if self.lists.levels and not flush:
            return
        if self.lists.levels:  # flush text after «…; and (iii) …»: it is again the text of the item above
            self.lists.levels.pop()
            self.steps.pop()
            self.is_last_item = False
            level, ordinal = LIST_RANK + len(self.steps), 2
        else:
            self.unnumbered += 1
            level, ordinal = PARAGRAPH_RANK, self.unnumbered
        if ordinal > 1:
            path = "/".join([f"sec{self._number()}", *self.steps, f"abz{ordinal}"])
            label = f"{self._label()}, para. {ordinal}"
            self._open(level, path, "paragraph", label, para.start, number=str(ordinal))

    def _label(self) -> str:
        return f"Sec. {self._number()}" + "".join(f"({step})" for step in self.steps)


def _heading(text: str, offset: int) -> tuple[str | None, int]:
    """The heading at ``offset`` and the offset after it; (None, offset) where the text begins at once."""
    found = HEADING.match(text, offset)
    if not found or len(found[1]) > LONGEST_HEADING:
        return None, offset
    words = [word for word in re.findall(r"[^\W\d_][\w’'-]*", found[1]) if len(word) > 3]
    capitals = sum(word[0].isupper() for word in words)
    if words and capitals * 3 < len(words) * 2:
        return None, offset
    return found[1].strip(), found.end()


GRAMMAR = UsOrder()
