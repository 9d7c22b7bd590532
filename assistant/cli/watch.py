"""Commands about what is watched: watch add, list, remove, changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from assistant.cli.common import as_json, open_assistant, print_models, users_language

if TYPE_CHECKING:
    from assistant.model import WatchChange

_SAID: dict[str, dict[str, str]] = {
    "ru": {
        "none": "Изменений нет.",
        "watched": "Отслеживается",
        "removed": "Больше не отслеживается.",
        "marked": "Отмечено как просмотренное",
    },
    "en": {
        "none": "Nothing changed.",
        "watched": "Watching",
        "removed": "No longer watched.",
        "marked": "Marked as seen",
    },
}


@click.group()
def watch() -> None:
    """Watch acts, provisions and saved answers for changes."""


@watch.command()
@click.argument("what")
@as_json
def add(what: str, print_json: bool) -> None:
    """Watch an act, a provision (ACT#PROVISION), or an answer (answer-3, or a file of --json)."""
    found = open_assistant().watch(what)
    if print_json:
        print_models(found)
        return
    click.echo(f"{_SAID[users_language()]['watched']}: {found.id}. {found.target} ({found.label})")


@watch.command("list")
@as_json
def list_watches(print_json: bool) -> None:
    """List what is watched."""
    found = open_assistant().watches()
    if print_json:
        print_models(found)
        return
    for each in found:
        unseen = f" +{each.unseen}" if each.unseen else ""
        click.echo(f"{each.id}. {each.target} ({each.label}){unseen}")


@watch.command()
@click.argument("number", type=int)
def remove(number: int) -> None:
    """Watch something no longer, by its number in the list."""
    open_assistant().unwatch(number)
    click.echo(_SAID[users_language()]["removed"])


@watch.command()
@click.option("--all", "everything", is_flag=True, help="Also those marked as seen.")
@click.option("--seen", is_flag=True, help="Mark what is listed as seen.")
@as_json
def changes(everything: bool, seen: bool, print_json: bool) -> None:
    """List what changed among the watched since it was last marked as seen."""
    assistant = open_assistant()
    found = assistant.changes(unseen=not everything)
    if print_json:
        print_models(found)
    else:
        tell_changes(found)
        if not found:
            click.echo(_SAID[users_language()]["none"])
    if seen:
        marked = assistant.mark_seen()
        click.echo(f"{_SAID[users_language()]['marked']}: {marked}", err=print_json)


def tell_changes(found: Sequence[WatchChange]) -> None:
    """One line a change, under what is watched."""
    if not found:
        return
    from assistant.watch import CHANGES

    said = CHANGES[users_language()]
    target = None
    for change in found:
        if change.target != target:
            target = change.target
            click.echo(f"{change.target} ({change.label})")
        what = f": {change.before or '—'} → {change.after or '—'}" if change.before or change.after else ""
        click.echo(f"  {change.ref}: {said[change.kind]}{what}")
