"""tokens: what a question to a language model uses up, input and output together, the mean over cases.

None where no language model was asked or none told its tokens.
"""

from __future__ import annotations

from collections.abc import Sequence

from evals.case import EvalCase
from evals.metrics.base import Metric, Scene
from evals.metrics.bootstrap import mean_interval
from evals.metrics.case_means import Pair, case_means
from evals.outcome import Outcome

_COUNTED = ("input_tokens", "output_tokens")


def _tokens(case: EvalCase, outcome: Outcome) -> float | None:
    said = [outcome.usage[name] for name in _COUNTED if name in outcome.usage]
    counts = [float(each) for each in said if isinstance(each, int | float)]
    return sum(counts) or None


def _value(pairs: Sequence[Pair], scene: Scene) -> tuple[float, float, float, int] | None:
    found = case_means(pairs, _tokens)
    return (*mean_interval(list(found.values())), len(found)) if found else None


METRIC = Metric(
    name="tokens",
    ru="Сколько токенов языковой модели в среднем уходит на вопрос.",
    en="How many tokens of the language model a question takes, on average.",
    better="lower",
    overall=_value,
    gating=False,
    unit="count",
)
