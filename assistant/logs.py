"""Logging to stderr, quiet by default."""

from __future__ import annotations

import logging


def configure(level: str) -> None:
    """Send this project's records of ``level`` and above to stderr; other libraries' from ERROR."""
    logging.basicConfig(level=logging.ERROR, format="%(levelname)s %(name)s: %(message)s")
    for room in ("assistant", "ingest", "evals"):
        logging.getLogger(room).setLevel(level)
