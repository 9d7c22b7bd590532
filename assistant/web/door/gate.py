"""Requests -> the same requests, each with its caller written on it, or a refusal: the one that decides.

Every request passes here, Gradio's, the API's and the page's own; what a caller is written on is read again
by :func:`assistant.web.desk.owner_of`, so that what an event may do is decided on the server.
"""

from __future__ import annotations

import logging
import math
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import anyio
import anyio.to_thread
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.access import uses
from assistant.access.notices import Notice, What, tell
from assistant.access.uses import Use
from assistant.errors import (
    LibraryError,
    NotAllowedError,
    NotHeldError,
    PolicyError,
    SignInError,
    TooOftenError,
)
from assistant.logs import context
from assistant.web.door.callers import CALLER, PEER, Caller, caller_of, not_allowed
from assistant.web.door.origin import is_forged
from assistant.web.door.pages import Pages, names_of
from assistant.web.door.peer import Peer, networks, peer_of
from assistant.web.door.rules import SIGN_IN, Rule, cost_of, rule_of
from assistant.web.door.shares import Shares
from assistant.web.door.uses import Uses
from assistant.web.guard import refuse

if TYPE_CHECKING:
    from assistant.library import Library
    from assistant.settings import Settings

log = logging.getLogger(__name__)

LOOKED_UP_AT_ONCE = 8
LOOKED_AGAIN_SECONDS = 5.0  # a stream ends so soon after its caller may no longer have it
SECURE = (b"strict-transport-security", b"max-age=31536000")
UNKEPT = (b"cache-control", b"private, no-store")  # nothing of it is there after signing out

_STATUS: dict[type[PolicyError], int] = {
    SignInError: 401,
    NotAllowedError: 403,
    NotHeldError: 404,
    TooOftenError: 429,
    LibraryError: 503,
}


@dataclass(slots=True)
class _Request:
    """One request on its way through."""

    scope: Scope
    peer: Peer
    rule: Rule
    caller: Caller | None = None


