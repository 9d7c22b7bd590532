"""Commands about the audit trail: whether it is whole, and its entries for other programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from assistant.cli.common import as_json, users_language

if TYPE_CHECKING:
    from assistant.audit import Entry, Trail, Verdict
    from assistant.model import Lang

_SAID: dict[Lang, dict[str, str]] = {
    "ru": {
        "empty": "Журнал аудита пуст.",
        "whole": "Журнал цел: записей {n}, с {first} по {last}.",
        "broken": "Журнал повреждён; прочитано записей: {n}.",
        "head": "Хеш последней записи (сохраните его отдельно, чтобы заметить обрыв конца): {head}",
    },
    "en": {
        "empty": "The audit trail is empty.",
        "whole": "The trail is whole: {n} entries, {first} to {last}.",
        "broken": "The trail is damaged; entries read: {n}.",
        "head": "Hash of the last entry (keep it elsewhere to notice when the end is cut off): {head}",
    },
}


def _trail() -> Trail:
    from assistant.audit import Trail
    from assistant.settings import current_settings

    return Trail.of(current_settings())


@click.group()
def audit() -> None:
    """The trail of who asked, brought, removed and administered what."""


@audit.command()
@click.option("--head", help="The hash of the last entry, as an earlier check told it.")
@as_json
def verify(head: str | None, print_json: bool) -> None:
    """Check that no entry was changed, left out or put in; exit 1 where one was."""
    from assistant.audit import verify as verified

    found = verified(_trail(), head)
    click.echo(found.model_dump_json(indent=1) if print_json else _told(found, users_language()))
    raise click.exceptions.Exit(0 if found.whole else 1)


def _told(found: Verdict, lang: Lang) -> str:
    said = _SAID[lang]
    if not found.entries and found.whole:
        return said["empty"]
    first = said["whole" if found.whole else "broken"]
    lines = [first.format(n=found.entries, first=found.first, last=found.last)]
    lines += [f"- {problem}" for problem in (*found.problems, *found.notes)]
    return "\n".join([*lines, said["head"].format(head=found.head)])


@audit.command()
@click.option("--since", help="The first day, YYYY-MM-DD.")
@click.option("--until", help="The last day, YYYY-MM-DD.")
@click.option("--event", help="Only this kind of event.")
@click.option("--actor", help="Only this user's.")
@click.option(
    "--to",
    "form",
    type=click.Choice(["jsonl", "csv"]),
    default="jsonl",
    show_default=True,
    help="The format.",
)
def export(since: str | None, until: str | None, event: str | None, actor: str | None, form: str) -> None:
    """Print entries, oldest first."""
    from assistant.audit.verify import read_entries
    from assistant.dates import as_of_date

    first = as_of_date(since).isoformat() if since else ""
    last = as_of_date(until).isoformat() if until else "9999"
    found = (entry for _, entry in read_entries(_trail()) if entry is not None)
    wanted = (
        entry
        for entry in found
        if first <= entry.at[:10] <= last and event in (None, entry.event) and actor in (None, entry.actor)
    )
    for number, entry in enumerate(wanted):
        if form == "csv" and number == 0:
            click.echo(_row("seq", "at", "event", "actor", "about", "hash"), nl=False)
        click.echo(_cells(entry) if form == "csv" else entry.line(), nl=form != "csv")


def _cells(entry: Entry) -> str:
    about = json.dumps(entry.about, ensure_ascii=False)
    return _row(entry.seq, entry.at, entry.event, entry.actor, about, entry.hash)


def _row(*cells: object) -> str:
    """A line of CSV in which no cell is a formula to a spreadsheet."""
    import csv
    import io

    line = io.StringIO()
    told = [str(cell) for cell in cells]
    csv.writer(line).writerow([f"'{cell}" if cell[:1] in "=+-@\t" else cell for cell in told])
    return line.getvalue()
