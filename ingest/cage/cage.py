"""Foreign bytes -> editions, texts and pictures, read by a process that is killed when it costs too much.

A process is started when it is needed and kept for the next file: its start costs about a second, once. One
that crashed or was killed is replaced. No more than so many are at work at once: files that are taken in wait
for their turn, and who looks at a page is told to come back. Of several files the next ones are read at the
same time and while the first is being stored.
"""

from __future__ import annotations

import atexit
import errno
import hashlib
import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from assistant.errors import ReadError
from assistant.happenings import NotRead, tell
from assistant.index.cores import allowed_cores
from assistant.library.drafts import EditionDraft
from assistant.model import Authority, Identity
from assistant.settings import ReaderSettings
from ingest.cage import refusals
from ingest.cage.ahead import Ahead, key_of
from ingest.cage.process import LostError, Reader
from ingest.cage.refusals import NotBegun
from ingest.catalogue import Catalogue
from ingest.hidden import Hidden
from ingest.readers import UnsupportedTypeError

log = logging.getLogger(__name__)

_DRAFT = TypeAdapter(EditionDraft)
_HIDDEN = TypeAdapter(list[Hidden])
_MOST_TOLD = 5  # places of a result that is none
_FULL = (errno.ENOMEM, errno.EAGAIN, errno.EMFILE, errno.ENFILE)
_END_SECONDS, _LOOK_SECONDS = 5.0, 0.05  # how long processes nobody needs are stopped, and how often
_TRIES = 2  # a process that waited too long has ended itself: another one is asked


