"""A PDF page (pdfium) -> which of its text nobody sees: white on white, not painted, tiny, off the page.

Every text object is looked at once, a character only by its box. Only where white text has something dark
under it is the page drawn, to see whether the text stands out. Lengths are PDF points, in the page's own
space.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium_c

from ingest.hidden import NEAR_WHITE, TINY_POINTS, Hidden, Way, invisible_in, left_out, near_white

Matrix = tuple[float, float, float, float, float, float]
Bounds = tuple[float, float, float, float]  # left, bottom, right, top

_IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_MAX_DEPTH = 8  # of forms inside forms
_LOW = 2 * TINY_POINTS  # a character box of tiny type is lower and narrower than this
_SCALE = 2.0  # pixels a point where a page is drawn
# Text render mode -> how to ask for the colour that shows the text; filled and stroked text shows twice.
_COLOUR = {
    pdfium_c.FPDF_TEXTRENDERMODE_FILL: pdfium_c.FPDFPageObj_GetFillColor,
    pdfium_c.FPDF_TEXTRENDERMODE_FILL_CLIP: pdfium_c.FPDFPageObj_GetFillColor,
    pdfium_c.FPDF_TEXTRENDERMODE_STROKE: pdfium_c.FPDFPageObj_GetStrokeColor,
    pdfium_c.FPDF_TEXTRENDERMODE_STROKE_CLIP: pdfium_c.FPDFPageObj_GetStrokeColor,
}
_TEXT, _PATH, _FORM = pdfium_c.FPDF_PAGEOBJ_TEXT, pdfium_c.FPDF_PAGEOBJ_PATH, pdfium_c.FPDF_PAGEOBJ_FORM
_PICTURES = frozenset({pdfium_c.FPDF_PAGEOBJ_IMAGE, pdfium_c.FPDF_PAGEOBJ_SHADING})


@dataclass(slots=True)
class Unseen:
    """What of one page is not seen. ``objects``: address of a text object -> why; ``box``: the page's."""

    page: int
    box: Bounds
    objects: dict[int, Way] = field(default_factory=dict)
    _texts: dict[Way, list[str]] = field(default_factory=dict)
    _last: Way | None = None

    def ways(self, textpage: Any, boxes: np.ndarray, signs: np.ndarray) -> dict[int, Way]:
        """Why characters are not seen, by place. ``boxes``: their edges [n, 4]; ``signs``: not spaces."""
        left, bottom, right, top = self.box
        lefts, highs, rights, lows = boxes.T
        off = signs & ((rights <= left) | (lefts >= right) | (highs <= bottom) | (lows >= top))
        small = signs & (highs - lows < _LOW) & (rights - lefts < _LOW) & ~off
        found = dict.fromkeys(np.flatnonzero(off).tolist(), Way.OFF_PAGE)
        tiny = [index for index in np.flatnonzero(small).tolist() if _size(textpage, index) <= TINY_POINTS]
        found |= dict.fromkeys(tiny, Way.TINY)
        if self.objects:
            for index in np.flatnonzero(signs).tolist():
                handle = pdfium_c.FPDFText_GetTextObject(textpage, index)
                way = self.objects.get(_address(handle)) if handle else None
                if way is not None:
                    found.setdefault(index, way)
        return found

    def add(self, way: Way, char: str) -> None:
        """Note a character left out."""
        self._texts.setdefault(way, []).append(char)
        self._last = way

    def space(self) -> None:
        """Note a space, or the end of what is left out."""
        if self._last is not None:
            self._texts[self._last].append(" ")
            self._last = None

    def findings(self, text: str) -> list[Hidden]:
        """What was left out, and the invisible characters in the page's whole ``text``."""
        found = [
            entry for way, chars in self._texts.items() for entry in left_out(way, "".join(chars), self.page)
        ]
        # A soft hyphen in a PDF is the mark of a word that a line end breaks.
        return found + invisible_in(text.replace("\u00ad", ""), self.page)


