"""What the pages at the door share: forms read, replies made, addresses that lead nowhere else."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from fastapi import Request
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response

from assistant.errors import InputError
from assistant.web.door import markup
from assistant.web.door.callers import PEER, cookie_name
from assistant.web.door.peer import Peer

LONGEST_NEXT = 2000  # characters
MOST_BYTES = 10_000  # of a form


def html(page: str, status: int = 200, **headers: str) -> Response:
    """A page under the strict policy of these pages, kept nowhere."""
    fixed = {"content-security-policy": markup.POLICY, "cache-control": "no-store"}
    return HTMLResponse(page, status, {**fixed, **headers})


def own_address(said: str | None) -> str:
    """An address within the app; the app's first page for anything else."""
    text = said or "/"
    try:
        parts = urlsplit(text)
    except ValueError:
        return "/"
    usable = text.startswith("/") and not text.startswith(("//", "/\\")) and text.isprintable()
    within = not parts.scheme and not parts.netloc and "\\" not in text and len(text) <= LONGEST_NEXT
    return text if usable and within else "/"


def gone_to(address: str) -> Response:
    """A redirect within the app: relative, so that it leads nowhere else and works under a folder."""
    return RedirectResponse(f".{address}", 303, {"cache-control": "no-store"})


def with_session(reply: Response, peer: Peer, secret: str) -> Response:
    """The reply with the session's cookie."""
    reply.set_cookie(cookie_name(peer), secret, secure=peer.https, httponly=True, samesite="lax")
    return reply


def peer_in(request: Request) -> Peer:
    """Where a request comes from, as the gate found it."""
    found: Peer = request.scope[PEER]
    return found


async def form_of(request: Request) -> FormData:
    """What a form sent. Raises InputError."""
    try:
        return await request.form(max_files=0, max_fields=30)
    except HTTPException:
        raise InputError("The form cannot be read.", "Форму не удалось прочитать.") from None


def text(sent: FormData, name: str) -> str:
    """A field of a form; empty where there is none."""
    value: Any = sent.get(name)
    return value if isinstance(value, str) else ""
