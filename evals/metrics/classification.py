"""Yes-or-no verdicts and the scores behind them: balanced accuracy, area under the ROC curve, risk–coverage.

Balanced accuracy: the mean of the share of the right that are called right and of the wrong that are called
wrong (Brodersen et al., 2010). AUROC: how often a right case scores above a wrong one, ties half (Hanley and
McNeil, 1982). Risk–coverage: what may be answered at a price in refusals (El-Yaniv and Wiener, 2010), here as
the two shares that NoMIRACL reports (Thakur et al., 2024).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from evals.metrics.bootstrap import RESAMPLES, SEED

# (truth [n], verdicts or scores [n], weights of the cases […, n]) -> numbers […]
Statistic = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A statistic over ``n`` cases with its 95 % percentile-bootstrap interval."""

    value: float
    low: float
    high: float
    n: int

    def as_dict(self) -> dict[str, float | int]:
        """For JSON, four places."""
        named = {"value": self.value, "low": self.low, "high": self.high}
        return {name: round(number, 4) for name, number in named.items()} | {"n": self.n}

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}–{self.high:.3f}] of {self.n}"


def estimate(statistic: Statistic, truth: Sequence[bool], given: Sequence[float]) -> Estimate:
    """A statistic and its interval, cases resampled with replacement; the same every time.

    Resamples in which the statistic is not defined (one class only) do not count. All NaN where it is not
    defined for the cases themselves.
    """
    right, values = np.asarray(truth, dtype=bool), np.asarray(given, dtype=float)
    count = len(right)
    value = float(statistic(right, values, np.ones(count)))
    if not np.isfinite(value):
        return Estimate(value, value, value, count)
    picks = np.random.default_rng(SEED).integers(0, count, (RESAMPLES, count))
    times = np.stack([np.bincount(pick, minlength=count) for pick in picks])
    low, high = np.nanquantile(statistic(right, values, times), [0.025, 0.975])
    return Estimate(value, float(low), float(high), count)


def shares(truth: Sequence[bool], scores: Sequence[float], threshold: float) -> tuple[Estimate, Estimate]:
    """(right cases below a threshold, wrong cases at or above it), each of its own cases."""
    said = [float(each >= threshold) for each in scores]
    right = sum(truth)
    return (
        replace(estimate(false_alarms, truth, said), n=right),
        replace(estimate(passed, truth, said), n=len(said) - right),
    )


def balanced_accuracy(truth: np.ndarray, said: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """``said``: verdicts, 0 or 1. NaN where there are only right or only wrong cases."""
    return 1 - (false_alarms(truth, said, weights) + passed(truth, said, weights)) / 2


def false_alarms(truth: np.ndarray, said: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The share of right cases that are called wrong; NaN without any."""
    return _share(weights * truth, 1 - said)


def passed(truth: np.ndarray, said: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The share of wrong cases that are called right; NaN without any."""
    return _share(weights * ~truth, said)


def _share(weights: np.ndarray, values: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore"):
        return np.asarray((weights * values).sum(axis=-1) / weights.sum(axis=-1))


def auroc(truth: np.ndarray, scores: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """``scores``: the higher the likelier right. NaN where there are only right or only wrong cases."""
    apart = scores[:, None] - scores[None, :]
    above = (apart > 0) + 0.5 * (apart == 0)
    right, wrong = weights * truth, weights * ~truth
    with np.errstate(invalid="ignore"):
        won = ((right @ above) * wrong).sum(axis=-1)
        return np.asarray(won / (right.sum(axis=-1) * wrong.sum(axis=-1)))


def best_threshold(truth: Sequence[bool], scores: Sequence[float]) -> float:
    """The threshold of best balanced accuracy, called right at or above it; the lowest of several.

    It lies halfway between two neighbouring scores. Raises ValueError without cases of both kinds.
    """
    right, values = np.asarray(truth, dtype=bool), np.asarray(scores, dtype=float)
    if right.all() or not right.any():
        raise ValueError("a threshold needs right and wrong cases")
    found = np.unique(values)
    cuts = [float(found[0]), *((found[:-1] + found[1:]) / 2).tolist()]
    even = np.ones(len(right))
    return max(cuts, key=lambda cut: (float(balanced_accuracy(right, values >= cut, even)), -cut))


def threshold_for(truth: Sequence[bool], scores: Sequence[float], refused: float) -> float:
    """The highest threshold that leaves at most a share ``refused`` of the right cases below it."""
    values = np.sort(np.asarray(scores, dtype=float)[np.asarray(truth, dtype=bool)])
    if not len(values):
        raise ValueError("a threshold needs right cases")
    return float(values[int(np.floor(refused * len(values) + 1e-9))]) if refused < 1 else float("inf")


def threshold_against(truth: Sequence[bool], scores: Sequence[float], wrong: float) -> float:
    """The lowest threshold that lets at most a share ``wrong`` of the wrong cases reach it."""
    right, values = np.asarray(truth, dtype=bool), np.asarray(scores, dtype=float)
    if right.all():
        raise ValueError("a threshold needs wrong cases")
    others = values[~right]
    cuts = [*np.unique(values).tolist(), float("inf")]
    return next(cut for cut in cuts if (others >= cut).mean() <= wrong)


def risk_coverage(truth: Sequence[bool], scores: Sequence[float]) -> list[tuple[float, float]]:
    """(share of right cases refused, share of wrong ones answered) at every threshold, from the lowest."""
    right, values = np.asarray(truth, dtype=bool), np.asarray(scores, dtype=float)
    found = []
    for cut in (*np.unique(values), np.inf):
        said, even = values >= cut, np.ones(len(right))
        found.append((float(false_alarms(right, said, even)), float(passed(right, said, even))))
    return found
