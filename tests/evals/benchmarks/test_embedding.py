"""The benchmark of embedding counts what texts need, on texts of both languages, and compares row by row."""

import numpy as np
import pytest

from assistant.index.encoded import Encoded
from evals.benchmarks import matrices
from evals.benchmarks.embedding import Passage, cosines, parity, passages, useful_flops
from evals.benchmarks.matrices import peak


class Turned:
    """An embedder whose vectors are the plane's, turned by an angle."""

    def __init__(self, angle):
        self.vector = np.array([np.cos(angle), np.sin(angle)], np.float32)

    def encode(self, texts, role):
        assert role == "passage"
        return Encoded(
            np.tile(self.vector, (len(texts), 1)), [np.tile(3 * self.vector, (2, 1)) for _ in texts]
        )


def test_passages_are_those_of_the_library_in_either_language_and_the_same_ones_every_time(garden):
    drawn = passages(garden, 4)
    assert [each.lang for each in drawn] == ["ru", "ru", "en", "en"]
    assert len({each.text for each in drawn}) == 4
    assert passages(garden, 4) == drawn


def test_work_is_two_operations_a_weight_and_token_and_attention_by_the_square():
    # One layer of 2 x 2: four projections of 4 weights and two of 2 x 3; 5 tokens look at 5.
    assert useful_flops([5], 2, 3, 1) == 2 * 5 * (4 * 4 + 2 * 6) + 4 * 25 * 2
    assert useful_flops([5, 5], 2, 3, 4) == 8 * useful_flops([5], 2, 3, 1)
    assert useful_flops([10], 2, 3, 1) > 2 * useful_flops([5], 2, 3, 1)


def test_parity_is_told_by_language_for_texts_and_tokens():
    drawn = [Passage("a", "en"), Passage("б", "ru"), Passage("в", "ru")]
    found = parity({"turned": Turned(0.0)}, Turned(np.pi / 3), drawn)["turned"]
    assert {lang: figures["passages"] for lang, figures in found.items()} == {"en": 1, "ru": 2}
    for figures in found.values():
        assert [figures[name] for name in ("mean", "worst", "tokens_mean", "tokens_worst")] == [
            pytest.approx(0.5, abs=1e-5)
        ] * 4


def test_cosines_do_not_depend_on_lengths():
    one = np.array([[3.0, 0.0], [0.0, 2.0]])
    assert cosines(one, np.array([[5.0, 0.0], [1.0, 0.0]])).tolist() == [1.0, 0.0]


def test_the_limit_of_the_machine_is_measured_in_operations_a_second(monkeypatch):
    monkeypatch.setattr(matrices, "SECONDS", 0.005)
    assert 1e7 < peak(8, 16) < 1e14
