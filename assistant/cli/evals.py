"""Commands that evaluate: ``eval run``."""

from __future__ import annotations

import json
from pathlib import Path

import click

from assistant.cli.common import as_json, open_assistant

# Of evals.suites, named here so that --help imports nothing.
SUITES = (
    "retrieval", "eu-ai-act", "filters", "claims", "abstention", "dialogues", "premises", "support",
    "nomiracl", "injection", "eligibility",
)  # fmt: skip


@click.group("eval")
def evaluate() -> None:
    """Measure the system on evaluation cases."""


_folder = click.Path(file_okay=False, exists=True, path_type=Path)


@evaluate.command()
@click.argument("suite", type=click.Choice(SUITES))
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
@click.option(
    "--questions",
    type=click.Path(dir_okay=False, exists=True, path_type=Path),
    help="For eu-ai-act: the file of questions.",
)
@click.option(
    "--cases",
    type=click.Path(dir_okay=False, exists=True, path_type=Path),
    help="The public set: for support and nomiracl, where one half calibrates and the other is reported; "
    "for injection, added to our own payloads.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the run; default: a new one in the home.",
)
@as_json
def run(
    suite: str,
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
    """Run a suite and print its figures, means with 95 % intervals."""
    from evals import suites

    options = suites.Options(split, plain, peers, ablate, out, acts, questions, cases)
    report = suites.SUITES[suite](open_assistant(), options)
    click.echo(json.dumps(report.data, ensure_ascii=False, indent=1) if print_json else report.text)
