"""Small measures over real facts, and what must be found of them: every completion of a profile, tried out.

Nothing here is taken from the rules under test: a criterion is judged on one value at a time, a verdict is
what all values leave, a set of answers decides where the table of all completions says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from typing import Any

import numpy as np
from hypothesis import strategies as st

from assistant.eligibility.facts import facts
from assistant.eligibility.measures import Criterion, Group, Measure

EVIDENCE = [{"ref": "ru-pp-1729-2022#digest/1"}]  # some source that the embedded corpus holds
DAYS = tuple(map(date.fromisoformat, ("2026-11-29", "2026-06-01", "2026-06-02", "2027-01-01", "2024-02-29")))
PARENTS = {fact.id: fact.only_if for fact in facts().values() if fact.only_if}
BOOLS = ("site_describes_it", "accredited", "registry_software", "registry_software_income")
NUMBERS = ("it_income_share", "foreign_share")
CHOICE = "right_holder"
DATES = ("registered_on", "accredited_on")
LIMITS = (0, 10, 20, 30, 100)  # thresholds, and the ends of what is known
GRID = (0, 5, 10, 15, 20, 25, 30, 65, 100)  # these and a number between each two of them
FIXED = (date(2024, 6, 1), date(2025, 3, 1))
YEARLY = ("06-01", "12-01")
OUTSIDE = "?"  # before the id of a criterion that nobody can answer


def back(day: date, years: int) -> date:
    """The same day of an earlier year, the day before where there is none."""
    return (
        date(day.year - years, 2, 28)
        if (day.month, day.day) == (2, 29)
        else day.replace(year=day.year - years)
    )


def date_points(day: date) -> list[date]:
    """A day of every stretch up to ``day`` within which no test of a date on it changes its answer."""
    edges = {*FIXED, day}
    edges |= {back(day, years) for years in (1, 2, 3)}
    for year in range(day.year - 2, day.year + 1):
        edges |= {date(year, 1, 1), *(date.fromisoformat(f"{year}-{due}") for due in YEARLY)}
    return sorted({near for edge in edges for step in (-1, 0, 1) if (near := edge + timedelta(step)) <= day})


def points(fact: str, day: date) -> list[Any]:
    """The values to try of a fact."""
    if fact in BOOLS:
        return ["no", "yes"]
    if fact == CHOICE:
        return [option.id for option in facts()[fact].options]
    return list(GRID) if fact in NUMBERS else list(date_points(day))


# ── measures ──────────────────────────────────────────────────────────────────────────────────────


def tests(fact: str) -> st.SearchStrategy[dict[str, Any]]:
    """A test that a fact of this type may be put to."""
    if fact in BOOLS:
        return st.booleans().map(lambda wanted: {"is": wanted})
    if fact == CHOICE:
        return st.lists(st.sampled_from(points(fact, DAYS[0])), min_size=1, max_size=4, unique=True).map(
            lambda wanted: {"in": wanted}
        )
    if fact in NUMBERS:
        limit = st.sampled_from(LIMITS)
        dates = st.sampled_from([{}, {}, {}, {"from": "2030-01-01"}, {"to": "2031-01-01"}])
        simple = st.tuples(st.sampled_from((">", ">=", "<", "<=")), limit, dates).map(
            lambda made: {"op": made[0], "thresholds": [{"value": made[1], **made[2]}]}
        )
        two = (
            st.lists(limit, min_size=2, max_size=2)
            .map(sorted)
            .map(lambda ends: {"op": "between", "thresholds": [{"min": ends[0], "max": ends[1]}]})
        )
        return simple | two
    years, fixed = st.integers(1, 3), st.sampled_from(FIXED).map(date.isoformat)
    return st.one_of(
        years.map(lambda number: {"younger_than": number}), years.map(lambda number: {"not_older_than": number}),
        fixed.map(lambda day: {"before": day}), fixed.map(lambda day: {"after": day}),
        st.sampled_from(YEARLY).map(lambda due: {"yearly_by": due}),
        st.sampled_from(YEARLY).map(lambda due: {"since_yearly": due}),
    )  # fmt: skip


def _trees(names: list[str]) -> st.SearchStrategy[Any]:
    parts = st.recursive(
        st.sampled_from(names),
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
            inner.map(lambda part: {"not": part}),
        ),
        max_leaves=7,
    )
    return parts.map(lambda tree: {"all": [tree]} if isinstance(tree, str) else tree)


@st.composite
def measures_of(draw: st.DrawFn, pool: tuple[str, ...] = (*BOOLS, CHOICE, *NUMBERS, *DATES)) -> Measure:
    """A measure of a few criteria on at most four facts."""
    chosen = draw(st.lists(st.sampled_from(pool), min_size=1, max_size=4, unique=True))
    criteria = []
    for place in range(draw(st.integers(1, 6))):
        fact = draw(st.sampled_from(chosen))
        period = draw(
            st.sampled_from(
                [{}] * 6 + [{"from": "2030-01-01", "outside": each} for each in ("unknown", "met", "not_met")]
            )
        )
        test = {"fact": fact, **draw(tests(fact))}
        criteria.append(criterion(f"c{place}", test, draw(st.sampled_from(("text", "press"))), period))
    tree = draw(_trees([each["id"] for each in criteria]))
    return measure_of(tree, criteria)


def criterion(
    name: str, test: dict[str, Any], confidence: str = "press", more: dict[str, Any] | None = None
) -> dict[str, Any]:
    return {"id": name, "ru": f"правило {name}", "en": f"rule {name}", "test": test, "confidence": confidence,
            "check_ru": "Сверьте.", "check_en": "Check.", "evidence": EVIDENCE, **(more or {})}  # fmt: skip


def measure_of(tree: dict[str, Any], criteria: list[dict[str, Any]]) -> Measure:
    """A measure of a tree, without the criteria it does not use."""
    used = set(Group.model_validate(tree).leaves())
    words = {"ru": "мера", "en": "measure"}
    return Measure.model_validate(
        {"id": "tried", "kind": "support", "title": words, "about": words, "acts": ["ru-pp-1729-2022"],
         "reviewed": "2026-11-29", "requires": tree, "criteria": [each for each in criteria if each["id"] in used]}
    )  # fmt: skip


# ── profiles ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Said:
    """What a profile says of one fact: as it is written, and which points that leaves."""

    written: Any
    left: tuple[Any, ...]


def _said(fact: str, day: date) -> st.SearchStrategy[Said]:
    every = points(fact, day)
    exact = st.sampled_from(every).map(lambda value: Said(_written(value), (value,)))
    if fact in NUMBERS:
        ends = st.lists(st.sampled_from(LIMITS), min_size=2, max_size=2, unique=True).map(sorted)
        ranges = ends.map(
            lambda two: Said({"min": two[0], "max": two[1]}, tuple(p for p in every if two[0] <= p <= two[1]))
        )
        over = st.sampled_from(LIMITS[:-1]).map(
            lambda low: Said(f"более {low} %", tuple(p for p in every if p > low))
        )
        under = st.sampled_from(LIMITS[1:]).map(
            lambda high: Said(f"less than {high}", tuple(p for p in every if p < high))
        )
        return st.one_of(exact, exact, ranges, over, under)
    if fact in DATES:
        years = st.sampled_from(sorted({each.year for each in every})).map(
            lambda year: Said(str(year), tuple(each for each in every if each.year == year))
        )
        return st.one_of(exact, years)
    return exact


def _written(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def facts_of(measure: Measure) -> list[str]:
    """The facts that a measure depends on, with those that others depend on."""
    used = {each.test.fact for each in measure.criteria}
    used |= {PARENTS[name] for name in used if name in PARENTS}
    return [name for name in facts() if name in used]


@st.composite
def profiles_of(draw: st.DrawFn, measure: Measure, day: date) -> dict[str, Said]:
    """What is said of some of a measure's facts; nothing that contradicts itself."""
    found: dict[str, Said] = {}
    for name in facts_of(measure):
        if draw(st.booleans()):
            found[name] = draw(_said(name, day))
    for child, parent in PARENTS.items():
        if child in found and found[child].left != ("no",) and parent in found:
            found[parent] = Said("yes", ("yes",))
    return found


