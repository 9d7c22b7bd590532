"""The acts an owner may see -> a table that the browser filters and sorts as one types.

Every row carries what it is found and sorted by in ``data-`` attributes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from assistant.library.schema import ActRow, EditionRow
from assistant.library.view import Filters, LibraryView, shared_id
from assistant.model import ActStatus, Authority, Currency, Lang
from assistant.naming import day_in_words
from assistant.standing import why
from assistant.web.escape import esc
from assistant.web.library.markup import TITLE_CHARS, act_link, outside, tag
from assistant.web.library.names import AUTHORITY, CURRENCY, KINDS, STATUS, of
from assistant.web.library.reach import Reach
from assistant.web.library.words import say
from assistant.web.plain import host_of, shorten

SHOWN = ("all", "official", "digest", "user", "missing")
COLUMNS = ("title", "number", "date", "status", "editions", "authority", "provisions", "source")
SORTED = ("title", "number", "date", "status", "provisions")
_TONES = {
    Currency.CURRENT: "good",
    Currency.AMENDED_TEXT_NOT_HELD: "warn",
    Currency.SUPERSEDED: "warn",
    Currency.REPEALED: "off",
    Currency.NOT_YET_IN_FORCE: "warn",
}
# What an act is, where no text of it decides: the catalogue's word.
_OWN_STATUS = (ActStatus.DRAFT, ActStatus.VOLUNTARY, ActStatus.COMPLETED, ActStatus.REPEALED)


@dataclass(frozen=True, slots=True)
class Standing:
    """An act's status as the table says it. ``why``: the sentence behind it, where there is one."""

    words: str
    tone: str
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One act in the table. ``shown``: the choices of :data:`SHOWN` it falls under."""

    act: ActRow
    title: str
    editions: list[EditionRow]
    standing: Standing
    provisions: int
    sources: list[str]
    shown: tuple[str, ...]


def lines(reach: Reach, lang: Lang, day: date) -> list[Line]:
    """The acts that the owner may see, by title."""
    view = reach.view
    counts = view.library.counts()
    found = []
    for act in view.acts.values():
        if not reach.known(act.id):
            continue
        rows = reach.editions(act.id)
        best = main_edition(view, rows, day)
        found.append(
            Line(
                act=act,
                title=view.title(act.id, lang),
                editions=rows,
                standing=standing(view, act, best, day, lang),
                provisions=counts.get(best.id, (0, 0))[0] if best else 0,
                sources=sources_of(act),
                shown=_shown(act, rows),
            )
        )
    return sorted(found, key=lambda line: line.title.casefold())


def main_edition(view: LibraryView, rows: list[EditionRow], day: date) -> EditionRow | None:
    """The edition a question would be answered from on that day; the first where none is in force."""
    if not rows:
        return None
    inside = view.in_scope(Filters(as_of=day, act=rows[0].act_id))
    return next((row for row in rows if row.id in inside), rows[0])


def standing(view: LibraryView, act: ActRow, edition: EditionRow | None, day: date, lang: Lang) -> Standing:
    """The status of an act, as its text or the catalogue says."""
    reason = why(view, edition.id, day, None, lang) if edition else None
    if act.status in _OWN_STATUS:
        off = act.status in (ActStatus.REPEALED, ActStatus.COMPLETED)
        return Standing(of(STATUS, lang, act.status), "off" if off else "", reason or act.status_note)
    if edition is None:
        tone = "good" if act.status == ActStatus.IN_FORCE else ""
        return Standing(of(STATUS, lang, act.status), tone, act.status_note)
    currency = view.currency(edition.id, day)
    return Standing(of(CURRENCY, lang, currency), _TONES.get(currency, ""), reason)


def sources_of(act: ActRow) -> list[str]:
    """Addresses of the official text, fit to be links."""
    urls = [*(act.sources or ()), *([act.official_url] if act.official_url else ())]
    return [url for url in dict.fromkeys(urls) if host_of(url)]


def _shown(act: ActRow, rows: list[EditionRow]) -> tuple[str, ...]:
    whose = {row.authority for row in rows}
    found = ["all"]
    if Authority.OFFICIAL in whose:
        found.append("official")
    elif Authority.DIGEST in whose:
        found.append("digest")
    if Authority.USER in whose:
        found.append("user")
    if Authority.OFFICIAL not in whose and act.in_catalogue:
        found.append("missing")
    return tuple(found)


def fold(text: str) -> str:
    """A text as the search compares it; the browser folds what is typed in the same way."""
    return " ".join(text.lower().replace("ё", "е").split())


def table_html(found: list[Line], lang: Lang) -> str:
    """The search, the choices and the table."""
    total = say(lang, "found", n=len(found), total=len(found))
    return (
        f'<section class="lib-list" lang="{lang}" aria-label="{esc(say(lang, "title"))}">'
        f'<div class="lib-tools" role="search"><div class="lib-find">'
        f'<label class="lib-sr" for="library-find">{esc(say(lang, "find"))}</label>'
        f'<input id="library-find" type="search" autocomplete="off" spellcheck="false" '
        f'placeholder="{esc(say(lang, "find_hint"))}"></div>{_choices(found, lang)}</div>'
        f'<p class="lib-count" role="status" data-words="{esc(say(lang, "found"))}">{esc(total)}</p>'
        f'<div class="lib-scroll"><table class="lib-table" role="table"><caption class="lib-sr">'
        f"{esc(say(lang, 'table'))}</caption>{_head(lang)}"
        f'<tbody role="rowgroup">{"".join(_row(line, lang) for line in found)}</tbody></table></div>'
        f'<p class="lib-none" hidden>{esc(say(lang, "none_found"))}</p></section>'
    )


def _choices(found: list[Line], lang: Lang) -> str:
    buttons = []
    for name in SHOWN:
        count = sum(name in line.shown for line in found)
        pressed = "true" if name == "all" else "false"
        buttons.append(
            f'<button type="button" class="lib-chip" data-show="{name}" aria-pressed="{pressed}">'
            f'{esc(say(lang, f"show_{name}"))} <span class="n">{count}</span></button>'
        )
    return (
        f'<div class="lib-chips" role="group" aria-label="{esc(say(lang, "show"))}">{"".join(buttons)}</div>'
    )


def _head(lang: Lang) -> str:
    cells = []
    for name in COLUMNS:
        words = esc(say(lang, f"col_{name}"))
        if name in SORTED:
            state = "ascending" if name == "title" else "none"
            arrow = '<span class="arrow" aria-hidden="true"></span>'
            button = f'<button type="button" data-sort="{name}">{words}{arrow}</button>'
            cells.append(
                f'<th class="c-{name}" scope="col" role="columnheader" aria-sort="{state}">{button}</th>'
            )
        else:
            cells.append(f'<th class="c-{name}" scope="col" role="columnheader">{words}</th>')
    return f'<thead role="rowgroup"><tr role="row">{"".join(cells)}</tr></thead>'


def _row(line: Line, lang: Lang) -> str:
    act = line.act
    kept = {
        "search": fold(" ".join(_searched(line, lang))),
        "show": " ".join(line.shown),
        "title": line.title,
        "number": act.number or "",
        "date": act.date or "",
        "status": line.standing.words,
        "provisions": str(line.provisions),
    }
    data = " ".join(f'data-{name}="{esc(value)}"' for name, value in kept.items())
    kind = of(KINDS, lang, act.kind)
    name = f'{act_link(act.id, shorten(line.title, TITLE_CHARS))}<span class="lib-kind">{esc(kind)}</span>'
    status = tag(line.standing.words, line.standing.tone, line.standing.why or "")
    cells = {
        "number": esc(shorten(act.number or "", 60)),
        "date": esc(day_in_words(act.date, lang)) if act.date else "",
        "status": status,
        "editions": _editions(line.editions, lang),
        "authority": _authority(line.editions, lang),
        "provisions": str(line.provisions) if line.provisions else "",
        "source": _source(line.sources, lang),
    }
    return (
        f'<tr role="row" {data}><th class="c-title" scope="row" role="rowheader">{name}</th>'
        + "".join(
            f'<td class="c-{key}" role="cell" data-label="{esc(say(lang, f"col_{key}"))}">{cell}</td>'
            for key, cell in cells.items()
        )
        + "</tr>"
    )


def _searched(line: Line, lang: Lang) -> list[str]:
    act = line.act
    words = [act.title_ru, act.title_en, line.title, act.number, shared_id(act.id)]
    words += [act.issuer, act.issuer_en, act.date]
    words += [day_in_words(act.date, lang) if act.date else None, of(KINDS, lang, act.kind)]
    words += [str(alias) for alias in act.aliases]
    words += [row.title for row in line.editions if row.attachment]
    return list(dict.fromkeys(word for word in words if word))


def _editions(rows: list[EditionRow], lang: Lang) -> str:
    if not rows:
        return f'<span class="lib-quiet">{esc(say(lang, "not_held"))}</span>'
    days = list(dict.fromkeys(edition_day(row.edition, lang) for row in rows))
    more = f' <span class="lib-quiet">{esc(say(lang, "more_editions", n=len(days) - 1))}</span>'
    return esc(days[0]) + (more if len(days) > 1 else "")


def edition_day(edition: str | None, lang: Lang) -> str:
    """An edition's date in words."""
    return day_in_words(edition, lang) if edition else say(lang, "no_edition_date")


def _authority(rows: list[EditionRow], lang: Lang) -> str:
    return "".join(
        f'<span class="lib-whose {name}">{esc(of(AUTHORITY, lang, name))}</span>'
        for name in Authority
        if any(row.authority == name for row in rows)
    )


def _source(urls: list[str], lang: Lang) -> str:
    host = host_of(urls[0]) if urls else None
    return outside(urls[0], host.removeprefix("www."), lang) if host else ""
