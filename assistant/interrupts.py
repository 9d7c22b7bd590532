"""Ctrl-C that is not lost.

Python raises KeyboardInterrupt wherever the main thread happens to be. In a destructor, a callback of the
garbage collector or another library's bare ``except`` it is swallowed, and a long command goes on as if
nothing had been said. What was said is remembered here, and long work asks for it between its steps.
"""

from __future__ import annotations

import signal
import threading
from types import FrameType

_told = threading.Event()


def _noted(number: int, frame: FrameType | None) -> None:
    _told.set()
    signal.default_int_handler(number, frame)


def remember_interrupts() -> None:
    """Remember Ctrl-C from now on; somebody else's handler of it stays in its place."""
    ours = threading.current_thread() is threading.main_thread()
    if ours and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _noted)


def stop_if_interrupted() -> None:
    """Raise KeyboardInterrupt where Ctrl-C was pressed and the work still goes on."""
    if _told.is_set():
        _told.clear()
        raise KeyboardInterrupt
