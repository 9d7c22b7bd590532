"""Work on an event loop of its own thread, which its caller can give up at any moment.

A model is asked through its asynchronous client: giving up cancels the task, which closes the connection,
whatever the server does. One loop serves the process, since clients keep their connections with a loop.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any, TypeVar

T = TypeVar("T")

POLL_S = 0.05  # how soon a cancellation is noticed
GRACE_S = 1.0  # past its deadline, for work that ends itself there

_lock = threading.Lock()
_loop: asyncio.AbstractEventLoop | None = None
_thread: threading.Thread | None = None


class GivenUpError(Exception):
    """The caller's Event was set (``cancelled``), or the work overran its time."""

    def __init__(self, *, cancelled: bool) -> None:
        super().__init__("cancelled" if cancelled else "overran")
        self.cancelled = cancelled


def start(work: Coroutine[Any, Any, T]) -> Future[T]:
    """Run ``work`` on the background loop; cancelling the future cancels it there."""
    return asyncio.run_coroutine_threadsafe(work, _background_loop())


def finish(future: Future[T], seconds: float, cancel: threading.Event | None) -> T:
    """The result of started work. When ``cancel`` is set or time is over: cancels it, raises GivenUpError."""
    until = time.monotonic() + seconds + GRACE_S
    try:
        while not future.done():
            left = check(until, cancel)
            wait([future], timeout=min(left, POLL_S) if cancel is not None else left)
        return future.result()
    finally:
        future.cancel()


def check(until: float, cancel: threading.Event | None) -> float:
    """Seconds left until that moment of ``time.monotonic``. Raises GivenUpError as :func:`finish` does."""
    if cancel is not None and cancel.is_set():
        raise GivenUpError(cancelled=True)
    left = until - time.monotonic()
    if left <= 0:
        raise GivenUpError(cancelled=False)
    return left


def _background_loop() -> asyncio.AbstractEventLoop:
    global _loop, _thread  # noqa: PLW0603 (one loop a process)
    with _lock:
        if _loop is None or _thread is None or not _thread.is_alive():  # not alive: after a fork
            _loop = asyncio.new_event_loop()
            _loop.set_default_executor(_DaemonThreads())
            _thread = threading.Thread(target=_loop.run_forever, name="language-models", daemon=True)
            _thread.start()
        return _loop


class _DaemonThreads(ThreadPoolExecutor):
    """A thread for each job, so that one that hangs holds up neither the next job nor the program's end."""

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        future: Future[T] = Future()

        def run() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(fn(*args, **kwargs))
            except BaseException as error:  # noqa: BLE001 (handed over to the one who waits)
                future.set_exception(error)

        threading.Thread(target=run, name="language-model-call", daemon=True).start()
        return future
