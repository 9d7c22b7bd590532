"""Made-up libraries of 10,000, 100,000 and 1,000,000 chunks -> curves: time, exactness, memory, disk.

By meaning alone, each of the others' stores is filled with the same vectors and asked the same questions; the
whole search - SQL, vectors, words, token codes - is this system's own. Vectors are made up around those of a
home; questions' vectors are given, so that no time is that of the model.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assistant.engine import Assistant
from assistant.settings import Settings
from evals.benchmarks import filters, index
from evals.benchmarks.index import NEAREST, Drawn
from evals.benchmarks.index_library import EDITION, SHARES, MadeUpLibrary, truly_nearest
from evals.benchmarks.peers import given
from evals.benchmarks.performance.bench import Run
from evals.benchmarks.performance.contenders import Contender, running
from evals.benchmarks.performance.figures import Curve, Figure, rounded
from evals.benchmarks.performance.ingesting import quantile

SIZES = index.SIZES
OTHERS = 100_000  # chunks of the largest library the others' stores are filled with
OTHERS_ASKED = 50  # LlamaIndex takes seconds a question there
FILTER = "10 %"  # the others are asked without a filter, and behind this one
MEANING, WHOLE = "Search by meaning", "Whole search"
Lines = dict[str, list[float | None]]


class _Noted:
    """Values by curve, line and size."""

    def __init__(self, sizes: Sequence[int]) -> None:
        self.sizes = sizes
        self._values: dict[str, dict[str, dict[int, float]]] = defaultdict(lambda: defaultdict(dict))

    def add(self, curve: str, line: str, size: int, value: float) -> None:
        self._values[curve][line][size] = rounded(value)

    def lines(self, curve: str) -> Lines:
        """None stands where a line has no value for a size."""
        return {
            line: [values.get(size) for size in self.sizes] for line, values in self._values[curve].items()
        }


def measure(run: Run) -> list[Figure]:
    """The curves, put into ``run.curves``; nothing where the home holds no library. No single figures."""
    if not (run.home / "index").is_dir():
        run.skipped.append(f"{run.home} has not been set up (ai-policy ingest)")
        return []
    assistant = Assistant(Settings(home=run.home))
    drawn = Drawn.of(assistant)
    sizes = [size for size in SIZES if size <= run.largest]
    noted = _Noted(sizes)
    for size in sizes:
        run.tell(f"  {size:,} chunks: by meaning")
        _by_meaning(run, assistant, drawn, size, noted)
        run.tell(f"  {size:,} chunks: the whole search")
        home = (run.new_home or run.work) / f"library-{size}"
        _whole(filters.run(home, assistant, size), size, noted)
    if run.peers and sizes[-1] > OTHERS:
        run.skipped.append(
            f"the others at more than {OTHERS:,} chunks (Chroma's graph of a million takes an hour to make, "
            "LlamaIndex's lists of numbers some 12 GB)"
        )
    run.curves.extend(_curves(noted, drawn, assistant.settings.retrieval.candidates))
    return []


def _by_meaning(run: Run, assistant: Assistant, drawn: Drawn, size: int, noted: _Noted) -> None:
    library = MadeUpLibrary(drawn.real, size)
    nearest = truly_nearest(library, drawn.asked, assistant.settings.retrieval.candidates)
    found = index.searched(assistant, library, drawn.asked, nearest, run.work / f"scan-{size}")
    for name, figures in found["filters"].items():
        line = _passing(name)
        noted.add("meaning_p50", line, size, figures["p50_ms"])
        noted.add("meaning_p95", line, size, figures["p95_ms"])
        noted.add("meaning_recall", line, size, figures[f"recall@{NEAREST}"])
    if run.peers and size <= OTHERS:
        folder = run.work / f"given-{size}"
        every = max(1, len(drawn.asked) // OTHERS_ASKED)
        write_given(library, drawn.asked[::every], folder)
        truth = {name: found[::every] for name, found in nearest.items()}
        for peer in run.peers:
            run.tell(f"  {size:,} chunks: {peer.name}")
            _of_peer(run, peer, folder, truth, size, noted)


def _passing(name: str) -> str:
    return "no filter" if SHARES[name] >= 1 else f"{name} pass"


def write_given(library: MadeUpLibrary, asked: np.ndarray, folder: Path) -> None:
    """Write a library as :mod:`evals.benchmarks.peers.given` reads it; its filters are those of SHARES."""
    folder.mkdir(parents=True)
    np.save(folder / given.VECTORS, np.concatenate([vectors for _, vectors in library.blocks()]))
    np.save(folder / given.QUERIES, asked)
    editions = np.arange(library.chunks) // EDITION
    scopes = [scope.editions for scope in library.scopes().values()]
    passes = [
        np.ones(library.chunks, bool) if each is None else np.isin(editions, list(each)) for each in scopes
    ]
    np.save(folder / given.PASSES, np.stack(passes, axis=1))


def _of_peer(
    run: Run, peer: Contender, folder: Path, nearest: Mapping[str, np.ndarray], size: int, noted: _Noted
) -> None:
    store = run.work / f"{peer.name}-{size}"
    with running([peer], run.work) as (process,):
        run.versions[peer.name] = process.take("prepare", model=str(run.model)).result
        process.take("hold", library=str(folder), folder=str(store))
        for name, filter_ in ((FILTER, list(SHARES).index(FILTER)), ("100 %", None)):
            found = process.take("nearest", k=NEAREST, filter_=filter_).result
            line = f"{peer.name}, {_passing(name)}"
            noted.add("meaning_p50", line, size, quantile(found["ms"], 0.5))
            noted.add("meaning_p95", line, size, quantile(found["ms"], 0.95))
            noted.add("meaning_recall", line, size, recall(found["found"], nearest[name]))


def recall(found: Sequence[Sequence[int]], nearest: np.ndarray) -> float:
    """The share of each question's ``NEAREST`` truly nearest chunks that were found, on average."""
    shares = [
        len(set(chunks) & set(truth[:NEAREST].tolist())) / NEAREST
        for chunks, truth in zip(found, nearest, strict=True)
    ]
    return float(np.mean(shares))


