"""Searches in a large library behind narrow and wide filters: time, and agreement with exact search.

The library is made up: editions of made-up sentences over real words, vectors in clusters around the real
ones of the embedded corpus. Everything else is what answers a question: SQL, vectors, words, token codes. The
questions' vectors are given, so that the times are those beyond embedding.
"""

from __future__ import annotations

import hashlib
import statistics
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from assistant.engine import Assistant
from assistant.index.derive import reconcile
from assistant.index.embedder import Embedder, EmbedderIdentity, Encoded
from assistant.index.indexes import Indexes
from assistant.index.vector_cache import VectorCache
from assistant.index.vectors import Scope
from assistant.index.vocabulary import load_vocabulary
from assistant.library import Library
from assistant.library.drafts import ActDraft, ChunkDraft, EditionDraft, FileDraft
from assistant.library.view import Filters
from assistant.model import Authority, Provision
from assistant.settings import Settings

SEED = 20_260_226
CHUNK_WORDS, CHUNK_TOKENS, DIMENSION, TOKEN_DIRECTIONS = 60, 60, 384, 96
NOISE = 0.6  # of a vector's length, around its cluster's centre
SHARES = {"1 %": 0.01, "10 %": 0.10, "67 %": 0.67, "100 %": 1.0}


class MadeUpEmbedder:
    """Vectors drawn around given centres, the same ones for the same text; no model."""

    token_projection: np.ndarray | None = None

    def __init__(self, centres: np.ndarray) -> None:
        self.centres = centres
        name = hashlib.sha256(centres.tobytes()).hexdigest()
        self.identity = EmbedderIdentity("made up", name, DIMENSION, 512)

    def encode(self, texts: Sequence[str], role: str, on_done: object = None) -> Encoded:
        """A vector of each text, and CHUNK_TOKENS token vectors near it."""
        drawn = [self._draw(text) for text in texts]
        return Encoded(np.stack([vector for vector, _ in drawn]), [tokens for _, tokens in drawn])

    def embed_passages(self, texts: Sequence[str], on_done: object = None) -> np.ndarray:
        """Vectors alone."""
        return self.encode(texts, "passage").vectors

    embed_queries = embed_passages

    def token_spans(self, text: str) -> None:
        """Where tokens stand is not known of made-up ones."""

    def _draw(self, text: str) -> tuple[np.ndarray, np.ndarray]:
        source = np.random.default_rng(int(hashlib.sha256(text.encode()).hexdigest()[:16], 16))
        centre = self.centres[source.integers(len(self.centres))]
        vector = _unit(centre + NOISE * _unit(source.standard_normal(DIMENSION)))
        tokens = vector + _unit(source.standard_normal((CHUNK_TOKENS, DIMENSION)))
        return vector.astype(np.float32), _unit(tokens).astype(np.float32)


def _unit(values: np.ndarray) -> np.ndarray:
    return np.asarray(values / np.linalg.norm(values, axis=-1, keepdims=True))


def made_up_library(library: Library, words: Sequence[str], editions: int, chunks: int) -> None:
    """``editions`` acts of ``chunks`` provisions each; an act's issuer names the filters it passes."""
    source = np.random.default_rng(SEED)
    weights = 1 / np.arange(1, len(words) + 1)
    weights /= weights.sum()
    for number in range(editions):
        picks = source.choice(len(words), size=(chunks, CHUNK_WORDS), p=weights)
        pieces = [" ".join(words[place] for place in row) for row in picks]
        library.put_edition(_edition(number, pieces, editions))


