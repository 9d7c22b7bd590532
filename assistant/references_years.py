"""A question's text -> the years it asks about, as the first and the last day of them.

«В 2024 году», «за 2023–2024 годы», «до 2025 года», "since 2026". A year that belongs to an act's citation, a
day or a standard's number, that is a goal («к 2030 году») or that dates an event («созданная в 2021 году») is
not what is asked about.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from assistant.references_dates import find_dates, same_length

_YEAR = r"(?:199\d|20\d\d)"
_YEARS = re.compile(
    rf"(?<![\w.,:/№-])(?P<first>{_YEAR})(?:\s?-\s?(?P<last>{_YEAR}))?(?![\d%])(?!-?\d)(?![.,/:]\d)"
    r"(?!\s*(?:руб|евро|долл|тыс|млн|компани|человек))",
    re.IGNORECASE,
)
_BEFORE = r"(?:the\s+(?:(?:start|beginning|end)\s+of\s+)?|год[ау]?\s+|начала\s+)?$"
_UNTIL = re.compile(rf"(?<!\w)(?:до|before|until|till|prior\s+to)\s+{_BEFORE}", re.IGNORECASE)
_THROUGH = re.compile(
    r"(?<!\w)(?:до\s+конца|по\s+конец|until\s+the\s+end\s+of|through)\s+(?:the\s+)?$", re.IGNORECASE
)
_SINCE = re.compile(
    rf"(?<!\w)(?:с|со|начиная\s+с|from|since|starting\s+(?:in|from))\s+{_BEFORE}", re.IGNORECASE
)
_AFTER = re.compile(rf"(?<!\w)(?:после|after)\s+{_BEFORE}", re.IGNORECASE)
_GOAL = re.compile(
    r"(?<!\w)(?:к|ко|by)\s+(?:the\s+)?(?:конц[уе]\s+|началу\s+|(?:end|start)\s+of\s+)?$", re.IGNORECASE
)
_EVENT = re.compile(
    r"(?<!\w)(?:(?:созда|основа|зарегистр|учрежд|принят|утвержд|опублик|выпущ|издан|подпис|появи|реорганиз"
    r"|founded|established|registered|created|adopted|approved|published|signed|issued|released|incorporated"
    r"|reorgani[sz]ed)\w*)\s+(?:[\w-]+\s+){0,2}?(?:в|in|от|of)\s+$",
    re.IGNORECASE,
)
LOOK_BACK = 60  # characters before a year in which the words that say how it is meant stand


@dataclass(frozen=True, slots=True)
class Days:
    """From ``first`` to ``last``, both included; ``date.min`` and ``date.max`` where it is open."""

    first: date
    last: date


def find_years(question: str, cited: Collection[tuple[int, int]] = ()) -> Days | None:
    """The time from the first to the last year asked about, None where none is.

    ``cited``: spans of the acts the question cites.
    """
    plain = same_length(question)
    days = [(each.start, each.end) for each in find_dates(question) if len(each.value) > len("2024")]
    taken = [*cited, *days]
    matches = [
        match
        for match in _YEARS.finditer(plain)
        if not any(start < match.end() and match.start() < end for start, end in taken)
    ]
    found = [
        asked
        for place, match in enumerate(matches)
        if (asked := _asked(match, plain[: match.start()][-LOOK_BACK:], last=place == len(matches) - 1))
    ]
    if not found:
        return None
    return Days(min(each.first for each in found), max(each.last for each in found))


def _asked(match: re.Match[str], before: str, *, last: bool) -> Days | None:
    """What one mention asks about; ``last``: no other year follows, so that «с 2024» is open."""
    first = date(int(match["first"]), 1, 1)
    end = date(int(match["last"] or match["first"]), 12, 31)
    if end < first or _GOAL.search(before) or _EVENT.search(before):
        return None
    if match["last"]:
        return Days(first, end)
    if _THROUGH.search(before):
        return Days(date.min, end)
    if _UNTIL.search(before):
        return Days(date.min, date(first.year - 1, 12, 31))
    if _AFTER.search(before):
        return Days(date(first.year + 1, 1, 1), date.max)
    if _SINCE.search(before):
        return Days(first, date.max if last else end)
    return Days(first, end)
