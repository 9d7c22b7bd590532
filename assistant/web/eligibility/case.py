"""What one reader is about in the tab: the measure, the day, the company, what waits for confirmation.

It lives in the session alone; nothing of it is stored.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal

from assistant.eligibility.facts import facts
from assistant.eligibility.profile import Profile
from assistant.eligibility.values import Value, read_value
from assistant.errors import InputError, PolicyError
from assistant.model import Lang

ALL = ""  # in place of a measure's id
Origin = Literal["text", "file", "address"]


@dataclass(frozen=True, slots=True)
class Proposal:
    """Facts that did not come from the form; used only once the reader has confirmed them.

    words: of a fact, the words it rests on. left: words that nobody could place, each with the reason in
    Russian and English. errors: what could not be used at all. companies: of a table, one of them to choose.
    """

    origin: Origin
    profile: Profile = field(default_factory=Profile)
    words: Mapping[str, str] = field(default_factory=dict)
    left: tuple[tuple[str, tuple[str, str]], ...] = ()
    errors: tuple[PolicyError, ...] = ()
    companies: tuple[Profile, ...] = ()

    def chosen(self, number: int) -> Proposal:
        """The same with one company of several chosen. Raises IndexError."""
        return replace(self, profile=self.companies[number], companies=())


class Turn:
    """One at a time: a lock that may stand among values that are copied, each copy one of its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *raised: object) -> None:
        self._lock.release()

    def __deepcopy__(self, memo: dict[int, Any]) -> Turn:
        return Turn()


@dataclass
class Case:
    """What the reader has said so far.

    measure: an id, or ``ALL``. as_of: an ISO day, empty for today. unknown: facts the reader does not know.
    wrong: answers that could not be used, as they were typed. asked: the questions on the page. changing: the
    known fact whose answer is being changed. tried: other answers to look at, of one measure. focus: the key
    of the control that takes the keyboard next. shown: the HTML of each part as the browser has it. noted:
    the check that the audit trail has. turn: of the events of one reader, in their order.
    """

    measure: str = ALL
    as_of: str = ""
    profile: Profile = field(default_factory=Profile)
    proposal: Proposal | None = None
    unknown: set[str] = field(default_factory=set)
    wrong: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    changing: str = ""
    tried: dict[str, Value] = field(default_factory=dict)
    try_error: PolicyError | None = None
    said: PolicyError | None = None
    arrived: bool = False
    lang: Lang = "en"
    focus: str = ""
    shown: dict[str, str] = field(default_factory=dict)
    noted: tuple[Any, ...] = ()
    turn: Turn = field(default_factory=Turn, repr=False, compare=False)

    def choose(self, measure: str) -> None:
        """Another measure, or all: the questions begin anew, what is known stays."""
        self.measure, self.asked, self.tried, self.try_error = measure, [], {}, None

    def answer(self, name: str, said: Any) -> None:
        """An answer of the form; nothing said takes it back, one that cannot be used is kept beside it."""
        self.tried, self.try_error = {}, None
        try:
            value = read_value(facts()[name], said)
        except InputError:
            self.wrong[name] = str(said)
            return
        self.wrong.pop(name, None)
        self.unknown.discard(name)
        self.put({name: value})
        if self.changing == name:
            self.changing, self.focus = "", f"change-{name}"

    def put(self, values: Mapping[str, Value | None]) -> None:
        """Values of facts as they are; None takes a fact out."""
        held = {**self.profile.values, **values}
        kept = {name: value for name in facts() if (value := held.get(name)) is not None}
        self.profile = replace(self.profile, values=kept)
        self.unknown -= {name for name, value in values.items() if value is not None}

    def pass_over(self, name: str) -> None:
        """The reader does not know the answer."""
        self.tried = {}
        self.wrong.pop(name, None)
        self.put({name: None})
        self.unknown.add(name)

    def go_on(self, open_: Iterable[str]) -> None:
        """The next questions; those of the page in ``open_`` stay unanswered."""
        self.unknown |= set(self.asked) & set(open_)
        self.asked, self.focus = [], "questions"

    def forget(self, name: str) -> None:
        """The fact is taken out; its question may be asked again."""
        self.tried = {}
        self.put({name: None})
        self.unknown.discard(name)
        self.wrong.pop(name, None)
        self.changing = "" if self.changing == name else self.changing

    def confirm(self, chosen: Iterable[str]) -> None:
        """Use the proposed facts that the reader left chosen."""
        if self.proposal is None or self.proposal.companies:
            return
        found = self.proposal.profile
        wanted = set(chosen) & set(found.values)
        self.put({name: found.values[name] for name in wanted})
        for name in wanted:
            self.wrong.pop(name, None)
        if found.name:
            self.profile = replace(self.profile, name=found.name)
        self.as_of = found.as_of or self.as_of
        self.proposal, self.asked, self.tried = None, [], {}

    def tried_on(self) -> Profile:
        """The profile with the other answers in place."""
        return replace(self.profile, values={**self.profile.values, **self.tried})

    def keep_tried(self) -> None:
        """The other answers become the company's."""
        self.put(dict(self.tried))
        self.tried = {}

    def start_over(self) -> None:
        """As on arrival, with the measure and the day."""
        fresh = Case(measure=self.measure, as_of=self.as_of, arrived=True, lang=self.lang, shown=self.shown)
        for each in fields(Case):
            if each.name != "turn":
                setattr(self, each.name, getattr(fresh, each.name))
