"""What an embedding model makes of texts; one kind of value, whatever computes it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Encoded:
    """Texts as the model sees them. ``vectors``: float32 [n, dimension], each of length 1.

    ``tokens``: of each text the vectors of its own tokens, float32 [tokens, dimension], without prompt,
    special tokens and those of nothing but punctuation; None where the model makes none.
    """

    vectors: np.ndarray
    tokens: list[np.ndarray] | None
