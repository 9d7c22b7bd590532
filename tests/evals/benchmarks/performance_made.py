"""A contender made for the tests: a small program that takes steps as the real ones do."""

import sys

PROGRAM = """
import sys
sys.path.insert(0, {root!r})
from evals.benchmarks.peers import steps

def held(megabytes):
    block = bytearray(megabytes << 20)
    block[::4096] = b"x" * len(block[::4096])
    import time
    time.sleep({look} * 20)
    return len(block)

def printing(word):
    print("a library prints this")
    return word

def failing():
    raise ValueError("no such thing")

def ending():
    sys.stderr.write("last words")
    sys.stderr.flush()
    import os
    os._exit(3)

steps.serve({{"held": held, "printing": printing, "failing": failing, "ending": ending}})
"""


def made_contender(root, look):
    """A contender that runs ``PROGRAM``."""
    from evals.benchmarks.performance.contenders import Contender

    return Contender("made up", (sys.executable, "-c", PROGRAM.format(root=str(root), look=look)))
