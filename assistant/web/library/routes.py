"""What the tab's script asks of the server beside Gradio's events: files in, their progress, a branch.

Gradio's own file routes are not used: what lies in its cache everybody can fetch. Here every request is
checked for its owner, and one that changes something must come from the app's own page.
"""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

import anyio.to_thread
from fastapi import FastAPI, Request
from sse_starlette.sse import EventSourceResponse
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, Response

from assistant.access.roles import Ability
from assistant.api.library import safe_name, takes_files
from assistant.errors import InputError, LibraryError, NotAllowedError, NotHeldError, PolicyError
from assistant.model import Lang
from assistant.records import uploads
from assistant.records.owner import Group, Owner
from assistant.web.desk import allowed, owner_of
from assistant.web.door.origin import from_own_page
from assistant.web.library.jobs import jobs_of
from assistant.web.library.outline import branch_html
from assistant.web.library.reach import reach_of
from assistant.web.library.taking import Brought
from assistant.web.library.words import say

if TYPE_CHECKING:
    from assistant.engine import Assistant
    from assistant.settings import Settings

log = logging.getLogger(__name__)

UPLOADS = "/library/uploads"
OUTLINE = "/library/outline"
PIECE = 1_000_000  # bytes read at once
PING_SECONDS = 15


class RefusedError(PolicyError):
    """Files are not taken from this caller, or not at all."""


class TooMuchError(PolicyError):
    """More files, or more bytes, than are taken at a time."""


class BusyError(PolicyError):
    """As many uploads of one owner are under way as are taken."""

    retryable = True


_STATUS: dict[type[PolicyError], int] = {
    RefusedError: 403,
    NotAllowedError: 403,
    TooMuchError: 413,
    BusyError: 429,
    NotHeldError: 404,
    InputError: 400,
    LibraryError: 503,
}


def add_routes(app: FastAPI, assistant: Assistant) -> None:
    """Put the routes into ``app``, before Gradio's page takes all other addresses."""

    @app.post(UPLOADS, include_in_schema=False)
    async def uploads(request: Request) -> Response:
        lang = _lang(request)
        try:
            owner = allowed(owner_of(assistant, request), Ability.OWN_FILES)
            _check(assistant, owner, request)
            async with request.form(max_files=assistant.settings.api_ingest_files + 1) as form:
                sent = [value for value in form.getlist("files") if isinstance(value, UploadFile)]
                group = _group(owner, form.get("group"))
                files = await anyio.to_thread.run_sync(_kept, sent, owner, group, assistant.settings)
            job = jobs_of(assistant).begin(owner, files, lang, group)
        except PolicyError as error:
            return _refusal(error, lang)
        except HTTPException:  # more files than the form may have, or no form at all
            most = assistant.settings.api_ingest_files
            return _refusal(
                TooMuchError(say("en", "too_many", files=most), say("ru", "too_many", files=most)), lang
            )
        return JSONResponse({"job": job.key}, 202)

    @app.get(UPLOADS, include_in_schema=False)
    async def recent(request: Request) -> Response:
        try:
            owner = owner_of(assistant, request)
        except PolicyError as error:
            return _refusal(error, _lang(request))
        shown = [job.picture() for job in jobs_of(assistant).recent(owner)]
        return JSONResponse({"jobs": shown}, headers={"Cache-Control": "private, no-store"})

    @app.get(UPLOADS + "/{job}/events", include_in_schema=False)
    async def events(job: str, request: Request) -> Response:
        try:
            found = jobs_of(assistant).of(owner_of(assistant, request), job)
        except PolicyError as error:
            return _refusal(error, _lang(request))

        async def stream() -> AsyncIterator[dict[str, str]]:
            async for picture in found.pictures():
                yield {"event": "progress", "data": json.dumps(picture, ensure_ascii=False)}

        return EventSourceResponse(stream(), ping=PING_SECONDS)

    _add_outline(app, assistant)


