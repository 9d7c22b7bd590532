"""The owner's conversations -> the list beside the chat: to be opened, renamed, shared, exported, deleted.

Controls carry ``data-`` attributes that ``ask.js`` turns into events.
"""

from __future__ import annotations

from assistant.export import FORMATS
from assistant.model import Lang
from assistant.records.model import Conversation
from assistant.web.ask.keeping import Past
from assistant.web.ask.words import say
from assistant.web.escape import esc


def past_html(past: Past, current: str, lang: Lang, *, sharing: bool = False, notice: str = "") -> str:
    """The list; ``current``: the conversation that is open. ``notice``: HTML of our own above it."""
    if past.error is not None:
        body = f'<p class="error" role="alert">{esc(past.error.message(lang))}</p>'
    elif past.items:
        entries = "".join(_entry(each, current, lang, sharing) for each in past.items)
        body = f"<ul>{entries}</ul>"
    else:
        body = f'<p class="quiet">{esc(say(lang, "nothing_found" if past.search else "no_history"))}</p>'
    name = esc(say(lang, "history"))
    return f'<nav class="past" lang="{lang}" aria-label="{name}">{notice}{body}</nav>'


def deleted_html(conversation: str, title: str, lang: Lang) -> str:
    """What was deleted, and the way to take that back."""
    told = esc(say(lang, "deleted", title=title or say(lang, "untitled")))
    button = _button("undo", "undo-delete", conversation, lang)
    return f'<p class="toast" role="status">{told} {button}</p>'


def shared_html(address: str, lang: Lang) -> str:
    """A link to read a conversation by."""
    return (
        f'<div class="toast" role="status"><p>{esc(say(lang, "share_told"))}</p>'
        f'<p><input type="text" readonly value="{esc(address)}" aria-label="{esc(say(lang, "share"))}">'
        f'<button type="button" class="tool" data-copy="{esc(address)}" '
        f'data-done="{esc(say(lang, "copied"))}">{esc(say(lang, "copy"))}</button></p></div>'
    )


def _button(key: str, does: str, conversation: str, lang: Lang) -> str:
    return (
        f'<button type="button" class="tool" data-does="{does}" data-conversation="{esc(conversation)}">'
        f"{esc(say(lang, key))}</button>"
    )


def _entry(entry: Conversation, current: str, lang: Lang, sharing: bool) -> str:
    title = entry.title or say(lang, "untitled")
    here = ' aria-current="page"' if entry.id == current else ""
    return (
        f'<li{here}><button type="button" class="open" data-does="open" data-conversation="{esc(entry.id)}" '
        f'title="{esc(title)}">{esc(title)}</button>{_menu(entry, title, lang, sharing)}</li>'
    )


def _menu(entry: Conversation, title: str, lang: Lang, sharing: bool) -> str:
    actions = [
        f'<button type="button" class="tool" data-does="rename" data-conversation="{esc(entry.id)}" '
        f'data-title="{esc(title)}" data-label="{esc(say(lang, "new_name"))}" '
        f'data-save="{esc(say(lang, "save_name"))}">{esc(say(lang, "rename"))}</button>'
    ]
    if sharing:
        actions.append(_button("share", "share", entry.id, lang))
        if entry.shared:
            actions.append(_button("unshare", "unshare", entry.id, lang))
    actions += [
        f'<button type="button" class="tool" data-download="exports/conversations/{esc(entry.id)}.{each}">'
        f"{esc(say(lang, 'export'))}: {esc(say(lang, f'export_{each}'))}</button>"
        for each in FORMATS
    ]
    actions.append(_button("delete", "delete", entry.id, lang))
    name = esc(say(lang, "menu", title=title))
    items = "".join(f"<li>{each}</li>" for each in actions)
    return (
        f'<details class="menu"><summary aria-label="{name}" title="{esc(say(lang, "more"))}">⋯</summary>'
        f"<ul>{items}</ul></details>"
    )
