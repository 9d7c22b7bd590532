"""What a reading process writes to its stderr -> the end of it, for the log when the process is gone.

A process that cannot start, or breaks down, says there why: a traceback, a missing library, no memory. What
it says over a hostile file is as hostile as the file: it is read as it comes, so that nobody waits, only its
end is kept, and nothing in it moves a terminal's cursor.
"""

from __future__ import annotations

import os
import threading
from typing import IO

KEPT = 4_000  # bytes
_END_SECONDS = 5.0  # for the end of what was written by a process that is gone


class LastWords:
    """The end of a stream, read by a thread of its own. Raises RuntimeError where none can be started."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe, self._kept = pipe, b""
        self._thread = threading.Thread(target=self._listen, name="reader-stderr", daemon=True)
        self._thread.start()

    def said(self) -> str:
        """The last lines, of a process that is gone; empty where it said nothing."""
        self._thread.join(_END_SECONDS)  # longer only where a program it started outlived it
        text = self._kept.decode("utf-8", "replace")
        return "".join(letter if letter.isprintable() or letter == "\n" else "�" for letter in text).strip()

    def _listen(self) -> None:
        with self._pipe:
            while block := self._read():
                self._kept = (self._kept + block)[-KEPT:]

    def _read(self) -> bytes:
        try:
            return os.read(self._pipe.fileno(), 65_536)
        except (OSError, ValueError):
            return b""
