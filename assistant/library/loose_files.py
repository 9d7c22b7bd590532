"""A person's own files in a home -> their copies in a backup, and the names of those that cannot be copied.

A file's name may be anything that the file system lets through: bytes that are no UTF-8, a line break, a
backslash. Such a file lies in the backup under a name made of the hash of its own, and the manifest says what
it is called, byte for byte.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from urllib.parse import quote_from_bytes, unquote_to_bytes

FOLDERS = ("inbox", "evals")
# Homes of evaluation, made again by the next run.
MADE_AGAIN = ("evals/work/*", "evals/embedders/*", "evals/samples-*/*")
RENAMED = "renamed"
_BLOCK = 1 << 20
_ODD = re.compile(r"[\x00-\x1f\x7f\\\ud800-\udfff]")
_FLAGS = sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"))

log = logging.getLogger(__name__)


class UnreadableError(Exception):
    """A file that is there and cannot be read; the text says why."""


@dataclass(slots=True)
class Copies:
    """What was copied. ``files``: name in the backup -> SHA-256 and bytes; ``names``: those that bear another
    one than they had -> the one they had, percent-encoded; ``left_out``: what was not copied -> why.
    """

    files: dict[str, tuple[str, int]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)


def stored_as(name: str, names: dict[str, str]) -> str:
    """The name of a home's file in its backup; one that is not its own is noted in ``names``."""
    if not _ODD.search(name):
        return name
    given = os.fsencode(name)
    stored = f"{RENAMED}/{hashlib.sha256(given).hexdigest()}"
    names[stored] = quote_from_bytes(given)
    return stored


def called(stored: str, names: dict[str, str]) -> str:
    """What a file of a backup is called in a home."""
    return os.fsdecode(unquote_to_bytes(names[stored])) if stored in names else stored


def copy_loose(home: Path, folder: Path) -> Copies:
    """Copy the files in ``inbox/`` and ``evals/`` of a home into a backup's folder.

    Links, sockets, pipes and what may not be read are left out and named. Raises OSError where the backup
    cannot be written.
    """
    found = Copies()
    for file in _walked(home, found.left_out):
        name = file.relative_to(home).as_posix()
        if any(fnmatchcase(name, pattern) for pattern in MADE_AGAIN):
            continue
        stored = stored_as(name, found.names)
        try:
            found.files[stored] = copy_file(file, folder / stored)
        except FileNotFoundError:  # it went meanwhile
            found.names.pop(stored, None)
        except UnreadableError as error:
            found.names.pop(stored, None)
            found.left_out[_shown(name)] = str(error)
    for name, why in found.left_out.items():
        log.warning("%s is not in the backup: %s", name, why)
    return found


def copy_file(source: Path, target: Path) -> tuple[str, int]:
    """Copy a regular file; returns the SHA-256 and the size of what was written.

    Raises FileNotFoundError where there is none, UnreadableError where it cannot be read, OSError where the
    copy cannot be written.
    """
    digest, size = hashlib.sha256(), 0
    opened = _opened(source)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as out:
            while block := _read(opened):
                out.write(block)
                digest.update(block)
                size += len(block)
    except UnreadableError:
        target.unlink()
        raise
    finally:
        os.close(opened)
    return digest.hexdigest(), size


def _opened(source: Path) -> int:
    try:
        if not stat.S_ISREG(source.lstat().st_mode):
            raise UnreadableError("a link, a pipe, a socket or a device")
        return os.open(source, os.O_RDONLY | _FLAGS)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise UnreadableError(error.strerror or str(error)) from error


def _read(opened: int) -> bytes:
    try:
        return os.read(opened, _BLOCK)
    except OSError as error:
        raise UnreadableError(error.strerror or str(error)) from error


def _walked(home: Path, left_out: dict[str, str]) -> Iterator[Path]:
    """Everything in a person's folders but the folders themselves; one that may not be read is named."""

    def closed(error: OSError) -> None:
        where = Path(os.fsdecode(error.filename))
        if not isinstance(error, FileNotFoundError):
            left_out[_shown(where.relative_to(home).as_posix())] = error.strerror or str(error)

    for top in FOLDERS:
        for here, folders, files in os.walk(home / top, onerror=closed):
            folders.sort()
            links = [name for name in folders if Path(here, name).is_symlink()]
            yield from (Path(here, name) for name in sorted([*files, *links]))


def _shown(name: str) -> str:
    """A name as text that can be printed and kept."""
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape", "surrogatepass").decode("ascii")
        for letter in name
    )
