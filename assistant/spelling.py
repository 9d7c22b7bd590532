"""Misspelt words of a question -> the words the library's texts and keys have.

Only words of which no text has the stem are looked at, and only those near enough to a word that texts do
have: a question keeps every word it shares with them in any form, and names and numbers stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from functools import lru_cache

from assistant.index.words import STOPWORDS, fold, stem

_WORD = re.compile(
    r"(?<![\w-])[^\W\d_]+(?![\w-])"
)  # whole words: no part of a compound, nothing with a digit
_CYRILLIC = re.compile(r"[а-яё]")
SHORTEST = 5  # of a shorter word too little is left to tell what was meant
TWO_EDITS = 8  # a word of so many letters may differ in two places
_NAME = re.compile(r"[A-ZА-ЯЁ]")  # a capital within a sentence: a name or an abbreviation
_NEGATIONS = ("не", "без", "бес", "un", "in", "im", "il", "ir", "non", "dis", "mis", "de")


class Spelling:
    """Words with how often they occur. ``words``: folded."""

    def __init__(self, words: Mapping[str, int]) -> None:
        self._words = words
        self._stems = {stem(word) for word in words}
        self._by_shape: dict[tuple[bool, str, int], list[str]] = {}
        for word in words:
            if len(word) >= SHORTEST - 1:
                self._by_shape.setdefault((bool(_CYRILLIC.search(word)), word[0], len(word)), []).append(word)
        self.nearest = lru_cache(maxsize=10_000)(self._nearest)

    def corrected(
        self,
        question: str,
        known: Collection[str] = (),
        held: Callable[[str], bool] = lambda word: False,
    ) -> str:
        """The question with its misspelt words replaced; itself where there are none.

        ``known``: further folded words that are right, whatever the texts say. ``held``: whether a folded
        word is in a text that the asker alone sees; it is right, and nobody else's question is mended by it.
        """
        if not self._words:
            return question

        def replace(match: re.Match[str]) -> str:
            word = match.group()
            folded = fold(word)
            name = _NAME.search(word, 0 if match.start() else 1)
            if len(word) < SHORTEST or name or folded in known or folded in STOPWORDS:
                return word
            if folded in self._words or stem(folded) in self._stems:
                return word
            meant = self.nearest(folded)
            return word if meant is None or held(folded) else meant

        return _WORD.sub(replace, question)

    def _nearest(self, word: str) -> str | None:
        """The commonest of the nearest known words, within one edit, or two for a long word.

        The first letter is seldom mistyped and must agree; a word is never mended into its opposite.
        """
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        limit = 2 if len(word) >= TWO_EDITS else 1
        script = bool(_CYRILLIC.search(word))
        near = [
            other
            for length in range(len(word) - limit, len(word) + limit + 1)
            for other in self._by_shape.get((script, word[0], length), ())
        ]
        found = process.extract(word, near, scorer=OSA.distance, score_cutoff=limit, limit=None)
        names = {other for other, _, _ in found}
        if any(f"{prefix}{other}" in names for other in names for prefix in _NEGATIONS):
            return None  # either a word or its opposite may be meant
        ranked = sorted(
            (distance, -self._words[other], other)
            for other, distance, _ in found
            if not _opposite(word, other)
        )
        return ranked[0][2] if ranked else None


def _opposite(word: str, other: str) -> bool:
    """Whether one has a prefix that negates and the other lacks it."""
    return any(word.startswith(prefix) != other.startswith(prefix) for prefix in _NEGATIONS)
