"""What the stores of the derived indexes raise -> one typed error that says how to have them anew."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant.errors import DerivedIndexError

# tantivy raises ValueError for whatever its files hold; Chroma's own errors are told by their module, so that
# nothing imports it to name them.
_KNOWN = (OSError, ValueError, RuntimeError, AttributeError, KeyError, sqlite3.Error)
_CHROMA = "chromadb."


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Raise DerivedIndexError for what the store at ``path`` raises inside."""
    try:
        yield
    except DerivedIndexError:
        raise
    except Exception as error:
        if not (isinstance(error, _KNOWN) or type(error).__module__.startswith(_CHROMA)):
            raise
        raise failed(path, error) from error


def failed(path: Path, error: Exception) -> DerivedIndexError:
    """The error for a store that cannot be used, and why."""
    return DerivedIndexError(
        f"The index {path} cannot be used: {error}. The library is whole. Check the disk's free space and "
        "the folder's rights; 'ai-policy doctor --repair' rebuilds the index.",
        f"Индекс {path} недоступен: {error}. Библиотека цела. Проверьте место на диске и права на папку; "
        "«ai-policy doctor --repair» построит индекс заново.",
    )
