"""What README's section on the API says to type, typed: over the embedded corpus, through a real server."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sample_home import environment

ROOT = Path(__file__).parents[3]
ADDRESS = "http://127.0.0.1:7860"
SECTION = re.search(r"\n## HTTP API\n(.+?)\n## ", (ROOT / "README.md").read_text(encoding="utf-8"), re.S)[1]
BLOCKS = re.findall(r"```(\w+)\n(.+?)```", SECTION, re.S)
COMMANDS = [line for kind, text in BLOCKS if kind == "sh" for line in text.strip().splitlines()]
PROGRAMS = [text for kind, text in BLOCKS if kind == "python"]
needs_curl = pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")


def typed(command, corpus):
    arguments = shlex.split(command.replace(ADDRESS, corpus[0]))
    done = subprocess.run(arguments, cwd=ROOT, capture_output=True, timeout=600, check=True)
    return done.stdout.decode()


@needs_curl
@pytest.mark.parametrize("command", [command for command in COMMANDS if "/ingest" not in command])
def test_a_command_of_the_readme_gives_what_it_is_there_for(corpus, command):
    said = typed(command, corpus)
    if "event-stream" in command:
        assert [line[7:] for line in said.splitlines() if line.startswith("event: ")][-1] == "answer"
        return
    found = json.loads(said)
    if "/ask" in command:
        assert found["status"] == "answered"
    elif "/search" in command:
        assert len(found) == 3
    elif "/check/" in command:
        assert found["verdict"] in ("eligible", "not_eligible", "insufficient")
        assert all(criterion["citations"] for criterion in found["criteria"])
    elif "/health" in command:
        assert found["ready"]
    else:
        assert found["provision"] == "digest/1/ru"


@needs_curl
def test_the_upload_of_the_readme_is_taken(tmp_path, small_model):
    from assistant.engine import Assistant
    from assistant.settings import Settings
    from tests.assistant.api.serving import bare, listening

    assistant = Assistant(Settings(home=tmp_path / "home", embedder=str(small_model), lang="en"))
    command = next(command for command in COMMANDS if "/ingest" in command)
    with listening(bare(assistant)) as address:
        assert json.loads(typed(command, (address,)))["added"] == ["our-readme"]
    assistant.library.close()


@pytest.mark.parametrize("program", PROGRAMS, ids=["httpx", "openai"])
def test_a_program_of_the_readme_prints_statements_and_their_sources(corpus, tmp_path, program):
    done = subprocess.run(
        [sys.executable, "-c", program.replace(ADDRESS, corpus[0])],
        env=environment(tmp_path) | {"PYTHONUTF8": "1"}, capture_output=True, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    said = done.stdout.decode()
    assert "[1]" in said
    assert re.search(r"«[^»]{30,}»", said)
    assert "Калининградск" in said


def test_the_readme_has_commands_and_programs():
    assert len(COMMANDS) >= 6
    assert len(PROGRAMS) == 2
