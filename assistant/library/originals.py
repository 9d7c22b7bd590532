"""Where the original of a file is kept: by the hash of its bytes, in a folder or in an object store."""

from __future__ import annotations

import hashlib
import logging
import os
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator
from functools import lru_cache
from pathlib import Path

from assistant.errors import LibraryError, NotHeldError
from assistant.settings import Settings

_NAME = re.compile(r"(?P<first>[0-9a-f]{2})/(?P=first)[0-9a-f]{62}(?:\.partial)?")

log = logging.getLogger(__name__)


def original(files: Path, sha256: str) -> Path:
    """The path of the original with these bytes; ``files``: the folder of originals."""
    return files / sha256[:2] / sha256


def originals(files: Path) -> Iterator[Path]:
    """All originals that are kept, and what a writer cut off left of one; nothing else that lies there."""
    return (path for path in files.glob("??/*") if is_original(f"{path.parent.name}/{path.name}"))


def is_original(name: str) -> bool:
    """Whether a name, ``ab/abcd…``, is that of an original, or of what was left of one."""
    return bool(_NAME.fullmatch(name))


def digest_of(file: Path) -> str | None:
    """SHA-256 of a file's bytes, hex; None where it cannot be read."""
    try:
        with file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError:
        return None


class Originals(ABC):
    """The originals of one library, each found by the SHA-256 of its bytes (64 hex digits).

    An original is there whole or not at all, and once, however many files have its bytes. One that lies on a
    server raises ServerError where the server cannot be used.
    """

    shown: str  # where they are, for messages; holds no secret

    @abstractmethod
    def check(self) -> None:
        """Raise ServerError where they cannot be reached, before work is begun."""

    @abstractmethod
    def keep(self, sha256: str, data: bytes, *, anew: bool = False) -> None:
        """Keep an original; what is kept stays as it is, unless ``anew``. Raises LibraryError."""

    @abstractmethod
    def read(self, sha256: str) -> bytes:
        """The bytes of an original. Raises NotHeldError where it is not there."""

    @abstractmethod
    def local(self, sha256: str, *, waited_for: bool = False) -> Path | None:
        """A file of this machine with these bytes, to be read at once; None where there is none.

        ``waited_for``: a reader looks on, so that a server which does not answer is soon given up.
        """

    @abstractmethod
    def digest(self, sha256: str) -> str | None:
        """SHA-256 of what is kept under this name; another one if it is damaged, None without one."""

    @abstractmethod
    def kept(self) -> Iterator[str]:
        """The names of all originals, and of what a writer cut off left of one (``….partial``)."""

    @abstractmethod
    def drop(self, name: str) -> None:
        """Delete what :meth:`kept` named; what is gone already does not matter."""

    def drop_copies(self, needed: Callable[[], Collection[str]]) -> None:  # noqa: B027 (most keep none)
        """Delete this machine's copies of originals that are not ``needed``, which gives hashes."""


class Folder(Originals):
    """Originals in a folder, of this machine alone or one that several have mounted."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.shown = str(path)

    def check(self) -> None:
        """As :meth:`Originals.check`; a folder is made when something is kept in it."""

    def keep(self, sha256: str, data: bytes, *, anew: bool = False) -> None:
        """As :meth:`Originals.keep`."""
        target = original(self.path, sha256)
        if anew or not target.exists():
            write_whole(target, data, target.with_suffix(".partial"), self.shown)

    def read(self, sha256: str) -> bytes:
        """As :meth:`Originals.read`."""
        try:
            return original(self.path, sha256).read_bytes()
        except OSError as error:
            raise gone(self.shown, sha256) from error

    def local(self, sha256: str, *, waited_for: bool = False) -> Path | None:
        """As :meth:`Originals.local`."""
        file = original(self.path, sha256)
        return file if file.is_file() else None

    def digest(self, sha256: str) -> str | None:
        """As :meth:`Originals.digest`; one that cannot be read counts as damaged."""
        file = original(self.path, sha256)
        return digest_of(file) or ("" if file.exists() else None)

    def kept(self) -> Iterator[str]:
        """As :meth:`Originals.kept`."""
        return (path.name for path in originals(self.path))

    def drop(self, name: str) -> None:
        """As :meth:`Originals.drop`."""
        original(self.path, name).unlink(missing_ok=True)


def originals_of(settings: Settings) -> Originals:
    """The originals of a home's library. Raises ServerError where the store's package is not installed."""
    return _in_store(settings) if settings.files_bucket else Folder(settings.files_path)


@lru_cache(maxsize=4)  # one client keeps its connections
def _in_store(settings: Settings) -> Originals:
    from assistant.library.object_store import ObjectStore

    return ObjectStore.of(settings)


def originals_at(files: Path | Originals) -> Originals:
    """Originals given as such, or as the folder they are in."""
    return Folder(files) if isinstance(files, Path) else files


def write_whole(target: Path, data: bytes, partial: Path, where: str) -> None:
    """Write a file by way of ``partial`` beside it, whole or not at all. Raises LibraryError."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(data)
        partial.replace(target)
    except OSError as error:
        raise LibraryError(
            f"The original cannot be kept in {where}: {error.strerror}. Make room or give yourself the right "
            "to write there, and ingest again.",
            f"Не удалось сохранить исходный файл в {where}: {error.strerror}. Освободите место или получите "
            "право записи и повторите загрузку.",
        ) from error
    finally:
        if os.access(partial, os.F_OK):
            partial.unlink()


def gone(where: str, sha256: str) -> NotHeldError:
    """The error for an original that is not where it should be."""
    return NotHeldError(
        f"The original {sha256[:12]}… is not in {where}. 'ai-policy doctor --repair' brings it back from "
        "where it was read, if it still lies there.",
        f"Исходного файла {sha256[:12]}… нет в {where}. «ai-policy doctor --repair» вернёт его оттуда, где "
        "он был прочитан, если он там ещё лежит.",
    )
