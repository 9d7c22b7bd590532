"""What the functions of :mod:`assistant.records` return. Times are ISO 8601 in UTC."""

from __future__ import annotations

from typing import Generic, Literal, TypeVar

from pydantic import Field

from assistant.model import Answer, Authority, Currency, Lang, Record

TurnStatus = Literal["answered", "abstained", "clarify", "failed", "cancelled"]
Thumb = Literal["up", "down"]
Change = Literal[
    "text_changed",
    "edition_superseded",
    "amended",
    "repealed",
    "provision_removed",
    "edition_removed",
    "act_removed",
]

Item = TypeVar("Item")


class Page(Record, Generic[Item]):
    """Some of a list, newest first. ``next``: the ``after`` of the page that follows, None at the end."""

    items: list[Item]
    next: str | None = None


class Conversation(Record):
    """A conversation in a list. ``shared``: a link to it works. ``turns``: how many are shown."""

    id: str
    title: str
    created_at: str
    updated_at: str
    deleted_at: str | None = None
    shared: bool = False
    turns: int = 0


class KeptTurn(Record):
    """A question and what came of it. ``answer``: None where it failed or was cancelled.

    ``position`` grows from turn to turn, not always by one. ``as_of``: the date the person set, if any.
    """

    id: str
    conversation: str
    position: int
    question: str
    answer: Answer | None
    status: TurnStatus
    asked_at: str
    as_of: str | None = None


class OpenedConversation(Record):
    """A conversation with its turns, oldest first."""

    conversation: Conversation
    turns: list[KeptTurn]


class SharedTurn(Record):
    """A turn as a reader of a link sees it."""

    question: str
    answer: Answer
    asked_at: str
    as_of: str | None = None


class SharedConversation(Record):
    """What a link shows: the conversation as it stood when it was shared, without ids and owner."""

    title: str
    shared_at: str
    turns: list[SharedTurn]


class Feedback(Record):
    """What a user thinks of an answer. ``replaced``: the question was edited or asked again since."""

    id: str
    turn: str
    thumb: Thumb
    reason: str | None = None
    text: str | None = None
    given_at: str
    question: str
    replaced: bool = False


class CaseFields(Record):
    """A turn as the beginning of an evaluation case.

    ``question``: as answered (a follow-up as the full question); ``asked``: as typed. ``as_of``: the date it
    was answered for. ``refs``: the provisions cited, in order, each once. The last three: feedback.
    """

    question: str
    asked: str
    lang: Lang
    as_of: str
    status: TurnStatus
    refs: list[str]
    library_version: str
    backend: str
    thumb: Thumb | None = None
    reason: str | None = None
    text: str | None = None


class CheckedCitation(Record):
    """A cited provision as it stood when the answer was checked. ``words``: a hash of its text."""

    ref: str
    act: str
    provision: str
    label: str
    authority: Authority
    edition: str | None
    words: str
    standing: Currency


class Mark(Record):
    """An expert's mark. ``as_of``: the date the answer is about, None for the day it is read."""

    id: str
    turn: str
    expert: str
    note: str | None
    checked_on: str
    marked_at: str
    as_of: str | None
    cited: list[CheckedCitation]


class MarkChange(Record):
    """A cited provision that is not what was checked any more.

    ``edition_superseded``: a later edition is in force, in which the provision says the same; ``amended``: an
    amendment is known whose text is not held.
    """

    ref: str
    label: str
    change: Change


class MarkState(Record):
    """Whether a mark still holds, and what changed where it does not."""

    state: Literal["valid", "fallen"]
    changed: list[MarkChange] = Field(default_factory=list)


class Upload(Record):
    """A file somebody brought. A ``deleted`` one comes back with ``restore`` until ``undo_until``.

    group: the name of the group it was brought for; None for its owner's own. may_delete: whether who looks
    may delete it, and bring it back.
    """

    id: str
    act: str
    edition: str | None
    authority: Authority
    file_name: str
    path: str
    sha256: str
    size: int
    uploaded_at: str
    state: Literal["held", "deleted", "removed"]
    deleted_at: str | None = None
    undo_until: str | None = None
    group: str | None = None
    may_delete: bool = True


class Export(Record):
    """A file that was made of a conversation, or of one turn of it."""

    id: str
    conversation: str
    turn: str | None
    file_format: str
    made_at: str
