"""Library -> indexes: what is missing is added, what is no longer there removed.

Keys are compared: chunks without a vector, a lexical entry or token codes get them. An interruption costs
one batch; what was computed before is taken from the cache. What is derived by learnt means carries a digest
of them in its name, so that what was made by others is never taken for it.
"""

from __future__ import annotations

import itertools
import logging
import shutil
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.index.centring import compute_profile
from assistant.index.elsewhere import Elsewhere, Made
from assistant.index.failures import failed
from assistant.index.indexes import Indexes
from assistant.index.late import TokenCodes, learn_tokens
from assistant.index.lexical import LexicalEntry
from assistant.index.mending import discard_damaged, discard_unread
from assistant.index.read_once import ReadOnce
from assistant.index.scan import Scan, write_scan
from assistant.index.shared import Shared
from assistant.index.vectors import ChunkKey
from assistant.index.vocabulary import EARLIER, add_words, has_vocabulary
from assistant.library import Library
from assistant.library.schema import ChunkRow
from assistant.library.view import OWN

log = logging.getLogger(__name__)

Progress = Callable[[str, int, int], None]
Parallel = Callable[[], Sequence[tuple[str, str]]]
BATCH = 256  # chunks embedded and stored at a time: what an interruption may cost
FETCHED = 4096  # vectors moved to the scanning order at a time
MIN_PAIRS = 50  # parallel statements a language mean is taken from, at least …
MAX_PAIRS = 150  # … and at most: more move the means by less than .01


def _silent(what: str, done: int, total: int) -> None:
    """A progress that nobody watches."""


@dataclass(frozen=True, slots=True)
class _Text:
    """A chunk as it is indexed. ``spoken``: the language of the words that are embedded."""

    key: ChunkKey
    text: str
    context: str
    embedded: str
    spoken: str


def reconcile(
    indexes: Indexes,
    library: Library,
    progress: Progress = _silent,
    parallel: Parallel = tuple,
    *,
    anew: bool = False,
    following: bool = False,
    elsewhere: Elsewhere | None = None,
) -> int:
    """Bring all indexes in step with the library; returns how many chunks were added to any.

    ``parallel`` gives (Russian, English) statements to learn the language means from, where the library
    holds too few of its own. ``anew``: words and scan are written in full, whatever they hold. ``following``:
    others share the library and the vectors on its server, somebody has completed these, and they are only
    read. ``elsewhere``: machines that embed in the place of this one. Raises DerivedIndexError where an index
    cannot be written, ServerError where a server cannot be used: what is done is kept, and the next run goes
    on.
    """
    shared = Shared.of(library)
    if shared is not None:
        shared.take_learnt(indexes)
    if indexes.complete_for(library) and (shared is None or following or _is_noted(indexes, library, shared)):
        return 0
    try:
        return _reconcile(
            indexes, library, progress, parallel, shared, elsewhere, anew=anew, following=following
        )
    except OSError as error:
        raise failed(indexes.path, error) from error


def _is_noted(indexes: Indexes, library: Library, shared: Shared) -> bool:
    """Whether others know that the vectors are complete for the library as it is."""
    return shared.complete(indexes.collection) == library.generation


def _reconcile(
    indexes: Indexes,
    library: Library,
    progress: Progress,
    parallel: Parallel,
    shared: Shared | None,
    elsewhere: Elsewhere | None,
    *,
    anew: bool,
    following: bool,
) -> int:
    generation = library.generation
    indexes.reopen(library)  # what lies on the disk counts, not what was opened before
    discard_damaged(indexes)
    _claim(indexes, library)
    if not following:
        _learn_means(indexes, library, parallel)
        if shared is not None:
            shared.take_learnt(indexes, put=True)
    wanted = library.chunk_ids()
    missing_words = _update_words(indexes, library, wanted, anew=anew)
    lacking = wanted - indexes.vectors.keys()
    missing = set(lacking)
    if indexes.tokens is not None:
        missing |= wanted - indexes.tokens.keys()
    library.still_writing()  # what lies on a server is another writer's, once the lock is lost
    _forget(indexes, wanted, vectors=not (following and indexes.server))
    _embed(indexes, library, missing, progress, lacking, shared, elsewhere)
    _write_scan(indexes, library, wanted, anew=anew)
    indexes.note(indexes.wanted_state(library) | {"generation": generation})
    if shared is not None and not following:
        library.still_writing()
        shared.note_complete(indexes.collection, generation)
    indexes.reopen(library)
    _drop_others(indexes)
    return len(missing | missing_words)


