"""Commands about groups, whose members see the files brought for it: group add, list, remove, join, leave."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from assistant.cli.common import as_json, users_language
from assistant.cli.user import opened_library

if TYPE_CHECKING:
    from assistant.records.owner import Group

_SAID: dict[str, dict[str, str]] = {
    "ru": {
        "added": "Группа добавлена: {name}.",
        "removed": "Группа удалена: {name}. Её файлы остались в библиотеке и не видны никому.",
        "joined": "{user} теперь в группе «{name}» и видит её файлы.",
        "left": "{user} больше не в группе «{name}» и её файлов не видит.",
        "none": "Групп нет. Добавить: ai-policy group add НАЗВАНИЕ.",
    },
    "en": {
        "added": "Group added: {name}.",
        "removed": "Group removed: {name}. Its files stay in the library, seen by nobody.",
        "joined": "{user} belongs to the group '{name}' now and sees its files.",
        "left": "{user} belongs to the group '{name}' no longer and sees none of its files.",
        "none": "There are no groups. Add one: ai-policy group add NAME.",
    },
}


@click.group()
def group() -> None:
    """Add and change groups of users (AI_POLICY_SIGN_IN=accounts); its members see a group's files."""


def _tell(key: str, found: Group, print_json: bool, user: str | None = None) -> None:
    if print_json:
        click.echo(json.dumps({"group": found.name, "user": user}, ensure_ascii=False, indent=2))
    else:
        click.echo(_SAID[users_language()][key].format(name=found.name, user=user))


@group.command()
@click.argument("name")
@as_json
def add(name: str, print_json: bool) -> None:
    """Add a group, which nobody belongs to yet."""
    from assistant.access import groups

    with opened_library() as library:
        _tell("added", groups.add(library, name), print_json)


@group.command("list")
@as_json
def list_groups(print_json: bool) -> None:
    """List all groups with their members."""
    from assistant.access import groups

    with opened_library() as library:
        found = groups.listed(library)
    if print_json:
        told = [
            {"group": each.group.name, "made_at": each.made_at, "members": list(each.members)}
            for each in found
        ]
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    if not found:
        click.echo(_SAID[users_language()]["none"], err=True)
    for each in found:
        click.echo("\t".join([each.group.name, ", ".join(each.members) or "—"]))


@group.command()
@click.argument("name")
@as_json
def remove(name: str, print_json: bool) -> None:
    """Remove a group; a later one of its name is another and sees none of its files."""
    from assistant.access import groups

    with opened_library() as library:
        _tell("removed", groups.remove(library, name), print_json)


@group.command()
@click.argument("name")
@click.argument("user")
@as_json
def join(name: str, user: str, print_json: bool) -> None:
    """Have a user belong to a group."""
    from assistant.access import groups

    with opened_library() as library:
        _tell("joined", groups.join(library, name, user), print_json, user)


@group.command()
@click.argument("name")
@click.argument("user")
@as_json
def leave(name: str, user: str, print_json: bool) -> None:
    """Have a user belong to a group no longer, from the next request on."""
    from assistant.access import groups

    with opened_library() as library:
        _tell("left", groups.leave(library, name, user), print_json, user)
