"""A home -> how long the first answer of a new process takes, and the app until it is ready for questions.

Every figure is the median of several processes of their own, by the clock and by the processor's time. The
first process, which may find nothing in the disk's cache, is left out.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import httpx
import psutil

from assistant.settings import Settings

RUNS = 5
QUESTION = "Какие обязанности есть у оператора персональных данных?"
HEALTH = "/health"
PATIENCE = 300.0  # seconds, on a machine however busy
# Packages that take long to import; an answer in excerpts needs none of them.
HEAVY = (
    "torch", "transformers", "sentence_transformers", "onnx", "chromadb", "langchain", "langchain_core",
    "gradio", "pandas", "scipy", "matplotlib",
)  # fmt: skip
_IMPORTED = f"""
import json, sys, assistant
assistant.ask({QUESTION!r})
print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))
"""


def run(settings: Settings, runs: int = RUNS) -> dict[str, Any]:
    """Seconds of a cold ``ask`` and of the app's start; what of ``HEAVY`` an answer imports."""
    environment = {**os.environ, "AI_POLICY_HOME": str(settings.home)}
    return {
        "cold_ask": _median(lambda: ask(environment), runs),
        "app_ready": _median(lambda: app_ready(environment), runs),
        "imported_by_ask": imported(environment),
    }


def ask(environment: dict[str, str]) -> tuple[float, float]:
    """``ai-policy ask`` in a process of its own: seconds by the clock, seconds of the processor."""
    began, before = time.perf_counter(), os.times()
    _python(["-m", "assistant.cli", "ask", QUESTION], environment)
    after = os.times()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    return time.perf_counter() - began, spent


def imported(environment: dict[str, str]) -> list[str]:
    """Which of ``HEAVY`` a process has imported once it has answered."""
    return [str(name) for name in json.loads(_python(["-c", _IMPORTED], environment))]


def app_ready(environment: dict[str, str], python: str = sys.executable) -> tuple[float, float]:
    """``ai-policy serve`` until its page is served and questions are answered, by both clocks; then stop it.

    ``python``: of the installation that is started.
    """
    began = time.perf_counter()
    command = [python, "-m", "assistant.cli", "serve", "--port", "0"]
    process = subprocess.Popen(  # noqa: S603 (our own command line)
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stdout is not None
        address = process.stdout.readline().strip().split()[-1]
        httpx.get(address, timeout=PATIENCE, trust_env=False, follow_redirects=True).raise_for_status()
        while time.perf_counter() - began < PATIENCE:
            if httpx.get(address + HEALTH, timeout=PATIENCE, trust_env=False).json().get("ready"):
                times = psutil.Process(process.pid).cpu_times()
                return time.perf_counter() - began, times.user + times.system
            time.sleep(0.05)
        raise TimeoutError(f"{address}{HEALTH} is not ready after {PATIENCE:.0f} s")
    finally:
        process.terminate()
        process.communicate()


def _python(arguments: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(  # noqa: S603 (our own command line)
        [sys.executable, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{arguments}: {done.stderr[-2000:]}")
    return done.stdout


def _median(measure: Callable[[], tuple[float, float]], runs: int) -> dict[str, float]:
    measure()
    taken = [measure() for _ in range(runs)]
    wall, processor = (statistics.median(each[clock] for each in taken) for clock in (0, 1))
    return {"s": round(wall, 2), "processor_s": round(processor, 2)}
