"""What is said of one fact -> what may be true of it.

An exact answer leaves one number, day or option; «более 30», "60-70", a year without a month leave several.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from assistant.dates import earliest, is_partial_date, latest
from assistant.eligibility.facts import NUMERIC, Fact
from assistant.eligibility.line import Span, above, below, between, exactly
from assistant.eligibility.rules import Known, limits, ordinal
from assistant.eligibility.saying import told
from assistant.errors import InputError
from assistant.model import Lang

YES = frozenset(("да", "есть", "верно", "истина", "имеется", "yes", "true", "y", "д", "1", "+"))
NO = frozenset(("нет", "отсутствует", "ложь", "no", "false", "n", "н", "0", "-", "—"))
NOT_SAID = frozenset(("", "?", "неизвестно", "не знаю", "unknown", "null", "none", "н/д", "n/a"))
OKVED = re.compile(r"\d{2}(?:\.\d{1,2}){0,2}")
_DAY = re.compile(r"(?:(\d{1,2})\.)?(\d{1,2})\.(\d{4})")
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
_BOUND = re.compile(
    "|".join(f"(?P<b{place}>{words})" for place, (_, words) in enumerate(_BOUNDS)), re.IGNORECASE
)
_NUMBER = re.compile(
    r"(?P<digits>\d{1,3}(?:[ \u00a0\u202f']\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?)\s*(?P<scale>[a-zа-я]+)?\.?",
    re.IGNORECASE,
)
_DASHES = re.compile(r"[−–—‒]")
_RANGE = re.compile(
    r"(?:(?:от|from|between)\s+)?(?P<low>\d[^-]*?)\s*(?:-|(?<!\w)(?:до|to|and)(?!\w))\s*(?P<high>\d.*)",
    re.IGNORECASE,
)
_UNITS = re.compile(
    r"%|процент\w*|per\s?cent|руб\w*\.?|₽|rub\w*|roubles?|человек\w*|чел\.?|persons?|people|лет|год\w*|years?"
    r"|дн\w+|days?"
    r"|мвт|mw|megawatts?|эб|eb|эксабайт\w*|exabytes?|сотрудник\w*|работник\w*|штук|шт\.?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Value:
    """What a profile says of a fact: ``text`` as it was written, ``known`` as it is compared."""

    fact: Fact
    text: str
    known: Known

    def told(self, lang: Lang) -> str:
        """The answer in words."""
        return told(self.fact, self.known, lang) or self.text


def read_value(fact: Fact, content: Any) -> Value | None:
    """What ``content`` (of YAML, JSON, a form or a table's cell) says of a fact; None where it says nothing.

    Raises InputError where it cannot be an answer, saying what can.
    """
    if content is None or (isinstance(content, str) and content.strip().lower() in NOT_SAID):
        return None
    try:
        known = _known(fact, content)
    except (ValueError, InvalidOperation):
        raise _unfit(fact, content) from None
    if isinstance(known, Span):
        known &= limits(fact)
    if not known and fact.type not in ("okved", "region"):
        raise _unfit(fact, content)
    return Value(fact, str(content).strip(), known)


def _known(fact: Fact, content: Any) -> Known:
    if fact.type == "bool":
        return _yes_or_no(content)
    if fact.type == "choice":
        return _option(fact, str(content))
    if fact.type == "date":
        return _days(content)
    if fact.type in NUMERIC:
        return _numbers(content)
    text = str(content).strip()
    if fact.type == "okved" and not OKVED.fullmatch(text):
        raise ValueError(text)
    return frozenset((text,))


def _yes_or_no(content: Any) -> frozenset[str]:
    if isinstance(content, bool):
        return frozenset(("yes" if content else "no",))
    word = str(content).strip().lower()
    if word in YES:
        return frozenset(("yes",))
    if word in NO:
        return frozenset(("no",))
    raise ValueError(content)


def _option(fact: Fact, text: str) -> frozenset[str]:
    word = text.strip().lower()
    for option in fact.options:
        if word in (option.id, option.ru.lower(), option.en.lower(), *option.words):
            return frozenset((option.id,))
    raise ValueError(text)


def _days(content: Any) -> Span:
    text = content.isoformat()[:10] if isinstance(content, date) else str(content).strip()
    first, slash, last = text.partition("/")
    if slash:  # an interval as ISO 8601 writes it; ``..``: without an end
        low = None if first == ".." else ordinal(earliest(first))
        high = None if last == ".." else ordinal(latest(last))
        return between(low, high)
    written = _DAY.fullmatch(text)
    if written:
        day, month, year = written.groups()
        text = "-".join([year, month.zfill(2), *([day.zfill(2)] if day else [])])
    if not is_partial_date(text):
        raise ValueError(text)
    return between(ordinal(earliest(text)), ordinal(latest(text)))


def _numbers(content: Any) -> Span:
    """«27», «27,5 %», «1,2 млн», «более 30», "60-70", {"min": 60, "max": 70}."""
    if isinstance(content, bool):
        raise ValueError(content)
    if isinstance(content, int | float | Decimal):
        return exactly(_decimal(str(content)))
    if isinstance(content, dict):
        if not content or set(content) - {"min", "max"}:
            raise ValueError(content)
        low, high = (
            _decimal(str(content[key])) if content.get(key) is not None else None for key in ("min", "max")
        )
        return between(low, high)
    return _written(str(content))


def _written(text: str) -> Span:
    plain = " ".join(_UNITS.sub(" ", _DASHES.sub("-", text)).lower().split())
    both = _RANGE.fullmatch(plain)
    if both:
        low, high = _number(both["low"]), _number(both["high"])
        scale = high / _number(
            _digits(both["high"])
        )  # «1-2 млн»: both are millions; «500 000 - 2 млн» are not
        if both["low"] == _digits(both["low"]) and low * scale <= high:
            low *= scale
        if low > high:
            raise ValueError(text)
        return between(low, high)
    found = between(None, None)
    for part in re.split(r"\s+(?:и|and)\s+", plain):
        bound = _BOUND.match(part)
        number = part[bound.end() :].strip() if bound else part
        found &= bounded(bound.lastgroup if bound else None, _number(number))
    return found


def _digits(text: str) -> str:
    found = _NUMBER.match(text)
    return found["digits"] if found else ""


def _number(text: str) -> Decimal:
    found = _NUMBER.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return _scaled(found)


def bounded(group: str | None, value: Decimal) -> Span:
    """The numbers that a bound's words and a number leave; ``group``: of the pattern of bounds."""
    if group is None:
        return exactly(value)
    sign = _BOUNDS[int(group[1:])][0]
    made = {
        ">": above,
        "<": below,
        ">=": lambda low: between(low, None),
        "<=": lambda high: between(None, high),
    }
    return made[sign](value)


def _scaled(found: re.Match[str]) -> Decimal:
    value = _decimal(re.sub(r"[ \u00a0\u202f']", "", found["digits"]).replace(",", "."))
    word = found["scale"]
    if not word:
        return value
    scale = next(
        (size for name, size in _SCALES.items() if word == name or (len(name) > 3 and word.startswith(name))),
        None,
    )
    if scale is None:
        raise ValueError(word)
    return value * scale


def _decimal(text: str) -> Decimal:
    value = Decimal(text)
    if not value.is_finite():
        raise ValueError(text)
    return value


def _unfit(fact: Fact, content: Any) -> InputError:
    ru, en = _WANTED[fact.type]
    if fact.type == "choice":
        ru += ": " + ", ".join(option.id for option in fact.options)
        en += ": " + ", ".join(option.id for option in fact.options)
    return InputError(
        f"{fact.id} ({fact.en}): '{content}' cannot be used. Give {en}.",
        f"{fact.id} ({fact.ru}): значение «{content}» не подходит. Нужно {ru}.",
    )


_WANTED = {
    "bool": ("да или нет", "yes or no"),
    "percent": ("число процентов от 0 до 100, например 27,5", "a percentage from 0 to 100, for example 27.5"),
    "money": (
        "сумма в рублях, например 1200000 или «1,2 млн»",
        "a sum in roubles, for example 1200000 or '1.2 mln'",
    ),
    "number": ("число не меньше нуля", "a number, zero or more"),
    "date": ("дата в виде ГГГГ-ММ-ДД, ГГГГ-ММ или ГГГГ", "a date as YYYY-MM-DD, YYYY-MM or YYYY"),
    "choice": ("одно из", "one of"),
    "okved": ("код вида 62.01", "a code such as 62.01"),
    "region": ("название региона", "the name of a region"),
}
