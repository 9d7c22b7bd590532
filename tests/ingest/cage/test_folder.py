"""A reading process leaves no folder behind, whoever of it and the process that started it is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import pytest

from assistant.settings import ReaderSettings
from ingest.cage import process
from ingest.cage.folder import IN_USE, PREFIX, Folder, sweep
from ingest.cage.process import Reader

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals and locks of POSIX systems")
ROOT = Path(__file__).parents[3]
DAY = 86_400
# Starts a reader, has it read a file, so that it is up, tells who it is and waits to be killed.
STARTER = """
import sys, time
from assistant.settings import ReaderSettings
from ingest.cage.process import Reader
reader = Reader(ReaderSettings())
reader.ask({"task": "text", "name": "a.txt"}, ["роза".encode()], "a.txt", lambda message: None)
print(reader.pid, reader._folder.path, flush=True)
time.sleep(600)
"""


@pytest.fixture
def here(tmp_path, monkeypatch):
    """Temporary files of this process lie in a folder of the test's own."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def started(here):
    """(the process that started a reader, that reader, its folder)."""
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER], cwd=ROOT, env={**os.environ, "TMPDIR": str(here)},
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert starter.stdout is not None
    pid, folder = starter.stdout.readline().split()
    reader = psutil.Process(int(pid))
    yield starter, reader, Path(folder)
    starter.kill()
    starter.wait()
    starter.stdout.close()
    if reader.is_running():
        reader.kill()


def test_a_reader_whose_parent_was_killed_removes_its_folder(started):
    starter, reader, folder = started
    (folder / "page.png").write_bytes(b"a page of a private document")
    starter.send_signal(signal.SIGKILL)
    starter.wait()
    psutil.wait_procs([reader], timeout=180)
    assert not reader.is_running()
    assert not folder.exists()


def test_what_both_left_is_swept_by_the_next_one_and_what_is_in_use_stays(started, here):
    starter, reader, folder = started
    (folder / "page.png").write_bytes(b"a page of a private document")
    held = Folder()
    assert sweep() == 0
    reader.suspend()  # it cannot notice that its parent goes
    starter.send_signal(signal.SIGKILL)
    starter.wait()
    assert sweep() == 0  # the reader itself still has it
    reader.kill()
    psutil.wait_procs([reader], timeout=180)
    assert (folder / "page.png").exists()
    process._sweep_once.cache_clear()
    reading = Reader(ReaderSettings())
    assert not folder.exists()
    assert held.path.is_dir()
    reading.kill()
    held.remove()
    held.remove()
    assert list(here.glob(f"{PREFIX}*")) == []


def test_a_folder_that_is_being_made_stays_and_an_old_empty_one_goes(here):
    made, old, full = (here / f"{PREFIX}{name}" for name in ("made", "old", "full"))
    for each in (made, old, full):
        each.mkdir()
    (full / "page.png").write_bytes(b"whose?")
    yesterday = time.time() - 2 * DAY
    for each in (old, full):
        os.utime(each, (yesterday, yesterday))
    assert sweep() == 1
    assert sorted(here.iterdir()) == sorted((made, full))


def test_a_link_is_not_followed(here):
    elsewhere = here / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / IN_USE).touch()
    (here / f"{PREFIX}link").symlink_to(elsewhere, target_is_directory=True)
    assert sweep() == 0
    assert (elsewhere / IN_USE).exists()
