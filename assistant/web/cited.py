"""A citation -> what a reader is told of it: whose text it is, of which edition, where it was published."""

from __future__ import annotations

from assistant.model import Authority, Citation, Lang
from assistant.naming import day_in_words
from assistant.web.plain import official_link
from assistant.web.text import AUTHORITY, CONFIDENCE, CURRENCY, in_words, say


def facts_of(citation: Citation, lang: Lang, *, no_page: str = "") -> list[tuple[str, str]]:
    """Pairs of a word's key in :data:`assistant.web.text.TEXT` and what is told; nothing is told by ``""``.

    ``no_page``: what stands for the page of a document whose file has none.
    """
    digest = citation.authority == Authority.DIGEST
    authority = in_words(AUTHORITY, lang, citation.authority)
    if citation.confidence:
        authority += f" ({in_words(CONFIDENCE, lang, citation.confidence)})"
    return [
        ("number_date", _number_and_date(citation, lang)),
        ("compiled" if digest else "edition", edition_in_words(citation.edition, lang)),
        ("page", "" if digest else str(citation.page or no_page)),
        ("currency", in_words(CURRENCY, lang, citation.currency)),
        ("standing", citation.standing or ""),
        ("authority", authority),
        ("doubts", citation.note or ""),
    ]


def edition_in_words(edition: str | None, lang: Lang) -> str:
    """The day of an edition, or that it is not said."""
    return day_in_words(edition, lang) if edition else say(lang, "edition_unknown")


def _number_and_date(citation: Citation, lang: Lang) -> str:
    day = day_in_words(citation.date, lang) if citation.date else ""
    if citation.number and day:
        return say(lang, "number_and_date", number=citation.number, date=day)
    if citation.number:
        return say(lang, "number_only", number=citation.number)
    return say(lang, "date_only", date=day) if day else ""


def published(citation: Citation, lang: Lang) -> tuple[str, str] | None:
    """The address the text comes from, fit to be a link, and the link's words; None without one."""
    found = official_link(citation.url)
    if found is None:
        return None
    address, host = found
    # A restatement's address may be a newspaper's; only an official text's is called official.
    key = "official_link" if citation.authority == Authority.OFFICIAL else "known_from"
    return address, say(lang, key, host=host)
