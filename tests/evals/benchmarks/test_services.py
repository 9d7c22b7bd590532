"""What a question costs the services that replicas share: measured where they run, refused where it cannot be."""

import subprocess
import sys

import psutil
import pytest

from assistant.engine import Assistant
from assistant.errors import InputError
from assistant.settings import Settings
from evals.benchmarks import services
from tests.servers.ports import unclaimed

BUSY = "import time\nwhile time.process_time() < 0.3: pass"


def test_a_home_that_shares_nothing_is_refused(tmp_path):
    with pytest.raises(InputError, match="AI_POLICY_DATABASE_URL"):
        services.run(Assistant(Settings(home=tmp_path)))


def test_a_server_that_is_not_on_this_machine_is_refused():
    with pytest.raises(InputError, match="Chroma"):
        services._listening(unclaimed()[0])
    with pytest.raises(InputError, match="PostgreSQL"):
        services._server_of(psutil.Process().pid)


def test_the_time_of_processes_that_have_ended_is_counted_with_that_of_those_that_run():
    """A server starts a process for each connection, and they come and go."""
    ended = f"import subprocess, sys, time\nsubprocess.run([sys.executable, '-c', {BUSY!r}])\n"
    waits = "print('done', flush=True)\nsys.stdin.read()\n"
    child = subprocess.Popen(
        [sys.executable, "-c", ended + waits], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert child.stdout.readline() == "done\n"
        assert services._used_by(psutil.Process(child.pid))() >= 0.3
    finally:
        child.communicate("")
