"""A request and some bytes -> the answer of a reading process, or the reason why there is none.

The process is started anew (never forked), in a session of its own, without this one's environment. While it
works, a thread here watches its time and memory; what exceeds them is killed with everything it started.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal

import psutil

import ingest
from assistant.errors import PolicyError, ReadError
from assistant.settings import ReaderSettings
from ingest.cage import refusals
from ingest.cage.folder import Folder, sweep
from ingest.cage.last_words import LastWords
from ingest.cage.refusals import NotBegun
from ingest.cage.wire import TooMuchError, WireError, receive, receive_message, send, send_message

log = logging.getLogger(__name__)

START_SECONDS = 120.0  # for the imports of a new process on a busy machine
_END_SECONDS = 5.0  # from the end of its output to its own
_LOOK_SECONDS = 0.05
_LOOKS_FOR_ALL = 20  # every so many looks the programs that the process started are looked for, too
_EVENTS = 4_000_000  # bytes of one message beside the result
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TESSDATA_PREFIX", "LD_LIBRARY_PATH", "SYSTEMROOT")
_CAUSES = ("SIGXCPU", "SIGALRM")
# How much of the memory allowed must be mapped for a process that ended itself to have ended for want of it.
# A library that needs one more large piece aborts. What breaks off in the middle of its work did it for
# another reason, unless nothing is left at all.
_NEARLY, _ALL = 0.7, 0.95
_BREAKS = ("SIGSEGV", "SIGBUS", "SIGFPE")
_NO_MEMORY = re.compile(
    "MemoryError|bad_alloc|out of memory|cannot allocate memory|map segment", re.IGNORECASE
)

Told = Callable[[dict[str, Any]], None]
Cause = Literal["time", "ocr", "memory"]


class LostError(Exception):
    """The process was gone before it began with the request: another one may be asked.

    ``cause``: why, as far as that is known; ``how``: the signal or the status it ended with.
    """

    def __init__(self, cause: NotBegun, how: str) -> None:
        super().__init__(f"{cause}, {how}")
        self.cause: NotBegun = cause
        self.how = how


class Reader:
    """One reading process. Not for two threads at once."""

    def __init__(self, limits: ReaderSettings) -> None:
        """Start it; the first request waits until it is up. Raises OSError where none can be started."""
        self.limits = limits
        self.catalogue: str | None = None  # the digest of the catalogue it was given
        self.peak = 0  # bytes it and what it started were seen to use at most
        self._mute = False  # it sent no more and went on
        self._stopped = False  # by who needs its answer no more
        _sweep_once()
        self._folder = Folder()
        command = [sys.executable, "-P", "-m", "ingest.cage.child", limits.model_dump_json()]
        try:
            self._process = subprocess.Popen(  # noqa: S603 (our own interpreter and module)
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=self._folder.path,
                env=_environment(self._folder.path),
                pass_fds=self._folder.passed_on,
                start_new_session=True,
            )
        except OSError:
            self._folder.remove()
            raise
        assert self._process.stderr is not None
        try:
            self._last_words = LastWords(self._process.stderr)
        except RuntimeError as error:
            self._process.stderr.close()
            self.kill()
            raise OSError(errno.EAGAIN, str(error)) from error

    @property
    def pid(self) -> int:
        """The id of the process."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    @property
    def worn(self) -> bool:
        """Whether what it keeps mapped leaves the next file too little room."""
        try:
            return bool(psutil.Process(self.pid).memory_info().vms > self.limits.memory_bytes * 0.6)
        except psutil.Error:
            return True

    def ask(self, request: Mapping[str, Any], blobs: Sequence[bytes], name: str, told: Told) -> bytes:
        """What the process answers. ``told`` is given what it says meanwhile; ``name`` is for messages.

        Raises the PolicyError that stopped it, LostError, or OSError where no thread can be started to watch
        it. After any but a refusal by a reader the process is dead.
        """
        try:
            watch = _Watch(self._process, self.limits)
        except RuntimeError as error:  # "can't start new thread"
            self.kill()
            raise OSError(errno.EAGAIN, str(error)) from error
        try:
            return self._ask(request, blobs, name, told, watch)
        except BaseException as error:
            if not isinstance(error, PolicyError) or not self.alive:
                self.kill()
            raise
        finally:
            watch.stop()
            self.peak = max(self.peak, watch.peak)

    def _ask(
        self, request: Mapping[str, Any], blobs: Sequence[bytes], name: str, told: Told, watch: _Watch
    ) -> bytes:
        pipe_in, pipe_out = self._process.stdin, self._process.stdout
        assert pipe_in is not None and pipe_out is not None
        begun = False
        try:
            send_message(pipe_in, {**request, "blobs": len(blobs)})
            for blob in blobs:
                send(pipe_in, blob)
            left = self.limits.result_bytes
            while True:
                message = receive_message(pipe_out, min(_EVENTS, left))
                event = message.get("event")
                if event == "begun":
                    begun = True
                    watch.begin()
                    _say_what_is_missing(message.get("without"))
                elif event == "ocr":
                    watch.recognising(bool(message.get("on")))
                elif event == "done":
                    return receive(pipe_out, left)
                elif event == "refused":
                    raise refusals.as_said(message)
                elif event == "unforeseen":
                    log.error("%s: %s", name, str(message.get("trace"))[:20_000])
                    raise refusals.unforeseen(name, str(message.get("kind"))[:100])
                else:
                    told(message)
                    left -= len(str(message))
        except TooMuchError:
            self.kill()
            raise refusals.too_much(name, self.limits) from None
        except WireError:
            self._let_end()
            self.kill()
            raise self._why(name, watch, begun=begun) from None

    def _why(self, name: str, watch: _Watch, *, begun: bool) -> ReadError | LostError:
        """The reason why the process is gone: what was found while it was watched, else how it ended."""
        how, said = self._how(), self._last_words.said()
        if self._stopped:
            return LostError("crashed", how)
        if watch.cause is None:
            log.warning(
                "The process reading %s ended by itself (%s). Its last words: %s", name, how, said or "none"
            )
        if watch.cause == "memory":
            return refusals.out_of_memory(name, self.limits)
        no_memory = self._had_no_memory(how, said, watch.mapped)
        if not begun:
            return LostError("time" if watch.cause else "memory" if no_memory else "crashed", how)
        if watch.cause == "ocr":
            return refusals.out_of_ocr_time(name, self.limits)
        if watch.cause == "time" or how in _CAUSES:
            return refusals.out_of_time(name, self.limits.seconds)
        return refusals.out_of_memory(name, self.limits) if no_memory else refusals.crashed(name, how)

    def _let_end(self) -> None:
        """Wait for a process that sends no more: one killed while it ended seems killed by the system."""
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._mute = True

    def _how(self) -> str:
        """What ended the process: the name of a signal, or its status."""
        if self._mute:
            return "no answer"
        status = self._process.returncode or 0
        return (
            signal.Signals(-status).name if status < 0 and -status in signal.valid_signals() else str(status)
        )

    def _had_no_memory(self, how: str, said: str, mapped: int) -> bool:
        """Whether a process that ended by itself did so for want of memory."""
        # SIGKILL that is not ours comes from a system out of memory.
        if how == "SIGKILL" or _NO_MEMORY.search(said):
            return True
        return mapped > self.limits.memory_bytes * (_ALL if how in _BREAKS else _NEARLY)

    def stop(self) -> None:
        """End the process from another thread than the one that waits for its answer: that one is told."""
        self._stopped = True
        _kill_all(self._process)

    def kill(self) -> None:
        """End the process and everything it started, and wait for it. Calling it twice is harmless."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        _kill_all(self._process)
        self._process.wait()
        self._folder.remove()


class _Watch:
    """Looks at a process while it works, from a thread of its own, and kills it when it is over a limit."""

    def __init__(self, process: subprocess.Popen[bytes], limits: ReaderSettings) -> None:
        self.cause: Cause | None = None
        self.peak = self.mapped = 0  # bytes used and mapped at most
        self._process, self._limits = process, limits
        self._deadline = time.monotonic() + START_SECONDS
        self._end_of_ocr: float | None = None
        self._ocr = False
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, name="reader-watch", daemon=True)
        self._thread.start()

    def begin(self) -> None:
        """The process has the file and begins."""
        self._deadline = time.monotonic() + self._limits.seconds

    def recognising(self, on: bool) -> None:
        """A page's recognition begins or has ended; the next one gets as long as any."""
        now = time.monotonic()
        if self._end_of_ocr is None:
            self._end_of_ocr = now + self._limits.ocr_seconds
        self._ocr = on
        wanted = self._limits.ocr_page_seconds if on else self._limits.seconds
        self._deadline = min(now + wanted, self._end_of_ocr + self._limits.seconds)

    def stop(self) -> None:
        """Look no longer."""
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        looks = 0
        while not self._over.wait(_LOOK_SECONDS):
            used, mapped = _memory(self._process.pid, with_children=self._ocr or looks % _LOOKS_FOR_ALL == 0)
            looks += 1
            self.peak = max(self.peak, used)
            self.mapped = max(self.mapped, mapped)
            if used > self._limits.memory_bytes:
                self.cause = "memory"
            elif time.monotonic() > self._deadline:
                self.cause = "ocr" if self._end_of_ocr is not None else "time"
            if self.cause is not None:
                _kill_all(self._process)
                return


