"""Events -> lines of ``<home>/audit/YYYY-MM.jsonl``, each tied to the one before, from any process.

A line is on the disk when :meth:`Trail.note` returns. A trail that cannot be written keeps nobody from an
answer unless it is set to be required: then what was to be noted does not happen. What only reads (a
question, a search, a check) is noted before its result is handed out; what changes something
(:meth:`Trail.changing`) leaves an entry ``intended`` before anything is changed, and another one when it is
done or has failed.
"""

from __future__ import annotations

import errno
import hashlib
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from filelock import FileLock, Timeout

from assistant.audit.chain import BEGINNING, Entry
from assistant.errors import LibraryError
from assistant.settings import Settings

log = logging.getLogger(__name__)

Event = Literal[
    "asked", "asked_again", "searched", "checked", "ingested", "removed", "synced", "uploaded",
    "upload_deleted", "upload_restored", "exported", "backed_up", "restored", "repaired", "evaluated",
    "cases_brought", "signed_in", "signed_out", "refused", "administered", "started", "intended", "failed",
    "pruned",
]  # fmt: skip
Last = tuple[int, str]  # number and hash of the last entry
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

    def note(self, event: Event, actor: str, **about: Any) -> int | None:
        """Write down that ``actor`` (an owner's id) did something. ``question`` is kept as the settings say.

        Returns the entry's number, None where none was written. Raises LibraryError where the trail is
        required and cannot be written.
        """
        if self._mode == "off":
            return None
        try:
            number = self._append(event, actor, _short(self._discreet(about)))
        except (OSError, Timeout) as error:
            if self._mode == "required":
                raise LibraryError(
                    f"The audit trail in {self.folder} cannot be written ({error}), and without it nothing "
                    "is done. Make room, or let the program write there.",
                    f"Журнал аудита {self.folder} не записывается ({error}), без него ничего не делается. "
                    "Освободите место или дайте программе право записи.",
                ) from error
            # A home that may only be read would fill the log; that there is none is said by whoever needs it.
            if self.folder not in _UNWRITTEN and self.folder.parent.is_dir():
                _UNWRITTEN.add(self.folder)
                log.error(
                    "The audit trail in %s cannot be written: %s. Nothing is noted until it can; this is "
                    "said once.",
                    self.folder,
                    error,
                )
            return None
        if self.folder in _UNWRITTEN:
            _UNWRITTEN.discard(self.folder)
            log.warning(
                "The audit trail in %s is written again; what came between is not in it.", self.folder
            )
        return number

    def intend(self, event: Event, actor: str, **about: Any) -> int | None:
        """Before a change, where the trail is required: that it is about to be made; the entry's number.

        Raises LibraryError where that cannot be written: then nothing may be changed.
        """
        return self.note("intended", actor, of=event, **about) if self._mode == "required" else None

    def ended(self, intended: int | None, event: Event, actor: str, **about: Any) -> None:
        """After a change: what was done. ``intended``: as :meth:`intend` returned it.

        It raises nothing: what was done is done, and what is required to be known of it stands in the entry
        that was written before.
        """
        tied = {} if intended is None else {"intended": intended}
        try:
            self.note(event, actor, **about, **tied)
        except LibraryError as error:
            log.error("Entry %s of the audit trail has no end: %s", intended, error.en)

    @contextmanager
    def changing(self, event: Event, actor: str, **about: Any) -> Iterator[dict[str, Any]]:
        """A change is made inside; ``about`` is known of it before, and what came of it goes into the result.

        A change of which nothing came is no entry, unless one was intended; one that failed or was cut off
        leaves an entry ``failed``. Raises LibraryError before anything is done where the trail is required
        and cannot be written.
        """
        intended = self.intend(event, actor, **about)
        came: dict[str, Any] = {}
        try:
            yield came
        except BaseException as error:  # an interrupt too: what was finished until then is kept
            told = {**about, **came, "of": event, "error": type(error).__name__}
            self.ended(intended, "failed", actor, **told)
            raise
        if came or intended is not None:
            self.ended(intended, event, actor, **{**about, **came})

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

    def _append(self, event: Event, actor: str, about: dict[str, Any]) -> int:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with FileLock(self.folder / "trail.lock", timeout=LOCK_SECONDS):
            now, files = datetime.now(UTC), self.files()
            last = _last_in(files)
            if self._days is not None:
                last = self._prune(now - timedelta(days=self._days), now, last, files)
            return self._write(now, event, actor, about, last, files)[0]

    def _write(
        self, now: datetime, event: Event, actor: str, about: dict[str, Any], last: Last, files: list[Path]
    ) -> Last:
        """Add a line to the month's file; its number and hash. ``files``: the trail's; a new one is added."""
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
        if files[-1:] != [path]:
            files.append(path)
        return entry.seq, entry.hash

    def _prune(self, before: datetime, now: datetime, last: Last, files: list[Path]) -> Last:
        """Remove files whose month ended before a day; the chain says which, and where they ended."""
        for path in files[:-1]:
            if path.stem >= f"{before:%Y-%m}":
                break
            ended = _last_of(path)
            told = {"file": path.name, "last_seq": ended.seq if ended else None,
                    "last_hash": ended.hash if ended else None}  # fmt: skip
            last = self._write(now, "pruned", "program", told, last, files)
            path.unlink()
        return last


def _last_in(files: list[Path]) -> Last:
    """Number and hash of the last entry that is whole; 0 and zeros where there is none."""
    for path in reversed(files):
        entry = _last_of(path)
        if entry is not None:
            return entry.seq, entry.hash
    return 0, BEGINNING


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
