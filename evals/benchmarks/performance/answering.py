"""A folder of acts -> times of a whole installation over all of them, and whether citations are exact.

Takes as long as embedding all the acts does: it runs only where it is named.
"""

from __future__ import annotations

from evals.benchmarks import basics
from evals.benchmarks.performance.bench import Run
from evals.benchmarks.performance.contenders import OURS
from evals.benchmarks.performance.figures import Aim, Figure, figure


def measure(run: Run) -> list[Figure]:
    """One run in a new home; the folder must have the acts in its subfolders ``ru`` and ``en``."""
    home = run.new_home or run.work / "all-acts"
    home.mkdir(parents=True, exist_ok=True)
    if not (home / "models").exists():
        (home / "models").symlink_to(run.model.parent.resolve(), target_is_directory=True)
    found = basics.run(run.folder, home, run.questions)
    asked, whole, again = found["questions"], found["all_acts"], found["all_acts_unchanged"]
    told = f"{asked['questions']} sentences of the acts put as questions, {asked['citations']} citations."
    rows = (
        ("help", "ai-policy --help", "s", found["help_s"], None, "The fastest of five."),
        ("corpus", "Ingest of the embedded corpus", "s", found["embedded_corpus"]["wall_s"], None, ""),
        ("all_acts", "Ingest of all acts", "s", whole["wall_s"], None, f"{whole['chunks']} chunks."),
        ("unchanged", "The same again, the command whole", "s", again["wall_s"], None, ""),
        ("acts_ask_p50", "Answer with citations over all acts, p50", "ms", asked["ask_ms_p50"], None, told),
        ("acts_ask_p95", "Answer with citations over all acts, p95", "ms", asked["ask_ms_p95"], None, ""),
        ("inexact", "Citations that are not word for word", "citations", asked["inexact_citations"],
         Aim(bound=0), ""),
    )  # fmt: skip
    return [
        figure(name, title, unit, "lower", {OURS: [] if value is None else [float(value)]}, aim, note)
        for name, title, unit, value, aim, note in rows
        if value is not None
    ]
