"""Library -> indexes: what is missing is added, what is no longer there removed.

In a large library what has come and gone since the indexes were complete is told by its counts
(:mod:`assistant.index.changes`), so that adding an act costs what the act does. Else keys are compared:
chunks without a vector, a lexical entry or token codes get them. An interruption costs one batch; what was
computed before is taken from the cache. What is derived by learnt means carries a digest of them in its name,
so that what was made by others is never taken for it.
"""

from __future__ import annotations

import itertools
import logging
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

import numpy as np

from assistant.errors import DerivedIndexError, ModelError
from assistant.index.centring import compute_profile
from assistant.index.changes import are_few, changes_since, holds
from assistant.index.elsewhere import Elsewhere
from assistant.index.failures import failed
from assistant.index.filling import Progress, Run, embed, texts_of
from assistant.index.indexes import DAMAGED, Indexes
from assistant.index.late import learn_tokens
from assistant.index.lexical import LexicalEntry
from assistant.index.mending import discard_damaged, discard_unread
from assistant.index.read_once import ReadOnce
from assistant.index.scan import Scan, Vectors, extend_scan, write_scan
from assistant.index.scan_part import NoVectorError
from assistant.index.shared import Shared
from assistant.index.vectors import ChunkKey
from assistant.index.vocabulary import EARLIER, add_words, has_vocabulary
from assistant.library import Library
from assistant.library.chunks import chunk_keys, editions_of_acts
from assistant.library.view import OWN

log = logging.getLogger(__name__)

Parallel = Callable[[], Sequence[tuple[str, str]]]
FETCHED = 4096  # vectors moved to the scanning order at a time
MIN_PAIRS = 50  # parallel statements a language mean is taken from, at least …
MAX_PAIRS = 150  # … and at most: more move the means by less than .01


def _silent(what: str, done: int, total: int) -> None:
    """A progress that nobody watches."""


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
            Run(indexes, library, progress, shared, elsewhere, anew=anew, following=following), parallel
        )
    except OSError as error:
        raise failed(indexes.path, error) from error


def _is_noted(indexes: Indexes, library: Library, shared: Shared) -> bool:
    """Whether others know that the vectors are complete for the library as it is."""
    return shared.complete(indexes.collection) == library.generation


def _reconcile(run: Run, parallel: Parallel) -> int:
    indexes, library = run.indexes, run.library
    generation = library.generation
    indexes.reopen(library)  # what lies on the disk counts, not what was opened before
    added = None if run.anew else _follow_changes(run)
    if added is None:
        began = time.time_ns()
        added = _compare_all(run, parallel)
        _looked_through(indexes, began)
    indexes.note(indexes.wanted_state(library) | {"generation": generation})
    if run.shared is not None and not run.following:
        library.still_writing()
        run.shared.note_complete(indexes.collection, generation)
    indexes.reopen(library)
    _drop_others(indexes)
    return added


def _looked_through(indexes: Indexes, began: int) -> None:
    """Take back what readers left word of before ``began`` (ns): it has been made anew."""
    with suppress(FileNotFoundError):
        if (indexes.path / DAMAGED).stat().st_mtime_ns < began:
            (indexes.path / DAMAGED).unlink()


def _say_to_others(run: Run) -> None:
    """Share what was learnt, and that vectors are about to be changed; who only follows says nothing."""
    if run.shared is not None and not run.following:
        run.shared.take_learnt(run.indexes, put=True)
        run.shared.withdraw_complete(run.indexes.collection)


def _follow_changes(run: Run) -> int | None:
    """Add what came and remove what went; None where everything has to be compared after all."""
    indexes = run.indexes
    try:
        changes = changes_since(indexes, run.library, None if run.following else run.shared)
        if changes is None:
            return None
        _say_to_others(run)
        unread = changes.came if has_vocabulary(indexes.path) else run.library.chunk_ids()
        _add_words(run, changes.came, unread, sorted(changes.gone))
        run.library.still_writing()  # what lies on a server is another writer's, once the lock is lost
        hashes = indexes.tokens.remove(sorted(changes.gone)) if indexes.tokens is not None else []
        if run.writes_vectors:
            indexes.vectors.remove(sorted(changes.gone))
        lacking = changes.came if run.writes_vectors else set()
        vectors = embed(run, changes.came, lacking, handed_on=changes.extends)
        if indexes.tokens is not None:
            indexes.tokens.sweep(hashes)
        _change_scan(run, changes.came, changes.gone, vectors)
        scan = indexes.scan
        agree = scan is not None and holds(indexes, scan)
    except (DerivedIndexError, ModelError, NoVectorError) as error:
        log.warning("Everything is compared: %s", error)
        return None
    return len(changes.came) if agree else None


