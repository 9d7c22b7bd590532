"""Indexes that cannot be read -> none, so that what they held is derived anew.

Only the process that holds the home's lock may do this. Whatever goes here is made again from the library,
most of it from vectors and codes that were computed before.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from assistant.errors import LibraryError, ModelError, PolicyError, ServerError
from assistant.index.centring import CentringProfile
from assistant.index.indexes import STORE, WORDS, Indexes
from assistant.index.late import TokenProfile
from assistant.index.vectors import delete_store
from assistant.index.vocabulary import FILE as VOCABULARY

log = logging.getLogger(__name__)


def damages(indexes: Indexes) -> dict[str, str]:
    """What cannot be read -> why, in English; empty where everything can."""
    return {name: error.en for name, _, error in _damaged(indexes)}


def discard_damaged(indexes: Indexes) -> list[str]:
    """Remove what cannot be read; returns its names. Raises LibraryError where it cannot be removed."""
    gone = []
    # One at a time: a profile that goes gives another name to what was made by it.
    while found := next(_damaged(indexes), None):
        name, paths, error = found
        if name in gone:
            raise error
        log.warning("%s is made anew: %s", name, error.en)
        indexes.close()
        for path in paths:
            remove(path)
        gone.append(name)
    return gone


def discard_unread(indexes: Indexes) -> None:
    """Remove what nobody reads while a process writes: the vector store, and the counts of words."""
    if indexes.server is not None:
        indexes.vectors.drop()
    indexes.close()
    remove(indexes.path / STORE)
    remove(indexes.path / VOCABULARY)


def remove(path: Path) -> None:
    """Delete a file or a folder with all it holds. Raises LibraryError."""
    try:
        if path.name == STORE:
            delete_store(path)
        elif path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise LibraryError(
            f"{path} is damaged and cannot be deleted: {error.strerror}. Delete it yourself and repeat.",
            f"{path} повреждён, и удалить его не удаётся: {error.strerror}. Удалите его сами и повторите.",
        ) from error


def _damaged(indexes: Indexes) -> Iterator[tuple[str, list[Path], PolicyError]]:
    """(name, its files, why) of what cannot be read."""
    checks: list[tuple[str, Callable[[], object], Callable[[], list[Path]]]] = [
        ("centring", lambda: _profile(indexes), lambda: [indexes.profile_file]),
        ("token means", lambda: _token_profile(indexes), lambda: [indexes.token_profile_file]),
        ("vectors", lambda: _vectors(indexes), lambda: [indexes.path / STORE]),
        ("words", lambda: _words(indexes), lambda: [indexes.path / WORDS]),
        ("tokens", lambda: _codes(indexes), lambda: _with_journals(indexes.tokens_file)),
    ]
    for name, check, paths in checks:
        try:
            check()
        except ServerError:  # nothing is damaged: there is nothing to look at
            raise
        except (LibraryError, ModelError) as error:
            yield name, paths(), error


def _profile(indexes: Indexes) -> None:
    if indexes.profile_file.is_file():
        CentringProfile.load(indexes.profile_file)


def _token_profile(indexes: Indexes) -> None:
    if indexes.token_profile_file.is_file():
        TokenProfile.load(indexes.token_profile_file)


def _vectors(indexes: Indexes) -> None:
    indexes.vectors.keys()


def _words(indexes: Indexes) -> None:
    indexes.lexical.keys()


def _codes(indexes: Indexes) -> None:
    if indexes.tokens_file.is_file() and indexes.tokens is not None:
        indexes.tokens.check()


def _with_journals(file: Path) -> list[Path]:
    return [file.with_name(file.name + end) for end in ("", "-wal", "-shm")]
