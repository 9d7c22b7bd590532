"""Visual lines of a document's pages -> paragraphs, joined over line and page ends.

What begins a paragraph: a gap above, another indent, another alignment or size, a provision's marker at a
paragraph's edge, or a line before it that was left short although the next word would have fitted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ingest.readers.pdf_furniture import Margins, SortedPage
from ingest.readers.pdf_lines import Line
from ingest.readers.pdf_tables import Row

MARKER = re.compile(
    r"[«\"“‘'‚„]?(?:"
    r"\d{1,3}[a-z]{0,2}(?:[.\-]\d{1,3})*[⁰¹²³⁴-⁹]*[.)](?=\s|$)|\d{1,2}(?:\.\d{1,2})+\.?(?=\s)|"
    r"\((?:\*{1,3}|\d{1,3}[a-z]{0,2}|[a-z]{1,2}|[A-Z]|([A-Z])\1|[ivxlc]{1,6})\)|"
    r"(?:[а-яё]|[a-z])[⁰¹²³⁴-⁹]*\)(?=\s|$)|[IVXLC]{1,7}(?:\.\d+)?\.(?=\s)|[ivxl]{1,5}\.(?=\s)|"
    r"(?:Статья|Глава|Раздел|Подраздел|Приложение|Параграф|ГЛАВА|РАЗДЕЛ|СТАТЬЯ|ПРИЛОЖЕНИЕ)\s+\S|§|"
    r"(?:Article|Section|Sec\.|Chapter|CHAPTER|SECTION|TITLE|ANNEX|Annex|Part|PART)\s+\(?[0-9IVXLC]|"
    r"[-‒–—•●▪■◦\uf0b7o](?=\s)|●"
    r")"
)
_HEADING = re.compile(
    r"(?:Статья|Глава|Раздел|Подраздел|Приложение|Параграф|Article|Section|Chapter|Annex|Part|Title)\s+[\dIVXLC]|"
    r"[IVXLC]{1,7}\.\s",
    re.I,
)
_WORD_MARKER = re.compile(
    r"(?:Article|Section|Sec\.|Chapter|Annex|Part|Статья|Глава|Раздел|Приложение)\s", re.I
)
_TERMINAL = re.compile(r"[.;:!?…][»\"”’')\]]*$|,\s*(?:and|or)$")
_PARENTHESIS = re.compile(r"\(.*\)[.;]?")
# A heading's line that ends so goes on, whatever the next one looks like.
_OPEN = re.compile(
    r"(?:\b(?:with|in|to|of|and|by|under|from|or|the|for|к|в|во|о|об|и|с|по|на|со|или|для)|[,–—-])$", re.I
)
_LEADING = 1.3  # of the font size, where a document is too short to tell its own
_TOLERANCE = 3.5  # points two left edges may differ and still be the same


@dataclass(slots=True)
class Flow:
    """A paragraph in the making. ``align``: center, right or None."""

    lines: list[Line]
    align: str | None = None
    left: list[float] = field(default_factory=list)  # left edges from the column's edge, line by line

    def add(self, line: Line, left: float) -> None:
        """Append the next line."""
        self.lines.append(line)
        self.left.append(left)


@dataclass(slots=True)
class Context:
    """What a line looks like on its page. ``room``: how far text may run to the right there.

    ``fresh``: it begins a paragraph whatever stands above (the first line of a table's cell).
    """

    line: Line
    left: float
    align: str | None
    room: float
    gap: float | None  # from the baseline above, in font sizes; None at a page's or column's first line
    fresh: bool = False


class Layout:
    """Groups the lines of sorted pages into paragraphs."""

    def __init__(self, pages: Sequence[SortedPage]) -> None:
        self.leading = _usual_leading(pages)
        self.indent = _usual_indent(pages)

    def paragraphs(self, items: Iterable[Context | Row]) -> list[Flow | Row]:
        """Join consecutive lines into paragraphs, over page ends too; table rows stay as they are."""
        out: list[Flow | Row] = []
        flow: Flow | None = None
        previous: Context | None = None
        for item in items:
            if isinstance(item, Row):
                out.append(item)
                flow = previous = None
                continue
            if flow is None or previous is None or item.fresh or self._starts(flow, previous, item):
                flow = Flow([], item.align)
                out.append(flow)
            elif flow.align is None:
                item.align = None  # a line that merely happens to stand in the middle
            flow.add(item.line, item.left)
            previous = item
        return out

    def items(self, page: SortedPage) -> list[Context | Row]:
        """What stands on a page in reading order: lines with their surroundings, table rows."""
        contexts: list[Context | Row] = []
        start = 0
        for index in range(1, len(page.body) + 1):
            if index == len(page.body) or page.body[index].column != page.body[start].column:
                column = page.body[start].column
                margins = Margins(*column) if column else page.margins
                origin = column[0] if column else page.origin
                contexts += self._contexts(page.body[start:index], margins, origin)
                start = index
        for row in sorted(page.rows, key=lambda each: each.top):
            place = sum(_top_of(item) > row.top for item in contexts)
            contexts[place:place] = self._row_items(row)
            after = place + 1
            if after < len(contexts) and isinstance(contexts[after], Context) and not row.flow:
                contexts[after].fresh = True  # type: ignore[union-attr]
        return contexts

    def _row_items(self, row: Row) -> list[Context | Row]:
        if not row.flow:
            return [row]
        out: list[Context | Row] = []
        for lines, edges in zip(row.cells, row.edges, strict=True):
            if lines:
                left = min(line.x0 for line in lines)
                margins = Margins(left, max(edges[1] - 6, *(line.x1 for line in lines)))
                cell = self._contexts(lines, margins, left)
                cell[0].fresh = True
                out += cell
        return out

    def _contexts(self, lines: Sequence[Line], margins: Margins, origin: float) -> list[Context]:
        """The lines of one column with their alignment and the room they had.

        ``origin``: what left edges are counted from.
        """
        rooms = self._rooms(lines, margins)
        aligns = [self._align(line, margins) for line in lines]
        self._unmake_centres(lines, aligns, margins)
        self._mend_centres(lines, aligns, margins)
        found = []
        for index, line in enumerate(lines):
            above = lines[index - 1] if index else None
            gap = (above.y - line.y) / max(above.size, line.size) if above and above.y > line.y else None
            found.append(Context(line, line.x0 - origin, aligns[index], rooms[index], gap))
        return found

    def _rooms(self, lines: Sequence[Line], margins: Margins) -> list[float]:
        """Right edge each line could have reached: that of its run of lines, where the run is narrower."""
        rooms = [margins.right] * len(lines)
        start = 0
        for index in range(1, len(lines) + 1):
            if index < len(lines) and self._tight(lines[index - 1], lines[index]):
                continue
            run = lines[start:index]
            widest = max(line.x1 for line in run)
            full = sum(line.x1 > widest - 2 for line in run)
            if widest > margins.right or (len(run) >= 3 and full >= 2 and widest > margins.right - 60):
                rooms[start:index] = [widest] * len(run)
            start = index
        return rooms

    def _tight(self, above: Line, below: Line) -> bool:
        return (above.y - below.y) <= 1.25 * self._leading_of(below) * max(above.size, below.size)

    def _leading_of(self, line: Line) -> float:
        return self.leading.get(line.size, self.leading[0.0])

    def _align(self, line: Line, margins: Margins) -> str | None:
        left, right = line.x0 - margins.left, margins.right - line.x1
        width = margins.right - margins.left
        if abs(left - right) < 5 and left > 12:
            indented = abs(left - self.indent) < 1.5 if self.indent else False
            return None if indented and not line.bold else "center"
        if abs(right) < 4 and left > 0.3 * width:
            return "right"
        return None

    def _unmake_centres(self, lines: Sequence[Line], aligns: list[str | None], margins: Margins) -> None:
        """A full line of a paragraph set between equal margins is not centred: its neighbour tells."""
        for order in (range(1, len(lines)), range(len(lines) - 2, -1, -1)):
            for index in order:
                other = index - 1 if order.step > 0 else index + 1
                upper, lower = lines[min(index, other)], lines[max(index, other)]
                if aligns[index] != "center" or aligns[other] == "center" or not self._tight(upper, lower):
                    continue
                off_centre = abs((lines[other].x0 + lines[other].x1) / 2 - margins.centre) > 5
                decided = off_centre or abs(lines[index].x1 - lines[other].x1) < 1.5
                if abs(lines[index].x0 - lines[other].x0) < 1.5 and decided:
                    aligns[index] = None

    def _mend_centres(self, lines: Sequence[Line], aligns: list[str | None], margins: Margins) -> None:
        """A nearly full line between centred ones of its own style belongs to them."""
        for index, line in enumerate(lines):
            if aligns[index] is not None or abs((line.x0 + line.x1) / 2 - margins.centre) > 4:
                continue
            for other in (index - 1, index + 1):
                inside = 0 <= other < len(lines) and aligns[other] == "center"
                if inside and _same_style(lines[other], line) and lines[other].bold and line.bold:
                    aligns[index] = "center"
        for order in (range(len(lines)), range(len(lines) - 1, -1, -1)):
            for index in order:
                plain = aligns[index] == "center" and not lines[index].bold
                if plain and self._shares_edge(lines, aligns, index):
                    aligns[index] = None

    def _shares_edge(self, lines: Sequence[Line], aligns: Sequence[str | None], index: int) -> bool:
        """Whether a line that seems centred begins where its neighbour does: a set-in justified paragraph."""
        line = lines[index]
        for other in (index - 1, index + 1):
            if not 0 <= other < len(lines) or abs(lines[other].x0 - line.x0) > 0.6:
                continue
            upper, lower = sorted((index, other))
            uneven = abs(lines[other].x1 - line.x1) > 4 or aligns[other] is None
            if uneven and _same_style(lines[other], line) and self._tight(lines[upper], lines[lower]):
                return True
        return False

    def _starts(self, flow: Flow, above: Context, below: Context) -> bool:
        if above.line.text.endswith("-") and above.align is None and below.align is None:
            return False
        if not _same_size(above.line, below.line):
            return True
        if below.gap is not None and below.gap > 1.25 * self._leading_of(below.line):
            return True
        if above.line.leads:
            return True
        if above.align or below.align:
            return self._aligned_starts(flow, above, below)
        if below.gap is None and self._new_after_page(flow, above, below):
            return True
        return self._indent_starts(flow, above, below)

    def _aligned_starts(self, flow: Flow, above: Context, below: Context) -> bool:
        if below.gap is None:
            return True
        if flow.align == "center" and below.align == "center":
            own = _HEADING.match(below.line.text) if not _OPEN.search(above.line.text) else None
            own = own or _PARENTHESIS.fullmatch(below.line.text)
            return own is not None or above.line.bold != below.line.bold
        if above.align == "center" and below.align is None and flow.align is None:
            return self._indent_starts(flow, above, below)  # a last line that happens to stand in the middle
        if above.align is None and below.align == "center" and above.line.bold == below.line.bold:
            goes_on = flow.left[-1] if len(flow.lines) > 1 else above.line.text_x - above.line.x0 + above.left
            return abs(below.left - goes_on) > _TOLERANCE or self._indent_starts(flow, above, below)
        return above.align != below.align

    def _new_after_page(self, flow: Flow, above: Context, below: Context) -> bool:
        """At the top of a page: whether the text does not simply run on."""
        if not _TERMINAL.search(above.line.text):
            return bool(MARKER.match(below.line.text)) and below.left - flow.left[-1] > _TOLERANCE
        if self.indent:
            return False  # an indent tells
        return below.line.text[:1].isupper() or bool(MARKER.match(below.line.text))

    def _short(self, above: Context, below: Context, hanging: bool) -> bool:
        """Whether the first word of ``below`` would have fitted on the line above.

        ``hanging``: ``below`` stands where an item's text goes on.
        """
        needed = 0.28 * above.line.size + below.line.first_width + 1.5
        if (hanging or below.line.text[0].islower()) and not _TERMINAL.search(above.line.text):
            # A sentence goes on: words tied by no-break spaces move to the next line together.
            needed = max(needed, 0.25 * (above.room - above.line.x0))
        return above.line.x1 + needed < above.room

    def _indent_starts(self, flow: Flow, above: Context, below: Context) -> bool:
        if len(flow.lines) > 1:
            hanging = flow.left[1] - flow.left[0] > _TOLERANCE
            if abs(below.left - flow.left[-1]) > _TOLERANCE or self._short(above, below, hanging):
                return True
            # Where an indent tells paragraphs, a marker tells them too if its line stands off a little.
            return self._listed(above, below) and (not self.indent or self._loose(below))
        step = below.left - flow.left[0]
        hanging = bool(MARKER.match(above.line.text)) and abs(below.line.x0 - above.line.text_x) < 9
        if self._short(above, below, hanging and step > _TOLERANCE):
            return True
        if step > _TOLERANCE:
            return not hanging
        return self._listed(above, below) or (step >= -_TOLERANCE and self._indented_twice(flow, above))

    def _indented_twice(self, flow: Flow, above: Context) -> bool:
        """Two full lines at the usual indent: two paragraphs, if the first ends a sentence."""
        at_indent = self.indent is not None and abs(flow.left[0] - self.indent) < _TOLERANCE
        return at_indent and bool(_TERMINAL.search(above.line.text))

    def _listed(self, above: Context, below: Context) -> bool:
        """A marker after the end of a sentence; a word like «Article 57» may also just begin one there."""
        if not MARKER.match(below.line.text) or not _TERMINAL.search(above.line.text):
            return False
        return not _WORD_MARKER.match(below.line.text) or self._loose(below)

    def _loose(self, below: Context) -> bool:
        """Whether the line stands off the one above more than lines of one paragraph do."""
        return below.gap is None or below.gap > 1.1 * self._leading_of(below.line)


def _same_size(one: Line, other: Line) -> bool:
    small, large = sorted((one, other), key=lambda line: line.size)
    small_capitals = small.text.isupper() and small.size > 0.72 * large.size and len(small.text) < 20
    return large.size - small.size <= 0.06 * large.size or small_capitals


def _top_of(item: Context | Row) -> float:
    return item.top if isinstance(item, Row) else item.line.y


def _same_style(one: Line, other: Line) -> bool:
    return one.bold == other.bold and abs(one.size - other.size) <= 0.06 * one.size


def _usual_leading(pages: Sequence[SortedPage]) -> dict[float, float]:
    """Baseline distance within paragraphs in font sizes, by font size; 0.0 holds the overall one."""
    seen: dict[float, Counter[float]] = {}
    for page in pages:
        for above, below in pairwise(page.body):
            full = above.x1 > page.margins.right - 0.15 * (page.margins.right - page.margins.left)
            if full and above.size == below.size and 0 < above.y - below.y < 3 * below.size:
                step = round((above.y - below.y) / below.size, 1)
                seen.setdefault(below.size, Counter())[step] += 1
                seen.setdefault(0.0, Counter())[step] += 1
    known = {size: counts.most_common(1)[0][0] for size, counts in seen.items() if counts.total() > 5}
    return {0.0: _LEADING, **known}


def _usual_indent(pages: Sequence[SortedPage]) -> float | None:
    """The first-line indent of a document that marks paragraphs by indents, or None."""
    steps: Counter[int] = Counter()
    total = 0
    for page in pages:
        for above, below in pairwise(page.body):
            total += 1
            if 8 < above.x0 - below.x0 < 60 and abs(below.x0 - page.margins.left) < _TOLERANCE:
                steps[round(above.x0 - below.x0)] += 1
    if not steps:
        return None
    indent, count = steps.most_common(1)[0]
    return float(indent) if count >= max(3, total * 0.04) else None
