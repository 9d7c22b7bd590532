"""What a reader does in the tab -> what becomes of the case. Everything from the browser is checked here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assistant.eligibility.described import MOST_CHARS
from assistant.eligibility.facts import facts
from assistant.eligibility.measures import measures
from assistant.eligibility.values import read_value
from assistant.errors import InputError
from assistant.web.eligibility import arriving
from assistant.web.eligibility.asking import mattering
from assistant.web.eligibility.case import ALL, Case
from assistant.web.eligibility.page import Page
from assistant.web.eligibility.questions import DONT_KNOW, LONGEST
from assistant.web.eligibility.words import refused, unfit

if TYPE_CHECKING:
    from assistant.engine import Assistant

TRYING = frozenset(("try", "reset"))  # change nothing but what would be
_LONGEST = {"text": MOST_CHARS, "content": 700_000, "query": arriving.LONGEST_ADDRESS}


@dataclass(frozen=True, slots=True)
class _Act:
    """An action as it came from the browser."""

    case: Case
    assistant: Assistant
    sent: Mapping[str, Any]

    def text(self, name: str) -> str:
        """A text that was sent, cut where it is longer than anything the page sends."""
        value = self.sent.get(name)
        return value[: _LONGEST.get(name, 300)] if isinstance(value, str) else ""

    def fact(self) -> str:
        """The fact meant. Raises InputError."""
        name = self.text("fact")
        if name not in facts():
            raise refused("bad_request")
        return name


def act(case: Case, assistant: Assistant, sent: Mapping[str, Any]) -> bool:
    """Do what the browser asks for; False where only what would be may have changed. Raises PolicyError."""
    does = str(sent.get("does"))
    action = _ACTIONS.get(does)
    if action is None:
        raise refused("bad_request")
    action(_Act(case, assistant, sent))
    return does not in TRYING


def _arrive(asked: _Act) -> None:
    if not asked.case.arrived:
        asked.case.arrived = True
        arriving.from_address(asked.case, asked.text("query"))


def _choose(asked: _Act) -> None:
    name = asked.text("measure")
    if name != ALL and name not in measures():
        raise refused("unknown_measure", name=name)
    asked.case.choose(name)


def _day(asked: _Act) -> None:
    day = asked.text("day").strip()
    asked.case.as_of = arriving.checked_day(day) if day else ""


def _describe(asked: _Act) -> None:
    arriving.from_text(asked.case, asked.assistant, asked.text("text"))
    asked.case.focus = "proposal"


def _file(asked: _Act) -> None:
    arriving.from_file(asked.case, asked.text("name"), asked.text("content"))
    asked.case.focus = "proposal"


def _company(asked: _Act) -> None:
    number, proposal = asked.text("number"), asked.case.proposal
    if proposal is None or not number.isdecimal() or int(number) >= len(proposal.companies):
        raise refused("bad_request")
    asked.case.proposal, asked.case.focus = proposal.chosen(int(number)), "proposal"


def _confirm(asked: _Act) -> None:
    chosen = asked.sent.get("chosen")
    asked.case.confirm([each for each in chosen if isinstance(each, str)] if isinstance(chosen, list) else [])
    asked.case.focus = "questions"


def _discard(asked: _Act) -> None:
    asked.case.proposal, asked.case.focus = None, "questions"


def _answer(asked: _Act) -> None:
    name, said = asked.fact(), asked.text("value")[:LONGEST]
    if said == DONT_KNOW:
        asked.case.pass_over(name)
    else:
        asked.case.answer(name, said)


def _unknown(asked: _Act) -> None:
    asked.case.pass_over(asked.fact())


def _next(asked: _Act) -> None:
    case = asked.case
    case.go_on(mattering(Page(asked.assistant, case, case.lang).results(), case.profile.values))


def _ask(asked: _Act) -> None:
    """A question left unanswered is asked again."""
    name, case = asked.fact(), asked.case
    case.unknown.discard(name)
    case.asked, case.focus = [name], f"q-{name}"


def _change(asked: _Act) -> None:
    case, name = asked.case, asked.text("fact")
    if not name:
        name, case.changing = case.changing, ""
        case.wrong.pop(name, None)
        case.focus = f"change-{name}"
        return
    case.changing = asked.fact()
    case.focus = f"c-{name}"


def _remove(asked: _Act) -> None:
    asked.case.forget(asked.fact())


def _over(asked: _Act) -> None:
    asked.case.start_over()
    asked.case.focus = "questions"


def _try(asked: _Act) -> None:
    case, name = asked.case, asked.fact()
    said = asked.text("value")[:LONGEST]
    try:
        value = read_value(facts()[name], said)
    except InputError:
        case.try_error = unfit(facts()[name], said)
        return
    case.try_error = None
    case.tried.pop(name, None)
    now = case.profile.values.get(name)
    if value is not None and (now is None or now.known != value.known):
        case.tried[name] = value


def _reset(asked: _Act) -> None:
    asked.case.tried, asked.case.try_error = {}, None


def _keep(asked: _Act) -> None:
    asked.case.keep_tried()


_ACTIONS: dict[str, Callable[[_Act], None]] = {
    "arrive": _arrive,
    "choose": _choose,
    "day": _day,
    "describe": _describe,
    "file": _file,
    "company": _company,
    "confirm": _confirm,
    "discard": _discard,
    "answer": _answer,
    "unknown": _unknown,
    "next": _next,
    "ask": _ask,
    "change": _change,
    "remove": _remove,
    "over": _over,
    "try": _try,
    "reset": _reset,
    "keep": _keep,
}
