"""Chunks of a library -> their vectors and token codes, computed here, taken from others, or held already."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.index.elsewhere import Elsewhere, Made
from assistant.index.indexes import Indexes
from assistant.index.late import TokenCodes
from assistant.index.shared import Shared
from assistant.index.vectors import ChunkKey
from assistant.library import Library
from assistant.library.schema import ChunkRow

Progress = Callable[[str, int, int], None]
BATCH = 256  # chunks embedded and stored at a time: what an interruption may cost
READ = 10_000  # chunks read from the library at a time


@dataclass(frozen=True, slots=True)
class IndexedText:
    """A chunk as it is indexed. ``spoken``: the language of the words that are embedded."""

    key: ChunkKey
    text: str
    context: str
    embedded: str
    spoken: str


@dataclass(frozen=True, slots=True)
class Run:
    """One bringing in step: of which indexes with which library, and how (:func:`.derive.reconcile`)."""

    indexes: Indexes
    library: Library
    progress: Progress
    shared: Shared | None
    elsewhere: Elsewhere | None
    anew: bool = False
    following: bool = False

    @property
    def writes_vectors(self) -> bool:
        """Whether the store of vectors is written: one on a server has been, by whom is followed."""
        return not (self.following and self.indexes.server)


def embed(
    run: Run, missing: set[int], lacking: set[int], *, handed_on: bool = False
) -> list[tuple[Sequence[int], np.ndarray]]:
    """Index ``missing`` chunks; ``lacking``: those of them, or all, that have no vector in the store.

    Returns keys and vectors where they are to be ``handed_on``: reading them from the store takes long where
    its graph is not in memory.
    """
    indexes, library, shared, elsewhere = run.indexes, run.library, run.shared, run.elsewhere
    done = 0
    made_here: list[tuple[Sequence[int], np.ndarray]] = []
    batches = _batches(texts_of(library, missing), BATCH)
    handed: Iterable[tuple[Sequence[IndexedText], Mapping[str, Made]]] = ((batch, {}) for batch in batches)
    if elsewhere is not None:
        handed = _made_elsewhere(indexes, batches, shared, elsewhere)
    for batch, made in handed:
        if shared is None:
            vectors, codes = _computed(indexes, batch, made)
        else:
            vectors, codes = _fetched(indexes, batch, shared, made)
        centred = indexes.profile.apply(vectors, [text.spoken for text in batch], "passage")
        chunks = [text.key.chunk for text in batch]
        if indexes.tokens is not None:
            indexes.tokens.put(chunks, [text.embedded for text in batch], codes)
        new = [number for number, chunk in enumerate(chunks) if chunk in lacking]
        library.still_writing()
        indexes.vectors.add([batch[number].key for number in new], centred[new])
        done += len(batch)
        if handed_on:
            made_here.append((chunks, centred))
        run.progress("embedding", done, len(missing))
    return made_here


def _made_elsewhere(
    indexes: Indexes, batches: Iterator[Sequence[IndexedText]], shared: Shared | None, elsewhere: Elsewhere
) -> Iterator[tuple[Sequence[IndexedText], Mapping[str, Made]]]:
    """Each batch with what other machines made of its texts; the next ones are under way meanwhile."""
    begun: deque[tuple[Sequence[IndexedText], Callable[[], Mapping[str, Made]]]] = deque()
    for batch in batches:
        new = _unmade(indexes, batch, shared)
        asked, spoken = [text.embedded for text in new], [text.spoken for text in new]
        profile = indexes.token_profile if indexes.tokens is not None else None
        begun.append((batch, elsewhere.begin(asked, spoken, indexes.embedder, profile)))
        if len(begun) > elsewhere.ahead:
            first, finish = begun.popleft()
            yield first, finish()
    for first, finish in begun:
        yield first, finish()


def _unmade(indexes: Indexes, batch: Sequence[IndexedText], shared: Shared | None) -> Sequence[IndexedText]:
    """Those of a batch that the model has to read."""
    if shared is not None:
        found = _of_others(indexes, batch, shared)
        batch = [text for text in batch if text.key.chunk not in found]
    texts = [text.embedded for text in batch]
    held = indexes.cache.get(indexes.embedder.identity.fingerprint, "passage", texts)
    coded = indexes.tokens.known(texts) if indexes.tokens is not None else [True] * len(texts)
    return [text for text, vector, code in zip(batch, held, coded, strict=True) if vector is None or not code]


def _of_others(
    indexes: Indexes, batch: Sequence[IndexedText], shared: Shared
) -> dict[int, tuple[np.ndarray, TokenCodes | None]]:
    """What other machines that share the library have kept of a batch, by key of the chunk."""
    dimension, profile = indexes.embedder.identity.dimension, indexes.token_profile
    directions = profile.directions if profile is not None else None
    chunks = [text.key.chunk for text in batch]
    return shared.get(indexes.tokens_file.stem, chunks, dimension, directions)


def _fetched(
    indexes: Indexes, batch: Sequence[IndexedText], shared: Shared, made: Mapping[str, Made]
) -> tuple[np.ndarray, list[TokenCodes | None]]:
    """As :func:`_computed`, from what another machine has made; what is made here is kept for the others."""
    found = _of_others(indexes, batch, shared)
    rest = [text for text in batch if text.key.chunk not in found]
    if rest:
        vectors, codes = _computed(indexes, rest, made)
        keys = [text.key.chunk for text in rest]
        if indexes.tokens is not None:  # a code that was held already is not told: read it back
            indexes.tokens.put(keys, [text.embedded for text in rest], codes)
            held = indexes.tokens.get(keys)
            codes = [held.get(key) for key in keys]
        shared.put(indexes.tokens_file.stem, keys, vectors, codes)
        found |= {key: (vectors[row], codes[row]) for row, key in enumerate(keys)}
    both = [found[text.key.chunk] for text in batch]
    return np.stack([vector for vector, _ in both]), [code for _, code in both]


def _computed(
    indexes: Indexes, batch: Sequence[IndexedText], made: Mapping[str, Made]
) -> tuple[np.ndarray, list[TokenCodes | None]]:
    """Raw vectors [n, dimension] of a batch and its token codes, None for codes that are held.

    ``made``: what other machines made of some of the texts. A text whose codes are missing is read once for
    both; its vector then comes from the cache.
    """
    texts = [text.embedded for text in batch]
    codes: list[TokenCodes | None] = [None] * len(texts)
    fingerprint = indexes.embedder.identity.fingerprint
    if made:
        indexes.cache.put(
            fingerprint, "passage", list(made), np.stack([vector for vector, _ in made.values()])
        )
    profile, store = indexes.token_profile, indexes.tokens
    if profile is not None and store is not None:
        lacking = [number for number, held in enumerate(store.known(texts)) if not held]
        for number in lacking:
            codes[number] = made[texts[number]][1] if texts[number] in made else None
        new = [number for number in lacking if codes[number] is None]
        if new:
            asked = [texts[number] for number in new]
            encoded = indexes.embedder.encode(asked, "passage")
            indexes.cache.put(fingerprint, "passage", asked, encoded.vectors)
            for number, tokens in zip(new, encoded.tokens or (), strict=False):
                codes[number] = profile.encode(tokens, batch[number].spoken)
    return indexes.cache.embed_passages(indexes.embedder, texts), codes


def texts_of(library: Library, ids: set[int]) -> Iterator[IndexedText]:
    """Chunks with their texts, in order of their keys; READ of them are in memory at a time."""
    ordered = sorted(ids)
    for first in range(0, len(ordered), READ):
        rows: dict[int, list[ChunkRow]] = {}
        for row in library.chunks_among(set(ordered[first : first + READ])):
            rows.setdefault(row.edition_id, []).append(row)
        for edition, chunks in rows.items():
            text = library.text(edition)
            for row in chunks:
                key = ChunkKey(row.id, edition, row.lang)
                own = text[row.start : row.end] if row.key is None else row.key
                yield IndexedText(key, own, row.context, row.embedded(text), row.spoken)


def _batches(texts: Iterator[IndexedText], size: int) -> Iterator[Sequence[IndexedText]]:
    batch: list[IndexedText] = []
    for text in texts:
        batch.append(text)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
