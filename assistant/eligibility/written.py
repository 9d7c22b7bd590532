"""A number as people write it -> the numbers it leaves: «27,5 %», "RUB 1,000,000", «1-2 млн», «более 30».

A comma before exactly three digits is a Russian fraction or an English thousand. Which of them is told by
what else is written: a second group, an English unit or currency, a Russian scale. Where nothing tells, the
number is refused: a thousandth of what was meant would pass for an answer.
"""

from __future__ import annotations

import re
from decimal import Decimal

from assistant.eligibility.line import Span, above, below, between, exactly

_SCALES = {
    "тыс": 10**3, "тысяч": 10**3, "k": 10**3, "thousand": 10**3,
    "млн": 10**6, "миллион": 10**6, "mln": 10**6, "m": 10**6, "million": 10**6,
    "млрд": 10**9, "миллиард": 10**9, "bn": 10**9, "billion": 10**9,
}  # fmt: skip
_BOUNDS: tuple[tuple[str, str], ...] = (
    (">=", r">=|≥|не менее|не ниже|от|at least|no less than|from"),
    ("<=", r"<=|≤|не более|не выше|не превышает|до|at most|no more than|up to"),
    (">", r">|более|больше|свыше|выше|превышает|more than|over|above"),
    ("<", r"<|менее|меньше|ниже|less than|under|below"),
)
_BOUND = re.compile("|".join(f"(?P<b{place}>{words})" for place, (_, words) in enumerate(_BOUNDS)))
_OR = re.compile(r"\s+(?:или|or)\s+")
_AND = re.compile(r"\s+(?:и|and)\s+")
_DASHES = re.compile(r"[−–—‒]")
_RANGE = re.compile(
    r"(?:(?:от|from|between)\s+)?(?P<low>\d[^-]*?)\s*(?:-|(?<!\w)(?:до|to|and)(?!\w))\s*(?P<high>\d.*)"
)


def _words(*patterns: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W\d_])(?:{'|'.join(patterns)})(?![^\W\d_])\.?")


_ENGLISH_UNITS = (
    "per ?cent", "rub", "rubles?", "roubles?", "persons?", "people", "employees?", "agreements?",
    "customers?", "years?", "days?", "mw", "megawatts?", "eb", "exabytes?",
)  # fmt: skip
_RUSSIAN_UNITS = (
    r"процент\w*", r"руб\w*", r"человек\w*", "чел", r"сотрудник\w*", r"работник\w*", r"соглаш\w*",
    r"заказч\w*", "лет", r"год\w*", "день", r"дн\w*", "штук", "шт", "мвт", r"мегаватт\w*", "эб",
    r"эксабайт\w*",
)  # fmt: skip
_UNITS = re.compile("[%₽]|" + _words(*_ENGLISH_UNITS, *_RUSSIAN_UNITS).pattern)
# What tells how a comma is meant. Nobody counts people or roubles in thousandths: their units in Russian tell
# nothing.
_ENGLISH = _words(*_ENGLISH_UNITS, "thousand", "million", "billion", "bn", "k", "m")
_RUSSIAN = _words(
    r"тыс\w*", "млн", r"миллион\w*", "млрд", r"миллиард\w*", "мвт", r"мегаватт\w*", "эб", r"эксабайт\w*"
)

_GROUP = "[ '’_]"
_TOKEN = re.compile(r"\d(?:[\d',.’_ ]*\d)?")
_SCALED = re.compile(r"(?P<digits>\d(?:[\d',.’_ ]*\d)?)\s*(?P<scale>[a-zа-я]+)?\.?")
_POINTED = re.compile(rf"(?:\d{{1,3}}(?:{_GROUP}\d{{3}})+|\d+)(?:[.,]\d+)?")
_ENGLISH_GROUPS = re.compile(r"[1-9]\d{0,2}(?:(?:,\d{3}){2,}(?:\.\d+)?|,\d{3}\.\d+)")
EITHER = re.compile(r"[1-9]\d{0,2},\d{3}")
_LARGEST, _FINEST = 150, -150  # powers of ten beyond which a number is not worth its digits


