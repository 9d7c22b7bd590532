"""Files made for a reader: an answer or a conversation as DOCX, Markdown or PDF, after the owner's check."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING
from urllib.parse import quote

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse, Response

from assistant.audit import Trail
from assistant.errors import InputError, NotHeldError, PolicyError
from assistant.export import MEDIA_TYPES, Checked, Exported, export_conversation, file_name
from assistant.export.formats import checked_format
from assistant.records import checks, conversations, exports
from assistant.records.model import KeptTurn
from assistant.records.owner import Owner
from assistant.web.ask.naming import nearest, title
from assistant.web.desk import language, owner_of

if TYPE_CHECKING:
    from assistant.engine import Assistant
    from assistant.model import Lang

log = logging.getLogger(__name__)


def add_to(app: FastAPI, assistant: Assistant) -> None:
    """Put the routes of downloads into ``app``."""
    router = APIRouter(prefix="/exports", include_in_schema=False)

    @router.get("/turns/{key}.{ending}")
    def turn(key: str, ending: str, request: Request) -> Response:
        """One answer as a file."""
        return _made(assistant, request, ending, turn=key)

    @router.get("/conversations/{key}.{ending}")
    def conversation(key: str, ending: str, request: Request) -> Response:
        """A conversation as a file."""
        return _made(assistant, request, ending, conversation=key)

    app.include_router(router)


def _made(
    assistant: Assistant, request: Request, ending: str, *, conversation: str = "", turn: str = ""
) -> Response:
    lang = language(request)
    try:
        owner = owner_of(assistant, request)
        wanted = checked_format(ending)
        found = (
            conversations.of_turn(assistant.library, owner, turn)
            if turn
            else conversations.get(assistant.library, owner, conversation)
        )
        turns = [each for each in found.turns if each.answer is not None and turn in ("", each.id)]
        name = found.conversation.title if not turn else turns[0].question if turns else ""
        exported = Exported(
            name,
            [(each.question, each.answer, each.asked_at) for each in turns if each.answer],
            checked={number: _checked(assistant, owner, each) for number, each in enumerate(turns, 1)},
            names=_names(assistant.seen_by(owner), turns, lang),
        )
        content = export_conversation(exported, wanted, lang)
        exports.record(assistant.library, owner, found.conversation.id, wanted, turn=turn or None)
        about = {"conversation": found.conversation.id, "turn": turn or None, "format": wanted}
        Trail.of(assistant.settings).note("exported", owner.id, **about)
    except PolicyError as error:
        return refusal(error, lang)
    return attachment(content, file_name(name, wanted), MEDIA_TYPES[wanted])


def attachment(content: bytes, name: str, media_type: str) -> Response:
    """A file for the one reader who asked for it, to be saved under ``name``."""
    named = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    headers = {"Content-Disposition": named, "Cache-Control": "private, no-store"}
    return Response(content, media_type=media_type, headers=headers)


def refusal(error: PolicyError, lang: Lang) -> Response:
    """Why there is no file, in the reader's language."""
    log.info("Not exported: %s", error.en)
    status = 404 if isinstance(error, NotHeldError) else 400 if isinstance(error, InputError) else 500
    return JSONResponse({"message": error.message(lang)}, status)


def _checked(assistant: Assistant, owner: Owner, turn: KeptTurn) -> list[Checked]:
    view = assistant.seen_by(owner).view
    return [
        Checked(
            mark.expert,
            mark.checked_on,
            mark.note,
            [change.label for change in checks.state(mark, view).changed],
        )
        for mark in checks.of_turn(assistant.library, owner, turn.id)
    ]


def _names(assistant: Assistant, turns: list[KeptTurn], lang: Lang) -> dict[str, str]:
    """What an abstention names, in words."""
    known = assistant.view.acts
    named: dict[str, str] = {}
    for answer in [each.answer for each in turns if each.answer]:
        named |= {act: title(assistant, act, lang) for act in answer.missing if act in known}
        near = nearest(assistant, answer, lang)
        named |= {each.ref: f"{each.label}, {each.title}" for each in near if each.ref.split("#")[0] in known}
    return named
