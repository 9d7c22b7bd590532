"""A description -> its figures: numbers with unit and bound, ranges joined, dates, codes of activities.

Numbers of laws, registers and telephones are none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from assistant.answer.verify.quantities import Bound, Quantity, quantities
from assistant.dates import earliest, latest
from assistant.eligibility.line import INFINITY, Span, above, below, between
from assistant.eligibility.rules import day_of, ordinal, years_before
from assistant.references_dates import DateMention, find_dates

_SIGNS: dict[Bound, str] = {"ge": ">= ", "gt": "> ", "le": "<= ", "lt": "< "}
_SMALL_DENOMINATORS = 10**6  # a decimal fraction of a description has no more
_RANGE = re.compile(r"\s*(?:-|\.{2,3}|…|до|to|(?P<and>and|и))\s*", re.IGNORECASE)
_FROM = re.compile(r"(?<!\w)(?:от|между|с|from|between)\s+$", re.IGNORECASE)
_OPEN = re.compile(r"(?<!\w)(?:(?P<ge>от|from)|(?P<le>до|up to)|(?P<lt>моложе))\s+$", re.IGNORECASE)
_DATE_BOUND = re.compile(
    r"(?<!\w)(?:(?P<le>не\s+(?:позднее|позже)|no\s+later\s+than|by)|(?P<ge>не\s+(?:ранее|раньше)|not\s+before)"
    r"|(?P<lt>до|раньше|ранее|before|prior\s+to)|(?P<gt>после|позднее|позже|after))\s+(?:the\s+)?$",
    re.IGNORECASE,
)
# «с 2020», which no word of a year follows
_SINCE_YEAR = re.compile(r"(?<!\w)с\s+((?:19|20)\d\d)(?!\s*(?:[\w%-]|[.,]\d))", re.IGNORECASE)
_CURRENCY = re.compile(r"(?<!\w)(?:rub|руб\.?|₽)\s?$", re.IGNORECASE)
_APPROXIMATE = re.compile(r"[~≈±]\s*$")
_DENIED = re.compile(r"(?<!\w)(?:не|not)\s+$", re.IGNORECASE)
_NOT_FIGURES = re.compile(
    r"(?<!\w)(?:инн|огрн(?:ип)?|кпп|тел|телефон|phone|tel)\.?\W{0,3}\+?\d[\d\s()-]{4,}\d"
    r"|(?:№|\bno\.)\s?\d[\w./-]*|\d{1,4}-(?:фз|fz)(?!\w)|(?:https?:|www\.)\S+|\S+@\S+"
    r"|(?<!\w)(?:ст|п|пп|ч|статья|статьи|статье|пункт\w?|приказ\w?|постановлени\w|указ\w?)\.?\s?\d[\w.-]*"
    r"|(?<!\w)(?:article|section|resolution|decree)\.?\s?\d[\w.-]*",
    re.IGNORECASE,
)
_CODE = r"\d{2}\.\d{1,2}(?:\.\d{1,2})?(?![\d.]*\d)"
_OKVED = r"(?:оквэд|оквед|okved)(?:[\s-]?2(?=[\s:]))?"
_FILL = (
    r"(?:[\s:()=—–-]|(?:основн\w+|главн\w+|наш|код\w*|по|у нас|это|вида?|деятельности)(?!\w)"
    r"|(?:main|is|code|activity)(?!\w))*"
)
_NAMED_CODE = re.compile(
    r"(?<!\w)(?P<role>(?:основн\w+|дополнительн\w+|main|primary|additional|secondary)\s+(?:код\w*\s+)?)?"
    rf"{_OKVED}{_FILL}"
    rf"(?P<codes>(?:{_CODE}|\d\d(?=\s*(?:[;)\n.]|,(?!\d)|$)(?!\.\d)))(?:\s*(?:,|;|/|и|and)\s*{_CODE})*)"
    rf"|(?<!\w)(?:код|code|вид\s+деятельности|main\s+activity)(?:\s+(?:вида\s+)?деятельности)?[\s:—–-]+(?P<plain>{_CODE})"
    rf"|(?<![\d.,])(?P<before>{_CODE})[\s(]*(?:по\s+)?{_OKVED}(?!\w)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Figure:
    """A number, range or date in ``[start, end)``, its bound included; ``at``: where the number begins.

    kind: the unit of :mod:`assistant.answer.verify.quantities`, or ``date``. text: as a profile states it,
    None where it is no decimal. exact: False for «около 30 %» and for «не 30 %».
    """

    start: int
    end: int
    at: int
    kind: str | None
    text: str | None
    value: Fraction
    bound: Bound | None = None
    exact: bool = True
    scaled: bool = False


@dataclass(frozen=True)
class Code:
    """A code of an activity; None where it is not said to be the main one among several."""

    start: int
    end: int
    code: str | None


def codes_in(text: str) -> list[Code]:
    """The codes of activities in a text, each by the word that says so."""
    found = []
    for match in _NAMED_CODE.finditer(text):
        role = (match["role"] or "").lower()
        codes = re.findall(r"\d\d(?:\.\d{1,2}){0,2}", match["codes"] or match["plain"] or match["before"])
        other = role.startswith(("доп", "add", "sec"))
        alone = len(codes) == 1 or bool(role) or "основн" in match.group().lower()
        found.append(Code(match.start(), match.end(), codes[0] if alone and not other else None))
    return found


def figures_in(text: str, plain: str, codes: Sequence[Code]) -> list[Figure]:
    """The figures of a text in reading order. ``plain``: the text as :func:`same_length` leaves it."""
    lang = "ru" if re.search(r"[а-яё]", text, re.IGNORECASE) else "en"
    skip = [(code.start, code.end) for code in codes]
    skip += [match.span() for match in _NOT_FIGURES.finditer(plain)]
    years = [
        Figure(match.start(1), match.end(), match.start(1), "date", match[1], Fraction(0))
        for match in _SINCE_YEAR.finditer(plain)
    ]
    read = quantities(text, lang, [*skip, *((each.start, each.end) for each in years)])
    dates = years + [
        _date(each, plain)
        for each in find_dates(text)
        if not any(start <= each.start < end for start, end in skip)
    ]
    numbers = [
        each
        for each in read.numbers
        if not each.implied and not _a_word_only(each, text) and each.start < each.end
    ]
    return sorted([*dates, *_numbers(numbers, read.spans, plain)], key=lambda each: each.start)


def _date(mention: DateMention, plain: str) -> Figure:
    before = plain[max(0, mention.start - 24) : mention.start]
    said = _DATE_BOUND.search(before)
    bound: Bound | None = said.lastgroup if said else None  # type: ignore[assignment]
    start = mention.start - (len(before) - said.start()) if said else mention.start
    exact = not re.search(
        r"(?:[~≈±]|(?<!\w)(?:около|примерно|about|around|circa))\s*$", before, re.IGNORECASE
    )
    return Figure(start, mention.end, mention.start, "date", mention.value, Fraction(0), bound, exact)


def _a_word_only(number: Quantity, text: str) -> bool:
    """Whether it is «один», "one" or an ordinal written out: perhaps no number at all."""
    return number.weak and not any(letter.isdigit() for letter in text[number.start : number.end])


def _numbers(read: Sequence[Quantity], spans: Sequence[tuple[int, int]], plain: str) -> list[Figure]:
    bounded = {span[1]: span for span in spans} | {span[0]: span for span in spans}
    found: list[Figure] = []
    place = 0
    while place < len(read):
        one, after = read[place], read[place + 1] if place + 1 < len(read) else None
        joined = _joined(one, after, plain) if after is not None else None
        if joined is not None:
            found.append(joined)
            place += 2
            continue
        span = bounded.get(one.end) or bounded.get(one.start) or (one.start, one.end)
        found.append(_figure(one, min(span[0], one.start), max(span[1], one.end), plain))
        place += 1
    return found


def _figure(one: Quantity, start: int, end: int, plain: str) -> Figure:
    bound = one.bound
    opened = _OPEN.search(plain, max(0, start - 12), start) if bound is None else None
    if opened:  # «до 50 человек»
        bound, start = opened.lastgroup, opened.start()  # type: ignore[assignment]
    if bound is None and plain.startswith("+", end):  # «100+ человек»
        bound, end = "ge", end + 1
    currency = _CURRENCY.search(plain, max(0, start - 6), start)
    start = currency.start() if currency and one.unit == "rub" else start
    before = plain[max(0, start - 12) : start]
    exact = one.bound != "approx" and not _APPROXIMATE.search(before) and not _DENIED.search(before)
    written = _decimal(one.value)
    sign = _SIGNS.get(bound, "") if bound else ""
    text = sign + written if written is not None else None
    scaled = bool(re.search(r"[^\W\d_]", plain[one.start : one.end])) and one.value >= 1000
    return Figure(start, end, one.start, one.unit, text, one.value, bound, exact, scaled)


def _joined(one: Quantity, after: Quantity, plain: str) -> Figure | None:
    """«от 60 до 70 %», «60–70», "between 60 and 70": one figure."""
    gap = _RANGE.fullmatch(plain, one.end, after.start)
    opened = _FROM.search(plain, max(0, one.start - 12), one.start)
    if gap is None or (gap["and"] and not opened) or one.unit not in (None, after.unit):
        return None
    low, high = one.value, after.value
    factor = _scale(plain[after.start : after.end], high)
    if low < 1000 <= high and factor > 1:  # «от 5 до 7 млн»
        low *= factor
    texts = _decimal(low), _decimal(high)
    if None in texts or low >= high or one.bound not in (None, "ge") or after.bound not in (None, "le"):
        return None
    start = opened.start() if opened else one.start
    exact = not _APPROXIMATE.search(plain[max(0, start - 12) : start])
    return Figure(
        start, after.end, one.start, after.unit, f"{texts[0]}-{texts[1]}", high, None, exact, factor > 1
    )


def _scale(words: str, value: Fraction) -> Fraction:
    """What a scale's word multiplied: of «7 млн» a million."""
    digits = re.match(r"\d+(?:[.,]\d+)?", words)
    if digits is None:
        return Fraction(1)
    return value / (Fraction(digits.group().replace(",", ".")) or 1)


