"""The benchmark of the index makes the same library every time and counts what is truly nearest."""

import numpy as np
import pytest

from evals.benchmarks import index
from evals.benchmarks.index_library import EDITION, SHARES, MadeUpLibrary, truly_nearest

RANDOM = np.random.default_rng(8)
REAL = RANDOM.normal(size=(50, 32)).astype(np.float32)
REAL /= np.linalg.norm(REAL, axis=1, keepdims=True)
LIBRARY = MadeUpLibrary(REAL, 10_300)  # more than a block
ASKED = REAL[:6]


@pytest.fixture(scope="module")
def vectors():
    return np.concatenate([made for _, made in LIBRARY.blocks()])


def test_a_made_up_library_is_the_same_every_time_and_lies_around_the_real_vectors(vectors):
    assert [chunk for block, _ in LIBRARY.blocks() for chunk in block] == list(range(10_300))
    np.testing.assert_array_equal(vectors, np.concatenate([made for _, made in LIBRARY.blocks()]))
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert len(np.unique(vectors, axis=0)) > 9_000
    assert np.median((vectors @ REAL.T).max(axis=1)) > 0.7
    assert [key.chunk for key in LIBRARY.keys] == list(range(10_300))
    assert [key.lang for key in LIBRARY.keys[:EDITION]] == ["ru"] * 50 + ["en"] * 50


@pytest.mark.parametrize("name", SHARES)
def test_a_filter_lets_about_its_share_pass(name):
    scope = LIBRARY.scopes()[name]
    passing = sum(scope.admits(key.edition, key.lang) for key in LIBRARY.keys) / LIBRARY.chunks
    assert passing == pytest.approx(SHARES[name], abs=EDITION / LIBRARY.chunks)


def test_what_is_truly_nearest_is_what_a_plain_computation_finds(vectors):
    found = truly_nearest(LIBRARY, ASKED, 12)
    for name, scope in LIBRARY.scopes().items():
        passing = [key.chunk for key in LIBRARY.keys if scope.admits(key.edition, key.lang)]
        for vector, chunks in zip(ASKED, found[name], strict=True):
            order = sorted(passing, key=lambda chunk: -float(vectors[chunk] @ vector))[:12]
            np.testing.assert_allclose(vectors[chunks] @ vector, vectors[order] @ vector, atol=1e-6)
            assert len(set(chunks.tolist())) == 12
            assert set(chunks.tolist()) <= set(passing)


def test_recall_is_the_part_of_the_nearest_that_is_found_by_depth():
    truth = np.array([[1, 2, 3, 4], [5, 6, 7, 8]])
    found = {0.0: [2, 1, 9, 3], 1.0: [5, 9, 9, 9]}
    timed = index.timed(lambda vector: found[float(vector[0])], np.array([[0.0], [1.0]]), truth, (2, 4))
    assert (timed["recall@2"], timed["recall@4"]) == (0.75, 0.5)
    assert 0 <= timed["p50_ms"] <= timed["p95_ms"]


@pytest.fixture(autouse=True)
def little_memory(monkeypatch):
    monkeypatch.setattr(index, "READ_MB", 8)


def test_memory_is_read_at_a_speed():
    assert index.read_speed() > 1e7


def test_a_run_tells_every_figure_of_every_size_and_leaves_nothing(garden, tmp_path):
    figures = index.run(garden, tmp_path / "work", sizes=(500, 1000), questions=3)
    assert figures["sizes"].keys() == {"500", "1000"}
    for size in figures["sizes"].values():
        assert size["filters"].keys() == SHARES.keys()
        # Vectors of the stand-in embedder are often alike: any of those is as near, but counts as missed.
        assert all(0.3 < share["recall@10"] <= 1 for share in size["filters"].values())
        assert size["scan_mb"] > 0
    assert not (tmp_path / "work").exists()
