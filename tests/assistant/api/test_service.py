"""Health, readiness and metrics of a real server."""

from __future__ import annotations

import gc
import weakref

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from assistant.api.service import model_present
from assistant.engine import Assistant
from assistant.happenings import ModelFailed, Unanswered, listen, tell
from assistant.library import Library
from assistant.model import Answer, Withheld
from assistant.settings import Settings
from ingest.catalogue import Catalogue
from tests.assistant.api.serving import bare, listening
from tests.assistant.web import standin as stand_in

QUESTION = "Какие задачи у комиссии по развитию ИИ Калининградской области?"


def samples(client, path="/metrics") -> dict[tuple, float]:
    reply = client.get(path)
    assert reply.headers["content-type"].startswith("text/plain; version=0.0.4")
    families = text_string_to_metric_families(reply.text)
    return {(s.name, *sorted(s.labels.items())): s.value for family in families for s in family.samples}


def test_a_home_with_everything_is_ready(client, corpus):
    health = client.get("/api/v1/health").json()
    assert (health["status"], health["ready"], health["missing"]) == ("ok", True, [])
    assert health["acts"] == len(client.get("/api/v1/acts").json())
    assert health["library_version"] == corpus[1].view.version
    assert health == client.get("/health").json() == client.get("/api/v1/health/ready").json()


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """A client of a server over a home with nothing in it."""
    assistant = Assistant(Settings(home=tmp_path_factory.mktemp("empty") / "home", lang="en", port=0))
    with (
        listening(bare(assistant)) as address,
        httpx.Client(base_url=address, timeout=120, trust_env=False) as client,
    ):
        yield client
    assistant.library.close()


def test_an_empty_home_is_alive_but_not_ready_and_says_what_to_do(empty):
    health = empty.get("/api/v1/health", headers={"accept-language": "ru"})
    assert health.status_code == 200
    assert health.json()["ready"] is False
    assert "ai-policy ingest" in health.json()["missing"][0]
    assert (health.json()["library"], health.json()["model"]) == (False, False)
    ready = empty.get("/api/v1/health/ready")
    assert ready.status_code == 503
    assert ready.json()["ready"] is False
    assert empty.get("/api/health").json()["status"] == "ok"


def test_a_question_to_an_empty_home_is_a_problem_of_the_model(empty):
    reply = empty.get("/api/v1/ask", params={"question": "what is prohibited?"})
    assert reply.status_code == 503
    assert reply.json()["error"] == "ModelError"


def test_a_model_in_a_folder_is_present_and_a_lost_one_is_not(tmp_path, small_model):
    assert model_present(Settings(home=tmp_path, embedder=str(small_model)))
    assert not model_present(Settings(home=tmp_path, embedder=str(tmp_path / "nothing")))


def test_requests_are_counted_by_route_and_status(client):
    key = (
        "ai_policy_http_requests_total",
        ("method", "GET"),
        ("route", "/api/v1/acts/{act}"),
        ("status", "404"),
    )
    before = samples(client)
    for name in ("xx-1", "xx-2", "xx-3"):
        client.get(f"/api/v1/acts/{name}")
    after = samples(client)
    assert after[key] - before.get(key, 0) == 3
    assert not any("xx-" in value for sample in after for _, value in sample[1:])


def test_answers_are_counted_with_their_steps(client):
    before = samples(client)
    answer = Answer.model_validate(client.post("/api/v1/ask", json={"question": QUESTION}).json())
    stream = {"accept": "text/event-stream"}
    client.post("/api/v1/ask", json={"question": QUESTION}, headers=stream)
    client.post("/v1/chat/completions", json={"messages": [{"role": "user", "content": QUESTION}]})
    after = samples(client)
    answers = ("ai_policy_answers_total", ("backend", "extractive"), ("status", "answered"))
    assert after[answers] - before.get(answers, 0) == 3
    for step in answer.timings_ms:
        counted = ("ai_policy_answer_step_seconds_count", ("step", step))
        assert after[counted] - before.get(counted, 0) == 3
    total = ("ai_policy_answer_step_seconds_sum", ("step", "total"))
    assert after[total] - before.get(total, 0) >= answer.timings_ms["total"] / 1000


