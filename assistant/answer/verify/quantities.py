"""A text -> the quantities it states: numbers in digits or words, with unit and bound, and dates.

Two texts are compared by value: «35 млн», "35 000 000" and "thirty-five million" are one number, «три месяца»
is not «три дня», "at least 80 %" is not "at most 80 %".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import Literal

from assistant.index.words import fold, stem
from assistant.number_words import find_number_words, is_scale
from assistant.references_dates import find_dates, same_length

Bound = Literal["ge", "gt", "le", "lt", "approx"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number.

    unit: of time, money or share, where one is said. noun: the first letters of the word after it. weak:
    «один», which may be no number. implied: said without a number («ежегодно», a list of three items).
    """

    value: Fraction
    unit: str | None
    bound: Bound | None
    start: int
    end: int
    weak: bool = False
    noun: str | None = None
    implied: bool = False


@dataclass(frozen=True, slots=True)
class Quantities:
    """What a text states in numbers: quantities and (partial ISO) dates, in reading order."""

    numbers: tuple[Quantity, ...]
    dates: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]  # of all of it, bounds included


_DIGITS = re.compile(
    r"(?<![\w.,])(?:10\s?(?:\^|\*\*)\s?(?P<power>\d{1,2})|10(?P<super>[⁰¹²³⁴-⁹]{1,3})"
    r"|(?P<grouped>\d{1,3}(?:[ ]\d{3})+(?!\d)(?:[.,]\d+)?)|(?P<plain>\d+(?:[.,]\d+)*))"
)
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_SCALE = re.compile(
    r"\s?(?:(?P<word>[^\W\d_]+)|(?P<short>тыс|млн|млрд|трлн|mln|bn|mn|tn|m|k|b)(?![^\W\d_]))\.?",
    re.IGNORECASE,
)
_SHORT = {
    "тыс": 10**3, "млн": 10**6, "млрд": 10**9, "трлн": 10**12,
    "k": 10**3, "m": 10**6, "mn": 10**6, "mln": 10**6, "bn": 10**9, "b": 10**9, "tn": 10**12,
}  # fmt: skip
_ENDING = re.compile(r"-?(?:ый|ой|ий|ая|ое|го|му|ми|мя|ти|ех|ух|х|й|я|е|м|ю|st|nd|rd|th)(?!\w)")
# Units of what legal texts count; the longer stands first.
_UNITS: tuple[tuple[str, str], ...] = (
    ("percent", r"%|процент\w*|per\s?cent(?:age)?(?!\s*point)|percent"),
    ("workday", r"(?:рабоч\w+|working|business)\s+(?:дн\w+|день|days?)"),
    ("day", r"(?:календарн\w+\s+|calendar\s+)?(?:дн(?:ей|я|и|ям|ями|ях)|день|суток|сутки|сут|days?)"),
    ("hour", r"час(?:а|ов|ам|ами)?|hours?|ч"),
    ("minute", r"минут\w*|minutes?"),
    ("second", r"секунд\w*|seconds?"),
    ("week", r"недел\w+|weeks?"),
    ("month", r"месяц\w*|мес|months?"),
    ("year", r"лет|год(?:а|у|ы|ов|ах)?|years?|летн\w+"),
    ("rub", r"руб(?:л\w+)?|roubles?|rubles?|rub|₽"),
    ("eur", r"евро|euros?|eur|€"),
    ("usd", r"доллар\w*|dollars?|usd"),
)
_UNIT = re.compile(
    r"[\s-]?(?:" + "|".join(rf"(?P<{name}>{pattern})" for name, pattern in _UNITS) + r")(?![^\W\d_])",
    re.IGNORECASE,
)
_MONEY_BEFORE = re.compile(r"(?:(?P<eur>€|eur|euros?)|(?P<usd>\$|usd)|(?P<rub>₽|rub))\s?$", re.IGNORECASE)
_COMPOUND_UNITS = {"полгода": "year", "полугода": "year",
                   "летн": "year", "годичн": "year", "дневн": "day", "месячн": "month", "часов": "hour",
                   "недельн": "week", "минутн": "minute", "процентн": "percent"}  # fmt: skip

