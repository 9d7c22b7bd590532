"""The evidence for an answer -> whether it is enough, by weights learnt for one embedding model.

The file beside this module holds a logistic regression over :data:`assistant.answer.evidence.FEATURES` and
the threshold, with what they were learnt from. Another embedding model has other similarities: it is judged
by the plainer rule of :mod:`assistant.answer.abstain` until weights are learnt for it
(``evals.training.abstention``).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, TypeAdapter

from assistant.data_files import load_checked

if TYPE_CHECKING:
    from assistant.index.embedder import Embedder

LEAST_CHUNKS = 5_000
FILE = Path(__file__).parent / "thresholds.yaml"


class Threshold(BaseModel):
    """Weights of standardised features.

    probability: below it no answer is given. least_chunks: a library must hold as many for these weights.
    covered: the share of the question's words, weighted by rarity, that is enough where one text holds it; a
    terse question by a form's code has no other evidence.
    """

    model_config = ConfigDict(extra="forbid")

    embedder: str
    adapter: bool
    least_chunks: int = 0
    covered: float | None = None
    learnt_from: str
    probability: float
    intercept: float
    mean: dict[str, float]
    scale: dict[str, float]
    weight: dict[str, float]

    def answerable(self, features: Mapping[str, float]) -> float:
        """The probability, 0…1, that the texts answer the question."""
        total = self.intercept + sum(
            weight * (features[name] - self.mean[name]) / self.scale[name]
            for name, weight in self.weight.items()
        )
        return 1 / (1 + math.exp(-total))

    def enough(self, features: Mapping[str, float]) -> bool:
        """Whether an answer may be given."""
        if self.covered is not None and features["cover"] >= self.covered:
            return True
        return self.answerable(features) >= self.probability


@lru_cache(maxsize=1)
def _held() -> list[Threshold]:
    return load_checked(FILE, TypeAdapter(list[Threshold]), "list of thresholds", "список порогов")


def threshold_of(embedder: Embedder, chunks: int) -> Threshold | None:
    """The threshold learnt for an embedding model, None where there is none.

    ``chunks``: how many the library holds. How far the best text stands out of the others depends on how many
    there are: libraries below LEAST_CHUNKS have weights of their own.
    """
    adapted = getattr(embedder, "adapter", None) is not None
    known = (embedder.identity.name, adapted)
    fitting = [
        each for each in _held() if (each.embedder, each.adapter) == known and each.least_chunks <= chunks
    ]
    return max(fitting, key=lambda each: each.least_chunks, default=None)
