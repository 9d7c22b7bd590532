"""A measure on a day -> its rule as boxes of answers: what decides for it and what against it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from assistant.eligibility.facts import NUMERIC, Fact, facts
from assistant.eligibility.line import ALL, Span, above, below, between, pieces
from assistant.eligibility.measures import Criterion, Group, Measure, Test
from assistant.eligibility.space import Box, absorbed, both, primes

UNKNOWABLE = (
    "?"  # before the id of a criterion whose threshold or list is not held: nobody's answer decides it
)
_OPERATORS = {
    ">": above,
    "<": below,
    ">=": lambda value: between(value, None),
    "<=": lambda value: between(None, value),
}
Known = Span | frozenset[str]  # what is known of a fact: numbers or days it may be, or options it may have


@dataclass(frozen=True)
class Domain:
    """The cells of one variable: spans of numbers or days, or options; in order."""

    name: str
    cells: tuple[Span | str, ...]

    @property
    def full(self) -> int:
        """The mask of all cells."""
        return (1 << len(self.cells)) - 1

    def mask(self, known: Known) -> int:
        """The cells that ``known`` leaves possible."""
        found = 0
        for place, cell in enumerate(self.cells):
            possible = cell in known if isinstance(known, frozenset) else bool(_span(cell) & known)
            found |= possible << place
        return found

    def holding(self, wanted: Known) -> int:
        """The cells in which ``wanted`` holds throughout."""
        found = 0
        for place, cell in enumerate(self.cells):
            holds = cell in wanted if isinstance(wanted, frozenset) else _span(cell) <= wanted
            found |= holds << place
        return found

    def known(self, mask: int) -> Known:
        """What the cells of a mask are together."""
        cells = [cell for place, cell in enumerate(self.cells) if mask >> place & 1]
        if self.name.startswith(UNKNOWABLE) or facts()[self.name].type not in NUMERIC:
            return frozenset(cell for cell in cells if isinstance(cell, str))
        return Span.of(part for cell in cells for part in _span(cell).parts)


def _span(cell: Span | str) -> Span:
    assert isinstance(cell, Span)
    return cell


YES, NO = frozenset(("yes",)), frozenset(("no",))


def limits(fact: Fact) -> Span:
    """The numbers a fact can be: shares from 0 to 100 %, nothing else below zero."""
    if fact.type == "percent":
        over = fact.id in ("revenue_to_grant", "taxes_to_grant")
        return between(Decimal(0), None if over else Decimal(100))
    return ALL if fact.type == "date" else between(Decimal(0), None)


def wanted(test: Test, day: date) -> Known | None:
    """What the fact has to be for the test to hold on ``day``; None where no threshold of the day is held."""
    if test.is_ is not None:
        return YES if test.is_ else NO
    if test.in_:
        return frozenset(test.in_)
    if test.op is not None:
        limit = test.threshold(day.isoformat())
        if limit is None:
            return None
        if limit.value is None:
            return between(limit.min, limit.max)
        return _OPERATORS[test.op](limit.value)
    return _days(test, day)


def _days(test: Test, day: date) -> Span:
    if test.younger_than is not None:
        return above(ordinal(years_before(day, test.younger_than)))
    if test.not_older_than is not None:
        return between(ordinal(years_before(day, test.not_older_than)), None)
    if test.before is not None:
        return below(ordinal(date.fromisoformat(test.before)))
    if test.after is not None:
        return above(ordinal(date.fromisoformat(test.after)))
    if test.since_yearly is not None:
        return above(ordinal(_last_due(test.since_yearly, day)))
    assert test.yearly_by is not None
    return _in_time(test.yearly_by, day)


def _last_due(month_day: str, day: date) -> date:
    """The last yearly deadline that has passed: on the day itself one can still be in time."""
    due = date.fromisoformat(f"{day.year}-{month_day}")
    return due if due < day else date.fromisoformat(f"{day.year - 1}-{month_day}")


def _in_time(month_day: str, day: date) -> Span:
    """The days on which what is due every year by ``month_day`` was done in time for the last deadline."""
    last = _last_due(month_day, day)
    first_of_year = date(last.year, 1, 1)
    found = between(ordinal(first_of_year), ordinal(last))
    if last.year < day.year:  # done for this year already, before its deadline
        found |= between(ordinal(date(day.year, 1, 1)), ordinal(day))
    return found


def years_before(day: date, years: int) -> date:
    """The same day ``years`` earlier; of 29 February, 28 February where there is no such day."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def ordinal(day: date) -> Decimal:
    """A day as a number."""
    return Decimal(day.toordinal())


def day_of(number: Decimal) -> date:
    """The day of such a number."""
    return date.min + timedelta(days=int(number) - 1)


@dataclass(frozen=True)
class Literal:
    """A criterion as it decides on a day: a variable and the cells in which it is met.

    parent: the variable that must be yes for the fact to have an answer. fixed: met or not whatever the
    facts.
    """

    variable: int | None
    mask: int = 0
    parent: int | None = None
    fixed: bool | None = None


