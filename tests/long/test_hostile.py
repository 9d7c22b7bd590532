"""Every hostile file, those that run into a limit too, with the limits as they are set by default."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from assistant.library import Library
from assistant.settings import ReaderSettings
from ingest.cage import Cage
from ingest.catalogue import Catalogue
from tests.ingest.cage.test_hostile import check_all, said
from tests.ingest.hostile import HOSTILE

pytestmark = [pytest.mark.long, pytest.mark.timeout(1_800)]


def test_all_hostile_files_together_harm_nothing_within_the_usual_limits(tmp_path):
    library = Library(f"sqlite:///{tmp_path / 'library.sqlite'}")
    try:
        check_all(library, tmp_path, HOSTILE, ReaderSettings())
    finally:
        library.close()


@pytest.mark.parametrize("hostile", [each for each in HOSTILE if each.heavy], ids=lambda each: each.name)
def test_a_heavy_file_costs_at_most_its_time_and_memory(hostile, record_property):
    limits = ReaderSettings()
    cage = Cage(limits)
    data = hostile.make()
    started = time.monotonic()
    try:
        with pytest.raises(Exception) as refused:
            cage.edition(data, Path(hostile.name), None, Catalogue(acts=[]))
    finally:
        cage.close()
    assert said(refused.value) in hostile.reasons
    seconds = time.monotonic() - started
    record_property("seconds", round(seconds, 1))
    record_property("megabytes", cage.peak >> 20)
    assert seconds < limits.seconds + 15  # a busy machine is slow to start the reader
    assert cage.peak <= limits.memory_bytes * 1.05


PARENT = """
import sys
from pathlib import Path
from assistant.settings import ReaderSettings
from ingest.cage import Cage
from ingest.catalogue import Catalogue
cage = Cage(ReaderSettings(seconds=20))
cage.edition("УКАЗ\\n\\nО садах\\n".encode(), Path("a.txt"), None, Catalogue(acts=[]))
print(cage._idle[0].pid, flush=True)
cage.edition(b"<!--" * 2_000_000, Path("slow.md"), None, Catalogue(acts=[]))
"""


@pytest.mark.skipif(os.name != "posix", reason="alarms")
def test_a_reader_whose_parent_was_killed_ends_by_itself():
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    reader = psutil.Process(int(parent.stdout.readline()))
    before = reader.cpu_times().user
    deadline = time.monotonic() + 60
    while reader.cpu_times().user < before + 0.5:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    with contextlib.suppress(psutil.NoSuchProcess):
        reader.wait(timeout=120)
    assert not reader.is_running() or reader.status() == psutil.STATUS_ZOMBIE
