"""A library that another machine wrote to -> this machine's indexes in step with it, within seconds.

Whoever writes completes what all share: the library, its vectors, what the model made of its chunks. The
others take that over while nobody writes, many at the same time. Where a writer was cut off before, the first
of them to see it becomes the writer and completes it.
"""

from __future__ import annotations

import logging
import threading

from assistant.errors import HomeBusyError, PolicyError
from assistant.index.derive import Parallel, reconcile
from assistant.index.indexes import Indexes
from assistant.index.shared import Shared
from assistant.library import Library
from assistant.library.originals import originals_of
from assistant.settings import Settings
from assistant.writer_lock import write_lock

LOOKED_EVERY = 1.0  # seconds between two looks at the library's generation
RESTED = 15.0  # seconds of rest after a server could not be used

log = logging.getLogger(__name__)


def follow(settings: Settings, indexes: Indexes, library: Library, parallel: Parallel = tuple) -> int:
    """Bring the indexes of a home in step with a library on a server; returns how many chunks were taken.

    Where nobody has learnt the language means yet, and there is nothing ``parallel`` to learn them from, what
    a writer left is left to the next one. Raises HomeBusyError while somebody writes to the home or to the
    library, ServerError.
    """
    if not library.on_server or is_in_step(indexes, library):
        return 0
    # The library's lock first: while another machine writes, not even this home is locked.
    with library.unwritten(), write_lock(settings.home, 0):
        shared = Shared(library)
        shared.take_learnt(indexes)
        if shared.complete(indexes.collection) == library.generation:
            originals_of(settings).drop_copies(lambda: {row.sha256 for row in library.renditions()})
            return reconcile(indexes, library, following=True)
    if parallel is tuple and not indexes.profile_file.is_file():
        return 0
    with write_lock(settings.home, 0), library.writer(0):
        return reconcile(indexes, library, parallel=parallel)


def is_in_step(indexes: Indexes, library: Library) -> bool:
    """Whether the indexes were completed for the library as it is; asks for no more than that takes."""
    state = indexes.state()
    return state.get("generation") == library.generation and indexes.complete_for(library)


class Following(threading.Thread):
    """Follows a library on a server until it is closed; ``indexes`` see each step when it is done."""

    def __init__(self, settings: Settings, indexes: Indexes, library: Library) -> None:
        super().__init__(name="following", daemon=True)
        self._settings = settings
        self._indexes = indexes.beside()
        self._library = library

    @classmethod
    def begun(cls, settings: Settings, indexes: Indexes, library: Library) -> None:
        """Follow once, as far as that is possible now, and go on beside."""
        made = cls(settings, indexes, library)
        made.look()
        made.start()

    def run(self) -> None:
        """Look and follow."""
        pause = threading.Event()
        rest = LOOKED_EVERY
        while not pause.wait(rest) and not self._library.closed:
            rest = LOOKED_EVERY if self.look() else RESTED

    def look(self) -> bool:
        """Follow where there is something to follow; returns whether to look again soon."""
        try:
            follow(self._settings, self._indexes, self._library)
        except HomeBusyError as error:  # by the next look it may have ended
            log.debug("%s", error.en)
        except PolicyError as error:
            if not self._library.closed:
                log.warning("What other machines write is not followed for now: %s", error.en)
            return False
        except Exception:
            if not self._library.closed:  # whatever it was, it must not end the following for good
                log.exception("What other machines write is not followed for now")
            return False
        return True
