"""Indexes derived from the library: vectors in Chroma, words in tantivy; both rebuildable."""
