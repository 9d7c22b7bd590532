"""Small pieces of the tab's HTML: buttons, tables that turn into blocks on a phone, times in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from assistant.model import Lang
from assistant.web.escape import attributes, esc
from assistant.web.evaluation.words import say

SECONDS_AT_MOST = 90  # a longer time is told in minutes


def put(lang: Lang, key: str, **values: object) -> str:
    """The words under ``key``, as HTML."""
    return esc(say(lang, key, **values))


def quiet(html: str, css: str = "ev-quiet") -> str:
    """A paragraph that stands back."""
    return f'<p class="{css}">{html}</p>'


def back(lang: Lang) -> str:
    """The way back to all runs."""
    return (
        '<button type="button" class="ev-back" data-does="close" data-key="back">'
        f"{put(lang, 'back')}</button>"
    )


def title(words: str) -> str:
    """The heading that a reader is led to."""
    return f'<h2 tabindex="-1" id="ev-title">{esc(words)}</h2>'


def fold(summary: str, inside: str, key: str, css: str = "ev-fold", **more: object) -> str:
    """HTML that unfolds; the page's script remembers by ``key`` whether it is open."""
    shown = attributes(class_=css, data_key=key, **more)
    return f"<details{shown}><summary>{summary}</summary>{inside}</details>"


def button(words: str, does: str, css: str = "", **more: object) -> str:
    """A button of the tab; ``more``: its other attributes."""
    return (
        f'<button type="button" class="ev-button {css}"{attributes(data_does=does, **more)}>'
        f"{esc(words)}</button>"
    )


def tag(words: str, tone: str = "") -> str:
    """A word or two in a frame; ``tone``: good, bad, warn or nothing."""
    return f'<span class="ev-tag {tone}">{esc(words)}</span>'


def items(held: Iterable[str], css: str = "") -> str:
    """A list of HTML items; nothing where there are none."""
    inside = "".join(f"<li>{each}</li>" for each in held)
    return f'<ul class="{css}">{inside}</ul>' if inside else ""


def table(name: str, heads: Sequence[str], rows: Iterable[Sequence[str]], css: str = "") -> str:
    """A table. ``name`` and ``heads``: text; cells: HTML, the first of a row its heading.

    A narrow screen shows each row as a block, in which every cell has its heading.
    """
    head = "".join(f'<th scope="col" role="columnheader">{esc(each)}</th>' for each in heads)
    body = "".join(_row(cells, heads) for cells in rows)
    return (
        f'<table class="ev-table {css}" role="table" aria-label="{esc(name)}">'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead>'
        f'<tbody role="rowgroup">{body}</tbody></table>'
    )


def _row(cells: Sequence[str], heads: Sequence[str]) -> str:
    shown = [f'<th scope="row" role="rowheader">{cells[0]}</th>']
    for head, cell in zip(heads[1:], cells[1:], strict=True):
        shown.append(f'<td role="cell" data-label="{esc(head)}">{f"<div>{cell}</div>" if cell else ""}</td>')
    return f'<tr role="row">{"".join(shown)}</tr>'


def moment(text: str, lang: Lang) -> str:
    """A time as runs keep it (ISO 8601, this server's clock): ``24.11.2026 15:04``."""
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return text
    return when.strftime("%d.%m.%Y %H:%M" if lang == "ru" else "%Y-%m-%d %H:%M")


def lasting(seconds: float, key: str, lang: Lang) -> str:
    """A time in words. ``key``: ``about`` or ``left``."""
    if seconds < SECONDS_AT_MOST:
        return say(lang, f"{key}_seconds", n=max(1, round(seconds)))
    return say(lang, f"{key}_minutes", n=round(seconds / 60))


def backend(llm: str, lang: Lang) -> str:
    """Who answers, in words."""
    from assistant.web.text import say as said

    return said(lang, "llm_extractive") if llm == "extractive" else said(lang, "llm_model", name=llm)


def short_backend(llm: str, lang: Lang) -> str:
    """Who answers, in a cell."""
    return ("выдержки" if lang == "ru" else "excerpts") if llm == "extractive" else llm


def toast(words: str, lang: Lang, *, bad: bool = False) -> str:
    """A short word of what was done or could not be."""
    made = datetime.now().timestamp()  # two of the same words are two
    name = put(lang, "dismiss")
    close = f'<button type="button" class="ev-close" data-drop="1" aria-label="{name}">×</button>'
    role = "alert" if bad else "status"
    about = attributes(role=role, lang=lang, data_made=made)
    return f'<div class="ev-toast"{about}><span>{esc(words)}</span>{close}</div>'
