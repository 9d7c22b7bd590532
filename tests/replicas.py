"""Replicas of the assistant over one library on servers, and the single machine they are compared with."""

from __future__ import annotations

import csv
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from assistant.addresses import http_address
from assistant.index.indexes import Indexes
from assistant.index.vector_cache import VectorCache
from assistant.settings import Settings
from evals.sample_library import CASES
from tests.builders import StemEmbedder

SECONDS = 120  # a bound for a machine that does much else; nothing is measured by it


class CountingEmbedder(StemEmbedder):
    """The stand-in for a model, counting the passages it was given."""

    def __init__(self) -> None:
        self.passages = 0

    def embed_passages(self, texts: list[str]) -> Any:
        self.passages += len(texts)
        return super().embed_passages(texts)


@contextmanager
def standing_in() -> Iterator[dict[Path, CountingEmbedder]]:
    """Have indexes opened with the stand-in for a model; yields that of each home."""
    from ingest import run

    made: dict[Path, CountingEmbedder] = {}

    def at(cls: type[Indexes], settings: Settings) -> Indexes:
        embedder = made.setdefault(settings.home, CountingEmbedder())
        server = http_address(settings.chroma_url, "AI_POLICY_CHROMA_URL") if settings.chroma_url else None
        cache = VectorCache(settings.home / "cache" / "vectors.sqlite")
        return cls(settings.index_path, embedder, cache, server)  # type: ignore[arg-type]

    real = Indexes.__dict__["at"], run.open_embedder
    Indexes.at = classmethod(at)  # type: ignore[method-assign,assignment]
    run.open_embedder = lambda settings, **_named: made.setdefault(settings.home, CountingEmbedder())  # type: ignore[assignment,return-value]
    try:
        yield made
    finally:
        Indexes.at, run.open_embedder = real  # type: ignore[method-assign,assignment]


def questions(count: int, act: str = "") -> list[str]:
    """Questions to the sample acts; to one of them, by its id."""
    with CASES.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file, delimiter=";")
        return [row["question"] for row in rows if row["must_cite"].startswith(act)][:count]


def found(hits: Sequence[Any]) -> list[tuple[str, str | None, float]]:
    """What a search found: reference, edition, score to 1e-5."""
    return [(hit.ref, hit.edition, round(hit.score, 5)) for hit in hits]


def soon(true: Callable[[], bool], seconds: float = SECONDS) -> float:
    """Wait until something is so; returns the seconds that took."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < seconds, "it did not come about"
        time.sleep(0.05)
    return time.monotonic() - began
