"""What was used for a while is given back to the system, though something used lies above it."""

from __future__ import annotations

import ctypes
import platform
import subprocess
import sys

import psutil
import pytest

from assistant import memory
from assistant.memory import give_back, keep_little

PIECE, PIECES = 100_000, 1_000  # beneath the size from which glibc takes a block from the system for itself


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries give back by themselves")
def test_freed_memory_between_used_blocks_goes_back_to_the_system():
    process = psutil.Process()
    blocks = [bytes(PIECE) for _ in range(PIECES)]
    for place, block in enumerate(blocks):
        blocks[place] = block if place % 50 == 0 else b""
    before = process.memory_info().rss
    assert give_back()
    assert before - process.memory_info().rss > PIECE * PIECES // 2
    assert sum(map(len, blocks)) == PIECE * PIECES // 50


SCRIPT = """
import ctypes, sys
import numpy, psutil
from assistant.memory import keep_little

class Counts(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in
        ("arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks", "fordblks", "keep")]

counts = ctypes.CDLL(None).mallinfo2
counts.restype = Counts
if sys.argv[1] == "little":
    assert keep_little()
ballast = []
for number in range(30):
    array = numpy.ones(3 << 20, numpy.uint8)  # freed below: from then on glibc itself takes the like as small
    ballast.append(bytes(100_000))  # and what lies behind it is used
    del array
arrays = [(numpy.ones(3 << 20, numpy.uint8), ballast.append(bytes(100_000))) for _ in range(20)]
del arrays
print(counts().fordblks >> 20)
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallinfo2"), reason="it counts as glibc 2.33 can")
def test_a_process_that_keeps_little_gives_arrays_back_when_they_are_freed():
    kept = {
        how: int(subprocess.run([sys.executable, "-c", SCRIPT, how], capture_output=True, check=True).stdout)
        for how in ("much", "little")
    }
    assert kept["much"] > 40  # MiB free between what is used: this is what is to be avoided
    assert kept["little"] < 10


@pytest.mark.parametrize("function", [give_back, keep_little])
def test_with_another_c_library_nothing_happens(monkeypatch, function):
    monkeypatch.setattr(memory.platform, "libc_ver", lambda: ("", ""))
    assert function() is False
