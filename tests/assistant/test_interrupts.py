"""Ctrl-C stops long work at its next step, also where a library swallowed it."""

import subprocess
import sys

SWALLOWED = """
import os, signal
from assistant.interrupts import remember_interrupts
from ingest.run import progress_bar

remember_interrupts()
with progress_bar() as show:
    show("one", 1, 3)
    try:
        os.kill(os.getpid(), signal.SIGINT)
        while True:
            pass
    except KeyboardInterrupt:  # as another library's bare except does
        pass
    try:
        show("two", 2, 3)
    except KeyboardInterrupt:
        print("stopped")
    show("three", 3, 3)  # it was said once
"""
ANOTHERS = """
import signal
from assistant.interrupts import remember_interrupts

signal.signal(signal.SIGINT, signal.SIG_IGN)
remember_interrupts()
print(signal.getsignal(signal.SIGINT) is signal.SIG_IGN)
"""
IN_A_DESTRUCTOR = """
import os, signal
from assistant.interrupts import remember_interrupts, stop_if_interrupted

class Dying:
    def __init__(self, work):
        self.work = work
    def __del__(self):
        self.work()

def interrupted():
    os.kill(os.getpid(), signal.SIGINT)
    while True:
        pass

remember_interrupts()
Dying(interrupted)
try:
    stop_if_interrupted()
except KeyboardInterrupt:
    print("stopped")
Dying(lambda: 1 / 0)
"""


def ran(script):
    return subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=180, check=True
    )


def said(script):
    return ran(script).stdout.split()


def test_what_a_library_swallowed_stops_the_next_step_once():
    assert said(SWALLOWED) == ["stopped"]


def test_a_handler_of_somebody_else_stays():
    assert said(ANOTHERS) == ["True"]


def test_where_nobody_can_catch_it_it_is_remembered_and_not_told_as_an_error():
    done = ran(IN_A_DESTRUCTOR)
    assert done.stdout.split() == ["stopped"]
    assert "KeyboardInterrupt" not in done.stderr
    assert "ZeroDivisionError" in done.stderr  # other errors are told as before
