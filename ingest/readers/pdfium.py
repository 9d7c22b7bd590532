"""pdfium's functions, bound to plain addresses and numbers, and calls of one for many things at once.

A page has thousands of characters and objects, and what Python spends on a call of C outweighs the call: no
argument is checked for its type here, loops run in C (``map``), and results are written side by side into
arrays. An address must be that of something still open: this is for the modules that read a page, which open
and close it themselves.
"""

from __future__ import annotations

import ctypes
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium_c

Address = int
_AT, _INDEX, _OUT = ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p


def _bound(function: Any, result: Any, *arguments: Any) -> Callable[..., Any]:
    """A function of pdfium that takes addresses as they are.

    Python's lock is kept meanwhile: letting go of it for every character would cost more than the call.
    """
    return ctypes.PYFUNCTYPE(result, *arguments)(address_of(function))


def address_of(pointer: Any) -> Address:
    """Where a handle, as pypdfium2 gives it, points to; 0 for none."""
    return ctypes.cast(pointer, ctypes.c_void_p).value or 0


def as_object(address: Address) -> Any:
    """The handle, as pypdfium2 takes it, of a page object."""
    return ctypes.cast(address, pdfium_c.FPDF_PAGEOBJECT)


# Of a text page: the character's place comes second, where to write to after it.
code_at = _bound(pdfium_c.FPDFText_GetUnicode, ctypes.c_uint, _AT, _INDEX)
box_at = _bound(pdfium_c.FPDFText_GetLooseCharBox, ctypes.c_int, _AT, _INDEX, _OUT)  # an FS_RECTF
origin_at = _bound(pdfium_c.FPDFText_GetCharOrigin, ctypes.c_int, _AT, _INDEX, _OUT, _OUT)  # x, y: double
size_at = _bound(pdfium_c.FPDFText_GetFontSize, ctypes.c_double, _AT, _INDEX)
matrix_at = _bound(pdfium_c.FPDFText_GetMatrix, ctypes.c_int, _AT, _INDEX, _OUT)  # an FS_MATRIX
font_at = _bound(pdfium_c.FPDFText_GetFontInfo, ctypes.c_ulong, _AT, _INDEX, _OUT, ctypes.c_ulong, _OUT)
object_at = _bound(pdfium_c.FPDFText_GetTextObject, _AT, _AT, _INDEX)
# Of a page and of its objects. Addresses of objects hold as long as the page is open.
page_object = _bound(pdfium_c.FPDFPage_GetObject, _AT, _AT, _INDEX)
form_object = _bound(pdfium_c.FPDFFormObj_GetObject, _AT, _AT, _INDEX)
kind_of = _bound(pdfium_c.FPDFPageObj_GetType, ctypes.c_int, _AT)
bounds_of = _bound(pdfium_c.FPDFPageObj_GetBounds, ctypes.c_int, _AT, _OUT, _OUT, _OUT, _OUT)  # float each
render_mode = _bound(pdfium_c.FPDFTextObj_GetTextRenderMode, ctypes.c_int, _AT)
fill_of = _bound(pdfium_c.FPDFPageObj_GetFillColor, ctypes.c_int, _AT, _OUT, _OUT, _OUT, _OUT)  # uint each
stroke_of = _bound(pdfium_c.FPDFPageObj_GetStrokeColor, ctypes.c_int, _AT, _OUT, _OUT, _OUT, _OUT)
font_of = _bound(pdfium_c.FPDFTextObj_GetFont, _AT, _AT)


def columns(array: np.ndarray) -> list[range]:
    """Addresses of the values of a row-major 2-D array, column by column: where calls may write to."""
    if not len(array):
        return [range(0)] * array.shape[1]
    first, step, size = array.ctypes.data, array.strides[0], array.itemsize
    return [
        range(first + size * column, first + size * column + step * len(array), step)
        for column in range(array.shape[1])
    ]


def call_each(function: Callable[..., Any], *arguments: Iterable[Any]) -> None:
    """Call a function for every row of arguments; what it returns is not kept."""
    deque(map(function, *arguments), maxlen=0)
