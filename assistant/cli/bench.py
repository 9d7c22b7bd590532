"""The command that measures speed, memory and disk: this system beside others and the machine's own limit."""

from __future__ import annotations

from pathlib import Path

import click

from assistant.cli.common import as_json

# Of evals.benchmarks.performance.bench, named here so that --help imports nothing.
SECTIONS = ("parse", "embed", "ingest", "exact", "start", "answers", "growth", "setup")
_file = click.Path(dir_okay=False, path_type=Path)
_folder = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--only", multiple=True, type=click.Choice(SECTIONS), help="Measure this section; repeatable.")
@click.option(
    "--rounds", type=click.IntRange(1, 20), default=3, show_default=True, help="How often each thing."
)
@click.option(
    "--pages",
    type=click.IntRange(1),
    default=30,
    show_default=True,
    help="Of the documents that are ingested.",
)
@click.option(
    "--peers", type=_folder, default=Path(".peers"), show_default=True, help="Environments of the others."
)
@click.option("--no-peers", is_flag=True, help="Measure this system alone.")
@click.option("--parts", multiple=True, type=_file, help="Take in another benchmark's JSON; repeatable.")
@click.option("--out", type=_file, help="Results, JSON; default: evals/performance.json in the home.")
@click.option("--page", type=_file, help="Also write a page of Markdown, and a chart beside it.")
@click.option(
    "--home",
    type=_folder,
    help="For answers an empty folder to fill, for growth one that is kept; default: temporary.",
)
@click.option(
    "--largest", type=click.IntRange(10_000), default=1_000_000, show_default=True,
    help="For growth: chunks of the largest made-up library.",
)  # fmt: skip
@click.option("--questions", type=int, default=300, show_default=True, help="For answers: how many.")
@as_json
def bench(
    folder: Path | None,
    only: tuple[str, ...],
    rounds: int,
    pages: int,
    peers: Path,
    no_peers: bool,
    parts: tuple[Path, ...],
    out: Path | None,
    page: Path | None,
    home: Path | None,
    questions: int,
    largest: int,
    print_json: bool,
) -> None:
    """Measure speed, memory and disk over a folder of documents; without one, only write the page anew."""
    from assistant.settings import current_settings
    from evals.benchmarks.performance import bench as performance
    from evals.benchmarks.performance import chart, figures
    from evals.benchmarks.performance import page as pages_

    settings = current_settings()
    wanted = performance.Wanted(
        out=out or settings.home / "evals" / "performance.json", settings=settings, folder=folder,
        peers=None if no_peers else peers, only=only, rounds=rounds, pages=pages, parts=parts, new_home=home,
        questions=questions, largest=largest,
    )  # fmt: skip
    results = performance.run(wanted, lambda line: click.echo(line, err=True))
    if page is not None:
        drawn, grown = page.with_suffix(".svg"), page.with_name(f"{page.stem}-growth.svg")
        chart.write(results, drawn)
        if curves := [curve for section in results.sections.values() for curve in section.curves]:
            chart.write_growth(curves, grown)
        pages_.write(results, page, drawn, grown)
        click.echo(page, err=True)
    if print_json:
        click.echo(figures.as_json(results))
