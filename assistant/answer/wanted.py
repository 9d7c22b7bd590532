"""A question and pieces of a provision -> which of the pieces answer it, by meaning and by words.

Meaning is that of the token vectors the provision was found by (:mod:`assistant.index.inside`); it tells
sentences apart across languages too, where they share no words. Without it, as for models that make no token
vectors, words alone decide.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property

import numpy as np

from assistant.answer.sentences import best_sentences, split_sentences, with_neighbours
from assistant.index.indexes import Indexes
from assistant.index.inside import piece_scores, token_places
from assistant.index.words import stems
from assistant.library.view import EditionView, LibraryView
from assistant.model import Provision
from assistant.query import Reading
from assistant.ranked import Ranked

SENTENCES = 2  # chosen from one long provision
# Beside the likeness of tokens, mean of the question's tokens, -1…1: chosen on 214 questions of the
# development and training sets whose passage lies in a provision of several sentences.
WORDS = 0.5  # of the share of the question's words that a piece has
FIGURE = 0.05  # for a piece with a figure, where the question asks for one
MARGIN = 0.1  # a piece no further below the best one is chosen too
FIGURE_WORTH = 0.7  # the same by words alone: of the rarest word of the question
_ASKS_FIGURE = re.compile(
    r"\b(?:сколько|скольк\w+|срок\w*|когда|штраф\w*|размер\w*|процент\w*|доля|порог\w*|дат[аыу]"
    r"|how (?:many|much|long|often|high|large)|when|fines?|penalt\w+|deadline\w*|threshold\w*"
    r"|percent\w*|date)\b",
    re.IGNORECASE,
)
_FIGURE = re.compile(
    r"\d|\b(?:двух|тр[её]х|пяти|семи|десяти|тридцати|three|five|seven|ten|thirty)\b", re.IGNORECASE
)


class Wanted:
    """What a question wants of the texts found for it.

    ``rarity``: of its stems. ``indexes``: None where the provisions were found without the model, which
    is not loaded for this.
    """

    def __init__(
        self, reading: Reading, rarity: Mapping[str, float], view: LibraryView, indexes: Indexes | None
    ) -> None:
        self.reading = reading
        self.rarity = rarity
        self._view = view
        self._indexes = indexes
        self._terms = set(reading.terms)
        self._asks_figure = bool(_ASKS_FIGURE.search(reading.question))

    @classmethod
    def of(
        cls,
        reading: Reading,
        rarity: Mapping[str, float],
        view: LibraryView,
        indexes: Indexes,
        ranked: Sequence[Ranked],
    ) -> Wanted:
        """What a question wants, by the means its provisions were ``ranked`` with."""
        by_tokens = any(entry.match is not None for entry in ranked)
        return cls(reading, rarity, view, indexes if by_tokens else None)

    def shared(self, text: str) -> float:
        """How much of the question's words a text has, weighted by rarity."""
        return self._worth(self._terms & set(stems(text)))

    def best_sentences(
        self, edition: EditionView, provision: Provision, start: int, end: int
    ) -> list[tuple[int, int]]:
        """Offsets of the sentences within ``[start, end)`` of a provision that answer, in reading order.

        What a chosen sentence leans on comes with it, and neighbours are one piece.
        """
        sentences = split_sentences(edition.text, start, end)
        rated = self._rated(edition, provision, sentences)
        if rated is None:
            return best_sentences(edition.text, start, end, self._by_words, SENTENCES)
        chosen = sorted(range(len(sentences)), key=lambda at: -rated[at])[:SENTENCES]
        least = rated[chosen[0]] - MARGIN if chosen else 0.0
        return with_neighbours(edition.text, sentences, {at for at in chosen if rated[at] >= least})

    def best_parts(
        self, edition: EditionView, provision: Provision, parts: Sequence[Provision]
    ) -> list[Provision]:
        """The part of a short provision that answers, and another that does about as well, in reading order.

        They are searched as one text and have no ranks of their own.
        """
        pieces = [(part.start, part.end) for part in parts]
        rated = self._rated(edition, provision, pieces)
        if rated is None:
            return [max(parts, key=lambda part: self.shared(edition.text[part.start : part.end]))]
        order = sorted(range(len(parts)), key=lambda at: -rated[at])[:SENTENCES]
        return [parts[at] for at in sorted(order) if rated[at] >= rated[order[0]] - MARGIN]

    def _rated(
        self, edition: EditionView, provision: Provision, pieces: Sequence[tuple[int, int]]
    ) -> list[float] | None:
        """How well each piece answers; None where meaning cannot tell."""
        alike = self._alike(edition, provision, pieces)
        if alike is None:
            return None
        whole = self._worth(self._terms) or 1.0
        texts = [edition.text[start:end] for start, end in pieces]
        return [
            score + WORDS * self.shared(text) / whole + FIGURE * self.states_figure(text)
            for score, text in zip(alike, texts, strict=True)
        ]

    def _alike(
        self, edition: EditionView, provision: Provision, pieces: Sequence[tuple[int, int]]
    ) -> list[float] | None:
        """The likeness of each piece's tokens to the question's; None where the tokens are not known."""
        if self._indexes is None or self._tokens is None or len(pieces) < 2:
            return None
        chunks = self._view.library.chunks_of(edition.row.id, provision.id)
        held = self._indexes.codes([chunk.id for chunk in chunks])
        codes = [held[chunk.id] for chunk in chunks if chunk.id in held]
        places: list[int] = []
        for chunk in chunks:
            found = token_places(self._indexes.embedder, chunk, edition.text)
            if found is None or chunk.id not in held or len(found) != len(held[chunk.id].codes):
                return None
            places.extend(found)
        return piece_scores(self._tokens, codes, places, pieces) if codes else None

    @cached_property
    def _tokens(self) -> np.ndarray | None:
        """The question's token vectors [tokens, directions], as it was searched with."""
        assert self._indexes is not None
        return self._indexes.question(self.reading.dense_texts, self.reading.spoken)[1]

    def _worth(self, terms: Collection[str]) -> float:
        return sum(self.rarity.get(term, 1.0) for term in terms)

    def states_figure(self, text: str) -> bool:
        """Whether the question asks for a figure and a text has one."""
        return self._asks_figure and bool(_FIGURE.search(text))

    def _by_words(self, sentence: str, covered: Collection[str]) -> tuple[float, set[str]]:
        shared = self._terms & set(stems(sentence))
        value = self._worth(shared - set(covered))
        if "figure" not in covered and self.states_figure(sentence):
            rarest = max((self.rarity.get(term, 1.0) for term in self._terms), default=1.0)
            return value + FIGURE_WORTH * rarest, shared | {"figure"}
        return value, shared
