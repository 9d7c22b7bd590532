"""Commands about the cases of evaluation: ``eval validate``, ``eval add``."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assistant.cli.common import as_json, open_assistant, users_language

if TYPE_CHECKING:
    from assistant.engine import Assistant
    from assistant.model import Lang
    from assistant.records.model import Feedback
    from evals.adding import Material
    from evals.case import EvalCase
    from evals.tables import Problem
    from evals.validate import Checked

TOLD = 20  # warnings and notices of a kind that are told without --all
_file = click.Path(path_type=Path)
_lang = click.option("--lang", type=click.Choice(["ru", "en"]), help="Language of messages.")
_SAID: dict[str, dict[str, str]] = {
    "ru": {
        "error": "ошибка",
        "warning": "предупреждение",
        "notice": "не проверено",
        "more": "… и ещё таких: {n} (все — с --all)",
        "none": "Файлов со случаями нет.",
        "total": "Случаев: {cases}, файлов: {files}. Ошибок: {errors}, предупреждений: {warnings}, "
        "не проверено: {notices}.",
        "added": "Добавлено: {path}, строка {row}.",
        "dry": "Не добавлено (--dry-run).",
        "replaced": "задан заново, прежнего ответа нет",
        "no_complaints": "Жалоб, по которым нет случая, нет.",
    },
    "en": {
        "error": "error",
        "warning": "warning",
        "notice": "not checked",
        "more": "… and {n} more like this (--all has them all)",
        "none": "There are no files of cases.",
        "total": "Cases: {cases}, files: {files}. Errors: {errors}, warnings: {warnings}, not checked: "
        "{notices}.",
        "added": "Added: {path}, row {row}.",
        "dry": "Not added (--dry-run).",
        "replaced": "asked again since, its answer is gone",
        "no_complaints": "There is no complaint without a case.",
    },
}


@click.command()
@click.argument("paths", nargs=-1, type=_file)
@click.option("--strict", is_flag=True, help="Warnings count as problems too.")
@click.option("--all", "every", is_flag=True, help=f"Also beyond {TOLD} warnings of a kind.")
@_lang
@as_json
@click.pass_context
def validate(
    context: click.Context,
    paths: tuple[Path, ...],
    strict: bool,
    every: bool,
    lang: Lang | None,
    print_json: bool,
) -> None:
    """Check files of cases (CSV, XLSX, JSON lines) or folders of them; by default all there are.

    Exit status: 0 nothing is wrong, 1 something is, 2 a file cannot be read.
    """
    from evals.validate import check_files, exit_status

    assistant = open_assistant()
    spoken = lang or users_language()
    found = check_files(paths or _case_folders(assistant), assistant.view)
    if print_json:
        _print_problems(found.problems, spoken)
    else:
        _tell_problems(found, spoken, every)
    context.exit(exit_status(found.problems, strict=strict))


def _case_folders(assistant: Assistant) -> list[Path]:
    """The folder of the cases that come with the program, and of the person's own."""
    from evals.tables import CASES

    return [folder for folder in (CASES, _own(assistant).parent) if folder.is_dir()]


def _own(assistant: Assistant) -> Path:
    return assistant.settings.home / "evals" / "cases" / "own.csv"


def _print_problems(problems: list[Problem], lang: Lang) -> None:
    told = [
        {
            "file": str(each.file),
            "row": each.row,
            "column": each.column,
            "level": each.level,
            "code": each.code,
            "message": each.ru if lang == "ru" else each.en,
        }
        for each in problems
    ]
    click.echo(json.dumps(told, ensure_ascii=False, indent=2))


def _tell_problems(found: Checked, lang: Lang, every: bool) -> None:
    said = _SAID[lang]
    if not found.files:
        click.echo(said["none"])
        return
    seen: Counter[str] = Counter()
    for each in found.problems:
        seen[each.code] += each.level != "error"
        if every or seen[each.code] <= TOLD:
            click.echo(f"{said[each.level]}: {each.told(lang)}")
    for code, n in seen.items() if not every else ():
        if n > TOLD:
            first = next(each for each in found.problems if each.code == code)
            click.echo(f"{said[first.level]}: {first.ru if lang == 'ru' else first.en}")
            click.echo(said["more"].format(n=n - TOLD))
    levels = Counter(each.level for each in found.problems)
    click.echo(
        said["total"].format(
            cases=found.cases,
            files=len(found.files),
            errors=levels["error"],
            warnings=levels["warning"],
            notices=levels["notice"],
        )
    )


