"""Names met so far, each with what stands for it -> texts in which that stands in the names' place.

A text is walked once, word by word, and each word looked up: how many names there are does not matter.
"""

from __future__ import annotations

import re
from collections import Counter, OrderedDict
from typing import NamedTuple

from assistant.logs.redaction import opened

MOST_NAMES = 5_000
_PIECES = re.compile(r"\w+|\W+")
_SPACES = re.compile(r"\s+")
_EDGES = re.compile(r"^\W+|\W+$")
# ё is written е as well; the Turkish letters are what Python's own matching without case takes for i
_ALIKE = str.maketrans({"ё": "е", "ı": "i", "\u0307": ""})


class _Name(NamedTuple):
    """``instead``: what stands for it. ``first``: its first word; ``length``: in words and gaps."""

    instead: str
    first: str
    length: int


class Names:
    """At most :data:`MOST_NAMES` names; the one met longest ago gives way."""

    def __init__(self) -> None:
        self._names: OrderedDict[str, _Name] = OrderedDict()  # by how they are compared
        self._lengths: dict[str, Counter[int]] = {}  # by a first word: how many names have which length

    def met(self, name: str, instead: str) -> None:
        """Put ``instead`` in the place of a name from now on. A name without a letter or digit is none."""
        folded = [_folded(each) for each in _PIECES.findall(_EDGES.sub("", opened(name)))]
        if not folded:
            return
        self._forget(self._names.pop("".join(folded), None))
        self._names["".join(folded)] = _Name(instead, folded[0], len(folded))
        self._lengths.setdefault(folded[0], Counter())[len(folded)] += 1
        if len(self._names) > MOST_NAMES:
            self._forget(self._names.popitem(last=False)[1])

    def left_out(self, text: str) -> str:
        """The text, an opened one, without the names that stand in it as words of their own."""
        pieces = _PIECES.findall(text)
        folded = [_folded(each) for each in pieces]
        at = 0
        told: list[str] = []
        while at < len(pieces):
            length, instead = self._at(folded, at)
            told.append(pieces[at] if instead is None else instead)
            at += length
        return "".join(told)

    def _at(self, folded: list[str], at: int) -> tuple[int, str | None]:
        """How long the longest name is that begins here, and what stands for it; (1, None) for none."""
        for length in sorted(self._lengths.get(folded[at], ()), reverse=True):
            name = self._names.get("".join(folded[at : at + length]))
            if name is not None:
                return length, name.instead
        return 1, None

    def _forget(self, name: _Name | None) -> None:
        if name is None:
            return
        lengths = self._lengths[name.first]
        lengths[name.length] -= 1
        if not lengths[name.length]:
            del lengths[name.length]
        if not lengths:
            del self._lengths[name.first]


def _folded(piece: str) -> str:
    return _SPACES.sub(" ", piece.casefold().translate(_ALIKE))
