"""A source -> the side panel: what it is, where it stands, the text around with the quotation marked.

Everything from a document passes through :func:`assistant.web.escape.esc`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from assistant.export import reference
from assistant.library.view import shared_id
from assistant.model import Citation, Lang, Shown
from assistant.web.ask.page import Picture
from assistant.web.ask.words import say as said
from assistant.web.cited import edition_in_words, facts_of, published
from assistant.web.escape import esc
from assistant.web.plain import shorten
from assistant.web.text import CURRENCY, in_words, say

if TYPE_CHECKING:
    from assistant.texts import Source

CONTEXT_CHARS = 700  # shown on each side of a quotation
SENTENCE_ENDS = '.;:!?…»”"'


def panel(body: str, lang: Lang) -> str:
    """The side panel around ``body``."""
    name = esc(say(lang, "source"))
    return f'<aside class="panel" lang="{lang}" aria-label="{name}" aria-live="polite">{body}</aside>'


def panel_note(key: str, lang: Lang) -> str:
    """The panel with nothing in it but a sentence."""
    return panel(f'<p class="quiet">{esc(say(lang, key))}</p>', lang)


def panel_error(message: str, lang: Lang) -> str:
    """The panel where the source cannot be shown."""
    return panel(f'<p class="error" role="alert">{esc(message)}</p>', lang)


def source_html(
    source: Source, lang: Lang, *, turn: int, ids: Sequence[int], image: Picture | None = None, note: str = ""
) -> str:
    """A citation as a reader checks it: what it is, where it stands, the text around with the quotation.

    ``ids``: the citations of the answer, for the way to the previous and the next. ``image``: the
    page, drawn by us; ``note``: why there is none.
    """
    citation = source.citation
    parts = [
        f'<button type="button" class="back" data-back="1">↑ {esc(say(lang, "back"))}</button>',
        _steps(citation.id, ids, turn, lang),
        f"<h3>[{citation.id}] {esc(citation.label)}</h3>",
        f'<p class="act">{esc(shorten(shared_id(citation.title), 400))}</p>',
        _facts(citation, source.headings, lang),
        _passage(source.before, source.quote, source.after, citation.start, say(lang, "context")),
        _copy(citation, lang),
        _link(citation, lang),
        _figure(image, citation.page, lang),
        f'<p class="quiet" role="status">{esc(note)}</p>' if note else "",
    ]
    return panel("".join(parts), lang)


def _copy(citation: Citation, lang: Lang) -> str:
    """A button that copies the citation as a formatted reference."""
    return (
        f'<p><button type="button" class="tool" data-copy="{esc(reference(citation, lang))}" '
        f'data-done="{esc(said(lang, "copied"))}">{esc(said(lang, "copy_reference"))}</button></p>'
    )


def shown_html(shown: Shown, title: str, lang: Lang) -> str:
    """A provision that no claim cites: its label, act and text."""
    text = shorten_text(shown.text, 6 * CONTEXT_CHARS)
    rows = [
        ("currency", in_words(CURRENCY, lang, shown.currency)),
        ("edition", edition_in_words(shown.edition, lang)),
    ]
    if shown.pages:
        rows.append(("page", _span(shown.pages)))
    return panel(
        f'<h3>{esc(shown.label)}</h3><p class="act">{esc(shorten(title, 400))}</p>{_rows(rows, lang)}'
        f'<div class="passage" tabindex="0" role="group" aria-label="{esc(say(lang, "own_text"))}">'
        f"{esc(text)}</div>",
        lang,
    )


def shorten_text(text: str, limit: int) -> str:
    """The beginning of a text, its lines kept."""
    return text if len(text) <= limit else text[:limit].rsplit(" ", 1)[0] + " …"


def _steps(current: int, ids: Sequence[int], turn: int, lang: Lang) -> str:
    if len(ids) < 2 or current not in ids:
        return ""
    place = list(ids).index(current)

    def step(to: int, sign: str, key: str) -> str:
        there = 0 <= to < len(ids)
        target = f'data-turn="{turn}" data-cite="{ids[to]}"' if there else "disabled"
        target += f' title="{esc(say(lang, key))}" aria-label="{esc(say(lang, key))}"'
        return f'<button type="button" class="step" {target}>{sign}</button>'

    count = esc(say(lang, "of", n=place + 1, total=len(ids)))
    back, on = step(place - 1, "←", "previous"), step(place + 1, "→", "next")
    return f'<div class="steps">{back}<span>{count}</span>{on}</div>'


def _facts(citation: Citation, headings: Sequence[str], lang: Lang) -> str:
    path = " › ".join(shorten(heading, 120) for heading in headings)
    return _rows([*facts_of(citation, lang, no_page=say(lang, "no_page")), ("path", path)], lang)


def _rows(rows: Iterable[tuple[str, str]], lang: Lang) -> str:
    cells = "".join(
        f'<div class="{key}"><dt>{esc(say(lang, key))}</dt><dd>{esc(value)}</dd></div>'
        for key, value in rows
        if value
    )
    return f'<dl class="facts">{cells}</dl>'


def _span(pages: Sequence[int]) -> str:
    return str(pages[0]) if pages[0] == pages[-1] else f"{pages[0]}–{pages[-1]}"


def _passage(before: str, quote: str, after: str, start: int, name: str) -> str:
    head, tail = _clip_start(before, start), _clip_end(after)
    return (
        f'<div class="passage" tabindex="0" role="group" aria-label="{esc(name)}">'
        f'{esc(head)}<mark class="quote">{esc(quote)}</mark>{esc(tail)}</div>'
    )


def _clip_start(before: str, start: int) -> str:
    if len(before) > CONTEXT_CHARS:
        _, _, kept = before[-CONTEXT_CHARS:].partition(" ")
    elif start > len(before):
        _, _, kept = before.partition(" ")
    else:
        return before
    return "… " + kept.lstrip()


def _clip_end(after: str) -> str:
    kept = after if len(after) <= CONTEXT_CHARS else after[:CONTEXT_CHARS].rpartition(" ")[0]
    whole = kept.rstrip()
    return kept if not whole or whole[-1] in SENTENCE_ENDS else whole + " …"


def _link(citation: Citation, lang: Lang) -> str:
    found = published(citation, lang)
    if found is None:
        return ""
    address, words = found
    there = f'href="{esc(address)}" target="_blank" rel="noopener noreferrer nofollow"'
    return f'<p class="official"><a {there}>{esc(words)}</a></p>'


def _figure(image: Picture | None, page: int | None, lang: Lang) -> str:
    if image is None:
        return ""
    words = esc(say(lang, "page_marked" if image.marked else "page_image", page=page))
    return f'<figure><img src="{esc(image.address)}" alt="{words}"><figcaption>{words}</figcaption></figure>'
