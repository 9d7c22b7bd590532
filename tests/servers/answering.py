"""A server's process and an address of its -> nothing, as soon as it answers there."""

from __future__ import annotations

import subprocess
import time

import httpx

SECONDS = 120


def wait_for(child: subprocess.Popen[bytes], name: str, url: str, path: str) -> None:
    """Wait until a GET of ``path`` is answered with 200. Raises RuntimeError where the process ends or none comes."""
    until = time.monotonic() + SECONDS
    while child.poll() is None and time.monotonic() < until:
        try:
            if httpx.get(f"{url}{path}", timeout=5, trust_env=False).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.05)
    raise RuntimeError(f"{name} did not answer at {url} (status {child.poll()})")
