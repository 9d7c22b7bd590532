"""Lines that run across two columns of text -> the lines of each column, in reading order."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ingest.readers.pdf_lines import Line, Piece, make_line

_BIN = 2  # points
_GUTTER = 5  # bins: a gutter is at least 10 points wide
_MIN_LINES = 12


def split_columns(lines: Sequence[Line], width: float) -> list[Line]:
    """The same lines, or, on a page set in two columns, left before right between full-width lines."""
    gutter = _gutter(lines, width)
    if gutter is None:
        return list(lines)
    left_edge = min(line.x0 for line in lines)
    right_edge = max(line.x1 for line in lines)
    out: list[Line] = []
    left: list[Line] = []
    right: list[Line] = []
    for line in lines:
        first = [piece for piece in line.pieces if piece.x1 <= gutter + _BIN]
        second = [piece for piece in line.pieces if piece.x0 >= gutter - _BIN]
        if len(first) + len(second) != len(line.pieces):
            out += [*left, *right, line]
            left, right = [], []
            continue
        left += _column(first, line, (left_edge, gutter))
        right += _column(second, line, (gutter, right_edge))
    return [*out, *left, *right]


def _column(pieces: list[Piece], line: Line, column: tuple[float, float]) -> list[Line]:
    if not pieces:
        return []
    pieces[0].glued = False
    part = make_line(pieces, line.page)
    part.column = column
    return [part]


def _gutter(lines: Sequence[Line], width: float) -> float | None:
    """The middle of a strip few lines cross, with running text on both of its sides."""
    if len(lines) < _MIN_LINES:
        return None
    low, high = int(width * 0.3 / _BIN), int(width * 0.7 / _BIN)
    crossed = _crossed(lines, low, high)
    limit = len(lines) * 0.2
    best: tuple[int, int] = (0, 0)
    start = 0
    for index in range(len(crossed) + 1):
        if index == len(crossed) or crossed[index] > limit:
            best = max(best, (index - start, start))
            start = index + 1
    if best[0] < _GUTTER:
        return None
    middle = (low + best[1] + best[0] / 2) * _BIN
    return middle if _is_text(lines, middle) else None


def _crossed(lines: Sequence[Line], low: int, high: int) -> list[int]:
    """How many lines reach into each bin from ``low`` up to ``high``."""
    counts = [len(line.pieces) for line in lines]
    edges = np.array([(piece.x0, piece.x1) for line in lines for piece in line.pieces])
    firsts, lasts = (edges / _BIN).astype(np.int64).T
    owners = np.repeat(np.arange(len(lines)), counts)
    within = (lasts >= low) & (firsts < high)
    owners, firsts, lasts = owners[within], firsts[within], lasts[within]
    steps = np.zeros((len(lines), high - low + 1), dtype=np.int64)
    np.add.at(steps, (owners, np.maximum(firsts, low) - low), 1)
    np.add.at(steps, (owners, np.minimum(lasts + 1, high) - low), -1)
    crossed: list[int] = (np.cumsum(steps, axis=1) > 0).sum(axis=0)[:-1].tolist()
    return crossed


def _is_text(lines: Sequence[Line], gutter: float) -> bool:
    """Whether the parts left and right of the gutter mostly fill their columns, as running text does."""
    sides: list[tuple[float, float]] = []
    left_edge, right_edge = min(line.x0 for line in lines), max(line.x1 for line in lines)
    both = 0
    for line in lines:
        left = [piece.x1 for piece in line.pieces if piece.x1 <= gutter]
        right = [piece for piece in line.pieces if piece.x0 >= gutter]
        if left and right:
            both += 1
            start = min(piece.x0 for piece in right)
            reach = max(piece.x1 for piece in right)
            filled = (max(left) - left_edge) / (gutter - left_edge)
            sides.append((filled, (reach - start) / (right_edge - gutter)))
    if both < len(lines) * 0.5:
        return False
    full = [sum(side[index] > 0.75 for side in sides) for index in (0, 1)]
    return min(full) > 0.6 * len(sides)
