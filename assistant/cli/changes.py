"""Commands about what changed: diff."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from assistant.cli.common import as_json, open_assistant, print_models, users_language

if TYPE_CHECKING:
    from assistant.model import EditionChange, Lang, WordChange

_SAID: dict[str, dict[str, str]] = {
    "ru": {
        "added": "добавлено",
        "removed": "исключено",
        "changed": "изменено",
        "moved": "перенесено из {}",
        "repealed": "утратило силу",
        "none": "Слова акта в этих редакциях не отличаются.",
        "sum": "Изменений: {n} ({act}, редакции {before} и {after}).",
    },
    "en": {
        "added": "added",
        "removed": "removed",
        "changed": "changed",
        "moved": "moved from {}",
        "repealed": "repealed",
        "none": "The words of the act do not differ between these editions.",
        "sum": "Changes: {n} ({act}, editions {before} and {after}).",
    },
}
_PLAIN = {"equal": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}


@click.command()
@click.argument("act")
@click.option(
    "--from", "from_", metavar="DATE", help="The earlier edition; default: the one before the later."
)
@click.option("--to", metavar="DATE", help="The later edition; default: the latest held.")
@as_json
def diff(act: str, from_: str | None, to: str | None, print_json: bool) -> None:
    """Show what changed between two held editions of an act, provision by provision."""
    assistant = open_assistant()
    changes = assistant.diff(act, from_=from_, to=to)
    if print_json:
        print_models(changes)
        return
    lang = users_language()
    for change in changes:
        _tell(change, lang)
    if not changes:
        click.echo(_SAID[lang]["none"])
        return
    first = changes[0]
    click.echo(
        _SAID[lang]["sum"].format(n=len(changes), act=act, before=first.from_edition, after=first.to_edition)
    )


def _tell(change: EditionChange, lang: Lang) -> None:
    said = _SAID[lang]
    remarks = [said[change.change]]
    if change.moved_from:
        remarks.append(said["moved"].format(change.moved_from))
    if change.repealed:
        remarks.append(said["repealed"])
    click.secho(f"{change.label} ({change.provision}): {', '.join(remarks)}", bold=True)
    click.echo("".join(_marked(word) for word in change.words).strip() + "\n")


def _marked(word: WordChange) -> str:
    """Colour and strike-through on a terminal, brackets elsewhere; the space after a run stays outside."""
    text = word.text.rstrip()
    space = word.text[len(text) :]
    if word.op == "equal" or not text:
        return word.text
    if sys.stdout.isatty():
        gone = word.op == "removed"
        return click.style(text, fg="red" if gone else "green", strikethrough=gone) + space
    return _PLAIN[word.op].format(text) + space
