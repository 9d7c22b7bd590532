"""The command that fetches official texts: sync."""

from __future__ import annotations

import click

from assistant.cli.common import as_json, print_models, users_language
from assistant.cli.watch import tell_changes

_STATES = {
    "ru": {
        "planned": "будет запрошено",
        "fetched": "получено",
        "new_edition": "новая редакция",
        "unchanged": "без изменений",
        "by_hand": "вручную",
        "failed": "не получено",
    },
    "en": {
        "planned": "planned",
        "fetched": "fetched",
        "new_edition": "new edition",
        "unchanged": "unchanged",
        "by_hand": "by hand",
        "failed": "failed",
    },
}


@click.command()
@click.option("--act", help="Only this act, by its id; default: all whose address is known.")
@click.option("--dry-run", is_flag=True, help="Say what would be fetched; ask nobody.")
@as_json
def sync(act: str | None, dry_run: bool, print_json: bool) -> None:
    """Fetch official texts from the addresses in the catalogue.

    Exit 0: nothing failed (what is to be fetched by hand is said, and is no failure); 1: something failed.
    """
    from assistant.audit import Trail, noting
    from assistant.settings import current_settings
    from ingest.sync.run import sync as run

    if dry_run:
        report = run(act, dry_run=True)
    else:
        trail = Trail.of(current_settings())
        with trail.changing("synced", noting.at_the_machine(), **({"act": act} if act else {})) as came:
            report = run(act)
            came |= noting.of_sync(report)
    failed = any(entry.state == "failed" for entry in report.entries)
    if print_json:
        print_models(report)
        raise click.exceptions.Exit(1 if failed else 0)
    said = _STATES[users_language()]
    for entry in report.entries:
        line = f"{entry.act}: {said[entry.state]}: {entry.reason}"
        click.echo(f"{line} [{entry.url}]" if entry.url and entry.url not in entry.reason else line)
        if entry.changed:
            click.echo(f"  {', '.join(entry.changed)}")
    tell_changes(report.watched)
    counts = {state: sum(entry.state == state for entry in report.entries) for state in said}
    click.echo(", ".join(f"{said[state]}: {count}" for state, count in counts.items() if count))
    raise click.exceptions.Exit(1 if failed else 0)
