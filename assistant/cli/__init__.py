"""The command line: ``ai-policy``. One module a family of commands; each imports what it needs."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NoReturn

import click

from assistant.blas import on_one_thread
from assistant.cli import (
    again,
    audit,
    backup,
    bench,
    changes,
    chat,
    check,
    evals,
    export,
    group,
    library,
    questions,
    service,
    sync,
    token,
    user,
    watch,
)
from assistant.cli.common import users_language

if TYPE_CHECKING:
    from assistant.model import Lang


def main() -> None:
    """Run the command line; expected errors become one line on stderr and an exit status."""
    from assistant.errors import PolicyError
    from assistant.interrupts import remember_interrupts

    on_one_thread()
    remember_interrupts()
    try:
        status = cli(standalone_mode=False)  # an Exit inside a command comes back as its status
    except PolicyError as error:
        _fail(error.message(users_language()), error.exit_code)
    except click.Abort:
        _fail(
            {
                "ru": "Прервано. Завершённое сохранено; та же команда продолжит с этого места.",
                "en": "Interrupted. What was finished is kept; the same command goes on from there.",
            }[users_language()],
            130,
        )
    except click.ClickException as error:
        _fail(_usage(error, users_language()), error.exit_code)
    sys.exit(status if isinstance(status, int) else 0)


def _fail(message: str, status: int) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(status)


def _usage(error: click.ClickException, lang: Lang) -> str:
    """What is wrong with the command as typed, and where its options are listed."""
    context = getattr(error, "ctx", None)
    path = context.command_path.replace("python -m assistant.cli", "ai-policy") if context else "ai-policy"
    if lang == "ru":
        return f"{_usage_ru(error)} Параметры показывает «{path} --help»."
    return f"{error.format_message()} '{path} --help' lists the options."


def _usage_ru(error: click.ClickException) -> str:
    """The same in Russian; click itself speaks English only."""
    parameter = getattr(error, "param", None)
    name = (parameter.opts[0] if parameter.opts[0].startswith("-") else parameter.name) if parameter else ""
    if isinstance(error, click.NoSuchOption):
        return f"Нет параметра {error.option_name}."
    if isinstance(error, click.MissingParameter):
        return f"Не хватает аргумента {name}."
    if isinstance(error, click.BadParameter) and parameter is not None:
        wanted = {"choice": "", "integer": "нужно целое число", "directory": "нет такой папки"}
        advice = wanted.get(parameter.type.name, "")
        if isinstance(parameter.type, click.Choice):
            advice = "возможны: " + ", ".join(parameter.type.choices)
        return f"Неверное значение {name}: {advice or error.message.rstrip('.')}."
    return f"Команда не распознана ({error.format_message().rstrip('.')})."


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="ai-policy-assistant")
def cli() -> None:
    """Answers about AI policy, every statement with a quotation from the act it rests on."""
    from pydantic import ValidationError

    from assistant.errors import InputError
    from assistant.logs import configure
    from assistant.settings import current_settings

    try:
        configure(current_settings())
    except ValidationError as error:
        problems = "; ".join(
            f"{_variable(found['loc'])}: {found['msg']}".removeprefix("AI_POLICY_: Value error, ")
            for found in error.errors()
        )
        raise InputError(
            f"A setting cannot be used. {problems}. Correct or unset it.",
            f"Неверная настройка. {problems}. Исправьте или уберите её.",
        ) from None


def _variable(place: tuple[int | str, ...]) -> str:
    """The environment variable of a setting: ``AI_POLICY_RETRIEVAL__CANDIDATES``."""
    return f"AI_POLICY_{'__'.join(str(step) for step in place)}".upper()


for command in (
    library.ingest,
    library.remove,
    questions.search,
    questions.ask,
    chat.chat,
    again.again,
    questions.bodies,
    check.check,
    export.export,
    library.show,
    library.acts,
    changes.diff,
    sync.sync,
    watch.watch,
    service.serve,
    service.doctor,
    backup.backup,
    backup.restore,
    bench.bench,
    user.user,
    token.token,
    group.group,
    evals.evaluate,
    audit.audit,
):
    cli.add_command(command)
