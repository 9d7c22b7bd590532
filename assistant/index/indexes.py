"""The two derived indexes of a home, kept in step with its library.

Reconciling compares keys: chunks without a vector or without a lexical entry are added, entries without a
chunk removed. A file beside the indexes names the library generation they were last complete for, so that
nothing is opened when there is nothing to do.
"""

from __future__ import annotations

import json
import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from assistant.errors import ModelError
from assistant.index.centring import CentringProfile, compute_profile
from assistant.index.lexical import LexicalEntry, LexicalIndex
from assistant.index.vectors import ChunkKey, VectorIndex
from assistant.library import Library
from assistant.library.schema import ChunkRow

if TYPE_CHECKING:
    from assistant.index.embedder import Embedder
    from assistant.index.vector_cache import VectorCache
    from assistant.settings import Settings

log = logging.getLogger(__name__)

Progress = Callable[[str, int, int], None]
Parallel = Callable[[], Sequence[tuple[str, str]]]
BATCH = 256  # chunks embedded and stored at a time: what an interruption may cost
MIN_PAIRS = 50  # parallel statements a language mean is taken from, at least …
MAX_PAIRS = 150  # … and at most: more move the means by less than .01
STATE = "state.json"
REOPEN_SECONDS = 30  # how long reopening waits for searches under way


def _silent(what: str, done: int, total: int) -> None:
    """A progress that nobody watches."""


@dataclass(frozen=True, slots=True)
class _Text:
    """A chunk as it is indexed."""

    key: ChunkKey
    text: str
    context: str

    @property
    def embedded(self) -> str:
        return f"{self.context}\n{self.text}" if self.context else self.text


