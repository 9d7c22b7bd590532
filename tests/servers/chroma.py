"""A Chroma server of a test run's own: ``chroma run``, the one written in Rust, in a folder that goes away."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.servers.ports import unclaimed

PROGRAM = Path(sys.executable).with_name("chroma")
SECONDS = 120


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
        _wait(child, f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}"
    finally:
        child.kill()
        child.wait()


def _wait(child: subprocess.Popen[bytes], url: str) -> None:
    until = time.monotonic() + SECONDS
    while child.poll() is None and time.monotonic() < until:
        try:
            httpx.get(f"{url}/api/v2/heartbeat", timeout=5, trust_env=False).raise_for_status()
            return
        except httpx.HTTPError:
            time.sleep(0.05)
    raise RuntimeError(f"chroma run did not answer at {url} (status {child.poll()})")
