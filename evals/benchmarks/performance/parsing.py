"""PDF files -> pages read a second, by each system, in turns.

Ours reads as its ingest does, several files at the same time; what it reads in one process stands beside it.
"""

from __future__ import annotations

from evals.benchmarks.performance.bench import Run
from evals.benchmarks.performance.contenders import LANGCHAIN, OURS, running
from evals.benchmarks.performance.figures import Aim, Figure, figure

FASTER = 8.0  # than LangChain's loader


def measure(run: Run) -> list[Figure]:
    """Pages a second of reading, and of ours with cutting into provisions beside it."""
    pdfs = [each for each in run.documents if each.paged]
    files, pages = [str(each.path) for each in pdfs], sum(each.pages for each in pdfs)
    smallest = [str(min(pdfs, key=lambda each: each.pages).path)]
    read: dict[str, list[float]] = {each.name: [] for each in run.all}
    characters: dict[str, list[float]] = {each.name: [] for each in run.all}
    alone: list[float] = []
    cut: list[float] = []
    with running(run.all, run.work) as started:
        for each in started:
            run.versions[each.name] = each.take("prepare", model=str(run.model)).result
            each.take("parse", files=smallest * 2)  # one for each process that ours may read with
        for number in range(run.rounds):
            for each in started:
                run.tell(f"  round {number + 1} of {run.rounds}: {each.name}")
                taken = each.take("parse", files=files)
                read[each.name].append(pages / taken.wall)
                characters[each.name].append(taken.result["characters"] / 1000)
            alone.append(pages / started[0].take("parse", files=files, at_once=1).wall)
            cut.append(pages / started[0].take("cut", files=files).wall)
    return [
        figure("parse", "PDF pages read", "pages/s", "higher", read, Aim(bound=FASTER, against=LANGCHAIN),
               "Ours reads as ingest does, as many files at once as there are cores and reading processes "
               "(two, unless set), in processes that can be killed, and finds columns, tables, footnotes, "
               "hidden text. The others read one file after the other, as they do."),
        figure("alone", "PDF pages read by one process", "pages/s", "higher", read | {OURS: alone},
               note="The same, one file after the other by each."),
        figure("cut", "The same, cut into provisions", "pages/s", "higher", {OURS: cut},
               note="The others do not cut texts into provisions."),
        figure("characters", "Characters found", "thousands", "higher", characters,
               note="That nothing is fast because it was left out."),
    ]  # fmt: skip
