"""References -> what a reader is shown for them: a provision's label and its act's title."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.errors import NotHeldError
from assistant.web.ask.turn import Nearest

if TYPE_CHECKING:
    from assistant.engine import Assistant
    from assistant.model import Answer, Lang


def title(assistant: Assistant, act: str, lang: Lang) -> str:
    """An act's title; its id where the library does not know it."""
    view = assistant.view
    return view.title(act, lang) if act in view.acts else act


def nearest(assistant: Assistant, answer: Answer, lang: Lang) -> list[Nearest]:
    """The provisions that came nearest to a question, named."""
    return [_named(assistant, ref, lang) for ref in answer.nearest]


def _named(assistant: Assistant, ref: str, lang: Lang) -> Nearest:
    act, _, provision = ref.partition("#")
    try:
        label = assistant.show(act, provision or None).label
    except NotHeldError:
        label = provision or act
    return Nearest(ref=ref, label=label, title=title(assistant, act, lang))
