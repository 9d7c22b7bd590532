"""The derived indexes of a home, opened for searching: vectors, their scan, words, token codes.

They are brought in step with the library by :mod:`assistant.index.derive`. A file beside them names the
library generation they were last complete for, so that nothing is opened when there is nothing to do.

A question is answered from what can be read: an index that is damaged brings up nothing, the log says so, and
the next writer makes it anew. While a process writes, questions leave Chroma's files alone.
"""

from __future__ import annotations

import hashlib
import json
import logging
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from assistant.addresses import HttpAddress, http_address
from assistant.errors import DerivedIndexError, LibraryError, ModelError, ServerError
from assistant.index.centring import CentringProfile
from assistant.index.chroma_server import SETTING
from assistant.index.late import CODING, TokenCodes, TokenProfile
from assistant.index.lexical import LexicalIndex
from assistant.index.reranker import Reranker
from assistant.index.scan import UNREADABLE, Scan, open_scan
from assistant.index.token_store import TokenStore
from assistant.index.vectors import Scope, Scored, VectorIndex
from assistant.index.vocabulary import FILE, load_vocabulary
from assistant.library import Library
from assistant.spelling import Spelling
from assistant.writer_lock import is_written

if TYPE_CHECKING:
    from assistant.index.embedder import Embedder
    from assistant.index.vector_cache import VectorCache
    from assistant.settings import Settings

log = logging.getLogger(__name__)

STATE = "state.json"
DAMAGED = "damaged"  # lies there where a reader came upon damage: the next writer looks through everything
STORE, WORDS = "chroma", "lexical"  # folders of the vector store and of the lexical index
REOPEN_SECONDS = 30  # how long reopening waits for searches under way
# Up to so many chunks in scope the scan is asked, which takes some 15 ms a million; beyond, Chroma's graph.
SCANNED = 4_000_000
QUESTIONS_KEPT = 32  # vectors of questions, some 10 KB each


