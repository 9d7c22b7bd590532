"""One process writes to a home at a time; a second one waits, is told by whom, and is never blocked by a dead one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

import pytest

from assistant.errors import HomeBusyError
from assistant.writer_lock import holder, is_written, write_lock

try:
    import fcntl
except ImportError:
    fcntl = None

HOLD = """
import sys
from pathlib import Path
from assistant.writer_lock import write_lock
with write_lock(Path(sys.argv[1]), 0):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def writer(tmp_path):
    """Another process that holds the lock until its standard input ends."""
    child = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdout.readline() == b"held\n"
    yield child
    child.kill()
    child.wait()
    child.stdin.close()
    child.stdout.close()


def test_a_second_process_is_told_who_writes_since_when_and_what_was_waited(tmp_path, writer):
    with pytest.raises(HomeBusyError) as caught, write_lock(tmp_path, 0.2):
        pass
    error = caught.value
    assert (error.pid, error.retryable) == (writer.pid, True)
    assert error.command and error.since.endswith("+00:00")
    for told in (error.en, error.ru):
        assert str(writer.pid) in told and error.since in told and "0.2" in told


def test_a_lock_is_free_when_its_process_was_killed(tmp_path, writer):
    assert is_written(tmp_path) and holder(tmp_path).pid == writer.pid
    os.kill(writer.pid, signal.SIGKILL)
    writer.wait()
    assert not is_written(tmp_path) and holder(tmp_path) is None
    with write_lock(tmp_path, 0):
        assert holder(tmp_path).pid == os.getpid()


def test_who_waits_gets_the_lock_as_soon_as_the_other_has_ended(tmp_path, writer, caplog):
    end = threading.Timer(0.3, writer.stdin.close)
    end.start()
    with write_lock(tmp_path, 30):
        assert holder(tmp_path).pid == os.getpid()
    end.join()
    assert f"process {writer.pid}" in caplog.text and "30 s" in caplog.text


def test_threads_of_one_process_exclude_each_other_too(tmp_path):
    with write_lock(tmp_path, 0), pytest.raises(HomeBusyError), write_lock(tmp_path, 0):
        pass
    assert not is_written(tmp_path) and not (tmp_path / "writer.json").exists()


LOOK = """
import sys
from pathlib import Path
from assistant.writer_lock import is_written
print("looking", flush=True)
while True:
    is_written(Path(sys.argv[1]))
"""


def test_who_looks_whether_somebody_writes_keeps_no_writer_from_beginning(tmp_path):
    with write_lock(tmp_path, 0):
        pass
    watcher = subprocess.Popen([sys.executable, "-c", LOOK, str(tmp_path)], stdout=subprocess.PIPE)
    try:
        assert watcher.stdout.readline() == b"looking\n"
        for _ in range(1000):
            with write_lock(tmp_path, 0):  # raises where anybody else is thought to write
                assert is_written(tmp_path)
    finally:
        watcher.kill()
        watcher.wait()
        watcher.stdout.close()


@pytest.mark.skipif(os.name != "posix", reason="on Windows no lock can be shared")
def test_many_who_look_at_once_do_not_take_each_other_for_writers(tmp_path):
    with write_lock(tmp_path, 0):
        pass
    shared = os.open(tmp_path / "writing.lock", os.O_RDONLY)
    try:
        fcntl.flock(shared, fcntl.LOCK_SH)
        assert not is_written(tmp_path)
    finally:
        os.close(shared)


def test_who_may_not_write_sees_that_another_one_writes(tmp_path, writer):
    for file in ("writer.lock", "writing.lock"):
        (tmp_path / file).chmod(0o444)
    tmp_path.chmod(0o555)
    try:
        assert is_written(tmp_path)
    finally:
        tmp_path.chmod(0o755)
