"""What happens at the door, and changes of users and tokens -> entries of the trail."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from assistant.access.notices import Notice, listen
from assistant.audit.trail import Event, Trail
from assistant.errors import LibraryError

if TYPE_CHECKING:
    from assistant.settings import Settings


log = logging.getLogger(__name__)

MOST_WAITING = 10_000  # notices
LEAVING_SECONDS = 10.0  # at the end of the program
A_MINUTE = 20  # refusals noted of an address nobody is known at

_EVENTS: dict[str, Event] = {
    "signed_in": "signed_in",
    "signed_out": "signed_out",
    "sign_in_failed": "refused",
    "sign_in_throttled": "refused",
    "refused": "refused",
    "rate_limited": "refused",
}


def listening(settings: Settings, by: str | None = None) -> Callable[[], None]:
    """Write down every notice of this process; the function returned ends that, all being written.

    A thread of its own writes, so that nobody at the door waits for the disk; only where the trail is
    required does a change wait until it is written down as intended, and is not made where it cannot be. Of a
    caller whom nobody knows, and of one turned away as too many, the trail holds the first refusals of a
    minute. ``by``: who does it, on the
    command line.
    """
    trail, waiting = Trail.of(settings), queue.Queue[Notice | None](MOST_WAITING)
    crowd = _Crowd()

    def write() -> None:
        while (notice := waiting.get()) is not None:
            try:
                trail.note(_event(notice), _actor(notice, by), **_about(notice))
            except LibraryError as error:  # nobody waits for it; the log has it
                log.error("%s", error.en)

    writer = threading.Thread(target=write, name="audit", daemon=True)
    writer.start()

    def heard(notice: Notice) -> None:
        if crowd.known(notice):
            return
        try:
            waiting.put_nowait(notice)
        except queue.Full:
            log.error("The audit trail cannot keep up; a notice is lost: %s", notice.what)

    def before(notice: Notice) -> None:
        trail.intend(_event(notice), _actor(notice, by), **_about(notice))

    end = listen(heard, before=before)

    def deaf() -> None:
        end()
        waiting.put(None)
        writer.join(LEAVING_SECONDS)

    return deaf


def _event(notice: Notice) -> Event:
    return _EVENTS.get(notice.what, "administered")


def _actor(notice: Notice, by: str | None) -> str:
    """Who did it: on the command line the person at the machine, who gives somebody a token or a password;
    on the page everybody changes only their own.
    """
    return by or notice.who or (notice.about if _event(notice) == "administered" else None) or "nobody"


def _about(notice: Notice) -> dict[str, Any]:
    told = {name: getattr(notice, name) for name in ("what", "about", "address", "status")}
    return {name: value for name, value in told.items() if value is not None}


class _Crowd:
    """How many refusals of callers nobody knows, or turned away as too many, were noted in this minute."""

    def __init__(self) -> None:
        self._minute = 0
        self._noted: Counter[tuple[str, str | None]] = Counter()

    def known(self, notice: Notice) -> bool:
        """Whether enough of the like was noted, so that this one need not be; counts it.

        What is typed at the door names nobody: throttled tries are counted by their address.
        """
        if notice.what == "rate_limited":
            like = notice.who or notice.address
        elif notice.what == "sign_in_throttled" or (notice.what == "refused" and notice.who is None):
            like = notice.address
        else:
            return False
        minute = int(time.monotonic() // 60)
        if minute != self._minute:
            self._minute, self._noted = minute, Counter()
        self._noted[notice.what, like] += 1
        return self._noted[notice.what, like] > A_MINUTE or len(self._noted) > A_MINUTE * 10
