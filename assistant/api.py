"""The functions of :class:`assistant.engine.Assistant` over HTTP: JSON in, the pydantic models out.

Parameters have the names of the Python functions. An error is ``{"error": class, "message": sentence}``, the
sentence in the language that ``Accept-Language`` prefers.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from assistant.bodies import Body
from assistant.errors import BackendError, InputError, ModelError, NotHeldError, PolicyError
from assistant.llm import EXTRACTIVE
from assistant.model import ActSummary, Answer, EditionChange, Hit, Lang, Shown, Watch, WatchChange

if TYPE_CHECKING:
    from assistant.engine import Assistant

STATUS: dict[type[PolicyError], int] = {
    InputError: HTTPStatus.BAD_REQUEST,
    NotHeldError: HTTPStatus.NOT_FOUND,
    ModelError: HTTPStatus.SERVICE_UNAVAILABLE,
    BackendError: HTTPStatus.SERVICE_UNAVAILABLE,
}


class Narrowing(BaseModel):
    """What narrows a request to a part of the library; see ``ai-policy search --help``."""

    model_config = ConfigDict(extra="forbid")

    question: str = Field(description="The question, in Russian or English.")
    as_of: str | None = Field(None, description="Law as of this date, YYYY-MM-DD; default: today.")
    kind: str | None = Field(None, description="Only acts of this kind.")
    jurisdiction: str | None = Field(None, description="Only acts of this jurisdiction.")
    issuer: str | None = Field(None, description="Only acts of this issuer (part of its name).")
    act: str | None = Field(None, description="Only this act: its id or a popular name.")
    authority: str | None = Field(None, description="Only texts of this authority.")
    text_lang: Lang | None = Field(None, description="Only texts in this language.")


class SearchRequest(Narrowing):
    """Parameters of ``/api/search``."""

    k: int = Field(10, ge=1, le=200, description="How many provisions.")


class AskQuery(Narrowing):
    """Parameters of ``/api/ask`` in an address."""

    llm: str | None = Field(None, description="Answering backend: extractive, or provider:model.")
    lang: Lang | None = Field(None, description="Language of the answer; default: the question's.")


class AskRequest(AskQuery):
    """Parameters of ``/api/ask`` in a body."""

    history: list[tuple[str, str]] = Field(
        default_factory=list, max_length=100, description="Earlier questions and answers."
    )


class Health(BaseModel):
    """What ``/api/health`` says: the app is up, and over which library."""

    status: str
    acts: int
    library_version: str


class Failure(BaseModel):
    """An error: the name of its class and a sentence for the user."""

    error: str
    message: str


def router(assistant: Assistant) -> APIRouter:
    """The routes under ``/api``. They block, so FastAPI runs each call in a thread of its pool."""
    routes = APIRouter(prefix="/api", responses={400: {"model": Failure}, 404: {"model": Failure}})

    @routes.get("/health")
    def health() -> Health:
        view = assistant.view
        return Health(status="ok", acts=len(assistant.acts()), library_version=view.version)

    @routes.get("/ask")
    def ask_by_address(wanted: Annotated[AskQuery, Query()]) -> Answer:
        return _asked(assistant, wanted)

    @routes.post("/ask")
    def ask(wanted: AskRequest) -> Answer:
        return _asked(assistant, wanted)

    @routes.get("/search")
    def search_by_address(wanted: Annotated[SearchRequest, Query()]) -> list[Hit]:
        return assistant.search(**wanted.model_dump())

    @routes.post("/search")
    def search(wanted: SearchRequest) -> list[Hit]:
        return assistant.search(**wanted.model_dump())

    @routes.get("/acts")
    def acts(catalogue: bool = False) -> list[ActSummary]:
        return assistant.acts(catalogue=catalogue)

    @routes.get("/show/{act}")
    def show(
        act: str, provision: str | None = None, edition: str | None = None, as_of: str | None = None
    ) -> Shown:
        return assistant.show(act, provision, edition=edition, as_of=as_of)

    _add_knowledge(routes, assistant)
    return routes


def _add_knowledge(routes: APIRouter, assistant: Assistant) -> None:
    """Routes about what is known beside the texts: bodies, differences between editions, changes."""

    @routes.get("/bodies")
    def bodies(name: str = "") -> list[Body]:
        return assistant.bodies(name)

    @routes.get("/diff/{act}")
    def diff(
        act: str,
        from_: Annotated[str | None, Query(alias="from")] = None,
        to: str | None = None,
    ) -> list[EditionChange]:
        return assistant.diff(act, from_=from_, to=to)

    @routes.get("/watches")
    def watches() -> list[Watch]:
        return assistant.watches()

    @routes.get("/changes")
    def changes(unseen: bool = True) -> list[WatchChange]:
        return assistant.changes(unseen=unseen)


def _asked(assistant: Assistant, wanted: AskQuery) -> Answer:
    """An answer by the configured backend or the extractive one: a caller cannot choose where text goes."""
    allowed = {EXTRACTIVE, assistant.settings.llm}
    if wanted.llm is not None and wanted.llm not in allowed:
        names = ", ".join(sorted(allowed))
        raise InputError(
            f"This server answers with: {names}. Set AI_POLICY_LLM on the server to use another model.",
            f"Этот сервер отвечает с помощью: {names}. Другая модель задаётся в AI_POLICY_LLM на сервере.",
        )
    return assistant.ask(**wanted.model_dump())


def add_to(app: FastAPI, assistant: Assistant) -> None:
    """Put the routes and the JSON form of errors into ``app``."""
    app.include_router(router(assistant))
    default = assistant.settings.message_lang

    def lang(request: Request) -> str:
        from assistant.web.text import language_of

        return language_of(request.headers.get("accept-language"), default)

    @app.exception_handler(PolicyError)
    def expected(request: Request, error: PolicyError) -> JSONResponse:
        status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 500)
        return _failure(status, type(error).__name__, error.message(lang(request)))

    @app.exception_handler(RequestValidationError)
    def unreadable(request: Request, error: RequestValidationError) -> JSONResponse:
        problem = error.errors()[0]
        where = ".".join(str(step) for step in problem["loc"][1:]) or "request"
        russian = lang(request) == "ru"
        words = (
            f"Параметр «{where}» не подходит: {problem['msg']}."
            if russian
            else (f"The parameter '{where}' cannot be used: {problem['msg']}.")
        )
        return _failure(HTTPStatus.BAD_REQUEST, "InputError", words)

    @app.exception_handler(HTTPException)
    def other(request: Request, error: HTTPException) -> JSONResponse:
        return _failure(error.status_code, HTTPStatus(error.status_code).phrase, str(error.detail))

    @app.exception_handler(Exception)  # the server logs the error itself
    def unexpected(request: Request, error: Exception) -> JSONResponse:
        words = (
            "Внутренняя ошибка; подробности в журнале программы."
            if lang(request) == "ru"
            else "Internal error; the details are in the program's log."
        )
        failure = _failure(HTTPStatus.INTERNAL_SERVER_ERROR, "InternalError", words)
        failure.headers["connection"] = "close"  # the server hangs up after an error it did not expect
        return failure


def _failure(status: int, name: str, message: str) -> JSONResponse:
    return JSONResponse(Failure(error=name, message=message).model_dump(), status_code=int(status))
