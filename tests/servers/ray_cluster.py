"""A Ray cluster of a test's own on this machine: a head with two processors, in a folder that goes away."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import psutil

from tests.servers.ports import unclaimed

SECONDS = 300
TOKEN = "a-token-that-only-this-run-knows-of-0123456789"  # Ray takes nobody who does not have it


def why_not() -> str | None:
    """Why no cluster can be started here; None where one can."""
    return None if find_spec("ray") else "Ray is not installed (pip install '.[cluster]')"


@contextmanager
def cluster(processors: int = 2) -> Iterator[str]:
    """Start a cluster; yields its address, ends every process of it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="ray-"))
    (port,) = unclaimed()
    program = Path(sys.executable).with_name("ray")
    knows = {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": TOKEN}
    before = {name: os.environ.get(name) for name in knows}
    os.environ.update(knows)  # Ray reads it once in a process
    child = subprocess.Popen(
        [program, "start", "--head", "--block", f"--port={port}", f"--num-cpus={processors}",
         "--node-ip-address=127.0.0.1", "--include-dashboard=false", "--disable-usage-stats",
         f"--object-store-memory={512 * 1024 * 1024}", f"--temp-dir={folder}"],
        env={**os.environ, **knows, "RAY_USAGE_STATS_ENABLED": "0"}, stdin=subprocess.DEVNULL,
        stdout=(folder / "out").open("wb"), stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        _wait(child, port, folder / "out")
        yield f"127.0.0.1:{port}"
    finally:
        _end(child)
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
        shutil.rmtree(folder, ignore_errors=True)


def _end(child: subprocess.Popen[bytes]) -> None:
    """End the head and all that it started, whatever became their parent meanwhile."""
    started = psutil.Process(child.pid).children(recursive=True) if child.poll() is None else []
    child.send_signal(signal.SIGTERM)
    _, alive = psutil.wait_procs(started, timeout=60)
    for each in alive:
        each.kill()
    child.kill()
    child.wait()


def _wait(child: subprocess.Popen[bytes], port: int, out: Path) -> None:
    until = time.monotonic() + SECONDS
    while child.poll() is None and time.monotonic() < until:
        if b"Ray runtime started" in out.read_bytes():
            socket.create_connection(("127.0.0.1", port), 60).close()
            return
        time.sleep(0.1)
    raise RuntimeError(
        f"Ray did not start (status {child.poll()}): {out.read_text(errors='replace')[-2000:]}"
    )
