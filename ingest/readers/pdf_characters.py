"""A pdfium text page -> its characters: code, box and baseline of all at once, the type of one on demand.

A page has thousands of characters, and what Python spends on a call of C outweighs the call: functions are
bound to plain addresses and numbers, and write side by side into arrays made once a page. Lengths are PDF
points.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections import deque
from collections.abc import Callable
from itertools import repeat
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium_c

_BOLD = re.compile(r"bold|black|heavy|demi|-medi\b", re.I)
_FORCE_BOLD = 0x40000  # PDF font flag, ISO 32000-1, table 123
_NAME_BYTES = 128
_PAGE, _INDEX, _OUT = ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p
_FLOATS, _DOUBLES = 4, 2  # of an FS_RECTF (left, top, right, bottom), of an origin (x, y)


def _bound(function: Any, result: Any, *arguments: Any) -> Callable[..., Any]:
    """A function of pdfium that takes addresses as they are, without checking each for its type.

    Python's lock is kept meanwhile: letting go of it for every character would cost more than the call.
    """
    address = ctypes.cast(function, ctypes.c_void_p).value
    assert address is not None
    return ctypes.PYFUNCTYPE(result, *arguments)(address)


_code = _bound(pdfium_c.FPDFText_GetUnicode, ctypes.c_uint, _PAGE, _INDEX)
_box = _bound(pdfium_c.FPDFText_GetLooseCharBox, ctypes.c_int, _PAGE, _INDEX, _OUT)
_origin = _bound(pdfium_c.FPDFText_GetCharOrigin, ctypes.c_int, _PAGE, _INDEX, _OUT, _OUT)
_font_size = _bound(pdfium_c.FPDFText_GetFontSize, ctypes.c_double, _PAGE, _INDEX)
_matrix = _bound(pdfium_c.FPDFText_GetMatrix, ctypes.c_int, _PAGE, _INDEX, _OUT)
_font = _bound(
    pdfium_c.FPDFText_GetFontInfo, ctypes.c_ulong, _PAGE, _INDEX, _OUT, ctypes.c_ulong, _OUT
)  # fmt: skip


class Characters:
    """The characters of one text page. ``codes``: their Unicode numbers; ``boxes``: left, top, right and
    bottom edge of each, float64 [n, 4]; ``lefts``, ``rights``, ``baselines``: float64 [n].
    """

    def __init__(self, handle: Any, text: str) -> None:
        """``text``: the whole page's, as pdfium gives it in one call."""
        count = max(0, pdfium_c.FPDFText_CountChars(handle))
        self._page = ctypes.cast(handle, ctypes.c_void_p).value
        # A character gives one sign of the text or none: as many signs as characters are one of each.
        whole = len(text) == count
        self.codes = list(map(ord, text)) if whole else list(map(_code, repeat(self._page), range(count)))
        boxes = np.zeros((count, _FLOATS), dtype=np.float32)
        origins = np.zeros((count, _DOUBLES), dtype=np.float64)
        _call_all(_box, self._page, count, _steps(boxes, 0))
        _call_all(_origin, self._page, count, _steps(origins, 0), _steps(origins, 1))
        self.boxes = boxes.astype(np.float64)
        self.lefts, self.rights, self.baselines = self.boxes[:, 0], self.boxes[:, 2], origins[:, 1]
        self._numbers = (ctypes.c_float * 6)()  # an FS_MATRIX: a, b, c, d, e, f
        self._flags = ctypes.c_int()
        self._name = ctypes.create_string_buffer(_NAME_BYTES)
        self._into = (
            ctypes.addressof(self._numbers), ctypes.addressof(self._name), ctypes.addressof(self._flags)
        )  # fmt: skip
        self._bold: dict[bytes, bool] = {}

    def style(self, index: int) -> tuple[float, bool, bool]:
        """Font size in points, whether bold, whether the baseline is not horizontal."""
        page, (numbers, name, flags) = self._page, self._into
        size = _font_size(page, index)
        _matrix(page, index, numbers)
        a, b, c, d, _, _ = self._numbers[:]
        length = _font(page, index, name, _NAME_BYTES, flags)
        font = self._name.raw[: max(0, min(length, _NAME_BYTES) - 1)]
        bold = self._bold.get(font)
        if bold is None:
            bold = self._bold[font] = bool(_BOLD.search(font.decode("utf-8", "replace")))
        scale = math.hypot(c, d) or 1.0
        return abs(size * scale), bold or bool(self._flags.value & _FORCE_BOLD), abs(b) > abs(a) * 0.1


def _steps(array: np.ndarray, column: int) -> range:
    """Addresses of a column's values, row by row."""
    first = array.ctypes.data + column * array.itemsize
    step = array.strides[0]
    return range(first, first + step * len(array), step) if len(array) else range(0)


def _call_all(function: Callable[..., Any], page: int | None, count: int, *outs: range) -> None:
    """Call a function for every character, each with its own places to write to."""
    deque(map(function, repeat(page), range(count), *outs), maxlen=0)
