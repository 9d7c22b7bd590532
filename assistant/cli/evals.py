"""Commands that evaluate: run a suite, compare runs, judge them against a baseline, report them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli import eval_cases
from assistant.cli.common import as_json, open_assistant, print_models, users_language

if TYPE_CHECKING:
    from assistant.model import Lang
    from evals.runs import Run

# Of evals.plans and evals.suites, named here so that --help imports nothing.
SUITES = (
    "smoke", "retrieval", "answers", "abstention", "editions", "eligibility", "injection", "samples", "full",
)  # fmt: skip
BENCHMARKS = (
    "retrieval", "eu-ai-act", "filters", "claims", "abstention", "dialogues", "premises", "support",
    "nomiracl", "injection", "eligibility", "embedding", "starting", "services", "index",
)  # fmt: skip
_folder = click.Path(file_okay=False, exists=True, path_type=Path)
_file = click.Path(dir_okay=False, exists=True, path_type=Path)


@click.group("eval")
def evaluate() -> None:
    """Measure the system on evaluation cases."""


evaluate.add_command(eval_cases.validate)
evaluate.add_command(eval_cases.add)


@evaluate.command()
@click.argument("suite", type=click.Choice(SUITES))
@click.option("--llm", help="Answering backend: extractive, or provider:model.")
@click.option("--embedder", help="Another embedding model; indexes of its own are made and kept.")
@click.option(
    "--repeat", type=click.IntRange(1, 100), default=1, show_default=True, help="How often each case."
)
@click.option("--workers", type=click.IntRange(1, 32), default=1, show_default=True, help="Cases at a time.")
@click.option(
    "--split",
    type=click.Choice(["dev", "test", "all"]),
    default="test",
    show_default=True,
    help="Which half of the larger sets.",
)
@click.option(
    "--cases",
    "own",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="Your own cases beside those that ship: CSV, XLSX, JSON lines, or a folder.",
)
@click.option("--support", type=_file, help="The public set on which the judges are scored.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the run; an unfinished one goes on.",
)
@click.option("--junit", type=click.Path(dir_okay=False, path_type=Path), help="Also write JUnit XML.")
@as_json
def run(
    suite: str,
    llm: str | None,
    embedder: str | None,
    repeat: int,
    workers: int,
    split: str,
    own: tuple[Path, ...],
    support: Path | None,
    out: Path | None,
    junit: Path | None,
    print_json: bool,
) -> None:
    """Run a suite: figures with 95 % intervals, failures first; the folder keeps every case."""
    from tqdm import tqdm

    from evals.embedders import with_embedder
    from evals.suite_run import Wanted, run_suite

    assistant = open_assistant()
    if embedder is not None:
        assistant = with_embedder(assistant, embedder)
    wanted = Wanted(suite, llm, repeat, workers, split, own, out, support)
    with tqdm(total=1, desc=suite, disable=None) as bar:

        def tell(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        found = run_suite(assistant, wanted, tell)
    if junit is not None:
        from evals.junit import junit_xml

        junit.write_bytes(junit_xml(found, users_language()))
    _tell_run(found, print_json)


def _tell_run(found: Run, print_json: bool) -> None:
    from evals.telling import run_text

    if print_json:
        click.echo(json.dumps(found.summary() | {"folder": str(found.folder)}, ensure_ascii=False, indent=1))
    else:
        click.echo(run_text(found, users_language()))


@evaluate.command()
@click.argument("name", type=click.Choice(BENCHMARKS))
@click.option(
    "--split",
    type=click.Choice(["dev", "test", "all"]),
    default="test",
    show_default=True,
    help="Which half of the cases.",
)
@click.option("--plain", is_flag=True, help="Also plain dense, BM25 and reciprocal rank fusion.")
@click.option(
    "--peers", type=_folder, help="Also LangChain and LlamaIndex, from environments in this folder."
)
@click.option("--ablate", is_flag=True, help="Also this system with each of its parts switched off.")
@click.option(
    "--acts", type=_folder, help="For eu-ai-act: a folder of acts with the Act in its subfolder en."
)
@click.option("--questions", type=_file, help="For eu-ai-act: the file of questions.")
@click.option(
    "--cases",
    type=_file,
    help="The public set: for support and nomiracl, where one half calibrates and the other is reported; "
    "for injection, added to our own payloads; for claims, other statements.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the run; default: a new one in the home.",
)
@as_json
def bench(
    name: str,
    split: str,
    plain: bool,
    peers: Path | None,
    ablate: bool,
    acts: Path | None,
    questions: Path | None,
    cases: Path | None,
    out: Path | None,
    print_json: bool,
) -> None:
    """Run a benchmark: this system beside others, or a part of it alone; means with 95 % intervals."""
    from assistant.audit import Trail, noting
    from evals import suites

    assistant = open_assistant()
    options = suites.Options(split, plain, peers, ablate, out, acts, questions, cases)
    about = {"benchmark": name, "split": split}
    with Trail.of(assistant.settings).changing("evaluated", noting.at_the_machine(), **about) as came:
        report = suites.SUITES[name](assistant, options)
        came["whole"] = True
    click.echo(json.dumps(report.data, ensure_ascii=False, indent=1) if print_json else report.text)


@evaluate.command()
@click.option("--users", type=click.IntRange(1, 60), default=50, show_default=True, help="How many ask.")
@click.option("--pause", type=float, default=10.0, show_default=True, help="Seconds between two questions.")
@click.option("--minutes", type=float, default=10.0, show_default=True, help="How long.")
@click.option(
    "--ramp/--no-ramp", default=True, show_default=True, help="Then ask ever faster, until too fast."
)
def load(users: int, pause: float, minutes: float, ramp: bool) -> None:
    """Ask a server over a copy of the home as many users would: errors, times, memory, crossed answers."""
    from assistant.settings import current_settings
    from evals.benchmarks.load import Load, all_questions, as_text, run

    faster = tuple(pause / step for step in (2, 4, 6, 8, 12)) if ramp else ()
    click.echo(as_text(run(current_settings(), Load(users, pause, minutes, faster), all_questions())))


def _run_at(place: str) -> Run:
    """A run by its folder, or by its name in the home."""
    from assistant.settings import current_settings
    from evals.runs import Run

    named = current_settings().home / "evals" / place
    return Run.open(named if named.is_dir() and not Path(place).is_dir() else Path(place))


@evaluate.command()
@click.argument("first")
@click.argument("second")
@as_json
def compare(first: str, second: str, print_json: bool) -> None:
    """What differs between two runs of one suite: paired intervals, cases won and lost."""
    from evals import comparing

    found = comparing.compare(_run_at(first), _run_at(second))
    print_models(found) if print_json else click.echo(comparing.as_text(found))


@evaluate.command()
@click.argument("run_", metavar="RUN")
@click.option("--baseline", type=_file, help="What to compare with; default: that of the suite.")
@click.option(
    "--write", type=click.Path(dir_okay=False, path_type=Path), help="Make a baseline of the run instead."
)
@as_json
@click.pass_context
def gate(
    context: click.Context, run_: str, baseline: Path | None, write: Path | None, print_json: bool
) -> None:
    """Whether a run may be released. Exit 0 passed, 1 gate failed, 2 the run is broken."""
    from evals import gate as gates

    found = _run_at(run_)
    if write is not None:
        gates.write_baseline(gates.baseline_of(found), write)
        click.echo(write)
        return
    verdict = gates.judge(found, gates.read_baseline(baseline or gates.shipped(found.config.suite)))
    click.echo(gates.as_json(verdict) if print_json else gates.as_text(verdict))
    context.exit(verdict.exit_code)


@evaluate.command()
@click.argument("run_", metavar="RUN")
@click.option("--against", metavar="RUN", help="Show what changed since this run.")
@click.option("--lang", type=click.Choice(["ru", "en"]), help="Language of the report.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file; default: in the run's folder.",
)
def report(run_: str, against: str | None, lang: Lang | None, output: Path | None) -> None:
    """Write a run as one HTML file: the verdict, categories, charts, failures first."""
    from evals.report import html_report

    found = _run_at(run_)
    spoken = lang or users_language()
    path = output or found.folder / f"report-{spoken}.html"
    path.write_text(html_report(found, spoken, _run_at(against) if against else None), encoding="utf-8")
    click.echo(path)


@evaluate.command()
@as_json
def runs(print_json: bool) -> None:
    """List the runs of the home, the newest first."""
    from assistant.settings import current_settings
    from evals.runs import runs_of

    found = runs_of(current_settings().home)
    if print_json:
        listed = [each.config.model_dump() | {"run": each.name, "whole": each.whole} for each in found]
        click.echo(json.dumps(listed, ensure_ascii=False, indent=1))
        return
    for each in found:
        state = "" if each.whole else " (unfinished)"
        click.echo(f"{each.name}  {each.config.llm}  {each.config.embedder}{state}")


@evaluate.command()
@click.argument("suite", type=click.Choice(SUITES))
@as_json
def leaderboard(suite: str, print_json: bool) -> None:
    """Backends and embedders side by side, by their newest runs over the same cases."""
    from assistant.settings import current_settings
    from evals import leaderboard as board
    from evals.runs import runs_of

    found = board.leaderboard(runs_of(current_settings().home), suite)
    print_models(found) if print_json else click.echo(board.as_text(found))
