"""A matrix of the checkpoint and how large its inputs get -> 8-bit numbers, and what multiplies by them.

Each token's values are divided by their own largest one and rounded to 8 bits, so that a token's numbers
depend on no other token and on no other text of the batch. Columns of the input that are large in every text
would leave the others few of these bits: they are divided by a power of two first, by which their weights
are multiplied (SmoothQuant: Xiao et al., 2023). The products are whole numbers, the same on every processor.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

# Without VNNI the processor adds two neighbouring products in 16 bits: 255 · 128 still fits. So it is the sum
# of two neighbours of one sign that is bounded, which leaves a single weight more bits than half the range.
LARGEST_PAIR = 127  # 128 once both are rounded up
# How much of what makes a column large is moved into its weights, 0…1; by parity over passages of acts.
MOVED = 0.65
SMALLEST = 1e-12  # a divisor is never zero


@dataclass(frozen=True, slots=True)
class Levels:
    """How values divided by their token's largest one become 0…255.

    ``scale`` · (level - ``zero``) is the value. ``floor``: what a token is divided by at least.
    """

    scale: float
    zero: int
    floor: float


SIGNED = Levels(1 / 127, 128, 1e-6)  # -1…1
# GELU is never below -0.17, so that after division by 0.68 or more a quarter of a largest value is enough.
AFTER_GELU = Levels(1.25 / 255, 51, 0.68)


def rounded(columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weights [in, out] as int8 and the scale of each column, float32 [out].

    An even number of inputs is expected; neighbours are rows 0 and 1, 2 and 3, and so on.
    """
    pairs = columns.reshape(len(columns) // 2, 2, -1)
    sums = [np.maximum(sign * pairs, 0).sum(axis=1).max(axis=0) for sign in (1, -1)]
    scales = np.maximum(np.maximum(*sums) / LARGEST_PAIR, SMALLEST).astype(np.float32)
    return np.clip(np.rint(columns / scales), -LARGEST_PAIR, LARGEST_PAIR).astype(np.int8), scales


def divisors(columns: np.ndarray, largest: np.ndarray) -> np.ndarray:
    """What each input of the weights [in, out] is divided by: powers of two, float32 [in].

    ``largest``: each input's largest absolute value over texts. Powers of two divide without rounding, and
    small differences between machines in ``largest`` hardly ever change them.
    """
    weights = np.maximum(np.abs(columns).max(axis=1), SMALLEST)
    wanted = MOVED * np.log2(np.maximum(largest, 1e-3)) - (1 - MOVED) * np.log2(weights)
    return np.asarray(2.0 ** np.rint(wanted - wanted.mean()), np.float32)
