"""A pdfium text page -> its characters: codes, boxes and baselines of all at once, styles of words.

What pdfium gives as two halves of a surrogate pair is one character here. Lengths are PDF points.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Sequence
from itertools import pairwise, repeat
from math import hypot
from typing import Any

import numpy as np

from ingest.readers import pdfium

# Line breaks and spaces of all kinds.
_BLANKS = (0, 9, 10, 11, 12, 13, 0x20, 0xA0, 0x2002, 0x2003, 0x2007, 0x2009, 0x202F, 0x3000, 0x200B)
_HYPHENS = str.maketrans(dict.fromkeys((0x02, 0xAD, 0xFFFE), "-"))  # a hyphen that ends a line, in pdfium
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_IS_BLANK = np.zeros(max(_BLANKS) + 2, dtype=bool)
_IS_BLANK[list(_BLANKS)] = True
_BOLD = re.compile(r"bold|black|heavy|demi|-medi\b", re.I)
_FORCE_BOLD = 0x40000  # PDF font flag, ISO 32000-1, table 123
_NAME_BYTES = 128
_EDGES, _POINT, _MATRIX = 4, 2, 6  # numbers in an FS_RECTF, in an origin, in an FS_MATRIX

Style = tuple[float, bool, bool]  # size in points, whether bold, whether its baseline is not level


def join_pairs(halves: str) -> tuple[str, list[int]]:
    """A text with its surrogate pairs joined, and where the second half of each stood."""
    seconds = [found.start() + 1 for found in _PAIR.finditer(halves)]
    return _PAIR.sub(
        lambda found: found[0].encode("utf-16", "surrogatepass").decode("utf-16"), halves
    ), seconds


class Characters:
    """The characters of one text page. ``shown``: what each shows; ``blank``: which of them are spaces.

    ``boxes``: left, top, right and bottom edge of each, float64 [n, 4]; ``baselines``: float64 [n]. Of
    spaces neither is known: they are zero.
    """

    def __init__(self, handle: Any, text: str, count: int) -> None:
        """``text``: the whole page's, as pdfium gives it in one call; ``count``: its number of characters."""
        self._page = pdfium.address_of(handle)
        self._places: list[int] | None = None  # pdfium's number of each character, where that is another
        # A character gives one sign of the text or none: as many signs as characters are one of each.
        if len(text) != count:
            text = self._read_codes(count)
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
        self.shown = text.translate(_HYPHENS)
        self.blank = _IS_BLANK[np.minimum(codes, len(_IS_BLANK) - 1)]
        self.boxes = np.zeros((len(codes), _EDGES))
        self.baselines = np.zeros(len(codes))
        self._measure(np.flatnonzero(~self.blank))
        self._bold: dict[int | None, bool] = {}

    def _read_codes(self, count: int) -> str:
        """The text, character by character; ``_places`` is set where pairs of surrogates were joined."""
        halves = "".join(map(chr, map(pdfium.code_at, repeat(self._page), range(count))))
        text, seconds = join_pairs(halves)
        if seconds:  # both halves have the box of the whole: that of the first will do
            self._places = np.delete(np.arange(count), seconds).tolist()
        return text

    def _numbers(self, indexes: np.ndarray) -> list[int]:
        """The numbers that characters have in pdfium."""
        found: list[int] = indexes.tolist()
        return found if self._places is None else [self._places[index] for index in found]

    def _measure(self, signs: np.ndarray) -> None:
        """Ask for the boxes of all characters but spaces, and for the baselines where they may be others."""
        boxes = np.zeros((len(signs), _EDGES), dtype=np.float32)
        pdfium.call_each(pdfium.box_at, repeat(self._page), self._numbers(signs), pdfium.columns(boxes)[0])
        self.boxes[signs] = boxes
        # A box reaches from a font's descent to its ascent around the baseline: neighbours whose boxes have
        # the same upper and lower edge stand on the same one.
        other = np.ones(len(signs), dtype=bool)
        other[1:] = (boxes[1:, 1::2] != boxes[:-1, 1::2]).any(axis=1)
        origins = np.zeros((int(other.sum()), _POINT))
        pdfium.call_each(
            pdfium.origin_at, repeat(self._page), self._numbers(signs[other]), *pdfium.columns(origins)
        )
        self.baselines[signs] = origins[np.cumsum(other) - 1, 1]

    def objects(self, indexes: np.ndarray) -> list[pdfium.Address | None]:
        """The text object that each of some characters belongs to; what pdfium put in belongs to none."""
        return list(map(pdfium.object_at, repeat(self._page), self._numbers(indexes)))

    def styles(self, indexes: Sequence[int] | np.ndarray) -> list[Style]:
        """The style of each of some characters. A text object has one style: it is asked for once a run."""
        places = np.asarray(indexes, dtype=np.int64)
        if not len(places):
            return []
        objects = self.objects(places)
        begins = [0, *(at for at, (one, other) in enumerate(pairwise(objects), 1) if one != other or not one)]
        asked = self._numbers(places[begins])
        matrices = np.zeros((len(asked), _MATRIX), dtype=np.float32)
        pdfium.call_each(pdfium.matrix_at, repeat(self._page), asked, pdfium.columns(matrices)[0])
        sizes = map(pdfium.size_at, repeat(self._page), asked)
        bold = [self._is_bold(number, objects[at]) for number, at in zip(asked, begins, strict=True)]
        found = [
            (abs(size * (hypot(c, d) or 1.0)), is_bold, abs(b) > abs(a) * 0.1)
            for size, is_bold, (a, b, c, d, _, _) in zip(sizes, bold, matrices.tolist(), strict=True)
        ]
        lengths = np.diff(begins, append=len(objects)).tolist()
        return [style for style, length in zip(found, lengths, strict=True) for _ in range(length)]

    def _is_bold(self, number: int, text_object: pdfium.Address | None) -> bool:
        font = pdfium.font_of(text_object) if text_object else None
        bold = self._bold.get(font)
        if bold is None:
            name, flags = ctypes.create_string_buffer(_NAME_BYTES), ctypes.c_int()
            length = pdfium.font_at(
                self._page, number, ctypes.addressof(name), _NAME_BYTES, ctypes.addressof(flags)
            )
            shown = name.raw[: max(0, min(length, _NAME_BYTES) - 1)].decode("utf-8", "replace")
            bold = self._bold[font] = bool(_BOLD.search(shown)) or bool(flags.value & _FORCE_BOLD)
        return bold
