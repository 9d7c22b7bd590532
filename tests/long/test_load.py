"""Fifty users for ten minutes over a real server: nobody is lost, nothing crosses, the memory stays."""

import os

import pytest

from assistant.settings import Settings
from evals.benchmarks.load import Load, all_questions, run
from tests.sample_home import ai_policy, new_home

pytestmark = [pytest.mark.long, pytest.mark.timeout(3600)]
MINUTES = float(os.environ.get("AI_POLICY_TEST_LOAD_MINUTES", "10"))


def test_fifty_users_are_answered_and_nothing_crosses(tmp_path, model_folder):
    home = new_home(tmp_path / "home", model_folder)
    assert ai_policy(home, "ingest", timeout=3000).status == 0
    found = run(Settings(home=home), Load(50, 10.0, MINUTES), all_questions())
    assert found["asked"] > 50 * MINUTES * 3
    assert found["crossed"] == 0
    assert found["error_rate"] <= 0.001
    had, of = (int(each) for each in found["own_found"].split("/"))
    assert had == of > 0
    assert found["memory"]["growth"] <= 0.05