@click.command()
@click.argument("source", required=False)
@click.option("--question", metavar="TEXT", help="Ask this question and make a case of the answer.")
@click.option("--llm", help="Backend that answers --question: extractive, or provider:model.")
@click.option("--feedback", metavar="ID", help="Make a case of a rated answer of the chat.")
@click.option("--complaints", is_flag=True, help="List the complaints of which there is no case yet.")
@click.option("--user", metavar="NAME", help="Whose ratings, where people sign in.")
@click.option("--id", "case_id", help="Id of the case.")
@click.option(
    "--expect", help="answer, abstain, clarify, or of a measure eligible, not_eligible, insufficient."
)
@click.option("--category", help="Category of the case.")
@click.option(
    "--must-cite",
    multiple=True,
    metavar="ACT#PROVISION",
    help="A provision the answer must cite, alternatives separated by '|'; repeat for several.",
)
@click.option(
    "--contains", multiple=True, metavar="WORDS", help="Words the answer must hold, 'a|b' for either."
)
@click.option("--not-contains", multiple=True, metavar="WORDS", help="Words the answer must not hold.")
@click.option("--as-of", metavar="DATE", help="Date of the case, YYYY-MM-DD; '-' for none.")
@click.option("--suite", "suites", multiple=True, help="A suite the case belongs to; repeat for several.")
@click.option("--reviewer", help="Who has checked the case against the text; the day is noted.")
@click.option("--note", help="A note.")
@click.option("--to", type=_file, help="The CSV file to add to; default: evals/cases/own.csv in the home.")
@click.option("--dry-run", is_flag=True, help="Show the case, add nothing.")
@_lang
@as_json
def add(
    source: str | None,
    question: str | None,
    llm: str | None,
    feedback: str | None,
    complaints: bool,
    user: str | None,
    to: Path | None,
    dry_run: bool,
    lang: Lang | None,
    print_json: bool,
    **corrected: Any,
) -> None:
    """Turn an answer into a case: SOURCE is a file of 'ask --json' or answer-3.

    Or a rated answer (--feedback), or a question that is asked now (--question). What is proposed is shown;
    options correct it.
    """
    from evals import adding

    assistant = open_assistant()
    spoken = lang or users_language()
    target = to or _own(assistant)
    rows = adding.known_rows([*_case_folders(assistant), target])
    if complaints:
        held = adding.open_complaints(assistant.library, rows, _owner(assistant, user))
        _tell_complaints(held, spoken, print_json)
        return
    said = adding.Said(id=corrected.pop("case_id"), **corrected)
    material = _material(assistant, source, question, feedback, user, said.as_of, llm)
    case = adding.propose(material, assistant.view, said, spoken)
    doubts = adding.check(case, target, rows, assistant.view)
    row = None if dry_run else adding.add(case, target, spoken)
    _tell_case(case, doubts, target, row, spoken, print_json)


def _owner(assistant: Assistant, user: str | None) -> Any:
    """The local user, a user with an account, or the one a proxy names so. Raises NotHeldError."""
    from assistant.access import users
    from assistant.records.owner import LOCAL, Owner, signed_in

    if user is not None and assistant.settings.ways_in == "accounts":
        found = users.named(assistant.library, user)
        return Owner(found.owner_id, found.name)
    return LOCAL if user is None else signed_in("--user", [user])


def _material(
    assistant: Assistant,
    source: str | None,
    question: str | None,
    feedback: str | None,
    user: str | None,
    as_of: str | None,
    llm: str | None,
) -> Material:
    """What the case is made of. Raises InputError unless exactly one source is named."""
    from assistant.errors import InputError
    from evals import adding

    if sum(each is not None for each in (source, question, feedback)) != 1:
        raise InputError(
            "Name one source: a file of 'ask --json' or answer-3, or --feedback ID, or --question TEXT. "
            "'ai-policy eval add --complaints' lists complaints.",
            "Назовите один источник: файл «ask --json» или answer-3, либо --feedback ИД, либо --question "
            "ТЕКСТ. Список жалоб: «ai-policy eval add --complaints».",
        )
    if question is not None:
        return adding.of_question(assistant, question, as_of=None if as_of == "-" else as_of, llm=llm)
    if feedback is not None:
        return adding.of_rating(assistant.library, feedback, _owner(assistant, user))
    return adding.of_kept(assistant.library, source or "")


def _tell_complaints(complaints: list[Feedback], lang: Lang, print_json: bool) -> None:
    from assistant.records.feedback import REASONS

    if print_json:
        held = [each.model_dump(mode="json") for each in complaints]
        click.echo(json.dumps(held, ensure_ascii=False, indent=2))
        return
    if not complaints:
        click.echo(_SAID[lang]["no_complaints"])
    for each in complaints:
        reason = REASONS["down"].get(each.reason or "", {}).get(lang)
        gone = _SAID[lang]["replaced"] if each.replaced else None
        about = "; ".join(part for part in (reason, each.text, gone) if part)
        click.echo(f"{each.id[:8]} {each.given_at[:10]} {' '.join(each.question.split())}")
        if about:
            click.echo(f"    {about}")


def _tell_case(
    case: EvalCase, doubts: list[Problem], target: Path, row: int | None, lang: Lang, print_json: bool
) -> None:
    from evals.tables import COLUMNS, cells_of

    said = _SAID[lang]
    if print_json:
        told = {
            "case": case.model_dump(mode="json"),
            "file": str(target),
            "row": row,
            "warnings": [each.ru if lang == "ru" else each.en for each in doubts],
        }
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for column, cell in cells_of(case, lang).items():
        if cell:
            click.echo(f"{COLUMNS[column].in_(lang)}: {cell}")
    for each in doubts:
        click.echo(f"{said[each.level]}: {each.ru if lang == 'ru' else each.en}")
    click.echo(said["dry"] if row is None else said["added"].format(path=target, row=row))
