"""The routes by which people sign in and out, and see to their own tokens and password."""

from __future__ import annotations

import logging
import math
from functools import partial
from typing import TYPE_CHECKING

import anyio
import anyio.to_thread
from fastapi import FastAPI, Request
from starlette.responses import Response

from assistant.access import passwords, sessions
from assistant.access.notices import Notice, tell
from assistant.errors import LibraryError, PolicyError, SignInError, TooOftenError
from assistant.logs.context import keep_private
from assistant.model import Lang
from assistant.web.desk import LANGUAGE_COOKIE, language
from assistant.web.door import account, markup
from assistant.web.door.callers import caller_in, cookie, cookie_name, lasting
from assistant.web.door.entering import enter
from assistant.web.door.replies import form_of, gone_to, html, own_address, peer_in, text, with_session
from assistant.web.door.rules import SIGN_IN, SIGN_OUT, STYLE
from assistant.web.door.shares import Tries
from assistant.web.door.words import say

if TYPE_CHECKING:
    from assistant.engine import Assistant

log = logging.getLogger(__name__)

AT_ONCE = 2  # passwords looked at: each takes 64 MiB and a core
YEAR = 31_536_000


def add_routes(app: FastAPI, assistant: Assistant) -> None:
    """Put the routes into ``app``, before Gradio's page takes all other addresses."""
    door = Door(assistant)
    for path, method, taken in (
        (SIGN_IN, "GET", door.page),
        (SIGN_IN, "POST", door.enter),
        (SIGN_OUT, "POST", door.leave),
        (STYLE, "GET", door.style),
    ):
        app.add_api_route(path, taken, methods=[method], include_in_schema=False, response_model=None)
    account.add_routes(app, assistant, door.tries)


class Door:
    """What the routes share."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant
        self.tries = Tries()
        self.limiter = anyio.CapacityLimiter(AT_ONCE)
        passwords.warm_up()

    def style(self) -> Response:
        """The style of these pages."""
        return Response(markup.CSS, media_type="text/css", headers={"cache-control": "max-age=3600"})

    def page(self, request: Request) -> Response:
        """The page to sign in on."""
        then, lang = own_address(request.query_params.get("next")), _lang(request)
        if caller_in(request.scope) is not None:
            return gone_to(then)
        note = say(lang, "signed_out") if "out" in request.query_params else ""
        reply = html(markup.sign_in_html(lang, then=then, note=note))
        if request.query_params.get("lang") == lang:
            reply.set_cookie(LANGUAGE_COOKIE, lang, max_age=YEAR, samesite="strict")
        return reply

    async def enter(self, request: Request) -> Response:
        """A name and a password were sent."""
        lang, peer = language(request), peer_in(request)
        then, name = "/", ""
        try:
            sent = await form_of(request)
            then, name = own_address(text(sent, "next")), text(sent, "name").strip()
            keep_private(name)
            work = partial(
                enter, self.assistant.library, self.tries, lasting(self.assistant.settings), name,
                text(sent, "password"), peer.address, cookie(request.scope, peer),
            )  # fmt: skip
            secret = await anyio.to_thread.run_sync(work, limiter=self.limiter)
        except PolicyError as error:
            return refused(error, lang, then, name)
        return with_session(gone_to(then), peer, secret)

    def leave(self, request: Request) -> Response:
        """The session ends."""
        peer, caller = peer_in(request), caller_in(request.scope)
        try:
            sessions.end(self.assistant.library, cookie(request.scope, peer))
        except PolicyError as error:
            return refused(error, language(request), "/", "")
        tell(Notice("signed_out", who=caller.owner.id if caller else None, address=peer.address))
        reply = gone_to("/sign-in?out")
        reply.delete_cookie(cookie_name(peer), secure=peer.https, httponly=True, samesite="lax")
        return reply


def refused(error: PolicyError, lang: Lang, then: str, name: str) -> Response:
    """The page once more, with what was wrong."""
    page = markup.sign_in_html(lang, then=then, name=name[:100], problem=error.message(lang))
    if isinstance(error, TooOftenError):
        return html(page, 429, **{"retry-after": str(math.ceil(error.retry_after))})
    if isinstance(error, SignInError):
        return html(page, 401, **{"www-authenticate": "Bearer"})
    return html(page, 503 if isinstance(error, LibraryError) else 400)


def _lang(request: Request) -> Lang:
    asked = request.query_params.get("lang")
    return asked if asked in ("ru", "en") else language(request)  # type: ignore[return-value]
