"""The gates: clean runs again never fail; what is planted is caught, whatever part of the system it breaks."""

import os

import pytest

import assistant.answer.generative as generative
import assistant.engine as engine
from assistant.dates import as_of_date
from assistant.engine import Assistant
from assistant.index import centring, late
from assistant.library import Library
from assistant.settings import Settings
from evals.gate import baseline_of, judge, read_baseline, shipped
from evals.suite_run import Wanted, run_suite
from tests.sample_home import ai_policy, new_home
from tests.shared import ACTS, needs_acts

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


# ── over the sample acts ──────────────────────────────────────────────────────────────────────────


@pytest.fixture
def sampled(tmp_path, model_folder):
    """Run the samples in a home of its own, with parts of the search switched off."""

    def run(name, **off):
        plain = Settings(home=new_home(tmp_path / name, model_folder), lang="en")
        settings = plain.model_copy(update={"retrieval": plain.retrieval.model_copy(update=off)})
        made = Assistant(settings, library=Library(settings.library_url))
        return run_suite(made, Wanted("samples", out=tmp_path / f"{name}-run"))

    return run


def judged(run):
    return judge(run, read_baseline(shipped("samples")))


def test_the_samples_pass_against_the_baseline_that_ships(sampled):
    verdict = judged(sampled("clean"))
    assert verdict.state == "passed", verdict


def test_a_search_by_words_alone_is_caught(sampled):
    assert judged(sampled("half", dense=False)).state == "failed"


def test_missing_centring_is_caught(sampled, monkeypatch):
    for module in (centring, late):
        monkeypatch.setattr(module, "middle", lambda means, *_: 0 * next(iter(means.values())))
    assert judged(sampled("uncentred")).state == "failed"


def test_the_edition_of_another_day_is_caught(sampled, monkeypatch):
    monkeypatch.setattr(engine, "as_of_date", lambda _: as_of_date(None))
    verdict = judged(sampled("today"))
    assert verdict.state == "failed"
    assert "edition_correctness" in verdict.failed


# ── over acts ─────────────────────────────────────────────────────────────────────────────────────


@needs_acts
@pytest.mark.acts
def test_a_search_by_meaning_alone_is_caught_over_acts(home):
    """In a library of some hundred provisions words change nothing; among the acts they do."""
    assert ai_policy(home, "ingest", ACTS / "ru", ACTS / "en", timeout=3000).status == 0
    baseline = read_baseline(shipped("smoke").parent / "acts" / "retrieval.json")
    states = {}
    for lexical in (True, False):
        plain = Settings(home=home, lang="en")
        changed = plain.model_copy(
            update={"retrieval": plain.retrieval.model_copy(update={"lexical": lexical})}
        )
        made = Assistant(changed, library=Library(changed.library_url))
        found = run_suite(made, Wanted("retrieval", out=home / "evals" / f"retrieval-{lexical}"))
        states[lexical] = judge(found, baseline).state
    assert states == {True: "passed", False: "failed"}
