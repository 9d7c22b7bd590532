"""A rule and what is known of a company -> the verdict, the states of its criteria, what would decide or
change.

Three-valued: a criterion holds, does not, or nobody can tell. A verdict is given as soon as it holds whatever
the unknown facts may be, and only then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from assistant.eligibility.measures import Group
from assistant.eligibility.model import State
from assistant.eligibility.rules import UNKNOWABLE, Known, Literal, Rule
from assistant.eligibility.space import Box, inside, narrowed, within
from assistant.model import Confidence

_RANK = {Confidence.TEXT: 3, Confidence.EXCERPT: 2, Confidence.PRESS: 1, Confidence.GENERAL: 0}
_OPPOSITE: dict[State, State] = {"met": "not_met", "not_met": "met", "unknown": "unknown"}


@dataclass(frozen=True)
class Deciding:
    """Variables whose answers decide, and what each would have to be. ``state``: what they decide."""

    state: State
    answers: tuple[tuple[str, Known], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The variables: ids of facts, or of criteria behind :data:`UNKNOWABLE`."""
        return tuple(name for name, _ in self.answers)


@dataclass(frozen=True)
class Turned:
    """One way to meet a rule that is not met: what would have to be otherwise, what is still to be known."""

    changes: tuple[tuple[str, Known], ...]
    open: tuple[str, ...]


@dataclass(frozen=True)
class Decision:
    """A rule applied to what is known of its facts."""

    rule: Rule
    known: Box

    @classmethod
    def of(cls, rule: Rule, known: Mapping[str, Known]) -> Decision:
        """``known``: of the facts that are known, what they may be."""
        masks = (
            domain.mask(known[domain.name]) if domain.name in known else domain.full
            for domain in rule.domains
        )
        return cls(rule, tuple(masks))

    @cached_property
    def _left(self) -> tuple[list[Box], list[Box]]:
        return within(self.rule.yes, self.known), within(self.rule.no, self.known)

    @property
    def state(self) -> State:
        """Whether the rule is met whatever the unknown may be, is not met, or depends on it."""
        yes, no = self._left
        return "unknown" if yes and no else "met" if yes else "not_met"

    def criterion(self, id: str) -> State:  # noqa: A002
        """The state of one criterion by what is known."""
        return literal_state(self.rule.literals[id], self.known)

    def deciding(self) -> list[Deciding]:
        """The sets of answers that would decide, fewest first; empty where it is decided."""
        if self.state != "unknown":
            return []
        found: set[tuple[State, tuple[int, ...], tuple[int, ...]]] = set()
        states: tuple[State, State] = ("met", "not_met")
        for state, boxes in zip(states, self._left, strict=True):
            for box in boxes:
                places = narrowed(box, self.known)
                found.add((state, places, tuple(box[place] for place in places)))
        entries = sorted(found, key=lambda entry: (len(entry[1]), entry[0] == "met", entry[1], entry[2]))
        return [
            Deciding(state, self._answers(zip(places, masks, strict=True)))
            for state, places, masks in entries
        ]

    def relevant(self) -> list[str]:
        """Every variable that some set of answers in :meth:`deciding` has, in the order of the form."""
        named = {name for each in self.deciding() for name in each.names}
        return [domain.name for domain in self.rule.domains if domain.name in named]

    def ways(self, possible: Callable[[Turned], bool] = lambda turned: True) -> list[Turned]:
        """The fewest changes that would leave a rule that is not met within reach; fewest first.

        ``possible``: says of a way whether it can be gone at all; others do not stand in anybody's way.
        """
        if self.state != "not_met":
            return []
        found: dict[tuple[int, ...], Turned] = {}
        for box in self.rule.yes:
            against = tuple(place for place, mask in enumerate(box) if not mask & self.known[place])
            if any(self.rule.domains[place].name.startswith(UNKNOWABLE) for place in against):
                continue
            turned = self._turned(against, box)
            best = found.get(against)
            if possible(turned) and (best is None or len(turned.open) < len(best.open)):
                found[against] = turned
        smallest = [one for one in found if not any(set(two) < set(one) for two in found)]
        return [found[against] for against in sorted(smallest, key=lambda one: (len(one), one))]

    def _turned(self, against: tuple[int, ...], box: Box) -> Turned:
        still = [
            domain.name
            for place, domain in enumerate(self.rule.domains)
            if place not in against and self.known[place] & ~box[place]
        ]
        return Turned(self._answers((place, box[place]) for place in against), tuple(still))

    def _answers(self, masks: object) -> tuple[tuple[str, Known], ...]:
        domains = self.rule.domains
        return tuple((domains[place].name, domains[place].known(mask)) for place, mask in masks)  # type: ignore[attr-defined]

    def supporting(self) -> set[str]:
        """The variables a decided verdict rests on: those of the smallest boxes around what is known."""
        boxes = self.rule.yes if self.state == "met" else self.rule.no
        around = [box for box in boxes if inside(self.known, box)]
        best = min(
            (narrowed(box, self.rule.full) for box in around),
            key=lambda places: (len(places), places),
            default=(),
        )
        return {self.rule.domains[place].name for place in best}


def literal_state(literal: Literal, known: Box) -> State:
    """Whether a criterion is met in every cell that is possible, in none, or in some."""
    if literal.fixed is not None:
        return "met" if literal.fixed else "not_met"
    assert literal.variable is not None
    mask = known[literal.variable]
    own: State = "met" if not mask & ~literal.mask else "not_met" if not mask & literal.mask else "unknown"
    if literal.parent is None:
        return own
    parent = known[literal.parent]
    if not parent & 2 or own == "not_met":
        return "not_met"
    return own if not parent & 1 else "unknown"


@dataclass(frozen=True)
class Grounds:
    """Criteria that together decide a tree. ``weakest``: the lowest confidence among them."""

    criteria: frozenset[str]
    weakest: int


def grounds(
    tree: Group | str,
    states: Mapping[str, State],
    confidence: Mapping[str, Confidence],
    wanted: State = "met",
) -> Grounds | None:
    """The best-known criteria that make a tree ``wanted``; None where they do not, one by one."""
    if isinstance(tree, str):
        return Grounds(frozenset((tree,)), _RANK[confidence[tree]]) if states[tree] == wanted else None
    if tree.not_ is not None:
        return grounds(tree.not_, states, confidence, _OPPOSITE[wanted])
    parts = [grounds(part, states, confidence, wanted) for part in (tree.all or tree.any)]
    if bool(tree.all) == (wanted == "met"):
        if any(part is None for part in parts):
            return None
        held = [part for part in parts if part is not None]
        return Grounds(
            frozenset().union(*(part.criteria for part in held)), min(part.weakest for part in held)
        )
    some = [part for part in parts if part is not None]
    return max(some, key=lambda part: (part.weakest, -len(part.criteria)), default=None)


def decisive(tree: Group | str, states: Mapping[str, State], wanted: State = "met") -> set[str]:
    """All criteria that make a tree ``wanted``: where several each suffice, every one of them."""
    if isinstance(tree, str):
        return {tree} if states[tree] == wanted else set()
    if tree.not_ is not None:
        return decisive(tree.not_, states, _OPPOSITE[wanted])
    parts = [decisive(part, states, wanted) for part in (tree.all or tree.any)]
    if bool(tree.all) == (wanted == "met") and not all(parts):
        return set()
    return set().union(*parts)
