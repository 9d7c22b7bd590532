"""``ai-policy user`` and ``ai-policy token`` in child processes, as an administrator types them."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.sample_home import ai_policy, environment

PASSWORD = "пароль из одиннадцати"


def typed(home, *arguments, line=PASSWORD + "\n"):
    return ai_policy(home, *arguments, typed=line, AI_POLICY_LANG="en")


def test_users_and_tokens_from_first_to_last(tmp_path):
    assert typed(tmp_path, "user", "add", "anna", "--role", "editor").status == 0
    twice = typed(tmp_path, "user", "add", "ANNA")
    assert (twice.status, "already" in twice.err) == (2, True)
    assert ai_policy(tmp_path, "user", "add", "robot", "--no-password").status == 0
    listed = ai_policy(tmp_path, "user", "list", "--json").json
    assert [(each["name"], each["role"], each["has_password"]) for each in listed] == [
        ("anna", "editor", True), ("robot", "reader", False)
    ]  # fmt: skip
    assert PASSWORD not in str(listed)
    made = ai_policy(tmp_path, "token", "create", "anna", "--scope", "library", "--days", "2", "--json").json
    assert made["token"].startswith("aip_")
    assert made["state"] == "valid"
    beyond = ai_policy(tmp_path, "token", "create", "anna", "--scope", "admin", AI_POLICY_LANG="en")
    assert (beyond.status, "no use for: admin" in beyond.err) == (2, True)
    told = ai_policy(tmp_path, "token", "list").out
    assert made["id"] in told
    assert made["token"] not in told
    assert ai_policy(tmp_path, "token", "revoke", made["id"], "--json").json["state"] == "revoked"
    assert ai_policy(tmp_path, "user", "role", "anna", "admin", "--json").json["role"] == "admin"
    assert ai_policy(tmp_path, "user", "disable", "anna", "--json").json["disabled"] is True
    assert ai_policy(tmp_path, "user", "remove", "anna").status == 0
    assert ai_policy(tmp_path, "user", "role", "anna", "admin").status == 2


def test_a_short_password_is_refused_and_none_is_taken_from_the_arguments(tmp_path):
    short = typed(tmp_path, "user", "add", "anna", line="short\n")
    assert (short.status, "10 to 200" in short.err) == (2, True)
    assert typed(tmp_path, "user", "add", "anna", PASSWORD).status == 2
    assert typed(tmp_path, "user", "add", "anna", "--password", PASSWORD).status == 2


def test_a_password_is_asked_for_twice_at_a_terminal_and_not_shown(tmp_path):
    pty = pytest.importorskip("pty")
    parent, child = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "assistant.cli", "user", "add", "anna"], env=environment(tmp_path, AI_POLICY_LANG="en"),
        stdin=child, stdout=child, stderr=child, start_new_session=True,
    ) as program:  # fmt: skip
        os.close(child)
        shown, answered = b"", 0
        while True:
            try:
                piece = os.read(parent, 1000)
            except OSError:
                break
            if not piece:
                break
            shown += piece
            if shown.count(b": ") > answered and answered < 2:
                answered += 1
                os.write(parent, b"a long enough one\n")
        assert program.wait(180) == 0, shown
    os.close(parent)
    assert b"Added: anna" in shown
    assert b"long enough" not in shown


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"AI_POLICY_HOST": "0.0.0.0"}, "AI_POLICY_SIGN_IN=accounts"),
        ({"AI_POLICY_SIGN_IN": "proxy"}, "AI_POLICY_OWNER_HEADER"),
        ({"AI_POLICY_SIGN_IN": "accounts", "AI_POLICY_OWNER_HEADER": "X-User"}, "exclude each other"),
        ({"AI_POLICY_TRUSTED_PROXIES": "10.0.0.0/99"}, "AI_POLICY_TRUSTED_PROXIES"),
    ],
)
def test_the_app_does_not_start_where_nobody_would_sign_in_or_the_setting_is_wrong(tmp_path, settings, words):
    ran = ai_policy(tmp_path, "serve", "--port", "0", AI_POLICY_LANG="en", **settings)
    assert ran.status == 2
    assert words in ran.err
    assert "Traceback" not in ran.err
