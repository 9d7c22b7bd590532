"""A home -> the one process that may write to it, and for all others who that is.

The operating system holds the lock and lets go of it with the process, however that ends: nothing is left to
clean up. Beside the lock lies a note of its holder, which only explains; it decides nothing.

Who only wants to know whether somebody writes never touches that lock, or a writer that begins at the same
instant would be told that somebody writes. There is a second one for that, which a writer takes when it has
the first: whoever looks shares it for a moment.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil
from filelock import FileLock, Timeout

try:
    import fcntl
except ImportError:  # Windows: no lock can be shared there
    fcntl = None  # type: ignore[assignment]

from assistant.errors import HomeBusyError, LibraryError

LOCK = "writer.lock"
SIGN = "writing.lock"  # held beside the lock, for those who look
SIGN_SECONDS = 60.0  # at least: whoever looks shares the sign for microseconds, unless it was stopped then
NOTE = "writer.json"
MAX_COMMAND = 200  # characters of a command line that are told

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Holder:
    """Who writes. ``since``: ISO 8601 in UTC, by that process's clock."""

    pid: int
    command: str
    since: str


@contextmanager
def write_lock(home: Path, seconds: float) -> Iterator[None]:
    """Hold a home's lock: one writer at a time, of all processes and threads on this machine.

    ``seconds``: how long another writer is waited for; the log says so. Raises HomeBusyError when it has not
    ended by then, LibraryError where the home cannot be written.
    """
    lock, sign = FileLock(home / LOCK), FileLock(home / SIGN)
    try:
        home.mkdir(parents=True, exist_ok=True)
        _acquire(lock, home, seconds)
        _show(sign, seconds)
        _note(home)
    except Timeout:
        lock.release()
        raise _busy(home, seconds) from None
    except OSError as error:
        sign.release()
        lock.release()
        raise LibraryError(
            f"The home {home} cannot be written: {error.strerror}. Make room there, or set AI_POLICY_HOME to "
            "a folder you may write to. What it holds can still be read and asked.",
            f"Нет записи в папку {home}: {error.strerror}. Освободите место или укажите в AI_POLICY_HOME "
            "папку, доступную для записи. Читать и задавать вопросы по-прежнему можно.",
        ) from error
    try:
        yield
    finally:
        _forget(home)
        sign.release()
        lock.release()


def holder(home: Path) -> Holder | None:
    """Who says to hold the lock and is alive; None where nobody does or the note cannot be read."""
    try:
        found = Holder(**json.loads((home / NOTE).read_text(encoding="utf-8")))
        return found if _alive(found.pid) else None
    except (OSError, ValueError, TypeError):
        return None


def is_written(home: Path) -> bool:
    """Whether some process or thread writes to the home now. Keeps no writer from beginning."""
    try:
        opened = os.open(home / SIGN, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    except OSError:  # nobody has written yet, or this process may not even look
        return False
    try:
        if fcntl is None:
            return _is_taken(home / SIGN)
        fcntl.flock(opened, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:  # a file system without locks
        return False
    finally:
        os.close(opened)
    return False


def _is_taken(sign: Path) -> bool:
    """Whether a lock that cannot be shared is held."""
    lock = FileLock(sign)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    lock.release()
    return False


def _show(sign: FileLock, seconds: float) -> None:
    """Show those who look that this process writes. Raises Timeout where one of them never lets go."""
    sign.acquire(timeout=max(seconds, SIGN_SECONDS), poll_interval=0.001)


def _acquire(lock: FileLock, home: Path, seconds: float) -> None:
    try:
        lock.acquire(timeout=0)
        return
    except Timeout:
        if seconds > 0:
            log.warning("%s is being written by %s; waiting up to %g s", home, _told(holder(home)), seconds)
    try:
        lock.acquire(timeout=seconds)
    except Timeout:
        raise _busy(home, seconds) from None


def _busy(home: Path, seconds: float) -> HomeBusyError:
    found = holder(home)
    who_ru = "другой процесс" if found is None else f"процесс {found.pid} ({found.command}), с {found.since}"
    return HomeBusyError(
        f"{home} is being written by {_told(found)}. {seconds:g} s were waited, nothing was changed. Try "
        "again when it has finished; reading and asking go on meanwhile.",
        f"В {home} пишет {who_ru}. Ожидание длилось {seconds:g} с, ничего не изменено. Повторите, когда он "
        "закончит; читать и задавать вопросы можно и сейчас.",
        pid=found.pid if found else None,
        command=found.command if found else None,
        since=found.since if found else None,
    )


def _told(found: Holder | None) -> str:
    if found is None:
        return "another process"
    return f"process {found.pid} ({found.command}) since {found.since}"


def _note(home: Path) -> None:
    """Say who holds the lock; where there is no room for that, the lock holds all the same."""
    # Arguments may be file names of a user's: a command is told by its program and its first word alone.
    command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:2]])[:MAX_COMMAND]
    said = Holder(os.getpid(), command, datetime.now(UTC).isoformat(timespec="seconds"))
    partial = home / f"{NOTE}.partial"
    try:
        partial.write_text(json.dumps(asdict(said)), encoding="utf-8")
        partial.replace(home / NOTE)
    except OSError as error:
        log.info("Who writes to %s could not be noted: %s", home, error)


def _forget(home: Path) -> None:
    try:
        (home / NOTE).unlink(missing_ok=True)
    except OSError as error:
        log.info("%s stays: %s", home / NOTE, error)


def _alive(pid: int) -> bool:
    return bool(psutil.pid_exists(pid))
