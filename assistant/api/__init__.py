"""The functions of :class:`assistant.engine.Assistant` over HTTP: JSON in, the pydantic models out.

``/api/v1/…`` is this version; ``/api/…`` keeps the addresses of earlier ones; ``/v1/…`` speaks OpenAI's form.
Routes keep no state of a caller.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match
from starlette.types import Scope

from assistant.api import check, library, openai, questions, service, texts
from assistant.api.describe import OPENAPI_URL, describe
from assistant.api.errors import add_handlers
from assistant.api.library import takes_files
from assistant.api.metrics import Counted, Metrics
from assistant.api.shared import Shared
from assistant.api.work import GoneError

if TYPE_CHECKING:
    from assistant.engine import Assistant

__all__ = ["INGEST", "OPENAPI_URL", "add_to", "takes_files"]

VERSION, EARLIER, OPENAI = "/api/v1", "/api", "/v1"
INGEST = f"{VERSION}/ingest"
HUNG_UP = 499  # what servers write in their logs for a caller that did not wait
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]


def add_to(app: FastAPI, assistant: Assistant) -> Metrics:
    """Put the routes, their description and the forms of errors into ``app``; what is counted of it."""
    shared = Shared.over(assistant)
    routers = _routers(shared)
    for routes in routers:
        app.include_router(routes)
    describe(app)
    app.include_router(_rest(routers))
    add_handlers(app, assistant.settings.message_lang)
    app.add_exception_handler(GoneError, _hung_up)
    app.add_middleware(Counted, metrics=shared.metrics)
    return shared.metrics


def _routers(shared: Shared) -> list[APIRouter]:
    """Every route that is described, with its whole path."""
    return [
        questions.router(shared, VERSION),
        texts.knowledge_router(shared, VERSION),
        texts.router(shared, VERSION),
        check.router(shared, VERSION),
        library.router(shared, VERSION),
        service.router(shared, VERSION),
        openai.router(shared, OPENAI),
        questions.router(shared, EARLIER),
        texts.knowledge_router(shared, EARLIER),
        texts.earlier_router(shared, EARLIER),
        service.earlier_router(shared, EARLIER),
        service.root_router(shared),
    ]


def _rest(routers: Sequence[APIRouter]) -> APIRouter:
    """What is left under the API's prefixes: an error of the API, not the chat's page."""
    routes = APIRouter(include_in_schema=False)
    described = [route for router in routers for route in router.routes]

    async def nothing(rest: str, request: Request) -> Response:
        allow = [method for method in METHODS if _takes(described, {**request.scope, "method": method})]
        if allow:
            raise HTTPException(405, headers={"allow": ", ".join(allow)})
        raise HTTPException(404)

    for prefix in (EARLIER, OPENAI):
        routes.add_api_route(f"{prefix}/{{rest:path}}", nothing, methods=METHODS)
    return routes


def _takes(routes: Iterable[BaseRoute], scope: Scope) -> bool:
    return any(route.matches(scope)[0] == Match.FULL for route in routes)


async def _hung_up(request: Request, error: Exception) -> Response:
    return Response(status_code=HUNG_UP)
