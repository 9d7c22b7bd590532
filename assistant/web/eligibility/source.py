"""Citations -> chips that open in place: the quotation, what it is, how it is known, where to read it."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

from assistant.answer.glosses import gloss_line
from assistant.library.view import shared_id
from assistant.model import Authority, Citation, Currency, Lang
from assistant.naming import day_in_words
from assistant.web.eligibility.markup import attributes
from assistant.web.eligibility.words import say
from assistant.web.escape import esc
from assistant.web.plain import host_of, shorten
from assistant.web.text import AUTHORITY, CONFIDENCE, CURRENCY, in_words
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
    digest = citation.authority == Authority.DIGEST
    authority = in_words(AUTHORITY, lang, citation.authority)
    if citation.confidence:
        authority += f" ({in_words(CONFIDENCE, lang, citation.confidence)})"
    edition = day_in_words(citation.edition, lang) if citation.edition else common(lang, "edition_unknown")
    rows = (
        ("number_date", _number_and_date(citation, lang)),
        ("compiled" if digest else "edition", edition),
        ("page", str(citation.page) if citation.page and not digest else ""),
        ("currency", in_words(CURRENCY, lang, citation.currency)),
        ("standing", citation.standing or ""),
        ("authority", authority),
        ("doubts", citation.note or ""),
    )
    cells = "".join(
        f"<div><dt>{esc(common(lang, name))}</dt><dd>{esc(value)}</dd></div>" for name, value in rows if value
    )
    tone = " el-doubtful" if citation.currency not in (Currency.CURRENT, Currency.UNKNOWN) else ""
    return f'<dl class="el-facts{tone}">{cells}</dl>'


def _number_and_date(citation: Citation, lang: Lang) -> str:
    day = day_in_words(citation.date, lang) if citation.date else ""
    if citation.number and day:
        return common(lang, "number_and_date", number=citation.number, date=day)
    if citation.number:
        return common(lang, "number_only", number=citation.number)
    return common(lang, "date_only", date=day) if day else ""


def _links(citation: Citation, lang: Lang) -> str:
    found = []
    host = host_of(citation.url)
    if citation.url and host:
        # A restatement's address may be a newspaper's; only an official text's is called official.
        name = "official_link" if citation.authority == Authority.OFFICIAL else "known_from"
        found.append(_link(citation.url, common(lang, name, host=host), "noopener noreferrer nofollow"))
    where = {"tab": "library", "act": citation.act}
    if citation.authority != Authority.DIGEST:
        where["provision"] = citation.provision
    found.append(_link("?" + urlencode(where), say(lang, "open_library"), "noopener"))
    return f'<p class="el-links">{" · ".join(found)}</p>'


def _link(address: str, words: str, rel: str) -> str:
    return f'<a href="{esc(address)}" target="_blank" rel="{rel}">{esc(words)}</a>'
