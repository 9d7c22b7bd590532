"""What indexes in step with a library hold."""

from __future__ import annotations

import numpy as np

from assistant.index import filling


def assert_held(indexes, library):
    """Every index holds the library's chunks, made of their words by the means that are there."""
    held = sorted(library.chunk_ids())
    assert indexes.scan.keys == indexes.vectors.keys() == indexes.lexical.keys() == set(held)
    codes = indexes.tokens.get(held)
    assert indexes.tokens.keys() == codes.keys() == set(held)
    for text in filling.texts_of(library, set(held)):
        encoded = indexes.embedder.encode([text.embedded], "passage")
        expected = indexes.profile.apply(encoded.vectors, [text.spoken], "passage")
        np.testing.assert_allclose(indexes.scan.rows([text.key.chunk]), expected, atol=1e-6)
        code = codes[text.key.chunk]
        assert code.to_bytes() == indexes.token_profile.encode(encoded.tokens[0], text.spoken).to_bytes()
    assert indexes.complete_for(library)
