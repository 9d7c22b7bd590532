"""The seam for whoever counts: questions answered or not, files taken in or not read, models that failed.

``listen`` adds a method that is called with every :data:`Happening` of this process, in the thread in which
it happened; it ends with its object. ``tell`` is free where nobody listens.
"""

from __future__ import annotations

import logging
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from assistant.errors import BackendError
from assistant.model import Answer, IngestReport

log = logging.getLogger(__name__)

Door = Literal["api", "page"]
OUTCOMES = ("added", "updated", "unchanged", "skipped", "failed")


@dataclass(frozen=True, slots=True)
class Answered:
    """A question was answered."""

    answer: Answer
    door: Door


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question was not answered. ``error``: the class of what went wrong."""

    door: Door
    error: str
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class TakenIn:
    """A run of ingest has ended. ``files``: how many by outcome."""

    files: Mapping[str, int]
    seconds: float


@dataclass(frozen=True, slots=True)
class NotRead:
    """A reading process gave a file up."""

    reason: str


@dataclass(frozen=True, slots=True)
class ModelFailed:
    """A call of a language model failed for good."""

    kind: str


Happening = Answered | Unanswered | TakenIn | NotRead | ModelFailed
Listener = Callable[[Happening], None]
_listeners: list[weakref.WeakMethod[Listener]] = []


def listen(listener: Listener) -> None:
    """Have a method told of everything, as long as its object lives."""
    _listeners.append(weakref.WeakMethod(listener, _listeners.remove))


def tell(what: Happening) -> None:
    """Tell whoever listens; one that fails is logged, and stops nothing."""
    for kept in list(_listeners):
        listener = kept()
        if listener is None:
            continue
        try:
            listener(what)
        except Exception:
            log.exception("A listener failed at %s.", type(what).__name__)


def taken_in(report: IngestReport) -> TakenIn:
    """What a report of ingest comes to."""
    return TakenIn({name: len(getattr(report, name)) for name in OUTCOMES}, report.seconds)


def unanswered(door: Door, error: BaseException) -> Unanswered:
    """What an error of a question comes to."""
    return Unanswered(
        door, type(error).__name__, isinstance(error, BackendError) and error.kind == "cancelled"
    )
