"""What the tab's script asks of the server beside Gradio's events: files of cases in, progress, files out.

A run's report is a page of its own under its own policy; what is in a run everybody who may use the app may
see, for it holds what the shared library answers.
"""

from __future__ import annotations

import html
import json
import logging
import re
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import anyio.to_thread
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from sse_starlette.sse import EventSourceResponse
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from assistant.access.roles import Ability
from assistant.audit import Trail
from assistant.errors import LibraryError, PolicyError
from assistant.model import Lang
from assistant.records.owner import Owner
from assistant.web.desk import owner_of, tell_refused
from assistant.web.door.origin import from_own_page
from assistant.web.downloads import attachment, refusal
from assistant.web.evaluation import brought
from assistant.web.evaluation.answers import answers_csv
from assistant.web.evaluation.jobs import jobs_of
from assistant.web.evaluation.kept import run_named
from assistant.web.evaluation.now import picture
from assistant.web.evaluation.words import refused

if TYPE_CHECKING:
    from assistant.engine import Assistant

log = logging.getLogger(__name__)

CASES = "/evaluation/cases"
PROGRESS = "/evaluation/progress"
RUNS = "/evaluation/runs"
PING_SECONDS = 15
SHUT = "default-src 'none'"  # for a report that names no policy of its own
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)"')


def add_routes(app: FastAPI, assistant: Assistant) -> None:
    """Put the routes into ``app``, before Gradio's page takes all other addresses."""

    @app.post(CASES, include_in_schema=False)
    async def cases(request: Request) -> Response:
        lang = _lang(request)
        try:
            owner = _may_bring(assistant, request)
            async with request.form(max_files=brought.MOST_FILES + 1) as form:
                sent = [value for value in form.getlist("files") if isinstance(value, UploadFile)]
                files = [(each.filename or "", await each.read()) for each in sent]
            key = await anyio.to_thread.run_sync(_kept, assistant, owner, files)
        except HTTPException:  # more files than the form may have, or no form at all
            return _refusal(refused("own_none"), lang)
        except PolicyError as error:
            return _refusal(error, lang)
        return JSONResponse({"key": key}, 201)

    @app.get(PROGRESS, include_in_schema=False)
    async def progress(request: Request) -> Response:
        lang = _lang(request)
        try:
            owner_of(assistant, request)
        except PolicyError as error:
            return _refusal(error, lang)

        async def stream() -> AsyncIterator[dict[str, str]]:
            async for jobs in jobs_of(assistant).changes():
                shown: dict[str, Any] = {"jobs": [picture(job, lang) for job in jobs]}
                yield {"event": "progress", "data": json.dumps(shown, ensure_ascii=False)}

        return EventSourceResponse(stream(), ping=PING_SECONDS)

    @app.get(RUNS + "/{name}/report.html", include_in_schema=False)
    async def report(name: str, request: Request) -> Response:
        return await _replied(assistant, request, name, _report)

    @app.get(RUNS + "/{name}/answers.csv", include_in_schema=False)
    async def answers(name: str, request: Request) -> Response:
        return await _replied(assistant, request, name, _answers)


def _lang(request: Request) -> Lang:
    return "ru" if request.query_params.get("lang") == "ru" else "en"


def _may_bring(assistant: Assistant, request: Request) -> Owner:
    """The caller, if files are taken from them. Raises PolicyError."""
    owner = owner_of(assistant, request)
    if not owner.may(Ability.EVALUATE):
        tell_refused(owner, str(Ability.EVALUATE))
        raise refused("not_yours")
    if not from_own_page(request):
        tell_refused(owner, CASES)
        raise refused("own_page")
    return owner


def _kept(assistant: Assistant, owner: Owner, files: list[tuple[str, bytes]]) -> str:
    names = [name for name, _ in files]
    with Trail.of(assistant.settings).changing("cases_brought", owner.id, files=names) as came:
        came["key"] = key = brought.keep(assistant.settings.home, files)
    return key


def _refusal(error: PolicyError, lang: Lang) -> Response:
    log.info("Not done: %s", error.en)
    return JSONResponse({"detail": error.message(lang)}, 503 if isinstance(error, LibraryError) else 400)


async def _replied(assistant: Assistant, request: Request, name: str, made: Any) -> Response:
    """A file of a run, or why there is none."""
    lang = _lang(request)
    try:
        owner_of(assistant, request)
        found: Response = await anyio.to_thread.run_sync(made, assistant, name, lang, request)
        return found
    except PolicyError as error:
        return refusal(error, lang)


def _report(assistant: Assistant, name: str, lang: Lang, request: Request) -> Response:
    from evals.report import html_report

    home = assistant.settings.home
    against = request.query_params.get("against")
    run = run_named(home, name)
    page = html_report(run, lang, run_named(home, against) if against else None)
    if request.query_params.get("save"):
        return attachment(page.encode(), f"{run.name}-{lang}.html", "text/html; charset=utf-8")
    policy = _POLICY.search(page)
    said = html.unescape(policy[1]) if policy else SHUT
    headers = {
        "Content-Security-Policy": f"{said}; frame-ancestors 'none'",
        "Cache-Control": "private, no-store",
    }
    return HTMLResponse(page, headers=headers)


def _answers(assistant: Assistant, name: str, lang: Lang, request: Request) -> Response:
    run = run_named(assistant.settings.home, name)
    return attachment(answers_csv(run, lang), f"{run.name}.csv", "text/csv; charset=utf-8")
