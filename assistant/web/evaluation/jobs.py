"""Runs under way: one at a time, the others wait; each is watched, can be stopped and gone on with.

The runs are the server's, not a page's: a page that is opened anew finds them. What a run has found so far is
in its folder, so that nothing is lost where the server stops.
"""

from __future__ import annotations

import asyncio
import logging
import shutil
import threading
import time
import uuid
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from weakref import WeakKeyDictionary, ref

from assistant.errors import InputError, PolicyError
from assistant.records.owner import LOCAL
from assistant.web.evaluation import brought
from assistant.web.evaluation.kept import OWN, own_files, run_named
from assistant.web.evaluation.tally import Tally
from assistant.web.evaluation.words import refused
from assistant.web.library.line import Line, Ticket

if TYPE_CHECKING:
    from assistant.engine import Assistant
    from evals.suite_run import Wanted

log = logging.getLogger(__name__)

WAITING_AT_MOST = 5
SHOWN_SECONDS = 3600.0  # for so long a page shows how a run ended
MOST_REPEAT = 20
PAUSE = 0.2  # seconds between two pictures at least

Stage = Literal["waiting", "loading", "asking", "scoring", "whole", "stopped", "failed"]
ENDED = frozenset(("whole", "stopped", "failed"))


@dataclass(slots=True)
class Job:
    """A run on its way. run: its folder's name; by: the id of who has it run; again: whether it goes on;
    why: what kept it from ending.
    """

    key: str
    run: str
    wanted: Wanted
    by: str
    again: bool = False
    stage: Stage = "waiting"
    done: int = 0
    total: int = 0
    tally: Tally = field(default_factory=Tally)
    why: PolicyError | None = None
    stop: threading.Event = field(default_factory=threading.Event)
    ticket: Ticket[None] | None = None
    began: tuple[float, int] | None = None  # when its first answer was asked, and how many there were
    ended_at: float | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing more will come of it."""
        return self.stage in ENDED

    @property
    def mark(self) -> str:
        """What changes when the run begins to ask, and is in the table from then on."""
        return self.key if self.stage in ("waiting", "loading") else f"{self.key}+"

    @property
    def before(self) -> int:
        """How many runs are before it in the queue."""
        return self.ticket.before if self.ticket is not None else 0

    def told(self, done: int, total: int) -> None:
        """How far it is."""
        self.began = self.began or (time.monotonic(), done - 1)
        self.done, self.total = done, total
        self.stage = "asking" if done < total else "scoring"

    def seconds_left(self) -> float | None:
        """For the rest of its cases, as fast as those so far; None where that cannot be told yet."""
        if self.stage != "asking" or self.began is None:
            return None
        since, first = self.began
        asked = self.done - first - 1  # of the first it is not known when it was asked
        if asked < 1:
            return None
        return (time.monotonic() - since) / asked * (self.total - self.done)


class Jobs:
    """The runs of one assistant."""

    def __init__(self, assistant: Assistant) -> None:
        # Found through a weak key: a strong hold from here would keep the assistant for ever.
        self._held = ref(assistant)
        self._jobs: dict[str, Job] = {}
        self._line = Line()
        self._lock = threading.RLock()
        self._listeners: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    @property
    def _assistant(self) -> Assistant:
        assistant = self._held()
        assert assistant is not None, "runs outlived their assistant"
        return assistant

    @property
    def _home(self) -> Path:
        return self._assistant.settings.home

    # ── what there is ─────────────────────────────────────────────────────────────────────────

    def under_way(self) -> list[Job]:
        """Those that run or wait, in their order."""
        with self._lock:
            return [job for job in self._jobs.values() if not job.ended]

    def ended(self) -> list[Job]:
        """Those that have just ended, the newest first."""
        now = time.monotonic()
        with self._lock:
            found = [job for job in self._jobs.values() if job.ended_at is not None]
        recent = [job for job in found if now - (job.ended_at or now) < SHOWN_SECONDS]
        return sorted(recent, key=lambda job: job.ended_at or 0, reverse=True)

    def forget(self, key: str) -> None:
        """How this run ended has been seen."""
        with self._lock:
            if key in self._jobs and self._jobs[key].ended:
                del self._jobs[key]

    # ── what is done with them ────────────────────────────────────────────────────────────────

    def start(self, wanted: Wanted, own: str = "", by: str = LOCAL.id) -> Job:
        """Put a new run in the line. ``own``: the key of a person's own files; ``by``: the id of who has it
        run. Raises PolicyError.

        Nothing begins where one of the files has an error.
        """
        from evals.runs import new_folder

        with self._lock:
            self._room()
            found = brought.brought(self._home, own, self._assistant.view) if own else None
            if found is not None and found.errors:
                raise refused("own_bad", files=found.names, n=len(found.errors))
            moment = datetime.now()
            folder = new_folder(self._home, wanted.suite, moment)
            while folder.exists():
                moment += timedelta(seconds=1)
                folder = new_folder(self._home, wanted.suite, moment)
            folder.mkdir(parents=True)
            if found is not None:
                shutil.copytree(found.files[0].parent, folder / OWN)
            kept = tuple(sorted((folder / OWN).iterdir())) if found is not None else ()
            return self._join(folder, replace(wanted, own=kept, out=folder), by, again=False)

    def go_on(self, name: str, by: str = LOCAL.id) -> Job:
        """Put a run that was cut off in the line again; ``by`` as for :meth:`start`. Raises InputError."""
        from evals.suite_run import Wanted

        with self._lock:
            run = run_named(self._home, name)
            if run.whole:
                raise refused("whole_run")
            if any(job.run == name for job in self.under_way()):
                raise refused("busy_run")
            self._room()
            config = run.config
            wanted = Wanted(
                config.suite, config.llm, config.repeat, config.workers, config.split,
                tuple(own_files(run)), run.folder,
            )  # fmt: skip
            return self._join(run.folder, wanted, by, again=True)

    def stop(self, key: str) -> None:
        """End a run after the case it is at, or take it off the line."""
        with self._lock:
            job = self._jobs.get(key)
            if job is None or job.ended:
                return
            job.stop.set()
            if job.stage == "waiting":
                self._end(job, "stopped")
        self.changed()

    def _room(self) -> None:
        waiting = len(self.under_way())
        if waiting >= WAITING_AT_MOST:
            raise refused("queue_full", n=waiting)

    def _join(self, folder: Path, wanted: Wanted, by: str, *, again: bool) -> Job:
        job = Job(uuid.uuid4().hex, folder.name, wanted, by, again)
        for key in [key for key, old in self._jobs.items() if old.ended and old.run == job.run]:
            del self._jobs[key]
        self._jobs[job.key] = job
        job.ticket = self._line.join(partial(self._work, self._assistant, job), self.changed)
        self.changed()
        return job

    # ── doing it ──────────────────────────────────────────────────────────────────────────────

    def _work(self, assistant: Assistant, job: Job) -> None:
        with self._lock:
            if job.ended:  # taken off the line
                return
            job.stage = "loading"
        self.changed()
        try:
            stage = self._run(assistant, job)
        except PolicyError as error:
            job.why = _why(job, error)
            stage = "failed"
        except Exception:
            log.exception("The run %s broke.", job.run)
            job.why = refused("internal")
            stage = "failed"
        with self._lock:
            self._end(job, stage)
        self.changed()

    def _run(self, assistant: Assistant, job: Job) -> Stage:
        from evals.suite_run import assistant_for, run_suite

        follow: Callable[[], None] = partial(
            job.tally.follow, assistant_for(job.wanted.suite, assistant), job.wanted.out
        )

        def tell(done: int, total: int) -> None:
            job.told(done, total)
            follow()
            self.changed()

        run = run_suite(assistant, job.wanted, tell, job.stop, job.by)
        return "whole" if run.whole else "stopped"

    def _end(self, job: Job, stage: Stage) -> None:
        job.stage, job.ended_at = stage, time.monotonic()
        folder = job.wanted.out
        if folder is not None and not (folder / "config.json").exists():  # not a case of it was begun
            shutil.rmtree(folder, ignore_errors=True)

    # ── word of it ────────────────────────────────────────────────────────────────────────────

    def changed(self) -> None:
        """Wake everybody who listens; called in any thread."""
        for loop, event in list(self._listeners):
            try:
                loop.call_soon_threadsafe(event.set)
            except RuntimeError:  # its loop was closed: nobody listens there any more
                log.debug("A listener has gone.")

    async def changes(self) -> AsyncIterator[list[Job]]:
        """The runs under way as they change, until there is none."""
        event = asyncio.Event()
        listener = (asyncio.get_running_loop(), event)
        self._listeners.append(listener)
        try:
            while True:
                event.clear()
                found = self.under_way()
                yield found
                if not found:
                    return
                await asyncio.sleep(PAUSE)
                await event.wait()
        finally:
            self._listeners.remove(listener)


def _why(job: Job, error: PolicyError) -> PolicyError:
    """Why a run did not end; of one that cannot go on, in the tab's words, not the command line's."""
    if job.again and isinstance(error, InputError) and job.began is None:
        log.info("The run %s cannot go on: %s", job.run, error.en)
        return refused("cannot_go_on")
    return error


_all: WeakKeyDictionary[Assistant, Jobs] = WeakKeyDictionary()
_making = threading.Lock()


def jobs_of(assistant: Assistant) -> Jobs:
    """The runs of an assistant, the same for its page and its routes."""
    with _making:
        found = _all.get(assistant)
        if found is None:
            found = _all[assistant] = Jobs(assistant)
        return found