@dataclass(frozen=True)
class Rule:
    """One tree of a measure on a day: prime boxes for it (``yes``) and against it (``no``)."""

    domains: tuple[Domain, ...]
    literals: dict[str, Literal]
    yes: tuple[Box, ...]
    no: tuple[Box, ...]

    @property
    def full(self) -> Box:
        """The box that allows everything."""
        return tuple(domain.full for domain in self.domains)


@lru_cache(maxsize=512)
def rule_of(measure: Measure, tree: Group | str, day: date, disputed: frozenset[str] = frozenset()) -> Rule:
    """The rule of one tree. disputed: criteria that the held text does not bear out; they stay unknown."""
    used = set(tree.leaves()) if isinstance(tree, Group) else {tree}
    found = _Builder(measure, used, day, disputed)
    yes, no = found.boxes(tree, True), found.boxes(tree, False)
    return Rule(found.domains, found.literals, tuple(primes(yes)), tuple(primes(no)))


class _Builder:
    """Numbers the variables of a tree and writes its leaves as boxes."""

    def __init__(self, measure: Measure, used: set[str], day: date, disputed: frozenset[str]) -> None:
        criteria = [each for each in measure.criteria if each.id in used]
        sought = {each.id: self._sought(each, day, disputed) for each in criteria}
        self.domains = tuple(_domains(criteria, sought, day))
        self.places = {domain.name: place for place, domain in enumerate(self.domains)}
        self.full: Box = tuple(domain.full for domain in self.domains)
        self.literals = {each.id: self._literal(each, sought[each.id]) for each in criteria}

    @staticmethod
    def _sought(criterion: Criterion, day: date, disputed: frozenset[str]) -> Known | bool | None:
        """What the criterion wants of its fact; True or False where decided, None if unknowable."""
        if not criterion.holds(day.isoformat()):
            return {"met": True, "not_met": False, "unknown": None}[criterion.outside]
        return None if criterion.id in disputed else wanted(criterion.test, day)

    def _literal(self, criterion: Criterion, sought: Known | bool | None) -> Literal:
        if isinstance(sought, bool):
            return Literal(None, fixed=sought)
        if sought is None:
            return Literal(self.places[UNKNOWABLE + criterion.id], 2)
        place = self.places[criterion.test.fact]
        parent = facts()[criterion.test.fact].only_if
        return Literal(place, self.domains[place].holding(sought), self.places[parent] if parent else None)

    def boxes(self, tree: Group | str, positive: bool) -> list[Box]:
        """The boxes in which a tree holds, or in which it does not."""
        if isinstance(tree, str):
            return self._leaf(self.literals[tree], positive)
        if tree.not_ is not None:
            return self.boxes(tree.not_, not positive)
        parts = [self.boxes(part, positive) for part in (tree.all or tree.any)]
        if bool(tree.all) == positive:
            found = [self.full]
            for part in parts:
                found = both(found, part)
            return found
        return absorbed(box for part in parts for box in part)

    def _leaf(self, literal: Literal, positive: bool) -> list[Box]:
        if literal.variable is None:
            return [self.full] if literal.fixed == positive else []
        if positive:
            limits = {literal.variable: literal.mask}
            if literal.parent is not None:
                limits[literal.parent] = 2
            return self._box(limits)
        against = self._box({literal.variable: self.full[literal.variable] & ~literal.mask})
        return against + (self._box({literal.parent: 1}) if literal.parent is not None else [])

    def _box(self, limits: dict[int, int]) -> list[Box]:
        box = tuple(limits.get(place, mask) for place, mask in enumerate(self.full))
        return [box] if all(box) else []


def _domains(criteria: list[Criterion], sought: dict[str, Known | bool | None], day: date) -> list[Domain]:
    """The variables in the order of the form, then those nobody can answer; no date lies after ``day``."""
    asked = {each.test.fact for each in criteria if not isinstance(sought[each.id], bool | None)}
    asked |= {parent for name in asked if (parent := facts()[name].only_if)}
    found = []
    for name, fact in facts().items():
        if name not in asked:
            continue
        if fact.type in NUMERIC:
            spans = [
                known
                for each in criteria
                if each.test.fact == name and isinstance(known := sought[each.id], Span)
            ]
            inside = limits(fact) if fact.type != "date" else between(None, ordinal(day))
            cells = tuple(cell & inside for cell in pieces(spans) if cell & inside)
            found.append(Domain(name, cells))
        else:
            found.append(
                Domain(name, ("no", "yes") if fact.type == "bool" else tuple(o.id for o in fact.options))
            )
    unknown = [UNKNOWABLE + each.id for each in criteria if sought[each.id] is None]
    return found + [Domain(name, ("no", "yes")) for name in unknown]
