"""Files that are wanted soon -> their editions, read by threads of their own before anybody asks for them."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from assistant.library.drafts import EditionDraft

Key = tuple[str, ...]
Read = Callable[[Callable[[dict[str, Any]], None]], EditionDraft]  # told of what a reader says meanwhile


def key_of(data: bytes, path: Path, sidecar: Mapping[str, Any] | None, *said: object) -> Key:
    """What tells one request for an edition from another. ``said``: what else it depends on."""
    return (
        str(path),
        hashlib.sha256(data).hexdigest(),
        json.dumps(sidecar, sort_keys=True),
        *map(repr, said),
    )


class Ahead:
    """Reads that were begun and not asked for yet. For any number of threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._begun: dict[Key, _Begun] = {}

    def begin(self, key: Key, read: Read) -> None:
        """Begin to read, unless that was begun already. Where no thread can be started, nothing is begun."""
        with self._lock:
            if key in self._begun:
                return
            begun = self._begun[key] = _Begun(read)
        try:
            begun.start()
        except RuntimeError:  # "can't start new thread"
            self.drop(key)

    def take(self, key: Key, told: Callable[[dict[str, Any]], None]) -> EditionDraft | None:
        """What was begun, when it is done; None where it was not. Raises what reading it raised."""
        begun = self.drop(key)
        return None if begun is None else begun.result(told)

    def drop(self, key: Key) -> _Begun | None:
        """Forget what was begun."""
        with self._lock:
            return self._begun.pop(key, None)

    def drop_all(self) -> list[threading.Thread]:
        """Forget everything that was begun; returns the threads that still read."""
        with self._lock:
            left, self._begun = list(self._begun.values()), {}
        return [each.thread for each in left if each.thread.is_alive()]


class _Begun:
    """One file that is being read, or was."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._said: list[dict[str, Any]] = []
        self._edition: EditionDraft | None = None
        self._error: BaseException | None = None
        self.thread = threading.Thread(target=self._run, name="read-ahead", daemon=True)

    def start(self) -> None:
        self.thread.start()

    def _run(self) -> None:
        try:
            self._edition = self._read(self._said.append)
        except BaseException as error:  # noqa: BLE001 (raised where the file is asked for)
            self._error = error

    def result(self, told: Callable[[dict[str, Any]], None]) -> EditionDraft:
        self.thread.join()
        for message in self._said:
            told(message)
        if self._error is not None:
            raise self._error
        assert self._edition is not None
        return self._edition
