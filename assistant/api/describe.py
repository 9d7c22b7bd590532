"""The routes -> their OpenAPI document, and a page that shows it with nothing loaded from elsewhere."""

from __future__ import annotations

from importlib import resources
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse, Response

from assistant.api.errors import MEDIA_TYPE, Problem

OPENAPI_URL = "/api/openapi.json"
DOCS_URL = "/api/docs"
SUMMARY = "Answers over AI-policy acts, every statement with a quotation that stands in the text."
ABOUT = """
Questions in Russian or English; `Accept-Language` chooses the language of messages. Errors are
`application/problem+json` (RFC 9457). Everything under `/api/v1` also answers under `/api`, where earlier
versions had it. `/v1/chat/completions` takes any OpenAI client.
"""
TAGS = [
    {"name": "questions", "description": "Answers and ranked provisions."},
    {"name": "texts", "description": "Acts, provisions, editions, bodies and what changed."},
    {"name": "eligibility", "description": "Support measures and duties, checked for a company."},
    {"name": "library", "description": "Taking files in."},
    {"name": "service", "description": "Whether the server is well, and how much it does."},
    {"name": "openai", "description": "The same answers for OpenAI's clients."},
]
EVENTS: dict[str, Any] = {
    "text/event-stream": {
        "schema": {
            "type": "string",
            "description": "Events `status`, `citation`, `claim`, then `answer` or `error`; the data is JSON "
            "in each: a step, a Citation, a Claim with its number, an Answer, a problem.",
        }
    }
}
REASONS = {
    400: "The request cannot be used.",
    403: "The server does not do this for the caller.",
    404: "The library does not hold it.",
    405: "Another method is meant.",
    409: "Another upload is being taken in.",
    413: "Too many bytes or files.",
    422: "The files or the facts cannot be used.",
    500: "Internal error.",
    503: "Too many requests wait, or the model or the library is not ready; see Retry-After.",
}
ASSETS = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "favicon-32x32.png": "image/png",
}
_PROBLEM = {"$ref": "#/components/schemas/Problem"}
_OPENAI_ERROR = {"$ref": "#/components/schemas/OpenAIError"}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The error responses of a route: those named, and whatever else may happen."""
    content = {MEDIA_TYPE: {"schema": _PROBLEM}}
    return _errors(statuses, content)


def openai_problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The same for a route that speaks OpenAI's language."""
    return _errors(statuses, {"application/json": {"schema": _OPENAI_ERROR}})


def _errors(statuses: tuple[int, ...], content: dict[str, Any]) -> dict[int | str, dict[str, Any]]:
    named: dict[int | str, dict[str, Any]] = {
        status: {"description": REASONS[status], "content": content} for status in statuses
    }
    return named | {"default": {"description": REASONS[500], "content": content}}


def describe(app: FastAPI) -> None:
    """Give ``app`` its OpenAPI document, made when first asked for, and the page that shows it."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            made = get_openapi(
                title=app.title, version=app.version, summary=SUMMARY, description=ABOUT, routes=app.routes,
                tags=TAGS,
            )  # fmt: skip
            schemas = made.setdefault("components", {}).setdefault("schemas", {})
            own = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas |= own.pop("$defs", {})
            schemas["Problem"] = own
            app.openapi_schema = made
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]
    app.include_router(_pages(app.title))


def _pages(title: str) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.get(DOCS_URL)
    def page() -> HTMLResponse:
        return get_swagger_ui_html(
            openapi_url="openapi.json",  # relative: the app may stand behind a prefix
            title=title,
            swagger_js_url="docs/swagger-ui-bundle.js",
            swagger_css_url="docs/swagger-ui.css",
            swagger_favicon_url="docs/favicon-32x32.png",
            swagger_ui_parameters={"validatorUrl": None, "tryItOutEnabled": True},
        )

    def asset(name: str, media_type: str) -> None:
        @routes.get(f"{DOCS_URL}/{name}")
        def file() -> Response:
            data = resources.files("fastapi_swagger.resources").joinpath(name).read_bytes()
            return Response(data, media_type=media_type, headers={"cache-control": "max-age=86400"})

    for name, media_type in ASSETS.items():
        asset(name, media_type)
    return routes
