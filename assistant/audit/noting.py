"""What was answered, taken in or taken out -> entries of the trail."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING

from assistant.audit.trail import Trail
from assistant.model import Answer, IngestReport

if TYPE_CHECKING:
    from assistant.settings import Settings


def at_the_machine() -> str:
    """Who uses the command line: the system's name of the user."""
    try:
        return f"os:{getpass.getuser()}"
    except (OSError, KeyError):  # a container may run as a number without a name
        return "os:unknown"


def asked(settings: Settings, actor: str, answer: Answer) -> None:
    """A question was answered: how, by what, and from which editions. Raises as :meth:`Trail.note`."""
    editions = sorted({f"{each.act}@{each.edition or ''}" for each in answer.citations})
    Trail.of(settings).note(
        "asked",
        actor,
        question=answer.question,
        status=answer.status,
        as_of=str(answer.as_of),
        backend=answer.backend,
        library=answer.library_version,
        editions=editions,
        claims=len(answer.claims),
        withheld=len(answer.withheld),
    )


def ingested(settings: Settings, actor: str, report: IngestReport) -> None:
    """Files were taken in; a run that changed nothing is no entry. Raises as :meth:`Trail.note`."""
    told = {name: list(getattr(report, name)) for name in ("added", "updated")}
    failed = [each.path for each in report.failed]
    if any(told.values()) or failed:
        Trail.of(settings).note("ingested", actor, **told, failed=failed)
