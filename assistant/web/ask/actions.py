"""What a reader does with conversations and answers -> what becomes of them.

Open, rename, delete, undo, share a conversation; edit, rate, mark an answer as checked. Every action goes
through the owner's check of :mod:`assistant.records`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from assistant.errors import InputError
from assistant.model import Lang
from assistant.records import checks, conversations, feedback
from assistant.records.owner import Owner
from assistant.web.ask.keeping import Keeper
from assistant.web.ask.sidebar import deleted_html, shared_html
from assistant.web.ask.turn import MORE, Talk, Turn
from assistant.web.ask.words import say
from assistant.web.escape import esc

if TYPE_CHECKING:
    import gradio as gr


@dataclass(slots=True)
class Done:
    """The conversation after an action.

    ``above_list``, ``notice``: HTML of our own. ``question``: what the box holds then, None to leave it.
    """

    talk: Talk
    above_list: str = ""
    notice: str = ""
    question: str | None = None


@dataclass(frozen=True, slots=True)
class _Act:
    """An action as it came from the browser."""

    keeper: Keeper
    owner: Owner
    talk: Talk
    lang: Lang
    sent: Mapping[str, Any]
    here: str

    @property
    def conversation(self) -> str:
        return str(self.sent.get("conversation", ""))

    def text(self, name: str) -> str:
        """A field the reader filled in."""
        return str(self.sent.get(name) or "").strip()

    def turn(self) -> Turn:
        """The turn meant, if it is kept and the reader's own. Raises InputError."""
        turn = self.talk.turn(self.sent.get("turn"))
        if turn is None or not turn.key or self.talk.read_only:
            raise InputError(say("en", "gone"), say("ru", "gone"))
        return turn


def sent(event: gr.EventData) -> dict[str, Any]:
    """What the browser sent with an event; anything but an object counts as nothing."""
    return event._data if isinstance(event._data, dict) else {}


def act(keeper: Keeper, owner: Owner, talk: Talk, lang: Lang, data: Mapping[str, Any], here: str) -> Done:
    """Do what the browser asks for. ``here``: the address of the page. Raises PolicyError."""
    does = str(data.get("does"))
    if talk.asking and does in _MOVING:
        raise InputError(say("en", "busy"), say("ru", "busy"))
    action = _ACTIONS.get(does)
    return action(_Act(keeper, owner, talk, lang, data, here)) if action else Done(talk)


# ── conversations ─────────────────────────────────────────────────────────────────────────────────


def _open(asked: _Act) -> Done:
    return Done(asked.keeper.open(asked.owner, asked.conversation, asked.lang))


def _rename(asked: _Act) -> Done:
    library = asked.keeper.assistant.library
    found = conversations.rename(library, asked.owner, asked.conversation, asked.text("title"))
    if asked.talk.conversation == found.id:
        asked.talk.title = found.title
    return Done(asked.talk)


def _delete(asked: _Act) -> Done:
    library = asked.keeper.assistant.library
    title = conversations.get(library, asked.owner, asked.conversation).conversation.title
    conversations.delete(library, asked.owner, asked.conversation)
    left = Talk() if asked.talk.conversation == asked.conversation else asked.talk
    return Done(left, above_list=deleted_html(asked.conversation, title, asked.lang))


def _undo(asked: _Act) -> Done:
    conversations.restore(asked.keeper.assistant.library, asked.owner, asked.conversation)
    return Done(asked.keeper.open(asked.owner, asked.conversation, asked.lang))


def _share(asked: _Act) -> Done:
    assistant = asked.keeper.assistant
    allowed = assistant.settings.share_links
    token = conversations.share(assistant.library, asked.owner, asked.conversation, allowed=allowed)
    address = f"{asked.here}?share={quote(token, safe='')}"
    return Done(asked.talk, above_list=shared_html(address, asked.lang))


def _unshare(asked: _Act) -> Done:
    conversations.unshare(asked.keeper.assistant.library, asked.owner, asked.conversation)
    told = f'<p class="toast" role="status">{esc(say(asked.lang, "share_ended"))}</p>'
    return Done(asked.talk, above_list=told)


# ── answers ───────────────────────────────────────────────────────────────────────────────────────


def _edit(asked: _Act) -> Done:
    turn = asked.talk.turn(asked.sent.get("turn"))
    if turn is None or asked.talk.read_only:
        return Done(asked.talk)
    number = asked.sent["turn"]
    asked.talk.editing = number
    words = esc(say(asked.lang, "editing", n=number + 1))
    cancel = f'<button type="button" class="tool" data-does="keep">{esc(say(asked.lang, "cancel"))}</button>'
    return Done(asked.talk, notice=f'<p role="status">{words} {cancel}</p>', question=turn.question)


def _keep(asked: _Act) -> Done:
    asked.talk.editing = None
    return Done(asked.talk, question="")


def _rate(asked: _Act) -> Done:
    """A thumb alone is kept at once; the same thumb again takes it back."""
    turn, library = asked.turn(), asked.keeper.assistant.library
    thumb = "up" if asked.sent.get("thumb") == "up" else "down"
    if turn.feedback is not None and turn.feedback.thumb == thumb:
        feedback.withdraw(library, asked.owner, turn.key)
        turn.feedback, turn.form = None, ""
    else:
        turn.feedback = feedback.rate(library, asked.owner, turn.key, thumb)  # type: ignore[arg-type]
        turn.form = "feedback"
    return Done(asked.talk)


def _mark(asked: _Act) -> Done:
    turn = asked.turn()
    turn.form = "" if turn.form == "mark" else "mark"
    return Done(asked.talk)


def _older(asked: _Act) -> Done:
    """More of the turns before those that are shown."""
    asked.talk.drawn += MORE
    return Done(asked.talk)


def _close(asked: _Act) -> Done:
    turn = asked.talk.turn(asked.sent.get("turn"))
    if turn is not None:
        turn.form = ""
    return Done(asked.talk)


def _send(asked: _Act) -> Done:
    """What was filled in below an answer."""
    turn, assistant = asked.turn(), asked.keeper.assistant
    if turn.form == "feedback":
        thumb = turn.feedback.thumb if turn.feedback else "down"
        reason = asked.text("reason") or None
        turn.feedback = feedback.rate(
            assistant.library, asked.owner, turn.key, thumb, reason, asked.text("text")
        )
    elif turn.form == "mark":
        checks.mark(
            assistant.library,
            asked.owner,
            turn.key,
            asked.text("expert"),
            asked.text("note"),
            view=assistant.seen_by(asked.owner).view,
        )
        asked.keeper.look_at_marks(asked.owner, turn)
    turn.form = ""
    return Done(asked.talk)


def _unmark(asked: _Act) -> Done:
    turn = asked.turn()
    checks.unmark(asked.keeper.assistant.library, asked.owner, asked.text("mark"))
    asked.keeper.look_at_marks(asked.owner, turn)
    return Done(asked.talk)


_MOVING = frozenset({"open", "delete", "undo-delete", "edit"})  # not while a question is under way
_ACTIONS: dict[str, Callable[[_Act], Done]] = {
    "open": _open,
    "rename": _rename,
    "delete": _delete,
    "undo-delete": _undo,
    "share": _share,
    "unshare": _unshare,
    "edit": _edit,
    "keep": _keep,
    "rate": _rate,
    "mark": _mark,
    "older": _older,
    "close": _close,
    "send": _send,
    "unmark": _unmark,
}