class Gate:
    """The layer; ``app`` is everything below it."""

    def __init__(self, app: ASGIApp, settings: Settings, library: Library) -> None:
        self.app = app
        self.settings = settings
        self.library = library
        self.trusted = networks(settings.trusted_proxies)
        self.shares = Shares(settings.requests_per_minute if settings.ways_in != "none" else 0)
        self.pages = Pages()
        self._limiter = anyio.CapacityLimiter(LOOKED_UP_AT_ONCE)
        self.uses = Uses(partial(uses.store, library))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its caller, or refuse it."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":  # there are no websockets here
            await send({"type": "websocket.close", "code": 1008})
            return
        peer = peer_of(scope, self.trusted)
        asked = _Request(scope, peer, rule_of(scope["method"], scope["path"]))
        scope[PEER] = peer
        if peer.https:
            send = _with(send, SECURE)
        if self.settings.ways_in != "none" and cost_of("GET", scope["path"]):  # all but the page's own files
            send = _with(send, UNKEPT)
        try:
            receive = await self._admit(asked, receive)
        except PolicyError as error:
            await self._refuse(asked, error, send)
            return
        if asked.caller is not None and asked.caller.key:
            send = self._while_valid(asked, send)
        await self.app(scope, receive, send)

    async def _admit(self, asked: _Request, receive: Receive) -> Receive:
        """Find out who asks, and raise PolicyError unless they may."""
        scope, rule = asked.scope, asked.rule
        try:
            asked.caller = await self._look_up(asked)
        except PolicyError:
            if not rule.open:
                raise
        caller = scope[CALLER] = asked.caller
        if caller is None and not rule.open:
            raise SignInError(
                "Sign in: the request names no user.", "Войдите: в запросе не указан пользователь."
            )
        ambient = caller is None or caller.by != "token"  # known without the page's doing
        must_say = caller is None or caller.by == "session"
        if ambient and is_forged(scope, asked.peer, must_say=must_say):
            raise NotAllowedError(
                "Requests that change something are taken from this app's own pages only.",
                "Запросы, которые что-то меняют, принимаются только со страниц этой программы.",
            )
        if caller is not None:
            context.known(caller.owner.id, caller.owner.name)
        if caller is None or rule.open:
            return receive
        self._allow(rule, caller)
        self.shares.count(caller.owner.id, cost_of(scope["method"], scope["path"]))
        if caller.stale:
            self.uses.note(Use("session" if caller.by == "session" else "token", caller.key))
        if scope["path"].startswith("/gradio_api/"):
            names, receive = await names_of(scope, receive)
            if not all(self.pages.belongs(name, caller.owner.id) for name in names):
                raise NotAllowedError("This page is another user's.", "Эта страница — другого пользователя.")
        return receive

    def _allow(self, rule: Rule, caller: Caller) -> None:
        if rule.shut:
            raise NotHeldError("There is nothing at this address.", "По этому адресу ничего нет.")
        if rule.here and caller.by == "token":
            raise NotAllowedError(
                "Tokens are not taken here; sign in with a browser.",
                "Токены здесь не принимаются; войдите через браузер.",
            )
        if rule.needs and not any(caller.owner.may(ability) for ability in rule.needs):
            raise not_allowed()

    async def _look_up(self, asked: _Request) -> Caller | None:
        look = partial(caller_of, asked.scope, asked.peer, self.settings, self.library)
        return await anyio.to_thread.run_sync(look, limiter=self._limiter)

    # ── while it lasts ────────────────────────────────────────────────────────────────────────

    def _while_valid(self, asked: _Request, send: Send) -> Send:
        """``send`` that ends a long reply once its session or token is over."""
        looked, over = time.monotonic(), False

        async def sent(message: Message) -> None:
            nonlocal looked, over
            if over:
                return
            if message.get("more_body") and time.monotonic() - looked > LOOKED_AGAIN_SECONDS:
                looked = time.monotonic()
                if not await self._still(asked):
                    over = True
                    message = {"type": "http.response.body", "body": b"", "more_body": False}
            await send(message)

        return sent

    async def _still(self, asked: _Request) -> bool:
        before = asked.caller
        try:
            caller = await self._look_up(asked)
        except LibraryError:  # the next look tells
            return True
        except PolicyError:
            return False
        if caller is None or before is None:
            return False
        was, owner = before.owner, caller.owner
        return owner.abilities >= was.abilities and {*owner.groups} >= {*was.groups}

    # ── refusals ──────────────────────────────────────────────────────────────────────────────

    async def _refuse(self, asked: _Request, error: PolicyError, send: Send) -> None:
        scope = asked.scope
        status = next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 400)
        what: What = "rate_limited" if status == 429 else "refused"
        who = asked.caller.owner.id if asked.caller else None
        tell(Notice(what, who=who, about=scope["path"][:300], address=asked.peer.address, status=status))
        if status == 401 and self.settings.ways_in == "accounts" and _opens_page(scope):
            await _redirect(send, sign_in_address(scope))
            return
        headers: list[tuple[bytes, bytes]] = []
        if status == 401:
            headers.append((b"www-authenticate", b"Bearer"))
        if isinstance(error, TooOftenError):
            headers.append((b"retry-after", str(math.ceil(error.retry_after)).encode()))
        await refuse(
            scope, send, self.settings.message_lang, status, error.en, error.ru,
            name=type(error).__name__, headers=headers,
        )  # fmt: skip


def sign_in_address(scope: Scope) -> str:
    """Where to sign in, and to come back from there. Relative: a proxy may serve the app under a folder."""
    query = scope.get("query_string", b"").decode("latin-1")
    here = scope["path"] + (f"?{query}" if query else "")
    up = "../" * (scope["path"].count("/") - 1) or "./"
    return f"{up}{SIGN_IN[1:]}" + ("" if here == "/" else f"?{urlencode({'next': here})}")


def _opens_page(scope: Scope) -> bool:
    """Whether a person opens a page with a browser, rather than a script or a program asks for data."""
    if scope["method"] not in ("GET", "HEAD") or scope["path"].startswith(("/api/", "/v1/", "/gradio_api/")):
        return False
    headers = {name.lower(): value for name, value in scope["headers"]}
    if headers.get(b"sec-fetch-dest", b"document") != b"document":
        return False
    return b"text/html" in headers.get(b"accept", b"")


async def _redirect(send: Send, where: str) -> None:
    headers = [(b"location", where.encode("latin-1", "replace")), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 303, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


def _with(send: Send, *added: tuple[bytes, bytes]) -> Send:
    async def dressed(message: Message) -> None:
        if message["type"] == "http.response.start":
            present = {name.lower() for name, _ in message.get("headers", [])}
            new = [each for each in added if each[0] not in present]
            message["headers"] = [*message.get("headers", []), *new]
        await send(message)

    return dressed
