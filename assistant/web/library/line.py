"""Work that writes to the library -> one after another, each told how many wait before it.

One thread does the work of one assistant: uploads, deletions, undoing them and sync. It starts with a piece
of work and ends when there was none for a while.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from assistant.engine import Assistant

log = logging.getLogger(__name__)

IDLE_SECONDS = 30.0

Result = TypeVar("Result")


class Ticket(Generic[Result]):
    """A piece of work in the line. ``on_change``: called, in any thread, when its place or state changes."""

    def __init__(self, work: Callable[[], Result], on_change: Callable[[], None]) -> None:
        self._work = work
        self._done = threading.Event()
        self._error: Exception | None = None
        self._result: Result | None = None
        self._lock = threading.Lock()
        self._waiters: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []
        self.on_change = on_change
        self.before = 0  # how many are before it; 0 also while it runs
        self.started = False

    @property
    def done(self) -> bool:
        """Whether it has ended."""
        return self._done.is_set()

    def result(self, timeout: float | None = None) -> Result:
        """What the work returned or raised. Raises TimeoutError where it takes longer."""
        if not self._done.wait(timeout):
            raise TimeoutError
        if self._error is not None:
            raise self._error
        return cast(Result, self._result)

    async def ended(self) -> Result:
        """As :meth:`result`, in a coroutine."""
        # No thread may wait here: those that a coroutine can borrow are few and answer questions.
        loop, event = asyncio.get_running_loop(), asyncio.Event()
        with self._lock:
            self._waiters.append((loop, event))
            if self.done:
                event.set()
        await event.wait()
        return self.result(0)

    def run(self) -> None:
        """Do the work; its error is kept for whoever waits."""
        self.started = True
        self.on_change()
        try:
            self._result = self._work()
        except Exception as error:  # noqa: BLE001 (raised again where the result is asked for)
            self._error = error
        finally:
            with self._lock:
                self._done.set()
                waiters = list(self._waiters)
            for loop, event in waiters:
                try:
                    loop.call_soon_threadsafe(event.set)
                except RuntimeError:  # its loop was closed: nobody waits there any more
                    log.debug("Nobody waits for a piece of work any more.")
            self.on_change()


class Line:
    """The line of one assistant."""

    def __init__(self) -> None:
        self._waiting: deque[Ticket[Any]] = deque()
        self._running: Ticket[Any] | None = None
        self._lock = threading.Condition()
        self._thread: threading.Thread | None = None

    def join(
        self, work: Callable[[], Result], on_change: Callable[[], None] = lambda: None
    ) -> Ticket[Result]:
        """Put work at the end of the line."""
        ticket = Ticket(work, on_change)
        with self._lock:
            self._waiting.append(ticket)
            ticket.before = len(self._waiting) - 1 + (self._running is not None)
            if self._thread is None:
                self._thread = threading.Thread(target=self._serve, name="library-line", daemon=True)
                self._thread.start()
            self._lock.notify()
        return ticket

    def _serve(self) -> None:
        while True:
            with self._lock:
                if not self._lock.wait_for(lambda: self._waiting, IDLE_SECONDS):
                    self._thread = None
                    return
                self._running = ticket = self._waiting.popleft()
                ticket.before = 0
                moved = list(self._waiting)
                for place, other in enumerate(moved, 1):
                    other.before = place
            for other in moved:
                other.on_change()
            ticket.run()
            with self._lock:
                self._running = None


_lines: WeakKeyDictionary[Any, Line] = WeakKeyDictionary()
_making = threading.Lock()


def line_of(assistant: Assistant) -> Line:
    """The line of an assistant, the same for its page and its routes."""
    with _making:
        return _lines.setdefault(assistant, Line())
