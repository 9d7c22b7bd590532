"""Two visual lines -> one running text: soft hyphens go, real ones stay, dashes and slashes take no space.

Whether a hyphen that ends a line belongs to the word is decided by the document itself: by which of the two
spellings stands elsewhere in it, and, where neither does, by what its other line ends were.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
_HEAD = re.compile(r"([\w’'-]+)-$")
_TAIL = re.compile(r"[\w’']+(?:-[\w’']+)*")
_CYRILLIC = re.compile(r"[а-яё]", re.I)
# A line ending in one of these right after a word runs on without a space.
_TIGHT = re.compile(r"\S[—/]$|\d–$")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S*[./_&=?~-]$")  # a web address cut at a stop or a slash
# What a text must end in for one of these to hold: a paragraph is joined line by line, and looking through
# all of it at each would take time by the square of its length.
_MAY_RUN_ON = frozenset("—/–._&=?~-\n")
_PREFIXES = frozenset({"self", "ex", "quasi"})  # always written with a hyphen


class Hyphenation:
    """Knows a document's words and how its line ends behave."""

    def __init__(self, lines: Iterable[str], *, keep: bool = False) -> None:
        """``lines``: the document's visual lines in reading order.

        ``keep``: a hyphen stays wherever the document does not spell the joined word (plain text files
        break lines at hyphens, but set none).
        """
        self.keep = keep
        self.words: Counter[str] = Counter()
        ends: list[tuple[str, str]] = []
        broken = ""
        for line in lines:
            tokens = [token.lower() for token in _WORD.findall(line)]
            if broken:
                ends.append((broken, line))
                tokens = tokens[1:]
            broken = line if _head(line) else ""
            self.words.update(tokens[:-1] if broken else tokens)
        self.prefixes = {word.partition("-")[0] for word in self.words if "-" in word}
        votes = Counter(self._attested(head, tail) for head, tail in map(_parts, ends) if head and tail)
        self.soft_by_habit = votes[True] > votes[False]
        self.hard_by_habit = votes[False] > votes[True]

    def join(self, left: str, right: str) -> str:
        """``left`` and ``right`` as one text."""
        if not left or not right:
            return left or right
        if left[-1] in _MAY_RUN_ON and right[0].isalnum() and (_TIGHT.search(left) or _ADDRESS.search(left)):
            return left + right
        head, tail = _parts((left, right))
        if not head or not tail:
            return f"{left}{right}" if head and right[0].isalnum() else f"{left} {right}"
        return (left[:-1] if self._is_soft(head, tail) else left) + right

    def _is_soft(self, head: str, tail: str) -> bool:
        if any(char.isdigit() for char in head + tail):
            return False
        attested = self._attested(head, tail)
        if attested is not None:
            return attested
        if "-" in head:  # «risk-mitiga-⏎tion»: the word cut is the last one
            last = head.rpartition("-")[2]
            return self._attested(last, tail) is True
        if tail[0].isupper() or self.keep or head.lower() in _PREFIXES or (head.isupper() and len(head) > 1):
            return False
        parts = (head.lower(), tail.lower())
        if all(len(part) > 2 and self.words[part] for part in parts):
            return False
        if parts[0] in self.prefixes and self.words[parts[1]]:
            return False
        if _CYRILLIC.search(head):
            return self.soft_by_habit
        return not self.hard_by_habit

    def _attested(self, head: str, tail: str) -> bool | None:
        """True: the joined spelling stands elsewhere; False: the hyphenated one; None: neither or both."""
        joined, hyphenated = self.words[(head + tail).lower()], self.words[f"{head}-{tail}".lower()]
        if joined == hyphenated:
            return None
        return joined > hyphenated


def _parts(pair: tuple[str, str]) -> tuple[str, str]:
    tail = _TAIL.match(pair[1])
    return _head(pair[0]), tail[0] if tail else ""


def _head(line: str) -> str:
    """The word before the hyphen that ends a line; empty where none does."""
    found = _HEAD.search(line) if line[-1:] in ("-", "\n") else None
    return found[1] if found else ""
