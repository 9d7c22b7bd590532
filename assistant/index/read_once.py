"""An embedder -> one that keeps what it has read, for several profiles learnt from the same statements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from assistant.index.encoded import Encoded

if TYPE_CHECKING:
    from assistant.index.embedder import Embedder, EmbedderIdentity, Role


class ReadOnce:
    """Reads a list of texts once in each role, vectors and token vectors in one pass, and keeps both.

    It keeps them as long as it lives: 150 statements take about 30 MB in each language and role.
    """

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._read: dict[tuple[Role, tuple[str, ...]], Encoded] = {}

    @property
    def identity(self) -> EmbedderIdentity:
        """As the embedder's."""
        return self._embedder.identity

    @property
    def token_projection(self) -> np.ndarray | None:
        """As the embedder's."""
        return self._embedder.token_projection

    def encode(self, texts: Sequence[str], role: Role) -> Encoded:
        """As the embedder's; the second time without the model."""
        key = role, tuple(texts)
        if key not in self._read:
            self._read[key] = self._embedder.encode(texts, role)
        return self._read[key]

    def embed_passages(self, texts: Sequence[str]) -> np.ndarray:
        """As the embedder's."""
        return self.encode(texts, "passage").vectors

    def embed_queries(self, texts: Sequence[str]) -> np.ndarray:
        """As the embedder's."""
        return self.encode(texts, "query").vectors
