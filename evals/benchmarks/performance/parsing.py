"""PDF files -> pages read a second, by each system, in turns."""

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
    cut: list[float] = []
    with running(run.all, run.work) as started:
        for each in started:
            run.versions[each.name] = each.take("prepare", model=str(run.model)).result
            each.take("parse", files=smallest)
        for number in range(run.rounds):
            for each in started:
                run.tell(f"  round {number + 1} of {run.rounds}: {each.name}")
                taken = each.take("parse", files=files)
                read[each.name].append(pages / taken.wall)
                characters[each.name].append(taken.result["characters"] / 1000)
            cut.append(pages / started[0].take("cut", files=files).wall)
    return [
        figure("parse", "PDF pages read", "pages/s", "higher", read, Aim(bound=FASTER, against=LANGCHAIN),
               "Ours reads in a process that can be killed; columns, tables, footnotes, hidden text."),
        figure("cut", "The same, cut into provisions", "pages/s", "higher", {OURS: cut},
               note="The others do not cut texts into provisions."),
        figure("characters", "Characters found", "thousands", "higher", characters,
               note="That nothing is fast because it was left out."),
    ]  # fmt: skip
