"""A measure, a company's profile and a day -> what is decided, and on which criteria it rests."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from assistant.answer.compose import Span
from assistant.eligibility.decide import Decision, decisive, grounds
from assistant.eligibility.evidence import citations_of
from assistant.eligibility.facts import Fact, facts
from assistant.eligibility.held_text import Heard, heard
from assistant.eligibility.line import Span as Numbers
from assistant.eligibility.line import between, not_above, not_below
from assistant.eligibility.measures import Criterion, Evidence, Group, Measure
from assistant.eligibility.model import State
from assistant.eligibility.profile import Profile
from assistant.eligibility.rules import NO, UNKNOWABLE, YES, Known, Rule, limits, ordinal, rule_of
from assistant.errors import InputError
from assistant.library.view import LibraryView
from assistant.model import Citation, Confidence, Lang


def known_facts(profile: Profile, day: date | None = None) -> dict[str, Known]:
    """What a profile says of its facts on ``day``; with what follows from it.

    What has an answer only if another fact is a yes says that it is one; a part bounds its whole; what has
    happened happened on the day or before. Raises InputError where two facts, or a fact and the day,
    contradict each other.
    """
    found: dict[str, Known] = {name: value.known for name, value in profile.values.items()}
    for value in profile.values.values():
        parent = value.fact.only_if
        if parent is None or value.known == NO:
            continue
        if found.setdefault(parent, YES) == NO:
            raise _contradiction(value.fact, facts()[parent])
    _bound(found)
    if day is not None:
        _past(found, day)
    return found


def _contradiction(fact: Fact, parent: Fact) -> InputError:
    return InputError(
        f"{fact.en} ({fact.id}) has no answer where the answer to “{parent.en}” ({parent.id}) is no. Correct "
        "one of the two.",
        f"У «{fact.ru}» ({fact.id}) не может быть ответа, если на «{parent.ru}» ({parent.id}) ответ «нет». "
        "Исправьте одно из двух.",
    )


def _past(known: dict[str, Known], day: date) -> None:
    """Leave of every date what is not after ``day``. Raises InputError where nothing is left."""
    for name, said in known.items():
        fact = facts()[name]
        if fact.type != "date":
            continue
        assert isinstance(said, Numbers)
        known[name] = said & between(None, ordinal(day))
        if not known[name]:
            raise InputError(
                f"{fact.en} ({fact.id}) is after {day}, the day the check is for. Correct it, or check a "
                "later day.",
                f"{fact.ru} ({fact.id}) — позже {day}, даты проверки. Исправьте её или проверьте на более "
                "позднюю дату.",
            )


def _bound(known: dict[str, Known]) -> None:
    """Let a part bound its whole and a whole its parts. Raises InputError where a part exceeds its whole."""
    for fact in facts().values():
        if fact.at_most is None or not (fact.id in known or fact.at_most in known):
            continue
        whole = facts()[fact.at_most]
        part, all_ = (known.get(each.id, limits(each)) for each in (fact, whole))
        assert isinstance(part, Numbers) and isinstance(all_, Numbers)
        known[fact.id], known[whole.id] = part & not_above(all_), all_ & not_below(part)
        if not known[fact.id] or not known[whole.id]:
            raise InputError(
                f"{fact.en} ({fact.id}) cannot exceed: {whole.en} ({whole.id}). Correct one of the two.",
                f"{fact.ru} ({fact.id}) не может быть больше, чем {whole.ru} ({whole.id}). Исправьте одно "
                "из двух.",
            )


@dataclass(frozen=True)
class _Sourced:
    """A criterion with what the library says of it."""

    criterion: Criterion
    heard: Heard
    held: bool

    @property
    def confidence(self) -> Confidence:
        """How the rule is known: read in the text, where an official text that is held confirms it."""
        confirmed = self.heard.check == "confirmed" and self.heard.official
        return Confidence.TEXT if confirmed else Confidence(self.criterion.confidence)

    @property
    def disputed(self) -> bool:
        """Whether nobody can be judged by it: the act's text says otherwise, or there is no source."""
        return self.heard.check == "differs" or not self.held


