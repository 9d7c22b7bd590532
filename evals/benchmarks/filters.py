"""Searches in a large made-up library behind narrow and wide filters: time, exactness, memory, disk.

The questions' vectors are given, so that the times are those beyond embedding. ``python -m
evals.benchmarks.filters HOME QUESTIONS`` measures in a process of its own, which first answers a question
from the home of ``AI_POLICY_HOME``: its memory is that of a process that answers, its model loaded.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import psutil

import assistant as assistant_
from assistant.engine import Assistant
from assistant.index.filling import Progress
from assistant.index.indexes import Indexes
from assistant.index.vectors import Scope
from assistant.library.chunks import chunk_keys
from assistant.library.view import Filters
from evals.benchmarks import made_up
from evals.benchmarks.index_library import SHARES

CHUNKS, QUESTIONS = 100_000, 100
QUESTION = "Какие обязанности есть у оператора персональных данных?"
QUESTION_WORDS, FREQUENT = 8, 3000  # words of a question, drawn from so many of the most frequent ones
NEAREST = 10
MB = 1e6


def run(
    home: Path,
    real: Assistant,
    chunks: int = CHUNKS,
    questions: int = QUESTIONS,
    progress: Progress = lambda *_: None,
) -> dict[str, Any]:
    """Fill a home (:func:`made_up.fill`) and ask it. Raises RuntimeError where that fails."""
    made_up.fill(home, real, chunks, progress)
    done = subprocess.run(  # noqa: S603 (our own command line)
        [sys.executable, "-m", "evals.benchmarks.filters", str(home), str(questions)],
        env={**os.environ, "AI_POLICY_HOME": str(real.settings.home)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return {**found, "disk_mb": disk_of(home)}


def disk_of(home: Path) -> dict[str, float]:
    """Megabytes of the parts of a home."""
    parts = dict.fromkeys(("library", "vectors", "scan", "words", "token codes", "vector cache"), 0)
    for file in home.rglob("*"):
        if file.is_file() and (part := _part_of(file.relative_to(home))):
            parts[part] += file.stat().st_size
    return {name: round(size / MB, 3) for name, size in parts.items()}


def _part_of(file: Path) -> str | None:
    names = file.parts
    if names[0] == "cache":
        return "vector cache"
    if names[0] != "index":
        return "library" if names[0].startswith("library") else None
    kinds = {"chroma": "vectors", "lexical": "words", "scan-": "scan", "tokens-": "token codes"}
    return next((kind for start, kind in kinds.items() if names[1].startswith(start)), None)


def measured(assistant: Assistant, questions: int) -> dict[str, Any]:
    """Times, agreement with exact search, and memory of this process, an opened made-up home being asked."""
    words = made_up.words_of(assistant.settings.home)[:FREQUENT]
    source = np.random.default_rng(made_up.SEED + 1)
    asked = [
        " ".join(words[place] for place in source.integers(0, len(words), QUESTION_WORDS))
        for _ in range(questions)
    ]
    times = {share: _times(assistant, asked, share) for share in SHARES}
    used = psutil.Process().memory_info()
    agreement = _agreement(assistant, asked)
    return {
        "filters": {share: times[share] | {"recall@10": agreement[share]} for share in SHARES},
        "memory": {"resident_mb": round(used.rss / MB), "own_mb": round((used.rss - used.shared) / MB)},
    }


def _times(assistant: Assistant, asked: Sequence[str], share: str) -> dict[str, float]:
    for question in asked[:5]:
        assistant.search(question, issuer=share)
    times = []
    for question in asked:
        began = time.perf_counter()
        assistant.search(question, issuer=share)
        times.append((time.perf_counter() - began) * 1000)
    return {
        "p50_ms": round(statistics.median(times), 1),
        "p95_ms": round(float(np.percentile(times, 95)), 1),
    }


def _agreement(assistant: Assistant, asked: Sequence[str]) -> dict[str, float]:
    """The share of the ten truly nearest chunks that the vector search finds, all vectors being compared."""
    indexes = assistant.indexes
    held = chunk_keys(assistant.library)
    keys, of = np.array([key for key, _, _ in held]), np.array([edition for _, edition, _ in held])
    assert indexes.scan is not None
    vectors = indexes.scan.rows(keys.tolist())
    found = {}
    for share in SHARES:
        editions = assistant.view.in_scope(Filters(as_of=date.today(), issuer=share))
        passing = np.isin(of, list(editions))
        scope = Scope(frozenset(editions), None, indexes.share(editions, None))
        agreed = [_recall(indexes, question, scope, keys, vectors, passing) for question in asked]
        found[share] = round(statistics.fmean(agreed), 4)
    return found


def _recall(
    indexes: Indexes, question: str, scope: Scope, keys: np.ndarray, vectors: np.ndarray, passing: np.ndarray
) -> float:
    asked, _ = indexes.question([question], "ru")
    found = {entry.chunk for entry in indexes.nearest(asked, NEAREST, scope)[0]}
    scores = np.where(passing, vectors @ asked[0], -np.inf)
    best = keys[np.argpartition(-scores, NEAREST)[:NEAREST]]
    return len(found.intersection(best.tolist())) / NEAREST


def _main(home: Path, questions: int) -> None:
    assistant_.ask(QUESTION)  # loads all that an answer needs
    sys.stdout.write(json.dumps(measured(made_up.opened(home), questions)) + "\n")


if __name__ == "__main__":
    _main(Path(sys.argv[1]), int(sys.argv[2]))
