"""Where the original of a file is kept in a home: by the hash of its bytes, spread over folders."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path


def original(files: Path, sha256: str) -> Path:
    """The path of the original with these bytes; ``files``: the folder of originals."""
    return files / sha256[:2] / sha256


def originals(files: Path) -> Iterator[Path]:
    """All originals that are kept."""
    return files.glob("??/*")
