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
from assistant.eligibility.line import ALL, Span, above, below, between, exactly
from assistant.eligibility.rules import Known, limits, ordinal
from assistant.eligibility.saying import told
from assistant.eligibility.written import AmbiguousError, decimal, numbers
from assistant.errors import InputError
from assistant.model import Lang

YES = frozenset(("да", "есть", "верно", "истина", "имеется", "yes", "true", "y", "д", "1", "+"))
NO = frozenset(("нет", "отсутствует", "ложь", "no", "false", "n", "н", "0", "-", "—"))
NOT_SAID = frozenset(("", "?", "неизвестно", "не знаю", "unknown", "null", "none", "н/д", "n/a"))
OKVED = re.compile(r"\d{2}(?:\.\d{1,2}){0,2}")
MOST_SHOWN = 100  # characters of an answer that a message repeats
MOST_REGION = 200
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")
_DAY = re.compile(r"(?:(\d{1,2})\.)?(\d{1,2})\.(\d{4})")
_CLOCK = re.compile(r"(\d{4}-\d\d-\d\d)[t ]\d\d:\d\d.*")
_OR = re.compile(r"\s+(?:или|or)\s+(?!(?:later|earlier)\b)")
_DAYS = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("range", r"(?:с|from)\s+(\S+)\s+(?:по|to)\s+(\S+)"),
        ("from", r"(?:не (?:ранее|раньше)|no earlier than)\s+(\S+)|(\S+)\s+or later"),
        ("until", r"(?:не (?:позднее|позже)|no later than)\s+(\S+)|(\S+)\s+or earlier"),
        ("after", r"(?:после|позднее|позже|after|later than)\s+(\S+)"),
        ("before", r"(?:ранее|раньше|before|earlier than)\s+(\S+)"),
    )
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

    The value's text reads back to the same. Raises InputError where ``content`` cannot be an answer, saying
    what can.
    """
    if content is None or (isinstance(content, str) and content.strip().lower() in NOT_SAID):
        return None
    checked_text(str(content), fact)
    try:
        known = _known(fact, content)
    except AmbiguousError as error:
        raise _ambiguous(fact, content, error) from None
    except (ValueError, InvalidOperation):
        raise _unfit(fact, content) from None
    if known == ALL or (isinstance(known, frozenset) and len(known) > 1 and len(known) == _answers(fact)):
        return None
    text = _text(content, known)
    if isinstance(known, Span):
        known &= limits(fact)
    if not known:
        raise _unfit(fact, content)
    return Value(fact, text, known)


def checked_text(text: str, fact: Fact | None = None) -> str:
    """The text. Raises InputError for half of a character (a lone surrogate), which no output can hold."""
    if not _HALF_CHARACTER.search(text):
        return text
    en, ru = (f"{fact.id} ({fact.en}): ", f"{fact.id} ({fact.ru}): ") if fact else ("", "")
    raise InputError(
        f"{en}the text holds half of a character (a lone surrogate). Write the text anew.",
        f"{ru}в тексте половина символа (одиночный суррогат). Наберите текст заново.",
    )


def _text(content: Any, known: Known) -> str:
    if isinstance(content, date):
        return content.isoformat()[:10]
    if isinstance(content, float | Decimal) and isinstance(known, Span):
        return f"{decimal(content):f}"
    if not isinstance(content, dict) or not isinstance(known, Span):
        return str(content).strip()
    (low, _), (high, _) = known.parts[0] if known else ((Decimal(0), 0), (Decimal(0), 0))
    if low == high:
        return f"{low:f}"
    if not low.is_finite():
        return f"<= {high:f}"
    return f"{low:f}-{high:f}" if high.is_finite() else f">= {low:f}"


def _answers(fact: Fact) -> int:
    """How many answers a fact has to choose from."""
    return 2 if fact.type == "bool" else len(fact.options)


def _known(fact: Fact, content: Any) -> Known:
    if fact.type == "bool" and isinstance(content, bool):
        return frozenset(("yes" if content else "no",))
    if fact.type in ("bool", "choice"):
        return _options(fact, " ".join(str(content).lower().split()))
    if fact.type == "date":
        return _days(content)
    if fact.type in NUMERIC:
        return _numbers(content, limits(fact))
    text = str(content).strip()
    if fact.type == "okved" and not OKVED.fullmatch(text):
        raise ValueError(text)
    if fact.type == "region" and not (isinstance(content, str) and _is_name(text)):
        raise ValueError(text)
    return frozenset((text,))


def _is_name(text: str) -> bool:
    return len(text) <= MOST_REGION and text.isprintable() and any(map(str.isalpha, text))


def _options(fact: Fact, text: str) -> frozenset[str]:
    """The options named, one or several joined by «или»; an option's own name may hold the word."""
    whole = _option(fact, text)
    if whole is not None:
        return frozenset((whole,))
    for gap in _OR.finditer(text):
        first = _option(fact, text[: gap.start()])
        if first is not None:
            return frozenset((first,)) | _options(fact, text[gap.end() :])
    raise ValueError(text)


