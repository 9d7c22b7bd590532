"""Memory that this process has freed and its C library still keeps -> given back to the system.

Taking a file in, or loading a model, uses hundreds of megabytes for a while. glibc keeps what lies between
blocks that are still used, for good: a server that took a few files in would hold them as long as it runs.
"""

from __future__ import annotations

import ctypes
import logging
from collections.abc import Callable
from functools import lru_cache

log = logging.getLogger(__name__)


def give_back() -> bool:
    """Give free memory back, after work that used much; whether any was. Nothing where there is no glibc.

    It takes some tens of milliseconds, in which other threads may wait for memory.
    """
    trim = _trim()
    return bool(trim is not None and trim(0))


@lru_cache(maxsize=1)
def _trim() -> Callable[[int], int] | None:
    """``malloc_trim(3)``, which other C libraries lack."""
    try:
        found = ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError, TypeError):
        log.debug("Free memory is given back by the C library alone")
        return None
    found.argtypes, found.restype = [ctypes.c_size_t], ctypes.c_int
    return lambda kept: int(found(kept))
