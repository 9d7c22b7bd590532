"""What was used for a while is given back to the system, though something used lies above it."""

from __future__ import annotations

import sys

import psutil
import pytest

from assistant import memory
from assistant.memory import give_back

PIECE, PIECES = 100_000, 1_000  # beneath the size from which glibc takes a block from the system for itself


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems give back by themselves")
def test_freed_memory_between_used_blocks_goes_back_to_the_system():
    process = psutil.Process()
    blocks = [bytes(PIECE) for _ in range(PIECES)]
    for place, block in enumerate(blocks):
        blocks[place] = block if place % 50 == 0 else b""
    before = process.memory_info().rss
    assert give_back()
    assert before - process.memory_info().rss > PIECE * PIECES // 2
    assert sum(map(len, blocks)) == PIECE * PIECES // 50


def test_without_the_function_nothing_happens(monkeypatch):
    memory._trim.cache_clear()
    monkeypatch.setattr(memory.ctypes, "CDLL", lambda name: object())
    assert give_back() is False
    memory._trim.cache_clear()
