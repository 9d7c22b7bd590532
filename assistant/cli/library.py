"""Commands that fill, list and print the library: ingest, remove, show, acts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assistant.cli.common import as_json, open_assistant, print_models, users_language
from assistant.cli.watch import tell_changes

if TYPE_CHECKING:
    from assistant.model import IngestReport


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--act", help="The act the file holds, where the file does not say: ru-ukaz-490-2019.")
@click.option("--edition", metavar="DATE", help="The edition's date, where the file does not say.")
@click.option("--authority", type=click.Choice(["official", "user"]), help="Whose text it is.")
@click.option("--primary", is_flag=True, help="Take the canonical text from this file.")
@click.option("--ray", metavar="ADDRESS", help="Read and embed on this Ray cluster; local starts one here.")
@as_json
def ingest(
    paths: tuple[Path, ...],
    act: str | None,
    edition: str | None,
    authority: str | None,
    primary: bool,
    ray: str | None,
    print_json: bool,
) -> None:
    """Take files and folders into the library; without a path, the embedded corpus."""
    from assistant.audit import Trail, noting
    from assistant.settings import current_settings
    from ingest.run import ingest_corpus, ingest_paths, options_from

    options = options_from(act, edition, authority, primary=primary)
    trail, who = Trail.of(current_settings()), noting.at_the_machine()
    with trail.changing("ingested", who, paths=[str(path) for path in paths]) as came:
        report = ingest_paths(paths, options, ray=ray) if paths else ingest_corpus(ray=ray)
        came |= noting.of_ingest(report)
    print_models(report) if print_json else _tell_ingest(report)
    for entry in report.failed:
        click.echo(f"{entry.path}: {entry.reason}", err=True)
    raise click.exceptions.Exit(1 if report.failed else 0)


_SAID_OF_INGEST = {
    "ru": ("добавлено", "обновлено", "без изменений", "пропущено", "не принято", "положений", "фрагментов",
           "секунд", "скрыто в файле"),
    "en": ("added", "updated", "unchanged", "skipped", "failed", "provisions", "chunks", "seconds",
           "hidden"),
}  # fmt: skip


def _tell_ingest(report: IngestReport) -> None:
    said = dict(zip(_SAID_OF_INGEST["en"], _SAID_OF_INGEST[users_language()], strict=True))
    for name in ("added", "updated", "unchanged"):
        acts = getattr(report, name)
        if acts:
            click.echo(f"{said[name]}: {len(acts)} ({', '.join(acts)})")
    for entry in report.skipped:
        click.echo(f"{said['skipped']}: {entry.path}: {entry.reason}")
    for entry in report.hidden:
        click.echo(f"{said['hidden']}: {entry.path}: {entry.reason}")
    tell_changes(report.watched)
    if report.failed:
        click.echo(f"{said['failed']}: {len(report.failed)}")
    counts = (f"{said[name]}: {getattr(report, name)}" for name in ("provisions", "chunks", "seconds"))
    click.echo(", ".join(counts))


@click.command()
@click.argument("what")
@as_json
def remove(what: str, print_json: bool) -> None:
    """Remove an act (its id) or a file (its path) from the library."""
    from assistant.audit import Trail
    from assistant.audit.noting import at_the_machine
    from assistant.settings import current_settings
    from ingest.run import remove as remove_from_library

    with Trail.of(current_settings()).changing("removed", at_the_machine(), what=what) as came:
        removed = came["acts"] = remove_from_library(what)
    click.echo(json.dumps({"removed": removed}) if print_json else "\n".join(removed))


@click.command()
@click.argument("act")
@click.argument("provision", required=False)
@click.option("--edition", metavar="DATE", help="This edition; default: the one in force.")
@click.option("--as-of", metavar="DATE", help="The edition in force at this date.")
@as_json
def show(act: str, provision: str | None, print_json: bool, **chosen: Any) -> None:
    """Print an act or one provision: an id, or as written («п. 27 подп. в», "Article 5(1)(f)")."""
    shown = open_assistant().show(act, provision, **chosen)
    if print_json:
        print_models(shown)
        return
    pages = f", p. {shown.pages[0]}–{shown.pages[-1]}" if shown.pages else ""
    click.echo(f"{shown.label} — {shown.ref} ({shown.edition or '?'}, {shown.currency}{pages})")
    if shown.standing:
        click.echo(shown.standing)
    if shown.repealed and shown.repealed != [shown.provision]:
        click.echo(f"{_SAID_OF_REPEALED[users_language()]}: {', '.join(shown.repealed)}")
    click.echo(f"\n{shown.text}")


_SAID_OF_REPEALED = {"ru": "утратили силу", "en": "repealed provisions"}


@click.command()
@click.option("--catalogue", is_flag=True, help="Also acts that are known but not held.")
@as_json
def acts(catalogue: bool, print_json: bool) -> None:
    """List the acts in the library."""
    if catalogue:
        from ingest.run import store_catalogue

        store_catalogue()
    found = open_assistant().acts(catalogue=catalogue)
    if print_json:
        print_models(found)
        return
    said = _SAID_OF_TEXTS[users_language()]
    for act in found:
        held = ", ".join(f"{entry.edition or '?'} {entry.authority}" for entry in act.editions) or "—"
        click.echo(f"{act.act}: {act.title} [{held}] {act.currency}")
        if catalogue and not act.text_held:
            click.echo(f"  {said['missing']}: {', '.join(act.sources) or said['nowhere']}")
        elif catalogue and act.checked_at:
            click.echo(f"  {said['checked']}: {act.checked_at[:10]}")
    if catalogue:
        without = sum(not act.text_held for act in found)
        click.echo(said["sum"].format(n=len(found), missing=without))


_SAID_OF_TEXTS = {
    "ru": {
        "missing": "текста нет; где взять",
        "checked": "официальный источник дал тот же текст",
        "nowhere": "адрес не известен, загрузите файл командой «ai-policy ingest»",
        "sum": "Актов в каталоге: {n}, из них без официального текста: {missing}.",
    },
    "en": {
        "missing": "text not held; to be had from",
        "checked": "the official source gave this text",
        "nowhere": "no address known, load a file with 'ai-policy ingest'",
        "sum": "Acts in the catalogue: {n}, without an official text: {missing}.",
    },
}
