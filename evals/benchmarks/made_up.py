"""Real words and vectors -> a made-up library of any size in a home of its own, with all its indexes.

Its acts are made-up sentences over real words, as often as words are (Zipf's law); their vectors lie in
clusters around real ones. Everything else is what answers a question: SQL, vectors in Chroma, their scan,
words, token codes. An act's issuer names the filters it passes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from assistant.engine import Assistant
from assistant.index.derive import reconcile
from assistant.index.embedder import Embedder, EmbedderIdentity, Encoded
from assistant.index.filling import Progress
from assistant.index.indexes import Indexes
from assistant.index.vector_cache import VectorCache
from assistant.index.vocabulary import load_vocabulary
from assistant.library import Library
from assistant.library.drafts import ActDraft, ChunkDraft, EditionDraft, FileDraft
from assistant.model import Authority, Provision
from assistant.settings import Settings
from evals.benchmarks.index_library import SHARES

SEED = 20_260_226
CHUNK_WORDS, CHUNK_TOKENS = 60, 60
BANK = 4096  # directions in which token vectors lie from their chunk's
NOISE = 0.6  # of a vector's length, around its cluster's centre
EDITIONS, LARGEST_EDITION = 100, 1000  # as many editions at least; chunks of each at most
CENTRES, WORDS = "centres.npy", "words.json"  # what a home is made of; they lie in it
PAIRS = 60  # parallel statements that the means are learnt from


class MadeUpEmbedder:
    """Vectors drawn around given centres, the same ones for the same text; no model."""

    token_projection: np.ndarray | None = None

    def __init__(self, centres: np.ndarray) -> None:
        self.centres = centres
        drawn = np.random.default_rng(SEED).standard_normal((BANK, centres.shape[1]), np.float32)
        self._around = _unit(drawn)
        name = hashlib.sha256(centres.tobytes()).hexdigest()
        self.identity = EmbedderIdentity("made up", name, centres.shape[1], 512)

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
        size = self.identity.dimension
        vector = _unit(centre + NOISE * _unit(source.standard_normal(size)))
        tokens = vector.astype(np.float32) + self._around[source.integers(BANK, size=CHUNK_TOKENS)]
        return vector.astype(np.float32), _unit(tokens)


def _unit(values: np.ndarray) -> np.ndarray:
    return np.asarray(values / np.linalg.norm(values, axis=-1, keepdims=True))


def fill(home: Path, real: Assistant, chunks: int, progress: Progress = lambda *_: None) -> None:
    """Fill ``home`` with a library of ``chunks`` chunks, or go on filling it; one that is full is left.

    ``real``: whose words are used, and around whose statements the vectors lie.
    """
    home.mkdir(parents=True, exist_ok=True)
    if not (home / CENTRES).is_file():
        counts = load_vocabulary(real.indexes.path)
        words = sorted(counts, key=lambda word: -counts[word])
        statements = [pair[0] for pair in real.library.parallel_statements()]
        (home / WORDS).write_text(json.dumps(words, ensure_ascii=False), encoding="utf-8")
        np.save(home / CENTRES, real.indexes.embedder.embed_passages(statements))
    settings, indexes = _of(home)
    library = Library(settings.library_url)
    _put_acts(library, words_of(home), chunks)
    reconcile(indexes, library, progress, parallel=lambda: [(f"да {n}", f"yes {n}") for n in range(PAIRS)])
    indexes.close()
    library.close()


def opened(home: Path) -> Assistant:
    """An assistant over a home that :func:`fill` has filled."""
    settings, indexes = _of(home)
    return Assistant(settings, library=Library(settings.library_url), indexes=indexes)


def words_of(home: Path) -> list[str]:
    """The words that a home is made of, the most frequent first."""
    return list(json.loads((home / WORDS).read_text(encoding="utf-8")))


def _of(home: Path) -> tuple[Settings, Indexes]:
    settings = Settings(home=home, lang="en", database_url=None, chroma_url=None, files_url=None)
    embedder: Embedder = MadeUpEmbedder(np.load(home / CENTRES))  # type: ignore[assignment]
    cache = VectorCache(home / "cache" / "vectors.sqlite")
    return settings, Indexes(settings.index_path, embedder, cache)


def _put_acts(library: Library, words: Sequence[str], chunks: int) -> None:
    weights = 1 / np.arange(1, len(words) + 1)
    weights /= weights.sum()
    editions = max(EDITIONS, chunks // LARGEST_EDITION)
    held = {row.act_id for row in library.editions()}
    for number in range(editions):
        if _act(number) in held:
            continue
        source = np.random.default_rng([SEED, number])
        picks = source.choice(len(words), size=(chunks // editions, CHUNK_WORDS), p=weights)
        pieces = [" ".join(words[place] for place in row) for row in picks]
        library.put_edition(_edition(number, pieces, editions))


def _act(number: int) -> str:
    return f"xx-act-{number}-2020"


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
        act=ActDraft(id=_act(number), title_ru=f"Акт {number}", issuer="; ".join(issuers)),
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
