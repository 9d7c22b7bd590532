"""A home and a scan of any size -> the memory of a process that answers from the one and searches the other.

``python -m evals.benchmarks.index_memory INDEX QUERIES`` in a process of its own; the home is that of
``AI_POLICY_HOME``. QUERIES: a file of questions' vectors, float32 [n, dimension].
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import psutil

import assistant
from assistant.index.indexes import Indexes
from assistant.index.vectors import Scope
from assistant.settings import Settings

QUESTION = "Какие обязанности есть у оператора персональных данных?"
MIB = 1024 * 1024


def measured(settings: Settings, index: Path, queries: Path) -> dict[str, int]:
    """Mebibytes, in a process of its own: all that is resident, and what belongs to the process alone."""
    done = subprocess.run(  # noqa: S603 (our own command line)
        [sys.executable, "-m", "evals.benchmarks.index_memory", str(index), str(queries)],
        env={**os.environ, "AI_POLICY_HOME": str(settings.home)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    figures: dict[str, int] = json.loads(done.stdout.splitlines()[-1])
    return figures


def _main(index: Path, queries: Path) -> None:
    assistant.ask(QUESTION)  # loads all that an answer needs
    settings = Settings()
    own = Indexes.at(settings)
    large = Indexes(index, own.embedder, own.cache)
    asked = np.load(queries)
    for vector in asked:
        large.nearest(vector[None], settings.retrieval.candidates, Scope())
    used = psutil.Process().memory_full_info()
    figures = {"resident_mb": round(used.rss / MIB), "own_mb": round(used.uss / MIB)}
    sys.stdout.write(f"{json.dumps(figures)}\n")


if __name__ == "__main__":
    _main(Path(sys.argv[1]), Path(sys.argv[2]))
