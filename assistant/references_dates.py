"""A question's text -> the dates it names, as partial ISO dates with their place and use.

Also the normalisation every reference pattern works on: one character for one character, so that spans
found in the normalised text are spans of the text as typed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

MONTHS = {
    "янв": 1, "фев": 2, "мар": 3, "апр": 4, "мая": 5, "май": 5, "мае": 5, "июн": 6, "июл": 7, "авг": 8,
    "сен": 9, "окт": 10, "ноя": 11, "дек": 12,
    "jan": 1, "feb": 2, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11,
    "dec": 12,
}  # fmt: skip

_RU_MONTH = (
    r"(?:янв(?:ар[ьяею]\w?)?|фев(?:рал[ьяею]\w?)?|март[аеу]?|апр(?:ел[ьяею]\w?)?|ма[йяею]|июн[ьяею]|июл[ьяею]"
    r"|авг(?:уст[аеу]?)?|сент?(?:ябр[ьяею]\w?)?|окт(?:ябр[ьяею]\w?)?|ноя(?:бр[ьяею]\w?)?|дек(?:абр[ьяею]\w?)?)"
)
_EN_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_YEAR = r"(?:18|19|20)\d\d"
_YEAR_WORD = r"(?:\s*(?:годах|года|году|годом|год|гг|г)(?!\w)\.?)"

FULL_DATE = (
    rf"(?<![\d.])(?:\d{{1,2}}\s?[./]\s?\d{{1,2}}\s?[./]\s?{_YEAR}(?!\d)|{_YEAR}-\d{{2}}-\d{{2}}(?!\d)"
    rf"|\"?\d{{1,2}}\"?(?:-?го)?\s+{_RU_MONTH}\.?\s+{_YEAR}(?!\d)"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_EN_MONTH}\.?,?\s+{_YEAR}(?!\d)"
    rf"|{_EN_MONTH}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+{_YEAR}(?!\d)){_YEAR_WORD}?"
)
_MONTH_DATE = (
    rf"(?<!\w)(?:{_RU_MONTH}|{_EN_MONTH})\.?,?\s+{_YEAR}(?!\d){_YEAR_WORD}?|(?<![\d-]){_YEAR}-\d\d(?![\d-])"
)
_YEAR_DATE = (
    rf"(?<![\w./-]){_YEAR}(?:-?(?:го|м|й))?{_YEAR_WORD}"
    r"|(?:(?<=\bin )|(?<=\bof )|(?<=\bat )|(?<=\bby )|(?<=\bsince )|(?<=\buntil )|(?<=\bв )|(?<=\bна ))"
    rf"{_YEAR}(?![\w/.-]*\d)"
)
_DATE = re.compile(rf"(?P<full>{FULL_DATE})|(?P<month>{_MONTH_DATE})|(?P<year>{_YEAR_DATE})", re.IGNORECASE)

_AS_OF = re.compile(
    r"(?:(?<!\w)(?:по\s+состоянию\s+на|на\s+дату|на\s+момент|на\s+начало|на\s+конец"
    r"|действ(?:овал|ующ)\w*\s+(?:в|на|с)|действует\s+(?:в|на)|ред\.\s*(?:от|на)"
    r"|редакци\w+\s+(?:от|на)|as\s+(?:of|at|on)|in\s+(?:force|effect)\s+(?:on|in|at|as\s+of)"
    r"|(?:valid|applicable|applied)\s+(?:on|in|at)|version\s+of|on\s+the\s+date\s+of))"
    r"\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_ON_DAY = re.compile(r"(?<!\w)(?:на|on)\s+$", re.IGNORECASE)

# One character for one character: spaces, dashes, quotation marks and «ё» in all their variants.
_SAME_LENGTH = str.maketrans(
    {
        **dict.fromkeys("\u00a0\u2007\u2009\u200a\u202f\u2002\u2003\t\n\r\v\f\u2028\u2029", " "),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
        **dict.fromkeys("«»„“”‟″‹›", '"'),
        **dict.fromkeys("‘’‚‛`´", "'"),
        "ё": "е",
        "Ё": "Е",
    }
)


def same_length(text: str) -> str:
    """``text`` with spaces, dashes, quotation marks and «ё» unified, every character in its place."""
    return text.translate(_SAME_LENGTH)


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date in a question. ``value`` is partial ISO; ``as_of``: the question asks about that date's law."""

    value: str
    start: int
    end: int
    as_of: bool = False


def iso_date(text: str) -> str | None:
    """The partial ISO date that ``text`` (a whole Russian or English date) spells, None if it is none."""
    numbers = [int(n) for n in re.findall(r"\d+", text)]
    word = re.search(r"[^\W\d_]{3,}", text)
    month = MONTHS.get(word.group()[:3].lower()) if word else None
    if word and word.group()[:3].lower() == "mar":
        month = 3
    if re.match(r"\s*\d{4}-", text):
        parts = numbers
    elif month:
        parts = [numbers[-1], month, *numbers[:-1]]
    else:
        parts = numbers[::-1]
    try:
        date(*[*parts, 1, 1][:3])
    except (ValueError, TypeError):
        return None
    return "-".join(f"{part:04d}" if i == 0 else f"{part:02d}" for i, part in enumerate(parts))


def find_dates(text: str) -> list[DateMention]:
    """Every date in ``text``, in order. Words that only look like dates (32.13.2020) are left out."""
    plain = same_length(text)
    found = []
    for match in _DATE.finditer(plain):
        spelled = match.group("year") or match.group()
        value = iso_date(re.sub(r"(?<=\d)-?(?:го|м|й)\b", "", spelled) if match.group("year") else spelled)
        if value is None:
            continue
        before = plain[max(0, match.start() - 40) : match.start()]
        as_of = bool(_AS_OF.search(before))
        # «на 1 марта 2025» asks about a day; «на 2024 год» does not.
        as_of = as_of or (match.group("year") is None and bool(_ON_DAY.search(before)))
        end = match.end() - (len(match.group()) - len(match.group().rstrip()))
        found.append(DateMention(value, match.start(), end, as_of))
    return found
