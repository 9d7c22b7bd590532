"""Which user each open page of Gradio belongs to: what a page keeps is reached by its own user alone.

Gradio keeps a page's conversation under a name that the page's script makes up. Whoever first uses such a
name has it; anybody else who sends it is refused.
"""

from __future__ import annotations

import json
import re
import threading
from collections import OrderedDict
from typing import Any
from urllib.parse import parse_qs

from starlette.types import Message, Receive, Scope

MOST = 50_000  # names remembered
_IN_PATH = re.compile(r"/gradio_api/heartbeat/([^/]+)")
_LONGEST = 200


class Pages:
    """Names of pages, and whose each is."""

    def __init__(self) -> None:
        self._whose: OrderedDict[str, str] = OrderedDict()
        self._lock = threading.Lock()

    def belongs(self, name: str, owner: str) -> bool:
        """Whether a page is the owner's; one that nobody has becomes theirs."""
        with self._lock:
            whose = self._whose.setdefault(name, owner)
            self._whose.move_to_end(name)
            while len(self._whose) > MOST:
                self._whose.popitem(last=False)
        return whose == owner


async def names_of(scope: Scope, receive: Receive) -> tuple[set[str], Receive]:
    """(the pages that a request names, what reads its body again) of a request to Gradio."""
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"), max_num_fields=100)
    names = set(query.get("session_hash", []))
    if found := _IN_PATH.fullmatch(scope["path"]):
        names.add(found[1])
    if scope["method"] in ("GET", "HEAD"):
        return names, receive
    body, again = await _body(receive)
    try:
        sent: Any = json.loads(body)
    except (ValueError, RecursionError):
        sent = None
    if isinstance(sent, dict) and isinstance(sent.get("session_hash"), str):
        names.add(sent["session_hash"])
    return {name[:_LONGEST] for name in names}, again


async def _body(receive: Receive) -> tuple[bytes, Receive]:
    """A request's whole body, and what gives it once more."""
    kept: list[Message] = []
    while True:
        message = await receive()
        kept.append(message)
        if message["type"] != "http.request" or not message.get("more_body"):
            break

    async def again() -> Message:
        return kept.pop(0) if kept else await receive()

    return b"".join(message.get("body", b"") for message in kept), again
