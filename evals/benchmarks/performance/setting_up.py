"""The checkout, copied to a new place -> seconds of ``make setup`` there, and of the app's first start.

What a newcomer waits for after ``make run``, with packages in pip's cache. Needs 3 GB of disk meanwhile and
takes minutes: it runs only where it is named.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from assistant.errors import InputError
from evals.benchmarks import starting
from evals.benchmarks.performance.bench import Run
from evals.benchmarks.performance.contenders import OURS, ROOT
from evals.benchmarks.performance.figures import Aim, Figure, figure

WITHIN = 360.0  # seconds


def measure(run: Run) -> list[Figure]:
    """One whole set-up: packages, model, embedded corpus, then the app until it can answer."""
    place = copied(run.work / "checkout")
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("AI_POLICY_", "VIRTUAL_"))
    }
    environment = {**kept, "AI_POLICY_HOME": str(run.work / "new-home")}
    began = time.perf_counter()
    done = subprocess.run(  # noqa: S603 (our own Makefile)
        ["make", f"PYTHON={_python()}", "VENV=.venv", "setup"],  # noqa: S607 (the user's make)
        cwd=place, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    took = time.perf_counter() - began
    if done.returncode:
        raise InputError(
            f"'make setup' failed in {place}: {done.stderr.strip()[-500:]}",
            f"«make setup» не выполнено в {place}: {done.stderr.strip()[-500:]}",
        )
    ready = starting.app_ready(environment, python=str(place / ".venv" / "bin" / "python"))[0]
    return [
        figure("setup", "make run, from nothing until it can answer", "s", "lower", {OURS: [took + ready]},
               Aim(bound=WITHIN), "Packages from pip's cache where it has them; model and corpus included."),
        figure("setup_ready", "Of that the app's first start", "s", "lower", {OURS: [ready]}),
    ]  # fmt: skip


def copied(place: Path) -> Path:
    """The files of this checkout that git knows, as they are now, in a new folder."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"],  # noqa: S607 (the user's git)
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    names = [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]
    if not names:
        raise InputError(
            f"{ROOT} is no git checkout: there is nothing to set up from. Clone the repository.",
            f"{ROOT} — не рабочая копия git: устанавливать не из чего. Склонируйте репозиторий.",
        )
    for name in names:
        target = place / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target)
    return place


def _python() -> str:
    """The Python that the present virtual environment was made with."""
    return str(getattr(sys, "_base_executable", None) or sys.executable)
