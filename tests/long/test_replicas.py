"""Two served replicas on real servers, with the real model: found over HTTP, killed, and compared with one machine."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

from evals.sample_library import SAMPLES, files
from tests.replicas import questions, soon
from tests.sample_home import ai_policy, environment, new_home
from tests.servers import postgres
from tests.servers.ports import unclaimed

pytestmark = [pytest.mark.long, pytest.mark.timeout(3600)]
LATER = SAMPLES / "en" / "eu-reg-9466-2020.txt"
QUESTIONS = 40
ROOT = Path(__file__).resolve().parents[2]

log = logging.getLogger(__name__)


@contextmanager
def serving(home: Path, servers: dict[str, str]):
    """(process, HTTP client) of the app over a home."""
    port = unclaimed()[0]
    child = subprocess.Popen(
        [sys.executable, "-m", "assistant.cli", "serve"], cwd=ROOT, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env=environment(home, AI_POLICY_PORT=str(port), **servers),
    )  # fmt: skip
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=300, trust_env=False) as client:
            yield child, client
    finally:
        child.kill()
        child.wait()


def answers(client: httpx.Client) -> bool:
    try:
        return client.get("/api/v1/health/ready").status_code == 200
    except httpx.HTTPError:
        return False


def found(client: httpx.Client, question: str) -> list[tuple[str, str | None, float]]:
    given = client.get("/api/v1/search", params={"question": question, "k": 10})
    assert given.status_code == 200, given.text
    return [(hit["ref"], hit["edition"], hit["score"]) for hit in given.json()]


def cites(client: httpx.Client, question: str, act: str) -> bool:
    return any(ref.startswith(f"{act}#") for ref, *_ in found(client, question))


@pytest.fixture(scope="module")
def one_and_two(tmp_path_factory, postgres_url, chroma_url, model_folder):
    """(homes, the settings both share, single machine's home); the samples but one are in both libraries."""
    folder = tmp_path_factory.mktemp("served")
    paths = [path for path in files() if path != LATER]
    with ExitStack() as opened:
        url = opened.enter_context(postgres.database(postgres_url, "served"))
        servers = {
            "AI_POLICY_DATABASE_URL": url,
            "AI_POLICY_CHROMA_URL": chroma_url,
            "AI_POLICY_FILES_URL": str(folder / "files"),
        }
        homes = [new_home(folder / name, model_folder) for name in ("one", "two", "alone")]
        for home, where in ((homes[0], servers), (homes[2], {})):
            ran = ai_policy(home, "ingest", *paths, timeout=1800, **where)
            assert ran.status == 0, ran.err
        yield homes, servers


@pytest.fixture(scope="module")
def served(one_and_two):
    homes, servers = one_and_two
    with ExitStack() as opened:
        running = [opened.enter_context(serving(home, servers)) for home in homes[:2]]
        running.append(opened.enter_context(serving(homes[2], {})))
        for _, client in running:
            soon(lambda client=client: answers(client), 600)
        yield running


def test_both_find_what_a_single_machine_finds_with_its_scores(served):
    (_, one), (_, two), (_, alone) = served
    for question in questions(QUESTIONS):
        wanted = found(alone, question)
        assert wanted
        for client in (one, two):
            given = found(client, question)
            assert [each[:2] for each in given] == [each[:2] for each in wanted]
            assert [each[2] for each in given] == pytest.approx([each[2] for each in wanted], abs=1e-5)


def test_an_act_taken_in_through_one_is_found_and_then_gone_through_the_other(one_and_two, served):
    homes, servers = one_and_two
    two = served[1][1]
    act = LATER.stem
    (question,) = questions(1, act)
    ran = ai_policy(homes[0], "ingest", LATER, "--json", timeout=600, **servers)
    assert ran.json["added"] == [act], ran.err
    seconds = soon(lambda: cites(two, question, act), 600)
    log.warning("found through the other replica after %.1f s", seconds)
    assert ai_policy(homes[0], "remove", act, timeout=600, **servers).status == 0
    seconds = soon(lambda: not cites(two, question, act), 600)
    log.warning("gone from the other replica after %.1f s", seconds)


def test_a_replica_killed_while_it_takes_acts_in_loses_nothing(one_and_two, served):
    homes, servers = one_and_two
    two = served[1][1]
    act = LATER.stem
    (question,) = questions(1, act)
    writer = subprocess.Popen(
        [sys.executable, "-m", "assistant.cli", "ingest", str(LATER)], cwd=ROOT,
        env=environment(homes[0], **servers), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip

    def stored() -> bool:
        assert writer.poll() is None or writer.returncode == 0
        return act in {each["act"] for each in two.get("/api/v1/acts").json()}

    soon(stored, 600)  # in the library, and at best half indexed
    os.kill(writer.pid, signal.SIGKILL)
    writer.wait()
    served[0][0].kill()  # and the app of that machine too
    soon(lambda: cites(two, question, act), 600)
    ran = ai_policy(homes[1], "doctor", "--json", timeout=600, **servers)
    assert ran.json["ok"], ran.out


def test_what_a_question_costs_each_service_is_told(one_and_two):
    homes, servers = one_and_two
    ran = ai_policy(homes[0], "eval", "bench", "services", "--json", timeout=1800, **servers)
    assert ran.status == 0, ran.err
    figures = json.loads(ran.out)
    spent = figures["processor_seconds_per_question"]
    assert set(spent) == {"replica", "PostgreSQL", "Chroma"}
    assert spent["replica"] > 0
    assert spent["PostgreSQL"] > 0
    assert figures["saturated_first"] in spent
    assert figures["chroma_graph"]["Chroma"] > 0
    log.info("Processor seconds of a question: %s", figures)