class Indexes:
    """The indexes of one home. Opened when first used; safe to use from several threads."""

    def __init__(
        self, path: Path, embedder: Embedder, cache: VectorCache, server: HttpAddress | None = None
    ) -> None:
        """``server``: the Chroma server that keeps the vectors; None: a store in ``path`` does."""
        self.path = path
        self.embedder = embedder
        self.cache = cache
        self.server = server
        self._library = ""
        self._lock = threading.RLock()
        self._vectors: VectorIndex | None = None
        self._scan: Scan | None = None
        self._lexical: LexicalIndex | None = None
        self._profile: CentringProfile | None = None
        self._token_profile: TokenProfile | None = None
        self._questions: dict[tuple[tuple[str, ...], str], tuple[np.ndarray, np.ndarray | None]] = {}
        self._profiles_read = 0  # how often the profiles were let go of
        self._tokens: TokenStore | None = None
        self._spelling: Spelling | None = None
        self._rerankers: dict[str, Reranker] = {}
        self._chunks_of: Counter[tuple[int, str]] = Counter()
        self._seen: tuple[int, int] | None = None
        self._warned: set[str] = set()
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
        server = http_address(settings.chroma_url, SETTING) if settings.chroma_url else None
        cache = VectorCache(settings.home / "cache" / "vectors.sqlite")
        return cls(settings.index_path, embedder, cache, server)

    def beside(self) -> Indexes:
        """The same indexes opened a second time: what is done to them is seen here when it is complete."""
        return Indexes(self.path, self.embedder, self.cache, self.server)

    # ── the parts ─────────────────────────────────────────────────────────────────────────────

    @property
    def vectors(self) -> VectorIndex:
        """The vector store of the present embedder."""
        with self._lock:
            if self._vectors is None:
                if self.server is None:
                    self._vectors = VectorIndex(self.path / STORE, self.collection)
                else:
                    self._vectors = VectorIndex(self.server, f"{self.prefix}{self.collection}")
            return self._vectors

    @property
    def prefix(self) -> str:
        """How the names of this library's collections begin on a server, where others keep theirs too."""
        return f"{self._library or self.state().get('library') or 'none'}-"

    @property
    def scan(self) -> Scan | None:
        """The vectors in scanning order; None where they have not been written yet or cannot be read."""
        with self._lock:
            if self._scan is None:
                try:
                    self._scan = open_scan(self.scan_folder)
                except UNREADABLE as error:
                    log.warning("%s cannot be read (%s); it is written anew.", self.scan_folder, error)
            return self._scan

    @property
    def lexical(self) -> LexicalIndex:
        """The lexical index."""
        with self._lock:
            if self._lexical is None:
                self._lexical = LexicalIndex(self.path / WORDS)
            return self._lexical

    @property
    def profile(self) -> CentringProfile:
        """The language means vectors are centred by; zeros until parallel statements are held."""
        with self._lock:
            if self._profile is None:
                file = self.profile_file
                identity = self.embedder.identity
                self._profile = (
                    CentringProfile.load(file)
                    if file.is_file()
                    else CentringProfile.zeros(identity.fingerprint, identity.dimension)
                )
            return self._profile

    @property
    def token_profile(self) -> TokenProfile | None:
        """How token vectors are made small; None until it has been learnt, or for a model without them."""
        with self._lock:
            if self._token_profile is None and self.token_profile_file.is_file():
                self._token_profile = TokenProfile.load(self.token_profile_file)
            return self._token_profile

    @property
    def tokens(self) -> TokenStore | None:
        """The token codes; None where there is no profile to make them by."""
        with self._lock:
            profile = self.token_profile
            if self._tokens is None and profile is not None:
                self._tokens = TokenStore(self.tokens_file, profile.directions)
            return self._tokens

    def reranker(self, name: str) -> Reranker:
        """The cross-encoder of this name, loaded once."""
        with self._lock:
            return self._rerankers.setdefault(name, Reranker(name))

    @property
    def spelling(self) -> Spelling:
        """The words that are spelt as in the texts."""
        with self._lock:
            if self._spelling is None:
                self._spelling = Spelling(load_vocabulary(self.path))
            return self._spelling

    # ── searching ─────────────────────────────────────────────────────────────────────────────

    def question(self, wordings: Sequence[str], lang: str) -> tuple[np.ndarray, np.ndarray | None]:
        """Wordings of a question, read in one pass: their centred vectors [n, dimension], float32.

        Beside them the reduced token vectors of the first wording, where the model makes any. No vectors
        where the language means cannot be read. What was read last is kept: an answer asks for it again.
        """
        asked = (tuple(wordings), lang)
        with self._lock:
            profiles = self._profiles_read
            known = self._questions.get(asked)
        if known is None:
            known = self._read_question(wordings, lang)
            with self._lock:
                if profiles == self._profiles_read:  # else it was read by what is no longer in use
                    self._questions[asked] = known
                    while len(self._questions) > QUESTIONS_KEPT:
                        self._questions.pop(next(iter(self._questions)))
        return known

    def _read_question(self, wordings: Sequence[str], lang: str) -> tuple[np.ndarray, np.ndarray | None]:
        try:
            means, profile, tokens = self.profile, self.token_profile, None
        except ModelError as error:
            self._warn(error)
            return np.empty((0, self.embedder.identity.dimension), np.float32), None
        if profile is None:
            raw = self.embedder.embed_queries(list(wordings))
        else:
            encoded = self.embedder.encode(list(wordings), "query")
            raw = encoded.vectors
            tokens = profile.reduce(encoded.tokens[0], lang, "query") if encoded.tokens else None
        return means.apply(raw, [lang] * len(wordings), "query"), tokens

    def nearest(self, vectors: np.ndarray, k: int, scope: Scope) -> list[list[Scored]]:
        """For each of ``vectors`` the ``k`` nearest chunks within ``scope``, best first.

        From the scan where at most ``SCANNED`` chunks pass, and while a process writes; scores are exact.
        """
        scan = self.scan
        if scan is not None and len(scan) * scope.share <= SCANNED:
            return scan.search(vectors, k, scope)
        if self._store_may_be_read():
            try:
                return [self.vectors.search(vector, k, scope) for vector in vectors]
            except (
                DerivedIndexError,
                ServerError,
            ) as error:  # a writer has begun meanwhile, or it is damaged
                self._warn(error)
        return scan.search(vectors, k, scope) if scan is not None else [[] for _ in vectors]

    def similarities(self, vector: np.ndarray, chunks: Sequence[int]) -> dict[int, float]:
        """Cosine of ``vector`` with the given chunks; unknown keys are left out."""
        scan = self.scan
        if scan is not None:
            return scan.similarities(vector, chunks)
        if self._store_may_be_read():
            try:
                return self.vectors.similarities(vector, chunks)
            except (DerivedIndexError, ServerError) as error:
                self._warn(error)
        return {}

    def by_words(self, terms: Sequence[str], k: int, scope: Scope, added: Sequence[str] = ()) -> list[Scored]:
        """As :meth:`LexicalIndex.search`; nothing where the lexical index cannot be read or is not there."""
        if not (self.path / WORDS / "meta.json").is_file():
            return []  # a reader makes none: the writer may be about to
        try:
            return self.lexical.search(terms, k, scope, added)
        except DerivedIndexError as error:
            self._warn(error)
            return []

    def rarity(self, terms: Sequence[str]) -> dict[str, float]:
        """As :meth:`LexicalIndex.rarity`; every stem alike where the lexical index cannot be read."""
        try:
            return self.lexical.rarity(terms)
        except DerivedIndexError as error:
            self._warn(error)
            return dict.fromkeys(terms, 1.0)

    def codes(self, chunks: Sequence[int]) -> dict[int, TokenCodes]:
        """The token codes of chunks; unknown ones, or all where they cannot be read, are left out."""
        try:
            return self.tokens.get(chunks) if self.tokens is not None else {}
        except (LibraryError, ModelError) as error:
            self._warn(error)
            return {}

    def _store_may_be_read(self) -> bool:
        """Whether the vectors are complete and, where they are Chroma's files, nobody writes to them."""
        complete = self.state().get("vectors") == self.collection
        return complete and (self.server is not None or not is_written(self.path.parent))

    def _warn(self, error: LibraryError | ModelError) -> None:
        """Say once of each damage that questions are answered without it; leave word to the next writer."""
        if error.en not in self._warned:
            self._warned.add(error.en)
            log.warning("Questions are answered without a part of the indexes: %s", error.en)
            if not isinstance(error, ServerError):
                with suppress(OSError):  # a reader may not write here
                    (self.path / DAMAGED).touch()

    @property
    def size(self) -> int:
        """How many chunks can be found."""
        return sum(self._chunks_of.values())

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
                self._library = library.identity
                self.forget_profiles()
                # Counting in the library takes most of a second for a million chunks.
                scan = self.scan
                self._chunks_of = scan.counts if scan is not None else Counter(library.chunk_counts())
                self._spelling = None
                self._warned.clear()
                self._see_words()

    def close(self) -> None:
        """Let go of all files; what is used next is opened anew."""
        with self._lock:
            self.forget_profiles()
            self._lexical = None

    def _see_words(self) -> None:
        """Read the lexical index as it is now; one that cannot be read is opened anew when next used."""
        try:
            if self._lexical is not None:
                self._lexical.reload()
        except DerivedIndexError:
            self._lexical = None

    def forget_profiles(self) -> None:
        """Read the profiles anew, and with them what they decide, when they are next needed."""
        with self._lock:
            self._profile = self._token_profile = self._scan = None
            self._questions.clear()
            self._profiles_read += 1
            if self._vectors is not None:
                self._vectors.close()
                self._vectors = None
            if self._tokens is not None:
                self._tokens.close()
                self._tokens = None

    def forget_scan(self) -> None:
        """Open the scan anew when it is next needed: another has been written."""
        with self._lock:
            self._scan = None

    def _written(self) -> tuple[int, int]:
        """What tells one completion of the indexes from another, whatever the clock said; zeros for none."""
        try:
            found = (self.path / STATE).stat()
        except OSError:
            return 0, 0
        return found.st_ino, found.st_mtime_ns

    # ── what they are complete for ────────────────────────────────────────────────────────────

    def complete_for(self, library: Library) -> bool:
        """Whether the indexes were last completed for this library as it is, and this embedder."""
        state, wanted = self.state(), self.wanted_state(library)
        if state != wanted and state == wanted | {"words": state.get("words")}:
            try:  # the words were opened before somebody else committed
                self.lexical.reload()
            except DerivedIndexError:
                return False
            wanted = self.wanted_state(library)
        return state == wanted

    def serve(self, library: Library) -> bool:
        """Whether questions to this library can be answered, if perhaps not by its very latest texts."""
        state = self.state()
        return (state.get("library"), state.get("vectors")) == (library.identity, self.collection)

    def wanted_state(self, library: Library) -> dict[str, object]:
        """What :meth:`state` says when everything is in step."""
        return {
            "library": library.identity,
            "generation": library.generation,
            "vectors": self.collection,
            "scan": self.scan_folder.is_dir() and self.scan is not None and self.scan.coded,
            "tokens": self._codes(),
            "vocabulary": (self.path / FILE).is_file(),
            "words": self._words(),
        }

    def _words(self) -> int | None:
        """How many chunks the lexical index holds; None where it cannot be read or is not there."""
        try:
            return len(self.lexical) if (self.path / WORDS / "meta.json").is_file() else None
        except DerivedIndexError:
            return None

    def _codes(self) -> str | None:
        """Which file of token codes lies there; None where there is none that can be read."""
        try:
            if not self.tokens_file.is_file() or self.tokens is None:
                return None
            return f"{self.tokens_file.name} {self.tokens.identity}"
        except (LibraryError, ModelError):
            return None

    def state(self) -> dict[str, object]:
        """What the indexes were last completed for; empty where that is not known."""
        try:
            found = json.loads((self.path / STATE).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def note(self, state: dict[str, object]) -> None:
        """Say what the indexes are complete for."""
        self.path.mkdir(parents=True, exist_ok=True)
        partial = self.path / f"{STATE}.partial"
        partial.write_text(json.dumps(state), encoding="utf-8")
        partial.replace(self.path / STATE)

    @property
    def short(self) -> str:
        """The embedder's fingerprint, as file names carry it."""
        return self.embedder.identity.fingerprint[:16]

    @property
    def profile_file(self) -> Path:
        """Where the language means lie."""
        return self.path / f"centring-{self.short}.npz"

    @property
    def token_profile_file(self) -> Path:
        """Where the means and directions of token vectors lie."""
        return self.path / f"tokens-{self.short}-{CODING}.npz"

    @property
    def tokenless_file(self) -> Path:
        """Lies there where the model has been found to make no token vectors."""
        return self.path / f"tokens-{self.short}-{CODING}.none"

    @property
    def tokens_file(self) -> Path:
        """Where the token codes lie: those of another profile are other codes."""
        return self.path / f"tokens-{self.short}-{CODING}-{_digest(self.token_profile_file)}.sqlite"

    @property
    def scan_folder(self) -> Path:
        """Where the scanning order lies."""
        return self.path / f"scan-{self.collection}"

    @property
    def collection(self) -> str:
        """The name of the vectors: embedder and language means."""
        return f"chunks-{self.short}-{_digest(self.profile_file)}"


def _digest(profile: Path) -> str:
    """A name for the content of a profile's file; "raw" where there is none."""
    try:
        return hashlib.sha256(profile.read_bytes()).hexdigest()[:12]
    except FileNotFoundError:
        return "raw"
