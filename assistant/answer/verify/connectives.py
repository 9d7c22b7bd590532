"""A claim and its quotation -> where the claim joins what the quotation leaves a choice of, or the reverse.

Only where the claim says so in plain words («одновременно», "both … and") or of a condition: a summary may
well join with "and" what a text lists with "or".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answer.verify.meanings import Beside, Meant

_TOGETHER = re.compile(
    r"(?<!\w)(?:одновременн\w+|вместе\s+взят\w+|как\s+то,?\s+так\s+и\s+другое|and\s+in\s+addition|both(?!\s+of)|"
    r"simultaneously|cumulatively|и\s+\w+(?:\s+\w+){0,2},\s+и)(?!\w)|\balike\b",
    re.IGNORECASE,
)
_MAY = re.compile(r"(?<!\w)(?:может|могут|можно|вправе|may|can|either)(?!\w)", re.IGNORECASE)
_IF = re.compile(
    r"(?<!\w)(?:если|когда|при\s+услови\w+|нуж[не]\w+|требу\w+|if|when|where|provided|requires?)(?!\w)(?![^.!?]*(?<!\w)(?:не|not|no|except\w*|кроме)(?!\w))[^.!?]*$",
    re.IGNORECASE,
)
_OR = frozenset({"или", "либо", "or", "either"})
_NEAR = 6  # words of the quotation within which two things are joined


def changed_connectives(claim: str, said: Sequence[Meant], meant: Sequence[Meant]) -> list[str]:
    """The words by which a claim joins what its quotation leaves a choice of, or offers what it joins."""
    there = Beside(said, meant)
    found = []
    together = _TOGETHER.search(claim)
    if together and not _MAY.search(claim) and not any(each.word.folded in _OR for each in said):
        places = [place for place, each in enumerate(meant) if each.word.folded in _OR]
        if any(_both_known(place, meant, Beside(meant, said)) for place in places):
            found.append(together.group())
    for place, each in enumerate(said):
        conditional = each.word.joined and _IF.search(claim, 0, each.word.start)
        if each.word.folded in _OR and conditional and _joined(place, said, meant, there):
            found.append(each.word.raw)
    return found


def _both_known(place: int, text: Sequence[Meant], beside: Beside) -> bool:
    """Whether what stands on both sides of a connective has a counterpart."""
    before, after = _sides(place, text)
    return before is not None and after is not None and beside.known(before) and beside.known(after)


def _sides(place: int, text: Sequence[Meant]) -> tuple[int | None, int | None]:
    """The nearest words of content before and after a connective in its clause."""
    clause = text[place].clause
    before = next((at for at in range(place - 1, -1, -1) if text[at].content), None)
    after = next((at for at in range(place + 1, len(text)) if text[at].content), None)
    if before is not None and text[before].clause != clause:
        before = None
    if after is not None and text[after].clause != clause:
        after = None
    return before, after


def _joined(place: int, said: Sequence[Meant], meant: Sequence[Meant], there: Beside) -> bool:
    """Whether the quotation joins by "and" alone what the claim has on both sides of its "or"."""
    before, after = _sides(place, said)
    if before is None or after is None:
        return False
    for one in there.counterparts(before):
        for other in there.counterparts(after):
            first, last = min(one, other), max(one, other)
            between = {meant[at].word.folded for at in range(first + 1, last)}
            if 0 < last - first <= _NEAR and between & {"и", "and"} and not between & _OR:
                return True
    return False
