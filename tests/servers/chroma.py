"""A Chroma server of a test run's own: ``chroma run``, the one written in Rust, in a folder that goes away."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.answering import wait_for
from tests.servers.ports import unclaimed

PROGRAM = Path(sys.executable).with_name("chroma")


@contextmanager
def server() -> Iterator[str]:
    """Start a server; yields its URL, ends it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="chroma-"))
    try:
        with process(folder, unclaimed()[0]) as url:
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def process(folder: Path, port: int) -> Iterator[str]:
    """A server over ``folder``; ended, as by a failing machine, when the block is left."""
    child = subprocess.Popen(
        [PROGRAM, "run", "--path", folder, "--host", "127.0.0.1", "--port", str(port)], cwd=folder,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        url = f"http://127.0.0.1:{port}"
        wait_for(child, "chroma run", url, "/api/v2/heartbeat")
        yield url
    finally:
        child.kill()
        child.wait()
