"""Uploads under way: whose they are, where each file is, and word of it to whoever listens.

A job is reached by its owner alone; for anybody else it is not there. Finished ones are kept for a while, so
that a page that was reloaded can still show how they ended.
"""

from __future__ import annotations

import asyncio
import logging
import shutil
import threading
import time
import uuid
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary, ref

from assistant.audit import Trail
from assistant.errors import NotHeldError, PolicyError
from assistant.model import Lang
from assistant.records.owner import Group, Owner
from assistant.web.library.line import Ticket, line_of
from assistant.web.library.taking import KEPT, Brought, Taken, remember, settled, take_in
from assistant.web.library.words import say

if TYPE_CHECKING:
    from assistant.engine import Assistant

log = logging.getLogger(__name__)

KEPT_SECONDS = 3600.0
SHOWN_SECONDS = 600.0  # for so long a page that is opened shows how an upload ended
KEPT_JOBS = 200
WAITING_AT_MOST = 5  # jobs of one owner that have not ended


@dataclass(slots=True)
class FileState:
    """Where a file is. ``stage``: waiting, read, structure, store, embed, index, or how it ended; ``share``
    from 0 to 1.
    """

    name: str
    stage: str = "waiting"
    share: float | None = None
    act: str | None = None
    reason: str | None = None
    ended: bool = False


@dataclass(slots=True)
class Job:
    """Some files of one owner on their way in."""

    key: str
    owner: Owner
    lang: Lang
    files: list[FileState]
    group: Group | None = None
    ticket: Ticket[None] | None = None
    ended_at: float | None = None
    _listeners: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = field(default_factory=list)

    def changed(self) -> None:
        """Wake everybody who listens; called in any thread."""
        for loop, event in list(self._listeners):
            try:
                loop.call_soon_threadsafe(event.set)
            except RuntimeError:  # its loop was closed: nobody listens there any more
                log.debug("A listener of upload %s has gone.", self.key)

    def picture(self) -> dict[str, Any]:
        """Everything a page needs to show the job."""
        ticket = self.ticket
        waits = ticket is not None and not ticket.started
        return {
            "job": self.key,
            "before": ticket.before if ticket is not None and waits else None,
            "done": self.ended_at is not None,
            "files": [
                {
                    "name": state.name,
                    "stage": state.stage,
                    "share": state.share,
                    "act": state.act,
                    "reason": state.reason,
                    "ended": state.ended,
                }
                for state in self.files
            ],
        }

    async def pictures(self) -> AsyncIterator[dict[str, Any]]:
        """The job as it changes, until it has ended."""
        event = asyncio.Event()
        listener = (asyncio.get_running_loop(), event)
        self._listeners.append(listener)
        try:
            while True:
                event.clear()
                shown = self.picture()
                yield shown
                if shown["done"]:
                    return
                await event.wait()
        finally:
            self._listeners.remove(listener)


class Jobs:
    """The jobs of one assistant."""

    def __init__(self, assistant: Assistant) -> None:
        # Found through a weak key: a strong hold from here would keep the assistant for ever.
        self._held = ref(assistant)
        self._jobs: dict[str, Job] = {}
        self._lock = threading.Lock()

    @property
    def _assistant(self) -> Assistant:
        assistant = self._held()
        assert assistant is not None, "jobs outlived their assistant"
        return assistant

    def busy(self, owner: Owner) -> bool:
        """Whether the owner has as many uploads under way as are taken."""
        with self._lock:
            mine = [job for job in self._jobs.values() if job.owner == owner and job.ended_at is None]
        return len(mine) >= WAITING_AT_MOST

    def begin(self, owner: Owner, files: Sequence[Brought], lang: Lang, group: Group | None = None) -> Job:
        """Put files in the line, for a group where they are for one.

        Their folders are removed when the job has ended.
        """
        job = Job(uuid.uuid4().hex, owner, lang, [FileState(file.name) for file in files], group)
        with self._lock:
            self._drop_old()
            self._jobs[job.key] = job
        assistant = self._assistant
        work = partial(self._work, assistant, job, list(files))
        job.ticket = line_of(assistant).join(work, job.changed)
        job.changed()
        return job

    def of(self, owner: Owner, key: str) -> Job:
        """A job of the owner's. Raises NotHeldError."""
        with self._lock:
            job = self._jobs.get(key)
        if job is None or job.owner != owner:
            raise NotHeldError(say("en", "lost_job"), say("ru", "lost_job"))
        return job

    def recent(self, owner: Owner) -> list[Job]:
        """The owner's jobs that are under way or have just ended, the oldest first."""
        now = time.monotonic()
        with self._lock:
            mine = [job for job in self._jobs.values() if job.owner == owner]
        return [job for job in mine if job.ended_at is None or now - job.ended_at < SHOWN_SECONDS]

    def _drop_old(self) -> None:
        now = time.monotonic()
        ended = [job for job in self._jobs.values() if job.ended_at is not None]
        for job in ended:
            if now - (job.ended_at or now) > KEPT_SECONDS or len(self._jobs) > KEPT_JOBS:
                del self._jobs[job.key]

    def _work(self, assistant: Assistant, job: Job, files: list[Brought]) -> None:
        def told(place: int, stage: str, share: float | None) -> None:
            state = job.files[place]
            state.stage, state.share = stage, share
            job.changed()

        def ended(place: int, taken: Taken) -> None:
            _ended(assistant, job, files[place], job.files[place], taken)

        try:
            names, trail = [file.name for file in files], Trail.of(assistant.settings)
            with trail.changing("uploaded", job.owner.id, files=names) as came:
                files[:] = [settled(file) for file in files]
                taken = take_in(assistant.settings, job.owner, files, job.lang, told, ended, job.group)
                failed = [file.name for file, one in zip(files, taken, strict=True) if one.error]
                came |= {"failed": failed} if failed else {}
        except PolicyError as error:
            _fail_rest(job, error.message(job.lang))
        except Exception:
            log.exception("An upload failed.")
            _fail_rest(job, say(job.lang, "internal"))
        finally:
            for file in files:
                shutil.rmtree(file.path.parent, ignore_errors=True)
            job.ended_at = time.monotonic()
            job.changed()


def _ended(assistant: Assistant, job: Job, file: Brought, state: FileState, taken: Taken) -> None:
    """A file has ended: how, why, and that it is the owner's from now on."""
    state.stage, state.share, state.ended = taken.outcome, None, True
    state.act = taken.act if taken.outcome in KEPT else None
    if taken.error is not None:
        state.reason = told_plainly(taken.error, file, job.lang)
    elif taken.own:
        state.reason = say(job.lang, "own_document")
    try:
        remember(assistant, job.owner, file, taken, job.group)
    except PolicyError as error:
        state.reason = error.message(job.lang)
    job.changed()


def _fail_rest(job: Job, reason: str) -> None:
    for state in job.files:
        if not state.ended:
            state.stage, state.reason, state.ended = "failed", reason, True


def told_plainly(error: PolicyError, file: Brought, lang: Lang) -> str:
    """An error's sentence with the file's own name in it: where it lay for a moment says nothing."""
    words = error.message(lang)
    for path in (str(file.path.resolve()), str(file.path), file.path.name):
        words = words.replace(path, file.name)
    return words


_all: WeakKeyDictionary[Any, Jobs] = WeakKeyDictionary()
_making = threading.Lock()


def jobs_of(assistant: Assistant) -> Jobs:
    """The jobs of an assistant, the same for its page and its routes."""
    with _making:
        found = _all.get(assistant)
        if found is None:
            found = _all[assistant] = Jobs(assistant)
        return found
