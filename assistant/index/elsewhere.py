"""Embedding on other machines: texts handed out ahead of time, what the model made of them taken back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from assistant.index.embedder import Embedder
    from assistant.index.late import TokenCodes, TokenProfile

Made = tuple[np.ndarray, "TokenCodes | None"]  # a text's raw vector, float32 [dimension], and its token codes


class Elsewhere(Protocol):
    """Machines that have the same embedding model. ``ahead``: batches to have under way, 1 or more."""

    ahead: int

    def begin(
        self, texts: Sequence[str], spoken: Sequence[str], embedder: Embedder, profile: TokenProfile | None
    ) -> Callable[[], dict[str, Made]]:
        """Have passages embedded as ``embedder`` would; calling the result waits for text -> what was made.

        ``spoken``: each text's language. ``profile``: None where no token codes are wanted. Raises
        PolicyError, and so does what is returned.
        """
