"""The claims of an answer and their citations -> which are borne out, and which citations are needed for it.

ALCE's rules (Gao et al., 2023, section 3), the judge in the place of their inference model: a claim is
recalled where its citations together support it. A citation is precise where its claim is recalled and it
supports the claim alone, or the others do not support it without it. A quotation that is not the text's
supports nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answer.verify import Quoted
from evals.judges import Judge, judge_named
from evals.metrics.base import Scene
from evals.metrics.targets import evidence_of
from evals.outcome import Outcome

Evidence = list[Quoted | None]


def grounded(outcome: Outcome, scene: Scene) -> list[tuple[str, Evidence]]:
    """Each claim of an answer with its citations as evidence, None for one that is not the text's."""
    if outcome.ended != "answered":
        return []
    known = {citation.id: evidence_of(citation, scene.view) for citation in outcome.citations}
    return [(text, [known.get(number) for number in numbers]) for text, numbers in outcome.claims]


def recalled(claim: str, evidence: Sequence[Quoted | None], judge: Judge) -> bool:
    """Whether the citations of a claim together support it."""
    held = [each for each in evidence if each is not None]
    return bool(held) and judge(claim, held)


def precise(claim: str, evidence: Sequence[Quoted | None], judge: Judge) -> list[bool]:
    """For each citation of a claim whether it is precise."""
    if not recalled(claim, evidence, judge):
        return [False] * len(evidence)
    return [
        each is not None
        and (
            judge(claim, [each])
            or not recalled(claim, [other for at, other in enumerate(evidence) if at != place], judge)
        )
        for place, each in enumerate(evidence)
    ]


def recall_of(outcome: Outcome, scene: Scene) -> float | None:
    """The share of an answer's claims that are recalled; None without claims."""
    found = grounded(outcome, scene)
    judge = judge_named(scene.judge)
    return sum(recalled(claim, evidence, judge) for claim, evidence in found) / len(found) if found else None


def precision_of(outcome: Outcome, scene: Scene) -> float | None:
    """The share of an answer's citations, claim by claim, that are precise; None without any."""
    judge = judge_named(scene.judge)
    found = [each for claim, evidence in grounded(outcome, scene) for each in precise(claim, evidence, judge)]
    return sum(found) / len(found) if found else None
