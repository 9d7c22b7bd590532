"""A signed-in user's own page: tokens made, shown once and revoked, the password changed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import anyio.to_thread
from fastapi import FastAPI, Request
from starlette.responses import Response

from assistant.access import sessions, tokens, users
from assistant.access.roles import Scope
from assistant.access.users import User
from assistant.errors import InputError, PolicyError
from assistant.records.wording import fold
from assistant.web.desk import language
from assistant.web.door import markup
from assistant.web.door.callers import caller_in, lasting, not_allowed
from assistant.web.door.entering import right_user
from assistant.web.door.replies import form_of, html, peer_in, text, with_session
from assistant.web.door.rules import ACCOUNT
from assistant.web.door.words import say

if TYPE_CHECKING:
    from assistant.engine import Assistant
    from assistant.web.door.shares import Tries


def add_routes(app: FastAPI, assistant: Assistant, tries: Tries) -> None:
    """Put the routes into ``app``."""
    own = Account(assistant, tries)
    for path, method, taken in (
        (ACCOUNT, "GET", own.page),
        (f"{ACCOUNT}/tokens", "POST", own.create),
        (f"{ACCOUNT}/tokens/revoke", "POST", own.revoke),
        (f"{ACCOUNT}/password", "POST", own.password),
    ):
        app.add_api_route(path, taken, methods=[method], include_in_schema=False, response_model=None)


class Account:
    """What the routes share."""

    def __init__(self, assistant: Assistant, tries: Tries) -> None:
        self.assistant = assistant
        self.tries = tries

    async def page(self, request: Request) -> Response:
        """The page."""
        return await self._shown(request, up="")

    async def create(self, request: Request) -> Response:
        """A token is made and shown."""
        made = problem = ""
        try:
            sent = await form_of(request)
            wanted = [Scope(each) for each in sent.getlist("scope") if each in list(Scope)]
            days = text(sent, "days")
            work = partial(
                tokens.create, self.assistant.library, _user(request), text(sent, "name"), wanted,
                int(days) if days.isascii() and days.isdigit() and len(days) < 5 else 0,
            )  # fmt: skip
            _, made = await anyio.to_thread.run_sync(work)
        except PolicyError as error:
            problem = error.message(language(request))
        return await self._shown(request, up="../", made=made, problem=problem)

    async def revoke(self, request: Request) -> Response:
        """A token of the user's own ends."""
        problem = ""
        try:
            key = text(await form_of(request), "token")
            work = partial(tokens.revoke, self.assistant.library, key, _user(request))
            await anyio.to_thread.run_sync(work)
        except PolicyError as error:
            problem = error.message(language(request))
        return await self._shown(request, up="../../", problem=problem)

    async def password(self, request: Request) -> Response:
        """Another password; all sessions end, and this browser gets a new one."""
        lang, user, peer = language(request), _user(request), peer_in(request)
        try:
            sent = await form_of(request)
            work = partial(self._change, user, text(sent, "old"), text(sent, "new"), peer.address)
            secret = await anyio.to_thread.run_sync(work)
        except PolicyError as error:
            return await self._shown(request, up="../", problem=error.message(lang))
        return with_session(await self._shown(request, up="../", note=say(lang, "changed")), peer, secret)

    def _change(self, user: User, old: str, new: str, address: str) -> str:
        """The secret of the new session. Raises InputError, TooOftenError."""
        library, settings = self.assistant.library, self.assistant.settings
        self.tries.count(fold(user.name), address)
        if right_user(library, user.name, old) is None:
            raise InputError(say("en", "wrong_password"), say("ru", "wrong_password"))
        self.tries.right(fold(user.name))
        changed = users.set_password(library, user.name, new)
        return sessions.begin(library, changed, lasting(settings))

    async def _shown(
        self, request: Request, *, up: str, made: str = "", problem: str = "", note: str = ""
    ) -> Response:
        user, lang = _user(request), language(request)
        own = await anyio.to_thread.run_sync(tokens.listed, self.assistant.library, user)
        page = markup.account_html(lang, user, own, up=up, made=made, problem=problem, note=note)
        return html(page, 400 if problem else 200)


def _user(request: Request) -> User:
    """The account that asks. Raises NotAllowedError for anybody without one."""
    caller = caller_in(request.scope)
    if caller is None or caller.user is None or caller.by != "session":
        raise not_allowed()
    return caller.user
