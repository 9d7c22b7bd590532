"""What two profiles are learnt from is read by the model once, and gives what two readings give."""

from __future__ import annotations

import numpy as np

from assistant.index.centring import compute_profile
from assistant.index.late import learn_tokens
from assistant.index.read_once import ReadOnce
from tests.builders import StemEmbedder

PAIRS = [
    (f"Садовник поливает {number} роз утром", f"The gardener waters {number} roses") for number in range(60)
]


class Counting(StemEmbedder):
    def __init__(self):
        self.read = []

    def encode(self, texts, role, on_done=None):
        self.read.append((role, tuple(texts)))
        return super().encode(texts, role, on_done)


def test_both_profiles_come_from_one_reading_of_every_statement_in_each_role():
    counting = Counting()
    once = ReadOnce(counting)
    centring, tokens = compute_profile(once, PAIRS), learn_tokens(once, PAIRS)
    assert len(counting.read) == len(set(counting.read)) == 4
    apart = compute_profile(StemEmbedder(), PAIRS), learn_tokens(StemEmbedder(), PAIRS)
    for made, wanted in zip((centring, tokens), apart, strict=True):
        assert made.fingerprint == wanted.fingerprint
        assert all(np.array_equal(made.means[key], wanted.means[key]) for key in wanted.means)
    assert np.array_equal(tokens.projection, apart[1].projection)
