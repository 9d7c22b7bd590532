"""Where the original of a file is kept: by the hash of its bytes, spread over folders."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

_NAME = re.compile(r"(?P<first>[0-9a-f]{2})/(?P=first)[0-9a-f]{62}(?:\.partial)?")


def original(files: Path, sha256: str) -> Path:
    """The path of the original with these bytes; ``files``: the folder of originals."""
    return files / sha256[:2] / sha256


def originals(files: Path) -> Iterator[Path]:
    """All originals that are kept, and what a writer cut off left of one; nothing else that lies there."""
    return (path for path in files.glob("??/*") if _NAME.fullmatch(f"{path.parent.name}/{path.name}"))
