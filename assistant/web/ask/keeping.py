"""The page's conversations <-> the owner's records: begun, opened, continued, rated, marked, exported.

What cannot be kept is told and costs no answer: a reader whose disk is full still gets to read.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from assistant.answer.follow_ups import follow_ups
from assistant.conversation import Turn as Said
from assistant.errors import NotHeldError, PolicyError
from assistant.records import checks, conversations, feedback
from assistant.records.model import Conversation, KeptTurn, TurnStatus
from assistant.records.owner import Owner
from assistant.web.ask.naming import nearest
from assistant.web.ask.turn import Talk, Turn

if TYPE_CHECKING:
    from assistant.engine import Assistant
    from assistant.library import Library
    from assistant.model import Answer, Lang

log = logging.getLogger(__name__)

LISTED = 60
UNDO = timedelta(days=30)  # after which a deleted conversation goes for good
_STATES = {"failed": "failed", "cancelled": "stopped"}
_STATUSES: dict[str, TurnStatus] = {"failed": "failed", "stopped": "cancelled"}


class Past(NamedTuple):
    """Conversations to choose from, and what was searched for."""

    items: Sequence[Conversation]
    search: str = ""
    error: PolicyError | None = None


class Keeper:
    """The records of one assistant's library, as the page needs them."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant
        self._lock = threading.Lock()
        self._trouble = ""  # why turns are not kept, as the log has it

    @property
    def _library(self) -> Library:
        return self.assistant.library

    def past(self, owner: Owner, search: str = "") -> Past:
        """The owner's conversations, the last used first."""
        try:
            found = conversations.listed(self._library, owner, search=search, limit=LISTED)
        except PolicyError as error:
            log.warning("%s", error.en)
            return Past((), search, error)
        return Past([each for each in found.items if each.turns], search)

    def open(self, owner: Owner, conversation: str, lang: Lang) -> Talk:
        """A conversation as it was left. Raises NotHeldError."""
        found = conversations.get(self._library, owner, conversation)
        turns = [self._turn(owner, each, lang) for each in found.turns]
        return Talk(found.conversation.id, found.conversation.title, turns)

    def open_shared(self, owner: Owner, token: str, lang: Lang) -> Talk:
        """A conversation seen through a link, by this owner. Raises NotHeldError."""
        allowed = self.assistant.settings.share_links
        found = conversations.shared(self._library, token, allowed=allowed, viewer=owner)
        turns = [
            Turn(
                each.question,
                "answered",
                each.answer,
                shown=len(each.answer.claims),
                nearest=nearest(self.assistant, each.answer, lang),
            )
            for each in found.turns
        ]
        return Talk("", found.title, turns, read_only=True)

    def unfold(self, owner: Owner, talk: Talk, lang: Lang) -> None:
        """Read again the answers of turns that are shown and are in the records alone.

        What cannot be read stays folded, and the page says so.
        """
        wanted = [place for place, turn in enumerate(talk.turns) if turn.folded and place >= talk.first]
        if not wanted:
            return
        try:
            found = conversations.get(self._library, owner, talk.conversation)
        except PolicyError as error:
            log.warning("A conversation cannot be read: %s", error.en)
            return
        kept = {each.id: each for each in found.turns}
        for place in wanted:
            if (row := kept.get(talk.turns[place].key)) is not None:
                talk.turns[place] = self._turn(owner, row, lang)

    def _turn(self, owner: Owner, kept: KeptTurn, lang: Lang) -> Turn:
        turn = Turn(kept.question, _STATES.get(kept.status, "answered"), kept.answer, key=kept.id)  # type: ignore[arg-type]
        if kept.answer is None:
            if turn.state == "answered":
                turn.state = "failed"
            return turn
        turn.shown = len(kept.answer.claims)
        turn.nearest = nearest(self.assistant.seen_by(owner), kept.answer, lang)
        turn.feedback = feedback.get(self._library, owner, kept.id)
        self.look_at_marks(owner, turn)
        return turn

    def history(self, owner: Owner, talk: Talk, turn: Turn) -> Sequence[Said]:
        """What was said before a turn, for a follow-up to refer to; nothing where that cannot be read."""
        if not talk.conversation:
            return ()
        before = turn.replaces[0].key if turn.replaces else ""
        try:
            return conversations.history(self._library, owner, talk.conversation, before=before or None)
        except PolicyError as error:
            log.warning("A conversation cannot be read: %s", error.en)
            if isinstance(error, NotHeldError):  # deleted in another window: a new one begins
                talk.conversation = ""
            return ()

    def keep(self, owner: Owner, talk: Talk, turn: Turn) -> PolicyError | None:
        """Add a turn to the records, once; where there is no conversation one begins. Returns what failed."""
        with self._lock:
            return None if turn.key else self._keep(owner, talk, turn)

    def _keep(self, owner: Owner, talk: Talk, turn: Turn) -> PolicyError | None:
        try:
            if not talk.conversation:
                kept = self.assistant.settings.conversations_kept
                talk.conversation = conversations.create(self._library, owner, kept=kept).id
                conversations.purge(self._library, owner, UNDO)
            elif turn.replaces and turn.replaces[0].key:
                conversations.truncate(self._library, owner, talk.conversation, turn.replaces[0].key)
            status = _STATUSES.get(turn.state)
            row = conversations.append(
                self._library,
                owner,
                talk.conversation,
                turn.question,
                turn.answer,
                status=status,
                as_of=turn.as_of,
            )
        except PolicyError as error:
            if error.en != self._trouble:  # a home that may only be read would fill the log
                self._trouble = error.en
                log.warning("Turns are not kept: %s This is said once.", error.en)
            return error
        self._trouble = ""
        turn.key, turn.replaces = row.id, []
        return None

    def look_at_marks(self, owner: Owner, turn: Turn) -> None:
        """Read a turn's marks anew, and whether each still holds."""
        view = self.assistant.seen_by(owner).view
        found = checks.of_turn(self._library, owner, turn.key)
        turn.marks = [(each, checks.state(each, view)) for each in found]

    def suggest(self, owner: Owner, answer: Answer) -> list[str]:
        """Questions that lead on from an answer."""
        return follow_ups(answer, self.assistant.seen_by(owner).view)