# Words before or after a number that bound it.
_BEFORE: tuple[tuple[Bound, str], ...] = (
    ("ge", r"не\s+(?:менее|меньше|ниже|ранее|раньше|реже)(?:\s+чем)?|минимум|at\s+the\s+earliest|"
           r"not\s+before|как\s+минимум|начиная\s+с|хотя\s+бы|at\s+least|"
           r"a\s+minimum\s+of|minimum|no\s+(?:less|fewer|lower|earlier)\s+than|not\s+(?:less|fewer|"
           r"lower|earlier)\s+than|"
           r"(?:достигл\w+|достигш\w+)|от"),
    ("le", r"не\s+(?:чаще|более|больше|выше|свыше|позднее|позже|превыша\w+)(?:\s+чем)?|максимум|"
           r"самое\s+большее|не\s+дольше|"
           r"в\s+пределах|в\s+течение|в\s+срок\s+до|в\s+срок,\s+не\s+превышающ\w+|up\s+to|at\s+most|"
           r"a\s+maximum\s+of|maximum|(?:no|not)\s+(?:more|later|greater|higher|longer|older)\s+than|"
           r"(?:not|never)\s+(?:to\s+)?exceed(?:ing)?|not\s+exceed|"
           r"within(?:\s+an?(?:\s+\w+){1,4}\s+of)?|by\s+no\s+later\s+than|up\s+until|до"),
    ("gt", r"(?:более|больше|свыше|выше|превыш\w+|старше|дольше|позднее|позже)(?:\s+чем)?|"
           r"(?:more|greater|higher|longer|later|older)\s+than|over|above|exceed(?:s|ing|ed)?|"
           r"in\s+excess\s+of"),
    ("lt", r"(?:менее|меньше|ниже|младше|ранее|раньше)(?:\s+чем)?|(?:less|fewer|lower|younger|"
           r"earlier)\s+than|below|under"),
    ("approx", r"около|примерно|порядка|приблизительно|about|approximately|roughly|around"),
)  # fmt: skip
_BOUND_BEFORE = re.compile(
    r"(?<!\w)(?:" + "|".join(f"(?P<{name}>{pattern})" for name, pattern in _BEFORE) + r")"
    r"(?:\s+(?:чем|до|на|в|к|за|через|with|of|to|the|a|an|total|сумм\w+|размер\w+|уровн\w+|EUR|RUB|USD|€|"
    r"\$))*[\s(«\"]*$",
    re.IGNORECASE,
)
_BOUND_AFTER = re.compile(
    r"(?:\s*[^\W\d_.,;]+\.?){0,3}?\s*,?\s*(?:"
    r"(?P<ge>(?:и|или)\s+(?:более|больше|выше|старше|свыше)|(?:and|or)\s+(?:more|above|over|older|"
    r"higher|later)|plus)|"
    r"(?P<le>(?:и|или)\s+(?:менее|меньше|ниже|младше)|(?:and|or)\s+(?:less|fewer|below|under|lower|"
    r"earlier)))(?!\w)",
    re.IGNORECASE,
)
_NOUN = re.compile(r"[\s-]+([^\W\d_]{3,})")
# One unit of time said without a number, and adverbs that say how often.
_TIME_WORDS = (
    ("year", r"год|year|ежегодн|annual"), ("quarter", r"кварт|quart|ежекварт"),
    ("month", r"месяц|month|ежемес"),
    ("week", r"недел|week|еженед"), ("day", r"сут|день|дня|day|dail|ежедн|ежесут"),
    ("hour", r"час|hour|ежечас"),
)  # fmt: skip
_ONE_TIME = re.compile(
    r"(?<!\w)(?:(?P<said>раз\s+в|через|хран\w+|сроком\s+на|не\s+(?:менее|меньше|более|больше|дольше)|в\s+течение|до|свыше|in|for|within|after|once|every|(?:once|twice)\s+a|in\s+a|"
    r"for\s+a|within\s+a|after\s+a|within\s+an|a)\s+(?P<unit>года?|месяца?|недел[юи]|квартала?|сут(?:ки|ок)|день|дня|часа?|year|month|week|"
    r"quarter|day|hour)|(?P<adverb>(?:в\s+течение|за|в)\s+сут(?:ок|ки)|еже(?:годн|квартальн|месячн|недельн|дневн|суточн)\w+|"
    r"annual(?:ly)?|yearly|monthly|quarterly|weekly|daily|every\s+year|each\s+year))(?!\w)",
    re.IGNORECASE,
)
# «меньшая из двух величин»: what is compared is two things in any wording.
_OF_TWO = re.compile(
    r"(?<!\w)(?:из\s+(?:этих\s+)?двух|of\s+(?:the|these)\s+two)\s+(?:величин|сумм|показател|значен|срок|amount|figure|"
    r"value|sum|date)\w*",
    re.IGNORECASE,
)
_LETTERS_EN, _LETTERS_RU = "abcdefghijklmnopqrst", "абвгдежзиклмнопрст"
_JOINED = re.compile(r"\s*(?:-|до|и|или|to|and|or|,)\s*", re.IGNORECASE)
_RANGE_FROM = re.compile(r"(?<!\w)(?:от|с|from|between)\s+$", re.IGNORECASE)
# «не может превышать пяти», "may not run for more than five": a negation turns the bound round.
_TURNED = re.compile(
    r"(?:(?:может|могут|должн\w+|должен|may|shall|must|can|does|do)\s+)?(?<!\w)(?:не|not|cannot|never)(?!\w)"
    r"(?:\s+[^\W\d_]+){0,4}\s*$",
    re.IGNORECASE,
)
_OPPOSITE_BOUND: dict[Bound, Bound] = {"gt": "le", "lt": "ge"}
_SMALL = 100  # smaller numbers stand in a text by chance: they must count the same things
_LOOK_BACK = 60
_LOOK_AHEAD = 48
LONGEST_KEPT = 1_000  # characters of a text whose quantities are kept
TIMES = frozenset({"workday", "day", "hour", "minute", "second", "week", "month", "year"})
MONEY = frozenset({"rub", "eur", "usd"})
_IN_SMALLER = {("year", "month"): 12, ("week", "day"): 7, ("hour", "minute"): 60, ("day", "hour"): 24}