@dataclass(slots=True)
class _Suspect:
    address: int
    way: Way
    bounds: Bounds


def look(page: pypdfium2.PdfPage, number: int) -> Unseen:
    """Look at every text object of a page."""
    rect = pdfium_c.FS_RECTF()
    pdfium_c.FPDF_GetPageBoundingBox(page.raw, rect)
    unseen = Unseen(number, (rect.left, rect.bottom, rect.right, rect.top))
    look_at = _Look()
    suspects: list[_Suspect] = []
    painted = 0
    for handle, kind, matrix in _objects(page.raw):
        if kind != _TEXT:
            continue
        way = look_at.way(handle)
        if way is None:
            painted += 1
        else:
            suspects.append(_Suspect(_address(handle), way, look_at.bounds(handle, matrix)))
    if suspects:
        unseen.objects = _confirmed(page, unseen.box, suspects, painted, look_at)
    return unseen


class _Look:
    """Reads the properties of page objects; holds the C buffers so that a call costs little."""

    def __init__(self) -> None:
        self.red, self.green, self.blue, self.alpha = (ctypes.c_uint() for _ in range(4))
        self.edges = tuple(ctypes.c_float() for _ in range(4))
        self.fill, self.stroke = ctypes.c_int(), ctypes.c_int()

    def way(self, handle: Any) -> Way | None:
        """Why a text object may not be seen."""
        mode = pdfium_c.FPDFTextObj_GetTextRenderMode(handle)
        if mode == pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE:
            return Way.UNPAINTED
        ask = _COLOUR.get(mode)
        if ask is not None and ask(handle, self.red, self.green, self.blue, self.alpha):
            if not self.alpha.value:
                return Way.UNPAINTED
            if self.red.value >= NEAR_WHITE and near_white(self.red.value, self.green.value, self.blue.value):
                return Way.WHITE
        return None

    def bounds(self, handle: Any, outer: Matrix) -> Bounds:
        """The box of an object in the page's space."""
        pdfium_c.FPDFPageObj_GetBounds(handle, *self.edges)
        left, bottom, right, top = (edge.value for edge in self.edges)
        corners = [_moved(outer, x, y) for x in (left, right) for y in (bottom, top)]
        xs, ys = [x for x, _ in corners], [y for _, y in corners]
        return min(xs), min(ys), max(xs), max(ys)

    def is_backdrop(self, handle: Any, kind: int) -> bool:
        """Whether an object may be a ground on which white text stands out."""
        if kind in _PICTURES:
            return True
        if kind != _PATH:
            return False
        if not pdfium_c.FPDFPath_GetDrawMode(handle, self.fill, self.stroke) or not self.fill.value:
            return False
        told = pdfium_c.FPDFPageObj_GetFillColor(handle, self.red, self.green, self.blue, self.alpha)
        return not told or not near_white(self.red.value, self.green.value, self.blue.value)


def _confirmed(
    page: pypdfium2.PdfPage, box: Bounds, suspects: list[_Suspect], painted: int, look_at: _Look
) -> dict[int, Way]:
    """The suspects that are hidden indeed: no text under a scan, no white letters on a dark ground."""
    drawn: np.ndarray | None = None
    pictures: list[Bounds] = []
    backdrops: list[Bounds] = []
    for handle, kind, matrix in _objects(page.raw):
        if look_at.is_backdrop(handle, kind):
            backdrops.append(look_at.bounds(handle, matrix))
            if kind in _PICTURES:
                pictures.append(backdrops[-1])
    # A scan shows its text as a picture: what is painted besides, a stamp or a number, is the lesser part.
    unpainted = sum(suspect.way == Way.UNPAINTED for suspect in suspects)
    is_scan = painted < unpainted and sum(map(_area, pictures)) * 2 >= _area(box)
    confirmed: dict[int, Way] = {}
    for suspect in suspects:
        if suspect.way == Way.UNPAINTED and is_scan and _covers(pictures, suspect.bounds):
            continue
        if suspect.way == Way.WHITE and _covers(backdrops, suspect.bounds):
            if drawn is None:
                drawn = np.asarray(page.render(scale=_SCALE, grayscale=True).to_numpy()).squeeze()
            if _stands_out(page, drawn, suspect.bounds):
                continue
        confirmed[suspect.address] = suspect.way
    return confirmed


