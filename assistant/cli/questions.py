"""Commands that put a question: search, ask, bodies; how an answer is told to people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from assistant.cli.common import as_json, filters, open_assistant, print_models

if TYPE_CHECKING:
    from assistant.conversation import Turn
    from assistant.engine import Assistant
    from assistant.model import Answer, Lang

_SAID: dict[str, dict[str, str]] = {
    "ru": {"understood": "Понял так", "nearest": "Ближайшее", "page": "с.", "withheld": "не показано"},
    "en": {"understood": "Understood as", "nearest": "Nearest", "page": "p.", "withheld": "withheld"},
}


@click.command()
@click.argument("question")
@click.option("-k", type=int, default=10, show_default=True, help="How many provisions.")
@filters
@as_json
def search(question: str, k: int, print_json: bool, **chosen: Any) -> None:
    """Find the provisions that bear on a question."""
    from assistant.audit import noting

    assistant = open_assistant()
    hits = assistant.search(question, k=k, **chosen)
    noting.searched(assistant.settings, noting.at_the_machine(), question, hits)
    if print_json:
        print_models(hits)
        return
    for entry in hits:
        page = f", p. {entry.page}" if entry.page else ""
        click.echo(f"{entry.rank}. {entry.label} — {entry.title} ({entry.ref}{page}, {entry.currency})")
        click.echo(f"   {' '.join(entry.text.split())[:240]}")


@click.command()
@click.argument("question")
@click.option("--llm", help="Answering backend: extractive, or provider:model.")
@click.option("--lang", type=click.Choice(["ru", "en"]), help="Language of the answer.")
@click.option("--save", is_flag=True, help="Keep the answer; its id can be watched and asked again.")
@click.option("--after", metavar="ANSWER", help="Go on from an answer: a file of --json, or answer-3.")
@filters
@as_json
def ask(
    question: str,
    llm: str | None,
    lang: Lang | None,
    save: bool,
    after: str | None,
    print_json: bool,
    **chosen: Any,
) -> None:
    """Answer a question; every statement carries its quotation."""
    from assistant.audit import noting

    assistant = open_assistant()
    history = (turn_of_kept(assistant, after),) if after is not None else ()
    answer = assistant.ask(question, llm=llm, lang=lang, history=history, **chosen)
    noting.asked(assistant.settings, noting.at_the_machine(), answer)
    print_models(answer) if print_json else tell_answer(answer)
    if save:
        click.echo(assistant.save_answer(answer).id, err=print_json)


@click.command()
@click.argument("name", required=False, default="")
@as_json
def bodies(name: str, print_json: bool) -> None:
    """List the bodies and programmes of AI policy, or those a name means, with their evidence."""
    found = open_assistant().bodies(name)
    if print_json:
        print_models(found)
        return
    for body in found:
        click.echo(f"{body.ru} / {body.en}")
        for known in body.properties:
            said = ", ".join([*known.people, *(part for part in (known.office, known.date) if part)])
            click.echo(f"  {known.name}: {said + ' ' if said else ''}[{', '.join(known.evidence)}]")


def turn_of_kept(assistant: Assistant, what: str) -> Turn:
    """A kept answer as the turn before the next question. Raises InputError or NotHeldError."""
    from assistant.made import turn_of
    from assistant.watch import kept_answer

    return turn_of(kept_answer(assistant.library, what))


def tell_answer(answer: Answer, *, numbered: bool = False) -> None:
    """An answer for people: how it was understood, its text, the sources by number.

    ``numbered``: the options of a clarifying question have numbers to choose by.
    """
    said = _SAID[answer.language]
    if answer.rewritten and answer.rewritten != answer.question:
        click.echo(f"{said['understood']}: {answer.rewritten}\n")
    click.echo(answer.answer)
    for number, option in enumerate(answer.options, 1):
        click.echo(f"{f'{number}.' if numbered else '-'} {option.label}")
    if answer.nearest:
        click.echo(f"\n{said['nearest']}: {', '.join(answer.nearest)}")
    if answer.citations:
        click.echo("")
    for citation in answer.citations:
        page = f", {said['page']} {citation.page}" if citation.page else ""
        click.echo(f"[{citation.id}] {citation.label}{page} — {citation.ref} ({citation.currency})")
    for withheld in answer.withheld:
        click.echo(f"{said['withheld']}: {withheld.text} ({withheld.reason})")