def quantities(text: str, lang: str, skip: Sequence[tuple[int, int]] = ()) -> Quantities:
    """The numbers and dates of ``text``. ``skip``: spans that are no quantities, such as article numbers."""
    if len(text) > LONGEST_KEPT:
        return _quantities(text, lang, tuple(skip))
    return _kept(text, lang, tuple(skip))


@lru_cache(maxsize=2_000)  # the statements that questions come back to: each is compared with those like it
def _kept(text: str, lang: str, skip: tuple[tuple[int, int], ...]) -> Quantities:
    return _quantities(text, lang, skip)


def _quantities(text: str, lang: str, skip: tuple[tuple[int, int], ...]) -> Quantities:
    plain = same_length(text)
    dates = find_dates(text)
    taken = [
        *skip,
        *(match.span() for match in _OF_TWO.finditer(text)),
        *((mention.start, mention.end) for mention in dates),
    ]
    found: list[Quantity] = []
    spans = [(mention.start, mention.end) for mention in dates]
    for value, start, end, weak in sorted(
        [*_in_digits(plain, lang), *_in_words(text)], key=lambda each: each[1]
    ):
        if _inside(start, taken):
            continue
        scaled, end = _scaled(plain, value, end)
        unit, after = _unit(plain, text, start, end)
        bound, span = _bound(plain, start, after, unit)
        if (
            found
            and bound in _OPPOSITE_BOUND
            and spans[-1][0] < found[-1].start
            and found[-1].bound == _OPPOSITE_BOUND[bound]
        ):
            between = plain[found[-1].end : span[0]]
            if re.search(r"(?:,|(?<!\w)(?:or|and|и|или))\s*(?:for\s*)?$", between) and "." not in between:
                bound = _OPPOSITE_BOUND[bound]  # "not more than five years …, or for more than four"
        noun = _NOUN.match(plain, after)
        found.append(
            Quantity(
                scaled,
                unit,
                bound,
                start,
                after,
                weak and scaled == 1,
                stem(fold(noun[1]))[:4] if noun else None,
            )
        )
        spans.append(span)
    found = sorted([*_with_units(found, plain), *_implied(plain, taken)], key=lambda each: each.start)
    return Quantities(tuple(found), tuple(mention.value for mention in dates), tuple(spans))


