"""Whether words that an answer must or must not hold stand in a text.

Compared without case, ё and typography. An entry begins where a word begins. It ends where a word ends, but
a last word of four letters or more may go on: «лицензи» is met by «лицензию», «лицензия» is not. A number is
met by the same number alone, however its thousands are spaced. ``a|b``: either.
"""

from __future__ import annotations

import re
from functools import lru_cache

from assistant.answer.verify import normalise

GOES_ON = 4  # letters from which the last word of an entry may have another ending
_GROUPED = re.compile(r"(?<![\d.,])\d{1,3}(?: \d{3})+(?!\d)")
_LAST = re.compile(r"[^\W\d_]+$")


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """A text without typography, numbers in one piece."""
    return _GROUPED.sub(lambda found: found.group().replace(" ", ""), " ".join(normalise(text)[0].split()))


def holds(entry: str, text: str) -> bool:
    """Whether one of the entry's alternatives stands in the text; ``text`` as of :func:`plain`."""
    return any(_pattern(each).search(text) is not None for each in entry.split("|"))


@lru_cache(maxsize=4096)
def _pattern(alternative: str) -> re.Pattern[str]:
    wanted = plain(alternative)
    if not wanted:
        return re.compile(r"(?!)")
    return re.compile(_before(wanted) + re.escape(wanted) + _after(wanted))


def _before(wanted: str) -> str:
    if wanted[0].isdigit():
        return r"(?<!\d)(?<!\d[.,])"
    return r"(?<!\w)" if wanted[0].isalpha() else ""


def _after(wanted: str) -> str:
    last = _LAST.search(wanted)
    if last is not None:
        return "" if len(last.group()) >= GOES_ON else r"(?!\w)"
    return r"(?![.,]?\d)" if wanted[-1].isdigit() else ""
