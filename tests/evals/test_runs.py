import pytest

from assistant.errors import InputError
from evals.outcome import Outcome
from evals.runs import Run, cases_hash, code_hashes, runs_of
from tests.evals.runs_made import case, config, run


def begin(folder, **changed):
    return Run.begin(folder, config(**changed), [case("one"), case("two")])


def test_outcomes_come_back_in_the_order_of_the_cases(tmp_path):
    made = begin(tmp_path / "run")
    made.add(Outcome(case="two", ended="answered"))
    made.add(Outcome(case="one", ended="abstained", repeat=1))
    made.add(Outcome(case="one", ended="answered"))
    assert [(each.case, each.repeat) for each in made.outcomes()] == [("one", 0), ("one", 1), ("two", 0)]


def test_a_line_cut_off_in_the_middle_is_asked_again(tmp_path):
    made = begin(tmp_path / "run")
    made.add(Outcome(case="one", ended="answered"))
    with (made.folder / "outcomes.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"case": "two", "ended": "ans')
    assert [each.case for each in Run.open(made.folder).outcomes()] == ["one"]


def test_a_run_goes_on_with_the_same_configuration_and_refuses_another(tmp_path):
    begin(tmp_path / "run").add(Outcome(case="one", ended="answered"))
    again = begin(tmp_path / "run", started="2026-11-30T08:00:00", workers=4)
    assert [each.case for each in again.outcomes()] == ["one"]
    assert [each.case for each in begin(tmp_path / "run", as_of="2026-11-30").outcomes()] == ["one"]
    for changed in ({"llm": "openai:m"}, {"hashes": {"code": "x"}}, {"repeat": 2}):
        with pytest.raises(InputError, match="another configuration"):
            begin(tmp_path / "run", **changed)


def test_a_run_is_whole_only_once_it_has_been_scored(tmp_path):
    made = begin(tmp_path / "run")
    assert not made.whole
    with pytest.raises(InputError, match="was not finished"):
        made.summary()
    made.finish([{"case": "one"}], {"suite": "smoke"})
    assert Run.open(made.folder).summary() == {"suite": "smoke"}
    assert made.scores() == [{"case": "one"}]


def test_a_folder_that_is_no_run_or_is_damaged_is_told(tmp_path):
    with pytest.raises(InputError, match="no evaluation run"):
        Run.open(tmp_path)
    made = begin(tmp_path / "run")
    (made.folder / "config.json").write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match="damaged"):
        _ = made.config


def test_runs_of_a_home_are_listed_newest_first(tmp_path):
    run(tmp_path / "evals" / "old", {"one": True}, started="2026-01-01T00:00:00")
    run(tmp_path / "evals" / "new", {"one": True}, started="2026-02-01T00:00:00")
    assert [each.name for each in runs_of(tmp_path)] == ["new", "old"]
    assert runs_of(tmp_path / "nowhere") == []


def test_a_damaged_run_does_not_hide_the_others(tmp_path):
    run(tmp_path / "evals" / "whole", {"one": True})
    broken = run(tmp_path / "evals" / "broken", {"one": True})
    (broken.folder / "config.json").write_text("{", encoding="utf-8")
    assert [each.name for each in runs_of(tmp_path)] == ["whole"]


def test_hashes_change_with_the_cases_alone():
    assert cases_hash([case("one")]) == cases_hash([case("one")])
    assert cases_hash([case("one")]) != cases_hash([case("one", question="Где?")])
    assert code_hashes() == code_hashes()
    assert set(code_hashes()) == {"code", "corpus"}
