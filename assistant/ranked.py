"""A provision found for a question, with what it was found by."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Ranked:
    """A provision found for a question.

    score: fused standardised score. cosine: of the best chunk. words: its BM25 score, 0 without a shared
    word. direct: named by the question. parts: its scores against each part of a question with several.
    """

    edition: int
    provision: str
    score: float
    cosine: float
    words: float
    lang: str
    direct: bool = False
    parts: tuple[float, ...] = ()

    def merged(self, other: Ranked) -> Ranked:
        """Itself, with the better of both scores."""
        self.score = max(self.score, other.score)
        self.cosine = max(self.cosine, other.cosine)
        self.words = max(self.words, other.words)
        self.merge_parts(other.parts)
        return self

    def merge_parts(self, parts: tuple[float, ...]) -> None:
        """Take the better score against each part."""
        pairs = zip(self.parts, parts, strict=True) if self.parts and parts else ()
        self.parts = tuple(max(pair) for pair in pairs) or self.parts or parts
