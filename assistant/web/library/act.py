"""An act -> what its page says of it: facts, the editions to choose from, the text of a provision."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from assistant.library.schema import ActRow, EditionRow
from assistant.library.view import OWN, EditionView, LibraryView
from assistant.model import Authority, Lang, Provision
from assistant.naming import day_in_words
from assistant.standing import why
from assistant.web.escape import esc
from assistant.web.library.markup import facts, outside, outside_all, tag
from assistant.web.library.names import AUTHORITY, CURRENCY, KINDS, of
from assistant.web.library.outline import snippet
from assistant.web.library.reach import Reach
from assistant.web.library.table import edition_day, sources_of, standing
from assistant.web.library.words import say
from assistant.web.plain import shorten

LONGEST = 60_000  # characters of a provision shown at once


def head_html(reach: Reach, act: ActRow, chosen: EditionRow | None, lang: Lang, day: date) -> str:
    """The top of an act's page: the way back, its title, facts, editions."""
    view = reach.view
    title = view.title(act.id, lang)
    other = (act.title_en if lang == "ru" else act.title_ru) or ""
    second = f'<p class="lib-other">{esc(shorten(other, 400))}</p>' if other and other != title else ""
    rows = reach.editions(act.id)
    return (
        f'<section class="lib-act" lang="{lang}" data-act="{esc(act.id)}" '
        f'data-edition="{chosen.id if chosen else ""}">'
        f'<button type="button" class="lib-back" data-back="1">← {esc(say(lang, "back"))}</button>'
        f'<h2 tabindex="-1">{esc(title)}</h2>{second}'
        f"{_facts(view, act, chosen, lang, day)}{_editions(view, rows, chosen, lang)}</section>"
    )


def no_text_html(act: ActRow, lang: Lang, *, fetchable: bool) -> str:
    """In place of an outline: that there is no text, and where to get it."""
    urls = sources_of(act)
    items = "".join(f"<li>{outside(url, url, lang)}</li>" for url in urls)
    where = f"<p>{esc(say(lang, 'no_text_get'))}</p><ul>{items}</ul>" if urls else ""
    get = (
        f'<p><button type="button" class="lib-button" data-plan="{esc(act.id)}">'
        f"{esc(say(lang, 'get_text'))}</button></p>"
    )
    return (
        f'<div class="lib-note" lang="{lang}"><p>{esc(say(lang, "no_text"))}</p>{where}'
        f"<p>{esc(say(lang, 'no_text_add'))}</p>{get if fetchable and act.sources else ''}</div>"
    )


def _facts(view: LibraryView, act: ActRow, chosen: EditionRow | None, lang: Lang, day: date) -> str:
    status = standing(view, act, chosen, day, lang)
    links = outside_all(sources_of(act), lang)
    issuer = (act.issuer if lang == "ru" else act.issuer_en) or act.issuer
    plain = [
        ("kind", of(KINDS, lang, act.kind)),
        ("number", act.number),
        ("date", _day(act.date, lang)),
        ("issuer", issuer),
    ]
    later = [
        ("in_force_from", _day(act.in_force_from, lang)),
        ("in_force_to", _day(act.in_force_to, lang)),
        ("checked", _day(act.amendments_checked, lang)),
        ("aliases", ", ".join(map(str, act.aliases[:6]))),
        ("authority", of(AUTHORITY, lang, chosen.authority) if chosen else ""),
        ("id", "" if act.id.startswith(OWN) else act.id),
    ]
    said = [(say(lang, name), esc(value or "")) for name, value in plain]
    said.append((say(lang, "status"), tag(status.words, status.tone)))
    said += [(say(lang, name), esc(value or "")) for name, value in later]
    told = [(say(lang, "why"), esc(status.why or "")), (say(lang, "sources"), links)]
    return facts(said) + facts(told)


def _day(day: str | None, lang: Lang) -> str:
    return day_in_words(day, lang) if day else ""


def edition_words(view: LibraryView, row: EditionRow, lang: Lang) -> str:
    """How an edition is named among those of its act."""
    named = [say(lang, "edition_of", day=edition_day(row.edition, lang)) if row.edition else ""]
    named[0] = named[0] or say(lang, "no_edition_date")
    if row.attachment:
        named.append(say(lang, "attachment", n=row.attachment))
    named.append(of(AUTHORITY, lang, row.authority))
    return ", ".join(named)


