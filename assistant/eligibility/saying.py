"""What is known or wanted of a fact -> words: «более 30 %», "yes", «ранее 01.08.2022»."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from assistant.dates import earliest, latest
from assistant.eligibility.facts import Fact
from assistant.eligibility.line import INFINITY, Cut
from assistant.eligibility.rules import Known, day_of
from assistant.model import Lang
from assistant.naming import day_in_words

_UNIT_WORDS: dict[str, tuple[str, str]] = {
    "persons": ("чел.", "persons"),
    "agreements": ("соглаш.", "agreements"),
    "customers": ("заказч.", "customers"),
    "megawatts": ("МВт", "MW"),
    "exabytes": ("ЭБ", "EB"),
    "years": ("лет", "years"),
    "days": ("дн.", "days"),
}
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
    """What is known, or wanted, of a fact: «более 30 %», "yes", «ранее 01.08.2022»."""
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
    no_high = high == INFINITY or (fact.type == "percent" and high == 100 and last[1] == 1 and low != high)
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
    for text in (f"{first.year}", f"{first.year}-{first.month:02}"):
        if (earliest(text), latest(text)) == (first, last):
            return text
    return None


def day(number: Decimal, lang: Lang) -> str:
    """A day as written in ``lang``."""
    found = day_of(number)
    return found.strftime("%d.%m.%Y") if lang == "ru" else found.isoformat()


def amount(fact: Fact, value: Decimal, lang: Lang) -> str:
    """A number with its unit: «27 %», «1 000 000 руб.», "RUB 1,000,000", «10 МВт»."""
    number = grouped(value, lang)
    if fact.type == "percent":
        return f"{number} %" if lang == "ru" else f"{number}%"
    if fact.type == "money":
        return f"{number} руб." if lang == "ru" else f"RUB {number}"
    unit = _UNIT_WORDS.get(fact.unit or "")
    return f"{number} {unit[0 if lang == 'ru' else 1]}" if unit else number


def grouped(value: Decimal, lang: Lang) -> str:
    """Digits in threes, without needless zeros: «1 000 000», "29.99"."""
    plain = f"{value:,f}"
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return plain if lang == "en" else plain.replace(",", "\u00a0").replace(".", ",")
