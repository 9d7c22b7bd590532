"""Whether the server is well: health, readiness, metrics, and what each kind of problem means."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Request
from fastapi import Path as InPath
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from assistant.api.describe import problems
from assistant.api.kinds import KINDS
from assistant.errors import NotHeldError, PolicyError

if TYPE_CHECKING:
    from assistant.api.shared import Shared
    from assistant.engine import Assistant
    from assistant.settings import Settings

METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Alive(BaseModel):
    """What ``/api/health`` says: the app is up, and over which library."""

    status: str
    acts: int
    library_version: str


class Readiness(BaseModel):
    """What a question needs. ``ready`` is true where nothing is missing; ``missing`` says what to do."""

    status: Literal["ok", "not_ready"]
    ready: bool
    library: bool = Field(description="The library can be read and holds at least one text.")
    indexes: bool = Field(description="The indexes were completed for the library as it is.")
    model: bool = Field(description="The embedding model lies on this machine.")
    acts: int
    library_version: str | None
    backend: str = Field(description="Who answers: extractive, or provider:model.")
    missing: list[str]


class ProblemKind(BaseModel):
    """One kind of problem: what ``type`` of a problem leads to."""

    name: str
    status: int
    title: str
    about: str


def earlier_router(shared: Shared, prefix: str) -> APIRouter:
    """``health`` as earlier versions had it."""
    routes = APIRouter(prefix=prefix, tags=["service"])

    @routes.get("/health", responses=problems(503))
    async def health() -> Alive:
        """Whether the app is up, and over which library."""
        return await shared.checks.run(lambda: _alive(shared.assistant))

    return routes


def router(shared: Shared, prefix: str) -> APIRouter:
    """The routes as this version has them."""
    routes = APIRouter(prefix=prefix, tags=["service"])
    not_ready: dict[int | str, dict[str, Any]] = {
        503: {"description": "Something is missing.", "model": Readiness}
    }

    @routes.get("/health")
    async def health(request: Request) -> Readiness:
        """The app is up; whether it is also ready stands in ``ready``."""
        lang = shared.language(request)
        return await shared.checks.run(lambda: readiness(shared.assistant, lang))

    @routes.get("/health/ready", response_model=Readiness, responses={**problems(), **not_ready})
    async def ready(request: Request) -> Response:
        """200 where questions can be answered, 503 where something is missing."""
        lang = shared.language(request)
        found = await shared.checks.run(lambda: readiness(shared.assistant, lang))
        return JSONResponse(found.model_dump(), 200 if found.ready else 503)

    @routes.get("/problems/{name}", responses=problems(400, 404))
    async def problem_kind(
        name: Annotated[str, InPath(examples=["NotHeldError"])], request: Request
    ) -> ProblemKind:
        """What a problem's ``type`` means."""
        kind, lang = KINDS.get(name), shared.language(request)
        if kind is None:
            raise NotHeldError(f"There is no problem '{name}'.", f"Вида ошибок «{name}» нет.")
        return ProblemKind(name=name, status=kind.status, title=kind.title(lang), about=kind.told(lang))

    @routes.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
    async def metrics() -> Response:
        """Prometheus metrics: requests, answers and their steps, the library."""
        return await _metrics(shared)

    return routes


def root_router(shared: Shared) -> APIRouter:
    """``/health`` and ``/metrics``, where container platforms and Prometheus look first."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/health")
    async def health(request: Request) -> Readiness:
        lang = shared.language(request)
        return await shared.checks.run(lambda: readiness(shared.assistant, lang))

    @routes.get("/metrics")
    async def metrics() -> Response:
        return await _metrics(shared)

    return routes


async def _metrics(shared: Shared) -> Response:
    return Response(await shared.checks.run(shared.metrics.text), headers={"content-type": METRICS_TYPE})


def _alive(assistant: Assistant) -> Alive:
    return Alive(status="ok", acts=len(assistant.acts()), library_version=assistant.view.version)


def readiness(assistant: Assistant, lang: str) -> Readiness:
    """What is there of what a question needs. The model is not loaded to find out."""
    missing: list[str] = []
    acts, version, indexed = 0, None, False
    try:
        acts, version = len(assistant.acts()), assistant.view.version
    except PolicyError as error:
        missing.append(error.message(lang))
    model = model_present(assistant.settings)
    if model:
        try:
            indexes, library = assistant.indexes, assistant.library
            # Beside others a machine is ready also while it takes over what they have just written.
            indexed = indexes.complete_for(library) or (library.on_server and indexes.serve(library))
        except PolicyError as error:
            missing.append(error.message(lang))
    if not (acts and model and indexed) and not missing:
        missing.append(
            "Библиотека, модель или индексы не готовы. Выполните «ai-policy ingest»."
            if lang == "ru"
            else "The library, the model or the indexes are not ready. Run 'ai-policy ingest'."
        )
    ready = not missing
    return Readiness(
        status="ok" if ready else "not_ready", ready=ready, library=acts > 0, indexes=indexed, model=model,
        acts=acts, library_version=version, backend=assistant.settings.llm, missing=missing,
    )  # fmt: skip


def model_present(settings: Settings) -> bool:
    """Whether the embedding model lies on this machine: a few file stats."""
    from assistant.index import e5_weights
    from assistant.index.model_files import hub_folder

    if settings.embedder == e5_weights.MODEL_NAME:
        return e5_weights.is_complete(settings.models_path / e5_weights.MODEL_NAME)
    return Path(settings.embedder).expanduser().is_dir() or hub_folder(settings.embedder) is not None
