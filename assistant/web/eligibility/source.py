"""Citations -> chips that open in place: the quotation, what it is, how it is known, where to read it."""

from __future__ import annotations

from collections.abc import Iterable

from assistant.answer.glosses import gloss_line
from assistant.library.view import shared_id
from assistant.model import Authority, Citation, Currency, Lang
from assistant.web.cited import facts_of, published
from assistant.web.eligibility.words import say
from assistant.web.escape import attributes, esc
from assistant.web.library.markup import address
from assistant.web.plain import shorten
from assistant.web.text import say as common

CHIP_CHARS = 42
TITLE_CHARS = 300


def chips(citations: Iterable[Citation], key: str, lang: Lang) -> str:
    """A button for each citation. ``key``: tells them from those of other places of the page."""
    return "".join(_chip(each, key, lang) for each in citations)


def quotations(citations: Iterable[Citation], key: str, lang: Lang) -> str:
    """What the chips of ``key`` open, closed."""
    return "".join(_quotation(each, key, lang) for each in citations)


def _place(citation: Citation, key: str) -> str:
    return f"el-src-{key}-{citation.id}"


def _chip(citation: Citation, key: str, lang: Lang) -> str:
    place = _place(citation, key)
    digest = citation.authority == Authority.DIGEST  # of which the column says so
    label = shorten((citation.label.partition(": ")[2] if digest else "") or citation.label, CHIP_CHARS)
    said = attributes(
        data_source=place,
        aria_controls=place,
        aria_expanded="false",
        aria_label=say(lang, "source", label=f"[{citation.id}] {citation.label}"),
        title=citation.label,
    )
    return f'<button type="button" class="el-chip"{said}>[{citation.id}] {esc(label)}</button>'


def _quotation(citation: Citation, key: str, lang: Lang) -> str:
    body = "".join(
        (
            f"<h4>[{citation.id}] {esc(citation.label)}</h4>",
            f'<p class="el-quiet">{esc(shorten(shared_id(citation.title), TITLE_CHARS))}</p>',
            f'<blockquote class="el-quote" tabindex="0">{esc(citation.quote)}</blockquote>',
            _gloss(citation, lang),
            _facts(citation, lang),
            _links(citation, lang),
        )
    )
    return f'<div class="el-source" id="{esc(_place(citation, key))}" hidden>{body}</div>'


def _gloss(citation: Citation, lang: Lang) -> str:
    if citation.gloss is None:
        return ""
    return f'<p class="el-gloss">{esc(gloss_line(citation.gloss, lang, whole=True))}</p>'


def _facts(citation: Citation, lang: Lang) -> str:
    cells = "".join(
        f"<div><dt>{esc(common(lang, name))}</dt><dd>{esc(value)}</dd></div>"
        for name, value in facts_of(citation, lang)
        if value
    )
    tone = " el-doubtful" if citation.currency not in (Currency.CURRENT, Currency.UNKNOWN) else ""
    return f'<dl class="el-facts{tone}">{cells}</dl>'


def _links(citation: Citation, lang: Lang) -> str:
    found = []
    outside = published(citation, lang)
    if outside is not None:
        found.append(_link(*outside, "noopener noreferrer nofollow"))
    held = address(citation.act, None if citation.authority == Authority.DIGEST else citation.provision)
    found.append(_link(held, say(lang, "open_library"), "noopener"))
    return f'<p class="el-links">{" · ".join(found)}</p>'


def _link(target: str, words: str, rel: str) -> str:
    return f'<a href="{esc(target)}" target="_blank" rel="{rel}">{esc(words)}</a>'
