"""Arguments and an environment -> ``ai-policy`` run in a process of its own, but one that need not import first.

A command spends most of its time on importing what it needs. Here one process imports that once, and each command
is a child forked from it: with an environment, streams and an exit status of its own, through the same module
as ``python -m assistant.cli``, and over when it is over.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import BinaryIO

ROOT = Path(__file__).parents[1]
POSSIBLE = hasattr(os, "fork") and hasattr(socket, "send_fds")
# What commands import when they run, without what takes long and only some of them need (torch, gradio).
IMPORTED = (
    "assistant.access.users", "assistant.audit.trail", "assistant.cli", "assistant.engine",
    "assistant.index.derive", "assistant.index.onnx_encoder", "assistant.records.uploads", "chromadb",
    "chromadb.api.rust", "ingest.doctor", "ingest.embedded", "ingest.pipeline", "ingest.remove", "ingest.run",
    "sqlalchemy.dialects.sqlite", "tantivy", "tokenizers", "tqdm",
)  # fmt: skip
# A process with threads must not be forked: these libraries start some when imported. (onnxruntime always does.)
_ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def run(
    arguments: Sequence[str], environment: Mapping[str, str], streams: Sequence[BinaryIO], timeout: float
) -> int:
    """The exit status of a command; negative: the signal that ended it. ``streams``: its input and its two outputs.

    Raises subprocess.TimeoutExpired, and the command is dead then.
    """
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(_server())
        socket.send_fds(line, [b"!"], [stream.fileno() for stream in streams])
        request = {"arguments": list(arguments), "environment": dict(environment), "folder": str(Path.cwd())}
        line.sendall(json.dumps(request).encode() + b"\n")
        line.settimeout(timeout)
        with line.makefile("rb") as said:
            pid = int(said.readline())
            try:
                return int(said.readline())
            except TimeoutError:
                os.kill(pid, signal.SIGKILL)
                raise subprocess.TimeoutExpired(list(arguments), timeout) from None


@cache
def _server() -> str:
    """The address of the process to fork from, started by the first command."""
    folder = tempfile.mkdtemp(prefix="ai-policy-tests-")
    address = str(Path(folder) / "line")
    own = {name: value for name, value in os.environ.items() if not name.startswith("AI_POLICY_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.forked", address],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, env={**own, "LC_ALL": "C.UTF-8", **_ONE_THREAD},
    )  # fmt: skip
    assert process.stdin is not None and process.stdout is not None
    atexit.register(process.communicate)  # it ends when nobody holds its input open, however that came about
    assert process.stdout.readline() == b"listening\n", "the process to fork from did not start"
    return address


def serve(address: str) -> tuple[dict[str, object], list[int]]:
    """Fork a child for every command; returns in these children alone, with the command and its streams."""
    import psutil

    for name in IMPORTED:
        importlib.import_module(name)
    assert psutil.Process().num_threads() == 1, "a process with threads must not be forked"
    gc.freeze()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen(64)
        sys.stdout.write("listening\n")
        sys.stdout.flush()
        while True:
            ready, _, _ = select.select([listener, sys.stdin], [], [])
            if sys.stdin in ready:
                Path(address).unlink()
                Path(address).parent.rmdir()
                sys.exit()
            line, _ = listener.accept()
            with line:
                if os.fork() == 0:
                    listener.close()
                    command = _attend(line)
                    if command is None:
                        os._exit(0)
                    return command
            with contextlib.suppress(ChildProcessError):
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass


def _attend(line: socket.socket) -> tuple[dict[str, object], list[int]] | None:
    """Start what was asked for and tell how it ended; the command itself where this is its process."""
    _, streams, _, _ = socket.recv_fds(line, 1, 3)
    with line.makefile("rb") as said:
        request = json.loads(said.readline())
    pid = os.fork()
    if pid == 0:
        return request, streams
    with contextlib.suppress(BrokenPipeError):
        line.sendall(b"%d\n" % pid)
        _, how = os.waitpid(pid, 0)
        line.sendall(b"%d\n" % os.waitstatus_to_exitcode(how))
    return None


def become(request: dict[str, object], streams: list[int]) -> None:
    """Take the command's streams, environment, folder and arguments for this process's own."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.environ.clear()
    os.environ.update(request["environment"])  # type: ignore[arg-type,call-overload]
    os.chdir(str(request["folder"]))
    sys.argv = ["", *request["arguments"]]  # type: ignore[misc]


if __name__ == "__main__":
    become(*serve(sys.argv[1]))
    runpy.run_module("assistant.cli", run_name="__main__", alter_sys=True)
