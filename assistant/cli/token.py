"""Commands about tokens for programs: token create, list, revoke."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from assistant.access.roles import Scope
from assistant.cli.common import as_json, users_language
from assistant.cli.user import opened_library

if TYPE_CHECKING:
    from assistant.access.tokens import Token

_SAID: dict[str, dict[str, str]] = {
    "ru": {
        "once": "Токен показан один раз; сохраните его. Действует до {until}.",
        "revoked": "Отозван: {name} ({user}).",
        "valid": "действует",
        "expired": "истёк",
        "revoked_state": "отозван",
    },
    "en": {
        "once": "The token is shown this once; keep it. It is valid until {until}.",
        "revoked": "Revoked: {name} ({user}).",
        "valid": "valid",
        "expired": "expired",
        "revoked_state": "revoked",
    },
}


@click.group()
def token() -> None:
    """Create and revoke tokens, with which programs use a server's API."""


def _shown(found: Token) -> dict[str, Any]:
    return {**asdict(found), "state": found.state()}


@token.command()
@click.argument("user")
@click.option("--name", default="cli", show_default=True, help="What it is for.")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice([str(scope) for scope in Scope]),
    multiple=True,
    default=[str(Scope.ASK)],
    show_default=True,
    help="What it may be used for, within the user's role; several times for several.",
)
@click.option("--days", type=int, default=90, show_default=True, help="Days until it expires.")
@as_json
def create(user: str, name: str, scopes: tuple[str, ...], days: int, print_json: bool) -> None:
    """Create a token of a user's and print it, once."""
    from assistant.access import tokens, users

    with opened_library() as library:
        wanted = [Scope(scope) for scope in scopes]
        made, secret = tokens.create(library, users.named(library, user), name, wanted, days)
    if print_json:
        click.echo(json.dumps({**_shown(made), "token": secret}, ensure_ascii=False, indent=2))
        return
    click.echo(secret)
    click.echo(_SAID[users_language()]["once"].format(until=made.expires_at[:10]), err=True)


@token.command("list")
@click.option("--user", help="Only this user's.")
@as_json
def list_tokens(user: str | None, print_json: bool) -> None:
    """List tokens: what each may be used for, until when, when it last was."""
    from assistant.access import tokens, users

    with opened_library() as library:
        found = tokens.listed(library, users.named(library, user) if user else None)
    if print_json:
        click.echo(json.dumps([_shown(each) for each in found], ensure_ascii=False, indent=2))
        return
    said = _SAID[users_language()]
    for each in found:
        state = said["revoked_state"] if each.state() == "revoked" else said[each.state()]
        scopes = ",".join(each.scopes)
        used = each.used_at or "—"
        click.echo(
            "\t".join([each.id, each.user, each.name, each.start, scopes, each.expires_at, used, state])
        )


@token.command()
@click.argument("token_id")
@as_json
def revoke(token_id: str, print_json: bool) -> None:
    """Revoke a token by its id in the list; it ends at once."""
    from assistant.access import tokens

    with opened_library() as library:
        found = tokens.revoke(library, token_id)
    if print_json:
        click.echo(json.dumps(_shown(found), ensure_ascii=False, indent=2))
        return
    click.echo(_SAID[users_language()]["revoked"].format(name=found.name, user=found.user))
