"""Commands that keep a home's content elsewhere and bring it back: backup, restore."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli.common import as_json, print_models, users_language

if TYPE_CHECKING:
    from assistant.library.backup_files import BackedUp

_SAID = {
    "ru": {
        "held": "{path}: актов {acts}, файлов {files}, {size:.1f} МБ, версия {version}, {made_at}",
        "missing": "исходного файла нет в папке программы: {}",
        "left_out": "не вошло в копию: {} ({})",
        "check": "Файлы копии совпадают со своими хешами.",
        "restored": "Восстановлено в {home}. Индексы построены: фрагментов {chunks}.",
        "unindexed": "Восстановлено в {home}. Индексы ещё не построены: {why}",
        "ended": "Из доступа копии не вернулось: сеансов {sessions}, токенов {tokens}, ссылок на беседы "
        "{links}, участий в группах {memberships}. Новые токены: ai-policy token create.",
        "shut": "Отключены, так как сейчас отключены или удалены: {names}. Вернуть: ai-policy user enable.",
    },
    "en": {
        "held": "{path}: {acts} acts, {files} files, {size:.1f} MB, version {version}, {made_at}",
        "missing": "an original is not in the home: {}",
        "left_out": "not in the backup: {} ({})",
        "check": "Every file of the backup is what its hash says.",
        "restored": "Restored into {home}. Indexes were rebuilt: {chunks} chunks.",
        "unindexed": "Restored into {home}. The indexes are still to be built: {why}",
        "ended": "Access of the backup that was not brought back: {sessions} sessions, {tokens} tokens, "
        "{links} links to conversations, {memberships} group members. New tokens: ai-policy token create.",
        "shut": "Shut out, for they are disabled or not there now: {names}. Back: ai-policy user enable.",
    },
}


@click.command()
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Make none: compare the one that is there with its hashes.")
@as_json
def backup(target: Path, check: bool, print_json: bool) -> None:
    """Back the home up to TARGET: a folder, or one file where the name ends in .zip.

    Others may write meanwhile. Exit 1: something is not in the backup, and is named: originals that the home
    does not have, or files in inbox/ and evals/ that cannot be read.
    """
    from assistant.audit import Trail, noting
    from assistant.library.backup import back_up, verify
    from assistant.settings import current_settings
    from ingest.backup import refuse_elsewhere, refuse_server

    settings = current_settings()
    said = _SAID[users_language()]
    if check:
        found = verify(target)
    else:
        refuse_server(settings)
        refuse_elsewhere(settings)
        about = {"to": str(target.absolute())}
        with Trail.of(settings).changing("backed_up", noting.at_the_machine(), **about) as came:
            found = back_up(settings.home, target)
            came |= {"library": found.version, "acts": found.acts, "files": len(found.files)}
    if print_json:
        print_models(found)
    else:
        click.echo(_told(said["held"], target, found))
        click.echo(said["check"])
    for name in found.missing:
        click.echo(said["missing"].format(name), err=True)
    for name, why in found.left_out.items():
        click.echo(said["left_out"].format(name, why), err=True)
    raise click.exceptions.Exit(1 if found.missing or found.left_out else 0)


@click.command()
@click.argument("source", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="Into a home that is not empty: what it holds is given up.")
@as_json
def restore(source: Path, replace: bool, print_json: bool) -> None:
    """Put a backup into the home, which must hold nothing, and build its indexes."""
    from assistant.audit import Trail, noting
    from assistant.settings import current_settings
    from ingest.backup import restore_home

    about = {"from": str(source.absolute()), "replace": replace}
    with Trail.of(current_settings()).changing("restored", noting.at_the_machine(), **about) as came:
        found, chunks, why = restore_home(source, replace=replace)
        came |= {"library": found.version, "acts": found.acts, "made_at": found.made_at}
        came["ended"] = found.ended.model_dump()
    if print_json:
        print_models(found)
        return
    said, home = _SAID[users_language()], current_settings().home
    click.echo(_told(said["held"], source, found))
    if why is None:
        click.echo(said["restored"].format(home=home, chunks=chunks))
    else:
        click.echo(said["unindexed"].format(home=home, why=why.message(users_language())))
    if found.ended.anything:
        ended = found.ended
        click.echo(said["ended"].format(**ended.model_dump(exclude={"users"})))
        if ended.users:
            click.echo(said["shut"].format(names=", ".join(ended.users)))


def _told(words: str, path: Path, found: BackedUp) -> str:
    size = sum(size for _, size in found.files.values()) / 1e6
    values = found.model_dump(include={"acts", "version", "made_at"})
    return words.format(path=path, files=len(found.files), size=size, **values)
