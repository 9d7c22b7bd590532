"""A question to a language model -> its reply, within a deadline and cancellable; or a BackendError.

>>> backend = open_backend("openai:gpt-5-mini", settings)
>>> backend.complete("You answer briefly.", "What is a decree?").text
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from assistant.errors import BackendError, InputError
from assistant.llm.background import GivenUpError, finish, start
from assistant.llm.calls import Calls, Meter, StructuredUnsupportedError, Terms
from assistant.llm.failures import failure
from assistant.llm.models import EXTRACTIVE, chat_model
from assistant.llm.reply import Reply, Said, Usage, read_cut_completion, read_message, usage_of
from assistant.llm.stream import Stream

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

    from assistant.settings import Settings

History = Sequence[tuple[str, str]]


def open_backend(llm: str | BaseChatModel, settings: Settings) -> Backend:
    """The backend that ``provider:model`` names, or one over a chat model made elsewhere.

    Raises InputError for a spec that cannot be used, a missing package or key.
    """
    if not isinstance(llm, str):
        return Backend(llm, type(llm).__name__, settings)
    if llm == EXTRACTIVE:
        raise InputError(
            "'extractive' answers without a language model. Name one: provider:model.",
            "«extractive» отвечает без языковой модели. Назовите модель: поставщик:модель.",
        )
    return Backend(chat_model(llm, settings, client_retries=0), llm, settings)


class Backend:
    """One language model. Safe to share between threads; what its server rejects is remembered here.

    ``name`` is the spec it was opened with, ``spent`` what all its questions have used up, failed ones too.
    """

    def __init__(self, model: BaseChatModel, name: str, settings: Settings) -> None:
        self.name = name
        self._settings = settings
        self._calls = Calls(model, name, settings)
        self._spent = Usage()
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"Backend({self.name!r})"

    @property
    def spent(self) -> Usage:
        """What all questions so far have used up."""
        return self._spent

    def complete(
        self,
        system: str,
        user: str,
        *,
        history: History = (),
        schema: dict[str, Any] | type[BaseModel] | None = None,
        cancel: threading.Event | None = None,
    ) -> Reply:
        """Ask, and wait for the whole reply.

        ``history``: earlier (question, answer) pairs. ``schema``: the JSON object wanted; where the server
        has no structured output it is asked in plain text, so the prompt must name the form too. ``cancel``:
        when it is set, the call ends at once.

        Raises BackendError: after ``llm_retries`` repeats, at the latest after ``llm_deadline`` seconds.
        """
        asked = messages(system, history, user)
        wanted = _json_schema(schema)
        meter = Meter(self._settings.llm_deadline)

        async def attempt(terms: Terms) -> Said:
            async with asyncio.timeout(min(self._settings.llm_timeout, max(meter.left, 0))):
                return await self._said(asked, wanted, terms, meter)

        if cancel is not None and cancel.is_set():
            raise failure("cancelled", self.name)
        future = start(self._calls.patiently(attempt, meter, schema=wanted is not None))
        try:
            said = finish(future, meter.left, cancel)
        except GivenUpError as given_up:
            failed = failure("cancelled" if given_up.cancelled else "timeout", self.name)
        except BackendError as error:
            failed = error
        else:
            return self.counted(said, meter)
        failed.usage = self.count(meter, None)
        raise failed

    def stream(
        self,
        system: str,
        user: str,
        *,
        history: History = (),
        cancel: threading.Event | None = None,
    ) -> Stream:
        """Ask, and take the reply's text piece by piece; ``Stream.reply`` holds all of it at last.

        Iterating raises BackendError as :meth:`complete` does. An attempt is repeated only while no piece
        has come; ``llm_timeout`` bounds the wait for the next piece.
        """
        return Stream(self, self._calls, messages(system, history, user), cancel)

    def counted(self, said: Said, meter: Meter) -> Reply:
        """The reply with its usage, which is added to ``spent``. Raises BackendError for an empty one."""
        usage = self.count(meter, said)
        if not said.text and said.data is None:
            withheld = said.refused or said.finish == "content_filter"
            failed = failure("refused" if withheld else "empty", self.name)
            failed.usage = usage
            raise failed
        return Reply(said.text, said.data, usage, said.finish)

    def count(self, meter: Meter, said: Said | None) -> Usage:
        """What a question has used up, added to ``spent``."""
        tokens = said.tokens if said is not None else None
        usage = usage_of(tokens, meter.calls, max(meter.attempts - 1, 0), meter.spent, self._settings)
        with self._lock:
            self._spent += usage
        return usage

    async def _said(
        self, asked: list[BaseMessage], wanted: dict[str, Any] | None, terms: Terms, meter: Meter
    ) -> Said:
        model = self._calls.on(terms)
        if wanted is None or not terms.structured:
            meter.calls += 1
            return read_message(await model.ainvoke(asked), wanted)
        strict = {"strict": True} if type(model).__module__.startswith("langchain_openai") else {}
        try:
            structured = model.with_structured_output(wanted, include_raw=True, **strict)
        except Exception as error:
            raise StructuredUnsupportedError(type(model).__name__) from error
        meter.calls += 1
        try:
            answer: Any = await structured.ainvoke(asked)
        except Exception as error:
            cut = read_cut_completion(error, wanted)
            if cut is None:
                raise
            return cut
        return read_message(answer["raw"], wanted)


def messages(system: str, history: History, user: str) -> list[BaseMessage]:
    """A conversation as LangChain's messages."""
    from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

    earlier = [one for asked, said in history for one in (HumanMessage(asked), AIMessage(said))]
    return [SystemMessage(system), *earlier, HumanMessage(user)]


def _json_schema(schema: dict[str, Any] | type[BaseModel] | None) -> dict[str, Any] | None:
    """A JSON schema with a title, which LangChain takes for its name."""
    if schema is None:
        return None
    wanted = dict(schema) if isinstance(schema, dict) else schema.model_json_schema()
    wanted.setdefault("title", "reply")
    return wanted
