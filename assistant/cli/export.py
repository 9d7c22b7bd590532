"""The command that writes an answer into a document: export."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from assistant.export import Exported
    from assistant.model import Lang

_ADVICE_EN = "Give what 'ai-policy ask \"…\" --json' printed, or a JSON list of such answers."
_ADVICE_RU = 'Дайте то, что напечатала команда «ai-policy ask "…" --json», или список таких ответов.'


@click.command()
@click.argument("source", metavar="FILE.json")
@click.option("--to", "to", type=click.Choice(["docx", "md", "pdf"]), required=True, help="The format.")
@click.option("-o", "--output", metavar="OUT", help="The file to write; '-': standard output.")
@click.option("--title", default="", help="The document's title.")
@click.option("--lang", type=click.Choice(["ru", "en"]), help="Language of the document's own words.")
def export(source: str, to: str, output: str | None, title: str, lang: Lang | None) -> None:
    """Write an answer (what 'ask --json' printed; '-': standard input) as DOCX, Markdown or PDF."""
    from assistant.export import export_conversation, file_name

    exported = _read(source, title)
    content = export_conversation(exported, to, lang)
    write_document(content, output, file_name(title or exported.entries[0][0], to))


def _read(source: str, title: str) -> Exported:
    """The answers of a JSON file. Raises InputError."""
    from pydantic import TypeAdapter, ValidationError

    from assistant.errors import InputError
    from assistant.export import Exported
    from assistant.model import Answer

    try:
        content = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    except OSError as error:
        raise InputError(
            f"{source} cannot be read: {error.strerror}. {_ADVICE_EN}",
            f"Файл {source} не читается: {error.strerror}. {_ADVICE_RU}",
        ) from None
    try:
        read: TypeAdapter[Any] = TypeAdapter(Answer | list[Answer])
        found = read.validate_json(content)
    except ValidationError:
        found = []
    answers = found if isinstance(found, list) else [found]
    if not answers:
        raise InputError(
            f"{source} holds no answer. {_ADVICE_EN}", f"В файле {source} нет ответа. {_ADVICE_RU}"
        )
    return Exported(title, [(answer.question, answer, None) for answer in answers])


def write_document(content: bytes, output: str | None, name: str) -> None:
    """Write a document where it is to lie and say where; ``output``: a path, "-" for standard output.

    ``name``: of the file where no path is given. Raises InputError for a place that cannot be written, or a
    file nobody named that is there already.
    """
    from assistant.audit import Trail, noting
    from assistant.settings import current_settings

    about = {"format": Path(name).suffix[1:], "to": output or name}
    with Trail.of(current_settings()).changing("exported", noting.at_the_machine(), **about) as came:
        if output == "-":
            click.echo(content, nl=False)
        else:
            click.echo(_written(content, Path(output or name), new=output is None))
        came["bytes"] = len(content)


def _written(content: bytes, path: Path, *, new: bool) -> Path:
    """The file, written. ``new``: none may be there. Raises InputError."""
    from assistant.errors import InputError

    try:
        with path.open("xb" if new else "wb") as file:
            file.write(content)
    except FileExistsError:
        raise InputError(
            f"{path} is there already. Name the file to write with -o.",
            f"Файл {path} уже есть. Укажите, куда писать, параметром -o.",
        ) from None
    except OSError as error:
        raise InputError(
            f"{path} cannot be written: {error.strerror}. Name another file with -o.",
            f"Файл {path} не записывается: {error.strerror}. Укажите другой параметром -o.",
        ) from None
    return path