def _option(fact: Fact, word: str) -> str | None:
    if fact.type == "bool":
        return "yes" if word in YES else "no" if word in NO else None
    for option in fact.options:
        if word in (option.id, option.ru.lower(), option.en.lower(), *option.words):
            return option.id
    return None


def _days(content: Any) -> Span:
    if isinstance(content, date):
        content = content.isoformat()[:10]
    found = Span(())
    for part in _OR.split(" ".join(str(content).lower().split())):
        found |= _some_days(part)
    return found


def _some_days(text: str) -> Span:
    first, slash, last = text.partition("/")
    if slash:  # an interval as ISO 8601 writes it; ``..``: without an end
        low = None if first == ".." else ordinal(earliest(first))
        high = None if last == ".." else ordinal(latest(last))
        return between(low, high)
    for kind, pattern in _DAYS:
        found = pattern.fullmatch(text)
        if found:
            return _bounded_days(kind, *(iso_day(each) for each in found.groups() if each))
    day = iso_day(text)
    return between(ordinal(earliest(day)), ordinal(latest(day)))


def _bounded_days(kind: str, first: str, last: str = "") -> Span:
    start, end = ordinal(earliest(first)), ordinal(latest(first))
    if kind == "range":
        return between(start, ordinal(latest(last)))
    return {
        "from": between(start, None), "until": between(None, end),
        "after": above(end), "before": below(start),
    }[kind]  # fmt: skip


def iso_day(text: str) -> str:
    """A date, whole or partial, as people or programs write it -> as ISO writes it. Raises ValueError."""
    text = text.strip().lower()
    timed = _CLOCK.fullmatch(text)
    text = timed[1] if timed else text
    written = _DAY.fullmatch(text)
    if written:
        day, month, year = written.groups()
        text = "-".join([year, month.zfill(2), *([day.zfill(2)] if day else [])])
    if not is_partial_date(text):
        raise ValueError(text)
    return text


def _numbers(content: Any, inside: Span) -> Span:
    """«27», «27,5 %», «1,2 млн», «более 30», "60-70", {"min": 60, "max": 70}."""
    if isinstance(content, bool):
        raise ValueError(content)
    if isinstance(content, int | float | Decimal):
        return exactly(decimal(content))
    if isinstance(content, dict):
        if not content or set(content) - {"min", "max"}:
            raise ValueError(content)
        return between(*(_end(content.get(key), inside) for key in ("min", "max")))
    return numbers(str(content), inside)


def _end(content: Any, inside: Span) -> Decimal | None:
    if content is None:
        return None
    if isinstance(content, dict):
        raise ValueError(content)
    found = _numbers(content, inside)
    if not found or found.parts[0][0][0] != found.parts[-1][1][0]:
        raise ValueError(content)
    return found.parts[0][0][0]


def value_or_none(fact: Fact, content: Any) -> Value | None:
    """The value where ``content`` is an answer to the fact, else None."""
    try:
        return read_value(fact, content)
    except InputError:
        return None


def _shown(content: Any) -> str:
    said = str(content)
    return said if len(said) <= MOST_SHOWN else said[:MOST_SHOWN] + "…"


def _ambiguous(fact: Fact, content: Any, error: AmbiguousError) -> InputError:
    large, small = error.choices()
    said = _shown(content)
    return InputError(
        f"{fact.id} ({fact.en}): '{said}' may mean {large} or {small}. Give it without the comma: "
        f"{large} or {small}.",
        f"{fact.id} ({fact.ru}): «{said}» может значить и {large}, и {small}. Нужно без запятой: "
        f"{large} или {small}.",
    )


def _unfit(fact: Fact, content: Any) -> InputError:
    ru, en = _WANTED[fact.type]
    if fact.type == "choice":
        ru += ": " + ", ".join(option.id for option in fact.options)
        en += ": " + ", ".join(option.id for option in fact.options)
    said = _shown(content)
    return InputError(
        f"{fact.id} ({fact.en}): '{said}' cannot be used. Give {en}.",
        f"{fact.id} ({fact.ru}): значение «{said}» не подходит. Нужно {ru}.",
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
