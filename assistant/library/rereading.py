"""A reading that another process's write cut short -> the same reading of the library as it is then."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from assistant.errors import LibraryChangedError

TRIES = 3

log = logging.getLogger(__name__)

Given = ParamSpec("Given")
Found = TypeVar("Found")


def rereading(read: Callable[Given, Found]) -> Callable[Given, Found]:
    """Have a function read anew where a text it was about to read has been taken out.

    Raises LibraryChangedError where that happens ``TRIES`` times in a row.
    """

    @wraps(read)
    def again(*given: Given.args, **named: Given.kwargs) -> Found:
        for _ in range(TRIES - 1):
            try:
                return read(*given, **named)
            except LibraryChangedError:
                log.info("The library changed while %s read it; it reads anew.", read.__name__)
        return read(*given, **named)

    return again
