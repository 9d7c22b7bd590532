"""Ruled lines of a PDF page -> tables: which words stand in which cell, row by row.

Columns come from vertical rules, or, where a table has horizontal ones only, from where their pieces meet.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium_c

from ingest.readers import pdfium
from ingest.readers.pdf_lines import Line, Piece, Rule, build_lines
from ingest.readers.pdf_objects import PageObjects

_THIN = 2.6  # points; a thicker path is an area, not a rule
_SHORT = 4.0
_NEAR = 3.0
_EDGE = 15.0  # rules that meet nearer to an end than this make no column
_MAX_SEGMENTS = 400
_MAX_RULES = 4000


@dataclass(slots=True)
class Row:
    """One table row. ``cells``: the lines of each. ``edges``: left and right edge of each.

    ``flow``: the cells hold paragraphs of their own and are read one after the other.
    """

    page: int
    top: float
    cells: list[list[Line]]
    edges: list[tuple[float, float]]
    flow: bool = False


def read_rules(objects: PageObjects) -> tuple[list[Rule], list[Rule]]:
    """Horizontal and vertical rules of a pdfium page, touching pieces joined."""
    boxes: list[tuple[float, float, float, float]] = []
    paths = objects.paths()
    sides = np.zeros((len(paths), 4), dtype=np.float32)
    known = map(pdfium.bounds_of, paths, *pdfium.columns(sides))
    for path, is_known, (x0, y0, x1, y1) in zip(paths, list(known), sides.tolist(), strict=True):
        if len(boxes) > _MAX_RULES:
            break
        if not is_known:
            continue
        if min(x1 - x0, y1 - y0) <= _THIN:
            boxes.append((x0, y0, x1, y1))
        else:
            boxes += _strokes(pdfium.as_object(path))
    level = [Rule((y0 + y1) / 2, x0, x1) for x0, y0, x1, y1 in boxes if y1 - y0 <= min(_THIN, x1 - x0)]
    upright = [Rule((x0 + x1) / 2, y0, y1) for x0, y0, x1, y1 in boxes if x1 - x0 <= min(_THIN, y1 - y0)]
    return _joined(level), _joined(upright)


def _strokes(item: Any) -> list[tuple[float, float, float, float]]:
    """The straight level and upright strokes of a larger stroked path (a frame, a whole grid)."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium_c.FPDFPath_GetDrawMode(item, fill, stroke)
    count = pdfium_c.FPDFPath_CountSegments(item)
    if not stroke.value or not 2 <= count <= _MAX_SEGMENTS:
        return []
    matrix = pdfium_c.FS_MATRIX()
    pdfium_c.FPDFPageObj_GetMatrix(item, matrix)
    x, y = ctypes.c_float(), ctypes.c_float()
    found = []
    last: tuple[float, float] | None = None
    for index in range(count):
        segment = pdfium_c.FPDFPath_GetPathSegment(item, index)
        pdfium_c.FPDFPathSegment_GetPoint(segment, x, y)
        point = (
            matrix.a * x.value + matrix.c * y.value + matrix.e,
            matrix.b * x.value + matrix.d * y.value + matrix.f,
        )
        is_line = pdfium_c.FPDFPathSegment_GetType(segment) == pdfium_c.FPDF_SEGMENT_LINETO
        if is_line and last and min(abs(point[0] - last[0]), abs(point[1] - last[1])) < 1:
            (x0, x1), (y0, y1) = sorted((point[0], last[0])), sorted((point[1], last[1]))
            found.append((x0, y0, x1, y1))
        last = point
    return found


def _joined(rules: Sequence[Rule]) -> list[Rule]:
    """Rules on one line whose ends touch, as one; where they met is kept."""
    out: list[Rule] = []
    for rule in sorted(rules, key=lambda each: (round(each.at / 2), each.start)):
        last = out[-1] if out else None
        if last and abs(last.at - rule.at) < 2 and rule.start <= last.end + _NEAR:
            joint = (max(last.start, rule.start),) if rule.end > last.end + _NEAR else ()
            out[-1] = Rule(last.at, last.start, max(last.end, rule.end), last.joints + joint)
        else:
            out.append(Rule(rule.at, rule.start, rule.end))
    return [rule for rule in out if rule.end - rule.start > _SHORT]


