"""What was answered, taken in or taken out, and what happened at the door -> entries of the trail."""

from __future__ import annotations

import getpass
import logging
import queue
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

from assistant.access.notices import Notice, listen
from assistant.audit.trail import Event, Trail
from assistant.errors import LibraryError
from assistant.model import Answer, IngestReport, SyncReport

if TYPE_CHECKING:
    from assistant.settings import Settings


log = logging.getLogger(__name__)

MOST_WAITING = 10_000  # notices
LEAVING_SECONDS = 10.0  # at the end of the program
A_MINUTE = 20  # refusals noted of an address nobody is known at

_AT_THE_DOOR: dict[str, Event] = {
    "signed_in": "signed_in",
    "signed_out": "signed_out",
    "sign_in_failed": "refused",
    "sign_in_throttled": "refused",
    "refused": "refused",
    "rate_limited": "refused",
}


def at_the_machine() -> str:
    """Who uses the command line: the system's name of the user."""
    try:
        return f"os:{getpass.getuser()}"
    except (OSError, KeyError):  # a container may run as a number without a name
        return "os:unknown"


def asked(settings: Settings, actor: str, answer: Answer) -> None:
    """A question was answered: how, by what, and from which editions. Raises as :meth:`Trail.note`."""
    editions = sorted({f"{each.act}@{each.edition or ''}" for each in answer.citations})
    Trail.of(settings).note(
        "asked",
        actor,
        question=answer.question,
        status=answer.status,
        as_of=str(answer.as_of),
        backend=answer.backend,
        library=answer.library_version,
        editions=editions,
        claims=len(answer.claims),
        withheld=len(answer.withheld),
    )


def synced(settings: Settings, actor: str, report: SyncReport) -> None:
    """Official texts were fetched; a run that found nothing new is no entry. Raises as :meth:`Trail.note`."""
    states = ("fetched", "new_edition", "failed")
    told = {entry.act: entry.state for entry in report.entries if entry.state in states}
    if told:
        Trail.of(settings).note("synced", actor, acts=told)


def ingested(settings: Settings, actor: str, report: IngestReport) -> None:
    """Files were taken in; a run that changed nothing is no entry. Raises as :meth:`Trail.note`."""
    told = {name: list(getattr(report, name)) for name in ("added", "updated")}
    failed = [each.path for each in report.failed]
    if any(told.values()) or failed:
        Trail.of(settings).note("ingested", actor, **told, failed=failed)


def listening(settings: Settings, by: str | None = None) -> Callable[[], None]:
    """Write down every notice of this process; the function returned ends that, all being written.

    A thread of its own writes, so that nobody at the door waits for the disk. Of a caller whom nobody knows
    the trail holds the first refusals of a minute. ``by``: who does it, on the command line.
    """
    trail, waiting = Trail.of(settings), queue.Queue[Notice | None](MOST_WAITING)
    crowd = _Crowd()

    def write() -> None:
        while (notice := waiting.get()) is not None:
            event = _AT_THE_DOOR.get(notice.what, "administered")
            # On the command line it is the person at the machine who gives somebody a token or a password; on
            # the page everybody changes only their own.
            who = by or notice.who or (notice.about if event == "administered" else None) or "nobody"
            told = {name: getattr(notice, name) for name in ("what", "about", "address", "status")}
            try:
                trail.note(event, who, **{name: value for name, value in told.items() if value is not None})
            except LibraryError as error:  # nobody waits for it; the log has it
                log.error("%s", error.en)

    writer = threading.Thread(target=write, name="audit", daemon=True)
    writer.start()

    def heard(notice: Notice) -> None:
        if notice.who is None and notice.what == "refused" and crowd.known(notice.address):
            return
        try:
            waiting.put_nowait(notice)
        except queue.Full:
            log.error("The audit trail cannot keep up; a notice is lost: %s", notice.what)

    end = listen(heard)

    def deaf() -> None:
        end()
        waiting.put(None)
        writer.join(LEAVING_SECONDS)

    return deaf


class _Crowd:
    """How many refusals of callers nobody knows were noted in this minute, by address."""

    def __init__(self) -> None:
        self._minute = 0
        self._noted: Counter[str | None] = Counter()

    def known(self, address: str | None) -> bool:
        """Whether enough of an address was noted; counts it."""
        minute = int(time.monotonic() // 60)
        if minute != self._minute:
            self._minute, self._noted = minute, Counter()
        self._noted[address] += 1
        return self._noted[address] > A_MINUTE or len(self._noted) > A_MINUTE * 10
