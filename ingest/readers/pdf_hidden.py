"""A PDF page (pdfium) -> which of its text nobody sees: white on white, not painted, tiny, off the page.

Every text object is looked at once, a character only by its box. Only where white text has something dark
under it is the page drawn, to see whether the text stands out. Lengths are PDF points, in the page's own
space.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium_c

from ingest.hidden import NEAR_WHITE, TINY_POINTS, Hidden, Way, invisible_in, left_out, near_white
from ingest.readers import pdfium
from ingest.readers.pdf_objects import PATH, TEXT, Bounds, Matrix, PageObjects, moved

if TYPE_CHECKING:
    from ingest.readers.pdf_characters import Characters

_LOW = 2 * TINY_POINTS  # a character box of tiny type is lower and narrower than this
_SCALE = 2.0  # pixels a point where a page is drawn
_INVISIBLE = pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE
# Text render modes -> how to ask for the colour that shows the text; filled and stroked text shows twice.
_COLOURS = (
    ((pdfium_c.FPDF_TEXTRENDERMODE_FILL, pdfium_c.FPDF_TEXTRENDERMODE_FILL_CLIP), pdfium.fill_of),
    ((pdfium_c.FPDF_TEXTRENDERMODE_STROKE, pdfium_c.FPDF_TEXTRENDERMODE_STROKE_CLIP), pdfium.stroke_of),
)
_PICTURES = frozenset({pdfium_c.FPDF_PAGEOBJ_IMAGE, pdfium_c.FPDF_PAGEOBJ_SHADING})


@dataclass(slots=True)
class Unseen:
    """What of one page is not seen. ``objects``: address of a text object -> why; ``box``: the page's."""

    page: int
    box: Bounds
    objects: dict[int, Way] = field(default_factory=dict)
    _texts: dict[Way, list[str]] = field(default_factory=dict)
    _last: Way | None = None

    def ways(self, characters: Characters) -> dict[int, Way]:
        """Why characters are not seen, by place; spaces are none of them."""
        signs = ~characters.blank
        left, bottom, right, top = self.box
        lefts, highs, rights, lows = characters.boxes.T
        off = signs & ((rights <= left) | (lefts >= right) | (highs <= bottom) | (lows >= top))
        small = signs & (highs - lows < _LOW) & (rights - lefts < _LOW) & ~off
        found = dict.fromkeys(np.flatnonzero(off).tolist(), Way.OFF_PAGE)
        suspects = np.flatnonzero(small).tolist()
        for index, (size, _, _) in zip(suspects, characters.styles(suspects), strict=True):
            if size <= TINY_POINTS:
                found[index] = Way.TINY
        if self.objects:
            places = np.flatnonzero(signs)
            for index, text_object in zip(places.tolist(), characters.objects(places), strict=True):
                way = self.objects.get(text_object or 0)
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


def look(page: pypdfium2.PdfPage, number: int, objects: PageObjects) -> Unseen:
    """Look at every text object of a page."""
    rect = pdfium_c.FS_RECTF()
    pdfium_c.FPDF_GetPageBoundingBox(page.raw, rect)
    unseen = Unseen(number, (rect.left, rect.bottom, rect.right, rect.top))
    texts = [(address, matrix) for address, kind, matrix in objects.all() if kind == TEXT]
    ways = _ways([address for address, _ in texts])
    if ways:
        look_at = _Look()
        suspects = [
            _Suspect(address, ways[address], look_at.bounds(address, matrix))
            for address, matrix in texts
            if address in ways
        ]
        unseen.objects = _confirmed(page, unseen.box, suspects, len(texts) - len(suspects), objects, look_at)
    return unseen


def _ways(texts: Sequence[pdfium.Address]) -> dict[pdfium.Address, Way]:
    """Why some text objects may not be seen."""
    modes = np.fromiter(map(pdfium.render_mode, texts), dtype=np.int32, count=len(texts))
    found = dict.fromkeys((texts[at] for at in np.flatnonzero(modes == _INVISIBLE).tolist()), Way.UNPAINTED)
    for of_modes, ask in _COLOURS:
        asked = np.flatnonzero(np.isin(modes, of_modes)).tolist()
        colours = np.zeros((len(asked), 4), dtype=np.uint32)  # red, green, blue, alpha
        known = list(map(ask, (texts[at] for at in asked), *pdfium.columns(colours)))
        pale = (colours[:, 3] == 0) | (colours[:, :3] >= NEAR_WHITE).all(axis=1)
        for row in np.flatnonzero(pale).tolist():
            if known[row]:
                found[texts[asked[row]]] = Way.WHITE if colours[row, 3] else Way.UNPAINTED
    return found


class _Look:
    """Reads the properties of page objects; holds the C buffers so that a call costs little."""

    def __init__(self) -> None:
        self.colour, self.edges = np.zeros((1, 4), dtype=np.uint32), np.zeros((1, 4), dtype=np.float32)
        self.fill, self.stroke = ctypes.c_int(), ctypes.c_int()

    def bounds(self, address: pdfium.Address, outer: Matrix) -> Bounds:
        """The box of an object in the page's space."""
        pdfium.bounds_of(address, *(column[0] for column in pdfium.columns(self.edges)))
        left, bottom, right, top = self.edges[0].tolist()
        corners = [moved(outer, x, y) for x in (left, right) for y in (bottom, top)]
        xs, ys = [x for x, _ in corners], [y for _, y in corners]
        return min(xs), min(ys), max(xs), max(ys)

    def is_backdrop(self, address: pdfium.Address, kind: int) -> bool:
        """Whether an object may be a ground on which white text stands out."""
        if kind in _PICTURES:
            return True
        if kind != PATH:
            return False
        handle = pdfium.as_object(address)
        if not pdfium_c.FPDFPath_GetDrawMode(handle, self.fill, self.stroke) or not self.fill.value:
            return False
        told = pdfium.fill_of(address, *(column[0] for column in pdfium.columns(self.colour)))
        red, green, blue, _ = self.colour[0].tolist()
        return not told or not near_white(red, green, blue)


def _confirmed(
    page: pypdfium2.PdfPage,
    box: Bounds,
    suspects: list[_Suspect],
    painted: int,
    objects: PageObjects,
    look_at: _Look,
) -> dict[int, Way]:
    """The suspects that are hidden indeed: no text under a scan, no white letters on a dark ground."""
    drawn: np.ndarray | None = None
    pictures: list[Bounds] = []
    backdrops: list[Bounds] = []
    for address, kind, matrix in objects.all():
        if look_at.is_backdrop(address, kind):
            backdrops.append(look_at.bounds(address, matrix))
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