def _whole(found: Mapping[str, Any], size: int, noted: _Noted) -> None:
    for name, figures in found["filters"].items():
        noted.add("whole_p50", _passing(name), size, figures["p50_ms"])
        noted.add("whole_p95", _passing(name), size, figures["p95_ms"])
    noted.add("memory", "of its own", size, found["memory"]["own_mb"])
    noted.add("memory", "with the files mapped into it", size, found["memory"]["resident_mb"])
    for part, megabytes in found["disk_mb"].items():
        noted.add("disk", part, size, megabytes / size * 1000)


def _curves(noted: _Noted, drawn: Drawn, candidates: int) -> list[Curve]:
    asked = f"{len(drawn.asked)} questions"
    meaning = (
        f"Ours looks for {candidates} candidates, the others for {NEAREST}; {asked}, {OTHERS_ASKED} to the "
        "others, their vectors given. "
        f"Vectors {drawn.told}."
    )
    sentences = (
        "Acts of made-up sentences over real words, vectors in clusters around those of real statements"
    )
    whole = f"All that finds provisions but the model: SQL, vectors, words, re-ranking; {asked}. {sentences}."
    rows = (
        ("meaning_p50", f"{MEANING}, p50", "ms", meaning),
        ("meaning_p95", f"{MEANING}, p95", "ms", ""),
        ("meaning_recall", f"{MEANING}, recall@{NEAREST}", "share", "Beside a comparison with all vectors."),
        ("whole_p50", f"{WHOLE}, p50", "ms", whole),
        ("whole_p95", f"{WHOLE}, p95", "ms", ""),
        ("memory", "Memory of a process that answers", "MB", "After those questions, its model loaded."),
        ("disk", "Disk for 1,000 chunks", "MB", "A chunk of these libraries is one provision of 60 words."),
    )
    return [
        Curve(name=name, title=title, unit=unit, sizes=list(noted.sizes), lines=noted.lines(name), note=note)
        for name, title, unit, note in rows
    ]
