"""Every request -> the same with an id, in the log and on the reply, and a line in the log when it is done.

The outermost layer of the app. The line holds the method, the route's template and the status: no query, no
part of an address that a caller chose, no header.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.api.metrics import COUNTED, METHODS, Metrics, route_of
from assistant.logs import context
from assistant.web.door.peer import header, networks, peer_of
from assistant.web.door.rules import METRICS, OPEN, cost_of

if TYPE_CHECKING:
    from assistant.settings import Settings

log = logging.getLogger(__name__)

HEADER = b"x-request-id"
UNDER_WAY = "ai_policy.log_context"  # where a request's scope keeps what its records belong to


class Requests:
    """The layer; ``app`` is everything below it."""

    def __init__(self, app: ASGIApp, settings: Settings, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics
        self.trusted = networks(settings.trusted_proxies)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on. A trusted proxy may give it an id."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = header(scope, HEADER) if peer_of(scope, self.trusted).trusted else []
        under_way = scope[UNDER_WAY] = context.Context(request=context.new_id(given[0] if given else ""))
        context.enter(under_way)
        began = time.perf_counter()
        status = 0

        async def named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                kept = [each for each in message.get("headers", []) if each[0].lower() != HEADER]
                message["headers"] = [*kept, (HEADER, under_way.request.encode())]
            await send(message)

        try:
            await self.app(scope, receive, named)
        except BaseException:
            status = status or 500
            raise
        finally:
            self._done(scope, status, time.perf_counter() - began)

    def _done(self, scope: Scope, status: int, seconds: float) -> None:
        method = scope["method"] if scope["method"] in METHODS else "OTHER"
        if not scope.get(COUNTED):  # refused before the routes were asked
            self.metrics.requested(method, "refused", status, seconds)
        self.metrics.refused(status)
        told = _teller(scope, status)
        told(
            "%s %s: %d", method, route_of(scope), status,
            extra={"method": method, "status": status, "ms": round(seconds * 1000, 1)},
        )  # fmt: skip


def _teller(scope: Scope, status: int) -> Callable[..., None]:
    """What is asked every few seconds, and the page's own files, are worth a line only where they fail."""
    path = scope["path"]
    dull = path in OPEN or path in METRICS or not cost_of(scope["method"], path)
    return log.debug if dull and status < 400 else log.info
