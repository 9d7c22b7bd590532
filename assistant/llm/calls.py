"""A question to a model as attempts: repeated with back-off within a deadline, on terms its server takes."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception,
    stop_after_attempt,
    stop_before_delay,
    wait_exponential,
    wait_random,
)

from assistant.errors import BackendError
from assistant.happenings import ModelFailed, tell
from assistant.llm.failures import failure_of, status_of
from assistant.tracing import span

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from assistant.llm.reply import Said
    from assistant.settings import Settings

log = logging.getLogger(__name__)

MAX_PAUSE_S = 20.0  # between two attempts, unless the server asks for more
_REJECTED = frozenset({400, 415, 422, 501})  # statuses of a request the server does not understand


@dataclass(frozen=True, slots=True)
class Terms:
    """What a server has not rejected so far: a temperature, a schema, counting a stream's tokens."""

    temperature: bool = True
    structured: bool = True
    stream_usage: bool = True


class StructuredUnsupportedError(Exception):
    """The model's class has no structured output."""


@dataclass(slots=True)
class Meter:
    """Time and requests of one question."""

    seconds: float
    started: float = field(default_factory=time.monotonic)
    calls: int = 0
    attempts: int = 0

    @property
    def left(self) -> float:
        """Seconds until the deadline."""
        return self.seconds - self.spent

    @property
    def spent(self) -> float:
        """Seconds since the question was put."""
        return time.monotonic() - self.started


Attempt = Callable[[Terms], Awaitable["Said"]]


class Calls:
    """A model, its name for messages, and what its server accepts."""

    def __init__(self, model: BaseChatModel, name: str, settings: Settings) -> None:
        self.model = model
        self.name = name
        self.settings = settings
        self._terms = Terms()

    def on(self, terms: Terms) -> BaseChatModel:
        """The model as those terms allow."""
        dropped: dict[str, Any] = {}
        if not terms.temperature:
            dropped["temperature"] = None
        if not terms.stream_usage:
            dropped["stream_usage"] = False
        return self.model.model_copy(update=dropped) if dropped else self.model

    async def patiently(
        self, attempt: Attempt, meter: Meter, *, schema: bool, may_repeat: Callable[[], bool] = lambda: True
    ) -> Said:
        """What an attempt brings, repeated while that may help and time allows. Raises BackendError."""
        first = self.settings.llm_backoff
        growing = wait_exponential(multiplier=first, max=MAX_PAUSE_S) + wait_random(0, first)

        def worth(error: BaseException) -> bool:
            return isinstance(error, BackendError) and error.retryable and may_repeat()

        def pause(state: RetryCallState) -> float:
            error = state.outcome.exception() if state.outcome else None
            return max(growing(state), getattr(error, "retry_after", None) or 0.0)

        repeated = AsyncRetrying(
            retry=retry_if_exception(worth),
            wait=pause,
            stop=stop_after_attempt(self.settings.llm_retries + 1) | stop_before_delay(max(meter.left, 0)),
            reraise=True,
        )
        try:
            with span("llm", model=self.name) as call:
                said: Said = await repeated(self._attempt, attempt, meter, schema)
                call.note(attempts=meter.attempts)
        except BackendError as error:
            tell(ModelFailed(error.kind))
            raise
        return said

    async def _attempt(self, attempt: Attempt, meter: Meter, schema: bool) -> Said:
        meter.attempts += 1
        try:
            return await self._negotiated(attempt, schema)
        except Exception as error:  # noqa: BLE001 (each client library has errors of its own)
            failed = failure_of(error, self.name)
        raise failed  # outside the handler: the client's error, with its request and key, is not kept

    async def _negotiated(self, attempt: Attempt, schema: bool) -> Said:
        """The attempt, without whatever the server rejects; what it took in the end is remembered."""
        terms = self._terms
        while True:
            try:
                said = await attempt(terms)
            except Exception as error:
                conceded = _conceded(terms, error, schema)
                if conceded is None:
                    raise
                log.info("%s: asking again with %s", self.name, conceded)
                terms = conceded
            else:
                self._terms = terms
                return said


def _conceded(terms: Terms, error: Exception, schema: bool) -> Terms | None:
    """The terms without what an error speaks of, or else without the schema; None if nothing is to be gained.

    The server's words are looked at, never shown.
    """
    if isinstance(error, StructuredUnsupportedError):
        return replace(terms, structured=False)
    if status_of(error) not in _REJECTED:
        return None
    words = str(error).lower()
    if terms.temperature and "temperature" in words:
        return replace(terms, temperature=False)
    if terms.stream_usage and "stream_options" in words:
        return replace(terms, stream_usage=False)
    return replace(terms, structured=False) if schema and terms.structured else None
