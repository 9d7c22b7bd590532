import pytest

from assistant.errors import InputError
from evals.comparing import as_text, compare
from evals.leaderboard import leaderboard
from evals.runs import runs_of
from tests.evals.runs_made import run

METRICS = {"recall": (0.5, 0.4, 0.6)}


def scored(folder, values, passed=None, **changed):
    passed = passed or {name: value > 0.5 for name, value in values.items()}
    return run(
        folder, passed, METRICS, scores={name: {"recall": value} for name, value in values.items()}, **changed
    )


def test_differences_are_paired_and_their_interval_is_of_the_differences(tmp_path):
    first = scored(tmp_path / "a", {f"c{n}": n % 2 for n in range(30)})
    second = scored(tmp_path / "b", {f"c{n}": 1.0 for n in range(30)})
    found = compare(first, second).differences[0]
    assert (found.first, found.second, found.value, found.n) == (0.5, 1.0, 0.5, 30)
    assert 0 < found.low <= found.value <= found.high <= 1
    same = compare(first, first).differences[0]
    assert (same.value, same.low, same.high) == (0.0, 0.0, 0.0)


def test_cases_won_and_lost_are_named(tmp_path):
    first = scored(tmp_path / "a", {"x": 1.0, "y": 0.0, "z": 1.0})
    second = scored(tmp_path / "b", {"x": 0.0, "y": 1.0, "z": 1.0})
    found = compare(first, second)
    assert (found.won, found.lost) == (["y"], ["x"])
    assert "won 1: y" in as_text(found)
    assert "lost 1: x" in as_text(found)


def test_a_case_that_breaks_now_is_lost_and_one_that_broke_before_is_won(tmp_path):
    first = scored(tmp_path / "a", {"x": 1.0, "y": 0.0}, {"x": True, "y": None})
    second = scored(tmp_path / "b", {"x": 0.0, "y": 1.0}, {"x": None, "y": True})
    found = compare(first, second)
    assert (found.won, found.lost) == (["y"], ["x"])


def test_only_common_cases_count_and_a_metric_that_one_lacks_is_left_out(tmp_path):
    first = scored(tmp_path / "a", {"x": 1.0, "only": 0.0})
    second = scored(tmp_path / "b", {"x": 1.0})
    found = compare(first, second)
    assert (found.cases, found.differences[0].n) == (1, 1)
    with pytest.raises(InputError, match="no case in common"):
        compare(first, scored(tmp_path / "c", {"other": 1.0}))


def test_the_leaderboard_ranks_backends_by_their_newest_runs_over_the_same_cases(tmp_path):
    home = tmp_path / "evals"
    values = {"x": 1.0, "y": 0.0}
    scored(home / "old", values, {"x": True, "y": True}, llm="openai:a", started="2026-01-01T00:00:00")
    scored(home / "new", values, {"x": False, "y": False}, llm="openai:a", started="2026-01-02T00:00:00")
    scored(home / "best", values, {"x": True, "y": True}, llm="openai:b", started="2026-01-03T00:00:00")
    scored(home / "others", {"z": 1.0}, llm="openai:c", started="2026-01-01T00:00:00")
    found = leaderboard(runs_of(tmp_path), "smoke")
    assert [(each.llm, each.run, each.passed) for each in found] == [
        ("openai:b", "best", 1.0),
        ("openai:a", "new", 0.0),
    ]
    assert leaderboard(runs_of(tmp_path), "answers") == []
