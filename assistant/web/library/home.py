"""The first view of the tab: its bar, the owner's files, official texts and the table -> HTML at one go."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from assistant.access.roles import Ability
from assistant.api.library import takes_files
from assistant.model import Lang
from assistant.records import uploads
from assistant.records.model import Upload
from assistant.records.owner import Owner
from assistant.web.escape import esc
from assistant.web.library import syncing, table, uploading
from assistant.web.library.reach import reach_of
from assistant.web.library.taking import kept_place
from assistant.web.library.words import say

if TYPE_CHECKING:
    from assistant.engine import Assistant
    from assistant.settings import Settings

log = logging.getLogger(__name__)

FILES_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Home:
    """The HTML of the parts of the first view."""

    bar: str
    zone: str
    mine: str
    sync: str
    lacks: str
    list: str


def made(assistant: Assistant, owner: Owner, lang: Lang) -> Home:
    """The first view as the owner may see it. Raises PolicyError."""
    settings = assistant.settings
    files = _files(assistant, owner)
    lines = table.lines(reach_of(assistant.seen_by(owner).view, owner), lang, date.today())
    return Home(
        bar=_bar(files, lines, lang),
        zone=uploading.zone_html(settings, lang, owner.groups),
        mine=uploading.mine_html(files, owner, lang),
        sync=syncing.sync_html("", lang, allowed=may_sync(settings, owner)),
        lacks=syncing.lacks_html(lines, lang),
        list=table.table_html(lines, lang),
    )


def _files(assistant: Assistant, owner: Owner) -> list[Upload]:
    """The owner's files; those that can no longer come back are really removed first."""
    library = assistant.library
    files = uploads.listed(library, owner, limit=FILES_SHOWN).items
    now = datetime.now(UTC).isoformat(timespec="microseconds")
    if not any(upload.undo_until and upload.undo_until <= now for upload in files):
        return files
    uploads.purge(library, owner, kept=kept_place(assistant.settings))
    return uploads.listed(library, owner, limit=FILES_SHOWN).items


def may_sync(settings: Settings, owner: Owner) -> bool:
    """Whether the owner may have official texts fetched."""
    return may_write(settings) and owner.may(Ability.LIBRARY)


def may_write(settings: Settings) -> bool:
    """Whether readers may change the library from the page: the same rule as for the API."""
    return takes_files(settings)


def _bar(files: list[Upload], lines: list[table.Line], lang: Lang) -> str:
    held = sum(upload.state == "held" for upload in files)
    missing = sum("missing" in line.shown for line in lines)
    own = say(lang, "mine_n", n=held) if held else say(lang, "mine")
    lacks = f' <span class="n">{esc(say(lang, "sync_missing", n=missing))}</span>' if missing else ""
    return (
        f'<div class="lib-bar" lang="{lang}"><h2>{esc(say(lang, "title"))}</h2>'
        f'<button type="button" class="lib-button" data-panel="files" aria-expanded="false" '
        f'aria-controls="library-files">{esc(own)}</button>'
        f'<button type="button" class="lib-button" data-panel="texts" aria-expanded="false" '
        f'aria-controls="library-texts">{esc(say(lang, "sync"))}{lacks}</button></div>'
    )
