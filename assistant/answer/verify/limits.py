"""A claim and its quotation -> what the claim narrows, widens or bounds otherwise without a number."""

from __future__ import annotations

import re

_LEAST = re.compile(
    r"(?<!\w)(?:не\s+(?:менее|меньше|ниже|реже)|минимум|at\s+least|(?:no|not)\s+(?:less|fewer|lower)\s+than)(?!\w)",
    re.I,
)
_MOST = re.compile(
    r"(?<!\w)(?:не\s+(?:более|больше|выше|чаще)|максимум|at\s+most|up\s+to|(?:no|not)\s+(?:more|higher|greater)\s+than)"
    r"(?!\w)",
    re.I,
)
_NOT_ONLY = re.compile(r"(?<!\w)(?:не\s+только|not\s+(?:only|solely|merely|just))(?!\w)", re.IGNORECASE)
_NARROWED = re.compile(
    r"(?<!\w)(?:только|лишь|исключительно|единственн\w+|не\s+(?!только)|без|кроме|исключени\w+|only|solely|exclusively|"
    r"unless|except|not|no|without|other\s+than|до)(?!\w)",
    re.IGNORECASE,
)
_ONLY = re.compile(r"(?<!\w)(?:только|лишь|исключительно|only|solely|exclusively)(?!\w)", re.IGNORECASE)


def narrowed(claim: str, quote: str) -> bool:
    """Whether both say "only"."""
    return bool(_ONLY.search(claim) and _ONLY.search(quote))


def changed_limits(claim: str, quote: str) -> list[str]:
    """What a claim says of "only" and "not only" that the quotation does not bear out."""
    changed = []
    if _NOT_ONLY.search(claim) and not _NOT_ONLY.search(quote) and _ONLY.search(quote):
        changed.append(_words(_NOT_ONLY, claim))
    if _ONLY.search(_NOT_ONLY.sub("", claim)) and not _NARROWED.search(quote):
        changed.append(_words(_ONLY, claim))
    return changed


def loose_bounds(claim: str, quote: str) -> list[str]:
    """Bounds of what is no number («не реже», "at most tens of") that the quotation turns round."""
    turned = []
    for one, other in ((_LEAST, _MOST), (_MOST, _LEAST)):
        if one.search(claim) and not one.search(quote) and other.search(quote):
            turned.append(_words(one, claim))
    return turned


def _words(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found.group() if found else ""
