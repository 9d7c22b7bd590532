"""An exception -> problem+json (RFC 9457) in the caller's language; under ``/v1/`` the OpenAI form of it.

Beside the members of the RFC a problem carries ``error``, the name of the error's class, and ``message``,
the same sentence as ``detail``. Whoever raises an error here subclasses :class:`PolicyError`.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from assistant.api.kinds import HTTP_WORDS, KINDS, Kind, wrong_value
from assistant.errors import InputError, NotHeldError, PolicyError
from assistant.model import Lang

log = logging.getLogger(__name__)

PROBLEMS = "/api/v1/problems"
MEDIA_TYPE = "application/problem+json"
OPENAI_PATHS = "/v1/"
MOST_TOLD = 3  # errors in one sentence; the parameters that cannot be used are listed in full


class BusyError(PolicyError):
    """Too many requests wait already; ``retry_after`` says in how many seconds to come back."""

    retryable = True

    def __init__(self, retry_after: float) -> None:
        super().__init__(
            f"Too many requests are waiting. Try again in {retry_after:.0f} seconds.",
            f"Слишком много запросов в очереди. Повторите через {retry_after:.0f} с.",
        )
        self.retry_after = retry_after


class IngestRunningError(PolicyError):
    """Another upload is being taken in."""

    retryable = True
    retry_after = 30.0


class RefusedError(PolicyError):
    """Something this server does not do for this caller."""


class TooLargeError(PolicyError):
    """A request with more bytes or files than are taken."""


class UnknownMeasureError(NotHeldError):
    """A measure that nobody knows."""


class UnusableFactError(InputError):
    """Facts of a profile that cannot be used. ``wrong``: where each stands in the request, and why."""

    def __init__(self, wrong: Sequence[tuple[str, InputError]]) -> None:
        told = [error for _, error in wrong[:MOST_TOLD]]
        super().__init__(" ".join(each.en for each in told), " ".join(each.ru for each in told))
        self.wrong = wrong


class WrongValue(BaseModel):
    """A parameter that cannot be used: where it stands, and what is wrong with it."""

    where: str
    reason: str


class Problem(BaseModel):
    """An error, as RFC 9457 has it. ``error`` and ``message``: its class, and ``detail`` once more.

    ``retryable``: the same request may succeed later. ``wrong``: the parameters that cannot be used.
    """

    model_config = ConfigDict(extra="forbid")

    type: str = Field(description="What kind of problem it is; an address of this server that describes it.")
    title: str = Field(description="The kind in words, in the caller's language.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What happened and what to do, in the caller's language.")
    instance: str = Field(description="The path that was asked for.")
    error: str
    message: str
    retryable: bool = False
    wrong: list[WrongValue] | None = None


def add_handlers(app: FastAPI, default: Lang) -> None:
    """Let every error of ``app`` leave it in these forms; ``default``: the language where none is asked."""

    @app.exception_handler(PolicyError)
    def expected(request: Request, error: PolicyError) -> JSONResponse:
        return respond(request, error, default)

    @app.exception_handler(RequestValidationError)
    def unreadable(request: Request, error: RequestValidationError) -> JSONResponse:
        lang = language(request, default)
        wrong = [_wrong(problem, lang) for problem in error.errors()]
        first = wrong[0]
        words = (
            f"Параметр «{first.where}» не подходит: {first.reason}."
            if lang == "ru"
            else f"The parameter '{first.where}' cannot be used: {first.reason}."
        )
        return _answer(request, lang, "InputError", KINDS["InputError"], words, wrong=wrong)

    @app.exception_handler(HTTPException)
    def other(request: Request, error: HTTPException) -> JSONResponse:
        lang = language(request, default)
        status = HTTPStatus(error.status_code)
        words = HTTP_WORDS.get(status)
        detail = words[lang] if words else str(error.detail)
        kind = Kind(int(status), status.phrase, status.phrase)
        return _answer(request, lang, status.phrase, kind, detail, type_="about:blank", headers=error.headers)

    @app.exception_handler(Exception)  # the server logs the error itself
    def unexpected(request: Request, error: Exception) -> JSONResponse:
        lang = language(request, default)
        kind = KINDS["InternalError"]
        failure = _answer(request, lang, "InternalError", kind, kind.told(lang))
        failure.headers["connection"] = "close"  # the server hangs up after an error it did not expect
        return failure


def respond(request: Request, error: PolicyError, default: Lang) -> JSONResponse:
    """The reply to a request that failed as expected."""
    lang = language(request, default)
    name, kind = kind_of(error)
    wrong = None
    if isinstance(error, UnusableFactError):
        wrong = [WrongValue(where=where, reason=each.message(lang)) for where, each in error.wrong]
    return _answer(
        request, lang, name, kind, error.message(lang),
        retryable=error.retryable, wrong=wrong, headers=_retry_after(error),
    )  # fmt: skip


def language(request: Request, default: Lang) -> Lang:
    """The language of messages that a request's ``Accept-Language`` prefers."""
    from assistant.web.text import language_of

    return language_of(request.headers.get("accept-language"), default)


