"""What ``ai-policy check --json`` prints: a verdict, criterion by criterion, and what would change it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from assistant.model import Citation, Confidence, Lang, Record

State = Literal["met", "not_met", "unknown"]
Verdict = Literal["eligible", "not_eligible", "insufficient"]
VERDICTS: dict[State, Verdict] = {"met": "eligible", "not_met": "not_eligible", "unknown": "insufficient"}
STATES: dict[Verdict, State] = {verdict: state for state, verdict in VERDICTS.items()}
MARKS: dict[str, str] = {"met": "✓", "not_met": "✗", "unknown": "?"}
Part = Literal["requires", "applies", "complies", "validity", "shown"]
HeldCheck = Literal["not_held", "not_sought", "confirmed", "located", "differs", "not_found"]


class CriterionResult(Record):
    """One criterion on the day asked about.

    group: the names of the alternatives it is one of. matters: it settles a part of the question, or its
    answer still may; an alternative that nobody needs does neither. rule: as we state it. reason: why the
    state is what it is. value: what the profile says, needs: what the rule wants, in words. decisive: the
    verdict (of a duty: the verdict or compliance) rests on it. counts: False for a draft or an unconfirmed
    rule that is only shown. part: the question it belongs to. confidence: how the rule is known; ``text``
    where the held text confirmed it. check: what to verify where. held: what came of looking for the rule in
    the act's own text; not_held: there is none; not_sought: nothing to look for. warning: what is wrong with
    its evidence.
    """

    id: str
    rule: str
    fact: str | None
    state: State
    reason: str
    value: str | None = None
    needs: str | None = None
    decisive: bool = False
    matters: bool = True
    group: str | None = None
    counts: bool = True
    part: Part = "requires"
    confidence: Confidence
    citations: list[Citation] = Field(default_factory=list)
    check: str | None = None
    note: str | None = None
    held: HeldCheck = "not_held"
    warning: str | None = None


class Answers(Record):
    """Facts whose answers together would decide, and no fewer of them with the same answers.

    facts: ids. to_check: ids of criteria whose list, threshold or text is not held: nothing in a profile can
    answer them. leads_to: the verdict. answers: what they would have to be, in words, by fact. criteria: ids
    of those that would be met then.
    """

    facts: list[str] = Field(default_factory=list)
    to_check: list[str] = Field(default_factory=list)
    leads_to: Verdict
    answers: dict[str, str] = Field(default_factory=dict)
    criteria: list[str] = Field(default_factory=list)

    @property
    def size(self) -> int:
        """How many answers they are."""
        return len(self.facts) + len(self.to_check)


class Change(Record):
    """A fact that would have to be otherwise. lasting: nobody changes it in order to qualify."""

    fact: str
    label: str
    now: str
    needs: str
    lasting: bool = False


class Way(Record):
    """One way out of "not eligible": the changes together, and what is still not known then."""

    changes: list[Change]
    still_needed: list[str] = Field(default_factory=list)

    @property
    def lasting(self) -> bool:
        """Whether one of the changes is one that nobody makes in order to qualify."""
        return any(change.lasting for change in self.changes)


class Told(Record):
    """A statement with what it rests on: what the measure gives, a document, where to apply.

    state: of what is given on a condition; None without one.
    """

    text: str
    citations: list[Citation] = Field(default_factory=list)
    state: State | None = None
    confidence: Confidence | None = None


class FactSaid(Record):
    """A fact of the profile as it was used."""

    fact: str
    label: str
    value: str


class CheckResult(Record):
    """A measure checked for one company.

    verdict: of a duty whether it applies (``eligible``: it does); complies: whether it is fulfilled, None
    where it does not apply or for support. provisional: it rests on something less than the text of an act;
    because: on what. missing: sets of answers that would decide, smallest first; answers_needed: how many
    make the company eligible at least; to_comply: the same for compliance. ways: what would change "not
    eligible". open: whether one can apply now.
    """

    measure: str
    title: str
    kind: Literal["support", "duty"]
    about: str
    verdict: Verdict
    complies: State | None = None
    summary: str
    provisional: bool
    because: list[str] = Field(default_factory=list)
    criteria: list[CriterionResult]
    missing: list[Answers] = Field(default_factory=list)
    answers_needed: int | None = None
    to_comply: list[Answers] = Field(default_factory=list)
    ways: list[Way] = Field(default_factory=list)
    gives: list[Told] = Field(default_factory=list)
    documents: list[Told] = Field(default_factory=list)
    apply: list[Told] = Field(default_factory=list)
    open: Literal["yes", "no", "unconfirmed"] = "yes"
    warnings: list[str] = Field(default_factory=list)
    profile: list[FactSaid] = Field(default_factory=list)
    company: str | None = None
    notice: str
    as_of: str
    language: Lang
    library_version: str
    reviewed: str

    @property
    def leading(self) -> list[Answers]:
        """The sets of answers that lead to a yes; where none does, all that would decide."""
        return [each for each in self.missing if each.leads_to == "eligible"] or self.missing