def rebuild(
    indexes: Indexes, library: Library, progress: Progress = _silent, parallel: Parallel = tuple
) -> int:
    """Derive everything anew; cached vectors are used again.

    Questions are answered by what is there until what replaces it has been written.
    """
    indexes.follow(library)
    shared = Shared.of(library)
    if shared is not None:
        shared.take_learnt(indexes)
        shared.forget()
    indexes.note({name: value for name, value in indexes.state().items() if name == "library"})
    discard_damaged(indexes)
    discard_unread(indexes)
    done = reconcile(indexes, library, progress, parallel, anew=True)
    if indexes.server is not None:
        indexes.vectors.drop_others(indexes.prefix)
    return done


def clear(indexes: Indexes) -> None:
    """Forget what the indexes hold of any library; codes stay, they are found by their text.

    Until another library is noted they belong to none, so that a clearing cut off is begun anew. Vectors on a
    server stay: there each library's have a name of their own.
    """
    indexes.note({"library": None})
    _drop_others(indexes)
    if indexes.server is None:
        indexes.vectors.remove(sorted(indexes.vectors.keys()))
    indexes.lexical.update((), sorted(indexes.lexical.keys()))
    if indexes.tokens is not None:
        indexes.tokens.remove(sorted(indexes.tokens.keys()))
    shutil.rmtree(indexes.scan_folder, ignore_errors=True)


def _claim(indexes: Indexes, library: Library) -> None:
    """Note whose the indexes are; keys of another library's chunks would be taken for this one's and go."""
    state = indexes.state()
    if state.get("library", library.identity) != library.identity:
        clear(indexes)
    if state.get("library") != library.identity:
        indexes.note({"library": library.identity})


def _update_words(indexes: Indexes, library: Library, wanted: set[int], *, anew: bool) -> set[int]:
    have = indexes.lexical.keys()
    missing = wanted if anew else wanted - have
    unread = missing if has_vocabulary(indexes.path) else wanted
    if unread:  # before the words are noted as indexed: a word counted twice does no harm, a lost one does
        private = {row.id for row in library.editions() if row.act_id.startswith(OWN)}
        shared = (text for text in _texts(library, unread) if text.key.edition not in private)
        add_words(indexes.path, (text.embedded for text in shared))
    if missing or have - wanted:
        entries = (LexicalEntry(text.key, text.text, text.context) for text in _texts(library, missing))
        indexes.lexical.update(entries, sorted(have - wanted))
    return missing


def _forget(indexes: Indexes, wanted: set[int], *, vectors: bool) -> None:
    if vectors:
        indexes.vectors.remove(sorted(indexes.vectors.keys() - wanted))
    if indexes.tokens is not None:
        gone = indexes.tokens.keys() - wanted
        indexes.tokens.remove(sorted(gone))


def _embed(
    indexes: Indexes,
    library: Library,
    missing: set[int],
    progress: Progress,
    lacking: set[int],
    shared: Shared | None,
    elsewhere: Elsewhere | None,
) -> None:
    """Index ``missing`` chunks; ``lacking``: those of them, or all, that have no vector in the store."""
    done = 0
    batches = _batches(_texts(library, missing), BATCH)
    handed: Iterable[tuple[Sequence[_Text], Mapping[str, Made]]] = ((batch, {}) for batch in batches)
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
        progress("embedding", done, len(missing))
    if indexes.tokens is not None:
        indexes.tokens.sweep()


def _made_elsewhere(
    indexes: Indexes, batches: Iterator[Sequence[_Text]], shared: Shared | None, elsewhere: Elsewhere
) -> Iterator[tuple[Sequence[_Text], Mapping[str, Made]]]:
    """Each batch with what other machines made of its texts; the next ones are under way meanwhile."""
    begun: deque[tuple[Sequence[_Text], Callable[[], Mapping[str, Made]]]] = deque()
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


def _unmade(indexes: Indexes, batch: Sequence[_Text], shared: Shared | None) -> Sequence[_Text]:
    """Those of a batch that the model has to read."""
    if shared is not None:
        found = _of_others(indexes, batch, shared)
        batch = [text for text in batch if text.key.chunk not in found]
    texts = [text.embedded for text in batch]
    held = indexes.cache.get(indexes.embedder.identity.fingerprint, "passage", texts)
    coded = indexes.tokens.known(texts) if indexes.tokens is not None else [True] * len(texts)
    return [text for text, vector, code in zip(batch, held, coded, strict=True) if vector is None or not code]


