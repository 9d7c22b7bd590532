"""A claim and the quotations offered for it -> where they stand, and what the claim says that they do not."""

from __future__ import annotations

from assistant.answer.sentences import split_sentences
from assistant.answer.verify.judge import Fault, Quoted, faults, loses_ban
from assistant.answer.verify.negations import NEGATION
from assistant.answer.verify.places import Cited
from assistant.answer.verify.typography import locate, normalise

__all__ = [
    "Cited",
    "Fault",
    "Quoted",
    "cuts_negation",
    "disagreement",
    "faults",
    "locate",
    "loses_ban",
    "normalise",
]


def disagreement(claim: str, quote: str) -> str | None:
    """Why the claim says something the quotation does not, in English, or None."""
    found = faults(claim, [Quoted(quote)])
    return found[0].told("en") if found else None


def cuts_negation(text: str, place: tuple[int, int], start: int, end: int) -> bool:
    """Whether the sentence around a located quotation has a negation that the quotation leaves out.

    ``place``: the quotation's span; ``[start, end)``: its provision's. A cut before «не» turns it round.
    """
    quoted = len(NEGATION.findall(text[place[0] : place[1]]))
    for first, last in split_sentences(text, start, end):
        if first < place[1] and place[0] < last:
            around = NEGATION.findall(text[min(first, place[0]) : max(last, place[1])])
            if len(around) > quoted and not quoted:
                return True
    return False
