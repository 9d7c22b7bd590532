"""The audit of dependencies: done where it can be, said where it cannot, and no vulnerability accepted silently."""

from __future__ import annotations

import importlib.util
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / ".ci" / "audit.py"


@pytest.fixture(scope="module")
def audit():
    spec = importlib.util.spec_from_file_location("audit", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def nobody():
    """An address where nobody answers."""
    with socket.socket() as taken:  # bound, but not listening
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}/"


@pytest.mark.parametrize(("words", "status"), [([], 0), (["--must"], 1)])
def test_without_a_database_it_says_that_nothing_was_audited(nobody, words, status):
    done = subprocess.run(
        [sys.executable, str(SCRIPT), *words],
        env={**os.environ, "AUDIT_DATABASE": nobody, "no_proxy": "*"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == status
    assert done.stdout.startswith("NOT AUDITED")


def test_every_accepted_vulnerability_has_a_reason(audit):
    assert audit.accepted(audit.ACCEPTED.read_text(encoding="utf-8"))
    for line in ("CVE-2026-1", "CVE-2026-1 # no", "because"):
        with pytest.raises(ValueError, match="reason"):
            audit.accepted(line)


def test_what_pip_audit_finds_decides_and_what_is_accepted_is_named(audit, monkeypatch):
    ran = []

    def run(command, **named):
        ran.append([str(word) for word in command])
        return subprocess.CompletedProcess(command, 1 if "pip_audit" in command else 0)

    monkeypatch.setattr(audit, "reachable", lambda: True)
    monkeypatch.setattr(audit.venv, "create", lambda folder, with_pip: None)
    monkeypatch.setattr(audit.subprocess, "run", run)
    assert audit.main([]) == 1
    command = ran[-1]
    assert command[command.index("--requirement") + 1] == str(audit.PINNED)
    assert command.count("--ignore-vuln") == len(audit.accepted(audit.ACCEPTED.read_text(encoding="utf-8")))