def take_tables(
    pieces: list[Piece], level: Sequence[Rule], upright: Sequence[Rule], page: int
) -> tuple[list[Piece], list[Row]]:
    """The pieces outside tables, and the rows of the tables."""
    rows: list[Row] = []
    for across, down in _grids(level, upright):
        pieces, found = _fill_grid(pieces, across, down, page)
        rows += found
    for frame in _frames(level, upright):
        pieces, found = _fill_frame(pieces, frame, page)
        rows += found
    if not rows:
        open_rules = [rule for rule in level if not any(_touch(rule, down) for down in upright)]
        for stack in _stacks(open_rules):
            pieces, found = _fill_stack(pieces, stack, page)
            rows += found
    return pieces, rows


def _grids(level: Sequence[Rule], upright: Sequence[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """Groups of rules that make at least two columns and one row."""
    return [
        (across, down)
        for across, down in _groups(level, upright)
        if len(_clusters([rule.at for rule in down])) > 2 and len(_clusters([rule.at for rule in across])) > 1
    ]


def _frames(level: Sequence[Rule], upright: Sequence[Rule]) -> list[tuple[float, float, float, float]]:
    """Left, bottom, right and top of boxes without rules inside."""
    found = []
    for across, down in _groups(level, upright):
        xs, ys = _clusters([rule.at for rule in down]), _clusters([rule.at for rule in across])
        if len(xs) == 2 and len(ys) >= 1:
            found.append((xs[0], min(r.start for r in down), xs[1], max(r.end for r in down)))
    return found


def _groups(level: Sequence[Rule], upright: Sequence[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """Rules that cross or touch, together."""
    groups: list[tuple[list[Rule], list[Rule]]] = []
    for down in upright:
        across = [rule for rule in level if _touch(rule, down)]
        home: tuple[list[Rule], list[Rule]] = (list(across), [down])
        rest = []
        for group in groups:
            if any(_touch(rule, down) for rule in group[0]) or any(rule in group[0] for rule in across):
                home[0].extend(rule for rule in group[0] if rule not in home[0])
                home[1].extend(group[1])
            else:
                rest.append(group)
        groups = [*rest, home]
    return groups


def _touch(across: Rule, down: Rule) -> bool:
    crosses = across.start - _NEAR <= down.at <= across.end + _NEAR
    return crosses and down.start - _NEAR <= across.at <= down.end + _NEAR


def _clusters(values: Sequence[float]) -> list[float]:
    """Ascending values, those within a few points of each other as one."""
    out: list[float] = []
    for value in sorted(values):
        if not out or value - out[-1] > _NEAR:
            out.append(value)
    return out


@dataclass(slots=True)
class _Cell:
    left: float
    right: float
    top_row: int
    pieces: list[Piece]


def _fill_grid(
    pieces: list[Piece], across: Sequence[Rule], down: Sequence[Rule], page: int
) -> tuple[list[Piece], list[Row]]:
    xs = _clusters([rule.at for rule in down])
    ends = [end for rule in down for end in (rule.start, rule.end)]
    ys = _clusters([rule.at for rule in across] + ends)[::-1]
    rows: list[list[_Cell]] = []
    for index, (top, bottom) in enumerate(pairwise(ys)):
        middle = (top + bottom) / 2
        walls = [x for x in xs if any(abs(r.at - x) <= _NEAR and r.start < middle < r.end for r in down)]
        if len(walls) < 2:
            walls = [xs[0], xs[-1]]
        row = []
        for left, right in pairwise(walls):
            above = next((c for c in rows[-1] if (c.left, c.right) == (left, right)), None) if rows else None
            ruled = any(abs(r.at - top) <= _NEAR and r.start < (left + right) / 2 < r.end for r in across)
            row.append(_Cell(left, right, index, []) if above is None or ruled else above)
        rows.append(row)
    if all(len(row) == 1 for row in rows):  # boxes around running text
        return pieces, []
    outside = []
    for piece in pieces:
        cell = _cell_of(piece, ys, rows)
        if cell is None:
            outside.append(piece)
        else:
            cell.pieces.append(piece)
    found = []
    for index, row in enumerate(rows):
        starting = [cell for cell in row if cell.top_row == index]
        if any(cell.pieces for cell in starting):
            cells = [build_lines(cell.pieces, page) for cell in starting]
            edges = [(cell.left, cell.right) for cell in starting]
            found.append(Row(page, ys[index], cells, edges, flow=len(cells) == 1 and _has_gaps(cells[0])))
    return outside, found


def _cell_of(piece: Piece, ys: Sequence[float], rows: Sequence[Sequence[_Cell]]) -> _Cell | None:
    x, y = (piece.x0 + piece.x1) / 2, piece.y + 0.25 * piece.size
    for index, (top, bottom) in enumerate(pairwise(ys)):
        if bottom <= y < top:
            return next((cell for cell in rows[index] if cell.left <= x < cell.right), None)
    return None


def _fill_frame(
    pieces: list[Piece], frame: tuple[float, float, float, float], page: int
) -> tuple[list[Piece], list[Row]]:
    """A box whose words stand in columns without rules is a table; a box of running text is none."""
    left, bottom, right, top = frame
    inside = [p for p in pieces if left <= (p.x0 + p.x1) / 2 <= right and bottom <= p.y + 0.25 * p.size < top]
    lines = build_lines(inside, page)
    walls = _white_walls(inside, left, right)
    columns = list(zip([left, *walls], [*walls, right], strict=True))
    if len(lines) < 4 or len(columns) < 2 or not _all_worded(inside, columns, len(lines)):
        return pieces, []
    taken = {id(p) for p in inside}
    rows: list[Row] = []
    above: Line | None = None
    for line in lines:
        parts = [[p for p in line.pieces if x0 <= (p.x0 + p.x1) / 2 < x1] for x0, x1 in columns]
        begins = bool(parts[0]) and (above is None or above.bold != line.bold or above.x0 > columns[0][1])
        if begins or not rows:
            rows.append(Row(page, line.y + line.size, [[] for _ in columns], columns))
        for cell, part in zip(rows[-1].cells, parts, strict=True):
            cell += build_lines(part, page)
        above = line
    return [p for p in pieces if id(p) not in taken], rows


def _white_walls(pieces: Sequence[Piece], left: float, right: float) -> list[float]:
    """Middles of upright strips no word reaches into, at least eight points wide."""
    walls = []
    reach = left
    for piece in sorted(pieces, key=lambda p: p.x0):
        if piece.x0 - reach >= 8 and reach > left:
            walls.append((reach + piece.x0) / 2)
        reach = max(reach, piece.x1)
    return walls


def _all_worded(pieces: Sequence[Piece], columns: Sequence[tuple[float, float]], count: int) -> bool:
    """Whether every column holds words, not only bullets or numbers of items."""
    for x0, x1 in columns:
        words = [p for p in pieces if x0 <= (p.x0 + p.x1) / 2 < x1 and sum(map(str.isalpha, p.text)) > 2]
        if len(words) < max(2, count * 0.15):
            return False
    return True


def _stacks(level: Sequence[Rule]) -> list[list[Rule]]:
    """Horizontal rules of one width that share at least one joint: the row borders of a table."""
    stacks: list[list[Rule]] = []
    for rule in sorted(level, key=lambda each: -each.at):
        home = next((s for s in stacks if _same_extent(s[0], rule) and _shared_joints([*s, rule])), None)
        if home:
            home.append(rule)
        elif _shared_joints([rule]):
            stacks.append([rule])
    return [stack for stack in stacks if len(stack) >= 3]


def _same_extent(one: Rule, other: Rule) -> bool:
    return abs(one.start - other.start) < _NEAR and abs(one.end - other.end) < _NEAR


def _shared_joints(rules: Sequence[Rule]) -> list[float]:
    first = rules[0]
    inner = [joint for joint in first.joints if first.start + _EDGE < joint < first.end - _EDGE]
    return [joint for joint in inner if all(any(abs(joint - j) < 4 for j in r.joints) for r in rules)]


def _fill_stack(pieces: list[Piece], stack: Sequence[Rule], page: int) -> tuple[list[Piece], list[Row]]:
    walls = [stack[0].start, *_clusters(_shared_joints(stack)), stack[0].end + 2.1]
    columns = list(pairwise(walls))
    found: list[Row] = []
    for upper, lower in pairwise(stack):
        between = [p for p in pieces if lower.at <= p.y + 0.25 * p.size < upper.at]
        inside = [p for p in between if walls[0] - 2 <= (p.x0 + p.x1) / 2 <= walls[-1] + 2]
        if not inside or any(p.x0 < wall - 2 and p.x1 > wall + 2 for p in inside for wall in walls[1:-1]):
            continue
        taken = {id(p) for p in inside}
        pieces = [p for p in pieces if id(p) not in taken]
        cells = [
            build_lines([p for p in inside if left <= max(walls[0], (p.x0 + p.x1) / 2) < right], page)
            for left, right in columns
        ]
        found.append(Row(page, upper.at, cells, columns, flow=any(_has_gaps(cell) for cell in cells)))
    return pieces, found


def _has_gaps(lines: Sequence[Line]) -> bool:
    steps = [above.y - below.y for above, below in pairwise(lines)]
    return bool(steps) and max(steps) > 1.18 * sorted(steps)[len(steps) // 2]
