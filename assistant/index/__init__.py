"""Indexes derived from the library: vectors in Chroma, words in tantivy; both rebuildable."""

from assistant.index.indexes import Indexes

__all__ = ["Indexes"]
