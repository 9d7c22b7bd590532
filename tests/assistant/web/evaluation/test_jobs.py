"""Runs one at a time: started, stopped, gone on with, and what keeps them from it."""

from __future__ import annotations

import json

import pytest

from assistant.errors import InputError
from assistant.web.evaluation import brought
from assistant.web.evaluation.jobs import WAITING_AT_MOST, jobs_of
from assistant.web.evaluation.kept import kept_runs, run_named
from evals.suite_run import Wanted
from tests.assistant.audit.homes import events, unwritable
from tests.assistant.web.evaluation.serving import BAD, CASES, CSV


@pytest.fixture
def assistant(opening):
    return opening(empty=True)


@pytest.fixture
def jobs(assistant):
    return jobs_of(assistant)


def sent(assistant, text=CSV, name="случаи.csv"):
    return brought.keep(assistant.settings.home, [(name, text.encode("utf-8-sig"))])


def ended(job):
    job.ticket.result(60)
    return job


def test_a_run_keeps_its_own_cases_and_counts_what_comes_out(assistant, jobs):
    job = ended(jobs.start(Wanted("answers"), sent(assistant), "user:vera"))
    assert job.stage == "whole"
    event, about = events(assistant.settings)[-1]
    assert (event, about["suite"], about["run"], about["whole"]) == ("evaluated", "answers", job.run, True)
    assert about["own"] == ["случаи.csv"]
    assert (job.tally.passed, job.tally.failed, job.tally.errors) == (4, 3, 0)
    run = run_named(assistant.settings.home, job.run)
    assert run.summary()["passed"] == 4
    assert [path.name for path in (run.folder / "own").iterdir()] == ["случаи.csv"]
    assert jobs.ended() == [job]
    jobs.forget(job.key)
    assert jobs.ended() == []


def test_a_run_that_cannot_be_written_down_where_it_must_be_does_not_begin(opening):
    assistant = opening(empty=True, audit={"mode": "required"})
    jobs = jobs_of(assistant)
    with unwritable(assistant.settings):
        job = ended(jobs.start(Wanted("answers"), sent(assistant)))
    assert (job.stage, "audit trail" in job.why.en) == ("failed", True)
    assert not kept_runs(assistant.settings.home)
    assert ended(jobs.start(Wanted("answers"), sent(assistant))).stage == "whole"
    assert [event for event, _ in events(assistant.settings)][-2:] == ["intended", "evaluated"]


def test_a_stopped_run_goes_on_where_it_was_and_ends_as_if_it_had_not_been_stopped(assistant, jobs):
    assistant.hold()
    job = jobs.start(Wanted("answers"), sent(assistant))
    for _ in range(3):
        assert assistant.asked.acquire(timeout=180)
        jobs.stop(job.key) if job.done == 2 else None
        assistant.let(1)
    ended(job)
    assert job.stage == "stopped"
    assert job.done == 3
    assert not run_named(assistant.settings.home, job.run).whole
    assistant.let_all()
    again = ended(jobs.go_on(job.run))
    assert again.stage == "whole"
    assert again.run == job.run
    assert (again.tally.passed, again.tally.failed) == (4, 3)
    outcomes = run_named(assistant.settings.home, job.run).outcomes()
    assert len(outcomes) == CASES
    assert jobs.ended() == [again]


def test_the_second_run_waits_and_one_that_is_taken_off_leaves_nothing_behind(assistant, jobs):
    assistant.hold()
    first = jobs.start(Wanted("answers"), sent(assistant))
    assert assistant.asked.acquire(timeout=180)
    second, third = (jobs.start(Wanted("answers"), sent(assistant)) for _ in range(2))
    assert [job.stage for job in (first, second, third)] == ["loading", "waiting", "waiting"]
    assert len({job.run for job in (first, second, third)}) == 3
    jobs.stop(second.key)
    assert second.stage == "stopped"
    assert jobs.under_way() == [first, third]
    assistant.let_all()
    ended(first)
    ended(second)
    ended(third)
    assert second.done == 0
    assert {run.name for run in kept_runs(assistant.settings.home)} == {first.run, third.run}
    assert not (assistant.settings.home / "evals" / second.run).exists()


def test_only_so_many_runs_wait(assistant, jobs):
    assistant.hold()
    started = [jobs.start(Wanted("answers"), sent(assistant)) for _ in range(WAITING_AT_MOST)]
    with pytest.raises(InputError, match="runs in the queue"):
        jobs.start(Wanted("answers"), sent(assistant))
    for job in started:
        jobs.stop(job.key)
    assistant.let_all()
    for job in started:
        ended(job)


def test_nothing_runs_with_a_file_that_has_errors(assistant, jobs):
    with pytest.raises(InputError, match=r"случаи.csv: 2 errors"):
        jobs.start(Wanted("answers"), sent(assistant, BAD))
    assert jobs.under_way() == []
    assert kept_runs(assistant.settings.home) == []


def test_a_run_whose_cases_need_other_texts_says_why_it_did_not_begin(assistant, jobs):
    other = CSV.split("\n", maxsplit=1)[0] + "\nq1;рус;Есть ли штраф?;ответ;ru-fz-149-2006#st1;;штраф\n"
    job = ended(jobs.start(Wanted("answers"), sent(assistant, other)))
    assert job.stage == "failed"
    assert "no case that this library can serve" in job.why.en
    assert kept_runs(assistant.settings.home) == []


def test_a_run_that_was_made_otherwise_is_not_gone_on_with(assistant, jobs):
    assistant.hold()
    job = jobs.start(Wanted("answers"), sent(assistant))
    assert assistant.asked.acquire(timeout=180)
    jobs.stop(job.key)
    assistant.let_all()
    ended(job)
    config = assistant.settings.home / "evals" / job.run / "config.json"
    told = json.loads(config.read_text(encoding="utf-8"))
    told["hashes"]["code"] = "another"
    config.write_text(json.dumps(told), encoding="utf-8")
    again = ended(jobs.go_on(job.run))
    assert again.stage == "failed"
    assert "Start a new run" in again.why.en
    assert "--out" not in again.why.en
    assert config.exists()


def test_a_run_under_way_or_ended_is_not_begun_again(assistant, jobs):
    assistant.hold()
    job = jobs.start(Wanted("answers"), sent(assistant))
    assert assistant.asked.acquire(timeout=180)
    with pytest.raises(InputError, match="under way"):
        jobs.go_on(job.run)
    assistant.let_all()
    ended(job)
    with pytest.raises(InputError, match="has ended"):
        jobs.go_on(job.run)
    with pytest.raises(InputError, match="no such run"):
        jobs.go_on("../answers")


def test_a_fault_of_the_program_ends_one_run_and_not_the_next(assistant, jobs, monkeypatch):
    from evals import suite_run

    def broken(*_given):
        raise RuntimeError("secret detail")

    with monkeypatch.context() as patched:
        patched.setattr(suite_run, "run_cases", broken)
        job = ended(jobs.start(Wanted("answers"), sent(assistant)))
    assert job.stage == "failed"
    assert "secret" not in job.why.en
    assert ended(jobs.start(Wanted("answers"), sent(assistant))).stage == "whole"


def test_time_left_is_told_by_the_cases_so_far(assistant, jobs, monkeypatch):
    from assistant.web.evaluation import jobs as module

    clock = iter([100.0, 110.0])
    monkeypatch.setattr(module.time, "monotonic", lambda: next(clock))
    job = module.Job("k", "r", Wanted("answers"), "local")
    job.told(1, 11)
    assert job.seconds_left() is None
    job.told(3, 11)
    assert job.seconds_left() == pytest.approx(40.0)
