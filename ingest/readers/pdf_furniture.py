"""Lines of all pages -> the act's own lines; running heads, page numbers, margins and footnotes set apart.

A line at the edge of a page is furniture when the same words (digits aside) stand at the same height on
several pages, or when it is one of the publishers' known lines.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ingest.readers.pdf_columns import split_columns
from ingest.readers.pdf_lines import Line, PageText, make_line
from ingest.readers.pdf_tables import Row

# Publishers' lines, wherever they stand at a page's edge.
PATTERNS = re.compile(
    r"VerDate\b.*|(?:EN\s+)?OJ [LC], \d.*|\d+/\d+ ELI: http.*|ELI: http\S*/oj( \d+/\d+)?|"
    r"\d* ?Federal Register\s?/\s?Vol\. .*|Presidential Documents|"
    r"Official Journal(?: EN)?|of the European Union(?: [LC] series)?|"
    r"(?:КонсультантПлюс )?(?:www\.consultant\.ru|надежная правовая поддержка).*|Дата сохранения: .*|"
    r"Документ предоставлен КонсультантПлюс.*|Страница \d+ из \d+.*|"
    r"Система ГАРАНТ.*|\d{2}\.\d{2}\.\d{4} Система ГАРАНТ.*",
    re.I,
)
# The masthead on the first page of an issue of the Official Journal.
_MASTHEAD = re.compile(r"\d{1,2}\.\d{1,2}\.\d{4}|(?:[A-Z]/)?\d{4}/\d{1,5}|EN|[LC] series")
_PAGE_NUMBER = re.compile(r"(?:[-–—] ?)?(?:page |стр\. ?|с\. ?)?(\d{1,6}|[ivxl]{1,6})(?: ?[-–—])?", re.I)
_OWN_TEXT = re.compile(r"\(|[+|]|(?:[а-я]|[a-z]|\d+(?:\.\d+)*)[).]\s")
_EDGE_LINES = 4
_EDGE_SHARE = 0.16  # of the page's height, at the top and at the bottom
_MARK = re.compile(r"\(?\s?[⁰¹²³⁴-⁹]+\s?\)?\s*(?=\S)|\*{1,3}\s?(?=[A-ZА-ЯЁ])")
_SMALL = 0.93  # a footnote's size against the text's
_PAREN_MARK = re.compile(r"\s*\(\s*[⁰¹²³⁴-⁹]+\s*\)")
_STAR_MARK = re.compile(r"\s*\(\*{1,3}\)")
_STAR_NOTE = re.compile(r"\(\*{1,3}\)\s*\S")
_BARE_MARK = re.compile(r"(?<=[^\s⁰¹²³⁴-⁹])[⁰¹²³⁴-⁹]+")
# A raised number after these is a number of its own: an exponent, a provision's index.
_KEEPS_RAISED = re.compile(r"(?<!\d)10$|\b(?:стат|пункт|част|подпункт|Стат|Пункт|ст\.|п\.|ч\.)\w*\.? ?\d+$")
_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


@dataclass(slots=True)
class Margins:
    """Left and right edge of the text column of a page, in points."""

    left: float
    right: float

    @property
    def centre(self) -> float:
        """The middle of the column."""
        return (self.left + self.right) / 2


@dataclass(slots=True)
class SortedPage:
    """One page taken apart. ``origin``: the left margin usual for its kind of page; indents count from it."""

    page: int
    body: list[Line]
    margins: Margins
    origin: float = 0.0
    furniture: list[str] = field(default_factory=list)
    footnotes: list[Line] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    source: PageText | None = None


def sort_pages(pages: Sequence[PageText], rows: Sequence[Sequence[Row]] = ()) -> list[SortedPage]:
    """Take furniture, margin text and footnotes out of every page. ``rows``: the table rows of each."""
    edges = _repeated(pages)
    sorted_pages = []
    for index, source in enumerate(pages):
        body, furniture = _strip_edges(source, edges)
        body = split_columns(body, source.width)
        aside = [*furniture, *source.rotated]
        sorted_pages.append(
            SortedPage(source.page, body, Margins(0, source.width), furniture=aside, source=source)
        )
        sorted_pages[-1].rows = list(rows[index]) if rows else []
    _set_margins(sorted_pages)
    size = body_size(line for page in sorted_pages for line in page.body)
    previous = 0.0
    for page in sorted_pages:
        _take_margin_text(page)
        previous = _take_footnotes(page, size, previous)
        _drop_marks(page)
    _drop_stars(sorted_pages)
    return sorted_pages


def is_star_note(text: str) -> bool:
    """Whether a paragraph is a footnote set inside the text («(*) …», as in quoted amendments)."""
    return bool(_STAR_NOTE.match(text))


def _drop_stars(pages: Sequence[SortedPage]) -> None:
    lines = [line for page in pages for line in page.body if "(*" in line.text]
    if any(is_star_note(line.text) for line in lines):
        for line in lines:
            if not is_star_note(line.text):
                line.text = _STAR_MARK.sub("", line.text)


def body_size(lines: Iterable[Line]) -> float:
    """The font size most characters have."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 10.0


