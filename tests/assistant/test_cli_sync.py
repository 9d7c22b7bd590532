"""``ai-policy sync`` and ``acts --catalogue`` as a user runs them, in a home that was never set up."""

import json

import pytest

from tests.assistant.test_cli import ai_policy


def test_a_dry_run_says_who_would_be_asked_and_asks_nobody(tmp_path):
    done = ai_policy("sync", "--dry-run", "--json", home=tmp_path, HTTPS_PROXY="http://127.0.0.1:9")
    entries = json.loads(done.stdout)["entries"]
    assert done.returncode == 0
    assert {entry["state"] for entry in entries} == {"planned", "by_hand"}
    assert {"ru-fz-152-2006", "eu-reg-1689-2024"} <= {entry["act"] for entry in entries}


def test_what_is_to_be_done_by_hand_is_said_and_is_no_failure(tmp_path):
    done = ai_policy("sync", "--act", "ru-fz-117-2000", home=tmp_path, AI_POLICY_LANG="ru")
    assert done.returncode == 0
    assert "pravo.gov.ru" in done.stdout and str(tmp_path / "inbox" / "ru-fz-117-2000.rtf") in done.stdout


def test_a_wrong_file_in_the_inbox_fails_and_the_exit_code_says_so(tmp_path):
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "ru-fz-117-2000.txt").write_text("Докажите, что вы не робот.", encoding="utf-8")
    done = ai_policy("sync", "--act", "ru-fz-117-2000", "--json", home=tmp_path)
    states = [entry["state"] for entry in json.loads(done.stdout)["entries"]]
    assert (done.returncode, states) == (1, ["failed", "by_hand"])


def test_a_site_that_cannot_be_reached_is_one_clear_line(tmp_path):
    done = ai_policy(
        "sync", "--act", "us-eo-14179-2025", home=tmp_path, AI_POLICY_LANG="en", AI_POLICY_SYNC_PAUSE="0",
        HTTPS_PROXY="http://127.0.0.1:9",
    )  # fmt: skip
    [line, counts] = done.stdout.splitlines()
    assert done.returncode == 1 and counts == "failed: 1"
    assert line.startswith("us-eo-14179-2025: failed: https://") and "inbox" in line
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("act", ["ru-fz-1-1900", "ru-it-deferral-2026"])
def test_an_act_without_an_address_is_refused_with_advice(tmp_path, act):
    done = ai_policy("sync", "--act", act, home=tmp_path, AI_POLICY_LANG="en")
    assert done.returncode != 0 and f"no address for '{act}'" in done.stderr and "ingest FILE" in done.stderr


def test_the_catalogue_is_listed_before_anything_was_set_up(tmp_path):
    acts = json.loads(ai_policy("acts", "--catalogue", "--json", home=tmp_path).stdout)
    assert len(acts) >= 60 and not any(act["text_held"] for act in acts)
    assert next(act for act in acts if act["act"] == "ru-fz-152-2006")["sources"]
