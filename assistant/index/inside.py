"""Pieces of a provision -> how well each matches a question, by the tokens the provision was found by.

A provision is searched as a whole; which of its sentences or short parts answers is told by the same token
vectors (:mod:`assistant.index.late`), across languages too. They are kept in the order of their tokens, and
the tokenizer tells where each stands.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from assistant.index.embedder import Embedder
    from assistant.index.late import TokenCodes
    from assistant.library.schema import ChunkRow

_WORD = re.compile(r"\S+")


def token_places(embedder: Embedder, chunk: ChunkRow, text: str) -> list[int] | None:
    """Where in an edition's canonical ``text`` the tokens of a chunk stand, -1 for those of its context.

    In the order of the chunk's token codes; None where the model does not tell.
    """
    embedded = chunk.embedded(text)
    words = [match.span() for match in _WORD.finditer(embedded)]
    flat_starts, at = [], 0
    for start, end in words:
        flat_starts.append(at)
        at += end - start + 1
    spans = embedder.token_spans(" ".join(embedded[start:end] for start, end in words), "passage")
    if spans is None:
        return None
    own = len(embedded) - (chunk.end - chunk.start)
    places = []
    for start, end in spans:
        word = max(0, bisect_right(flat_starts, end - 1) - 1)
        place = words[word][0] + max(0, start - flat_starts[word])  # a token may begin at the blank before it
        places.append(chunk.start + place - own if place >= own else -1)
    return places


def piece_scores(
    question: np.ndarray,
    codes: Sequence[TokenCodes],
    places: Sequence[int],
    pieces: Sequence[tuple[int, int]],
) -> list[float]:
    """MaxSim of each piece ``[start, end)``, -1…1.

    ``question``: reduced token vectors [tokens, directions]. ``places``: where each of all ``codes`` stands.
    """
    vectors = np.concatenate([each.codes for each in codes]).astype(np.float32)
    vectors *= np.concatenate([each.scales for each in codes])[:, None]
    alike = vectors @ question.T
    where = np.asarray(places)
    found = []
    for start, end in pieces:
        inside = alike[(where >= start) & (where < end)]
        found.append(float(inside.max(axis=0).mean()) if len(inside) else -1.0)
    return found
