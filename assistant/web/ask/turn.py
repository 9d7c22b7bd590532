"""One question with what became of it, and a conversation of them, as the page keeps them between events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from assistant.model import Answer, Record
from assistant.records.model import Feedback, Mark, MarkState
from assistant.records.owner import Owner, seen_prefixes
from assistant.records.withholding import marks_of, withheld

DRAWN, MORE = 10, 20  # earlier turns that are shown, and how many more at the reader's wish


class Nearest(Record):
    """A provision near to a question that was not answered, named for a reader."""

    ref: str
    label: str
    title: str


@dataclass(slots=True)
class Turn:
    """A question and its answer, error or wait.

    ``shown``: claims the reader sees so far. ``seconds``: how long a waiting question has waited.
    ``message``: the error in the interface's language. ``key``: of the kept turn, empty where none is kept.
    ``unkept``: why not. ``as_of``: the date the reader set. ``replaces``: the turns in whose place it was
    asked, which go only when it is answered. ``form``: what the reader is filling in below the answer.
    ``folded``: its answer is in the records alone, and is read again when it is shown.
    """

    question: str
    state: Literal["waiting", "answered", "failed", "stopped"] = "waiting"
    answer: Answer | None = None
    shown: int = 0
    seconds: int = 0
    message: str = ""
    nearest: list[Nearest] = field(default_factory=list)
    key: str = ""
    unkept: str = ""
    as_of: str | None = None
    replaces: list[Turn] = field(default_factory=list)
    follow_ups: list[str] = field(default_factory=list)
    feedback: Feedback | None = None
    marks: list[tuple[Mark, MarkState]] = field(default_factory=list)
    form: Literal["", "feedback", "mark"] = ""
    folded: bool = False
    _drawn: tuple[tuple[Any, ...], str] = field(default=((), ""), repr=False, compare=False)
    # An answer, and the marks of the texts it rests on.
    _marked: tuple[Answer | None, frozenset[str]] = field(
        default=(None, frozenset()), repr=False, compare=False
    )

    def fold(self) -> None:
        """Let go of an answer that is kept in the records."""
        if self.key and self.answer is not None and self.state == "answered":
            self.answer, self.shown, self.nearest, self.follow_ups, self.marks = None, 0, [], [], []
            self.feedback, self.form, self.folded = None, "", True
            self._drawn, self._marked = ((), ""), (None, frozenset())

    def withhold(self, owner: Owner) -> None:
        """Tell nothing of an answer that rests on what the owner sees no longer."""
        if self.answer is None:
            return
        if self._marked[0] is not self.answer:
            self._marked = self.answer, marks_of(self.answer)
        if not self._marked[1] <= set(seen_prefixes(owner)):
            told = withheld(self.answer)
            self.answer, self.shown, self.nearest, self.follow_ups, self.marks = told, 0, [], [], []

    def drawn(self, draw: Callable[[], str], *how: object) -> str:
        """What ``draw`` makes of this turn, drawn again where the turn or ``how`` it is drawn changed.

        A long conversation is sent with every question, and drawing is most of what that costs.
        """
        values = (getattr(self, each.name) for each in fields(self) if not each.name.startswith("_"))
        state = (*how, *(tuple(value) if isinstance(value, list) else value for value in values))
        if self._drawn[0] != state:
            self._drawn = state, draw()
        return self._drawn[1]


@dataclass(slots=True)
class Talk:
    """A conversation on the page.

    ``conversation``: its id, empty before the first question. ``read_only``: seen through a link of somebody
    else. ``editing``: the turn whose question is being rewritten. ``asking``: one is under way. ``drawn``:
    how many turns before the last one are shown; of those before them the answers are not kept in memory, so
    that a page that stays open takes no more with every question.
    """

    conversation: str = ""
    title: str = ""
    turns: list[Turn] = field(default_factory=list)
    read_only: bool = False
    editing: int | None = None
    asking: bool = False
    drawn: int = DRAWN

    def begin(self, question: str, as_of: str | None) -> Turn:
        """The turn of a new question; what is being edited gives it its place."""
        turn = Turn(question, as_of=as_of)
        if self.editing is not None:
            turn.replaces = self.turns[self.editing :]
            del self.turns[self.editing :]
        self.turns.append(turn)
        self.editing, self.asking = None, True
        return turn

    def settle(self, turn: Turn) -> None:
        """A question is no longer under way; where it has no answer, what it was to replace is back."""
        self.asking = False
        if turn.replaces and turn.answer is None and turn in self.turns:
            self.turns[self.turns.index(turn) :] = turn.replaces
            turn.replaces = []

    def withhold(self, owner: Owner) -> None:
        """Tell nothing of answers that rest on what the owner sees no longer, as a group's they have left.

        What is seen through a link was looked at when it was opened.
        """
        for turn in [] if self.read_only else self.turns:
            turn.withhold(owner)

    @property
    def first(self) -> int:
        """The number of the first turn that is shown."""
        return max(0, len(self.turns) - 1 - self.drawn)

    def fold(self) -> None:
        """Let go of the answers of turns that are not shown."""
        for turn in self.turns[: self.first]:
            turn.fold()

    def turn(self, number: object) -> Turn | None:
        """The turn of this number, as a browser names it; None for anything else."""
        if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < len(self.turns):
            return None
        return self.turns[number]
