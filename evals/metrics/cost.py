"""cost: what a question to a language model costs, the mean over cases, in the currency of the set prices.

None where no answer tells its cost, or where they are told in several currencies.
"""

from __future__ import annotations

from collections.abc import Sequence

from evals.case import EvalCase
from evals.metrics.base import Metric, Scene
from evals.metrics.bootstrap import mean_interval
from evals.metrics.case_means import Pair, case_means
from evals.outcome import Outcome


def _cost(case: EvalCase, outcome: Outcome) -> float | None:
    said = outcome.usage.get("cost")
    return float(said) if isinstance(said, int | float) else None


def _value(pairs: Sequence[Pair], scene: Scene) -> tuple[float, float, float, int] | None:
    currencies = {outcome.usage.get("currency") for _, outcome in pairs if "cost" in outcome.usage}
    found = case_means(pairs, _cost)
    if not found or len(currencies) > 1:
        return None
    return *mean_interval(list(found.values())), len(found)


METRIC = Metric(
    name="cost",
    ru="Сколько в среднем стоит один вопрос к языковой модели.",
    en="What a question to the language model costs, on average.",
    better="lower",
    overall=_value,
    gating=False,
    unit="money",
)
