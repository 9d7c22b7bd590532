"""Documents -> a store that answers, by each system: time, time again, questions, memory, disk.

Every round fills a new store, the model loaded before. Ours is an installation's whole ingest:
provisions, the library, vectors, words, token codes for re-ranking, kept originals. What it does once in a
home, with its first act, is timed apart: a set-up does it.
"""

from __future__ import annotations

from collections.abc import Sequence

from evals.benchmarks.performance.bench import Run, questions
from evals.benchmarks.performance.contenders import OURS, Running, running
from evals.benchmarks.performance.documents import Document, within
from evals.benchmarks.performance.figures import Aim, Figure, figure
from evals.sample_library import SAMPLES

FIRST = SAMPLES / "en" / "eu-reg-9466-2020.txt"  # a short act of our own
QUESTIONS, WARM_UP, FOUND = 100, 5, 10
AGAIN = 100.0  # times faster is an unchanged ingest
SEARCH, ANSWER = "search", "ask"
Runs = dict[str, list[float]]


class _Noted:
    """Values by quantity and system."""

    def __init__(self, systems: Sequence[str]) -> None:
        self.systems = systems
        self._runs: dict[str, Runs] = {}

    def add(self, quantity: str, system: str, value: float) -> None:
        self.of(quantity)[system].append(value)

    def of(self, quantity: str) -> Runs:
        return self._runs.setdefault(quantity, {name: [] for name in self.systems})


def measure(run: Run) -> list[Figure]:
    """Every figure of a store's life."""
    chosen = within(run.documents, run.pages)
    asked = questions(QUESTIONS)
    noted = _Noted([each.name for each in run.all])
    with running(run.all, run.work) as started:
        for each in started:
            run.versions[each.name] = each.take("prepare", model=str(run.model)).result
        for number in range(run.rounds):
            provisions = 0
            for each in started:
                run.tell(f"  round {number + 1} of {run.rounds}: {each.name}")
                provisions = _life(each, run, number, chosen, asked, noted, provisions)
    return _figures(noted, chosen)


def _life(
    each: Running,
    run: Run,
    number: int,
    chosen: Sequence[Document],
    asked: Sequence[str],
    noted: _Noted,
    provisions: int,
) -> int:
    """Fill one store and ask it; returns how many provisions the documents have, once ours has told."""
    folder = str(run.work / f"{each.name.replace(' ', '-')}-{number}")
    files = [str(document.path) for document in chosen]
    if each.name == OURS:
        each.take("open_home", folder=folder)
        noted.add("once", OURS, each.take("ingest", files=[str(FIRST)], folder=folder).wall)
    taken = each.take("ingest", files=files, folder=folder)
    noted.add("seconds", each.name, taken.wall)
    noted.add("memory", each.name, taken.memory / 1e6)
    noted.add("chunks", each.name, taken.result["chunks"])
    if each.name == OURS:
        provisions = int(taken.result["provisions"])
        again = each.take("ingest", files=files, folder=folder)
        noted.add("again", OURS, again.wall)
        noted.add("times", OURS, taken.wall / again.wall)
    noted.add("disk", each.name, each.take("disk", folder=folder).result / 1e6 / provisions * 1000)
    each.take("query", questions=asked[:WARM_UP], k=FOUND)
    found = each.take("query", questions=asked, k=FOUND)
    noted.add("query_memory", each.name, found.memory / 1e6)
    _note_times(noted, SEARCH, each.name, found.result["ms"])
    if each.name == OURS:
        each.take("ask", questions=asked[:WARM_UP])
        _note_times(noted, ANSWER, OURS, each.take("ask", questions=asked).result["ms"])
    return provisions


def _note_times(noted: _Noted, what: str, system: str, times: Sequence[float]) -> None:
    noted.add(f"{what}_p50", system, quantile(times, 0.5))
    noted.add(f"{what}_p95", system, quantile(times, 0.95))


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least ``share`` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * round(share * 100) // 100) - 1)]


def _figures(noted: _Noted, chosen: Sequence[Document]) -> list[Figure]:
    pages, files = sum(each.pages for each in chosen), len(chosen)
    return [
        figure("ingest", "Ingest, end to end", "s", "lower", noted.of("seconds"),
               note=f"{files} documents, about {pages} pages. The others' chunks are cut by length."),
        figure("once", "Once in a home: means of the languages, and a first short act", "s", "lower",
               noted.of("once"), note="A set-up does it; it is not in the time of ingest."),
        figure("chunks", "Chunks made of them", "chunks", "higher", noted.of("chunks"),
               note="The model cuts off what is over 512 tokens: LlamaIndex's chunks, of up to 1,024."),
        figure("again", "Ingest of the same documents again", "s", "lower", noted.of("again"),
               note="The others' defaults would embed everything again and hold it twice."),
        figure("again_times", "Faster the second time", "times", "higher", noted.of("times"),
               Aim(bound=AGAIN)),
        figure("search_p50", "Search, warm, p50", "ms", "lower", noted.of("search_p50"),
               note=f"{QUESTIONS} questions, {FOUND} passages each; ours also by words, and re-ranked."),
        figure("search_p95", "Search, warm, p95", "ms", "lower", noted.of("search_p95")),
        figure("ask_p50", "Answer with citations, warm, p50", "ms", "lower", noted.of("ask_p50")),
        figure("ask_p95", "Answer with citations, warm, p95", "ms", "lower", noted.of("ask_p95")),
        figure("ingest_memory", "Memory at most, ingest", "MB", "lower", noted.of("memory"),
               note="Of the process and all it started."),
        figure("query_memory", "Memory at most, questions", "MB", "lower", noted.of("query_memory")),
        figure("disk", "Disk for 1,000 provisions of these documents", "MB", "lower", noted.of("disk"),
               note="Ours holds the originals, the texts and token codes too; models are not counted."),
    ]  # fmt: skip
