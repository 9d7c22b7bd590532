"""The library: the truth of acts, editions, texts, provisions and chunks, in SQL.

A process that reads documents makes drafts for it and never opens it: the database's code is imported with
``Library``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.library.store import Library

__all__ = ["Library"]


def __getattr__(name: str) -> Any:
    if name != "Library":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from assistant.library.store import Library

    globals()[name] = Library
    return Library