def test_the_size_of_the_library_is_told(client):
    acts = client.get("/api/v1/acts").json()
    told = samples(client, "/api/v1/metrics")
    assert told["ai_policy_library_acts",] == len(acts)
    digests = [e for act in acts for e in act["editions"] if e["authority"] == "digest"]
    own = ("authority", "digest")
    assert told["ai_policy_library_editions", own] == len(digests)
    assert told["ai_policy_library_provisions", own] == sum(e["provisions"] for e in digests)


def test_questions_under_way_and_statements_withheld_are_told(standin, monkeypatch):
    client, held = standin(api_at_once=1)

    def withheld(question):
        return stand_in.answer(question, withheld=[Withheld(text="a", reason="b")] * 2)

    monkeypatch.setitem(stand_in.SPECIAL, "withheld", withheld)
    client.post("/api/v1/ask", json={"question": "withheld twice"})
    with client.stream(
        "POST", "/api/v1/ask", json={"question": "slow"}, headers={"accept": "text/event-stream"}
    ) as reply:
        lines = reply.iter_lines()
        assert next(lines)
        assert held.waiting.wait(120)
        told = samples(client)
        held.let_go.set()
    assert told["ai_policy_questions_running",] == 1
    assert told["ai_policy_questions_waiting",] == 0
    assert told["ai_policy_withheld_statements_total", ("backend", "extractive")] == 2


def test_questions_are_counted_by_door_and_outcome_failed_ones_too(client, corpus):
    before = samples(client)
    client.post("/api/v1/ask", json={"question": QUESTION})
    assert client.post("/api/v1/ask", json={"question": "?" * 5000}).status_code == 400
    tell(Unanswered("page", "ModelError"))
    tell(Unanswered("page", "BackendError", cancelled=True))
    after = samples(client)

    def more(name, **labels):
        key = (f"ai_policy_{name}_total", *sorted(labels.items()))
        return after.get(key, 0) - before.get(key, 0)

    assert more("questions", door="api", outcome="answered") == 1
    assert more("questions", door="api", outcome="failed") == 1
    assert more("questions", door="page", outcome="failed") == 1
    assert more("questions", door="page", outcome="cancelled") == 1
    assert more("question_failures", error="InputError") == 1
    assert more("question_failures", error="ModelError") == 1


def test_files_taken_in_files_not_read_and_models_that_fail_are_counted(client, tmp_path):
    from ingest.cage import cage_of
    from ingest.pipeline import Ingest

    before = samples(client)
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "broken.pdf").write_bytes(b"%PDF-1.7 and nothing more")
    (inbox / "picture.xyz").write_bytes(b"\x00\x01")
    library = Library(Settings(home=tmp_path).library_url)
    cage = cage_of(Settings().reader)
    try:
        report = Ingest(library, Catalogue(acts=[]), tmp_path / "files", cage=cage).run([inbox])
    finally:
        library.close()
    assert len(report.failed) == 1
    tell(ModelFailed("timeout"))
    after = samples(client)

    def more(name, **labels):
        key = (f"ai_policy_{name}_total", *sorted(labels.items()))
        return after.get(key, 0) - before.get(key, 0)

    assert more("ingested_files", outcome="failed") == 1
    assert more("ingested_files", outcome="skipped") == len(report.skipped) > 0
    assert more("reader_failures", reason="unreadable") == 1
    assert more("model_failures", kind="timeout") == 1


def test_a_listener_that_fails_or_has_gone_stops_nothing(quiet):
    class Counter:
        heard = 0

        def happened(self, what):
            self.heard += 1
            raise RuntimeError

    counter = Counter()
    listen(counter.happened)
    tell(ModelFailed("server"))
    assert counter.heard == 1
    kept = weakref.ref(counter)
    del counter
    gc.collect()
    assert kept() is None
    tell(ModelFailed("server"))


def test_no_text_of_a_caller_is_in_the_metrics(client):
    secret = "Совершенно секретный вопрос о погоде"
    client.post("/api/v1/ask", json={"question": secret})
    client.get(f"/api/v1/acts/{secret}/provisions/{secret}")
    client.get(f"/api/{secret}")
    client.request("BREW", "/api/v1/acts")
    text = client.get("/metrics").text
    assert "секретный" not in text
    assert "BREW" not in text
    assert 'route="/api/{rest:path}"' in text