def _add_outline(app: FastAPI, assistant: Assistant) -> None:
    @app.get(OUTLINE, include_in_schema=False)
    async def outline(request: Request, edition: int, parent: str, level: int = 2) -> Response:
        lang = _lang(request)

        def made() -> str:
            owner = owner_of(assistant, request)
            view = assistant.seen_by(owner).view
            row = reach_of(view, owner).edition(edition)
            if row is None:
                raise NotHeldError(say("en", "gone"), say("ru", "gone"))
            return branch_html(view.edition(row.id), parent, max(1, min(level, 40)), lang)

        try:
            return HTMLResponse(await anyio.to_thread.run_sync(made))
        except PolicyError as error:
            return _refusal(error, lang)


def _lang(request: Request) -> Lang:
    return "ru" if request.query_params.get("lang") == "ru" else "en"


def _refusal(error: PolicyError, lang: Lang) -> Response:
    status = next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 400)
    content: dict[str, Any] = {"detail": error.message(lang)}
    return JSONResponse(content, status)


def _check(assistant: Assistant, owner: Owner, request: Request) -> None:
    """Raise RefusedError or TooMuchError for an upload that is not taken."""
    settings = assistant.settings
    if not takes_files(settings):
        raise RefusedError(
            f"{say('en', 'drop_off')} {say('en', 'drop_off_how')}",
            f"{say('ru', 'drop_off')} {say('ru', 'drop_off_how')}",
        )
    if not from_own_page(request):
        raise RefusedError(
            "Files are taken from this app's own page only.",
            "Файлы принимаются только со страницы этой программы.",
        )
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > settings.api_ingest_bytes + PIECE:  # the form around the files
        raise _too_large(settings)
    if jobs_of(assistant).busy(owner):
        raise BusyError(
            "Several uploads of yours are still under way. Wait until one has ended.",
            "Несколько ваших загрузок ещё не закончены. Дождитесь окончания одной из них.",
        )


def _too_large(settings: Settings) -> TooMuchError:
    most = max(1, settings.api_ingest_bytes // 1_000_000)
    return TooMuchError(
        f"The files are larger than {most} MB together; so much is not taken at a time.",
        f"Файлы вместе больше {most} МБ; столько за раз не принимается.",
    )


def _group(owner: Owner, said: object) -> Group | None:
    """The group that files are brought for, by name or id; None for the owner's own. Raises NotHeldError."""
    if not isinstance(said, str) or not said.strip():
        return None
    found = owner.group(said.strip())
    if found is None:
        raise NotHeldError(say("en", "no_group"), say("ru", "no_group"))
    return found


def _kept(sent: list[UploadFile], owner: Owner, group: Group | None, settings: Settings) -> list[Brought]:
    """The files on disk, each in a folder that whose it is and its content name.

    Raises InputError, TooMuchError or LibraryError; then nothing is left behind.
    """
    if not sent:
        raise InputError("No file was sent. Choose one.", "Файл не передан. Выберите его.")
    if len(sent) > settings.api_ingest_files:
        most = settings.api_ingest_files
        raise TooMuchError(say("en", "too_many", files=most), say("ru", "too_many", files=most))
    if sum(file.size or 0 for file in sent) > settings.api_ingest_bytes:
        raise _too_large(settings)
    root = settings.home / uploads.UPLOADS / uploads.folder_of(owner, group)
    written: list[Brought] = []
    try:
        root.mkdir(parents=True, exist_ok=True)
        for file in sent:
            written.append(_written(file, root))
    except (OSError, PolicyError) as error:
        for done in written:
            shutil.rmtree(done.path.parent, ignore_errors=True)
        if isinstance(error, PolicyError):
            raise
        raise LibraryError(
            f"The upload cannot be written down: {error.strerror}. Nothing was taken in; make room, retry.",
            f"Не удалось записать загрузку: {error.strerror}. Ничего не принято; освободите место.",
        ) from error
    return written


def _written(file: UploadFile, root: Path) -> Brought:
    """A file under its safe name; JSON beside it would describe it, so each lies alone."""
    name = safe_name(file.filename)
    folder = Path(mkdtemp(prefix="part-", dir=root))
    file.file.seek(0)
    with (folder / name).open("xb") as out:
        shutil.copyfileobj(file.file, out, PIECE)
    return Brought(folder / name, name)
