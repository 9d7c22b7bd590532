"""Files made of what is on the page: the checked measures as DOCX, PDF or Markdown, the facts as YAML.

The page sends the facts along, so that nothing of a company is kept on the server; the check is made again,
over the library as the caller may see it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal

import anyio.to_thread
import yaml
from fastapi import FastAPI, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.audit import Trail
from assistant.eligibility.measures import measures
from assistant.eligibility.profile import Profile
from assistant.errors import PolicyError
from assistant.export import MEDIA_TYPES, export_checks, file_name
from assistant.export.formats import checked_format
from assistant.records.owner import Owner
from assistant.web.desk import owner_of
from assistant.web.door.origin import from_own_page
from assistant.web.downloads import attachment, refusal
from assistant.web.eligibility.arriving import checked_day
from assistant.web.eligibility.case import ALL
from assistant.web.eligibility.words import refused, say

if TYPE_CHECKING:
    from assistant.engine import Assistant

ROUTE = "/exports/checks"
MOST_BYTES = 200_000  # of a request: all facts take some thousands
YAML = "application/yaml; charset=utf-8"


class Wanted(BaseModel):
    """What a file is wanted of: a measure or all (empty), the day (empty: today), the facts."""

    model_config = ConfigDict(extra="forbid")

    measure: str = Field(ALL, max_length=64)
    as_of: str = Field("", max_length=10)
    profile: dict[str, Any] = Field(default_factory=dict, max_length=400)
    lang: Literal["ru", "en"] = "en"


def add_routes(app: FastAPI, assistant: Assistant) -> None:
    """Put the routes into ``app``, before Gradio's page takes all other addresses."""

    @app.post(ROUTE + "/profile.yaml", include_in_schema=False)
    async def profile(request: Request) -> Response:
        return await _replied(assistant, request, "yaml")

    @app.post(ROUTE + "/result.{ending}", include_in_schema=False)
    async def result(ending: str, request: Request) -> Response:
        return await _replied(assistant, request, ending)


async def _replied(assistant: Assistant, request: Request, ending: str) -> Response:
    """The file, or why there is none."""
    wanted = Wanted(measure=ALL)
    try:
        wanted = _wanted(request, await request.body())
        owner = owner_of(assistant, request)
        seen = assistant.seen_by(owner)
        return await anyio.to_thread.run_sync(_made, seen, owner, wanted, ending)
    except PolicyError as error:
        return refusal(error, wanted.lang)


def _wanted(request: Request, body: bytes) -> Wanted:
    """What the page asks for. Raises InputError."""
    if not from_own_page(request):
        raise refused("own_page")
    try:
        if len(body) > MOST_BYTES:
            raise ValueError("too large")
        wanted = Wanted.model_validate(json.loads(body))
    except (ValueError, RecursionError, ValidationError):
        raise refused("bad_request") from None
    if wanted.measure != ALL and wanted.measure not in measures():
        raise refused("unknown_measure", name=wanted.measure)
    if wanted.as_of:
        checked_day(wanted.as_of)
    return wanted


def _made(assistant: Assistant, owner: Owner, wanted: Wanted, ending: str) -> Response:
    """The file, written down in the audit trail before it is handed out."""
    reply = (_yaml if ending == "yaml" else _result)(assistant, wanted, ending)
    about = {"check": wanted.measure or "all", "format": ending}
    Trail.of(assistant.settings).note("exported", owner.id, **about)
    return reply


def _result(assistant: Assistant, wanted: Wanted, ending: str) -> Response:
    form = checked_format(ending)
    profile, day = Profile.of(wanted.profile), wanted.as_of or None
    if wanted.measure == ALL:
        results = assistant.check_all(profile, as_of=day, lang=wanted.lang)
        title = say(wanted.lang, "all_title")
    else:
        results = [assistant.check(wanted.measure, profile, as_of=day, lang=wanted.lang)]
        title = results[0].title
    return attachment(export_checks(results, form, wanted.lang), file_name(title, form), MEDIA_TYPES[form])


def _yaml(assistant: Assistant, wanted: Wanted, ending: str) -> Response:
    profile = Profile.of(wanted.profile)
    content = profile.content() | ({"as_of": wanted.as_of} if wanted.as_of else {})
    text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
    return attachment(text.encode(), "profile.yaml", YAML)