class Indexes:
    """Vectors and words of one home. Opened when first used; safe to use from several threads."""

    def __init__(self, path: Path, embedder: Embedder, cache: VectorCache) -> None:
        self.path = path
        self.embedder = embedder
        self._cache = cache
        self._lock = threading.RLock()
        self._vectors: VectorIndex | None = None
        self._lexical: LexicalIndex | None = None
        self._profile: CentringProfile | None = None
        self._chunks_of: Counter[tuple[int, str]] = Counter()
        self._seen: int | None = None
        self._gate = threading.Condition()
        self._searching = 0

    @classmethod
    def at(cls, settings: Settings) -> Indexes:
        """The indexes of the home that ``settings`` name, with the embedder they name.

        Raises ModelError where the default model is not set up: nothing is downloaded to answer a question.
        """
        from assistant.index import e5_weights
        from assistant.index.embedder import open_embedder
        from assistant.index.vector_cache import VectorCache

        default = settings.embedder == e5_weights.MODEL_NAME
        if default and not e5_weights.is_complete(settings.models_path / e5_weights.MODEL_NAME):
            raise ModelError(
                f"The embedding model is not in {settings.models_path} yet. Run 'ai-policy ingest' once: "
                "it sets the model up and loads the embedded corpus.",
                f"Модели для поиска ещё нет в {settings.models_path}. Выполните один раз «ai-policy ingest»: "
                "команда установит модель и загрузит встроенный корпус.",
            )
        embedder = open_embedder(settings)
        return cls(settings.index_path, embedder, VectorCache(settings.home / "cache" / "vectors.sqlite"))

    # ── searching ─────────────────────────────────────────────────────────────────────────────

    @property
    def vectors(self) -> VectorIndex:
        """The vector index of the present embedder."""
        with self._lock:
            if self._vectors is None:
                self._vectors = VectorIndex(self.path / "chroma", self._collection())
            return self._vectors

    @property
    def lexical(self) -> LexicalIndex:
        """The lexical index."""
        with self._lock:
            if self._lexical is None:
                self._lexical = LexicalIndex(self.path / "lexical")
            return self._lexical

    @property
    def profile(self) -> CentringProfile:
        """The language means vectors are centred by; zeros until parallel statements are held."""
        with self._lock:
            if self._profile is None:
                file = self._profile_file()
                identity = self.embedder.identity
                self._profile = (
                    CentringProfile.load(file)
                    if file.is_file()
                    else CentringProfile.zeros(identity.fingerprint, identity.dimension)
                )
            return self._profile

    def query_vectors(self, texts: Sequence[str], lang: str) -> np.ndarray:
        """The centred vectors of wordings of a question: [n, dimension] float32, unit length."""
        raw = self.embedder.embed_queries(list(texts))
        centred = self.profile.apply(raw, [lang] * len(texts), "query")
        return np.asarray(centred, dtype=np.float32)

    def share(self, editions: set[int], lang: str | None) -> float:
        """The part of all chunks that the editions hold in a language (None: any), 0…1."""
        total = sum(self._chunks_of.values())
        passing = sum(
            count
            for (edition, spoken), count in self._chunks_of.items()
            if edition in editions and lang in (None, spoken)
        )
        return passing / total if total else 1.0

    @contextmanager
    def searching(self) -> Iterator[None]:
        """Keep the indexes open while a search uses them: reopening waits for the last one to leave."""
        with self._gate:
            self._searching += 1
        try:
            yield
        finally:
            with self._gate:
                self._searching -= 1
                self._gate.notify_all()

    def follow(self, library: Library) -> None:
        """See what has been written since, by this process or another; cheap when nothing has."""
        written = self._written()
        if written != self._seen or not self._chunks_of:
            self.reopen(library)
            self._seen = written

    def reopen(self, library: Library) -> None:
        """Open the indexes anew when they are next used."""
        with self._gate:
            self._gate.wait_for(lambda: self._searching == 0, timeout=REOPEN_SECONDS)
            with self._lock:
                self._chunks_of = Counter(library.chunk_counts())
                self._profile = None
                if self._vectors is not None:
                    self._vectors.close()
                    self._vectors = None
                if self._lexical is not None:
                    self._lexical.reload()

    def _written(self) -> int:
        """When the indexes were last completed, in nanoseconds; 0 for never."""
        try:
            return (self.path / STATE).stat().st_mtime_ns
        except OSError:
            return 0

    # ── keeping in step ───────────────────────────────────────────────────────────────────────

    def complete_for(self, library: Library) -> bool:
        """Whether the indexes were last completed for this library as it is, and this embedder."""
        return self._state() == self._wanted_state(library)

    def _wanted_state(self, library: Library) -> dict[str, object]:
        return {
            "library": library.identity,
            "generation": library.generation,
            "vectors": self._collection(),
        }

    def _state(self) -> dict[str, object]:
        try:
            found = json.loads((self.path / STATE).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def reconcile(self, library: Library, progress: Progress = _silent, parallel: Parallel = tuple) -> int:
        """Bring both indexes in step with the library; returns how many chunks were added to either.

        ``parallel`` gives (Russian, English) statements to learn the language means from, where the library
        holds too few of its own.
        """
        if self.complete_for(library):
            return 0
        if self._state().get("library", library.identity) != library.identity:
            self._clear()  # keys of another library's chunks would be taken for this one's
        self._learn_means(library, parallel)
        state = self._wanted_state(library)
        wanted = library.chunk_ids()
        have_vectors, have_words = self.vectors.keys(), self.lexical.keys()
        self.vectors.remove(sorted(have_vectors - wanted))
        missing_words = wanted - have_words
        if missing_words or have_words - wanted:
            entries = (
                LexicalEntry(text.key, text.text, text.context) for text in _texts(library, missing_words)
            )
            self.lexical.update(entries, sorted(have_words - wanted))
        missing = wanted - have_vectors
        self._embed(library, missing, progress)
        self.vectors.drop_others()
        self._note(state)
        self.reopen(library)
        return len(missing | missing_words)

    def rebuild(self, library: Library, progress: Progress = _silent) -> int:
        """Throw away what is derived and derive it anew; cached vectors are used again."""
        self._clear()
        return self.reconcile(library, progress)

    def _clear(self) -> None:
        with self._lock:
            (self.path / STATE).unlink(missing_ok=True)
            self.vectors.remove(sorted(self.vectors.keys()))
            self.lexical.update((), sorted(self.lexical.keys()))

    def _embed(self, library: Library, missing: set[int], progress: Progress) -> None:
        done = 0
        for batch in _batches(_texts(library, missing), BATCH):
            raw = self._cache.embed_passages(self.embedder, [text.embedded for text in batch])
            centred = self.profile.apply(raw, [text.key.lang for text in batch], "passage")
            self.vectors.add([text.key for text in batch], centred)
            done += len(batch)
            progress("embedding", done, len(missing))

    def _learn_means(self, library: Library, parallel: Parallel) -> None:
        """Take the language means from the digests' parallel statements, once for each embedder."""
        if self._profile_file().is_file():
            return
        pairs = library.parallel_statements()
        if len(pairs) < MIN_PAIRS:
            pairs = list(parallel())
            pairs = pairs[:: max(1, len(pairs) // MIN_PAIRS)][:MIN_PAIRS]  # somebody waits for a first file
        if len(pairs) < MIN_PAIRS:
            return
        pairs = pairs[:: max(1, len(pairs) // MAX_PAIRS)][:MAX_PAIRS]
        log.info("Learning language means from %d parallel statements", len(pairs))
        profile = compute_profile(self.embedder, pairs)
        self._profile_file().parent.mkdir(parents=True, exist_ok=True)
        profile.save(self._profile_file())
        with self._lock:
            self._profile, self._vectors = profile, None

    def _profile_file(self) -> Path:
        return self.path / f"centring-{self.embedder.identity.fingerprint[:16]}.npz"

    def _collection(self) -> str:
        centred = "centred" if self._profile_file().is_file() else "raw"
        return f"chunks-{self.embedder.identity.fingerprint[:16]}-{centred}"

    def _note(self, state: dict[str, object]) -> None:
        partial = self.path / f"{STATE}.partial"
        partial.write_text(json.dumps(state), encoding="utf-8")
        partial.replace(self.path / STATE)


def _texts(library: Library, ids: set[int]) -> Iterator[_Text]:
    """Chunks with their texts, edition by edition, so that a text is read once."""
    rows: dict[int, list[ChunkRow]] = {}
    for row in library.chunks_among(ids):
        rows.setdefault(row.edition_id, []).append(row)
    for edition, chunks in rows.items():
        text = library.text(edition)
        for row in chunks:
            key = ChunkKey(row.id, edition, row.lang)
            yield _Text(key, text[row.start : row.end], row.context)


def _batches(texts: Iterator[_Text], size: int) -> Iterator[Sequence[_Text]]:
    batch: list[_Text] = []
    for text in texts:
        batch.append(text)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
