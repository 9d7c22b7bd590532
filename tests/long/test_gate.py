"""The gate of the smoke suite: clean runs again never fail, a verifier that is off is caught."""

import os

import pytest

import assistant.answer.generative as generative
from assistant.engine import Assistant
from assistant.library import Library
from assistant.settings import Settings
from evals.gate import baseline_of, judge, read_baseline, shipped
from evals.suite_run import Wanted, run_suite
from tests.sample_home import ai_policy, new_home

pytestmark = [pytest.mark.long, pytest.mark.timeout(3600)]
CLEAN_RUNS = int(os.environ.get("AI_POLICY_TEST_CLEAN_RUNS", "20"))


@pytest.fixture(scope="module")
def home(tmp_path_factory, model_folder):
    folder = new_home(tmp_path_factory.mktemp("smoke") / "home", model_folder)
    assert ai_policy(folder, "ingest", timeout=3000).status == 0
    return folder


@pytest.fixture(scope="module")
def settings(home):
    return Settings(home=home, lang="en")


@pytest.fixture(scope="module")
def library(settings):
    return Library(settings.library_url)


@pytest.fixture(scope="module")
def good(settings, library, home):
    return run_suite(Assistant(settings, library=library), Wanted("smoke", out=home / "evals" / "good"))


def smoke(made, home, name):
    return run_suite(made, Wanted("smoke", out=home / "evals" / name))


def test_the_baseline_that_ships_passes(good):
    verdict = judge(good, read_baseline(shipped("smoke")))
    assert verdict.state == "passed", verdict


def test_clean_runs_again_never_fail(settings, library, home, good):
    baseline = baseline_of(good)
    states = [
        judge(smoke(Assistant(settings, library=library), home, f"clean-{number}"), baseline).state
        for number in range(CLEAN_RUNS)
    ]
    assert states == ["passed"] * CLEAN_RUNS


def test_the_verifier_off_is_caught(settings, library, home, good, monkeypatch):
    monkeypatch.setattr(generative, "faults", lambda *_: [])
    monkeypatch.setattr(generative, "supported", lambda *_: None)
    verdict = judge(smoke(Assistant(settings, library=library), home, "unverified"), baseline_of(good))
    assert verdict.state == "failed"
    assert {case for case in verdict.lost if case.endswith("-lie")}