def _memory(pid: int, *, with_children: bool) -> tuple[int, int]:
    """Bytes of memory that a process holds (on demand with the programs it started), and that it mapped."""
    try:
        process = psutil.Process(pid)
        mapped = process.memory_info().vms
        all_of_it = [process, *(process.children(recursive=True) if with_children else ())]
    except psutil.Error:
        return 0, 0
    used = 0
    for each in all_of_it:
        with contextlib.suppress(psutil.Error):
            used += each.memory_info().rss
    return used, mapped


def _kill_all(process: subprocess.Popen[bytes]) -> None:
    """End a process, its group, and what it started that left the group."""
    started: list[psutil.Process] = []
    if process.poll() is None:
        with contextlib.suppress(psutil.Error):
            started = psutil.Process(process.pid).children(recursive=True)
        if hasattr(os, "killpg"):
            # Not waited for yet, so that the number cannot belong to another process by now.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
        process.kill()
    for each in started:
        with contextlib.suppress(psutil.Error):
            each.kill()


def _environment(folder: Path) -> dict[str, str]:
    """What a reader needs to run; no key, no proxy and no setting of ours is among it."""
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    root = str(Path(ingest.__file__).resolve().parents[1])
    own = dict.fromkeys(("HOME", "TMPDIR", "TEMP", "TMP"), str(folder))
    return {**kept, **own, "PYTHONPATH": root, "PYTHONUTF8": "1", "PYTHONHASHSEED": "0"}


@cache
def _sweep_once() -> None:
    """What others left is looked for when this process starts its first reader."""
    with contextlib.suppress(OSError):
        sweep()


_said: set[str] = set()


def _say_what_is_missing(without: object) -> None:
    """Log once which limits this system cannot set."""
    names = ", ".join(map(str, without)) if isinstance(without, list) else ""
    if names and names not in _said:
        _said.add(names)
        log.warning(
            "This system sets no limits on %s of the process that reads foreign files; its memory and time "
            "are watched from outside instead.",
            names,
        )
