"""A claim and its quotation -> the dates until which the claim says what holds from them, or the reverse.

«Не позднее 2 августа» is not «не ранее 2 августа», "from" is not "until". A negation turns one into the other
(«не применяется до» is "applies from"), so that dates in sentences that negate are left alone.
"""

from __future__ import annotations

import re
from typing import Literal

from assistant.answer.sentences import split_sentences
from assistant.answer.verify.negations import HARMLESS, NEGATION, without
from assistant.references_dates import find_dates

Side = Literal["from", "until"]

_DAY = r"(?:\s+(?:the|чем))*[\s(«\"]*$"
_FROM = re.compile(
    r"(?<!\w)(?:с|со|не\s+(?:ранее|раньше)|после|from|since|as\s+of|after|starting(?:\s+on)?|"
    rf"(?:no|not)\s+(?:earlier|sooner)\s+than|not\s+before){_DAY}",
    re.IGNORECASE,
)
_UNTIL = re.compile(
    r"(?<!\w)(?:до|по|к|ко|не\s+(?:позднее|позже)|until|till|by|before|prior\s+to|up\s+to|"
    rf"(?:no|not)\s+later\s+than|not\s+after){_DAY}",
    re.IGNORECASE,
)
_LOOK_BACK = 40


def turned_dates(claim: str, quote: str) -> list[str]:
    """The dates of a claim, as written, that stand at the other end of what the quotation says of them."""
    ours, theirs = _sides(claim), _sides(quote)
    return [
        words
        for date, side, words in ours
        if side is not None
        and (held := {other for value, other, _ in theirs if value == date})
        and None not in held
        and side not in held
    ]


def _sides(text: str) -> list[tuple[str, Side | None, str]]:
    """Every date of a text with what begins or ends at it, and how that is written."""
    dates = find_dates(text)
    plain = without(text, [match.span() for match in HARMLESS.finditer(text)])
    negated = [
        (start, end)
        for start, end in split_sentences(text, 0, len(text))
        if NEGATION.search(plain, start, end)
    ]
    found: list[tuple[str, Side | None, str]] = []
    for date in dates:
        before = max(0, date.start - _LOOK_BACK)
        starts = _FROM.search(text, before, date.start)
        ends = None if starts else _UNTIL.search(text, before, date.start)
        side: Side | None = "from" if starts else "until" if ends else None
        if any(start <= date.start < end for start, end in negated):
            side = None
        bound = starts or ends
        found.append((date.value, side, text[bound.start() if bound else date.start : date.end]))
    return found
