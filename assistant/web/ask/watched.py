"""What changed among the watched acts and answers -> the list a visitor finds on the first page."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.model import Lang, WatchChange
from assistant.watch import CHANGES
from assistant.web.escape import esc
from assistant.web.text import in_words, say

SHOWN = 12


def changes_html(changes: Sequence[WatchChange], lang: Lang) -> str:
    """The changes under what they concern, newest first; nothing where there are none."""
    if not changes:
        return ""
    groups: dict[str, list[WatchChange]] = {}
    for change in changes[:SHOWN]:
        groups.setdefault(change.label, []).append(change)
    items = "".join(
        f"<li><strong>{esc(label)}</strong><ul>{''.join(_line(each, lang) for each in found)}</ul></li>"
        for label, found in groups.items()
    )
    left = len(changes) - SHOWN
    more = f'<p class="quiet">{esc(say(lang, "more_changes", n=left))}</p>' if left > 0 else ""
    return (
        f'<section class="note watched"><h2>{esc(say(lang, "watched"))}</h2><ul>{items}</ul>{more}</section>'
    )


def _line(change: WatchChange, lang: Lang) -> str:
    button = f'<button type="button" class="source" data-ref="{esc(change.ref)}">{esc(change.ref)}</button>'
    place = button if "#" in change.ref else esc(change.ref)
    return f"<li>{place} — {esc(in_words(CHANGES, lang, change.kind))}</li>"