def _of_others(
    indexes: Indexes, batch: Sequence[_Text], shared: Shared
) -> dict[int, tuple[np.ndarray, TokenCodes | None]]:
    """What other machines that share the library have kept of a batch, by key of the chunk."""
    dimension, profile = indexes.embedder.identity.dimension, indexes.token_profile
    directions = profile.directions if profile is not None else None
    chunks = [text.key.chunk for text in batch]
    return shared.get(indexes.tokens_file.stem, chunks, dimension, directions)


def _fetched(
    indexes: Indexes, batch: Sequence[_Text], shared: Shared, made: Mapping[str, Made]
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
    indexes: Indexes, batch: Sequence[_Text], made: Mapping[str, Made]
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


def _learn_means(indexes: Indexes, library: Library, parallel: Parallel) -> None:
    """Take the language means from the digests' parallel statements, once for each embedder."""
    centred = indexes.profile_file.is_file()
    coded = indexes.token_profile_file.is_file() or indexes.tokenless_file.is_file()
    if centred and coded:
        return
    pairs = library.parallel_statements()
    if len(pairs) < MIN_PAIRS:
        pairs = list(parallel())
        pairs = pairs[:: max(1, len(pairs) // MIN_PAIRS)][:MIN_PAIRS]  # somebody waits for a first file
    if len(pairs) < MIN_PAIRS:
        return
    pairs = pairs[:: max(1, len(pairs) // MAX_PAIRS)][:MAX_PAIRS]
    log.info("Learning language means from %d parallel statements", len(pairs))
    embedder = ReadOnce(indexes.embedder)  # both are learnt from the same readings, which take long
    if not centred:
        compute_profile(embedder, pairs).save(indexes.profile_file)
    if not coded:
        learnt = learn_tokens(embedder, pairs)
        if learnt is not None:
            learnt.save(indexes.token_profile_file)
        else:
            indexes.tokenless_file.touch()
    indexes.forget_profiles()


def _drop_others(indexes: Indexes) -> None:
    """Remove what other embedders and means left: vectors, scans, token codes and profiles.

    On a server vectors of another embedder may be in use by another machine.
    """
    if indexes.server is None:
        indexes.vectors.drop_others()
    (indexes.path / EARLIER).unlink(missing_ok=True)
    for path in indexes.path.glob("scan-*"):
        if path != indexes.scan_folder:
            shutil.rmtree(path, ignore_errors=True)
    own = {indexes.profile_file, indexes.token_profile_file, indexes.tokenless_file}
    own |= {indexes.tokens_file.with_name(indexes.tokens_file.name + end) for end in ("", "-wal", "-shm")}
    for path in {*indexes.path.glob("tokens-*"), *indexes.path.glob("centring-*")} - own:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:  # another process has it open, where open files cannot be deleted
            log.info("%s stays for now: %s", path, error)


def _write_scan(indexes: Indexes, library: Library, wanted: set[int], *, anew: bool) -> None:
    """Write the vectors in scanning order; those of the scan that is there are copied, the rest fetched."""
    scan = None if anew else indexes.scan
    if scan is not None and scan.coded and scan.keys == wanted:
        return
    keys = [ChunkKey(row.id, row.edition_id, row.lang) for row in library.chunks_among(wanted)]
    copied = sorted(wanted & scan.keys) if scan is not None else []
    fetched = indexes.vectors.rows(FETCHED, sorted(wanted - set(copied)))
    both = itertools.chain(_copied(scan, copied), fetched)
    write_scan(indexes.scan_folder, keys, both, indexes.embedder.identity.dimension)
    indexes.forget_scan()


def _copied(scan: Scan | None, chunks: Sequence[int]) -> Iterator[tuple[Sequence[int], np.ndarray]]:
    for first in range(0, len(chunks) if scan else 0, FETCHED):
        part = chunks[first : first + FETCHED]
        assert scan is not None
        yield part, scan.rows(part)


def _texts(library: Library, ids: set[int]) -> Iterator[_Text]:
    """Chunks with their texts, edition by edition, so that a text is read once."""
    rows: dict[int, list[ChunkRow]] = {}
    for row in library.chunks_among(ids):
        rows.setdefault(row.edition_id, []).append(row)
    for edition, chunks in rows.items():
        text = library.text(edition)
        for row in chunks:
            key = ChunkKey(row.id, edition, row.lang)
            own = text[row.start : row.end] if row.key is None else row.key
            yield _Text(key, own, row.context, row.embedded(text), row.spoken)


def _batches(texts: Iterator[_Text], size: int) -> Iterator[Sequence[_Text]]:
    batch: list[_Text] = []
    for text in texts:
        batch.append(text)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
