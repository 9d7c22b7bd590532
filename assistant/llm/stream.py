"""A reply's text, piece by piece as the model writes it."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Generator, Iterator
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from assistant.errors import BackendError
from assistant.llm.background import GRACE_S, POLL_S, GivenUpError, check, start
from assistant.llm.calls import Calls, Meter, Terms
from assistant.llm.failures import failure
from assistant.llm.json_text import ThinkingFilter
from assistant.llm.reply import Reply, Said, read_message

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage, BaseMessageChunk

    from assistant.llm.backend import Backend


class Stream(Iterator[str]):
    """Pieces of text; asked for with the first one. A reasoning model's thinking is left out.

    ``reply`` is None until the last piece has been taken, then the whole reply with its usage. Leaving off
    early (``close()``, or letting go of the stream) closes the connection.
    """

    def __init__(
        self, backend: Backend, calls: Calls, asked: list[BaseMessage], cancel: threading.Event | None
    ) -> None:
        self.reply: Reply | None = None
        self._backend = backend
        self._calls = calls
        self._asked = asked
        self._cancel = cancel
        self._pieces = self._taken()

    def __next__(self) -> str:
        return next(self._pieces)

    def close(self) -> None:
        """Take no more."""
        self._pieces.close()

    def _taken(self) -> Generator[str, None, None]:
        if self._cancel is not None and self._cancel.is_set():
            raise failure("cancelled", self._backend.name)
        meter = Meter(self._calls.settings.llm_deadline)
        pieces: SimpleQueue[str | None] = SimpleQueue()
        writer = _Writer(self._calls, self._asked, meter, pieces)
        future = start(self._calls.patiently(writer.attempt, meter, schema=False, may_repeat=writer.is_new))
        future.add_done_callback(lambda _: pieces.put(None))
        try:
            yield from self._until_end(pieces, meter)
            said = future.result()
        except GivenUpError as given_up:
            failed = failure("cancelled" if given_up.cancelled else "timeout", self._backend.name)
        except BackendError as error:
            failed = error
        else:
            self.reply = self._backend.counted(said, meter)
            return
        finally:
            future.cancel()
        failed.usage = self._backend.count(meter, None)
        raise failed

    def _until_end(self, pieces: SimpleQueue[str | None], meter: Meter) -> Iterator[str]:
        """What is put into the queue until None. Raises GivenUpError."""
        until = time.monotonic() + meter.left + GRACE_S
        while True:
            left = check(until, self._cancel)
            try:
                piece = pieces.get(timeout=min(left, POLL_S) if self._cancel is not None else left)
            except Empty:
                continue
            if piece is None:
                return
            yield piece


class _Writer:
    """Puts the pieces of a stream into a queue; one writer for all attempts of a question."""

    def __init__(
        self, calls: Calls, asked: list[BaseMessage], meter: Meter, pieces: SimpleQueue[str | None]
    ) -> None:
        self._calls = calls
        self._asked = asked
        self._meter = meter
        self._pieces = pieces
        self._new = True

    def is_new(self) -> bool:
        """Whether nothing has been put yet: only then may another attempt begin."""
        return self._new

    async def attempt(self, terms: Terms) -> Said:
        """One request, its pieces put as they come."""
        self._meter.calls += 1
        shown = ThinkingFilter()
        whole: BaseMessageChunk | None = None
        async with asyncio.timeout(self._next_wait()) as limit:
            async for chunk in self._calls.on(terms).astream(self._asked):
                if not limit.expired():
                    limit.reschedule(asyncio.get_running_loop().time() + self._next_wait())
                whole = chunk if whole is None else whole + chunk
                self._put(shown.feed(str(chunk.text)))
        self._put(shown.flush())
        if whole is None:
            raise failure("empty", self._calls.name)
        return read_message(whole, None)

    def _put(self, text: str) -> None:
        if text:
            self._new = False
            self._pieces.put(text)

    def _next_wait(self) -> float:
        return max(0.0, min(self._calls.settings.llm_timeout, self._meter.left))
