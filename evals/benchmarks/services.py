"""A replica over shared services -> the processor seconds that a question costs it, and each of them.

Run on the machine that has the services, with the settings of a replica: it is started, asked over HTTP by
one client at a time, and what it, PostgreSQL and Chroma used of the processor meanwhile is divided by the
questions. What costs most is saturated first. Chroma's graph is not asked in a library of this size; what it
costs beyond is measured by asking it alone.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

import httpx
import psutil
from sqlalchemy import text

from assistant.engine import Assistant
from assistant.errors import InputError
from assistant.index.vectors import Scope
from evals.benchmarks.load import all_questions
from evals.benchmarks.starting import HEALTH, PATIENCE

QUESTIONS, WARM = 200, 40
FOUND = 100  # chunks asked of Chroma's graph, as a question asks
_Processes = Callable[[], float]


def run(assistant: Assistant, questions: Sequence[str] | None = None) -> dict[str, Any]:
    """Figures; see the module. Raises InputError where nothing is shared, or a service is elsewhere."""
    settings = assistant.settings
    if not settings.database_url and not settings.chroma_url:
        raise InputError(
            "Nothing is shared: set AI_POLICY_DATABASE_URL or AI_POLICY_CHROMA_URL.",
            "Общих служб нет: задайте AI_POLICY_DATABASE_URL или AI_POLICY_CHROMA_URL.",
        )
    asked = list(questions or all_questions())[: WARM + QUESTIONS]
    services = _services(assistant)
    replica = _replica(asked, services)
    found: dict[str, Any] = {"questions": len(asked) - WARM, "processor_seconds_per_question": replica}
    found["saturated_first"] = max(replica, key=lambda name: replica[name])
    found["questions_per_core_second"] = {
        name: round(1 / spent, 1) for name, spent in replica.items() if spent
    }
    if settings.chroma_url:
        found["chroma_graph"] = _graph(assistant, asked, services["Chroma"])
    return found


def _services(assistant: Assistant) -> dict[str, _Processes]:
    """Name -> processor seconds its processes have used so far."""
    settings = assistant.settings
    found: dict[str, _Processes] = {}
    if settings.database_url:
        with assistant.library.engine.connect() as connection:
            backend = int(connection.execute(text("SELECT pg_backend_pid()")).scalar_one())
            found["PostgreSQL"] = _used_by(_server_of(backend))
    if settings.chroma_url:
        port = urlsplit(settings.chroma_url).port
        found["Chroma"] = _used_by(_listening(port or 8000))
    return found


def _server_of(backend: int) -> psutil.Process:
    """The server that a connection's process belongs to."""
    try:
        process = psutil.Process(backend)
        parent = process.parent()
        if "postgres" in process.name() and parent is not None:
            return parent
    except psutil.NoSuchProcess:
        pass
    raise _elsewhere("PostgreSQL")


def _listening(port: int) -> psutil.Process:
    for each in psutil.net_connections("tcp"):
        if each.status == psutil.CONN_LISTEN and each.laddr.port == port and each.pid:
            return psutil.Process(each.pid)
    raise _elsewhere("Chroma")


def _elsewhere(name: str) -> InputError:
    return InputError(
        f"{name} does not run on this machine, where its processor time can be read. Run this beside it.",
        f"{name} работает не на этой машине: её процессорное время не прочесть. Запустите это рядом с ней.",
    )


def _used_by(root: psutil.Process) -> _Processes:
    """Of a process, of those it has started and of those that have ended since."""

    def used() -> float:
        total = 0.0
        for process in (root, *root.children(recursive=True)):
            try:
                times = process.cpu_times()
            except psutil.NoSuchProcess:
                continue
            total += times.user + times.system
            total += times.children_user + times.children_system
        return total

    return used


def _replica(questions: Sequence[str], services: dict[str, _Processes]) -> dict[str, float]:
    """Processor seconds a question, of the replica and of each service."""
    child = subprocess.Popen(
        [sys.executable, "-m", "assistant.cli", "serve", "--port", "0"],
        env={**os.environ, "AI_POLICY_LLM": "extractive"}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        text=True,
    )  # fmt: skip
    try:
        assert child.stdout is not None
        address = child.stdout.readline().strip().split()[-1]
        with httpx.Client(base_url=address, timeout=PATIENCE, trust_env=False) as client:
            _until_ready(client)
            everybody = {"replica": _used_by(psutil.Process(child.pid)), **services}
            for question in questions[:WARM]:
                _ask(client, question)
            before = {name: used() for name, used in everybody.items()}
            for question in questions[WARM:]:
                _ask(client, question)
            spent = {name: used() - before[name] for name, used in everybody.items()}
    finally:
        child.terminate()
        child.communicate()
    return {name: round(seconds / (len(questions) - WARM), 5) for name, seconds in spent.items()}


def _until_ready(client: httpx.Client) -> None:
    late = time.monotonic() + PATIENCE
    while not client.get(HEALTH).json().get("ready"):
        if time.monotonic() > late:
            raise TimeoutError(f"{client.base_url}{HEALTH} is not ready after {PATIENCE:.0f} s")
        time.sleep(0.1)


def _ask(client: httpx.Client, question: str) -> None:
    client.post("/api/v1/ask", json={"question": question}).raise_for_status()


def _graph(assistant: Assistant, questions: Sequence[str], server: _Processes) -> dict[str, float]:
    """Processor seconds of one search in Chroma's graph, of who asks and of the server."""
    indexes, view = assistant.indexes, assistant.view
    scope = Scope(frozenset(view.editions))
    vectors = [indexes.question([question], "en")[0][0] for question in questions]
    for vector in vectors[:WARM]:
        indexes.vectors.search(vector, FOUND, scope)
    before, own = server(), time.process_time()
    for vector in vectors[WARM:]:
        indexes.vectors.search(vector, FOUND, scope)
    count = len(questions) - WARM
    return {
        "asking": round((time.process_time() - own) / count, 5),
        "Chroma": round((server() - before) / count, 5),
    }
