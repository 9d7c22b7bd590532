"""What a record belongs to: the request or the page's event under way, who asks, and the words they sent.

One :class:`Context` goes with a request through every thread and task that works for it: a context variable
holds it, and threads and tasks that copy their starter's context share the object.
"""

from __future__ import annotations

import re
import uuid
from contextvars import ContextVar
from dataclasses import dataclass, field

MOST_TEXTS = 50  # of one request; a conversation's earlier turns among them
_USABLE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")  # of an id that a proxy gives


@dataclass(slots=True)
class Context:
    """``request``: its id; empty on the command line. ``owner``: the id of who asks, once that is known.

    ``name``: what people read for it. ``texts``: words of the caller that redacted logs leave out.
    """

    request: str = ""
    owner: str = ""
    name: str = ""
    event: str = ""
    texts: list[str] = field(default_factory=list)


_current: ContextVar[Context | None] = ContextVar("ai_policy_log_context", default=None)


def current() -> Context | None:
    """What is under way here; None for nothing that is known."""
    return _current.get()


def enter(context: Context) -> None:
    """Let everything from here on belong to it. It ends with the task or thread it was set in."""
    _current.set(context)


def known(owner: str, name: str) -> None:
    """Who asks was found out."""
    context = _current.get()
    if context is not None:
        context.owner, context.name = owner, name


def keep_private(*texts: str) -> None:
    """Words of the caller: a redacted log leaves them out wherever they turn up in this request's records."""
    context = _current.get()
    if context is None:
        context = Context()
        _current.set(context)
    for text in texts:
        if text and text not in context.texts:
            context.texts.append(text)
    del context.texts[:-MOST_TEXTS]


def new_id(given: str = "") -> str:
    """An id for a request: the one that was given, where it is usable, else a random one."""
    return given if _USABLE.fullmatch(given) else uuid.uuid4().hex
