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
    r"unless|except|not|no|without|other\s+than|до|ограничен\w+|узк\w+|limited|narrow\w*)(?!\w)",
    re.IGNORECASE,
)
# "Only if": what a rule makes a condition of, in other words.
_ONLY_IF = re.compile(
    r"(?<!\w)(?:только|лишь|исключительно)[\s,]+(?:если|при|после|когда|в\s+случа\w+|с)(?!\w)|"
    r"(?<!\w)(?:only|solely)\s+(?:if|when|where|after|once|with|on|upon|in\s+case|under|provided)(?!\w)",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"(?<!\w)(?:если|при|после|когда|в\s+случа\w+|до\s+получения|if|when|where|provided|after|once|upon|subject\s+to)"
    r"(?!\w)",
    re.IGNORECASE,
)
_NECESSARY = re.compile(
    r"(?<!\w)(?:must|shall|требу\w+|необходим\w*|должн\w+|должен|обязательн\w+)(?!\w)", re.IGNORECASE
)
_IF = re.compile(r"(?<!\w)(?:если|if|where|provided)$", re.IGNORECASE)
_NO_SOONER = re.compile(
    r"(?<!\w)(?:не\s+(?:ранее|раньше)|not\s+(?:before|earlier|sooner)|no\s+(?:earlier|sooner))(?!\w)",
    re.IGNORECASE,
)
_ONLY = re.compile(r"(?<!\w)(?:только|лишь|исключительно|only|solely|exclusively)(?!\w)", re.IGNORECASE)


def narrowed(claim: str, quote: str) -> bool:
    """Whether both say "only", or the claim says of a condition that the quotation makes "only if"."""
    both = bool(_ONLY.search(claim) and _ONLY.search(quote))
    return both or conditioned(claim, quote) or bool(_NO_SOONER.search(claim) and _NO_SOONER.search(quote))


def conditioned(claim: str, quote: str) -> bool:
    """Whether a claim says "only if" of what the quotation makes conditional."""
    said = _ONLY_IF.search(claim)
    if said is None:
        return False
    return bool(_CONDITION.search(quote) or (_IF.search(said.group()) and _NECESSARY.search(quote)))


def changed_limits(claim: str, quote: str) -> list[str]:
    """What a claim says of "only" and "not only" that the quotation does not bear out."""
    changed = []
    if _NOT_ONLY.search(claim) and not _NOT_ONLY.search(quote) and _ONLY.search(quote):
        changed.append(_words(_NOT_ONLY, claim))
    said = _NOT_ONLY.sub("", claim)
    said = _ONLY_IF.sub("", said) if conditioned(claim, quote) else said
    if _ONLY.search(said) and not _NARROWED.search(quote):
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
