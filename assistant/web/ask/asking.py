"""A question in a conversation -> its answer, asked in a thread that can be stopped, and told as it grows."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from assistant.audit import noting
from assistant.errors import PolicyError
from assistant.happenings import Answered, tell, unanswered
from assistant.llm import EXTRACTIVE
from assistant.logs.context import keep_private
from assistant.model import Answer, Lang
from assistant.records.owner import Owner
from assistant.web.ask.keeping import Keeper
from assistant.web.ask.naming import nearest
from assistant.web.ask.turn import Nearest, Talk, Turn
from assistant.web.text import say

if TYPE_CHECKING:
    from assistant.engine import Assistant

log = logging.getLogger(__name__)

TICK = 1.0  # seconds between two signs of life


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for beside the question; empty for all of it."""

    lang: Lang
    llm: str | None = None
    as_of: str | None = None
    kind: str | None = None
    jurisdiction: str | None = None
    act: str | None = None

    @property
    def filters(self) -> dict[str, str | None]:
        """The filters of ``Assistant.ask``."""
        return {
            "as_of": (self.as_of or "").strip() or None,
            "kind": self.kind or None,
            "jurisdiction": self.jurisdiction or None,
            "act": self.act or None,
        }


class _Found(NamedTuple):
    answer: Answer
    nearest: list[Nearest]
    follow_ups: list[str]


def allowed(assistant: Assistant, llm: str | None) -> str:
    """The chosen backend, if it is one of those on offer; else the one that is set."""
    own = assistant.settings.llm
    return llm if llm is not None and llm in (EXTRACTIVE, own) else own


async def asked(keeper: Keeper, owner: Owner, talk: Talk, turn: Turn, wanted: Wanted) -> AsyncIterator[None]:
    """Answer the last turn of a conversation; yields whenever there is more to show.

    Closed early, it stops the model and drops the answer.
    """
    keep_private(turn.question)
    cancel = threading.Event()
    task = asyncio.create_task(asyncio.to_thread(_find, keeper, owner, talk, turn, wanted, cancel))
    try:
        while not task.done():
            await asyncio.wait({task}, timeout=TICK)
            if not task.done():
                turn.seconds += 1
                yield
        for _ in _finish(turn, task, wanted.lang):
            yield
        if turn.answer is not None or not turn.replaces:
            failed = await asyncio.to_thread(keeper.keep, owner, talk, turn)
            turn.unkept = failed.message(wanted.lang) if failed else ""
    finally:
        cancel.set()  # stopped by the reader: a model is left at once, an answer under way is dropped
        task.cancel()


def _find(
    keeper: Keeper, owner: Owner, talk: Talk, turn: Turn, wanted: Wanted, cancel: threading.Event
) -> _Found:
    assistant = keeper.assistant.seen_by(owner)
    try:
        answer = assistant.ask(
            turn.question,
            llm=allowed(assistant, wanted.llm),
            history=keeper.history(owner, talk, turn),
            cancel=cancel,
            **wanted.filters,  # type: ignore[arg-type]
        )
    except Exception as error:
        tell(unanswered("page", error))
        raise
    tell(Answered(answer, "page"))
    noting.asked(assistant.settings, owner.id, answer)
    return _Found(answer, nearest(assistant, answer, wanted.lang), keeper.suggest(owner, answer))


def _finish(turn: Turn, task: asyncio.Task[_Found], lang: Lang) -> Iterator[None]:
    """Put a finished task's outcome into its turn; pauses after each claim but the last."""
    error = task.exception()
    if error is not None:
        turn.state = "failed"
        if isinstance(error, PolicyError):
            turn.message = error.message(lang)
        else:
            log.error("A question failed.", exc_info=error)
            turn.message = say(lang, "internal")
        return
    turn.answer, turn.nearest, turn.follow_ups = task.result()
    turn.state = "answered"
    for count in range(1, len(turn.answer.claims)):
        turn.shown = count
        yield
    turn.shown = len(turn.answer.claims)
