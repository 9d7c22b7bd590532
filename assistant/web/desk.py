"""What all tabs of the page share: the assistant, the language it speaks, whose requests these are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import gradio as gr
from starlette.requests import Request

from assistant.access.notices import Notice, tell
from assistant.access.roles import Ability
from assistant.errors import SignInError
from assistant.records.owner import Owner
from assistant.web.door.callers import caller_in, not_allowed
from assistant.web.text import language_of

if TYPE_CHECKING:
    from assistant.engine import Assistant
    from assistant.model import Lang

LANGUAGE_COOKIE = "language"


@dataclass(frozen=True, slots=True)
class Desk:
    """The assistant with what every tab needs.

    ``lang``: the state that holds the reader's language. ``page``: the page the tabs stand on. ``words``: the
    words of a key, which the browser chooses between before the server has dressed the page.
    """

    assistant: Assistant
    lang: gr.State
    page: gr.Blocks | None = None
    words: Callable[[str], Any] = field(default=str)

    def owner(self, request: gr.Request | Request) -> Owner:
        """Whose request this is. Raises SignInError where it does not say so and must."""
        return owner_of(self.assistant, request)


def owner_of(assistant: Assistant, request: gr.Request | Request) -> Owner:
    """The owner of a request, with what they may do, as the gate found it. Raises SignInError without one."""
    plain = request.request if isinstance(request, gr.Request) else request
    caller = caller_in(plain.scope) if plain is not None else None
    if caller is None:
        raise SignInError("Sign in: the request names no user.", "Войдите: в запросе не указан пользователь.")
    return caller.owner


def allowed(owner: Owner, ability: Ability) -> Owner:
    """The owner, if they may do this. Raises NotAllowedError, of which listeners are told."""
    if not owner.may(ability):
        tell_refused(owner, str(ability))
        raise not_allowed()
    return owner


def tell_refused(owner: Owner, what: str) -> None:
    """Tell whoever keeps a log that an event of the page was refused: the gate sees its address alone."""
    tell(Notice("refused", who=owner.id, about=what, status=403))


def language(request: gr.Request | Request) -> Lang:
    """The language a reader chose before, else the one the browser asks for."""
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    if chosen in ("ru", "en"):
        return "ru" if chosen == "ru" else "en"
    return language_of(request.headers.get("accept-language"), "en")


def spoken_in(lang: str, request: gr.Request | Request) -> Lang:
    """The page's language; before it is known, the browser's."""
    if lang in ("ru", "en"):
        return "ru" if lang == "ru" else "en"
    return language(request)
