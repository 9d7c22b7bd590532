"""A path somebody gave -> the bytes of a regular file, or of the regular files in a folder.

Pipes, devices and sockets would wait or never end; a symbolic link leads to a file that nobody gave. Both are
refused, also where one of them takes a file's place between the look and the opening.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from assistant.errors import ReadError

_NO_LINKS = getattr(os, "O_NOFOLLOW", 0)
_NO_WAITING = getattr(os, "O_NONBLOCK", 0)  # opening a pipe nobody writes to would wait for ever
_BINARY = getattr(os, "O_BINARY", 0)


def bytes_of(path: Path, most: int) -> bytes:
    """The bytes of a regular file of at most ``most`` bytes. Raises ReadError for anything else."""
    try:
        if path.is_symlink():  # where the system cannot refuse to follow one
            raise _link(path)
        opened = os.open(path, os.O_RDONLY | _NO_LINKS | _NO_WAITING | _BINARY)
        with os.fdopen(opened, "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise _no_file(path)
            if status.st_size > most:
                raise _too_large(path, most)
            data = file.read(most + 1)
    except (OSError, ValueError) as error:
        raise unreadable(path, error) from error
    if len(data) > most:  # it grew meanwhile
        raise _too_large(path, most)
    return data


def files_under(path: Path) -> tuple[list[Path], list[tuple[Path, ReadError]]]:
    """The file itself, or the regular files in a folder; and what stands in it that is none, with the reason.

    Names that begin with a dot or ``~$`` are left out. Raises ReadError for what is neither file nor folder.
    """
    try:
        if stat.S_ISDIR(path.stat().st_mode):
            return _inside(path)
        if path.is_symlink():
            raise _link(path)
        if path.is_file():
            return [path], []
    except FileNotFoundError:
        raise _not_there(path) from None
    except (OSError, ValueError) as error:
        raise unreadable(path, error) from error
    raise _no_file(path)


def _inside(folder: Path) -> tuple[list[Path], list[tuple[Path, ReadError]]]:
    next(folder.iterdir(), None)  # a folder that may not be read says so here; rglob would be silent
    files: list[Path] = []
    others: list[tuple[Path, ReadError]] = []
    for entry in sorted(folder.rglob("*")):
        if any(part.startswith((".", "~$")) for part in entry.relative_to(folder).parts):
            continue
        mode = entry.lstat().st_mode
        if stat.S_ISREG(mode):
            files.append(entry)
        elif stat.S_ISLNK(mode) and not entry.is_dir():
            others.append((entry, _link(entry)))
        elif not stat.S_ISDIR(mode) and not stat.S_ISLNK(mode):
            others.append((entry, _no_file(entry)))
    return files, others


def unreadable(path: Path, error: OSError | ValueError) -> ReadError:
    """The error for a path that the system does not open."""
    if isinstance(error, OSError) and error.errno == errno.ELOOP:
        return _link(path)
    said = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return ReadError(
        f"{path} cannot be read: {said}. Check that it is there and that you may read it.",
        f"Не удалось прочитать {path}: {said}. Проверьте, что путь верен и доступен для чтения.",
        reason="path",
    )


def _link(path: Path) -> ReadError:
    return ReadError(
        f"{path} is a symbolic link, and links are not followed. Name the file itself if you may read it.",
        f"{path} — символическая ссылка, переход по ссылкам не делается. Укажите сам файл.",
        reason="path",
    )


def _not_there(path: Path) -> ReadError:
    return ReadError(
        f"There is no file or folder {path}. Check the path.",
        f"Нет файла или папки {path}. Проверьте путь.",
        reason="path",
    )


def _no_file(path: Path) -> ReadError:
    return ReadError(
        f"{path} is neither a file nor a folder (a pipe, a socket or a device). Save its content as a file.",
        f"{path} — не файл и не папка (канал, сокет или устройство). Сохраните содержимое в файл.",
        reason="path",
    )


def _too_large(path: Path, most: int) -> ReadError:
    size = most / (1 << 20)
    return ReadError(
        f"{path.name} is larger than {size:.3g} MB. Split it and add the parts, or raise "
        "AI_POLICY_READER__FILE_BYTES.",
        f"{path.name} больше {size:.3g} МБ. Разделите файл и добавьте части или увеличьте "
        "AI_POLICY_READER__FILE_BYTES.",
        reason="too_large",
    )
