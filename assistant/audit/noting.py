"""What was asked, searched, checked, taken in or fetched -> entries of the trail."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from assistant.audit.trail import Trail
from assistant.model import Answer, Hit, IngestReport, SyncReport

if TYPE_CHECKING:
    from assistant.again import Again
    from assistant.eligibility.model import CheckResult
    from assistant.settings import Settings


def at_the_machine() -> str:
    """Who uses the command line: the system's name of the user."""
    try:
        return f"os:{getpass.getuser()}"
    except (OSError, KeyError):  # a container may run as a number without a name
        return "os:unknown"


# ── what reads: noted before its result is handed out ─────────────────────────────────────────────


def asked(settings: Settings, actor: str, answer: Answer) -> None:
    """A question was answered: how, by what, and from which editions. Raises as :meth:`Trail.note`."""
    Trail.of(settings).note("asked", actor, **_answered(answer))


def asked_again(settings: Settings, actor: str, found: Again) -> None:
    """A kept answer was examined, or made again: what came of it. Raises as :meth:`Trail.note`."""
    made = {} if found.now is None else _answered(found.now)
    about = {"question": found.question, "outcome": found.outcome, "library_then": found.version_then}
    Trail.of(settings).note("asked_again", actor, **{**about, **made})


def searched(settings: Settings, actor: str, question: str, hits: Sequence[Hit]) -> None:
    """Provisions were searched: how many were found, in which editions. Raises as :meth:`Trail.note`."""
    editions = sorted({f"{each.act}@{each.edition or ''}" for each in hits})
    Trail.of(settings).note("searched", actor, question=question, hits=len(hits), editions=editions)


def checked(settings: Settings, actor: str, results: Sequence[CheckResult], facts: int) -> None:
    """A company was checked: the verdicts and the day; of the company's facts only how many were known.

    Raises as :meth:`Trail.note`.
    """
    if results:
        verdicts = {each.measure: each.verdict for each in results}
        day = str(results[0].as_of)
        Trail.of(settings).note("checked", actor, verdicts=verdicts, facts=facts, as_of=day)


def _answered(answer: Answer) -> dict[str, Any]:
    return {
        "question": answer.question,
        "status": answer.status,
        "as_of": str(answer.as_of),
        "backend": answer.backend,
        "library": answer.library_version,
        "editions": sorted({f"{each.act}@{each.edition or ''}" for each in answer.citations}),
        "claims": len(answer.claims),
        "withheld": len(answer.withheld),
    }


# ── what changes the home: what came of it ────────────────────────────────────────────────────────


def of_sync(report: SyncReport) -> dict[str, Any]:
    """What came of a run of sync; nothing where it found nothing new."""
    states = ("fetched", "new_edition", "failed")
    told = {entry.act: entry.state for entry in report.entries if entry.state in states}
    return {"acts": told} if told else {}


def of_ingest(report: IngestReport) -> dict[str, Any]:
    """What came of taking files in; nothing where that changed nothing."""
    told = {name: list(getattr(report, name)) for name in ("added", "updated")}
    failed = [each.path for each in report.failed]
    return {**told, "failed": failed} if any(told.values()) or failed else {}


def started(settings: Settings) -> None:
    """The app is about to listen: the settings that are not the default, without secrets.

    Raises as :meth:`Trail.note`.
    """
    said = settings.model_dump(mode="json", exclude_defaults=True, exclude={"llm_api_key"})
    if settings.database_url:
        said["database_url"] = _without_password(settings.database_url)
    Trail.of(settings).note("started", at_the_machine(), settings=_flat(said))


def _flat(said: dict[str, Any]) -> dict[str, Any]:
    """Settings by the name of their variable without its prefix: ``audit__mode``."""
    found: dict[str, Any] = {}
    for name, value in said.items():
        below = isinstance(value, dict)
        found |= {f"{name}__{each}": kept for each, kept in value.items()} if below else {name: value}
    return found


def _without_password(url: str) -> str:
    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return "?"
