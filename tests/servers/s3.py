"""An S3 server of a test run's own: SeaweedFS in a folder that goes away, with three users and one bucket."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.servers.answering import SECONDS, wait_for
from tests.servers.ports import unclaimed

PROGRAM = Path(sys.executable).with_name("weed")
BUCKET = "originals"
OWNER = ("AKIAOWNEROFTHEFILES", "the-owner-s-very-secret-key")
READER = ("AKIAREADSONLY", "the-reader-s-very-secret-key")
STRANGER = ("AKIASTRANGER", "the-stranger-s-very-secret-key")
_ACTIONS = {OWNER: ["Admin", "Read", "Write", "List"], READER: ["Read", "List"], STRANGER: ["Read:elsewhere"]}


@dataclass(frozen=True)
class S3:
    """Where it answers, and settings of its owner's for originals under a prefix."""

    url: str

    def settings(self, prefix: str, user: tuple[str, str] = OWNER, bucket: str = BUCKET) -> dict[str, str]:
        return {
            "files_url": f"s3://{bucket}/{prefix}",
            "files_endpoint": self.url,
            "files_access_key": user[0],
            "files_secret_key": user[1],
        }


def why_not() -> str | None:
    """Why no server can be started here; None where one can."""
    return None if PROGRAM.is_file() else f"there is no SeaweedFS here ({PROGRAM})"


@contextmanager
def server() -> Iterator[S3]:
    """Start a server with an empty bucket; ends it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="s3-"))
    try:
        with process(folder) as served:
            yield served
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def process(folder: Path) -> Iterator[S3]:
    names = ("master", "volume", "filer", "s3")
    free = iter(unclaimed(2 * len(names)))
    ports = {name: (next(free), next(free)) for name in names}
    users = [
        {"name": key, "credentials": [{"accessKey": key, "secretKey": secret}], "actions": actions}
        for (key, secret), actions in _ACTIONS.items()
    ]
    (folder / "users.json").write_text(json.dumps({"identities": users}))
    (folder / "data").mkdir(exist_ok=True)
    listen = [f"-{name}.port{which}={port}" for name, both in ports.items()
              for which, port in zip(("", ".grpc"), both, strict=True)]  # fmt: skip
    child = subprocess.Popen(
        [PROGRAM, "server", f"-dir={folder / 'data'}", "-ip=127.0.0.1", "-filer", "-s3", *listen,
         f"-s3.config={folder / 'users.json'}", "-s3.autoCreateBucket=false", "-volume.max=4",
         "-s3.port.iceberg=0", "-s3.port.lance=0", "-master.telemetry=false",
         f"-filer.localSocket={folder / 'filer.sock'}", f"-s3.localSocket={folder / 's3.sock'}"],
        cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        url = f"http://127.0.0.1:{ports['s3'][0]}"
        wait_for(child, "SeaweedFS", url, "/healthz")
        _make_bucket(ports)
        yield S3(url)
    finally:
        child.kill()
        child.wait()


def _make_bucket(ports: dict[str, tuple[int, int]]) -> None:
    at = {name: f"127.0.0.1:{http}.{grpc}" for name, (http, grpc) in ports.items()}
    done = subprocess.run(
        [PROGRAM, "shell", f"-master={at['master']}", f"-filer={at['filer']}"],
        input=f"s3.bucket.create -name {BUCKET}\n".encode(), capture_output=True, timeout=SECONDS, check=True,
    )  # fmt: skip
    if b"created bucket" not in done.stdout:
        raise RuntimeError(f"SeaweedFS made no bucket: {done.stdout.decode()} {done.stderr.decode()}")
