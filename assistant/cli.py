"""The command line: ``ai-policy``. Every command imports what it needs when it runs."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import BaseModel

    from assistant.engine import Assistant
    from assistant.model import Answer, IngestReport, Lang

Command = TypeVar("Command", bound=Callable[..., Any])


def main() -> None:
    """Run the command line; expected errors become one line on stderr and an exit status."""
    from assistant.errors import PolicyError

    try:
        status = cli(standalone_mode=False)  # an Exit inside a command comes back as its status
    except PolicyError as error:
        _fail(error.message(_users_language()), error.exit_code)
    except click.Abort:
        _fail(
            {
                "ru": "Прервано. Завершённое сохранено; та же команда продолжит с этого места.",
                "en": "Interrupted. What was finished is kept; the same command goes on from there.",
            }[_users_language()],
            130,
        )
    except click.ClickException as error:
        _fail(_usage(error, _users_language()), error.exit_code)
    sys.exit(status if isinstance(status, int) else 0)


def _fail(message: str, status: int) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(status)


def _users_language() -> Lang:
    from pydantic import ValidationError

    from assistant.settings import current_settings, system_language

    try:
        return current_settings().message_lang
    except ValidationError:
        return system_language()


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


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="ai-policy-assistant")
def cli() -> None:
    """Answers about AI policy, every statement with a quotation from the act it rests on."""
    from pydantic import ValidationError

    from assistant.errors import InputError
    from assistant.logs import configure
    from assistant.settings import current_settings

    try:
        configure(current_settings().log_level)
    except ValidationError as error:
        problems = "; ".join(f"{_variable(found['loc'])}: {found['msg']}" for found in error.errors())
        raise InputError(
            f"A setting cannot be used. {problems}. Correct or unset it.",
            f"Неверная настройка. {problems}. Исправьте или уберите её.",
        ) from None


def _variable(place: tuple[int | str, ...]) -> str:
    """The environment variable of a setting: ``AI_POLICY_RETRIEVAL__CANDIDATES``."""
    return f"AI_POLICY_{'__'.join(str(step) for step in place)}".upper()


def _assistant() -> Assistant:
    from assistant import default_assistant

    return default_assistant()


def _print(models: BaseModel | Sequence[BaseModel]) -> None:
    many = [model.model_dump(mode="json") for model in models] if isinstance(models, list) else None
    content = many if many is not None else models.model_dump(mode="json")  # type: ignore[union-attr]
    click.echo(json.dumps(content, ensure_ascii=False, indent=2))


@cli.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--act", help="The act the file holds, where the file does not say: ru-ukaz-490-2019.")
@click.option("--edition", metavar="DATE", help="The edition's date, where the file does not say.")
@click.option("--authority", type=click.Choice(["official", "user"]), help="Whose text it is.")
@click.option("--primary", is_flag=True, help="Take the canonical text from this file.")
@as_json
def ingest(
    paths: tuple[Path, ...],
    act: str | None,
    edition: str | None,
    authority: str | None,
    primary: bool,
    print_json: bool,
) -> None:
    """Take files and folders into the library; without a path, the embedded corpus."""
    from ingest.run import ingest_corpus, ingest_paths, options_from

    if paths:
        report = ingest_paths(paths, options_from(act, edition, authority, primary=primary))
    else:
        report = ingest_corpus()
    _print(report) if print_json else _tell_ingest(report)
    for entry in report.failed:
        click.echo(f"{entry.path}: {entry.reason}", err=True)
    raise click.exceptions.Exit(1 if report.failed else 0)


_SAID_OF_INGEST = {
    "ru": ("добавлено", "обновлено", "без изменений", "пропущено", "не принято", "положений", "фрагментов",
           "секунд"),
    "en": ("added", "updated", "unchanged", "skipped", "failed", "provisions", "chunks", "seconds"),
}  # fmt: skip


def _tell_ingest(report: IngestReport) -> None:
    said = dict(zip(_SAID_OF_INGEST["en"], _SAID_OF_INGEST[_users_language()], strict=True))
    for name in ("added", "updated", "unchanged"):
        acts = getattr(report, name)
        if acts:
            click.echo(f"{said[name]}: {len(acts)} ({', '.join(acts)})")
    for entry in report.skipped:
        click.echo(f"{said['skipped']}: {entry.path}: {entry.reason}")
    if report.failed:
        click.echo(f"{said['failed']}: {len(report.failed)}")
    counts = (f"{said[name]}: {getattr(report, name)}" for name in ("provisions", "chunks", "seconds"))
    click.echo(", ".join(counts))


@cli.command()
@click.argument("what")
@as_json
def remove(what: str, print_json: bool) -> None:
    """Remove an act (its id) or a file (its path) from the library."""
    from ingest.run import remove as remove_from_library

    removed = remove_from_library(what)
    click.echo(json.dumps({"removed": removed}) if print_json else "\n".join(removed))


@cli.command()
@click.argument("question")
@click.option("-k", type=int, default=10, show_default=True, help="How many provisions.")
@filters
@as_json
def search(question: str, k: int, print_json: bool, **chosen: Any) -> None:
    """Find the provisions that bear on a question."""
    hits = _assistant().search(question, k=k, **chosen)
    if print_json:
        _print(hits)
        return
    for entry in hits:
        page = f", p. {entry.page}" if entry.page else ""
        click.echo(f"{entry.rank}. {entry.label} — {entry.title} ({entry.ref}{page}, {entry.currency})")
        click.echo(f"   {' '.join(entry.text.split())[:240]}")


@cli.command()
@click.argument("question")
@click.option("--llm", help="Answering backend: extractive, or provider:model.")
@click.option("--lang", type=click.Choice(["ru", "en"]), help="Language of the answer.")
@filters
@as_json
def ask(
    question: str,
    llm: str | None,
    lang: Lang | None,
    print_json: bool,
    **chosen: Any,
) -> None:
    """Answer a question; every statement carries its quotation."""
    answer = _assistant().ask(question, llm=llm, lang=lang, **chosen)
    _print(answer) if print_json else _tell_answer(answer)


def _tell_answer(answer: Answer) -> None:
    click.echo(answer.answer)
    for option in answer.options:
        click.echo(f"- {option.label}")
    if answer.nearest:
        click.echo(
            "\n" + ("Ближайшее: " if answer.language == "ru" else "Nearest: ") + ", ".join(answer.nearest)
        )
    if answer.citations:
        click.echo("")
    for citation in answer.citations:
        page = f", {'с.' if answer.language == 'ru' else 'p.'} {citation.page}" if citation.page else ""
        click.echo(f"[{citation.id}] {citation.label}{page} — {citation.ref} ({citation.currency})")
    for withheld in answer.withheld:
        click.echo(f"withheld: {withheld.text} ({withheld.reason})")


@cli.command()
@click.argument("act")
@click.argument("provision", required=False)
@click.option("--edition", metavar="DATE", help="This edition; default: the one in force.")
@click.option("--as-of", metavar="DATE", help="The edition in force at this date.")
@as_json
def show(act: str, provision: str | None, print_json: bool, **chosen: Any) -> None:
    """Print an act or one provision: an id, or as written («п. 27 подп. в», "Article 5(1)(f)")."""
    shown = _assistant().show(act, provision, **chosen)
    if print_json:
        _print(shown)
        return
    pages = f", p. {shown.pages[0]}–{shown.pages[-1]}" if shown.pages else ""
    click.echo(
        f"{shown.label} — {shown.ref} ({shown.edition or '?'}, {shown.currency}{pages})\n\n{shown.text}"
    )


@cli.command()
@click.option("--catalogue", is_flag=True, help="Also acts that are known but not held.")
@as_json
def acts(catalogue: bool, print_json: bool) -> None:
    """List the acts in the library."""
    found = _assistant().acts(catalogue=catalogue)
    if print_json:
        _print(found)
        return
    for act in found:
        held = ", ".join(f"{entry.edition or '?'} {entry.authority}" for entry in act.editions) or "—"
        click.echo(f"{act.act}: {act.title} [{held}] {act.currency}")


@cli.command()
@click.option("--host", help="Address to listen on; default: 127.0.0.1.")
@click.option("--port", type=int, help="Port; default: 7860.")
def serve(host: str | None, port: int | None) -> None:
    """Start the web app."""
    from assistant.settings import current_settings
    from assistant.web.app import serve as serve_app

    changed = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    serve_app(current_settings().model_copy(update=changed))


@cli.command()
@click.option("--repair", is_flag=True, help="Rebuild what is derived from the library.")
@as_json
def doctor(repair: bool, print_json: bool) -> None:
    """Check the home: settings, library, model, indexes."""
    from ingest.run import examine

    findings = examine(repair=repair)
    if print_json:
        click.echo(json.dumps(findings, ensure_ascii=False, indent=2))
    else:
        for name, value in findings.items():
            click.echo(f"{name}: {value}")
    raise click.exceptions.Exit(0 if findings["ok"] else 1)


@cli.command()
@click.argument("acts_folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--home", type=click.Path(path_type=Path), help="Empty folder to fill; default: temporary.")
@click.option("--questions", type=int, default=300, show_default=True, help="How many questions to ask.")
def bench(acts_folder: Path, home: Path | None, questions: int) -> None:
    """Measure ingest and answers over a folder with acts in its subfolders ru and en."""
    import tempfile

    from evals.benchmarks.basics import run

    if home is not None:
        figures = run(acts_folder, home, questions)
    else:
        with tempfile.TemporaryDirectory() as folder:
            figures = run(acts_folder, Path(folder), questions)
    click.echo(json.dumps(figures, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
