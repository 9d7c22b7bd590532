"""Hand-written profiles -> how many get the verdict, states and missing facts they must get.

Right is a case whose verdict is the one written and in which everything else it asserts holds too. Recall of
"insufficient" is the share of cases that must be undecided and are. Cited is the share of decisive criteria
with at least one quotation; anything below 1 is a fault.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from assistant.eligibility.measures import Measure, measures
from assistant.eligibility.model import CheckResult
from assistant.engine import Assistant
from assistant.errors import PolicyError
from evals.eligibility_cases import EligibilityCase


@dataclass(frozen=True, slots=True)
class Judged:
    """A case with what is wrong with its result; ``result``: None where there was an error."""

    case: EligibilityCase
    result: CheckResult | None
    faults: tuple[str, ...]


@dataclass(slots=True)
class Report:
    """Every case, judged."""

    judged: list[Judged] = field(default_factory=list)

    def figures(self) -> dict[str, Any]:
        """Counts: of cases, of right ones, of undecided ones found, of decisive criteria cited."""
        undecided = [each for each in self.judged if each.case.verdict == "insufficient"]
        found = sum(bool(each.result) and each.result.verdict == "insufficient" for each in undecided)  # type: ignore[union-attr]
        decisive = [
            criterion
            for each in self.judged
            if each.result is not None
            for criterion in each.result.criteria
            if criterion.decisive
        ]
        wrong = Counter(each.case.measure for each in self.judged if each.faults)
        return {
            "cases": len(self.judged),
            "right": sum(not each.faults for each in self.judged),
            "insufficient": len(undecided),
            "insufficient found": found,
            "decisive criteria": len(decisive),
            "decisive cited": sum(bool(each.citations) for each in decisive),
            "wrong by measure": dict(wrong),
        }

    def lines(self) -> list[str]:
        """The figures, and each fault with its reason."""
        told = [f"{name}: {value}" for name, value in self.figures().items()]
        return told + [
            f"{each.case.id}: {'; '.join(each.faults)} ({each.case.why})"
            for each in self.judged
            if each.faults
        ]


def run(assistant: Assistant, cases: Iterable[EligibilityCase]) -> Report:
    """Check every case."""
    return Report([judge(assistant, case) for case in cases])


def judge(assistant: Assistant, case: EligibilityCase) -> Judged:
    """Check one case."""
    try:
        result = assistant.check(case.measure, case.profile, as_of=case.as_of, lang="en")
    except PolicyError as error:
        return Judged(case, None, (f"error: {error.en}",))
    return Judged(case, result, tuple(_faults(case, result, measures()[case.measure])))


def _faults(case: EligibilityCase, result: CheckResult, measure: Measure) -> Iterable[str]:
    if result.verdict != case.verdict:
        yield f"verdict {result.verdict}, not {case.verdict}"
    if case.provisional is not None and result.provisional != case.provisional:
        yield f"provisional {result.provisional} {result.because}"
    if case.complies is not None and result.complies != case.complies:
        yield f"complies {result.complies}, not {case.complies}"
    ids = {each.source_id: each.id for each in measure.criteria if each.source_id}
    states = {each.id: each.state for each in result.criteria}
    for source, state in case.states.items():
        if states[ids[source]] != state:
            yield f"{source} {states[ids[source]]}, not {state}"
    yield from _missing_faults(case, result)
    for each in result.criteria:
        if each.decisive and not each.citations:
            yield f"{each.id} decides and has no citation"


def _missing_faults(case: EligibilityCase, result: CheckResult) -> Iterable[str]:
    answered = [each.facts for each in result.missing if not each.to_check]
    if case.missing and _sets(answered) != _sets(case.missing):
        yield f"missing {_told(answered)}, not {_told(case.missing)}"
    sizes = [len(each.facts) + len(each.to_check) for each in result.missing]
    if sizes != sorted(sizes):
        yield "the smallest sets do not come first"
    named = {fact for each in result.missing for fact in each.facts}
    if set(case.missing_any) - named:
        yield f"not missed: {sorted(set(case.missing_any) - named)}"
    needs = {each.fact: each.needs or "" for each in result.criteria if each.fact}
    for fact, threshold in case.needs.items():
        digits = needs.get(fact, "").replace(",", "")
        if threshold.replace(",", "") not in digits:
            yield f"{fact} needs '{needs.get(fact)}', not {threshold}"


def _told(groups: Iterable[Sequence[str]]) -> list[list[str]]:
    return sorted(map(sorted, _sets(groups)))


def _sets(groups: Iterable[Sequence[str]]) -> set[frozenset[str]]:
    return {frozenset(group) for group in groups}