def _edition(number: int, pieces: Sequence[str], editions: int) -> EditionDraft:
    provisions: list[Provision] = []
    chunks: list[ChunkDraft] = []
    at = 0
    for place, piece in enumerate(pieces, 1):
        end = at + len(piece)
        provisions.append(
            Provision(id=f"p{place}", kind="point", number=str(place), label=f"п. {place}", start=at, end=end,
                      own_end=end, lang="ru")
        )  # fmt: skip
        chunks.append(ChunkDraft(f"p{place}", at, end, "", "ru"))
        at = end + 1
    text = "\n".join(pieces)
    share = (number + 1) / editions
    issuers = [name for name, limit in SHARES.items() if share <= limit + 1e-9]
    return EditionDraft(
        act=ActDraft(id=f"xx-act-{number}-2020", title_ru=f"Акт {number}", issuer="; ".join(issuers)),
        edition="2020-01-01",
        authority=Authority.OFFICIAL,
        lang="ru",
        text=text,
        grammar="made up",
        pipeline="1",
        file=FileDraft(f"{number}.txt", hashlib.sha256(text.encode()).hexdigest(), "text/plain", len(text)),
        provisions=provisions,
        chunks=chunks,
        valid_from="2020-01-01",
    )


def run(
    home: Path, real: Assistant, editions: int = 100, chunks: int = 1000, questions: int = 100
) -> dict[str, Any]:
    """Fill a new home and ask it. ``real``: whose vectors the clusters are around, whose words are used."""
    counts = load_vocabulary(real.indexes.path)
    words = sorted(counts, key=lambda word: -counts[word])
    statements = [pair[0] for pair in real.library.parallel_statements()]
    embedder = MadeUpEmbedder(real.indexes.embedder.embed_passages(statements))
    settings = Settings(home=home, lang="en")
    home.mkdir(parents=True, exist_ok=True)
    library = Library(settings.library_url)
    if not library.editions():
        made_up_library(library, words, editions, chunks)
    cache = VectorCache(home / "cache" / "vectors.sqlite")
    indexes = Indexes(settings.index_path, _as_embedder(embedder), cache)
    reconcile(indexes, library, parallel=lambda: [(f"да {n}", f"yes {n}") for n in range(60)])
    assistant = Assistant(settings, library=library, indexes=indexes)
    parts = list(indexes.vectors.rows(4096, sorted(library.chunk_ids())))
    stored = ([key for keys, _ in parts for key in keys], np.concatenate([rows for _, rows in parts]))
    source = np.random.default_rng(SEED + 1)
    asked = [" ".join(words[place] for place in source.integers(0, 3000, 8)) for _ in range(questions)]
    return {
        "chunks": editions * chunks,
        **{share: _measure(assistant, asked, share, stored) for share in SHARES},
        # Of this process: it answers, has the real model loaded too, and all vectors for comparison.
        "resident_mb": round(psutil.Process().memory_info().rss / 2**20),
    }


def _as_embedder(made_up: MadeUpEmbedder) -> Embedder:
    return made_up  # type: ignore[return-value]


def _measure(
    assistant: Assistant, asked: Sequence[str], share: str, stored: tuple[list[int], np.ndarray]
) -> dict[str, float]:
    """``stored``: all chunk keys and their vectors, as the vector store has them."""
    for question in asked[:5]:
        assistant.search(question, issuer=share)
    editions = assistant.view.in_scope(Filters(as_of=date.today(), issuer=share))
    places = assistant.library.chunk_places(stored[0])
    passing = [row for row, key in enumerate(stored[0]) if places[key].edition in editions]
    exact = (np.array(stored[0])[passing], stored[1][passing])
    times, agreement = [], []
    for question in asked:
        began = time.perf_counter()
        assistant.search(question, issuer=share)
        times.append((time.perf_counter() - began) * 1000)
        agreement.append(_recall(assistant.indexes, question, editions, exact))
    times.sort()
    return {
        "p50_ms": round(statistics.median(times), 1),
        "p95_ms": round(times[int(len(times) * 0.95) - 1], 1),
        "recall@10": round(statistics.fmean(agreement), 4),
    }


def _recall(
    indexes: Indexes, question: str, editions: set[int], exact: tuple[np.ndarray, np.ndarray]
) -> float:
    """The share of the ten truly nearest chunks that the vector search finds, against a plain computation."""
    vectors, _ = indexes.question([question], "ru")
    scope = Scope(frozenset(editions), None, indexes.share(editions, None))
    found = {entry.chunk for entry in indexes.nearest(vectors, 10, scope)[0]}
    best = exact[0][np.argsort(-(exact[1] @ vectors[0]))[:10]].tolist()
    return len(found.intersection(best)) / len(best)
