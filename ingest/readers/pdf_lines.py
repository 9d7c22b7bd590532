"""A PDF page's characters (pdfium) -> visual lines with position, size, weight; raised digits kept apart.

All lengths are PDF points, the origin at the page's lower left corner. Lines come top to bottom.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from itertools import pairwise
from operator import attrgetter
from typing import Any

import numpy as np

from ingest.hidden import Hidden
from ingest.readers.pdf_characters import Characters
from ingest.readers.pdf_hidden import Unseen

SUPERSCRIPTS = str.maketrans("0123456789+-=()n−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ⁻")
_RAISABLE = re.compile(r"[0-9+\-−=()n]+")
_LEVEL = 0.1  # points by which the baselines of a word's characters may always differ
_LEADERS = re.compile(r"(?:\s?[.…·_]){5,}\s*(?:[\divxl]{1,5})?$")
_PAGE_NUMBER = re.compile(r"\d{1,4}|[ivxl]{1,6}")
_LETTERS_APART = 4  # fewer, with a space after each, are words of one letter
_LETTER_SPACED = re.compile(r"(?<!\S)(?:[А-ЯЁа-яё] ){4,}[А-ЯЁа-яё](?=[\s:]|$)")

_LEFT, _RIGHT, _BASELINE, _SIZE, _TEXT, _GLUED = map(attrgetter, ("x0", "x1", "y", "size", "text", "glued"))


@dataclass(slots=True)
class Piece:
    """Characters of one word on one baseline. ``glued``: no space stands before it."""

    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool
    glued: bool


@dataclass(slots=True)
class Line:
    """One visual line of one column. ``y``: baseline. ``page`` counts from 1.

    ``text_x``: left edge of the second word, where text after a marker begins. ``first_width``: width of
    the first word. ``raised``: numbers printed raised, in order (possible footnote marks). ``column``: the
    edges of its column where the page has several. ``leads``: it leads to a page number, as a line of
    contents does.
    """

    page: int
    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool
    text_x: float
    first_width: float
    pieces: list[Piece] = field(default_factory=list)
    raised: list[str] = field(default_factory=list)
    column: tuple[float, float] | None = None
    leads: bool = False


@dataclass(slots=True)
class Rule:
    """A level (at = y) or upright (at = x) rule from ``start`` to ``end``; its pieces meet at ``joints``."""

    at: float
    start: float
    end: float
    joints: tuple[float, ...] = ()


@dataclass(slots=True)
class PageText:
    """What stands on a page outside its tables. ``rotated``: text that runs along a margin.

    ``rules``: its horizontal rules. ``hidden``: what of it nobody sees.
    """

    page: int
    width: float
    height: float
    lines: list[Line]
    rotated: list[str] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    hidden: list[Hidden] = field(default_factory=list)


def read_pieces(handle: Any, unseen: Unseen, text: str, count: int) -> tuple[list[Piece], list[str]]:
    """The pieces of a text page in content order, and the texts of rotated ones; ``unseen`` ones left out.

    ``text``: the whole page's, as pdfium gives it; ``count``: how many characters it has.
    """
    characters = Characters(handle, text, count)
    shown, blank = characters.shown, characters.blank
    ways = unseen.ways(characters)
    if ways:
        for index, (char, is_blank) in enumerate(zip(shown, blank.tolist(), strict=True)):
            if is_blank:
                unseen.space()
            elif index in ways:
                unseen.add(ways[index], char)
        blank[list(ways)] = True
    pieces: list[Piece] = []
    rotated: list[str] = []
    starts, ends, least, most = _words(characters)
    lefts = characters.boxes[starts, 0].tolist()
    rights = characters.boxes[ends - 1, 2].tolist()
    baselines = characters.baselines[starts].tolist()
    styles = characters.styles(starts)
    for start, end, low, high, left, right, baseline, (size, bold, turned) in zip(
        starts.tolist(), ends.tolist(), least, most, lefts, rights, baselines, styles, strict=True
    ):
        if not turned and low > -0.6 * size and high < 0.9 * size:
            pieces.append(Piece(shown[start:end], left, right, baseline, size, bold, False))
        else:
            _cut(characters, shown, start, end, pieces, rotated)
    return pieces, ["".join(rotated)] if rotated else []


def _words(characters: Characters) -> tuple[np.ndarray, np.ndarray, list[float], list[float]]:
    """Runs ``[start, end)`` of what is not blank, with the least and the most gap between neighbours.

    NaN stands for the gaps of a run that is not of one baseline from left to right.
    """
    places = np.flatnonzero(~characters.blank)
    if not len(places):
        return places, places, [], []
    first = np.ones(len(places), dtype=bool)
    first[1:] = places[1:] - places[:-1] > 1
    starts = np.flatnonzero(first)
    lengths = np.diff(starts, append=len(places))
    boxes, level = characters.boxes[places], characters.baselines[places]
    lefts, reach = boxes[:, 0], boxes[:, 2]
    before = np.roll(reach, 1)
    with np.errstate(invalid="ignore"):
        gaps = np.where(first, 0.0, lefts - before)
        even = np.abs(level - np.repeat(level[starts], lengths)) < _LEVEL
        even &= first | (reach >= before)
        uneven = ~np.logical_and.reduceat(even, starts)
        least, most = np.minimum.reduceat(gaps, starts), np.maximum.reduceat(gaps, starts)
    least[uneven] = most[uneven] = np.nan
    begins = places[starts]
    return begins, begins + lengths, least.tolist(), most.tolist()


def _cut(
    characters: Characters, shown: str, start: int, end: int, pieces: list[Piece], rotated: list[str]
) -> None:
    """Add the pieces of a run whose characters do not simply follow one another; they may be several."""
    current: Piece | None = None
    spaced = True
    boxes, baselines = characters.boxes[start:end].tolist(), characters.baselines[start:end].tolist()
    styles = characters.styles(range(start, end))
    for char, (left, _, right, _), y, (size, bold, turned) in zip(
        shown[start:end], boxes, baselines, styles, strict=True
    ):
        if current is not None and _continues(current, left, y):
            current.text += char
            current.x1 = max(current.x1, right)
            continue
        if turned:
            rotated.append(char)
            current, spaced = None, True
            continue
        glued = not spaced and bool(pieces) and left - pieces[-1].x1 < 0.2 * size
        current = Piece(char, left, right, y, size, bold, glued)
        pieces.append(current)
        spaced = False


def _continues(piece: Piece, left: float, y: float) -> bool:
    level = abs(y - piece.y) < 0.06 * piece.size + _LEVEL
    return level and -0.6 * piece.size < left - piece.x1 < 0.9 * piece.size


def build_lines(pieces: list[Piece], page: int) -> list[Line]:
    """Group pieces into lines by baseline, top to bottom; raised small ones join the line they belong to."""
    rows: list[list[Piece]] = []
    level = size = 0.0  # of the row's first piece
    ordered = sorted(pieces, key=_LEFT)
    ordered.sort(key=_BASELINE, reverse=True)
    for piece in ordered:
        if rows and abs(level - piece.y) <= 0.18 * (size if size >= piece.size else piece.size):
            rows[-1].append(piece)
        else:
            rows.append([piece])
            level, size = piece.y, piece.size
    rows = _attach_raised(rows)
    lines = [make_line(sorted(row, key=_LEFT), page) for row in rows]
    return [line for line in lines if line.text]


def _attach_raised(rows: list[list[Piece]]) -> list[list[Piece]]:
    """Move raised (or lowered) small pieces to the row whose text they touch."""
    largest = [max(map(_SIZE, row)) for row in rows]
    for index, row in enumerate(rows):
        around = range(max(0, index - 2), min(len(rows), index + 3))
        limit = 0.8 * max((largest[other] for other in around if other != index), default=0.0)
        for piece in [piece for piece in row if piece.size < limit]:
            home = _home_of(piece, [rows[other] for other in around if other != index])
            if home is not None:
                row[:] = [other for other in row if other is not piece]
                home.append(piece)
    return [row for row in rows if row]


def _home_of(piece: Piece, rows: list[list[Piece]]) -> list[Piece] | None:
    """The neighbouring row this piece is an exponent or index of, or None."""
    for row in rows:
        for host in row:
            if piece.size >= 0.8 * host.size or not -0.3 < (piece.y - host.y) / host.size < 0.7:
                continue
            if -0.1 * host.size <= piece.x0 - host.x1 < 0.5 * host.size:
                return row
            leads = piece.y > host.y and 0 <= host.x0 - piece.x1 < 4 * host.size
            if leads and all(other.x0 >= piece.x1 - 1 for other in row):
                return row  # a footnote's mark before its text
    return None


def make_line(pieces: list[Piece], page: int) -> Line:
    """One line out of pieces sorted from left to right."""
    lengths = [len(piece.text) for piece in pieces]
    sizes = {piece.size for piece in pieces}
    raised: list[str] = []
    if len(sizes) == 1:
        size = round(pieces[0].size, 1)
        y = pieces[lengths.index(max(lengths))].y
        text = _level_text(pieces, size)
    else:
        size = _main_size(pieces)
        main = [p for p in pieces if p.size >= 0.8 * size] or pieces
        y = max(main, key=lambda p: len(p.text)).y
        text, raised = _line_text(pieces, y, size)
    bold = sum(length for piece, length in zip(pieces, lengths, strict=True) if piece.bold)
    words = [p for p in pieces if not p.glued]
    return Line(
        page=page,
        text=text,
        x0=pieces[0].x0,
        x1=max(map(_RIGHT, pieces)),
        y=y,
        size=size,
        bold=bold * 2 > sum(lengths),
        text_x=words[1].x0 if len(words) > 1 else pieces[0].x0,
        first_width=(_end_of_word(pieces) - pieces[0].x0),
        pieces=pieces,
        raised=raised,
        leads=_has_leaders(text) or _ends_apart(pieces, size),
    )


def _main_size(pieces: list[Piece]) -> float:
    """The size most characters have; small capitals have that of the words around them."""
    rounded = [round(piece.size, 1) for piece in pieces]
    weights: dict[float, int] = {}
    for piece, each in zip(pieces, rounded, strict=True):
        weights[each] = weights.get(each, 0) + len(piece.text)
    _, size = max(zip(weights.values(), weights, strict=True))
    capitals = (p.text.upper() == p.text for p, each in zip(pieces, rounded, strict=True) if each == size)
    return max(each for each in weights if each * 0.72 < size) if all(capitals) else size


def _has_leaders(text: str) -> bool:
    """Whether a row of dots leads to the line's end; looked for only where there are as many dots."""
    return sum(map(text.count, ".…·_")) >= 5 and bool(_LEADERS.search(text))


