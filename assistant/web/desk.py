"""What all tabs of the page share: the assistant, the language it speaks, whose requests these are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import gradio as gr
from starlette.requests import Request

from assistant.records.owner import Owner, signed_in
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
        """Whose request this is. Raises InputError where it does not say so and must."""
        return owner_of(self.assistant, request)


def owner_of(assistant: Assistant, request: gr.Request | Request) -> Owner:
    """The owner of a request, by the settings. Raises InputError where it does not say so and must."""
    header = assistant.settings.owner_header
    if header is None:
        return signed_in(None, ())
    plain = request.request if isinstance(request, gr.Request) else request
    return signed_in(header, plain.headers.getlist(header) if plain is not None else ())


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
