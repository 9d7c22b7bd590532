"""Memory that this process has freed and its C library still keeps -> given back to the system.

Taking a file in, or loading a model, uses hundreds of megabytes for a while. glibc keeps what lies between
blocks that are still used, for good: a server that took a few files in would hold them as long as it runs.
Where there is no glibc nothing is done here.
"""

from __future__ import annotations

import ctypes
import logging
import platform
from collections.abc import Callable

LARGE = 1 << 20  # bytes
_MMAP_THRESHOLD, _ARENA_MAX = -3, -8  # M_MMAP_THRESHOLD and M_ARENA_MAX of malloc.h
ARENAS = 2

log = logging.getLogger(__name__)


def keep_little() -> bool:
    """From now on give blocks of a megabyte and more back as soon as they are freed; whether that is done.

    glibc does so from 128 KiB on at first, but from 32 MiB once such blocks were freed: then arrays lie among
    small blocks, and what they leave is not at the end, from where alone it would be given back. Nor has each
    of some forty threads an arena of its own, half empty: Python runs one of them at a time.
    """
    option = _function("mallopt", ctypes.c_int, ctypes.c_int)
    return option is not None and all([option(_MMAP_THRESHOLD, LARGE), option(_ARENA_MAX, ARENAS)])


def give_back() -> bool:
    """Give free memory back, after work that used much; whether any was.

    It takes some tens of milliseconds, in which other threads may wait for memory.
    """
    trim = _function("malloc_trim", ctypes.c_size_t)
    return bool(trim is not None and trim(0))


def _function(name: str, *given: type) -> Callable[..., int] | None:
    """A function of glibc's that other C libraries lack or have otherwise."""
    if platform.libc_ver()[0] != "glibc":
        return None
    try:
        found = getattr(ctypes.CDLL(None), name)
    except (OSError, AttributeError):
        log.debug("The C library has no %s", name)
        return None
    found.argtypes, found.restype = given, ctypes.c_int
    return lambda *values: int(found(*values))
