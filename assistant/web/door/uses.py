"""Requests with a session or a token -> when each was last used, written beside the requests.

Uses gather in memory, and one thread writes them, so many at a time. Where the database is slow or refuses,
or too many wait, they are dropped: no request depends on them, and whoever goes on asking is noted again.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime

from assistant.access.store import now
from assistant.access.uses import Use
from assistant.errors import PolicyError

log = logging.getLogger(__name__)

GATHERING_SECONDS = 1.0  # between two writes
MOST = 5_000  # sessions and tokens that wait to be written
IDLE_SECONDS = 30.0  # after which the thread ends

Store = Callable[[Mapping[Use, datetime]], None]


class Uses:
    """The uses that wait, and the thread that writes them. ``store``: writes them, or raises PolicyError."""

    def __init__(self, store: Store, pause: float = GATHERING_SECONDS) -> None:
        self._store = store
        self._pause = pause
        self._waiting: dict[Use, datetime] = {}
        self._lock = threading.Condition()
        self._thread: threading.Thread | None = None

    def note(self, use: Use) -> None:
        """It was used now. Waits for nothing but other notes."""
        with self._lock:
            if len(self._waiting) >= MOST and use not in self._waiting:
                log.warning("The use of a session or token was not noted: %d wait to be stored.", MOST)
                return
            self._waiting[use] = now()
            if self._thread is None:
                self._thread = threading.Thread(target=self._write, name="uses", daemon=True)
                self._thread.start()
            self._lock.notify()

    def _write(self) -> None:
        while True:
            with self._lock:
                if not self._lock.wait_for(lambda: self._waiting, IDLE_SECONDS):
                    self._thread = None
                    return
                batch, self._waiting = self._waiting, {}
            try:
                self._store(batch)
            except PolicyError as error:
                log.warning("The use of %d sessions and tokens was not stored: %s", len(batch), error.en)
            except Exception:
                log.exception("The use of %d sessions and tokens was not stored.", len(batch))
            time.sleep(self._pause)