def written(profile: dict[str, Said]) -> dict[str, Any]:
    """The profile as it is given to the program."""
    return {name: said.written for name, said in profile.items()}


# ── every completion ──────────────────────────────────────────────────────────────────────────────


def holds(criterion: Criterion, value: Any, day: date) -> bool:
    """Whether one value of its fact meets a criterion on ``day``."""
    test = criterion.test
    if test.is_ is not None:
        return value == ("yes" if test.is_ else "no")
    if test.in_:
        return value in test.in_
    if test.op is None:
        return _dated(test, value, day)
    limit = _limit(criterion, day)
    if test.op == "between":
        return limit.min <= value <= limit.max
    more, same = value > limit.value, value == limit.value
    return {">": more, "<": not more and not same, ">=": more or same, "<=": not more}[test.op]


def _limit(criterion: Criterion, day: date) -> Any:
    """The threshold of the day; None where there is none."""
    said = day.isoformat()
    return next(
        (each for each in criterion.test.thresholds if (each.from_ or "") <= said <= (each.to or "9999")),
        None,
    )


def _dated(test: Any, value: date, day: date) -> bool:
    def aged(years: int) -> tuple[int, int, int]:
        return value.year + years, value.month, value.day

    if test.younger_than is not None:
        return aged(test.younger_than) > day.timetuple()[:3]
    if test.not_older_than is not None:
        return aged(test.not_older_than) >= (back(day, 0).timetuple()[:3])
    if test.before or test.after:
        return value.isoformat() < test.before if test.before else value.isoformat() > test.after
    month, number = map(int, (test.yearly_by or test.since_yearly).split("-"))
    passed = max(
        due for due in (date(day.year - 1, month, number), date(day.year, month, number)) if due < day
    )
    if test.since_yearly:
        return value > passed
    in_time = value.year == passed.year and value <= passed
    return in_time or (passed.year < day.year and value.year == day.year and value <= day)


