"""Two editions of an act -> the pickers, and what differs side by side, provision by provision."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.diff import compare
from assistant.library.schema import EditionRow
from assistant.library.view import EditionView, LibraryView
from assistant.model import Authority, EditionChange, Lang, WordChange
from assistant.web.escape import esc
from assistant.web.library.act import edition_words
from assistant.web.library.markup import tag
from assistant.web.library.words import say

AT_ONCE = 60  # changed provisions shown before the reader asks for more
LONGEST = 40_000  # characters of one side of a change
_TONES = {"changed": "warn", "added": "good", "removed": "off"}


def comparable(rows: Sequence[EditionRow]) -> list[EditionRow]:
    """The editions that can be compared, the oldest first; a restatement is no text of the act."""
    texts = [row for row in rows if row.authority != Authority.DIGEST]
    return sorted(texts, key=lambda row: (row.edition or "", row.authority, row.attachment))


def pickers_html(view: LibraryView, act: str, rows: Sequence[EditionRow], lang: Lang) -> str:
    """Two pickers and a button, where there are two texts to compare."""
    texts = comparable(rows)
    if len(texts) < 2:
        return ""
    before, after = texts[-2].id, texts[-1].id
    return (
        f'<section class="lib-diff" lang="{lang}" data-act="{esc(act)}">'
        f"<h3>{esc(say(lang, 'differences'))}</h3>"
        f'<div class="lib-pick">{_picker("before", texts, before, view, lang)}'
        f"{_picker('after', texts, after, view, lang)}"
        f'<button type="button" class="lib-button" data-compare="0">{esc(say(lang, "compare"))}</button>'
        "</div></section>"
    )


def _picker(name: str, texts: Sequence[EditionRow], chosen: int, view: LibraryView, lang: Lang) -> str:
    options = "".join(
        f'<option value="{row.id}"{" selected" if row.id == chosen else ""}>'
        f"{esc(edition_words(view, row, lang))}</option>"
        for row in texts
    )
    key = f"library-{name}"
    return (
        f'<div class="pick"><label for="{key}">{esc(say(lang, name))}</label>'
        f'<select id="{key}" name="{name}">{options}</select></div>'
    )


def note_html(key: str, lang: Lang) -> str:
    """A sentence of ours in place of a comparison."""
    return said_html(say(lang, key), lang)


def said_html(words: str, lang: Lang) -> str:
    """A sentence in place of a comparison."""
    return f'<p class="lib-note" role="status" lang="{lang}">{esc(words)}</p>'


def changes_html(before: EditionView, after: EditionView, lang: Lang, shown: int = AT_ONCE) -> str:
    """What differs, unchanged provisions left out and counted. ``shown``: how many at most."""
    changes = compare(before, after)
    if not changes:
        return note_html("no_changes", lang)
    counts = {kind: sum(change.change == kind for change in changes) for kind in _TONES}
    touched = {change.provision for change in changes if change.change != "removed"}
    same = max(0, len(after.provisions) - len(touched))
    said = f"{say(lang, 'changes', **counts)}. {say(lang, 'unchanged', n=same)}"
    body = "".join(_change(change, before, lang) for change in changes[:shown])
    left = len(changes) - shown
    more = (
        f'<p><button type="button" class="lib-button" data-compare="{shown + AT_ONCE}">'
        f"{esc(say(lang, 'more_changes', n=left))}</button></p>"
        if left > 0
        else ""
    )
    head = (
        f'<div class="lib-sides" aria-hidden="true"><b>{esc(say(lang, "before"))}</b>'
        f"<b>{esc(say(lang, 'after'))}</b></div>"
    )
    return (
        f'<section class="lib-changes" lang="{lang}" data-before="{before.row.id}" '
        f'data-after="{after.row.id}" aria-label="{esc(say(lang, "differences"))}">'
        f'<p role="status">{esc(said)}</p>{head}{body}{more}</section>'
    )


def _change(change: EditionChange, before: EditionView, lang: Lang) -> str:
    moved = ""
    if change.moved_from:
        node = before.provisions.get(change.moved_from)
        label = node.label if node else change.moved_from
        moved = f' <span class="lib-quiet">{esc(say(lang, "moved_from", label=label))}</span>'
    kind = tag(say(lang, f"change_{change.change}"), _TONES[change.change])
    gone = " " + tag(say(lang, "repealed"), "off") if change.repealed else ""
    name = f"<b>{esc(change.label)}</b>"
    if change.change != "removed":
        there = f'class="lib-where" data-read="{esc(change.provision)}"'
        name = f'<button type="button" {there}>{esc(change.label)}</button>'
    sides = _side(change.words, "removed", "before", lang) + _side(change.words, "added", "after", lang)
    return (
        f'<article class="lib-change" data-change="{change.change}"><h4>{name} {kind}{gone}{moved}</h4>'
        f'<div class="lib-sides">{sides}</div></article>'
    )


def _side(words: Sequence[WordChange], own: str, name: str, lang: Lang) -> str:
    parts: list[str] = []
    left = LONGEST
    element, said = ("ins", "put_in") if own == "added" else ("del", "taken_out")
    for run in words:
        if run.op not in ("equal", own) or left <= 0:
            continue
        text = run.text[:left]
        left -= len(text)
        if run.op == "equal":
            parts.append(esc(text))
            continue
        spoken = f'<span class="lib-sr">[{esc(say(lang, said))} </span>'
        kept = text.rstrip()
        end = '<span class="lib-sr">]</span>'
        parts.append(f"<{element}>{spoken}{esc(kept)}{end}</{element}>{esc(text[len(kept) :])}")
    body = "".join(parts) or f'<span class="lib-quiet">{esc(say(lang, "absent"))}</span>'
    cut = " …" if left <= 0 else ""
    head = f'<span class="lib-side-name">{esc(say(lang, name))}</span>'
    return f'<div class="side {name}">{head}<div class="words">{body}{cut}</div></div>'
