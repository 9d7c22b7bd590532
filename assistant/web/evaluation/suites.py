"""The suites that can be run here: what each measures, how many cases it has, how long it takes."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from assistant.web.evaluation.kept import Kept, kept_runs

if TYPE_CHECKING:
    from assistant.engine import Assistant
    from assistant.settings import Settings

EXTRACTIVE = "extractive"
EXTRAS = ("ir_measures", "openpyxl", "matplotlib")  # of the extra ``evals``
# Seconds for a case where no run of the suite tells: about what one takes on two cores.
ASKING, SEARCHING, WEIGHING, CHECKING = 0.45, 0.12, 0.12, 0.05
SPLIT = "test"


@dataclass(frozen=True, slots=True)
class Suite:
    """A suite here. says: one sentence, by language; cases: that the library serves; seconds: for one."""

    name: str
    says: dict[str, str]
    cases: int
    skipped: int
    seconds: float


def missing_extras() -> list[str]:
    """What of the extra ``evals`` is not installed."""
    return [name for name in EXTRAS if find_spec(name) is None]


def backends(settings: Settings) -> list[str]:
    """The backends that the server is set up with; the first is the one it answers by."""
    return list(dict.fromkeys([settings.llm, EXTRACTIVE]))


_counted: WeakKeyDictionary[Assistant, tuple[str, dict[str, tuple[int, int, int]]]] = WeakKeyDictionary()
_counting = threading.Lock()


def suites_here(assistant: Assistant) -> list[Suite]:
    """All of them, in their order. Raises PolicyError where the cases that ship cannot be read."""
    from evals import plans

    counts, runs = _counts(assistant), kept_runs(assistant.settings.home)
    found = []
    for plan in plans.PLANS.values():
        cases, skipped, checks = counts[plan.name]
        seconds = _measured(plan.name, runs, assistant) or _guessed(plan.how, cases, checks)
        found.append(Suite(plan.name, {"ru": plan.ru, "en": plan.en}, cases, skipped, seconds))
    return found


def suite_says(name: str, lang: str) -> str:
    """One sentence on a suite; its name where the program no longer has it."""
    from evals import plans

    plan = plans.PLANS.get(name)
    return name if plan is None else plan.ru if lang == "ru" else plan.en


def _counts(assistant: Assistant) -> dict[str, tuple[int, int, int]]:
    """Of each suite how many cases the library serves, how many not, and how many are checks of measures.

    Counted anew when the library changes.
    """
    from evals import plans

    with _counting:
        view = assistant.view
        version, known = _counted.get(assistant, ("", {}))
        if version != view.version:
            known = {}
            for plan in plans.PLANS.values():
                cases, skipped = plans.cases_of(plan, view, SPLIT)
                checks = sum(case.measure is not None for case in cases)
                known[plan.name] = (len(cases), skipped, checks)
            _counted[assistant] = (view.version, known)
        return known


def _measured(name: str, runs: list[Kept], assistant: Assistant) -> float | None:
    """Seconds for a case of the suite in its newest run, where one has ended."""
    from assistant.web.evaluation.kept import run_named

    newest = next((each for each in runs if each.suite == name and each.whole and each.total), None)
    if newest is None:
        return None
    seconds = run_named(assistant.settings.home, newest.name).summary()["seconds"]
    return float(seconds) / newest.total


def _guessed(how: Any, cases: int, checks: int) -> float:
    """Seconds for a case, on an average of those that ask and those that check a measure."""
    asking = ASKING * how.asks + SEARCHING * how.searches + WEIGHING * how.weighs
    return ((cases - checks) * asking + checks * CHECKING) / cases if cases else asking
