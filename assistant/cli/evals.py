"""Commands that evaluate: ``eval run``."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli.common import as_json, open_assistant

if TYPE_CHECKING:
    from assistant.engine import Assistant
    from evals.benchmarks.retrieval import Run
    from evals.systems import System


@click.group("eval")
def evaluate() -> None:
    """Measure the system on evaluation cases."""


@evaluate.command()
@click.argument("suite", type=click.Choice(["retrieval"]))
@click.option("--split", type=click.Choice(["dev", "test", "all"]), default="test", show_default=True,
              help="Which half of the cases.")  # fmt: skip
@click.option("--plain", is_flag=True, help="Also plain dense, BM25 and reciprocal rank fusion.")
@click.option("--peers", type=click.Path(file_okay=False, exists=True, path_type=Path),
              help="Also LangChain and LlamaIndex, from environments under this folder.")  # fmt: skip
@click.option("--ablate", is_flag=True, help="Also this system with each of its parts switched off.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path),
              help="Folder of the run; default: a new one under the home.")  # fmt: skip
@as_json
def run(
    suite: str, split: str, plain: bool, peers: Path | None, ablate: bool, out: Path | None, print_json: bool
) -> None:
    """Run a suite and print its figures with 95 % intervals."""
    from evals.benchmarks.retrieval import as_table, config_of, edition_figures, measure, save, usable
    from evals.retrieval_cases import load_cases, of_split, resolve
    from evals.systems import OurSystem

    assistant = open_assistant()
    kept, skipped = usable(load_cases(), assistant.view)
    cases = of_split(resolve(kept, assistant.view), split)
    ours = OurSystem(assistant)
    runs = [measure(ours, cases)]
    editions = edition_figures(ours.hits, cases, assistant.view)
    runs.extend(measure(system, cases) for system in _others(assistant, plain=plain, peers=peers))
    if ablate:
        runs.extend(_ablations(assistant, cases))
    folder = out or assistant.settings.home / "evals" / f"{suite}-{datetime.now():%Y%m%d-%H%M%S}"
    config = config_of(assistant, split, skipped) | {"editions": editions}
    save(runs, folder, config)
    if print_json:
        shown = {each.system: each.figures for each in runs}
        click.echo(json.dumps({"config": config, "figures": shown}, ensure_ascii=False, indent=1))
        return
    click.echo(as_table(runs))
    click.echo(f"\neditions: {json.dumps(editions, ensure_ascii=False)}")
    click.echo(f"{len(cases)} cases ({split}), {skipped} skipped for want of their acts; details in {folder}")


def _others(assistant: Assistant, *, plain: bool, peers: Path | None) -> list[System]:
    if not plain and peers is None:
        return []
    from assistant.index.embedder import find_embedder
    from evals import systems

    settings = assistant.settings
    work = settings.home / "evals" / "work"
    found: list[System] = []
    base = find_embedder("multilingual-e5-small", settings.models_path, wheel=settings.embedder_wheel)
    if plain:
        chunks = systems.PlainChunks(assistant.view, base, work)
        named = (("dense", "dense"), ("BM25", "words"), ("dense + BM25, RRF", "fused"))
        found += [systems.PlainSystem(name, chunks, way) for name, way in named]
    if peers is not None:
        texts = systems.write_texts(assistant.view, work / "texts")
        scripts = Path(systems.__file__).parent / "benchmarks" / "peers"
        assert base.folder is not None
        for name, folder, script in (
            ("LangChain default", "langchain", "langchain_default.py"),
            ("LlamaIndex default", "llama-index", "llama_index_default.py"),
        ):
            python = peers / folder / "bin" / "python"
            found.append(systems.PeerSystem(name, python, scripts / script, texts, base.folder))
    return found


def _ablations(assistant: Assistant, cases: list) -> list[Run]:
    from assistant.engine import Assistant as Engine
    from evals.benchmarks.retrieval import measure
    from evals.systems import OurSystem

    found = []
    for part in assistant.settings.retrieval.parts():
        changed = assistant.settings.retrieval.model_copy(update={part: False})
        settings = assistant.settings.model_copy(update={"retrieval": changed})
        without = Engine(settings, library=assistant.library, indexes=assistant.indexes)
        found.append(measure(OurSystem(without, f"without {part}"), cases))
    return found
