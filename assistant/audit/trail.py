"""Events -> lines of ``<home>/audit/YYYY-MM.jsonl``, each tied to the one before, from any process.

A line is on the disk when :meth:`Trail.note` returns. A trail that cannot be written keeps nobody from an
answer unless it is set to be required: then what was to be noted does not happen.
"""

from __future__ import annotations

import errno
import hashlib
import logging
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from filelock import FileLock, Timeout

from assistant.audit.chain import BEGINNING, Entry
from assistant.errors import LibraryError
from assistant.settings import Settings

log = logging.getLogger(__name__)

Event = Literal[
    "asked", "ingested", "removed", "synced", "uploaded", "upload_deleted", "upload_restored", "exported",
    "signed_in", "signed_out", "refused", "administered", "pruned",
]  # fmt: skip
FOLDER = "audit"
LOCK_SECONDS = 5.0
TAIL = 1 << 16  # bytes read from a file's end for its last line
MAX_TEXT = 4000  # characters of a text in an entry
_UNWRITTEN: set[Path] = set()  # trails of which the log says that they cannot be written


class Trail:
    """The audit trail of a home."""

    def __init__(
        self, folder: Path, *, mode: str = "on", questions: str = "text", days: int | None = None
    ) -> None:
        """``mode``: off, on, required. ``questions``: text, hash, none. ``days``: how long files are kept."""
        self.folder = folder
        self._mode, self._questions, self._days = mode, questions, days

    @classmethod
    def of(cls, settings: Settings) -> Trail:
        """The trail of the home that settings name, kept as they say."""
        said = settings.audit
        return cls(settings.home / FOLDER, mode=said.mode, questions=said.questions, days=said.days)

    def note(self, event: Event, actor: str, **about: Any) -> None:
        """Write down that ``actor`` (an owner's id) did something. ``question`` is kept as the settings say.

        Raises LibraryError where the trail is required and cannot be written.
        """
        if self._mode == "off":
            return
        try:
            self._append(event, actor, _short(self._discreet(about)))
        except (OSError, Timeout) as error:
            if self._mode == "required":
                raise LibraryError(
                    f"The audit trail in {self.folder} cannot be written ({error}), and without it nothing "
                    "is done. Make room, or let the program write there.",
                    f"Журнал аудита {self.folder} не записывается ({error}), без него ничего не делается. "
                    "Освободите место или дайте программе право записи.",
                ) from error
            if self.folder not in _UNWRITTEN:  # a home that may only be read would fill the log
                _UNWRITTEN.add(self.folder)
                log.error(
                    "The audit trail in %s cannot be written: %s. Nothing is noted until it can; this is "
                    "said once.",
                    self.folder,
                    error,
                )
            return
        if self.folder in _UNWRITTEN:
            _UNWRITTEN.discard(self.folder)
            log.warning(
                "The audit trail in %s is written again; what came between is not in it.", self.folder
            )

    def files(self) -> list[Path]:
        """Its files, oldest first."""
        return sorted(self.folder.glob("[0-9][0-9][0-9][0-9]-[0-9][0-9].jsonl"))

    def _discreet(self, about: dict[str, Any]) -> dict[str, Any]:
        question = about.get("question")
        if not isinstance(question, str) or self._questions == "text":
            return about
        rest = {name: value for name, value in about.items() if name != "question"}
        if self._questions == "hash":
            rest["question_sha256"] = hashlib.sha256(question.encode("utf-8", "surrogatepass")).hexdigest()
        return rest

    def _append(self, event: Event, actor: str, about: dict[str, Any]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with FileLock(self.folder / "trail.lock", timeout=LOCK_SECONDS):
            now = datetime.now(UTC)
            last = self._last()
            if self._days is not None:
                last = self._prune(now - timedelta(days=self._days), now, last)
            self._write(now, event, actor, about, last)

    def _write(
        self, now: datetime, event: Event, actor: str, about: dict[str, Any], last: tuple[int, str]
    ) -> tuple[int, str]:
        """Add a line to the month's file; its number and hash."""
        files = self.files()
        # Should the clock go back a month, the chain still goes on in the newest file.
        path = max([self.folder / f"{now:%Y-%m}.jsonl", *files[-1:]])
        entry = Entry(
            seq=last[0] + 1, at=now.isoformat(timespec="milliseconds"), event=event, actor=actor, about=about,
            prev=last[1],
        ).sealed()  # fmt: skip
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "rb+", buffering=0) as file:
            cut = False
            if file.seek(0, os.SEEK_END):
                file.seek(-1, os.SEEK_END)
                cut = file.read(1) != b"\n"
            line = b"\n" * cut + entry.line().encode("utf-8", "surrogatepass") + b"\n"
            if file.write(line) != len(line):  # a full disk takes what it can
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(descriptor)
        return entry.seq, entry.hash

    def _last(self) -> tuple[int, str]:
        """Number and hash of the last entry that is whole; 0 and zeros where there is none."""
        for path in reversed(self.files()):
            entry = _last_of(path)
            if entry is not None:
                return entry.seq, entry.hash
        return 0, BEGINNING

    def _prune(self, before: datetime, now: datetime, last: tuple[int, str]) -> tuple[int, str]:
        """Remove files whose month ended before a day; the chain says which, and where they ended."""
        files = self.files()
        for path in files[:-1]:
            if path.stem >= f"{before:%Y-%m}":
                break
            ended = _last_of(path)
            told = {"file": path.name, "last_seq": ended.seq if ended else None,
                    "last_hash": ended.hash if ended else None}  # fmt: skip
            last = self._write(now, "pruned", "program", told, last)
            path.unlink()
        return last


def _last_of(path: Path) -> Entry | None:
    """The last whole entry of a file; a line cut off by a crash is passed over."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        span = TAIL
        while True:
            file.seek(max(0, size - span))
            lines = file.read().splitlines()
            for raw in reversed(lines if span >= size else lines[1:]):
                entry = Entry.read(raw)
                if entry is not None:
                    return entry
            if span >= size:
                return None
            span *= 4


def _short(value: Any) -> Any:
    """The value with long texts cut, and nothing in it that JSON cannot hold."""
    if isinstance(value, str):
        text = value.encode("utf-8", "replace").decode("utf-8")
        return text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]}… ({len(text)})"
    if isinstance(value, dict):
        return {str(name): _short(each) for name, each in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_short(each) for each in value]
    return value if value is None or isinstance(value, (bool, int, float)) else str(value)
