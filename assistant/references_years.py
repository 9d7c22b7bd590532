"""A question's text -> the years it asks about, as the first and the last day of them.

«В 2024 году», «за 2023–2024 годы», «до 2025 года», "since 2026", «ставка 2024 года». A year counts only where
a preposition of time or a word for what changes from year to year says so. One that belongs to an act («закон
об ИИ 2024 года», "the AI Act of 2024"), a day, a standard's or a programme's name, that is a goal («к 2030
году»), dates an event («созданная в 2021 году») or counts something («2000 сотрудников») is not asked about.
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
    r"(?<!\w)(?:к|ко|by)\s+(?:the\s+)?(?:year\s+|конц[уе]\s+|началу\s+|(?:end|start)\s+of\s+)?$",
    re.IGNORECASE,
)
_EVENT = re.compile(
    r"(?<!\w)(?:(?:созда|основа|зарегистр|учрежд|принят|утвержд|опублик|выпущ|издан|подпис|появи|реорганиз"
    r"|founded|established|registered|created|adopted|approved|published|signed|issued|released|incorporated"
    r"|reorgani[sz]ed)\w*\s+(?:[\w-]+\s+){0,2}?|(?:аккредитован[аоы]?|accredited)\s+)(?:в|in|от|of)\s+$",
    re.IGNORECASE,
)
_AT = re.compile(
    r"(?<!\w)(?:в|во|за|на|по|с|со|до|после|начиная\s+с|начал[ае]|конц[ае]|середин[еы]|in|for|during|from|since|to|until"
    r"|till|before|after|through|and|и|,|-)\s*(?:the\s+)?(?:(?:start|beginning|end)\s+of\s+)?(?:год[ауы]?\s+|year\s+)?$",
    re.IGNORECASE,
)
_YEARLY = (
    r"(?:ставк|тариф|лимит|размер|порог|взнос|налог|правил|услови|льгот|норматив|сумм|баз|rate|tariff|limit|threshold"
    r"|amount|rules|contribution|tax)\w*"
)
_OF_A_YEAR = re.compile(rf"(?<!\w){_YEARLY}(?:\s+[\w-]+){{0,2}}\s+(?:(?:of|for)\s+)?$", re.IGNORECASE)
_A_YEARS = re.compile(rf"\s+{_YEARLY}", re.IGNORECASE)
_YEAR_WORD = re.compile(r"\s?-?(?:год|г\.|гг|г(?!\w)|й(?!\w)|м(?!\w)|го(?!\w))", re.IGNORECASE)
# What a number counts; in Russian any other word after it but these.
_COUNTED = re.compile(
    r"\s+(?!(?:и|или|по|до|для|у|при|на|в|к|ли|же|а|но|если|чем)(?!\w))[а-яё]"
    r"|\s+(?:bits?|employees|people|staff|compan|firms|users|hours|days|rub|eur|dollars|tokens|parameters|specialists)",
    re.IGNORECASE,
)
_NAMED = re.compile(  # a programme's or an act's own period
    r"(?<!\w)(?:программ|стратеги|концепци|план[аеу]?(?!\w)|проект|programme|program|strateg|roadmap)\w*[^.?!]{0,40}$",
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
        if (
            asked := _asked(
                match,
                plain[: match.start()][-LOOK_BACK:],
                plain[match.end() : match.end() + LOOK_BACK],
                last=place == len(matches) - 1,
            )
        )
    ]
    if not found:
        return None
    return Days(min(each.first for each in found), max(each.last for each in found))


def _is_meant(before: str, after: str) -> bool:
    """Whether the words around a year make it a time."""
    if not _YEAR_WORD.match(after) and _COUNTED.match(after) and not _A_YEARS.match(after):
        return False
    if (_UNTIL.search(before) or _THROUGH.search(before)) and _NAMED.search(before):
        return False
    return bool(_AT.search(before) or _OF_A_YEAR.search(before) or _A_YEARS.match(after))


def _asked(match: re.Match[str], before: str, after: str, *, last: bool) -> Days | None:
    """What one mention asks about; ``last``: no other year follows, so that «с 2024» is open."""
    first = date(int(match["first"]), 1, 1)
    end = date(int(match["last"] or match["first"]), 12, 31)
    if end < first or _GOAL.search(before) or _EVENT.search(before) or not _is_meant(before, after):
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
