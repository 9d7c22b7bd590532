"""A question's reading -> scored chunks: found by meaning and by words, ordered by late interaction.

The weight of words against meaning depends on the language pair: words of one language say little about a
text in the other. Filters work inside the searches.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from assistant.index.indexes import Indexes
from assistant.index.late import best_matches, maxsim
from assistant.index.vectors import Scope
from assistant.library.store import ChunkPlace
from assistant.library.view import LibraryView
from assistant.parts import token_groups
from assistant.query import Reading
from assistant.ranked import TokenMatch
from assistant.settings import RetrievalSettings
from assistant.tracing import span


@dataclass(frozen=True, slots=True)
class Candidate:
    """A chunk found for a question.

    score: fused standardised score. cosine, words: its parts, the latter BM25, 0 without a shared word.
    parts: late-interaction scores against each part of a question with several. match: how well its tokens
    match those of the question, None where that was not looked at.
    """

    chunk: int
    place: ChunkPlace
    score: float
    cosine: float
    words: float
    parts: tuple[float, ...] = ()
    match: TokenMatch | None = None


@dataclass(slots=True)
class Wordings:
    """The question as it is searched: centred vectors of its wordings, token vectors of the first."""

    vectors: np.ndarray = field(default_factory=lambda: np.empty((0, 0), np.float32))
    tokens: np.ndarray | None = None
    groups: list[np.ndarray] = field(default_factory=list)


def find_candidates(
    reading: Reading, view: LibraryView, indexes: Indexes, settings: RetrievalSettings, scope: Scope
) -> list[Candidate]:
    """All chunks that either search brings up, with their scores, in no particular order."""
    asked = _wordings(reading, indexes, settings)
    cosines, words = _search(asked, reading, indexes, settings, scope)
    places = view.chunks({*cosines, *words})
    keys = sorted(places)
    if not keys:
        return []
    dense = np.array([cosines.get(key, 0.0) for key in keys])
    lexical = np.array([words.get(key, 0.0) for key in keys])
    same = np.array([places[key].spoken == reading.spoken for key in keys])
    fused = fuse(dense, lexical, same, settings)
    with span("rerank", by="late interaction"):
        scores, parts, found = _late(asked, keys, fused, indexes, settings)
    return [
        Candidate(key, places[key], float(scores[number]), float(dense[number]), float(lexical[number]),
                  tuple(parts[number].tolist()), found.get(number))
        for number, key in enumerate(keys)
    ]  # fmt: skip


def _wordings(reading: Reading, indexes: Indexes, settings: RetrievalSettings) -> Wordings:
    asked = Wordings()
    if not settings.dense:
        return asked
    asked.vectors, tokens = indexes.question(reading.dense_texts, reading.spoken)
    if settings.late_interaction:
        asked.tokens = tokens
    if asked.tokens is not None and settings.split_questions:
        first = reading.dense_texts[0]  # the wording whose token vectors these are
        asked.groups = token_groups(first, indexes.embedder.token_spans(first), len(asked.tokens))
    return asked


def _search(
    asked: Wordings, reading: Reading, indexes: Indexes, settings: RetrievalSettings, scope: Scope
) -> tuple[dict[int, float], dict[int, float]]:
    """(chunk key -> cosine, chunk key -> BM25 score) of everything either search brings up."""
    words: dict[int, float] = {}
    if settings.lexical:
        added = [term for term in reading.terms if term not in reading.own_terms]
        found = indexes.by_words(reading.own_terms, settings.candidates, scope, added)
        words = {entry.chunk: entry.score for entry in found}
    cosines: dict[int, float] = {}
    nearest = indexes.nearest(asked.vectors, settings.candidates, scope)
    for vector, entries in zip(asked.vectors, nearest, strict=True):
        near = {entry.chunk: entry.score for entry in entries}
        near |= indexes.similarities(vector, [key for key in {*words, *cosines} if key not in near])
        cosines = {key: max(score, cosines.get(key, -1.0)) for key, score in near.items()}
    return cosines, words


def standardise(values: np.ndarray) -> np.ndarray:
    """(x - mean) / standard deviation; zeros where all are equal."""
    spread = float(values.std())
    return (values - values.mean()) / spread if spread > 1e-9 else np.zeros_like(values)


def fuse(dense: np.ndarray, lexical: np.ndarray, same: np.ndarray, settings: RetrievalSettings) -> np.ndarray:
    """Standardised scores of meaning and words, weighted. ``same``: question and chunk in one language."""
    weight = np.where(same, settings.lexical_weight, settings.cross_lexical_weight)
    if not settings.dense:
        weight = np.ones_like(weight)
    if not settings.lexical:
        weight = np.zeros_like(weight)
    return np.asarray((1 - weight) * standardise(dense) + weight * standardise(lexical))


def _late(
    asked: Wordings, keys: Sequence[int], fused: np.ndarray, indexes: Indexes, settings: RetrievalSettings
) -> tuple[np.ndarray, np.ndarray, dict[int, TokenMatch]]:
    """The best of ``fused`` scored anew by late interaction, the others after them.

    Beside the scores those of the parts, and the token matches of the chunks looked at, by place.
    """
    nothing = np.zeros((len(keys), 0))
    if asked.tokens is None or not len(asked.tokens):
        return fused, nothing, {}
    order = np.argsort(-fused, kind="stable")
    best = order[: settings.reranked]
    codes = indexes.codes([keys[place] for place in best])
    best = np.array([place for place in best if keys[place] in codes], dtype=np.int64)
    if not len(best):
        return fused, nothing, {}
    matches = best_matches(asked.tokens, [codes[keys[place]] for place in best])
    raw = maxsim(matches)
    late = standardise(raw)
    mixed = settings.late_weight * late + (1 - settings.late_weight) * fused[best]
    scores = fused - fused.max() + mixed.min() - 1.0
    scores[best] = mixed
    parts = np.full((len(keys), len(asked.groups)), -np.inf)
    for number, group in enumerate(asked.groups):
        parts[best, number] = maxsim(matches[:, group])
    return scores, parts, _token_matches(best, matches, raw)


def _token_matches(best: np.ndarray, matches: np.ndarray, raw: np.ndarray) -> dict[int, TokenMatch]:
    weakest = np.sort(matches, axis=1)[:, : max(1, matches.shape[1] // 4)].mean(axis=1)
    least, middle = matches.min(axis=1), float(np.median(raw))
    return {
        int(place): TokenMatch(
            float(raw[number]), float(weakest[number]), float(least[number]), float(raw[number]) - middle
        )
        for number, place in enumerate(best)
    }
