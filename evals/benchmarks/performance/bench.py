"""What a run is asked for -> its sections, one after the other, each written as soon as it is measured."""

from __future__ import annotations

import platform
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

from assistant.index.cores import allowed_cores
from assistant.index.e5_weights import MODEL_NAME
from assistant.index.embedder import find_embedder
from assistant.settings import Settings
from evals.benchmarks.performance import contenders, figures
from evals.benchmarks.performance.contenders import Contender
from evals.benchmarks.performance.documents import Document, documents_in, told
from evals.benchmarks.performance.figures import Curve, Figure, Results, Section

Tell = Callable[[str], None]
LARGEST = 1_000_000  # chunks


@dataclass
class Run:
    """What sections are given. ``folder``: of the ``documents``; ``home``: whose starts are measured.

    ``model``: the folder of the default model. ``work``: a folder for what is made meanwhile. ``rounds``: how
    often each thing is measured. ``pages``: of the documents that are ingested. ``new_home``, ``questions``:
    for the sections of answers and of growth. ``largest``: chunks of the largest made-up library.
    ``versions``, ``curves`` and ``skipped`` are filled by the sections.
    """

    folder: Path
    documents: Sequence[Document]
    home: Path
    model: Path
    work: Path
    peers: Sequence[Contender] = ()
    rounds: int = 3
    pages: int = 30
    new_home: Path | None = None
    questions: int = 300
    largest: int = LARGEST
    tell: Tell = lambda line: None
    versions: dict[str, dict[str, str]] = field(default_factory=dict)
    curves: list[Curve] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    @property
    def all(self) -> list[Contender]:
        """The measured system, then the peers."""
        return [contenders.ours(), *self.peers]


@dataclass(frozen=True, slots=True)
class Measurement:
    """A section: what it measures and how. ``default``: whether it runs where none is named."""

    title: str
    measure: Callable[[Run], list[Figure]]
    default: bool = True


def sections() -> dict[str, Measurement]:
    """All sections by name, in the order they run."""
    from evals.benchmarks.performance import (
        answering,
        embedding,
        exact,
        growing,
        ingesting,
        parsing,
        setting_up,
        starting,
    )

    return {
        "parse": Measurement("Reading PDF files", parsing.measure),
        "embed": Measurement("Embedding", embedding.measure),
        "ingest": Measurement("Ingest, questions, memory, disk", ingesting.measure),
        "exact": Measurement("Exact search and the machine's memory", exact.measure),
        "start": Measurement("First answer and the app's start", starting.measure),
        "answers": Measurement("All acts, and their citations", answering.measure, default=False),
        "growth": Measurement("As a library grows", growing.measure, default=False),
        "setup": Measurement("From nothing to a running app", setting_up.measure, default=False),
    }


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for. ``folder``: of documents; None measures nothing. ``only``: none for the usual.

    ``out``: the result file. ``peers``: folder of the others' environments. ``parts``: other benchmarks'
    files.
    """

    out: Path
    settings: Settings
    folder: Path | None = None
    peers: Path | None = None
    only: tuple[str, ...] = ()
    rounds: int = 3
    pages: int = 30
    parts: tuple[Path, ...] = ()
    new_home: Path | None = None
    questions: int = 300
    largest: int = LARGEST


def run(wanted: Wanted, tell: Tell = lambda line: None) -> Results:
    """Measure and write ``wanted.out`` after every section. Raises InputError, ModelError, StepError."""
    results = figures.load(wanted.out)
    for part in wanted.parts:
        figures.put_part(results, part)
    if wanted.folder is not None:
        _measure_all(results, wanted, wanted.folder, tell)
    figures.save(results, wanted.out)
    return results


def _measure_all(results: Results, wanted: Wanted, folder: Path, tell: Tell) -> None:
    documents, model = documents_in(folder), _model(wanted.settings)
    peers = contenders.peers_in(wanted.peers)
    missing = [name for name in contenders.PEERS if name not in {each.name for each in peers}]
    if missing:
        tell(f"Not measured, for want of an environment ('make peers' makes it): {', '.join(missing)}")
    measured = sections()
    chosen = wanted.only or tuple(name for name, each in measured.items() if each.default)
    figures.keep_to(results, machine(), chosen, anew=not wanted.only)
    for name in chosen:
        with tempfile.TemporaryDirectory(prefix="ai-policy-bench-") as work:
            made = Run(
                folder, documents, wanted.settings.home, model, Path(work), peers, wanted.rounds,
                wanted.pages, wanted.new_home, wanted.questions, wanted.largest, tell,
                skipped=[f"{each} (no environment of it: 'make peers')" for each in missing],
            )  # fmt: skip
            figures.put(results, name, measure_section(measured[name], made))
        figures.save(results, wanted.out)
        for line in told_section(results.sections[name]):
            tell(line)


def _model(settings: Settings) -> Path:
    """The default model's folder, set up where it is not yet: every system computes with it."""
    embedder = find_embedder(MODEL_NAME, settings.models_path, wheel=settings.embedder_wheel)
    assert embedder.folder is not None
    return embedder.folder


def measure_section(measurement: Measurement, made: Run) -> Section:
    """One section, with the machine, versions and documents it was measured with."""
    made.tell(f"{measurement.title} …")
    began = time.monotonic()
    at = datetime.now(UTC).isoformat(timespec="seconds")
    found = measurement.measure(made)
    return Section(
        title=measurement.title, at=at, seconds=round(time.monotonic() - began, 1), machine=machine(),
        versions=made.versions, documents=told(made.documents), figures=found, curves=made.curves,
        skipped=made.skipped,
    )  # fmt: skip


def told_section(section: Section) -> list[str]:
    """A section as lines for a terminal."""
    lines = [f"{section.title}: {section.seconds:.0f} s"]
    for each in section.figures:
        values = ", ".join(
            f"{name} {one.median:g}" + (f" (×{one.ratio:g})" if one.ratio is not None else "")
            for name, one in each.systems.items()
        )
        verdict = {None: "", True: "  reached", False: "  NOT reached"}[each.reached]
        lines.append(f"  {each.title}, {each.unit}: {values}{verdict}")
    for curve in section.curves:
        lines.append(
            f"  {curve.title}, {curve.unit}, at {', '.join(f'{size:,}' for size in curve.sizes)} chunks:"
        )
        lines += [f"    {name}: {', '.join(map(value, values))}" for name, values in curve.lines.items()]
    return lines


def value(measured: float | None) -> str:
    """A curve's value; a dash for what was not measured."""
    return "–" if measured is None else f"{measured:g}"


def machine() -> dict[str, Any]:
    """What a figure depends on of the machine."""
    return {
        "processor": _processor(),
        "cores": allowed_cores(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "?"
    names = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or "?")


def questions(number: int) -> list[str]:
    """Questions of the retrieval cases, spread over all of them: the same ones every time."""
    from evals.retrieval_cases import load_cases

    found = [case.question for case in load_cases()]
    number = min(number, len(found))
    return [found[len(found) * place // number] for place in range(number)]
