"""References -> what a reader is shown for them: a provision's label and its act's title."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.errors import NotHeldError
from assistant.export.reference import label_in
from assistant.library.view import OWN, shared_id
from assistant.web.ask.turn import Nearest
from assistant.web.ask.words import say

if TYPE_CHECKING:
    from assistant.engine import Assistant
    from assistant.model import Answer, Lang


def title(assistant: Assistant, act: str, lang: Lang) -> str:
    """An act's title; its id where the library does not know it, of a user's file only that it is one."""
    view = assistant.view
    if act in view.acts:
        return view.title(act, lang)
    return say(lang, "users_file") if act.startswith(OWN) else act


def nearest(assistant: Assistant, answer: Answer, lang: Lang) -> list[Nearest]:
    """The provisions that came nearest to a question, named."""
    return [_named(assistant, ref, lang) for ref in answer.nearest]


def _named(assistant: Assistant, ref: str, lang: Lang) -> Nearest:
    act, _, provision = ref.partition("#")
    try:
        label = label_in(assistant.show(act, provision or None).label, lang)
    except NotHeldError:
        label = provision or shared_id(act)
    return Nearest(ref=ref, label=label, title=title(assistant, act, lang))
