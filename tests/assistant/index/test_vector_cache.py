"""A vector once computed is kept by the text, the role and the model it belongs to."""

from __future__ import annotations

import multiprocessing
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import LibraryError
from assistant.index import vector_cache
from assistant.index.embedder import Embedder, EmbedderIdentity
from assistant.index.vector_cache import VectorCache

ONE, TWO = "1" * 64, "2" * 64


class CountingEmbedder(Embedder):
    """Gives each text a vector made of its digest and counts what it is asked."""

    def __init__(self, fingerprint: str = ONE, dimension: int = 8) -> None:
        super().__init__(Path("none"))
        self._identity = EmbedderIdentity("counting", fingerprint, dimension, 512)
        self.asked: list[str] = []

    def _embed(self, texts: Sequence[str], role: str, on_done: Callable[[int], None] | None) -> np.ndarray:
        self.asked += texts
        return np.stack([vector_of(text, role, self.identity.dimension) for text in texts])


def vector_of(text: str, role: str = "passage", dimension: int = 8) -> np.ndarray:
    seed = int.from_bytes(vector_cache.digest(role + text)[:8])
    vector = np.random.default_rng(seed).normal(size=dimension)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


@pytest.fixture
def cache(tmp_path: Path) -> VectorCache:
    return VectorCache(tmp_path / "cache" / "vectors.sqlite")