def _key(line: Line) -> tuple[str, int]:
    text = re.sub(r"\d+|\b[ivxl]+\b", "#", line.text.lower())
    return re.sub(r"^# | #$", "", text), round(line.y / 4)  # a page number may stand beside the title


def _at_edge(page: PageText) -> list[Line]:
    low, high = page.height * _EDGE_SHARE, page.height * (1 - _EDGE_SHARE)
    lines = page.lines
    found = [line for line in lines[:_EDGE_LINES] if line.y > high]
    return found + [line for line in lines[-_EDGE_LINES:] if line.y < low and line not in found]


def _repeated(pages: Sequence[PageText]) -> set[tuple[str, int]]:
    counts: Counter[tuple[str, int]] = Counter()
    for page in pages:
        counts.update({_key(line) for line in _at_edge(page) if not _OWN_TEXT.match(line.text)})
    needed = max(3, len(pages) * 0.2)
    common = {key for key, count in counts.items() if count >= needed}
    # A page's height may differ a little between pages: the neighbouring height counts as the same.
    return common | {(text, y + step) for text, y in common for step in (-1, 1)}


def _is_furniture(line: Line, page: PageText, repeated: set[tuple[str, int]]) -> bool:
    if PATTERNS.fullmatch(line.text):
        return True
    if _key(line) in repeated and not _OWN_TEXT.match(line.text):
        return True
    number = _PAGE_NUMBER.fullmatch(line.text)
    if not number or len(page.lines) < 3:
        return False
    return bool(number) and (line.y < page.height * 0.1 or line.y > page.height * 0.93)


def _strip_edges(page: PageText, repeated: set[tuple[str, int]]) -> tuple[list[Line], list[str]]:
    lines = list(page.lines)
    taken: list[Line] = []
    for end in (0, -1):
        while lines and lines[end] in _at_edge(page) and _is_furniture(lines[end], page, repeated):
            taken.append(lines.pop(end))
    journal = any(line.text.startswith("Official Journal") for line in taken)
    if journal:
        high = page.height * (1 - _EDGE_SHARE)
        masthead = [line for line in lines if line.y > high and _MASTHEAD.fullmatch(line.text)]
        taken += masthead
        lines = [line for line in lines if line not in masthead]
    gazette = [line for line in lines if PATTERNS.fullmatch(line.text) and line in _at_edge(page)]
    taken += gazette
    lines = [line for line in lines if line not in gazette]
    return lines, [line.text for line in sorted(taken, key=lambda each: -each.y)]


def _set_margins(pages: Sequence[SortedPage]) -> None:
    """Column edges for pages of one size; left and right pages apart where there are enough of them."""
    groups: dict[tuple[int, int, int], list[SortedPage]] = {}
    for page in pages:
        assert page.source is not None
        size = (round(page.source.width), round(page.source.height))
        groups.setdefault((*size, page.page % 2), []).append(page)
    for (width, height, parity), members in groups.items():
        twin = groups.get((width, height, 1 - parity), [])
        lines = [line for page in members for line in page.body]
        if len(members) < 4 or len(lines) < 80:
            lines = [line for page in [*members, *twin] for line in page.body]
        margins = _edges(lines, width)
        for page in members:
            page.margins, page.origin = _own_margins(page.body, margins), margins.left


