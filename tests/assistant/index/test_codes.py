"""Codes of one bit a dimension lead to the nearest rows, whatever the dimension and however alike rows are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.index.codes import Codes, encode, rotation, words


def unit(values):
    return (values / np.linalg.norm(values, axis=-1, keepdims=True)).astype(np.float32)


def coded(vectors):
    turn = rotation(vectors.shape[1])
    return Codes(np.ascontiguousarray(encode(vectors, turn)), turn)


def nearest(vectors, rows, vector, k):
    return set(rows[np.argpartition(-(vectors[rows] @ vector), k - 1)[:k]].tolist())


@pytest.fixture(scope="module")
def clustered():
    random = np.random.default_rng(5)
    centres = random.normal(size=(200, 384))
    return unit(centres[random.integers(200, size=12_000)] + 0.6 * random.normal(size=(12_000, 384)))


@pytest.mark.parametrize("dimension", [2, 16, 64, 100, 384])
def test_a_rotation_changes_no_length_and_no_angle(dimension):
    turn = rotation(dimension)
    np.testing.assert_allclose(turn @ turn.T, np.eye(dimension), atol=1e-5)


@pytest.mark.parametrize("dimension", [2, 63, 64, 65, 100, 384])
def test_a_code_has_a_bit_for_the_sign_of_each_turned_number(dimension):
    vectors = unit(np.random.default_rng(1).normal(size=(7, dimension)))
    turn = rotation(dimension)
    codes = encode(vectors, turn)
    assert codes.shape == (words(dimension), 7)
    turned = vectors @ turn
    for row in range(7):
        signs = [bool(int(codes[place // 64, row]) >> (place % 64) & 1) for place in range(dimension)]
        assert signs == (turned[row] > 0).tolist()
        assert sum(int(word).bit_count() for word in codes[:, row]) == sum(signs)


@pytest.mark.parametrize("k", [1, 10, 100])
@pytest.mark.parametrize("every", [None, 3, 50])
def test_the_nearest_are_among_the_likely_of_the_rows_that_pass(clustered, k, every):
    codes = coded(clustered)
    passing = None if every is None else np.arange(0, len(clustered), every)
    rows = np.arange(len(clustered)) if passing is None else passing
    missed = 0
    for vector in unit(clustered[:15] + 0.02 * np.random.default_rng(2).normal(size=(15, 384))):
        likely = codes.likely(vector, k, passing)
        assert np.isin(likely, rows).all()
        assert (np.diff(likely) > 0).all()
        assert min(k, len(rows)) <= len(likely) <= max(16 * k, 512)
        missed += len(nearest(clustered, rows, vector, k) - set(likely.tolist()))
    assert missed / (15 * k) <= 0.02  # beyond a cluster's own rows nothing but chance tells them apart


def test_what_points_the_other_way_is_never_taken_for_near():
    random = np.random.default_rng(4)
    vector = unit(random.normal(size=320))
    near = unit(vector + 0.01 * random.normal(size=(600, 320)))
    codes = coded(np.concatenate([-near, near, -near]))
    likely = codes.likely(vector, 10)
    assert len(likely) == 512
    assert ((likely >= 600) & (likely < 1200)).all()


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 3000), st.integers(1, 4), st.integers(1, 400), st.integers(0, 1000))
def test_of_rows_that_are_alike_enough_are_found(rows, kinds, k, seed):
    random = np.random.default_rng(seed)
    vectors = unit(random.normal(size=(kinds, 64)))[random.integers(kinds, size=rows)]
    vector = vectors[0]
    likely = coded(vectors).likely(vector, k)
    assert len(set(likely.tolist())) == len(likely) >= min(k, rows)
    best = np.sort(vectors @ vector)[::-1][:k]
    np.testing.assert_allclose(np.sort(vectors[likely] @ vector)[::-1][:k], best, atol=1e-5)


def test_codes_and_a_rotation_of_another_size_do_not_belong_together(clustered):
    planes = encode(clustered[:5], rotation(384))
    with pytest.raises(ValueError, match="codes of shape"):
        Codes(planes, rotation(64))
