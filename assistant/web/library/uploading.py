"""The place to drop files, and the list of the owner's files -> HTML.

How an upload goes on is written by ``library.js`` from the words that the zone carries.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from assistant.api.library import takes_files
from assistant.model import Lang
from assistant.records.model import Upload
from assistant.records.owner import LOCAL, Group, Owner
from assistant.web.escape import esc
from assistant.web.library.markup import act_link, moment_in_words, size_in_words
from assistant.web.library.words import say
from assistant.web.plain import shorten

if TYPE_CHECKING:
    from assistant.settings import Settings

ACCEPTED = ".pdf,.docx,.rtf,.doc,.html,.htm,.xhtml,.txt,.md"
_SENT_WORDS = (
    "send", "wait", "wait_next", "read", "structure", "store", "embed", "index",
    "done_added", "done_updated", "done_unchanged", "done_linked", "done_skipped", "done_failed",
    "too_large", "too_many", "connection", "open",
)  # fmt: skip


def zone_html(settings: Settings, lang: Lang, groups: Sequence[Group] = ()) -> str:
    """Where files are dropped or chosen, and for whom; where none are taken, that and why."""
    if not takes_files(settings):
        return (
            f'<div class="lib-off" lang="{lang}"><p>{esc(say(lang, "drop_off"))}</p>'
            f'<p class="lib-quiet">{esc(say(lang, "drop_off_how"))}</p></div>'
        )
    most, files = max(1, settings.api_ingest_bytes // 1_000_000), settings.api_ingest_files
    words = {key: say(lang, key) for key in _SENT_WORDS}
    words["too_large"] = say(lang, "too_large", mb=most)
    words["too_many"] = say(lang, "too_many", files=files)
    limits = say(lang, "drop_limits", files=files, mb=most)
    return (
        f'<div class="lib-zone" lang="{lang}" data-words="{esc(json.dumps(words, ensure_ascii=False))}" '
        f'data-bytes="{settings.api_ingest_bytes}" data-files="{files}">'
        f"{_for_whom(groups, lang)}"
        f'<label class="lib-drop"><input type="file" multiple accept="{ACCEPTED}" '
        f'aria-describedby="library-limits"><b>{esc(say(lang, "drop"))}</b> '
        f"<span>{esc(say(lang, 'drop_or'))}</span></label>"
        f'<p class="lib-quiet" id="library-limits">{esc(limits)}</p>'
        f'<ul class="lib-progress" aria-label="{esc(say(lang, "uploads_now"))}"></ul>'
        '<p class="lib-sr" role="status" aria-live="polite"></p></div>'
    )


def _for_whom(groups: Sequence[Group], lang: Lang) -> str:
    """Whom files are brought for: nothing to choose for whoever belongs to no group."""
    if not groups:
        return ""
    choices = [
        ("", say(lang, "for_me")),
        *((each.id, say(lang, "for_group", name=each.name)) for each in groups),
    ]
    options = "".join(f'<option value="{esc(key)}">{esc(words)}</option>' for key, words in choices)
    return (
        f'<label class="lib-for"><span>{esc(say(lang, "for_whom"))}</span> '
        f'<select name="group">{options}</select></label>'
    )


def mine_html(found: Sequence[Upload], owner: Owner, lang: Lang) -> str:
    """The owner's files: each can be opened and deleted, a deleted one brought back for a while."""
    if not found:
        key = "mine_none_local" if owner == LOCAL else "mine_none_groups" if owner.groups else "mine_none"
        return f'<p class="lib-quiet" lang="{lang}">{esc(say(lang, key))}</p>'
    items = "".join(_entry(upload, lang) for upload in found)
    name = esc(say(lang, "mine"))
    return f'<ul class="lib-mine" lang="{lang}" aria-label="{name}">{items}</ul>'


def _entry(upload: Upload, lang: Lang) -> str:
    name = shorten(upload.file_name, 120)
    if upload.state == "held":
        title = act_link(upload.act, name)
        said = say(lang, "uploaded_at", time=moment_in_words(upload.uploaded_at, lang))
        words = (say(lang, "delete"), say(lang, "delete_named", name=name))
        button = _button("delete", upload.id, *words) if upload.may_delete else ""
    else:
        title = f"<span>{esc(name)}</span>"
        until = moment_in_words(upload.undo_until, lang) if upload.undo_until else ""
        said = say(lang, "deleted_until", time=until) if until else say(lang, "deleted_gone")
        words = (say(lang, "undo"), say(lang, "undo_named", name=name))
        button = _button("undo", upload.id, *words) if until and upload.may_delete else ""
    about = f"{size_in_words(upload.size, lang)} · {said}"
    if upload.group:
        about = f"{say(lang, 'for_group', name=upload.group)} · {about}"
    return (
        f'<li data-state="{upload.state}"><span class="name">{title}<span class="lib-quiet">{esc(about)}'
        f"</span></span>{button}</li>"
    )


def _button(what: str, key: str, words: str, name: str) -> str:
    return (
        f'<button type="button" class="lib-button small" data-{what}="{esc(key)}" aria-label="{esc(name)}">'
        f"{esc(words)}</button>"
    )


def toast_html(words: str, lang: Lang, *, undo: tuple[str, str] | None = None) -> str:
    """A short word of what was done. ``undo``: (upload, its name) where that can be undone."""
    button = (
        _button("undo", undo[0], say(lang, "undo"), say(lang, "undo_named", name=undo[1])) if undo else ""
    )
    close = (
        f'<button type="button" class="lib-step" data-dismiss="1" aria-label="{esc(say(lang, "dismiss"))}">'
        "×</button>"
    )
    made = datetime.now(UTC).timestamp()  # two toasts of the same words are two
    return (
        f'<div class="lib-toast" role="status" lang="{lang}" data-made="{made}"><span>{esc(words)}</span>'
        f"{button}{close}</div>"
    )