@dataclass(frozen=True)
class Table:
    """Whether a measure's tree holds for every completion: an axis a variable, a place a value."""

    names: tuple[str, ...]
    values: tuple[tuple[Any, ...], ...]
    truth: np.ndarray

    @property
    def verdict(self) -> str:
        """What all completions agree on."""
        return "eligible" if self.truth.all() else "insufficient" if self.truth.any() else "not_eligible"

    def _decided(self, kept: tuple[int, ...]) -> dict[str, np.ndarray]:
        others = tuple(axis for axis in range(len(self.names)) if axis not in kept)
        return {
            "eligible": self.truth.all(axis=others, keepdims=True),
            "not_eligible": ~self.truth.any(axis=others, keepdims=True),
        }

    def deciding(self) -> set[tuple[str, frozenset[str]]]:
        """Sets of variables of which some answers decide, none of them being needless."""
        if self.verdict != "insufficient":
            return set()
        found = set()
        for size in range(1, len(self.names) + 1):
            for kept in combinations(range(len(self.names)), size):
                for verdict, table in self._decided(kept).items():
                    needed = table
                    for one in kept:
                        fewer = tuple(axis for axis in kept if axis != one)
                        needed = needed & ~self._decided(fewer)[verdict]
                    if needed.any():
                        found.add((verdict, frozenset(self.names[axis] for axis in kept)))
        return found

    def differing(self) -> set[str]:
        """The variables whose value alone can make a difference somewhere."""
        return {
            name
            for axis, name in enumerate(self.names)
            if (self.truth.any(axis=axis) != self.truth.all(axis=axis)).any()
        }


def table_of(measure: Measure, profile: dict[str, Said], day: date) -> Table:
    """All completions of a profile."""
    axes = _axes(measure, profile, day)
    names = tuple(axes)

    def along(name: str, row: list[bool]) -> np.ndarray:
        return np.array(row).reshape([-1 if each == name else 1 for each in names])

    def leaf(criterion: Criterion) -> np.ndarray:
        known = fixed(criterion, day)
        if known is None:
            return along(OUTSIDE + criterion.id, [False, True])
        if isinstance(known, bool):
            return np.full([1] * len(names), known)
        fact = criterion.test.fact
        found = along(fact, [holds(criterion, value, day) for value in axes[fact]])
        parent = PARENTS.get(fact)
        return found & along(parent, [value == "yes" for value in axes[parent]]) if parent else found

    leaves = {each.id: leaf(each) for each in measure.criteria}
    shape = [len(values) for values in axes.values()]
    return Table(names, tuple(axes.values()), np.broadcast_to(combined(measure.verdict_tree, leaves), shape))


def _axes(measure: Measure, profile: dict[str, Said], day: date) -> dict[str, tuple[Any, ...]]:
    axes: dict[str, tuple[Any, ...]] = {}
    for name in facts_of(measure):
        axes[name] = profile[name].left if name in profile else tuple(points(name, day))
    for child, parent in PARENTS.items():
        if child in profile and profile[child].left != ("no",) and parent in axes:
            axes[parent] = ("yes",)
    unanswerable = [each.id for each in measure.criteria if fixed(each, day) is None]
    return axes | {OUTSIDE + name: (False, True) for name in unanswerable}


def combined(tree: Group | str, leaves: dict[str, Any]) -> Any:
    """A tree of leaves that are truth values, or tables of them."""
    if isinstance(tree, str):
        return leaves[tree]
    if tree.not_ is not None:
        return ~combined(tree.not_, leaves)
    found, *others = (combined(part, leaves) for part in (*tree.all, *tree.any))
    for part in others:
        found = found & part if tree.all else found | part
    return found


def fixed(criterion: Criterion, day: date) -> bool | str | None:
    """True or False where the day decides, None where nobody can answer, else a word."""
    if not (criterion.from_ or "") <= day.isoformat() <= (criterion.to or "9999"):
        return {"met": True, "not_met": False, "unknown": None}[criterion.outside]
    return "asked" if criterion.test.op is None or _limit(criterion, day) else None