def kind_of(error: PolicyError) -> tuple[str, Kind]:
    """The name and the kind of an expected error; one of a subclass is of the kind of its nearest base."""
    for base in type(error).__mro__:
        if base.__name__ in KINDS:
            return base.__name__, KINDS[base.__name__]
    return "InternalError", KINDS["InternalError"]


def told(error: Exception, lang: Lang) -> tuple[str, Kind, str, bool]:
    """(name, kind, sentence, whether to try again) of an error that comes after a reply has begun.

    One nobody foresaw goes to the log, and only that much is said.
    """
    if isinstance(error, PolicyError):
        return *kind_of(error), error.message(lang), error.retryable
    log.error("A request failed after its reply had begun.", exc_info=error)
    kind = KINDS["InternalError"]
    return "InternalError", kind, kind.told(lang), False


def problem(
    name: str,
    kind: Kind,
    detail: str,
    path: str,
    lang: str,
    *,
    type_: str | None = None,
    retryable: bool = False,
    wrong: list[WrongValue] | None = None,
) -> dict[str, Any]:
    """The members of a problem; those that say nothing are left out."""
    return Problem(
        type=type_ or f"{PROBLEMS}/{name}",
        title=kind.title(lang),
        status=kind.status,
        detail=detail,
        instance=quote(path, safe="/:@!$&'()*+,;=~-._"),
        error=name,
        message=detail,
        retryable=retryable,
        wrong=wrong,
    ).model_dump(exclude_none=True)


def openai_error(kind: Kind, name: str, message: str, parameter: str | None = None) -> dict[str, Any]:
    """The same in the form OpenAI's clients read."""
    blame = "server_error" if kind.status >= HTTPStatus.INTERNAL_SERVER_ERROR else "invalid_request_error"
    return {
        "error": {
            "message": message,
            "type": blame,
            "param": parameter,
            "code": kind.code or name.replace(" ", "_"),
        }
    }


def _answer(
    request: Request,
    lang: Lang,
    name: str,
    kind: Kind,
    detail: str,
    *,
    type_: str | None = None,
    retryable: bool = False,
    wrong: list[WrongValue] | None = None,
    headers: Any = None,
) -> JSONResponse:
    path = request.scope["path"]
    if path.startswith(OPENAI_PATHS):
        body = openai_error(kind, name, detail, wrong[0].where if wrong else None)
        return JSONResponse(body, kind.status, headers)
    body = problem(name, kind, detail, path, lang, type_=type_, retryable=retryable, wrong=wrong)
    return JSONResponse(body, kind.status, {"content-language": lang, **(headers or {})}, MEDIA_TYPE)


def _retry_after(error: PolicyError) -> dict[str, str] | None:
    """``Retry-After`` where it is known when to come back."""
    seconds = getattr(error, "retry_after", None)
    return None if seconds is None else {"retry-after": str(max(1, math.ceil(seconds)))}


def _wrong(said: Any, lang: Lang) -> WrongValue:
    where = ".".join(str(step) for step in said["loc"][1:]) or "request"
    return WrongValue(where=where, reason=wrong_value(said, lang))