def _implied(plain: str, taken: Sequence[tuple[int, int]]) -> list[Quantity]:
    """What is counted without a number: one unit of time, and the items of a list."""
    found = []
    for match in _ONE_TIME.finditer(plain):
        if not _inside(match.start(), taken):
            said = match["said"] is not None
            word = match["unit"] or match["adverb"].split()[-1]
            unit = next((name for name, part in _TIME_WORDS if re.match(part, word, re.IGNORECASE)), "year")
            value = Fraction(3 if unit == "quarter" else 1)
            found.append(
                Quantity(
                    value,
                    "month" if unit == "quarter" else unit,
                    None,
                    match.start("unit") if said else match.start(),
                    match.end(),
                    weak=True,
                    implied=not said,
                )
            )
    for labels in (_LETTERS_EN, _LETTERS_RU):
        items = _listed(plain, labels)
        if items > 1:
            found.append(Quantity(Fraction(items), None, None, len(plain), len(plain), implied=True))
    return found


def _listed(plain: str, letters: str) -> int:
    """How many items of a list are labelled «а)», «б)», «в)» or "(a)", "(b)", "(c)" one after another."""
    count = 0
    for match in re.finditer(rf"(?<!\w)([{letters}])\)", plain):
        count += letters.find(match[1]) == count
    return count


def _with_units(found: list[Quantity], plain: str) -> list[Quantity]:
    """«от 3 до 5 дней»: a number takes the unit of the one that ends its range or list."""
    for place in range(len(found) - 2, -1, -1):
        one, after = found[place], found[place + 1]
        if not _JOINED.fullmatch(plain, one.end, after.start):
            continue
        if one.unit is None:
            found[place] = one = replace(one, unit=after.unit)
        if after.bound == "le" and _RANGE_FROM.search(plain, max(0, one.start - 10), one.start):
            found[place], found[place + 1] = replace(one, bound=None), replace(after, bound=None)
    return found


def _inside(place: int, spans: Iterable[tuple[int, int]]) -> bool:
    return any(start <= place < end for start, end in spans)


def _in_digits(plain: str, lang: str) -> list[tuple[Fraction, int, int, bool]]:
    found = []
    for match in _DIGITS.finditer(plain):
        end = match.end()
        power = match["power"] or (match["super"] or "").translate(_SUPERSCRIPTS)
        value = Fraction(10) ** int(power) if power else _value(match.group(), lang)
        if value is not None:
            ending = _ENDING.match(plain, end)
            found.append((value, match.start(), ending.end() if ending else end, False))
    return found


def _value(written: str, lang: str) -> Fraction | None:
    """«11,2» -> 11.2; "35,000,000" -> 35000000; None for a number with steps («10.2.1»)."""
    digits = written.replace(" ", "")
    if re.fullmatch(r"\d{1,3}(?:,\d{3}){2,}", digits) or (
        lang == "en" and re.fullmatch(r"\d{1,3},\d{3}", digits)
    ):
        return Fraction(digits.replace(",", ""))
    digits = digits.replace(",", ".")
    return Fraction(digits) if digits.count(".") <= 1 else None


def _in_words(text: str) -> list[tuple[Fraction, int, int, bool]]:
    return [(each.value, each.start, each.end, each.value == 1) for each in find_number_words(text)]


def _scaled(plain: str, value: Fraction, end: int) -> tuple[Fraction, int]:
    match = _SCALE.match(plain, end)
    if match is None:
        return value, end
    word = (match["word"] or match["short"]).lower()
    scale = _SHORT.get(word) or is_scale(word)
    return (value * scale, match.end()) if scale else (value, end)


def _unit(plain: str, text: str, start: int, end: int) -> tuple[str | None, int]:
    compound = next((unit for part, unit in _COMPOUND_UNITS.items() if part in text[start:end].lower()), None)
    if compound:
        return compound, end
    match = _UNIT.match(plain, end)
    if match is not None and match.lastgroup:
        return match.lastgroup, match.end()
    before = _MONEY_BEFORE.search(plain, max(0, start - 8), start)
    return (before.lastgroup if before else None), end


