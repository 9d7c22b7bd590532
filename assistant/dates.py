"""Partial ISO dates: ``2026``, ``2026-06``, ``2026-06-01``.

A partial date is kept as written; comparisons take its earliest day, unless said otherwise.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, datetime
from functools import lru_cache

from assistant.errors import InputError

_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


def _parts(text: str) -> tuple[int, int | None, int | None]:
    found = _ISO.fullmatch(text.strip())
    if not found:
        raise ValueError(text)
    year, month, day = (int(part) if part else None for part in found.groups())
    assert year is not None
    date(year, month or 1, day or 1)
    return year, month, day


def is_partial_date(text: str) -> bool:
    """Whether ``text`` is a valid full or partial ISO date."""
    try:
        _parts(text)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=4096)
def earliest(text: str) -> date:
    """The first day a partial date may mean. Raises ValueError for anything else."""
    year, month, day = _parts(text)
    return date(year, month or 1, day or 1)


def latest(text: str) -> date:
    """The last day a partial date may mean. Raises ValueError for anything else."""
    year, month, day = _parts(text)
    month = month or 12
    return date(year, month, day or calendar.monthrange(year, month)[1])


def as_of_date(value: str | date | None) -> date:
    """The as-of date of a request: today for None. Raises InputError for text that is no date."""
    if value is None:
        return date.today()
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return earliest(value)
    except ValueError:
        raise InputError(
            f"'{value}' is not a date. Write the as-of date as YYYY-MM-DD, for example 2026-03-01.",
            f"«{value}» — не дата. Укажите дату в виде ГГГГ-ММ-ДД, например 2026-03-01.",
        ) from None