def _editions(view: LibraryView, rows: Sequence[EditionRow], chosen: EditionRow | None, lang: Lang) -> str:
    if not rows:
        return ""
    counts = view.library.counts()
    buttons = "".join(
        f'<button type="button" class="lib-chip" data-edition="{row.id}" '
        f'aria-pressed="{"true" if chosen is not None and row.id == chosen.id else "false"}">'
        f"{esc(edition_words(view, row, lang))} "
        f'<span class="n">{esc(say(lang, "provisions_n", n=counts.get(row.id, (0, 0))[0]))}</span></button>'
        for row in rows
    )
    name = esc(say(lang, "editions"))
    group = f'<div class="lib-chips" role="group" aria-label="{name}">{buttons}</div>'
    return f'<div class="lib-editions"><h3>{name}</h3>{group}</div>'


def reading_html(
    view: LibraryView, edition: EditionView, node: Provision | None, lang: Lang, day: date
) -> str:
    """The text of a provision beside the outline; an invitation where none is chosen."""
    name = esc(say(lang, "reading"))
    if node is None:
        body = f'<p class="lib-quiet">{esc(say(lang, "reading_empty"))}</p>'
        return f'<aside class="lib-reading" lang="{lang}" aria-label="{name}">{body}</aside>'
    row = edition.row
    currency = view.currency(row.id, day, node)
    reason = why(view, row.id, day, node, lang) or ""
    rows = [
        (say(lang, "place"), esc(" › ".join(_headings(edition, node)))),
        (say(lang, "status"), tag(of(CURRENCY, lang, currency), _tone(currency), reason)),
        (say(lang, "why"), esc(reason)),
        (say(lang, "page" if node.page == node.last_page else "pages"), esc(_pages(node))),
        (say(lang, "note"), esc(node.note or "")),
        (say(lang, "authority"), esc(of(AUTHORITY, lang, row.authority))),
    ]
    return (
        f'<aside class="lib-reading" lang="{lang}" aria-label="{name}" aria-live="polite" '
        f'data-provision="{esc(node.id)}">{_steps(edition, node, lang)}'
        f'<h3 tabindex="-1">{esc(node.label)}</h3>{facts(rows)}{_text(edition, node, lang)}'
        f'<p><button type="button" class="lib-quiet-button" data-copy="1" '
        f'data-copied="{esc(say(lang, "copied"))}">{esc(say(lang, "copy_link"))}</button></p></aside>'
    )


def _tone(currency: str) -> str:
    return {"current": "good", "repealed": "off", "unknown": ""}.get(currency, "warn")


def _pages(node: Provision) -> str:
    if node.page is None:
        return ""
    return str(node.page) if node.page == node.last_page else f"{node.page}–{node.last_page}"


def _text(edition: EditionView, node: Provision, lang: Lang) -> str:
    text = edition.text[node.start : node.end].strip()
    cut = text[:LONGEST]
    rest = f'<p class="lib-quiet">{esc(say(lang, "shortened", n=LONGEST))}</p>' if len(text) > LONGEST else ""
    ours = " ours" if edition.row.authority == Authority.DIGEST else ""
    return (
        f'<div class="lib-passage{ours}" lang="{esc(node.lang)}" tabindex="0" role="group" '
        f'aria-label="{esc(node.label)}">{esc(cut)}</div>{rest}'
    )


def _headings(edition: EditionView, node: Provision) -> list[str]:
    found: list[str] = []
    above = edition.provisions.get(node.parent) if node.parent else None
    while above is not None:
        found.append(shorten(f"{above.label} {above.heading or ''}", 90))
        above = edition.provisions.get(above.parent) if above.parent else None
    return found[::-1]


def _steps(edition: EditionView, node: Provision, lang: Lang) -> str:
    """The way to the provisions that stand before and after this one, on its level."""
    level = (
        edition.children.get(node.parent, [])
        if node.parent
        else [each for each in edition.provisions.values() if each.parent is None]
    )
    place = next((at for at, each in enumerate(level) if each.id == node.id), 0)
    buttons = []
    for at, sign, key in ((place - 1, "←", "previous"), (place + 1, "→", "next")):
        if 0 <= at < len(level):
            words = f"{say(lang, key)}: {level[at].label}"
            where, hint = f'data-step="{esc(level[at].id)}"', f"{words} {snippet(edition, level[at])}"
        else:
            words = hint = say(lang, key)
            where = "disabled"
        buttons.append(
            f'<button type="button" class="lib-step" {where} title="{esc(hint)}" '
            f'aria-label="{esc(words)}">{sign}</button>'
        )
    return f'<div class="lib-steps">{"".join(buttons)}</div>'
