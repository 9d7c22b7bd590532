"""A suite's cases -> outcomes: asked, searched or checked, one by one or by several workers, resumable."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass

from assistant.answer import abstain
from assistant.answer.evidence import features
from assistant.answer.threshold import threshold_of
from assistant.eligibility.model import CheckResult
from assistant.eligibility.profile import Profile
from assistant.engine import Assistant
from assistant.errors import PolicyError
from assistant.model import Answer
from evals.case import EvalCase
from evals.outcome import Ended, Found, Outcome
from evals.runs import Run
from evals.scripted import Liar
from evals.training.abstention import evidence_of

log = logging.getLogger(__name__)

DEPTH = 10  # ranked provisions kept of a search
VERIFIER = "verifier"  # the category of cases that a lying model answers


@dataclass(frozen=True, slots=True)
class How:
    """How cases are run. asks/searches: what is done with a case beside a check; weighs: evidence is kept.

    llm: the backend, None for the one that is set.
    """

    asks: bool = True
    searches: bool = False
    weighs: bool = False
    llm: str | None = None


def run_cases(
    assistant: Assistant,
    cases: Sequence[EvalCase],
    run: Run,
    how: How,
    *,
    repeat: int = 1,
    workers: int = 1,
    tell: Callable[[int, int], None] | None = None,
    stop: threading.Event | None = None,
) -> None:
    """Run what the run does not have yet; every outcome is written as it comes.

    ``tell``: called with (done, of how many). ``stop``: set, no further case is begun.
    """
    done = {(each.case, each.repeat) for each in run.outcomes()}
    left = [(case, number) for number in range(repeat) for case in cases if (case.id, number) not in done]
    total, finished = len(cases) * repeat, len(cases) * repeat - len(left)
    for outcome in _outcomes(assistant, left, how, workers, stop):
        run.add(outcome)
        finished += 1
        if tell is not None:
            tell(finished, total)


def _outcomes(
    assistant: Assistant,
    left: Sequence[tuple[EvalCase, int]],
    how: How,
    workers: int,
    stop: threading.Event | None,
) -> Iterator[Outcome]:
    def one(case: EvalCase, number: int) -> Outcome | None:
        return None if stop is not None and stop.is_set() else outcome_of(assistant, case, how, number)

    if workers == 1:
        found = (one(case, number) for case, number in left)
        yield from (each for each in found if each is not None)
        return
    with ThreadPoolExecutor(workers) as pool:
        tasks = [pool.submit(one, case, number) for case, number in left]
        for task in as_completed(tasks):
            outcome = task.result()
            if outcome is not None:
                yield outcome


def outcome_of(assistant: Assistant, case: EvalCase, how: How, repeat: int = 0) -> Outcome:
    """What becomes of a case. An error is an outcome; only what is no fault of the system is raised."""
    began = time.perf_counter()
    try:
        found = _done(assistant, case, how)
    except PolicyError as error:
        found = Outcome(case=case.id, ended="error", error=error.en)
    except Exception as error:
        log.exception("Case %s broke.", case.id)
        found = Outcome(case=case.id, ended="error", error=f"{type(error).__name__}: {error}")
    seconds = found.seconds or time.perf_counter() - began
    return found.model_copy(update={"repeat": repeat, "seconds": round(seconds, 4)})


def _done(assistant: Assistant, case: EvalCase, how: How) -> Outcome:
    if case.measure is not None:
        profile = Profile.of(case.profile)
        return _checked(case, assistant.check(case.measure, profile, as_of=case.as_of, lang=case.lang))
    found = _searched(assistant, case) if how.searches else []
    if not how.asks:
        return Outcome(case=case.id, ended="searched", found=found)
    llm = Liar.of(case) if case.category == VERIFIER else how.llm
    began = time.perf_counter()
    answer = assistant.ask(case.question, as_of=case.as_of, llm=llm)
    seconds = time.perf_counter() - began
    evidence = _evidence(assistant, case) if how.weighs else None
    return _answered(case, answer).model_copy(
        update={"found": found, "seconds": seconds, "evidence": evidence}
    )


def _answered(case: EvalCase, answer: Answer) -> Outcome:
    ended: Ended = answer.status
    if answer.status == "answered" and not answer.claims:
        ended = "empty"
    return Outcome(
        case=case.id,
        ended=ended,
        language=answer.language,
        answer=answer.answer,
        claims=[(claim.text, claim.citations) for claim in answer.claims],
        citations=answer.citations,
        withheld=len(answer.withheld),
        usage=answer.usage,
    )


def _checked(case: EvalCase, result: CheckResult) -> Outcome:
    numbered = {citation.id: citation for each in result.criteria for citation in each.citations}
    return Outcome(
        case=case.id,
        ended="checked",
        language=result.language,
        answer=result.summary,
        claims=[
            (f"{each.rule}. {each.reason}", [citation.id for citation in each.citations])
            for each in result.criteria
            if each.matters and each.citations
        ],
        citations=[numbered[number] for number in sorted(numbered)],
        verdict=result.verdict,
        provisional=result.provisional,
    )


def _searched(assistant: Assistant, case: EvalCase) -> list[Found]:
    hits = assistant.search(case.question, k=DEPTH, as_of=case.as_of)
    return [Found(ref=hit.ref, edition=hit.edition, start=hit.start, end=hit.end) for hit in hits]


def _evidence(assistant: Assistant, case: EvalCase) -> float:
    """How strong the evidence for an answer is: the learnt probability, else cosine and words."""
    view, indexes = assistant.view, assistant.indexes
    reading, ranked, rarity = evidence_of(assistant, case.question)
    if not ranked:
        return 0.0
    learnt = threshold_of(indexes.embedder, indexes.size)
    if learnt is not None:
        return learnt.answerable(features(reading, ranked, view, rarity))
    weighed = abstain.weigh(reading, ranked, view, rarity)
    return weighed.cosine + abstain.COVER_WEIGHT * weighed.cover