class Judged:
    """A measure judged for one company; its parts are worked out when they are needed."""

    def __init__(self, measure: Measure, profile: Profile, view: LibraryView, day: date, lang: Lang) -> None:
        self.measure = measure
        self.profile = profile
        self.view = view
        self.day = day
        self.lang: Lang = lang
        self.known = known_facts(profile, day)
        self.citations: dict[str, list[Citation]] = {}
        self._numbers: dict[tuple[str, str | None, int, int], int] = {}
        self.validity_cited = self.cite(measure.validity_evidence)
        self.sourced = {each.id: self._source(each) for each in measure.criteria}
        self.disputed = frozenset(name for name, each in self.sourced.items() if each.disputed)

    def _source(self, criterion: Criterion) -> _Sourced:
        found = heard(criterion, self.view, self.day)
        self.citations[criterion.id] = self.cite(criterion.evidence, found.spans)
        return _Sourced(criterion, found, bool(self.citations[criterion.id]))

    def cite(self, evidence: Iterable[Evidence], also: Iterable[Span] = ()) -> list[Citation]:
        """Citations of evidence; one place has one number. ``also``: places in texts that say it."""
        found = citations_of(tuple(evidence), self.view, self.day, self.lang, also)
        for each in found:
            place = (each.ref, each.edition, each.start, each.end)
            each.id = self._numbers.setdefault(place, len(self._numbers) + 1)
        return found

    # ── deciding ──────────────────────────────────────────────────────────────────────────────

    def _rule(self, tree: Group | str) -> Rule:
        return rule_of(self.measure, tree, self.day, self.disputed)

    def decide(self, tree: Group | str) -> Decision:
        """A tree, or one criterion, by what is known."""
        return Decision.of(self._rule(tree), self.known)

    @cached_property
    def decision(self) -> Decision:
        """Of the tree the verdict is about."""
        return self.decide(self.measure.verdict_tree)

    @cached_property
    def compliance(self) -> Decision | None:
        """Of what a duty asks for, where it applies or may apply."""
        return self.decide(self.measure.complies) if self.measure.complies is not None else None

    @cached_property
    def validity(self) -> State:
        """Whether the rules are those of the day."""
        day, measure = self.day.isoformat(), self.measure
        found: State = "met"
        if measure.valid_from is not None and day < measure.valid_from:
            found = measure.before
        elif measure.valid_to is not None and day > measure.valid_to:
            found = measure.after
        return "unknown" if found == "not_met" and not self.validity_cited else found  # nothing bears it out

    @cached_property
    def state(self) -> State:
        """The verdict: the rules are those of the day and are met. Nobody is judged by another day's."""
        return self.decision.state if self.validity == "met" else self.validity

    @cached_property
    def complies(self) -> State | None:
        """Whether a duty that applies, or may, is fulfilled."""
        return None if self.compliance is None or self.state == "not_met" else self.compliance.state

    @cached_property
    def states(self) -> dict[str, State]:
        """Of every criterion."""
        return {each.id: self.decide(each.id).criterion(each.id) for each in self.measure.criteria}

    @cached_property
    def confidence(self) -> dict[str, Confidence]:
        """How every criterion is known."""
        return {name: each.confidence for name, each in self.sourced.items()}

    @cached_property
    def grounded(self) -> set[str]:
        """The criteria the verdict needs, the best-known where several suffice; while undecided, all open."""
        if self.validity != "met":
            return set()
        tree = self.measure.verdict_tree
        found = self._grounds(tree, self.decision)
        if (
            self.complies in ("met", "not_met")
            and self.compliance is not None
            and self.measure.complies is not None
        ):
            found |= self._grounds(self.measure.complies, self.compliance)
        return found

    def _grounds(self, tree: Group, decision: Decision) -> set[str]:
        if decision.state == "unknown":
            open_ = set(decision.relevant())
            return {name for name in tree.leaves() if self._variable(name) & open_}
        found = grounds(tree, self.states, self.confidence, decision.state)
        return set(found.criteria) if found else self._supporting(tree, decision)

    def _supporting(self, tree: Group, decision: Decision) -> set[str]:
        names = decision.supporting()
        found = {each for each in tree.leaves() if self._variable(each) & names}
        return found or set(tree.leaves())  # a rule that holds whatever the facts

    def _variable(self, criterion: str) -> set[str]:
        return {self.measure.criterion(criterion).test.fact, UNKNOWABLE + criterion}

    @cached_property
    def mattering(self) -> set[str]:
        """The criteria that settle a part of the question, or still may; alternatives nobody needs do not."""
        trees = [self.measure.verdict_tree]
        if self.measure.complies is not None and self.state != "not_met":
            trees.append(self.measure.complies)
        return {leaf for tree in trees for leaf in self._mattering(tree)}

    def _mattering(self, tree: Group | str) -> set[str]:
        decision = self.decide(tree)
        if decision.state != "unknown":
            return decisive(tree, self.states, decision.state)
        if isinstance(tree, str):
            return {tree}
        if tree.not_ is not None:
            return self._mattering(tree.not_)
        parts: tuple[str | Group, ...] = (*tree.all, *tree.any)
        kept = [part for part in parts if tree.all or self.decide(part).state == "unknown"]
        return {leaf for part in kept for leaf in self._mattering(part)}

    def decisive(self) -> set[str]:
        """All criteria that decide the verdict, or whether a duty is fulfilled."""
        found: set[str] = set()
        for tree, decision in (
            (self.measure.verdict_tree, self.decision),
            (self.measure.complies, self.compliance),
        ):
            if tree is not None and decision is not None and decision.state != "unknown":
                told_by = decisive(tree, self.states, decision.state)
                found |= told_by or self._supporting(tree, decision)
        return found if self.validity == "met" else set()
