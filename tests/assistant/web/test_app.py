"""Starting the app: the address, a port that is taken, the program itself."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from assistant.errors import InputError
from assistant.settings import Settings

ROOT = Path(__file__).parents[3]


@pytest.fixture
def taken():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def start(home: Path, port: int, *command: str) -> subprocess.Popen:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AI_POLICY_")}
    env = {**kept, "AI_POLICY_HOME": str(home), "AI_POLICY_PORT": str(port), "AI_POLICY_LANG": "en"}
    pipe = subprocess.PIPE
    program = [sys.executable, *(command or ("app.py",))]
    return subprocess.Popen(program, cwd=ROOT, env=env, text=True, stdout=pipe, stderr=pipe)


@pytest.fixture
def programs():
    started = []
    yield lambda *arguments: started.append(start(*arguments)) or started[-1]
    for program in started:
        program.kill()
        program.communicate()


def test_a_taken_port_is_an_error_that_says_what_to_do(taken):
    from assistant.web.listening import bind

    with pytest.raises(InputError) as caught:
        bind("127.0.0.1", taken)
    assert f"--port {taken + 1}" in caught.value.en
    assert f"http://127.0.0.1:{taken}" in caught.value.ru


def test_an_address_of_another_machine_is_an_error_that_says_what_to_do():
    from assistant.web.listening import bind

    with pytest.raises(InputError, match="--host"):
        bind("192.0.2.1", 0)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])
def test_where_nobody_signs_in_the_app_listens_on_this_machine_alone(tmp_path, host):
    from assistant.web.listening import serve

    with pytest.raises(InputError, match="AI_POLICY_SIGN_IN=accounts"):
        serve(Settings(home=tmp_path, host=host, port=0))


def test_the_program_says_on_stderr_that_its_port_is_taken(tmp_path, taken, programs):
    program = programs(tmp_path, taken)
    out, errors = program.communicate(timeout=120)
    assert program.returncode == 2
    assert f"Port {taken} on 127.0.0.1 is taken" in errors
    assert "Traceback" not in errors + out


OVER_STAND_IN = """
from assistant.settings import current_settings
from assistant.web.listening import serve
from tests.assistant.web.standin import StandIn
serve(current_settings(), assistant=StandIn(current_settings()))
"""


def address_of(program: subprocess.Popen) -> str:
    line = program.stdout.readline()
    found = re.search(r"http://127\.0\.0\.1:\d+", line)
    assert found, line
    return found[0]


def stop(program: subprocess.Popen) -> str:
    program.send_signal(signal.SIGINT)
    out, errors = program.communicate(timeout=180)
    assert program.returncode == 0, errors
    return out + errors


def test_the_app_prints_its_address_once_it_listens_and_stops_on_interrupt(tmp_path, programs):
    program = programs(tmp_path, 0, "-c", OVER_STAND_IN)
    with httpx.Client(base_url=address_of(program), timeout=180, trust_env=False) as client:
        assert client.get("/api/health").json()["acts"] == 1
        assert client.get("/").status_code == 200
    assert stop(program) == ""


def test_the_program_starts_over_an_empty_library_and_says_what_to_do(tmp_path, programs):
    program = programs(tmp_path, 0)
    with httpx.Client(base_url=address_of(program), timeout=180, trust_env=False) as client:
        assert client.get("/api/health").json()["acts"] == 0
        reply = client.get("/api/ask", params={"question": "what is prohibited?"})
    assert reply.status_code in (200, 503)
    assert reply.json().get("message") or reply.json()["status"] == "abstained"
    assert "Traceback" not in stop(program)
