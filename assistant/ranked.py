"""A provision found for a question, with what it was found by."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TokenMatch:
    """How a text's tokens match a question's, each -1…1.

    mean: over the question's tokens of their best matches. weakest: over the worst quarter of them. least:
    the worst of all. above: the mean, less the median over all texts looked at.
    """

    mean: float
    weakest: float
    least: float
    above: float


@dataclass(slots=True)
class Ranked:
    """A provision found for a question.

    score: fused standardised score. cosine: of the best chunk. words: its BM25 score, 0 without a shared
    word. direct: named by the question. parts: its scores against each part of a question with several.
    match: of the chunk whose tokens match best. lapsed: a digest's fact that does not hold at the time asked
    about.
    """

    edition: int
    provision: str
    score: float
    cosine: float
    words: float
    lang: str
    direct: bool = False
    parts: tuple[float, ...] = ()
    match: TokenMatch | None = None
    lapsed: bool = False

    def merged(self, other: Ranked) -> Ranked:
        """Itself, with the better of both scores."""
        self.score = max(self.score, other.score)
        self.cosine = max(self.cosine, other.cosine)
        self.words = max(self.words, other.words)
        self.merge_match(other.match)
        self.merge_parts(other.parts)
        return self

    def merge_match(self, match: TokenMatch | None) -> None:
        """Keep the better match."""
        if match is not None and (self.match is None or match.mean > self.match.mean):
            self.match = match

    def merge_parts(self, parts: tuple[float, ...]) -> None:
        """Take the better score against each part."""
        pairs = zip(self.parts, parts, strict=True) if self.parts and parts else ()
        self.parts = tuple(max(pair) for pair in pairs) or self.parts or parts
