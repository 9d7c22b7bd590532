"""Foreign text -> text that is safe inside HTML."""

from __future__ import annotations

import html
import unicodedata

# Characters that reorder or hide text around them; a quotation must not change how the page reads.
_INVISIBLE = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c\ufeff")


def esc(text: object) -> str:
    """Text as text: no markup, no attribute break-out, no control or direction-changing characters."""
    kept = (
        char
        for char in str(text)
        if char in "\n\t" or (char not in _INVISIBLE and unicodedata.category(char) != "Cc")
    )
    return html.escape("".join(kept), quote=True)
