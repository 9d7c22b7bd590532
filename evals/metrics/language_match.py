"""language_match: 1 where the answer is in the case's language, else 0.

Its own language must be the case's, and so must that of every claim in words of its own; a quotation stays in
the language of its act. Language by :func:`assistant.references.detect_language`.
"""

from __future__ import annotations

from assistant.answer.verify import locate
from assistant.references import detect_language
from evals.case import EvalCase
from evals.metrics.base import Metric, Scene
from evals.metrics.case_means import answered_at_all
from evals.outcome import Outcome


def spoken(case: EvalCase, outcome: Outcome) -> str | None:
    """The language of an answer: the other one where any claim in words of its own is in it."""
    if outcome.language != case.lang:
        return outcome.language
    quotes = {citation.id: citation.quote for citation in outcome.citations}
    for text, numbers in outcome.claims:
        quoted = "\n".join(quotes.get(number, "") for number in numbers)
        language = detect_language(text)
        if language != case.lang and locate(text, quoted, 0, len(quoted)) is None:
            return language
    return outcome.language


def _value(case: EvalCase, outcome: Outcome, scene: Scene) -> float | None:
    if not answered_at_all(outcome) or outcome.language is None:
        return None
    return float(spoken(case, outcome) == case.lang)


METRIC = Metric(
    name="language_match",
    ru="Доля ответов на языке вопроса.",
    en="The share of answers in the language of the question.",
    per_case=_value,
)
