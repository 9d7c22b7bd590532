import numpy as np
import pytest

from assistant.index.vectors import ChunkKey, Scope, VectorIndex

RANDOM = np.random.default_rng(7)
VECTORS = RANDOM.normal(size=(60, 16)).astype(np.float32)
VECTORS /= np.linalg.norm(VECTORS, axis=1, keepdims=True)
KEYS = [ChunkKey(n, n % 3, "ru" if n % 2 else "en") for n in range(60)]


@pytest.fixture
def index(tmp_path):
    opened = VectorIndex(tmp_path, "chunks-test")
    opened.add(KEYS, VECTORS)
    yield opened
    opened.close()


def exact(vector, admits):
    scores = VECTORS @ vector
    order = [n for n in np.argsort(-scores) if admits(KEYS[n])]
    return [int(n) for n in order]


def found(index, vector, k, scope):
    return [entry.chunk for entry in index.search(vector, k, scope)]


@pytest.mark.parametrize(
    ("scope", "admits"),
    [
        (Scope(), lambda key: True),
        (Scope(frozenset({0, 1}), None, 0.67), lambda key: key.edition in (0, 1)),
        (Scope(frozenset({2}), None, 0.33), lambda key: key.edition == 2),
        (Scope(frozenset({2}), "ru", 0.17), lambda key: key.edition == 2 and key.lang == "ru"),
        (Scope(None, "en", 0.5), lambda key: key.lang == "en"),
    ],
)
def test_a_filtered_search_finds_what_an_exact_one_finds(index, scope, admits):
    for vector in RANDOM.normal(size=(5, 16)).astype(np.float32):
        assert found(index, vector / np.linalg.norm(vector), 10, scope) == exact(vector, admits)[:10]


def test_asking_for_more_than_passes_gives_all_that_passes(index):
    assert len(found(index, VECTORS[0], 50, Scope(frozenset({0, 1}), None, 0.67))) == 40
    assert found(index, VECTORS[0], 5, Scope(frozenset())) == []


def test_scores_are_cosines(index):
    best = index.search(VECTORS[3], 1, Scope())[0]
    assert best.chunk == 3
    assert best.score == pytest.approx(1.0, abs=1e-4)
    assert index.similarities(VECTORS[3], [3, 4, 999]) == pytest.approx(
        {3: 1.0, 4: float(VECTORS[3] @ VECTORS[4])}, abs=1e-4
    )


def test_removed_chunks_are_gone_and_other_embedders_are_dropped(index, tmp_path):
    index.remove([1, 2, 999])
    assert len(index) == 58
    other = VectorIndex(tmp_path, "chunks-other")
    other.drop_others()
    assert VectorIndex(tmp_path, "chunks-test").keys() == set()