class AmbiguousError(ValueError):
    """A number that may be a thousand or a fraction; ``digits``: as it stands."""

    def __init__(self, digits: str) -> None:
        super().__init__(digits)
        self.digits = digits

    def choices(self) -> tuple[str, str]:
        """The two numbers it may be, written so that each is only itself."""
        fraction = self.digits.replace(",", ".").rstrip("0").rstrip(".")
        return self.digits.replace(",", ""), fraction


def numbers(text: str, inside: Span) -> Span:
    """The numbers that ``text`` leaves; ``inside``: those the fact can be.

    Raises AmbiguousError for a comma that may be either, ValueError for what is no number.
    """
    plain = " ".join(_DASHES.sub("-", text).lower().split())
    thousands = _thousands(plain, inside)
    bare = " ".join(_UNITS.sub(" ", plain).split())
    found = Span(())
    for part in _OR.split(bare):
        found |= _one(part, thousands)
    return found


def _thousands(plain: str, inside: Span) -> bool:
    """Whether a comma before three digits parts thousands."""
    tokens = _TOKEN.findall(plain)
    either = [each for each in tokens if EITHER.fullmatch(each)]
    if not any(exactly(Decimal(each.replace(",", ""))) & inside for each in either):
        return False
    english = bool(_ENGLISH.search(plain)) or any(map(_ENGLISH_GROUPS.fullmatch, tokens))
    russian = bool(_RUSSIAN.search(plain)) or any(
        "," in each and each not in either and _POINTED.fullmatch(each) for each in tokens
    )
    if english == russian:
        raise AmbiguousError(either[0])
    return english


def _one(plain: str, thousands: bool) -> Span:
    """A number, a range, or bounds joined by «и»."""
    both = _RANGE.fullmatch(plain)
    if both:
        (low, low_scale), (high, scale) = (_number(both[end], thousands) for end in ("low", "high"))
        if low_scale is None and scale and low * scale <= high:  # «1-2 млн»; not «500 000 - 2 млн»
            low *= scale
        if low > high:
            raise ValueError(plain)
        return between(low, high)
    found = between(None, None)
    for part in _AND.split(plain):
        bound = _BOUND.match(part)
        number = part[bound.end() :].strip() if bound else part
        found &= _bounded(bound.lastgroup if bound else None, _number(number, thousands)[0])
    return found


def _bounded(group: str | None, value: Decimal) -> Span:
    """The numbers that a bound's words and a number leave; ``group``: of the pattern of bounds."""
    if group is None:
        return exactly(value)
    sign = _BOUNDS[int(group[1:])][0]
    if sign in "<>":
        return above(value) if sign == ">" else below(value)
    return between(value, None) if sign == ">=" else between(None, value)


def _number(text: str, thousands: bool) -> tuple[Decimal, int | None]:
    """A number with its scale counted in, and the scale. Raises ValueError."""
    found = _SCALED.fullmatch(text)
    if found is None:
        raise ValueError(text)
    word = found["scale"]
    value = _digits(found["digits"], thousands)
    if not word:
        return value, None
    scale = next((size for name, size in _SCALES.items() if _is_scale(word, name)), None)
    if scale is None:
        raise ValueError(word)
    return decimal(value * scale), scale


def _is_scale(word: str, name: str) -> bool:
    return word == name or (len(name) > 3 and word.startswith(name))


def _digits(written: str, thousands: bool) -> Decimal:
    if _ENGLISH_GROUPS.fullmatch(written) or (thousands and EITHER.fullmatch(written)):
        return decimal(written.replace(",", ""))
    if not _POINTED.fullmatch(written):
        raise ValueError(written)
    return decimal(re.sub(_GROUP, "", written).replace(",", "."))


def decimal(content: str | float | Decimal) -> Decimal:
    """A number that can be counted and told. Raises ValueError or InvalidOperation for what is none."""
    value = Decimal(str(content))
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or value.adjusted() > _LARGEST or exponent < _FINEST:
        raise ValueError(content)
    return value
