"""What is known or wanted of a fact -> words: «более 30 %», "yes", «ранее 01.08.2022»."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from assistant.dates import earliest, latest
from assistant.eligibility.facts import Fact
from assistant.eligibility.line import INFINITY, Cut
from assistant.eligibility.rules import Known, day_of, limits
from assistant.model import Lang
from assistant.naming import day_in_words

_UNITS: dict[str, tuple[str, str]] = {
    "percent": ("%", "%"),
    "money": ("руб.", "RUB"),
    "persons": ("чел.", "persons"),
    "agreements": ("соглаш.", "agreements"),
    "customers": ("заказч.", "customers"),
    "megawatts": ("МВт", "MW"),
    "exabytes": ("ЭБ", "EB"),
    "years": ("лет", "years"),
    "days": ("дн.", "days"),
}
# «1,234 чел.» can be read as a thousand; «1,234 МВт» and shares cannot: see assistant.eligibility.written.
_LIKE_A_THOUSAND = re.compile(r"[1-9]\d{0,2},\d{3}")
_IN_THOUSANDTHS = frozenset(("megawatts", "exabytes"))
_SAID: dict[Lang, dict[str, str]] = {
    "ru": {
        "yes": "да", "no": "нет", "or": " или ", "and": " и ", "between": "от {} до {}",
        ">": "более {}", ">=": "не менее {}", "<": "менее {}", "<=": "не более {}",
        "after": "после {}", "from": "не ранее {}", "before": "ранее {}", "until": "не позднее {}",
        "days": "с {} по {}",
    },
    "en": {
        "yes": "yes", "no": "no", "or": " or ", "and": " and ", "between": "from {} to {}",
        ">": "more than {}", ">=": "at least {}", "<": "less than {}", "<=": "at most {}",
        "after": "after {}", "from": "{} or later", "before": "before {}", "until": "{} or earlier",
        "days": "from {} to {}",
    },
}  # fmt: skip


def told(fact: Fact, known: Known, lang: Lang) -> str:
    """What is known, or wanted, of a fact: «более 30 %», "yes", «ранее 01.08.2022».

    What is told is read back to the same by :func:`assistant.eligibility.values.read_value`.
    """
    if isinstance(known, frozenset):
        return _options_told(fact, known, lang)
    parts = [_part(fact, first, last, lang) for first, last in known.parts]
    return _SAID[lang]["or"].join(part for part in parts if part)


def _options_told(fact: Fact, known: Iterable[str], lang: Lang) -> str:
    if fact.type == "bool":
        return _SAID[lang]["or"].join(_SAID[lang][each] for each in sorted(known, reverse=True))
    names = [option.in_(lang) for option in fact.options if option.id in known]
    return _SAID[lang]["or"].join(names) if fact.options else ", ".join(sorted(known))


def _part(fact: Fact, first: Cut, last: Cut, lang: Lang) -> str:
    said = _SAID[lang]
    low, high = first[0], last[0]
    no_low = low in (-INFINITY, INFINITY) or (fact.type != "date" and low == 0 and first[1] == 0)
    no_high = high == INFINITY or (low != high and last == limits(fact).parts[0][1])
    if fact.type == "date":
        return _days_told(first, last, lang)
    if low == high:
        return amount(fact, low, lang)
    if no_low and no_high:
        return ""
    if no_low:
        return said["<=" if last[1] else "<"].format(amount(fact, high, lang))
    if no_high:
        return said[">" if first[1] else ">="].format(amount(fact, low, lang))
    if first[1] == 0 and last[1] == 1:
        return said["between"].format(amount(fact, low, lang), amount(fact, high, lang))
    one = said[">" if first[1] else ">="].format(amount(fact, low, lang))
    return one + said["and"] + said["<=" if last[1] else "<"].format(amount(fact, high, lang))


def _days_told(first: Cut, last: Cut, lang: Lang) -> str:
    said = _SAID[lang]
    if first[0] == -INFINITY and last[0] == INFINITY:
        return ""
    if first[0] == -INFINITY:
        return said["until" if last[1] else "before"].format(day(last[0], lang))
    if last[0] == INFINITY:
        return said["after" if first[1] else "from"].format(day(first[0], lang))
    if first[0] == last[0]:
        return day(first[0], lang)
    whole = _whole(day_of(first[0] + first[1]), day_of(last[0] - (1 - last[1])))
    if whole is not None:
        return day_in_words(whole, lang)
    return said["days"].format(day(first[0] + first[1], lang), day(last[0] - (1 - last[1]), lang))


def _whole(first: date, last: date) -> str | None:
    """The year or month that begins and ends on these days, as a partial ISO date."""
    for text in (f"{first.year:04}", f"{first.year:04}-{first.month:02}"):
        if (earliest(text), latest(text)) == (first, last):
            return text
    return None


def day(number: Decimal, lang: Lang) -> str:
    """A day as written in ``lang``."""
    found = day_of(number)
    return f"{found.day:02}.{found.month:02}.{found.year:04}" if lang == "ru" else found.isoformat()


def amount(fact: Fact, value: Decimal, lang: Lang) -> str:
    """A number with its unit: «27 %», «1 000 000 руб.», "RUB 1,000,000", «10 МВт»."""
    number = grouped(value, lang)
    if _LIKE_A_THOUSAND.fullmatch(number) and lang == "ru" and _reaches_thousands(fact):
        number += "0"
    if lang == "en" and fact.type == "percent":
        return number.replace(",", "") + "%"
    counted = unit_words(fact, lang)
    if lang == "en" and fact.type == "money":
        return f"{counted} {number}"
    return f"{number} {counted}" if counted else number


def unit_words(fact: Fact, lang: Lang) -> str:
    """What stands beside a number: «%», «руб.», "persons"; empty where nothing does."""
    ru, en = _UNITS.get(fact.type if fact.type in ("percent", "money") else fact.unit or "", ("", ""))
    return ru if lang == "ru" else en


def _reaches_thousands(fact: Fact) -> bool:
    return fact.unit not in _IN_THOUSANDTHS and limits(fact).parts[0][1][0] > 1000


def grouped(value: Decimal, lang: Lang) -> str:
    """Digits in threes, without needless zeros: «1 000 000», "29.99"."""
    plain = f"{value:,f}"
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return plain if lang == "en" else plain.replace(",", "\u00a0").replace(".", ",")
