"""The performance benchmark on one real document, every section that sets nothing up: it runs, and adds up."""

from __future__ import annotations

import shutil

import pytest

from assistant.cli.bench import SECTIONS
from assistant.settings import Settings
from evals.benchmarks.performance import bench, chart, exact, figures, page
from evals.benchmarks.performance.contenders import OURS
from ingest.run import ingest_paths
from tests.sample_home import new_home
from tests.shared import ACTS, needs_acts

pytestmark = [pytest.mark.long, pytest.mark.timeout(3600), needs_acts, pytest.mark.acts]


@pytest.fixture(scope="module")
def measured(tmp_path_factory, model_folder):
    """The results of one round over a decree of two pages, in a home that holds it."""
    folder = tmp_path_factory.mktemp("performance")
    documents = folder / "documents"
    documents.mkdir()
    for name in ("ukaz250.pdf", "ukaz250.json"):
        shutil.copy(ACTS / "ru" / name, documents)
    settings = Settings(home=new_home(folder / "home", model_folder))
    ingest_paths([documents], None, settings)
    few = pytest.MonkeyPatch()
    few.setattr(exact, "CHUNKS", 20_000)
    try:
        wanted = bench.Wanted(
            out=folder / "results.json", settings=settings, folder=documents, rounds=1, pages=2,
            only=tuple(name for name in SECTIONS if name not in ("answers", "setup")),
        )  # fmt: skip
        bench.run(wanted)
    finally:
        few.undo()
    return figures.load(folder / "results.json")


def value(measured, section, name):
    (found,) = [each for each in measured.sections[section].figures if each.name == name]
    return next(iter(found.systems.values())).median


def test_every_section_has_figures_of_this_system_and_says_who_was_not_there(measured):
    assert set(measured.sections) == {"parse", "embed", "ingest", "exact", "start"}
    for each in measured.sections.values():
        assert any(OURS in one.systems for one in each.figures)
        assert all(one.median > 0 for figure in each.figures for one in figure.systems.values())
    assert len(measured.sections["parse"].skipped) == 2


def test_what_is_told_of_a_section_adds_up(measured):
    ingest = measured.sections["ingest"]
    assert value(measured, "ingest", "chunks") >= 20  # points of the decree
    times = value(measured, "ingest", "ingest") / value(measured, "ingest", "again")
    assert value(measured, "ingest", "again_times") == pytest.approx(times, rel=0.01)
    assert ingest.documents["pdf_pages"] == 2
    assert ingest.versions[OURS]["threads"].isdigit()


def test_the_page_and_the_chart_can_be_made_of_it(measured, tmp_path):
    shown = page.page(measured)
    assert all(f"## {each.title}" in shown for each in measured.sections.values())
    chart.write(measured, tmp_path / "chart.svg")
    assert (tmp_path / "chart.svg").stat().st_size > 1000
