"""Foreign text -> text and attributes that are safe inside HTML."""

from __future__ import annotations

import html
import unicodedata

# Characters that reorder or hide text around them; a quotation must not change how the page reads.
_INVISIBLE = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c\ufeff"
# All of Unicode's category Cc lies below U+00A0.
_CONTROL = [chr(code) for code in range(0xA0) if unicodedata.category(chr(code)) == "Cc"]
_DROPPED = {ord(char): None for char in [*_INVISIBLE, *_CONTROL] if char not in "\n\t"}


def esc(text: object) -> str:
    """Text as text: no markup, no attribute break-out, no control or direction-changing characters."""
    return html.escape(str(text).translate(_DROPPED), quote=True)


def attributes(**given: object) -> str:
    """`` data-fact="x" disabled``: attributes with escaped values; underscores become hyphens.

    None and False leave one out, True gives it no value.
    """
    parts = []
    for name, value in given.items():
        if value is None or value is False:
            continue
        plain = name.rstrip("_").replace("_", "-")
        parts.append(f" {plain}" if value is True else f' {plain}="{esc(value)}"')
    return "".join(parts)
