"""Foreign text -> text that is only text: no control, hidden or direction-changing characters.

A question, a title or a quotation goes into a document as characters to read. What would reorder or hide the
words around it, or is not allowed in XML, is dropped; the words themselves stay as they are.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

ADDRESS_CHARS = 2000
_LINE_ENDS = re.compile("\r\n|[\n\r\v\f\x85\u2028\u2029]")
# Format characters that words are written with: a soft hyphen, the joiners of Indic and Persian scripts.
_KEPT_FORMATS = frozenset("\u00ad\u200c\u200d")
_DROPPED = frozenset({"Cc", "Cf", "Cs", "Cn"})  # control, format, lone surrogates, not characters at all


def clean(text: str) -> str:
    """Text in its lines, each without spaces at its ends; empty lines are left out."""
    return "\n".join(lines(text))


def lines(text: str) -> list[str]:
    """The lines of a text that hold anything, cleaned."""
    found = (_visible(part).strip() for part in _LINE_ENDS.split(text))
    return [line for line in found if line]


def one_line(text: str) -> str:
    """Text in one line, every run of white space one space."""
    return " ".join(_visible(_LINE_ENDS.sub(" ", text)).split())


def shorten(text: str, limit: int) -> str:
    """One line of at most ``limit`` characters and an ellipsis, cut between words where there are any."""
    flat = one_line(text)
    return flat if len(flat) <= limit else flat[:limit].rsplit(" ", 1)[0] + "…"


def _visible(text: str) -> str:
    return "".join(
        char
        for char in text.replace("\t", " ")
        if char in _KEPT_FORMATS or unicodedata.category(char) not in _DROPPED
    )


def address(url: str | None) -> str | None:
    """A web address fit to be read, ``http`` or ``https``; None for anything else."""
    return url if url and _host(url, ("http", "https")) else None


def link_target(url: str | None) -> str | None:
    """A web address fit to be a hyperlink: ``https``, no user name in it; None for anything else."""
    return url if url and _host(url, ("https",)) else None


def _host(url: str, schemes: tuple[str, ...]) -> str | None:
    strange = any(char.isspace() or not char.isprintable() or char in '\\<>"' for char in url)
    if strange or len(url) > ADDRESS_CHARS:
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:  # an unclosed bracket of an IPv6 address
        return None
    return host if parts.scheme in schemes and "@" not in parts.netloc else None
