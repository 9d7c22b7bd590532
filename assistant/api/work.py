"""Blocking calls -> threads, so many at once; those beyond wait, and beyond a bound are turned away."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Callable
from typing import Generic, TypeVar

import anyio
import anyio.to_thread
from starlette.requests import Request
from starlette.types import Receive

from assistant.api.errors import BusyError
from assistant.errors import PolicyError

log = logging.getLogger(__name__)

Result = TypeVar("Result")
Tell = Callable[[str], None]  # names the step that begins


class GoneError(Exception):
    """The caller hung up: nobody reads the reply any more."""


class Queue:
    """``at_once`` calls run in threads, at most ``waiting`` more wait for their turn.

    ``retry_after``: seconds after which one that was turned away may come back.
    """

    def __init__(self, at_once: int, waiting: int, retry_after: float) -> None:
        self.at_once = at_once
        self.waiting = waiting
        self.retry_after = retry_after
        self._limiter = anyio.CapacityLimiter(at_once)
        self._tasks: set[asyncio.Task[object]] = set()

    @property
    def length(self) -> int:
        """How many wait."""
        return max(0, len(self._tasks) - self.at_once)

    @property
    def running(self) -> int:
        """How many run."""
        return min(len(self._tasks), self.at_once)

    async def run(self, call: Callable[[], Result]) -> Result:
        """The call's result. Raises BusyError where too many wait."""
        return await self.start(lambda cancel, tell: call()).result()

    def start(self, call: Callable[[threading.Event, Tell], Result]) -> Running[Result]:
        """Begin a call that can be given up: its first argument is then set. Raises BusyError."""
        if len(self._tasks) >= self.at_once + self.waiting:
            raise BusyError(self.retry_after)
        waits = len(self._tasks) >= self.at_once
        running: Running[Result] = Running(call, self._limiter, waits=waits)
        self._tasks.add(running.task)
        running.task.add_done_callback(self._tasks.discard)
        return running


class Running(Generic[Result]):
    """A call under way. Its place is taken until its thread has ended, also when it was given up."""

    def __init__(
        self,
        call: Callable[[threading.Event, Tell], Result],
        limiter: anyio.CapacityLimiter,
        *,
        waits: bool,
    ) -> None:
        self._cancel = threading.Event()
        self._steps: asyncio.Queue[str | None] = asyncio.Queue()
        if waits:
            self._steps.put_nowait("waiting")
        loop = asyncio.get_running_loop()

        def tell(step: str) -> None:
            loop.call_soon_threadsafe(self._steps.put_nowait, step)

        def begin() -> Result:
            if self._cancel.is_set():  # given up while it waited
                raise GoneError
            tell("started")
            return call(self._cancel, tell)

        self.task = asyncio.create_task(anyio.to_thread.run_sync(begin, limiter=limiter))
        self.task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[Result]) -> None:
        self._steps.put_nowait(None)
        error = None if task.cancelled() else task.exception()
        if self._cancel.is_set() and error and not isinstance(error, PolicyError | GoneError):
            log.error("A request that was given up failed.", exc_info=error)

    async def steps(self) -> AsyncIterator[str]:
        """The steps as they begin, until the call has ended."""
        while (step := await self._steps.get()) is not None:
            yield step

    async def result(self, request: Request | None = None) -> Result:
        """What the call returns or raises. Gives it up, and raises GoneError, when the caller hangs up."""
        try:
            if request is not None:
                await self._unless_gone(request.receive)
            return await asyncio.shield(self.task)
        finally:
            self.give_up()

    async def _unless_gone(self, receive: Receive) -> None:
        gone = asyncio.create_task(_gone(receive))
        try:
            await asyncio.wait({self.task, gone}, return_when=asyncio.FIRST_COMPLETED)
            if not self.task.done():
                raise GoneError
        finally:
            gone.cancel()

    def give_up(self) -> None:
        """Tell the thread to stop, where it still runs; its outcome is dropped."""
        if not self.task.done():
            self._cancel.set()


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