def _own_margins(lines: Sequence[Line], usual: Margins) -> Margins:
    """The usual edges, or the page's own where it is set narrower throughout."""
    if len(lines) < 10:
        return usual
    left, right = min(line.x0 for line in lines), max(line.x1 for line in lines)
    full = sum(line.x1 > right - 2 for line in lines)
    narrow = right < usual.right - 8 and full >= max(3, len(lines) * 0.3)
    return Margins(left if left > usual.left + 8 else usual.left, right if narrow else usual.right)


def _edges(lines: Sequence[Line], width: float) -> Margins:
    if not lines:
        return Margins(width * 0.1, width * 0.9)
    left: Counter[int] = Counter(round(line.x0 / 2) for line in lines)
    right: Counter[int] = Counter(round(line.x1 / 2) for line in lines)
    usual = [bin_ for bin_, count in left.items() if count >= max(2, len(lines) * 0.03)]
    far = [bin_ for bin_, count in right.items() if count >= max(2, max(right.values()) * 0.15)]
    x0 = min(usual) * 2 if usual else min(line.x0 for line in lines)
    x1 = max(far) * 2 if far else max(line.x1 for line in lines)
    exact0 = [line.x0 for line in lines if abs(line.x0 - x0) <= 2]
    exact1 = [line.x1 for line in lines if abs(line.x1 - x1) <= 2]
    return Margins(min(exact0, default=x0), max(exact1, default=x1))


def _take_margin_text(page: SortedPage) -> None:
    """Labels printed in a wide outer margin (the Federal Register's gutter) leave the text."""
    left = page.margins.left
    kept: list[Line] = []
    for line in page.body:
        outside = [piece for piece in line.pieces if piece.x1 < left - 6]
        inside = [piece for piece in line.pieces if piece.x1 >= left - 6]
        if not outside or line.x0 > left - 60 or (inside and inside[0].x0 < left - 6):
            kept.append(line)
            continue
        page.furniture.append(make_line(outside, line.page).text)
        if inside:
            inside[0].glued = False
            kept.append(make_line(inside, line.page))
    page.body = kept


def _take_footnotes(page: SortedPage, size: float, continued: float) -> float:
    """Move the smaller lines at the foot of the page, from the first with a raised mark on.

    ``continued``: the type size of the page before's footnotes, 0 without. Returns this page's.
    """
    lines = page.body
    start = _below_separator(page)
    if start is None:
        start = len(lines)
        while start and lines[start - 1].size <= _SMALL * size:
            start -= 1
    tail = lines[start:]
    marked = [index for index, line in enumerate(tail) if line.raised and _MARK.match(line.text)]
    goes_on = bool(continued and tail and start and tail[0].size <= continued + 0.3)
    if not marked and not goes_on:
        return 0.0
    first = 0 if goes_on or not marked else marked[0]
    page.footnotes = tail[first:]
    page.body = lines[: start + first]
    return min(line.size for line in page.footnotes)


def _below_separator(page: SortedPage) -> int | None:
    """Index of the first line under the short rule that parts footnotes from text, or None."""
    assert page.source is not None
    width = page.margins.right - page.margins.left
    for rule in page.source.rules:
        short = 0.1 * width < rule.end - rule.start < 0.5 * width
        if short and abs(rule.start - page.margins.left) < 6 and rule.at < page.source.height * 0.7:
            below = [index for index, line in enumerate(page.body) if line.y < rule.at]
            first = page.body[below[0]] if below else None
            if first and first.raised and _MARK.match(first.text) and below[-1] == len(page.body) - 1:
                return below[0]
    return None


def _drop_marks(page: SortedPage) -> None:
    """Take the reference marks of this page's footnotes out of its text."""
    numbers = {line.raised[0] for line in page.footnotes if line.raised and _MARK.match(line.text)}
    for line in [*page.body, *(line for row in page.rows for cell in row.cells for line in cell)]:
        if line.raised:
            line.text = _without_marks(line.text, numbers)
    page.body = [line for line in page.body if line.text]


def _without_marks(text: str, numbers: set[str]) -> str:
    text = _PAREN_MARK.sub("", text)

    def keep(found: re.Match[str]) -> str:
        own = _KEEPS_RAISED.search(text[: found.start()])
        return found[0] if own or found[0].translate(_DIGITS) not in numbers else ""

    return _BARE_MARK.sub(keep, text).strip()