def _decimal(value: Fraction) -> str | None:
    if value.denominator > _SMALL_DENOMINATORS or value.numerator > 10**18:
        return None
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return f"{Decimal(value.numerator) / Decimal(value.denominator):f}" if rest == 1 else None


# ── days and ages ─────────────────────────────────────────────────────────────────────────────────


def days_of(figure: Figure, today: date) -> Span:
    """The days, none of them to come, that a date with its «до» or «после» leaves; none for a later date."""
    first, last = ordinal(earliest(figure.text or "")), ordinal(latest(figure.text or ""))
    bounds = {"lt": below(first), "le": between(None, last), "gt": above(last), "ge": between(first, None)}
    return bounds.get(figure.bound or "", between(first, last)) & between(None, ordinal(today))


def interval(days: Span) -> str:
    """Days from one to another as ISO 8601 writes them: ``2023-11-30/2024-11-29``, an open end as ``..``."""
    (first, last) = days.parts[0]
    low = ".." if first[0] == -INFINITY else day_of(first[0] + first[1]).isoformat()
    high = ".." if last[0] == INFINITY else day_of(last[0] - (1 - last[1])).isoformat()
    return f"{low}/{high}"


def born(figure: Figure, ago: bool, today: date) -> Span | None:
    """The days on which what is this old began; None where the figure is no age.

    «2 года»: two completed, not three. ``ago`` and parts of a year («полтора») are said roundly: half a unit
    or more may be missing as well as over.
    """
    months = figure.value * 12 if figure.kind == "year" else figure.value
    if figure.kind not in ("year", "month") or not 0 < months < 12 * 200 or figure.text is None:
        return None
    unit = 12 if figure.kind == "year" else 1
    if "-" in figure.text:
        low = int(Fraction(figure.text.partition("-")[0]) * unit)
        return _from(today, int(months) + unit, low)
    if figure.bound is not None:
        day = ordinal(_months_before(today, int(months)))
        now = ordinal(today)
        bounds = {"gt": below(day), "ge": between(None, day), "lt": above(day), "le": between(day, now)}
        return bounds[figure.bound] & between(None, now) if figure.bound in bounds else None
    if figure.value.denominator != 1:
        return _from(today, int(months) + unit // 2, max(0, int(months) - unit // 2))
    return _from(today, int(months) + unit, max(0, int(months) - (unit if ago else 0)))


def _from(today: date, oldest: int, youngest: int) -> Span:
    """More recent than ``oldest`` months ago, not more recent than ``youngest`` months ago."""
    return between(
        ordinal(_months_before(today, oldest)), ordinal(_months_before(today, youngest)), open_low=True
    )


def _months_before(day: date, months: int) -> date:
    years, rest = divmod(months, 12)
    found = years_before(day, years)
    for last in (found.day, 30, 29, 28):
        try:
            year, month = divmod(found.year * 12 + found.month - 1 - rest, 12)
            return date(year, month + 1, min(last, found.day))
        except ValueError:
            continue
    return found
