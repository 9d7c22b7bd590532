import json

import pytest
from click.testing import CliRunner

import assistant
from assistant import cli
from evals.benchmarks.retrieval import groups
from evals.retrieval_cases import load_cases, of_split
from tests.evals.sample import resolved, sample_cases
from tests.sample_home import MODEL, ai_policy


@pytest.fixture
def run(garden, model_folder, tmp_path, monkeypatch):
    """``ai-policy eval bench retrieval`` over the sample acts, with a file of cases about them."""
    path = tmp_path / "cases.jsonl"
    path.write_text("\n".join(each.model_dump_json() for each in sample_cases(garden.view)), encoding="utf-8")
    monkeypatch.setattr(load_cases, "__defaults__", (path,))
    monkeypatch.setattr(assistant, "default_assistant", lambda: garden)
    garden.settings.models_path.mkdir()
    (garden.settings.models_path / MODEL).symlink_to(model_folder, target_is_directory=True)

    def invoke(*arguments):
        done = CliRunner().invoke(
            cli.cli, ["eval", "bench", "retrieval", *map(str, arguments)], catch_exceptions=False
        )
        assert done.exit_code == 0, done.output
        return done.stdout

    return invoke


def test_a_run_prints_a_table_and_keeps_it_in_the_folder(run, tmp_path):
    printed = run("--split", "all", "--out", tmp_path / "run")
    assert "all (5)" in printed
    assert "recall@10" in printed
    assert "this system" in printed
    assert f"5 cases (all), 0 skipped for want of their acts; details in {tmp_path / 'run'}" in printed
    summary = json.loads((tmp_path / "run" / "summary.json").read_text(encoding="utf-8"))
    assert summary["this system"]["sizes"]["cross-lingual"] == 2
    config = json.loads((tmp_path / "run" / "config.json").read_text(encoding="utf-8"))
    assert config["split"] == "all"
    assert config["editions"]["right"] == 1.0
    assert len((tmp_path / "run" / "this-system.jsonl").read_text(encoding="utf-8").splitlines()) == 5


def test_a_run_is_printed_as_json(run, tmp_path):
    printed = json.loads(run("--split", "all", "--out", tmp_path / "run", "--json"))
    assert printed["config"]["skipped"] == 0
    mean, low, high = printed["figures"]["this system"]["all"]["recall@20"]
    assert low <= mean <= high
    assert mean > 0.5


def test_a_run_asks_one_half_of_the_cases_and_by_default_test(run, garden, tmp_path):
    cases = resolved(garden.view)
    for split in ("dev", "test"):
        half = of_split(cases, split)
        assert half, "the sample has cases on both sides"
        run("--split", split, "--out", tmp_path / split)
        summary = json.loads((tmp_path / split / "summary.json").read_text(encoding="utf-8"))
        assert summary["this system"]["sizes"] == {name: len(each) for name, each in groups(half).items()}
    run("--out", tmp_path / "default")
    default, test = (
        (tmp_path / name / "this-system.jsonl").read_text(encoding="utf-8") for name in ("default", "test")
    )
    assert default == test


def test_cases_whose_acts_are_not_held_are_counted(run, garden):
    garden.library.remove_edition(next(row.id for row in garden.view.of_act("us-eo-1-2021")))
    assert "2 cases (all), 3 skipped" in run("--split", "all")


def test_a_run_without_a_folder_goes_under_the_home(run, garden):
    run("--split", "all")
    (folder,) = (garden.settings.home / "evals").iterdir()
    assert folder.name.startswith("retrieval-")
    assert (folder / "summary.json").is_file()


def test_each_part_is_switched_off_in_turn(run, garden, tmp_path):
    printed = json.loads(run("--split", "all", "--ablate", "--out", tmp_path / "run", "--json"))
    parts = garden.settings.retrieval.parts()
    assert list(printed["figures"]) == ["this system", *(f"without {part}" for part in parts)]
    assert "dense" in parts
    assert all((tmp_path / "run" / f"without-{part}.jsonl").is_file() for part in parts)


def test_plain_systems_are_asked_the_same_cases(run, tmp_path):
    printed = json.loads(run("--split", "all", "--plain", "--out", tmp_path / "run", "--json"))
    assert list(printed["figures"]) == ["this system", "dense", "BM25", "dense + BM25, RRF"]
    assert all(figures.keys() == printed["figures"]["BM25"].keys() for figures in printed["figures"].values())
    assert printed["figures"]["BM25"]["all"]["recall@20"][0] > 0.5


def test_a_home_without_the_acts_says_to_ingest_them(tmp_path):
    done = ai_policy(tmp_path, "eval", "bench", "retrieval")
    assert done.status == 2
    assert "Ingest them: ai-policy ingest FOLDER." in done.err
    assert "Traceback" not in done.err
    assert done.out == ""


def test_an_unknown_suite_or_half_is_refused(tmp_path):
    assert ai_policy(tmp_path, "eval", "bench", "poetry").status == 2
    done = ai_policy(tmp_path, "eval", "bench", "retrieval", "--split", "third")
    assert done.status == 2
    assert "third" in done.err
