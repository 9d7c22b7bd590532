"""The system and what it is compared with -> processes that take timed steps, watched from outside.

Each runs in a process of its own, the peers with the Python of their own virtual environments, all with the
same number of threads. What a step keeps in memory, with all the processes it started, is looked at
from here.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from assistant import blas
from assistant.errors import PolicyError
from assistant.index.cores import allowed_cores

ROOT = Path(__file__).parents[3]
LOOK_SECONDS = 0.1
PATIENCE = 600.0  # seconds a step may take
OURS, LANGCHAIN, LLAMA_INDEX = "this system", "LangChain", "LlamaIndex"
PEERS = {
    LANGCHAIN: ("langchain", "evals.benchmarks.peers.langchain_timed"),
    LLAMA_INDEX: ("llama-index", "evals.benchmarks.peers.llama_index_timed"),
}


class StepError(PolicyError):
    """A step that a contender could not take."""


@dataclass(frozen=True, slots=True)
class Contender:
    """A system that can be run: the command of its process."""

    name: str
    command: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that was taken. ``wall``, ``processor``: seconds; ``memory``: bytes at most meanwhile."""

    wall: float
    processor: float
    memory: int
    result: Any


def ours() -> Contender:
    """The system that is measured, by this Python."""
    return Contender(OURS, (sys.executable, "-m", "evals.benchmarks.performance.ours"))


def peers_in(folder: Path | None) -> list[Contender]:
    """The peers whose environments ``folder`` has."""
    found = []
    for name, (inside, module) in PEERS.items():
        python = _python(folder / inside) if folder is not None else None
        if python is not None:
            found.append(Contender(name, (str(python), "-m", module)))
    return found


def _python(environment: Path) -> Path | None:
    places = (environment / "bin" / "python", environment / "Scripts" / "python.exe")
    return next((each.absolute() for each in places if each.is_file()), None)


class Running:
    """A contender's process. Not for several threads at once."""

    def __init__(self, contender: Contender, environment: Mapping[str, str]) -> None:
        self.name = contender.name
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the process)
        self._process = subprocess.Popen(  # noqa: S603 (our own command line)
            list(contender.command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors,
            env=dict(environment), cwd=ROOT, text=True, encoding="utf-8",
        )  # fmt: skip

    def take(self, step: str, **arguments: Any) -> Taken:
        """Take a step. Raises StepError where it failed or took longer than PATIENCE."""
        request = json.dumps({"step": step, "arguments": arguments})
        watch = _Watch(self._process)
        try:
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.write(request + "\n")
                self._process.stdin.flush()
            line = self._process.stdout.readline()
        finally:
            watch.stop()
        if not line:
            raise self._lost(step)
        answer = json.loads(line)
        if "error" in answer:
            raise _failed(self.name, step, answer["error"])
        return Taken(answer["wall"], answer["processor"], watch.peak, answer["result"])

    def _lost(self, step: str) -> StepError:
        status = self._process.wait()
        self._errors.seek(0)
        tail = self._errors.read().decode("utf-8", "replace").strip()[-500:]
        return _failed(self.name, step, f"its process ended ({status}). {tail}")

    def close(self) -> None:
        """End the process."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._errors.close()


def _failed(name: str, step: str, why: str) -> StepError:
    return StepError(
        f"{name} did not get through the step '{step}': {why} For another library make its environment anew "
        "(delete it, 'make peers'), or leave it out with --no-peers.",
        f"{name}: шаг «{step}» не удался: {why} Если это другая библиотека, создайте её окружение заново "
        "(удалите его и выполните «make peers») или исключите её: --no-peers.",
    )


class _Watch:
    """Looks at the memory of a process and of those it started, and kills it after PATIENCE seconds."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.peak = 0
        self._process = process
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, name="bench-watch", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Look no longer."""
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while True:
            self.peak = max(self.peak, memory_of(self._process.pid))
            if time.monotonic() > deadline:
                self._process.kill()
                return
            if self._over.wait(LOOK_SECONDS):
                return


def memory_of(pid: int) -> int:
    """Bytes of memory that a process and all it started hold now; 0 where it is gone."""
    try:
        process = psutil.Process(pid)
        all_of_it = [process, *process.children(recursive=True)]
    except psutil.Error:
        return 0
    held = 0
    for each in all_of_it:
        with contextlib.suppress(psutil.Error):
            held += each.memory_info().rss
    return held


def environment(work: Path, contender: str) -> dict[str, str]:
    """What a contender's process gets: as many threads as cores, no network, a home in ``work``.

    Ours has its matrix products on one thread, as its command sets it (:mod:`assistant.blas`).
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AI_POLICY_")}
    cores = str(allowed_cores())
    threads = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), cores)
    if contender == OURS:
        threads |= {blas.VARIABLE: "1"}
    quiet = {"HF_HUB_OFFLINE": "1", "ANONYMIZED_TELEMETRY": "False", "LANGSMITH_TRACING": "false"}
    return {**kept, **threads, **quiet, "AI_POLICY_HOME": str(work / "home"), "PYTHONPATH": str(ROOT)}


@contextlib.contextmanager
def running(contenders: Sequence[Contender], work: Path) -> Iterator[list[Running]]:
    """Their processes, started; ended when the block ends."""
    started: list[Running] = []
    try:
        for contender in contenders:
            started.append(Running(contender, environment(work, contender.name)))
        yield started
    finally:
        for each in started:
            each.close()
