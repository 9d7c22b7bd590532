"""Requests -> the same requests without what this app never needs: a thin ASGI layer around everything.

It refuses addresses of other servers, oversized bodies and requests that another site's page sends, and
tells the browser to load nothing from anywhere else.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.api.errors import MEDIA_TYPE, OPENAI_PATHS, openai_error, problem
from assistant.api.kinds import KINDS, Kind
from assistant.model import Lang
from assistant.web.text import language_of

MAX_BODY = 1_000_000  # bytes; a question has at most some thousands of characters

# Gradio can fetch such an address for its caller; nothing here is ever served from elsewhere.
FOREIGN = ("/file=http:", "/file=https:", "/file=//", "/proxy=")
UPLOADS = ("/gradio_api/upload",)

# Gradio's page needs inline scripts and styles and compiles its templates at run time.
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    # not no-referrer: browsers would then send forms without the origin that says they are the app's own
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
)


class Guard:
    """The layer; ``app`` is everything below it.

    ``larger``: paths that take more than ``MAX_BODY`` bytes, and how many. ``lang``: of refusals where the
    caller asks for none.
    """

    def __init__(
        self,
        app: ASGIApp,
        larger: Mapping[str, int] | None = None,
        lang: Lang = "en",
    ) -> None:
        self.app = app
        self.larger = dict(larger or {})
        self.lang: Lang = lang

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse the request or pass it on, with the headers above on the reply."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = self.larger.get(scope["path"], MAX_BODY)
        refused = refusal(scope, limit)
        if refused:
            await refuse(scope, send, self.lang, *refused)
            return

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name.lower() for name, _ in message.get("headers", [])}
                added = [(name, value) for name, value in HEADERS if name not in present]
                message["headers"] = [*message.get("headers", []), *added]
            await send(message)

        await self.app(scope, _limited(receive, limit), dressed)


def refusal(scope: Scope, limit: int = MAX_BODY) -> tuple[int, str, str] | None:
    """(status, reason in English, in Russian) where a request is refused by what its first lines say; None
    where it may pass. ``limit``: the bytes its body may have.
    """
    path = unquote(unquote(scope["path"])).lower()
    headers = {name.lower(): value for name, value in scope["headers"]}
    if any(mark in path for mark in FOREIGN):
        return 404, "Nothing is served from other addresses.", "С других адресов ничего не отдаётся."
    if path.startswith(UPLOADS):
        return 404, "Files are not uploaded here.", "Файлы здесь не принимаются."
    length = headers.get(b"content-length", b"0")
    if not length.isdigit() or int(length) > limit:
        return (
            413,
            f"The request is too large; at most {limit} bytes are taken.",
            f"Запрос слишком велик; принимается не больше {limit} байт.",
        )
    if headers.get(b"sec-fetch-site") == b"cross-site" and not _opens_page(scope, headers):
        return (
            403,
            "Requests from other sites' pages are not taken.",
            "Запросы со страниц других сайтов не принимаются.",
        )
    return None


def _opens_page(scope: Scope, headers: dict[bytes, bytes]) -> bool:
    """Whether a person followed a link to the app's page."""
    return (
        scope["method"] == "GET"
        and headers.get(b"sec-fetch-mode") == b"navigate"
        and not scope["path"].startswith("/api/")
    )


def _limited(receive: Receive, limit: int) -> Receive:
    """``receive`` that hangs up on a body of unstated length once it passes the limit."""
    taken = 0

    async def counted() -> Message:
        nonlocal taken
        message: Any = await receive()
        taken += len(message.get("body", b""))
        return {"type": "http.disconnect"} if taken > limit else message

    return counted


async def refuse(
    scope: Scope,
    send: Send,
    fallback: Lang,
    status: int,
    en: str,
    ru: str,
    *,
    name: str = "RequestRefused",
    headers: Iterable[tuple[bytes, bytes]] = (),
) -> None:
    """Answer in the form of the API's errors, in the caller's language; ``name``: of the error's class."""
    asked = {key.lower(): value for key, value in scope["headers"]}
    lang = language_of(asked.get(b"accept-language", b"").decode("latin-1"), fallback)
    said, phrase = ru if lang == "ru" else en, HTTPStatus(status).phrase
    kind, path = KINDS.get(name) or Kind(status, phrase, phrase), scope["path"]
    type_ = None if name in KINDS else "about:blank"
    if path.startswith(OPENAI_PATHS):
        content, media_type = openai_error(kind, name, said), "application/json"
    else:
        content, media_type = (
            problem(name, kind, said, path, lang, type_=type_, retryable=status in (429, 503)),
            MEDIA_TYPE,
        )
    body = json.dumps(content, ensure_ascii=False).encode()
    sent = [(b"content-type", media_type.encode()), (b"cache-control", b"no-store"), *HEADERS, *headers]
    await send({"type": "http.response.start", "status": status, "headers": sent})
    await send({"type": "http.response.body", "body": body})
