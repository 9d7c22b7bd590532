"""A pdfium page -> the addresses of its objects with their kinds, walked once for all who look at them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import repeat
from typing import Any

import pypdfium2.raw as pdfium_c

from ingest.readers import pdfium

Matrix = tuple[float, float, float, float, float, float]
Bounds = tuple[float, float, float, float]  # left, bottom, right, top

IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
TEXT, PATH, FORM = pdfium_c.FPDF_PAGEOBJ_TEXT, pdfium_c.FPDF_PAGEOBJ_PATH, pdfium_c.FPDF_PAGEOBJ_FORM
_MAX_DEPTH = 8  # of forms inside forms


class PageObjects:
    """The objects of one open page. ``own``: address and kind of those that stand in no form."""

    def __init__(self, page: Any) -> None:
        count = range(max(0, pdfium_c.FPDFPage_CountObjects(page)))
        addresses = list(map(pdfium.page_object, repeat(pdfium.address_of(page)), count))
        self.own: list[tuple[pdfium.Address, int]] = list(
            zip(addresses, map(pdfium.kind_of, addresses), strict=True)
        )

    def paths(self) -> list[pdfium.Address]:
        """Paths that stand in no form."""
        return [address for address, kind in self.own if kind == PATH]

    def all(self) -> Iterator[tuple[pdfium.Address, int, Matrix]]:
        """Every object but forms, with its kind and the matrix of the forms it stands in."""
        for address, kind in self.own:
            if kind == FORM:
                yield from _inside(address, IDENTITY, 0)
            else:
                yield address, kind, IDENTITY


def moved(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    """A point of a form's space in that of the page."""
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _inside(form: pdfium.Address, outer: Matrix, depth: int) -> Iterator[tuple[pdfium.Address, int, Matrix]]:
    handle, own = pdfium.as_object(form), pdfium_c.FS_MATRIX()
    pdfium_c.FPDFPageObj_GetMatrix(handle, own)
    inner = _product((own.a, own.b, own.c, own.d, own.e, own.f), outer)
    for index in range(pdfium_c.FPDFFormObj_CountObjects(handle)):
        address = pdfium.form_object(form, index)
        kind = pdfium.kind_of(address)
        if kind != FORM:
            yield address, kind, inner
        elif depth < _MAX_DEPTH:
            yield from _inside(address, inner, depth + 1)


def _product(first: Matrix, then: Matrix) -> Matrix:
    """The matrix that applies ``first``, then ``then``."""
    a, b, c, d, e, f = first
    at = moved(then, e, f)
    return (
        a * then[0] + b * then[2], a * then[1] + b * then[3],
        c * then[0] + d * then[2], c * then[1] + d * then[3], *at,
    )  # fmt: skip