def _compare_all(run: Run, parallel: Parallel) -> int:
    """Compare the keys of every index with the library's, after looking for damage."""
    indexes, library = run.indexes, run.library
    discard_damaged(indexes)
    _claim(indexes, library)
    if not run.following:
        _learn_means(indexes, library, parallel)
    _say_to_others(run)
    wanted = library.chunk_ids()
    have = indexes.lexical.keys()
    missing_words = wanted if run.anew else wanted - have
    _add_words(
        run, missing_words, missing_words if has_vocabulary(indexes.path) else wanted, sorted(have - wanted)
    )
    lacking = wanted - indexes.vectors.keys()
    missing = set(lacking)
    if indexes.tokens is not None:
        missing |= wanted - indexes.tokens.keys()
    library.still_writing()  # what lies on a server is another writer's, once the lock is lost
    if run.writes_vectors:
        indexes.vectors.remove(sorted(indexes.vectors.keys() - wanted))
    if indexes.tokens is not None:
        indexes.tokens.remove(sorted(indexes.tokens.keys() - wanted))
    embed(run, missing, lacking)
    if indexes.tokens is not None:
        indexes.tokens.sweep()
    scan = None if run.anew else indexes.scan
    if scan is None or not scan.coded:
        _write_scan(run)
    elif (held := scan.keys) != wanted:
        came = wanted - held
        _change_scan(run, came, held - wanted, indexes.vectors.rows(FETCHED, sorted(came)))
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
    indexes.forget_scan()


def _claim(indexes: Indexes, library: Library) -> None:
    """Note whose the indexes are; keys of another library's chunks would be taken for this one's and go."""
    state = indexes.state()
    completed = state.get("generation")
    earlier = isinstance(completed, int) and completed > library.generation  # brought back to what it was
    if earlier or state.get("library", library.identity) != library.identity:
        clear(indexes)
    if state.get("library") != library.identity:
        indexes.note({"library": library.identity})


def _add_words(run: Run, missing: set[int], unread: set[int], gone: Sequence[int]) -> None:
    """Index the words of ``missing`` chunks, count those of ``unread`` ones, and forget ``gone`` ones."""
    indexes, library = run.indexes, run.library
    if unread:  # before the words are noted as indexed: a word counted twice does no harm, a lost one does
        private = editions_of_acts(library, OWN)
        shared = (text for text in texts_of(library, unread) if text.key.edition not in private)
        add_words(indexes.path, (text.embedded for text in shared))
    if missing or gone:
        entries = (LexicalEntry(text.key, text.text, text.context) for text in texts_of(library, missing))
        indexes.lexical.update(entries, gone)


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


def _change_scan(run: Run, came: set[int], gone: set[int], vectors: Vectors) -> None:
    """Write to the scan what came, with ``vectors``, and what went; everything anew where that is much."""
    indexes, library = run.indexes, run.library
    scan = indexes.scan
    if scan is None or are_few(len(scan)) or not scan.takes(len(came), len(gone)):
        _write_scan(run)
    elif came or gone:
        keys = [ChunkKey(row.id, row.edition_id, row.lang) for row in library.chunks_among(came)]
        extend_scan(indexes.scan_folder, scan, keys, vectors, gone)
        indexes.forget_scan()


def _write_scan(run: Run) -> None:
    """Write all vectors in scanning order; those of the scan that is there are copied, the rest fetched."""
    indexes, library = run.indexes, run.library
    keys = [ChunkKey(*key) for key in chunk_keys(library)]
    wanted = {key.chunk for key in keys}
    scan = None if run.anew else indexes.scan
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