@settings(max_examples=40, deadline=None)
@given(texts=st.lists(st.text(st.characters(codec=None), max_size=20), min_size=1, max_size=30))
def test_what_comes_out_is_bit_for_bit_what_went_in(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    vectors = np.stack([vector_of(text) for text in texts])
    path = tmp_path_factory.mktemp("cache") / "v.sqlite"
    with VectorCache(path) as cache:
        cache.put(ONE, "passage", texts, vectors)
    with VectorCache(path) as cache:
        for wanted, got in zip(vectors, cache.get(ONE, "passage", texts), strict=True):
            np.testing.assert_array_equal(got, wanted)


def test_models_and_roles_are_never_mixed(cache: VectorCache) -> None:
    cache.put(ONE, "passage", ["a"], vector_of("a")[None])
    assert cache.get(ONE, "query", ["a"]) == [None]
    assert cache.get(TWO, "passage", ["a"]) == [None]
    assert cache.get(ONE, "passage", ["a "]) == [None]


def test_more_texts_than_a_statement_takes_are_found(cache: VectorCache) -> None:
    texts = [str(number) for number in range(2 * vector_cache.ASKED_AT_ONCE + 7)]
    cache.put(ONE, "passage", texts, np.stack([vector_of(text) for text in texts]))
    found = cache.get(ONE, "passage", [*texts, "other"])
    assert found[-1] is None
    assert all(np.array_equal(got, vector_of(text)) for text, got in zip(texts, found, strict=False))


def test_only_unknown_texts_are_embedded_and_each_once(cache: VectorCache) -> None:
    embedder = CountingEmbedder()
    cache.embed_passages(embedder, ["a", "b"])
    got = cache.embed_passages(embedder, ["b", "c", "a", "c", "b"])
    assert sorted(embedder.asked) == ["a", "b", "c"]
    np.testing.assert_array_equal(got, np.stack([vector_of(text) for text in "bcacb"]))


def test_questions_have_vectors_of_their_own(cache: VectorCache) -> None:
    embedder = CountingEmbedder()
    cache.embed_passages(embedder, ["a"])
    np.testing.assert_array_equal(cache.embed_queries(embedder, ["a"])[0], vector_of("a", "query"))


def test_no_texts_give_no_vectors(cache: VectorCache) -> None:
    assert cache.embed_passages(CountingEmbedder(), []).shape == (0, 8)


def test_a_changed_model_is_embedded_anew(cache: VectorCache) -> None:
    cache.embed_passages(CountingEmbedder(), ["a"])
    changed = CountingEmbedder(TWO)
    cache.embed_passages(changed, ["a"])
    assert changed.asked == ["a"]


def test_a_vector_of_the_wrong_size_is_not_used(cache: VectorCache) -> None:
    cache.put(ONE, "passage", ["a"], np.ones((1, 3), np.float32))
    assert cache.embed_passages(CountingEmbedder(), ["a"]).shape == (1, 8)


def test_an_interrupted_run_goes_on_where_it_stopped(
    cache: VectorCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vector_cache, "KEPT_AT_ONCE", 10)
    texts = [f"text {number}" for number in range(35)]

    def stop(done: int) -> None:
        if done == 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cache.embed_passages(CountingEmbedder(), texts, on_done=stop)
    second = CountingEmbedder()
    seen: list[int] = []
    cache.embed_passages(second, texts, on_done=seen.append)
    assert len(second.asked) == 15
    assert seen == [20, 30, 35]


def test_pruning_forgets_other_models_only(cache: VectorCache) -> None:
    cache.embed_passages(CountingEmbedder(ONE), ["a", "b"])
    cache.embed_passages(CountingEmbedder(TWO), ["a", "b", "c"])
    assert cache.prune(keep=ONE) == 3
    assert (cache.count(), cache.count(ONE), cache.count(TWO)) == (2, 2, 0)
    assert cache.prune(keep=ONE) == 0


def test_a_write_that_fails_leaves_nothing_of_itself(cache: VectorCache) -> None:
    with pytest.raises(ValueError, match="zip"):
        cache.put(ONE, "passage", ["a", "b"], vector_of("a")[None])
    assert cache.count() == 0
    cache.put(ONE, "passage", ["a"], vector_of("a")[None])
    assert cache.count() == 1


@pytest.mark.parametrize("content", [b"not a database" * 200, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_cache_is_begun_anew_and_said_so(
    tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "v.sqlite"
    path.write_bytes(content)
    with VectorCache(path) as cache:
        cache.put(ONE, "passage", ["a"], vector_of("a")[None])
        assert cache.count() == 1
    assert "begun anew" in caplog.text


def test_a_cache_that_cannot_be_opened_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LibraryError) as caught:
        VectorCache(tmp_path / "file" / "v.sqlite")
    assert "v.sqlite" in caught.value.ru


def test_a_full_disk_is_a_typed_error_and_keeps_what_was_there(cache: VectorCache) -> None:
    cache.put(ONE, "passage", ["a"], vector_of("a")[None])
    pages = cache._db.execute("PRAGMA page_count").fetchone()[0]
    cache._db.execute(f"PRAGMA max_page_count = {pages + 2}")
    texts = [str(number) for number in range(2000)]
    with pytest.raises(LibraryError, match="disk"):
        cache.put(ONE, "passage", texts, np.stack([vector_of(text) for text in texts]))
    assert cache.count() == 1


def test_threads_share_one_cache(cache: VectorCache) -> None:
    def work(number: int) -> None:
        texts = [f"{number} {i}" for i in range(50)] + ["shared"]
        for _ in range(3):
            cache.embed_passages(CountingEmbedder(), texts)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(6)))
    assert cache.count() == 6 * 50 + 1


def write_many(path: Path, number: int) -> None:
    with VectorCache(path) as cache:
        for turn in range(20):
            texts = [f"{number} {turn} {i}" for i in range(20)] + [f"shared {turn}"]
            cache.put(ONE, "passage", texts, np.stack([vector_of(text) for text in texts]))
            assert cache.get(ONE, "passage", texts[:1])[0] is not None


def test_processes_share_one_cache(tmp_path: Path) -> None:
    path = tmp_path / "v.sqlite"
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=write_many, args=(path, number)) for number in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    with sqlite3.connect(path) as db:
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    with VectorCache(path) as cache:
        assert cache.count(ONE) == 3 * 20 * 20 + 20


def test_the_real_model_gives_through_the_cache_what_it_gives_without(
    cache: VectorCache, embedder: Embedder
) -> None:
    texts = ["Совет собирается раз в квартал.", "The council meets once a quarter."]
    wanted = embedder.embed_passages(texts)
    for _ in range(2):
        np.testing.assert_allclose(cache.embed_passages(embedder, texts), wanted, atol=2e-6)
