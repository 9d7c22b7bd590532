"""Who reads while another process writes meets no error and sees what was written at once."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from itertools import pairwise

import pytest

from assistant.engine import Assistant
from assistant.errors import NotHeldError
from assistant.index.indexes import Indexes
from assistant.index.vector_cache import VectorCache
from assistant.settings import Settings
from tests.builders import StemEmbedder
from tests.killing import ROOT

STALE_SECONDS = 5
STEPS = 8

log = logging.getLogger(__name__)


@dataclass
class Writing:
    """What another process says of its writing: act -> version (None: out) as acknowledged, and under way."""

    done: dict[str, int | None] = field(default_factory=dict)
    at: dict[str, float] = field(default_factory=dict)
    pending: list = field(default_factory=list)
    steps: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def follow(self, lines):
        for line in lines:
            if not line.endswith("\n"):
                return
            what, more = json.loads(line)
            with self.lock:
                if what in ("put", "remove"):
                    self.pending = [more["act"], more.get("version")]
                elif what == "done":
                    self.steps += 1
                    if self.pending:
                        act, version = self.pending
                        self.done[act], self.at[act] = version, time.monotonic()
                    self.pending = []

    def expected(self, act):
        """Versions that a reader may see of an act, and when the older of them was acknowledged."""
        with self.lock:
            allowed = {self.done[act]}
            if self.pending and self.pending[0] == act:
                allowed |= {self.pending[1], None}
            return allowed, self.at[act]


@pytest.fixture
def assistant(tmp_path):
    settings = Settings(home=tmp_path / "home")
    indexes = Indexes(settings.index_path, StemEmbedder(), VectorCache(tmp_path / "v.sqlite"))
    opened = Assistant(settings, indexes=indexes)
    yield opened
    opened.library.close()
    indexes.close()
    indexes.cache.close()


def found(assistant, act):
    """The version of an act that a search brings up; None where the library holds no such act."""
    try:
        hits = assistant.search("подача литров воды", act=act, k=5)
    except NotHeldError:
        return None
    words = " ".join(hit.text for hit in hits).split()
    numbers = [int(word) for word, after in pairwise(words) if after.startswith("литров")]
    return numbers[0] - 300 if numbers else None


def test_a_reader_meets_no_error_and_nothing_stale(tmp_path, assistant):
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    writer = subprocess.Popen(
        [sys.executable, "-m", "tests.killing", str(tmp_path / "home"), str(inbox), "7"],
        stdout=subprocess.PIPE, cwd=ROOT, text=True,
    )  # fmt: skip
    told = Writing()
    listening = threading.Thread(target=told.follow, args=(writer.stdout,))
    listening.start()
    looks, stalest, deadline = 0, 0.0, time.monotonic() + 240
    try:
        while told.steps < STEPS:
            assert time.monotonic() < deadline and writer.poll() is None
            for act in sorted(told.done):
                before, since = told.expected(act)
                began = time.monotonic()
                seen = found(assistant, act)  # raises what a reader would see
                looks += 1
                if seen not in before | told.expected(act)[0]:
                    stalest = max(stalest, began - since)
            if not told.done:
                assistant.acts()
                time.sleep(0.05)  # nothing to look for yet
    finally:
        writer.kill()
        writer.wait()
        listening.join()
        writer.stdout.close()
    log.warning("%d looks beside %d writes, stalest result %.2f s old", looks, told.steps, stalest)
    assert looks > STEPS
    assert stalest < STALE_SECONDS
