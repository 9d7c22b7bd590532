import json

import pytest
from click.testing import CliRunner

from assistant import cli
from assistant.errors import InputError
from evals.gate import BROKEN, FAILED, PASS, baseline_of, judge, read_baseline, write_baseline
from tests.evals.runs_made import run

CASES = {f"c{number}": number % 5 != 0 for number in range(40)}


@pytest.fixture
def good(tmp_path):
    return run(tmp_path / "good", CASES, {"recall": (0.9, 0.82, 0.97), "correct": (0.8, 0.7, 0.9)})


def test_the_same_run_again_passes(good, tmp_path):
    again = run(tmp_path / "again", CASES, {"recall": (0.9, 0.82, 0.97), "correct": (0.8, 0.7, 0.9)})
    verdict = judge(again, baseline_of(good))
    assert (verdict.state, verdict.exit_code, verdict.failed, verdict.lost) == ("passed", PASS, {}, [])


def test_a_worse_lower_bound_fails_and_names_the_metric_and_the_lost_cases(good, tmp_path):
    worse = run(
        tmp_path / "worse", {**CASES, "c1": False}, {"recall": (0.7, 0.58, 0.8), "correct": (0.8, 0.7, 0.9)}
    )
    verdict = judge(worse, baseline_of(good))
    assert (verdict.state, verdict.exit_code) == ("failed", FAILED)
    assert set(verdict.failed) == {"recall"}
    assert verdict.lost == ["c1"]


def test_one_case_more_or_less_is_within_the_tolerance_and_several_are_not(good, tmp_path):
    baseline = baseline_of(good)
    one, five = 1 / len(CASES), 5 / len(CASES)
    for lower, state in ((0.82 - one, "passed"), (0.82 - five, "failed"), (0.99, "passed")):
        found = run(
            tmp_path / state / str(lower), CASES, {"recall": (0.9, lower, 1.0), "correct": (0.8, 0.7, 0.9)}
        )
        assert judge(found, baseline).state == state


def test_where_less_is_better_the_upper_bound_counts(tmp_path):
    def made(name, high):
        found = run(tmp_path / name, CASES, {"wrong": (0.1, 0.05, high)})
        path = found.folder / "summary.json"
        summary = json.loads(path.read_text(encoding="utf-8"))
        summary["metrics"]["wrong"]["better"] = "lower"
        path.write_text(json.dumps(summary), encoding="utf-8")
        return found

    baseline = baseline_of(made("good", 0.2))
    assert judge(made("better", 0.1), baseline).state == "passed"
    assert judge(made("worse", 0.4), baseline).state == "failed"


def test_what_a_model_only_thinks_is_not_in_a_baseline(tmp_path):
    found = run(tmp_path / "run", CASES, {"opinion": (0.9, 0.8, 1.0)})
    path = found.folder / "summary.json"
    summary = json.loads(path.read_text(encoding="utf-8"))
    summary["metrics"]["opinion"]["gating"] = False
    path.write_text(json.dumps(summary), encoding="utf-8")
    assert baseline_of(found).metrics == {}


@pytest.mark.parametrize("broken", ["errors", "cases", "unfinished", "suite", "metric"])
def test_a_broken_run_neither_passes_nor_fails(good, tmp_path, broken):
    metrics = {"recall": (0.9, 0.82, 0.97), "correct": (0.8, 0.7, 0.9)}
    cases = {**CASES, "new": True} if broken == "cases" else CASES
    if broken == "metric":
        metrics.pop("correct")
    suite = "answers" if broken == "suite" else "smoke"
    found = run(tmp_path / "run", cases, metrics, errors=int(broken == "errors"), suite=suite)
    if broken == "unfinished":
        (found.folder / "summary.json").unlink()
    verdict = judge(found, baseline_of(good))
    assert (verdict.state, verdict.exit_code) == ("broken", BROKEN)
    assert verdict.broken


def test_a_baseline_is_written_and_read_back(good, tmp_path):
    path = tmp_path / "baseline.json"
    write_baseline(baseline_of(good), path)
    assert read_baseline(path) == baseline_of(good)
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match="no baseline"):
        read_baseline(path)


@pytest.mark.parametrize(("name", "status"), [("again", PASS), ("worse", FAILED), ("broken", BROKEN)])
def test_the_command_exits_with_the_verdict(good, tmp_path, name, status):
    baseline = tmp_path / "baseline.json"
    written = CliRunner().invoke(cli.cli, ["eval", "gate", str(good.folder), "--write", str(baseline)])
    assert written.exit_code == 0
    lower = {"again": 0.82, "worse": 0.3, "broken": 0.82}[name]
    found = run(
        tmp_path / name,
        CASES,
        {"recall": (0.9, lower, 1.0), "correct": (0.8, 0.7, 0.9)},
        errors=int(name == "broken"),
    )
    done = CliRunner().invoke(
        cli.cli, ["eval", "gate", str(found.folder), "--baseline", str(baseline)], standalone_mode=False
    )
    assert (done.return_value or done.exit_code) == status, done.output
