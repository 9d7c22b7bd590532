"""Questions over HTTP: ``ask`` (as JSON, or as server-sent events where the caller prefers them), ``search``.

Parameters have the names of the Python functions; they come in the address or as a JSON body.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from assistant.api.describe import EVENTS, problems
from assistant.api.shared import actor_of
from assistant.api.streaming import stream, wants_events
from assistant.audit import noting
from assistant.errors import InputError
from assistant.happenings import Answered, unanswered
from assistant.happenings import tell as tell_of
from assistant.llm import EXTRACTIVE
from assistant.logs.context import keep_private
from assistant.model import ActKind, Answer, Authority, Hit, Lang

if TYPE_CHECKING:
    from assistant.api.shared import Shared
    from assistant.api.work import Running

EXAMPLE = "Чем занимается комиссия при Президенте по развитию искусственного интеллекта?"


class Narrowing(BaseModel):
    """What narrows a request to a part of the library; see ``ai-policy search --help``."""

    model_config = ConfigDict(extra="forbid", use_enum_values=True)

    question: str = Field(description="The question, in Russian or English.", examples=[EXAMPLE])
    as_of: str | None = Field(
        None,
        description="Law as of this date, YYYY-MM-DD; default: today.",
        json_schema_extra={"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]},
    )
    kind: ActKind | None = Field(None, description="Only acts of this kind.")
    jurisdiction: str | None = Field(None, description="Only acts of this jurisdiction.", examples=["ru"])
    issuer: str | None = Field(None, description="Only acts of this issuer (part of its name).")
    act: str | None = Field(None, description="Only this act: its id or a popular name.")
    authority: Authority | None = Field(None, description="Only texts of this authority.")
    text_lang: Lang | None = Field(None, description="Only texts in this language.")


class SearchRequest(Narrowing):
    """Parameters of ``search``."""

    k: int = Field(10, ge=1, le=200, description="How many provisions.")


class AskQuery(Narrowing):
    """Parameters of ``ask`` in an address."""

    llm: str | None = Field(None, description="Answering backend: extractive, or the server's own model.")
    lang: Lang | None = Field(None, description="Language of the answer; default: the question's.")


class AskRequest(AskQuery):
    """Parameters of ``ask`` in a body."""

    history: list[tuple[str, str]] = Field(
        default_factory=list, max_length=100, description="Earlier questions and answers, oldest first."
    )


def router(shared: Shared, prefix: str) -> APIRouter:
    """The routes that put a question."""
    routes = APIRouter(prefix=prefix, tags=["questions"])
    answered = {200: {"description": "The answer.", "content": EVENTS}, **problems(400, 404, 413, 503)}
    found = problems(400, 404, 413, 503)

    @routes.get("/ask", response_model=Answer, responses=answered)
    async def ask_by_address(wanted: Annotated[AskQuery, Query()], request: Request) -> Any:
        """Answer a question; with ``Accept: text/event-stream`` step by step, claim by claim."""
        return await _asked(shared, wanted, request)

    @routes.post("/ask", response_model=Answer, responses=answered)
    async def ask(wanted: AskRequest, request: Request) -> Any:
        """Answer a question, also one that follows up on earlier ones (``history``)."""
        return await _asked(shared, wanted, request)

    @routes.get("/search", responses=found)
    async def search_by_address(wanted: Annotated[SearchRequest, Query()], request: Request) -> list[Hit]:
        """Ranked provisions that bear on a question."""
        keep_private(wanted.question)
        return await shared.lookups.run(lambda: _found(shared, wanted, actor_of(request)))

    @routes.post("/search", responses=found)
    async def search(wanted: SearchRequest, request: Request) -> list[Hit]:
        """Ranked provisions that bear on a question."""
        keep_private(wanted.question)
        return await shared.lookups.run(lambda: _found(shared, wanted, actor_of(request)))

    return routes


def _found(shared: Shared, wanted: SearchRequest, actor: str) -> list[Hit]:
    hits = shared.assistant.search(**wanted.model_dump())
    noting.searched(shared.assistant.settings, actor, wanted.question, hits)
    return hits


async def _asked(shared: Shared, wanted: AskQuery, request: Request) -> Answer | Response:
    running = begin(shared, wanted.model_dump(), actor_of(request))
    if wants_events(request):
        return stream(running, shared.language(request), request.scope["path"])
    return await running.result(request)


def begin(shared: Shared, wanted: dict[str, Any], actor: str) -> Running[Answer]:
    """Start answering, by the configured backend or the extractive one: a caller cannot choose where text
    goes. ``actor``: the owner's id, for the audit trail. Raises InputError for another backend, BusyError.
    """
    keep_private(wanted["question"], *(asked for asked, _ in wanted.get("history", ())))
    allowed = {EXTRACTIVE, shared.assistant.settings.llm}
    if wanted.get("llm") is not None and wanted["llm"] not in allowed:
        names = ", ".join(sorted(allowed))
        raise InputError(
            f"This server answers with: {names}. Set AI_POLICY_LLM on the server to use another model.",
            f"Этот сервер отвечает с помощью: {names}. Другая модель задаётся в AI_POLICY_LLM на сервере.",
        )

    def answer(cancel: threading.Event, tell: Any) -> Answer:
        try:
            made = shared.assistant.ask(**wanted, cancel=cancel)
        except Exception as error:
            tell_of(unanswered("api", error))
            raise
        tell_of(Answered(made, "api"))
        noting.asked(shared.assistant.settings, actor, made)
        return made

    return shared.questions.start(answer)
