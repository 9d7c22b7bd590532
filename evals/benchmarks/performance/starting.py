"""An installation -> seconds of its first answer in a new process, and of its app until it is ready."""

from __future__ import annotations

import os

from assistant.library import Library
from assistant.settings import Settings
from evals.benchmarks import starting
from evals.benchmarks.performance.bench import Run
from evals.benchmarks.performance.contenders import OURS
from evals.benchmarks.performance.figures import Aim, Figure, figure

COLD_ASK, READY = 4.0, 8.0  # seconds


def measure(run: Run) -> list[Figure]:
    """Cold ``ask`` and the app's start over the home; nothing where the home holds no library."""
    if not (run.home / "index").is_dir():
        run.skipped.append(f"{run.home} has not been set up (ai-policy ingest)")
        return []
    library = Library(Settings(home=run.home).library_url)
    chunks = len(library.chunk_ids())
    library.close()
    environment = {**os.environ, "AI_POLICY_HOME": str(run.home)}
    asked, ready = [], []
    for number in range(run.rounds + 1):  # the first may find nothing in the disk's cache
        run.tell(f"  round {number} of {run.rounds}")
        times = starting.ask(environment)[0], starting.app_ready(environment)[0]
        if number:
            asked.append(times[0])
            ready.append(times[1])
    note = f"A home of {chunks:,} chunks; the others have neither a command nor an app."
    return [
        figure("cold_ask", "ai-policy ask in a new process", "s", "lower", {OURS: asked},
               Aim(bound=COLD_ASK), note),
        figure("ready", "ai-policy serve until it can answer", "s", "lower", {OURS: ready}, Aim(bound=READY)),
    ]  # fmt: skip
