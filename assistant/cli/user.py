"""Commands about who may use a server: user add, list, role, password, disable, enable, remove."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from assistant.access.roles import Role
from assistant.cli.common import as_json, users_language

if TYPE_CHECKING:
    from assistant.access.users import User
    from assistant.library import Library

_SAID: dict[str, dict[str, str]] = {
    "ru": {
        "added": "Добавлен: {name}, роль: {role}.",
        "role": "{name}: роль теперь {role}. Открытые сеансы завершены.",
        "password": "{name}: пароль сменён, открытые сеансы завершены. Токены, которые действуют: {tokens}.",
        "disabled": "{name}: вход закрыт, сеансы и токены не действуют. Вернуть: ai-policy user enable.",
        "enabled": "{name}: вход открыт.",
        "removed": "Удалён: {name}. Его беседы и файлы остались в библиотеке и недоступны никому.",
        "off": "отключён",
        "no_password": "без пароля",
        "prompt": "Пароль",
        "again": "Пароль ещё раз",
        "differ": "Пароли не совпали. Повторите.",
        "none": "Пользователей нет. Добавить: ai-policy user add ИМЯ --role РОЛЬ.",
    },
    "en": {
        "added": "Added: {name}, role: {role}.",
        "role": "{name}: the role is {role} now. Open sessions have ended.",
        "password": "{name}: the password is changed, open sessions have ended. Tokens that work: {tokens}.",
        "disabled": "{name} is shut out: sessions and tokens are off. Back: ai-policy user enable.",
        "enabled": "{name} may sign in again.",
        "removed": "Removed: {name}. Their conversations and files stay in the library, reached by nobody.",
        "off": "disabled",
        "no_password": "no password",
        "prompt": "Password",
        "again": "Once more",
        "differ": "The two passwords differ. Try again.",
        "none": "There are no users. Add one: ai-policy user add NAME --role ROLE.",
    },
}
role_choice = click.Choice([str(role) for role in Role])


@click.group()
def user() -> None:
    """Add and change the users of a server (AI_POLICY_SIGN_IN=accounts)."""


@contextmanager
def opened_library() -> Iterator[Library]:
    """The library of the home, made if it is not there. Raises LibraryError."""
    from assistant.audit import door, noting
    from assistant.errors import LibraryError
    from assistant.library import Library
    from assistant.settings import current_settings

    settings = current_settings()
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LibraryError(
            f"The folder {settings.home} cannot be made: {error.strerror}. Set AI_POLICY_HOME.",
            f"Не удалось создать папку {settings.home}: {error.strerror}. Укажите AI_POLICY_HOME.",
        ) from None
    library = Library(settings.library_url)
    deaf = door.listening(settings, by=noting.at_the_machine())
    try:
        yield library
    finally:
        deaf()
        library.close()


def _password() -> str:
    """A password from a prompt, or the first line of standard input; never from the command's arguments."""
    from assistant.errors import InputError

    said = _SAID[users_language()]
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = click.prompt(said["prompt"], hide_input=True, err=True)
    if click.prompt(said["again"], hide_input=True, err=True) != first:
        raise InputError(_SAID["en"]["differ"], _SAID["ru"]["differ"])
    return str(first)


def _tell(key: str, found: User, print_json: bool, **more: Any) -> None:
    if print_json:
        click.echo(json.dumps(shown(found), ensure_ascii=False, indent=2))
    else:
        click.echo(_SAID[users_language()][key].format(name=found.name, role=found.role, **more))


def shown(found: User) -> dict[str, Any]:
    """A user as JSON; without the id, which is of no use to people."""
    return {key: value for key, value in asdict(found).items() if key != "id"}


@user.command()
@click.argument("name")
@click.option(
    "--role", type=role_choice, default=str(Role.READER), show_default=True, help="What they may do."
)
@click.option("--no-password", is_flag=True, help="For programs: the user has tokens only.")
@as_json
def add(name: str, role: str, no_password: bool, print_json: bool) -> None:
    """Add a user; the password is asked for, or read from standard input."""
    from assistant.access import users

    password = None if no_password else _password()
    with opened_library() as library:
        _tell("added", users.add(library, name, Role(role), password), print_json)


@user.command("list")
@as_json
def list_users(print_json: bool) -> None:
    """List all users with their roles."""
    from assistant.access import users

    with opened_library() as library:
        found = users.listed(library)
    if print_json:
        click.echo(json.dumps([shown(each) for each in found], ensure_ascii=False, indent=2))
        return
    said = _SAID[users_language()]
    if not found:
        click.echo(said["none"], err=True)
    for each in found:
        marks = [said["off"]] * each.disabled + [said["no_password"]] * (not each.has_password)
        click.echo("\t".join([each.name, each.role, each.signed_in_at or "—", *marks]))


@user.command()
@click.argument("name")
@click.argument("role", type=role_choice)
@as_json
def role(name: str, role: str, print_json: bool) -> None:
    """Give a user another role: reader, editor, evaluator or admin."""
    from assistant.access import users

    with opened_library() as library:
        _tell("role", users.set_role(library, name, Role(role)), print_json)


@user.command()
@click.argument("name")
@as_json
def password(name: str, print_json: bool) -> None:
    """Give a user another password, asked for or read from standard input."""
    from assistant.access import tokens, users

    with opened_library() as library:
        users.named(library, name)
        found = users.set_password(library, name, _password())
        living = sum(token.state() == "valid" for token in tokens.listed(library, found))
        _tell("password", found, print_json, tokens=living)


@user.command()
@click.argument("name")
@as_json
def disable(name: str, print_json: bool) -> None:
    """Shut a user out, sessions and tokens at once; what is theirs stays."""
    from assistant.access import users

    with opened_library() as library:
        _tell("disabled", users.set_disabled(library, name, disabled=True), print_json)


@user.command()
@click.argument("name")
@as_json
def enable(name: str, print_json: bool) -> None:
    """Let a disabled user in again."""
    from assistant.access import users

    with opened_library() as library:
        _tell("enabled", users.set_disabled(library, name, disabled=False), print_json)


@user.command()
@click.argument("name")
@as_json
def remove(name: str, print_json: bool) -> None:
    """Remove a user with sessions and tokens."""
    from assistant.access import users

    with opened_library() as library:
        _tell("removed", users.remove(library, name), print_json)
