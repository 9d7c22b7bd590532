"""What was answered, taken in or taken out, and what happened at the door -> entries of the trail."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from typing import TYPE_CHECKING

from assistant.access.notices import Notice, listen
from assistant.audit.trail import Event, Trail
from assistant.model import Answer, IngestReport, SyncReport

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


def synced(settings: Settings, actor: str, report: SyncReport) -> None:
    """Official texts were fetched; a run that found nothing new is no entry. Raises as :meth:`Trail.note`."""
    states = ("fetched", "new_edition", "failed")
    told = {entry.act: entry.state for entry in report.entries if entry.state in states}
    if told:
        Trail.of(settings).note("synced", actor, acts=told)


def ingested(settings: Settings, actor: str, report: IngestReport) -> None:
    """Files were taken in; a run that changed nothing is no entry. Raises as :meth:`Trail.note`."""
    told = {name: list(getattr(report, name)) for name in ("added", "updated")}
    failed = [each.path for each in report.failed]
    if any(told.values()) or failed:
        Trail.of(settings).note("ingested", actor, **told, failed=failed)


_AT_THE_DOOR: dict[str, Event] = {
    "signed_in": "signed_in",
    "signed_out": "signed_out",
    "sign_in_failed": "refused",
    "sign_in_throttled": "refused",
    "refused": "refused",
    "rate_limited": "refused",
}


def listening(settings: Settings, by: str | None = None) -> Callable[[], None]:
    """Write down every notice of this process; the function returned ends that.

    ``by``: who does what nobody is named for, on the command line.
    """
    trail = Trail.of(settings)

    def note(notice: Notice) -> None:
        event = _AT_THE_DOOR.get(notice.what, "administered")
        who = notice.who if notice.who is not None else by or "nobody"
        told = {
            "what": notice.what,
            "about": notice.about,
            "address": notice.address,
            "status": notice.status,
        }
        trail.note(event, who, **{name: value for name, value in told.items() if value is not None})

    return listen(note)