def _ends_apart(pieces: list[Piece], size: float) -> bool:
    """Whether the last word is a page number with a wide gap before it."""
    if len(pieces) < 2 or not _PAGE_NUMBER.fullmatch(pieces[-1].text):
        return False
    gap = pieces[-1].x0 - pieces[-2].x1
    inner = [after.x0 - before.x1 for before, after in pairwise(pieces[:-1])]
    return gap > 2 * size and gap > 3 * max(inner, default=0)


def _end_of_word(pieces: list[Piece]) -> float:
    end = pieces[0].x1
    for piece in pieces[1:]:
        if not piece.glued:
            break
        end = piece.x1
    return end


def _level_text(pieces: list[Piece], size: float) -> str:
    """The text of a line whose pieces all have one size."""
    if not any(map(_GLUED, pieces)):
        return _neat(" ".join(map(_TEXT, pieces)))
    parts = [pieces[0].text]
    for before, piece in pairwise(pieces):
        parts += (piece.text,) if piece.glued and piece.x0 - before.x1 < 0.12 * size else (" ", piece.text)
    return _neat("".join(parts))


def _line_text(pieces: list[Piece], y: float, size: float) -> tuple[str, list[str]]:
    parts: list[str] = []
    raised: list[str] = []
    previous: Piece | None = None
    was_up = False
    for piece in pieces:
        text = piece.text
        up = piece.size < 0.85 * size and (piece.y - y) > 0.15 * size
        if up and _RAISABLE.fullmatch(text):
            raised.append(text)
            text = text.translate(SUPERSCRIPTS)
        touching = previous is not None and piece.x0 - previous.x1 < 0.12 * size
        # pdfium puts a space of its own where the baseline changes: only the gap tells.
        if parts and not ((piece.glued or up or was_up) and touching):
            parts.append(" ")
        parts.append(text)
        previous, was_up = piece, up
    return _neat("".join(parts)), raised


def _neat(text: str) -> str:
    """The text in NFC with single spaces; words whose letters were set apart by spaces are joined."""
    text = unicodedata.normalize("NFC", text)
    words = text.split()
    if list(map(len, words)).count(1) >= _LETTERS_APART:
        words = _LETTER_SPACED.sub(lambda found: found[0].replace(" ", ""), text).split()
    return " ".join(words)
