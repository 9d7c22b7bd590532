"""The library: the truth of acts, editions, texts, provisions and chunks, in SQL."""

from assistant.library.store import Library

__all__ = ["Library"]
