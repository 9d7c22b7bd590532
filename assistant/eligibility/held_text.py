"""A criterion known from the press and the act's own text, once it is held -> whether that says the same.

The rule's sentence is looked for by its words (``seek``) in the provisions the digest names, else in the
whole text. Where it is found with the threshold and a bound that agrees, the text confirms the criterion;
where it is found with another number of the same unit, the criterion is disputed and nobody is judged by it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import NamedTuple
from weakref import WeakKeyDictionary

from assistant.answer.compose import Span
from assistant.answer.sentences import split_sentences
from assistant.answer.verify.quantities import Quantity, quantities
from assistant.eligibility.evidence import texts_of
from assistant.eligibility.facts import Fact, facts
from assistant.eligibility.measures import Criterion, Operator, Threshold
from assistant.eligibility.model import HeldCheck
from assistant.index.words import fold
from assistant.library.schema import EditionRow
from assistant.library.view import EditionView, LibraryView
from assistant.model import Authority, Confidence, Currency, Provision

# Words by which a text keeps somebody out.
_BARS = re.compile(
    r"(?<!\w)не\s+(?:могут|может|допуска\w+|аккредит\w+|внос\w+|включа\w+|предоставля\w+|распространя\w+|примен\w+|вправе)"
    r"|отказ\w*|аннулир\w+|исключа\w+|лиша\w+|утрачива\w+|за\s+исключением|кроме",
    re.IGNORECASE,
)
_UNITS = {"percent": "percent", "money": "rub"}
# A bound as texts word it -> the operators it may stand for; a number without one may stand for any.
_MEANT = {"gt": (">",), "ge": (">=",), "lt": ("<",), "le": ("<=",), "approx": ()}
# What a text says of those it keeps out: «не аккредитуются, если … 50 процентов и более» wants less than 50.
_TURNED = {">": "<=", ">=": "<", "<": ">=", "<=": ">"}


@dataclass(frozen=True)
class Heard:
    """What came of looking: ``check``, where the rule stands, and whether the text is an official one."""

    check: HeldCheck
    spans: tuple[Span, ...] = ()
    official: bool = False
    said: str = ""  # of what differs: the sentence's numbers


class _Sentence(NamedTuple):
    """A sentence of a text. barring: it, or what opens the list it is an item of, keeps somebody out."""

    span: Span
    text: str
    barring: bool


def heard(criterion: Criterion, view: LibraryView, day: date) -> Heard:
    """Whether a text of the criterion's act, as held for ``day``, bears the criterion out."""
    if criterion.confidence == Confidence.TEXT:
        return Heard("not_sought")
    held = [row for act in _acts(criterion) for row in texts_of(view, act, day)]
    if not held:
        return Heard("not_held")
    if not criterion.seek:
        return Heard("not_sought")
    found = [entry for row in held for entry in _stating(criterion, row.id, view)]
    if not found:
        return Heard("not_found")
    limit = criterion.test.threshold(day.isoformat())
    if criterion.test.op is None or limit is None:
        return Heard("located", (found[0].span,), _official(view.editions[found[0].span.edition]))
    return _compared(found, facts()[criterion.test.fact], criterion.test.op, limit, view, day)


def _acts(criterion: Criterion) -> list[str]:
    return list(dict.fromkeys(each.act for each in criterion.evidence))


def _official(row: EditionRow) -> bool:
    return row.authority == Authority.OFFICIAL


# A text is read through once a criterion for as long as the library stays as it is; no company changes it.
_STATING: WeakKeyDictionary[LibraryView, dict[tuple[Criterion, int], tuple[_Sentence, ...]]] = (
    WeakKeyDictionary()
)


def _stating(criterion: Criterion, edition: int, view: LibraryView) -> tuple[_Sentence, ...]:
    """The sentences of a text that state the criterion's rule."""
    seen = _STATING.setdefault(view, {})
    key = (criterion, edition)
    if key not in seen:
        seen[key] = tuple(_sentences(criterion, view.edition(edition)))
    return seen[key]


def _sentences(criterion: Criterion, loaded: EditionView) -> Iterator[_Sentence]:
    """The sentences that have all the words sought, each in the smallest provision around it."""
    for node in loaded.provisions.values():
        end = node.own_end
        for start, stop in split_sentences(loaded.text, node.start, end):
            text = loaded.text[start:stop]
            whole = _with_lead(loaded, node, text)
            if _has(criterion, whole):
                yield _Sentence(Span(loaded.row.id, node.id, start, stop), text, bool(_BARS.search(whole)))


def _with_lead(loaded: EditionView, node: Provision, text: str) -> str:
    """A list's item is read with what opens the list."""
    parent = loaded.provisions.get(node.parent) if node.parent else None
    return f"{loaded.own_text(parent)} {text}" if parent is not None and node.own_end == node.end else text


def _has(criterion: Criterion, text: str) -> bool:
    words = fold(text).split()
    return all(any(fold(stem) in word for word in words) for stem in criterion.seek)


def _compared(
    found: list[_Sentence], fact: Fact, op: Operator, limit: Threshold, view: LibraryView, day: date
) -> Heard:
    unit = _UNITS.get(fact.type)
    other: list[tuple[Span, str]] = []
    for span, text, barring in found:
        numbers = [each for each in quantities(text, "ru").numbers if unit is None or each.unit == unit]
        if not numbers:
            continue
        if all(_stated(value, op, numbers, barring=barring) for value in _values(limit)):
            return _weighed(Heard("confirmed", (span,), _official(view.editions[span.edition])), view, day)
        if any(number.bound for number in numbers) or not _has_value(limit, numbers):
            other.append((span, text))
    if not other:
        return Heard("located", (found[0].span,), _official(view.editions[found[0].span.edition]))
    span, text = other[0]
    return _weighed(Heard("differs", (span,), _official(view.editions[span.edition]), text), view, day)


def _weighed(found: Heard, view: LibraryView, day: date) -> Heard:
    """What a text says that is not in force on the day neither confirms nor disputes; it is only shown."""
    span = found.spans[0]
    node = view.edition(span.edition).provisions[span.provision]
    holds = view.currency(span.edition, day, node) in (Currency.CURRENT, Currency.UNKNOWN)
    return found if holds else Heard("located", found.spans, found.official)


def _has_value(limit: Threshold, numbers: list[Quantity]) -> bool:
    return any(number.value == value for number in numbers for value in _values(limit))


def _values(limit: Threshold) -> list[Fraction]:
    return [Fraction(value) for value in (limit.value, limit.min, limit.max) if value is not None]


def _stated(value: Fraction, op: Operator, numbers: list[Quantity], *, barring: bool) -> bool:
    """Whether the number stands there with the bound that is wanted, or turned round where the text bars."""
    if op == "between":
        return any(number.value == value for number in numbers)
    wanted = _TURNED[op] if barring else op
    bounds = [number.bound for number in numbers if number.value == value and number.bound]
    return any(wanted in _MEANT[bound] for bound in bounds)