def _bound(plain: str, start: int, end: int, unit: str | None) -> tuple[Bound | None, tuple[int, int]]:
    """The bound of the number at ``[start, end)``, and the span of both."""
    after = _BOUND_AFTER.match(plain, end, end + _LOOK_AHEAD)
    before = _BOUND_BEFORE.search(plain, max(0, start - _LOOK_BACK), start)
    if after is not None and after.lastgroup:
        return after.lastgroup, (start, after.end())  # type: ignore[return-value]
    if before is None or not before.lastgroup:
        return None, (start, end)
    bound: Bound = before.lastgroup  # type: ignore[assignment]
    word = before.group().split()[0].lower()
    turned = _TURNED.search(plain, max(0, before.start() - _LOOK_BACK), before.start())
    if turned and bound in _OPPOSITE_BOUND:
        return _OPPOSITE_BOUND[bound], (turned.start(), end)
    if word in ("до", "от") and unit not in TIMES | MONEY | {"percent"}:
        return None, (start, end)
    return bound, (before.start(), end)


def unmatched_numbers(claim: Quantities, quote: Quantities) -> list[Quantity]:
    """The numbers of a claim that the quotation does not state with the same unit."""
    years = {Fraction(date[:4]) for date in quote.dates}
    return [
        number
        for number in claim.numbers
        if not number.implied
        and not (number.weak and not _rivals(number, quote))
        and not (number.unit in (None, "year") and number.value in years)
        and not _stated(number, quote)
    ]


def _stated(number: Quantity, quote: Quantities) -> bool:
    """Whether the quotation states the number; of the same things, where it counts those."""
    alike = [
        other
        for other in quote.numbers
        if number.value < _SMALL and number.noun and other.noun == number.noun and not other.unit
    ]
    return any(same(number, other) for other in alike or quote.numbers)


def _rivals(number: Quantity, quote: Quantities) -> bool:
    """Whether the quotation counts in this unit: then «один» is a number."""
    if number.unit in TIMES:
        return any(other.unit in TIMES for other in quote.numbers)
    return number.unit is not None and any(other.unit == number.unit for other in quote.numbers)


def same(one: Quantity, other: Quantity) -> bool:
    """Whether two numbers are equal where both units are known; «полгода» and "six months" are."""
    if one.unit == other.unit or (None in (one.unit, other.unit) and not {one.unit, other.unit} & TIMES):
        return one.value == other.value or ("percent" in (one.unit, other.unit) and _shares(one, other))
    for pair, factor in _IN_SMALLER.items():
        if (one.unit, other.unit) == pair:
            return one.value * factor == other.value
        if (other.unit, one.unit) == pair:
            return other.value * factor == one.value
    return False


def counted(number: Quantity) -> str | None:
    """What a number counts: its unit, one for all of time, or else the beginning of the word after it."""
    return "time" if number.unit in TIMES else number.unit or number.noun


def _shares(one: Quantity, other: Quantity) -> bool:
    """Whether one is a share and the other its percentage: «половина» and «50 %»."""
    percent, share = (one, other) if one.unit == "percent" else (other, one)
    return share.unit is None and share.value < 1 and share.value * 100 == percent.value


def turned_bounds(claim: Quantities, quote: Quantities) -> list[Quantity]:
    """The numbers of a claim that it bounds otherwise than the quotation: «не менее 5» and «не более 5»."""
    turned = []
    for number in claim.numbers:
        alike = [other for other in quote.numbers if same(number, other)]
        bounded = any(other.unit == number.unit and other.bound == number.bound for other in quote.numbers)
        if alike and number.bound and not any(_bounds_agree(number, other, bounded) for other in alike):
            turned.append(number)
    return turned


def _bounds_agree(claimed: Quantity, quoted: Quantity, bounded: bool) -> bool:
    """``bounded``: the quotation bounds a number of this unit so, and the bound may go for several."""
    one, other = claimed.bound, quoted.bound
    if one == other:
        return True
    if other is None:  # «в течение 24 часов» and "24 hours": a term is an upper bound
        return bounded or (one == "le" and quoted.unit in TIMES)
    return bounded and one == _OPPOSITE_BOUND.get(other)


def unmatched_dates(claim: Quantities, quote: Quantities, known: Sequence[str] = ()) -> list[str]:
    """The dates of a claim that the quotation does not name, at the claim's precision.

    ``known``: dates of the cited act and its edition, which a claim may name too.
    """
    years = {str(number.value) for number in quote.numbers if 1800 <= number.value <= 2100}
    return [
        date
        for date in claim.dates
        if not any(other.startswith(date) for other in (*quote.dates, *known)) and date not in years
    ]
