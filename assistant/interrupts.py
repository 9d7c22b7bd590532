"""Ctrl-C that is not lost.

Python raises KeyboardInterrupt wherever the main thread happens to be. In a destructor, a callback of the
garbage collector or another library's bare ``except`` it is swallowed, and a long command goes on as if
nothing had been said. What was said is remembered here, and long work asks for it between its steps.
"""

from __future__ import annotations

import signal
import sys
import threading
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

_told = threading.Event()


def _noted(number: int, frame: FrameType | None) -> None:
    _told.set()
    signal.default_int_handler(number, frame)


def _unless_interrupted(lost: UnraisableHookArgs) -> None:
    """Tell of an error that nobody can catch, but not of a Ctrl-C: that one is remembered."""
    if lost.exc_type is not KeyboardInterrupt:
        sys.__unraisablehook__(lost)


def remember_interrupts() -> None:
    """Remember Ctrl-C from now on; somebody else's handler of it stays in its place."""
    ours = threading.current_thread() is threading.main_thread()
    if ours and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _noted)
        if sys.unraisablehook is sys.__unraisablehook__:
            sys.unraisablehook = _unless_interrupted


def stop_if_interrupted() -> None:
    """Raise KeyboardInterrupt where Ctrl-C was pressed and the work still goes on."""
    if _told.is_set():
        _told.clear()
        raise KeyboardInterrupt
