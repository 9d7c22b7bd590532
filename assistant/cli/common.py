"""What several commands share: their filters, their language, printing."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import BaseModel

    from assistant.engine import Assistant
    from assistant.model import Lang

Command = TypeVar("Command", bound=Callable[..., Any])


def filters(command: Command) -> Command:
    """The options that narrow a search, in the order of the contract."""
    options = (
        click.option("--as-of", metavar="DATE", help="Law as of this date, YYYY-MM-DD; default: today."),
        click.option("--kind", help="Only acts of this kind (decree, federal_law, …)."),
        click.option("--jurisdiction", help="Only acts of this jurisdiction (ru, eu, us, …)."),
        click.option("--issuer", help="Only acts of this issuer (part of its name)."),
        click.option("--act", help="Only this act: its id or a popular name."),
        click.option(
            "--authority",
            type=click.Choice(["official", "digest", "user"]),
            help="Only texts of this authority.",
        ),
        click.option("--text-lang", type=click.Choice(["ru", "en"]), help="Only texts in this language."),
    )
    return functools.reduce(lambda wrapped, option: option(wrapped), reversed(options), command)


as_json = click.option("--json", "print_json", is_flag=True, help="Print JSON.")


def users_language() -> Lang:
    """The language of messages: as set, else the system's."""
    from pydantic import ValidationError

    from assistant.settings import current_settings, system_language

    try:
        return current_settings().message_lang
    except ValidationError:
        return system_language()


def open_assistant() -> Assistant:
    """The assistant over the home the settings name."""
    from assistant import default_assistant

    return default_assistant()


def print_models(models: BaseModel | Sequence[BaseModel]) -> None:
    """Print results as JSON."""
    many = [model.model_dump(mode="json") for model in models] if isinstance(models, list) else None
    content = many if many is not None else models.model_dump(mode="json")  # type: ignore[union-attr]
    click.echo(json.dumps(content, ensure_ascii=False, indent=2))
