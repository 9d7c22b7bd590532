"""What a metric is: a name, a sentence for readers, and a number for a case's outcome.

A metric gives None where it does not apply: nothing is counted twice, and errors and empty answers are a row
of their own, never a zero in another metric.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.library.view import LibraryView
from evals.case import EvalCase
from evals.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Scene:
    """What metrics may look at beside the outcome. ``judge``: names what judges support, for the report."""

    view: LibraryView
    judge: str = "verifier"


# A case's number: 0…1 for shares, None where the metric does not apply.
PerCase = Callable[[EvalCase, Outcome, Scene], float | None]
# Of all outcomes at once, where a mean over cases would be wrong (AUROC, percentiles): (value, low, high, n).
Overall = Callable[[Sequence[tuple[EvalCase, Outcome]], Scene], tuple[float, float, float, int] | None]


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric, a module each.

    ru/en: one sentence for readers. better: which way is good. per_case: averaged over cases with a bootstrap
    interval; overall: computed over all of them. gating: whether a gate may rest on it (never on a model's
    opinion alone). unit: ``share``, ``seconds``, ``money`` or ``count``.
    """

    name: str
    ru: str
    en: str
    better: Literal["higher", "lower"] = "higher"
    per_case: PerCase | None = None
    overall: Overall | None = None
    gating: bool = True
    unit: Literal["share", "seconds", "money", "count"] = "share"