class Cage:
    """Reads foreign files within limits. For any number of threads; processes are kept between files.

    No more than ``limits.processes`` threads are served at once. ``ahead``: how many files :meth:`begin`
    should be told of before it is their turn.
    """

    def __init__(self, limits: ReaderSettings | None = None) -> None:
        self.limits = limits or ReaderSettings()
        self.peak = 0  # bytes a reading process was seen to use at most
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(self.limits.processes)
        at_once = min(self.limits.processes, allowed_cores())
        self.ahead = at_once if at_once > 1 else 0
        self._idle: list[Reader] = []
        self._busy: dict[Reader, threading.Thread] = {}
        self._read_ahead = Ahead()
        self._catalogue: tuple[Catalogue, str, str] | None = None  # the last one, its JSON and its digest

    def begin(
        self,
        data: bytes,
        path: Path,
        sidecar: dict[str, Any] | None,
        catalogue: Catalogue,
        overrides: Identity | None = None,
        authority: Authority | None = None,
    ) -> None:
        """Read a file that :meth:`edition` will be asked for with the same words, in a thread of its own."""
        key = key_of(data, path, sidecar, overrides, authority, id(catalogue))

        def read(told: Callable[[dict[str, Any]], None]) -> EditionDraft:
            return self._edition(data, path, sidecar, catalogue, overrides, authority, told)

        self._read_ahead.begin(key, read)

    def forget(self) -> None:
        """Of the files begun, no one is asked for any more."""
        threads = self._read_ahead.drop_all()
        deadline = time.monotonic() + _END_SECONDS
        while (threads := [each for each in threads if each.is_alive()]) and time.monotonic() < deadline:
            with self._lock:
                busy = [reader for reader, thread in self._busy.items() if thread in threads]
            for reader in busy:
                reader.stop()
            threads[0].join(_LOOK_SECONDS)

    def edition(
        self,
        data: bytes,
        path: Path,
        sidecar: dict[str, Any] | None,
        catalogue: Catalogue,
        overrides: Identity | None = None,
        authority: Authority | None = None,
        tell_hidden: Callable[[Sequence[Hidden]], None] | None = None,
        tell_read: Callable[[], None] = lambda: None,
    ) -> EditionDraft:
        """As :func:`ingest.build.build_edition`, in the cage. Raises ReadError or IdentityError.

        What was begun is waited for; its events are told then.
        """

        def told(message: dict[str, Any]) -> None:
            if message.get("event") == "structure":
                tell_read()
            elif message.get("event") == "hidden" and tell_hidden is not None:
                tell_hidden(_HIDDEN.validate_python(message.get("findings")))

        key = key_of(data, path, sidecar, overrides, authority, id(catalogue))
        found = self._read_ahead.take(key, told)
        if found is None:
            found = self._edition(data, path, sidecar, catalogue, overrides, authority, told)
        return found

    def _edition(
        self,
        data: bytes,
        path: Path,
        sidecar: dict[str, Any] | None,
        catalogue: Catalogue,
        overrides: Identity | None,
        authority: Authority | None,
        told: Callable[[dict[str, Any]], None],
    ) -> EditionDraft:
        request = {
            "task": "edition",
            "path": str(path.absolute()),
            "sidecar": sidecar,
            "overrides": None if overrides is None else overrides.model_dump(mode="json"),
            "authority": authority,
        }
        try:
            return _DRAFT.validate_json(self._ask(request, [data], path.name, told, catalogue))
        except ValidationError as error:
            wrong = [each["loc"] for each in error.errors(include_input=False, include_url=False)]
            log.error("What was read of %s is no edition: %s", path, wrong[:_MOST_TOLD])
            raise refusals.crashed(path.name, "no edition") from None

    def text(self, data: bytes, name: str) -> str:
        """The words of a file, a line a block. Raises ReadError."""
        return self._ask({"task": "text"}, [data], name).decode("utf-8", "replace")

    def cut(self, pages: Sequence[bytes], container: str, url: str) -> bytes:
        """As :func:`ingest.sync.pages.cut` over several pages, as one page. Raises ReadError."""
        return self._ask({"task": "cut", "container": container}, pages, url)

    def goes_on(self, page: bytes, more: str, url: str) -> bool:
        """As :func:`ingest.sync.pages.goes_on`. Raises ReadError."""
        return bool(self._ask({"task": "goes_on", "more": more}, [page], url))

    def picture(self, pdf: bytes, page: int, quote: str, scale: float, name: str) -> tuple[bytes, int]:
        """A page as PNG with ``quote`` marked, and in how many rectangles.

        Raises ReadError, and ReadersBusyError where no process is free in time.
        """
        counts: list[int] = []

        def told(message: dict[str, Any]) -> None:
            if message.get("event") == "boxes":
                counts.append(int(message["count"]))

        request = {"task": "picture", "page": page, "quote": quote, "scale": scale}
        drawn = self._ask(request, [pdf], name, told, wait=self.limits.wait_seconds)
        return drawn, sum(counts)

    def _ask(
        self,
        request: Mapping[str, Any],
        blobs: Sequence[bytes],
        name: str,
        told: Callable[[dict[str, Any]], None] = lambda message: None,
        catalogue: Catalogue | None = None,
        wait: float | None = None,
    ) -> bytes:
        """What a process answers. ``wait``: seconds until one is free; None waits for as long as it takes."""
        if not self._places.acquire(timeout=wait):
            raise refusals.busy(name, self.limits.processes, max(1.0, self.limits.wait_seconds))
        try:
            return self._asked(request, blobs, name, told, catalogue)
        finally:
            self._places.release()

    def _asked(
        self,
        request: Mapping[str, Any],
        blobs: Sequence[bytes],
        name: str,
        told: Callable[[dict[str, Any]], None],
        catalogue: Catalogue | None,
    ) -> bytes:
        lost: LostError | None = None
        for _ in range(_TRIES):
            try:
                reader = self._take()
                try:
                    said = {**request, "name": name, **self._describe(catalogue, reader)}
                    return reader.ask(said, blobs, name, told)
                except LostError as error:
                    lost = error
                except ReadError as error:
                    if not isinstance(error, UnsupportedTypeError):  # nothing went wrong: it is no text
                        tell(NotRead(error.reason))
                    raise
                finally:
                    self.peak = max(self.peak, reader.peak)
                    self._give_back(reader)
            except OSError as error:
                log.error("No reading process can be started for %s: %s", name, error)
                cause: NotBegun = "memory" if error.errno in _FULL else "crashed"
                raise refusals.not_started(name, cause, error.strerror or str(error)) from error
        assert lost is not None
        raise refusals.not_started(name, lost.cause, lost.how)

    def _describe(self, catalogue: Catalogue | None, reader: Reader) -> dict[str, str]:
        """The catalogue, for a process that does not have it yet."""
        if catalogue is None:
            return {}
        held = self._catalogue
        if held is None or held[0] is not catalogue:
            content = catalogue.model_dump_json()
            held = self._catalogue = (catalogue, content, hashlib.sha256(content.encode()).hexdigest())
        if reader.catalogue == held[2]:
            return {}
        reader.catalogue = held[2]
        return {"catalogue": held[1]}

    def _take(self) -> Reader:
        """A process for this thread: one that is kept, or a new one."""
        while True:
            with self._lock:
                reader = self._idle.pop() if self._idle else None
            if reader is None:
                reader = Reader(self.limits)
            elif not reader.alive:
                reader.kill()
                continue
            with self._lock:
                self._busy[reader] = threading.current_thread()
            return reader

    def _give_back(self, reader: Reader) -> None:
        fit = reader.alive and not reader.worn
        with self._lock:
            del self._busy[reader]
            if fit:  # there are no more of them than places
                self._idle.append(reader)
                return
        reader.kill()

    def close(self) -> None:
        """End the processes; the next file starts another one."""
        self.forget()
        with self._lock:
            idle, self._idle = self._idle, []
        for reader in idle:
            reader.kill()


@lru_cache(maxsize=8)
def cage_of(limits: ReaderSettings) -> Cage:
    """The cage of this process for these limits; closed when the process ends."""
    cage = Cage(limits)
    atexit.register(cage.close)
    return cage