def _stands_out(page: pypdfium2.PdfPage, drawn: np.ndarray, bounds: Bounds) -> bool:
    """Whether the ground under white text is dark: more than half of its box is not white."""
    height, width = drawn.shape[:2]
    left, bottom, right, top = bounds
    (x0, y0), (x1, y1) = (_pixel(page, width, height, x, y) for x, y in ((left, top), (right, bottom)))
    rows, columns = sorted((y0, y1)), sorted((x0, x1))
    crop = drawn[max(0, rows[0]) : rows[1] + 1, max(0, columns[0]) : columns[1] + 1]
    return bool(crop.size) and float((crop >= NEAR_WHITE).mean()) < 0.5


def _pixel(page: pypdfium2.PdfPage, width: int, height: int, x: float, y: float) -> tuple[int, int]:
    across, down = ctypes.c_int(), ctypes.c_int()
    pdfium_c.FPDF_PageToDevice(page.raw, 0, 0, width, height, 0, x, y, across, down)
    return across.value, down.value


def _covers(grounds: list[Bounds], bounds: Bounds) -> bool:
    x, y = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
    return any(left <= x <= right and bottom <= y <= top for left, bottom, right, top in grounds)


def _area(bounds: Bounds) -> float:
    return max(0.0, bounds[2] - bounds[0]) * max(0.0, bounds[3] - bounds[1])


def _objects(page: Any) -> Iterator[tuple[Any, int, Matrix]]:
    """Every object of a page with its type and the matrix of the forms it stands in."""
    get, kind_of = pdfium_c.FPDFPage_GetObject, pdfium_c.FPDFPageObj_GetType
    for index in range(pdfium_c.FPDFPage_CountObjects(page)):
        handle = get(page, index)
        kind = kind_of(handle)
        if kind == _FORM:
            yield from _inside(handle, _IDENTITY, 0)
        else:
            yield handle, kind, _IDENTITY


def _inside(form: Any, outer: Matrix, depth: int) -> Iterator[tuple[Any, int, Matrix]]:
    own = pdfium_c.FS_MATRIX()
    pdfium_c.FPDFPageObj_GetMatrix(form, own)
    inner = _product((own.a, own.b, own.c, own.d, own.e, own.f), outer)
    for index in range(pdfium_c.FPDFFormObj_CountObjects(form)):
        handle = pdfium_c.FPDFFormObj_GetObject(form, index)
        kind = pdfium_c.FPDFPageObj_GetType(handle)
        if kind != _FORM:
            yield handle, kind, inner
        elif depth < _MAX_DEPTH:
            yield from _inside(handle, inner, depth + 1)


def _product(first: Matrix, then: Matrix) -> Matrix:
    """The matrix that applies ``first``, then ``then``."""
    a, b, c, d, e, f = first
    moved = _moved(then, e, f)
    return (
        a * then[0] + b * then[2], a * then[1] + b * then[3],
        c * then[0] + d * then[2], c * then[1] + d * then[3], *moved,
    )  # fmt: skip


def _moved(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _size(textpage: Any, index: int) -> float:
    """The size of a character as it stands on the page."""
    matrix = pdfium_c.FS_MATRIX()
    pdfium_c.FPDFText_GetMatrix(textpage, index, matrix)
    scale = math.hypot(matrix.c, matrix.d) or 1.0
    return abs(float(pdfium_c.FPDFText_GetFontSize(textpage, index)) * scale)


def _address(handle: Any) -> int:
    return ctypes.addressof(handle.contents)
