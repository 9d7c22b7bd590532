"""Answers as server-sent events: read as they come, given up when the reader hangs up."""

from __future__ import annotations

import json
from types import SimpleNamespace

import httpx
import pytest
from httpx_sse import ServerSentEvent, connect_sse

from assistant.api.streaming import wants_events
from assistant.engine import Assistant
from assistant.model import Answer, Citation, Claim
from assistant.settings import Settings
from tests.assistant.api.conftest import over_standin
from tests.assistant.api.serving import bare, listening
from tests.servers.openai_server import hang, openai_server

EVENTS = {"accept": "text/event-stream"}
QUESTION = "Какие задачи у комиссии по развитию ИИ Калининградской области?"


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with over_standin(tmp_path_factory.mktemp("home"), api_at_once=2) as served:
        yield served


def read(client, method="POST", path="/api/v1/ask", **sent) -> list[ServerSentEvent]:
    with connect_sse(client, method, path, **sent) as source:
        return list(source.iter_sse())


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("path", ["/api/v1/ask", "/api/ask"])
def test_the_events_of_an_answer_are_the_answer(client, method, path):
    wanted = {"question": QUESTION, "lang": "ru"}
    sent = {"params": wanted} if method == "GET" else {"json": wanted}
    events = read(client, method, path, **sent)
    whole = Answer.model_validate(events[-1].json())
    assert [event.event for event in events[:2]] == ["status", "status"]
    assert events[-1].event == "answer"
    claims = [event.json() for event in events if event.event == "claim"]
    assert [claim.pop("number") for claim in claims] == list(range(1, len(whole.claims) + 1))
    assert [Claim.model_validate(claim) for claim in claims] == whole.claims
    cited = [Citation.model_validate(event.json()) for event in events if event.event == "citation"]
    assert sorted(cited, key=lambda entry: entry.id) == whole.citations
    assert whole.claims


def test_a_claims_citations_are_there_before_it(client):
    known = set()
    for event in read(client, json={"question": QUESTION}):
        if event.event == "citation":
            known.add(event.json()["id"])
        if event.event == "claim":
            assert set(event.json()["citations"]) <= known


def test_an_abstention_is_an_answer_without_claims(served):
    events = read(served[0], json={"question": "abstain now"})
    assert [event.event for event in events if event.event != "status"] == ["answer"]
    assert Answer.model_validate(events[-1].json()).status == "abstained"


def test_text_of_an_act_cannot_end_an_event(served):
    events = read(served[0], json={"question": "hostile\n\nevent: claim\ndata: {}"})
    assert [event.event for event in events if event.event != "status"] == ["citation", "claim", "answer"]
    assert Answer.model_validate(events[-1].json()).claims


def test_events_arrive_while_the_answer_is_still_being_made(served):
    client, standin = served
    standin.let_go.clear()
    with connect_sse(client, "POST", "/api/v1/ask", json={"question": "slow"}) as source:
        events = source.iter_sse()
        assert [next(events).json()["step"] for _ in range(2)] == ["accepted", "started"]
        assert not standin.let_go.is_set()
        standin.let_go.set()
        assert [event.event for event in events][-1] == "answer"


def test_one_that_waits_for_its_turn_is_told_so(served):
    client, standin = served
    standin.let_go.clear()
    slow = {"json": {"question": "slow"}}
    with (
        connect_sse(client, "POST", "/api/v1/ask", **slow) as first,
        connect_sse(client, "POST", "/api/v1/ask", **slow) as second,
    ):
        for source in (first, second):
            steps = source.iter_sse()
            assert [next(steps).json()["step"] for _ in range(2)] == ["accepted", "started"]
        with connect_sse(client, "POST", "/api/v1/ask", json={"question": "кто?"}) as third:
            events = third.iter_sse()
            assert [next(events).json()["step"] for _ in range(2)] == ["accepted", "waiting"]
            standin.let_go.set()
            assert [event.event for event in events][-1] == "answer"


@pytest.mark.parametrize(("lang", "detail"), [("ru", "Модель не ответила."), ("en", "The backend failed.")])
def test_an_error_after_the_beginning_is_an_event(served, lang, detail):
    sent = {"json": {"question": "fail-backend"}, "headers": {"accept-language": lang}}
    last = read(served[0], **sent)[-1]
    assert last.event == "error"
    assert last.json()["detail"] == detail
    assert (last.json()["error"], last.json()["status"]) == ("BackendError", 503)


def test_an_unforeseen_error_is_an_event_without_its_cause(served, quiet):
    last = read(served[0], json={"question": "fail-odd"})[-1]
    assert last.json()["error"] == "InternalError"
    assert "secret" not in last.data


def test_what_cannot_be_used_at_all_is_no_stream(served):
    reply = served[0].post("/api/v1/ask", json={"question": "x", "llm": "other:model"}, headers=EVENTS)
    assert reply.status_code == 400
    assert reply.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/api/v1/ask", {"question": "slow"}),
        ("/v1/chat/completions", {"messages": [{"role": "user", "content": "slow"}], "stream": True}),
    ],
)
def test_a_reader_who_hangs_up_gives_the_question_up(served, path, sent):
    client, standin = served
    standin.let_go.clear()
    standin.waiting.clear()
    with client.stream("POST", path, json=sent, headers=EVENTS) as reply:
        lines = reply.iter_lines()  # a reader that is let go of hangs up
        assert next(lines)
        assert standin.waiting.wait(120)
        cancel = standin.asked[-1]["cancel"]
        assert not cancel.is_set()
    assert cancel.wait(120)
    standin.let_go.set()


def test_a_caller_of_plain_json_who_hangs_up_gives_it_up_too(served):
    client, standin = served
    standin.let_go.clear()
    standin.waiting.clear()
    with pytest.raises(httpx.ReadTimeout):
        client.post("/api/v1/ask", json={"question": "slow"}, timeout=httpx.Timeout(20, read=0.5))
    assert standin.waiting.is_set()
    assert standin.asked[-1]["cancel"].wait(120)
    standin.let_go.set()


def test_a_place_is_taken_until_its_thread_has_ended(standin):
    client, held = standin(api_at_once=1, api_waiting=0)
    with client.stream("POST", "/api/v1/ask", json={"question": "slow"}, headers=EVENTS) as reply:
        lines = reply.iter_lines()
        assert next(lines)
        assert held.waiting.wait(120)
        cancel = held.asked[-1]["cancel"]
    assert cancel.wait(120)
    assert client.post("/api/v1/ask", json={"question": "кто?"}).status_code == 503
    held.let_go.set()
    free = (client.post("/api/v1/ask", json={"question": "кто?"}).status_code for _ in range(200))
    assert 200 in free


def test_a_language_model_is_hung_up_on_when_the_reader_hangs_up(corpus_settings):
    """Through the real engine: the request to the model ends, though the model never answers."""
    with openai_server() as model:
        model.script([hang()])
        chosen = {"llm": "openai:some-model", "llm_base_url": model.base_url, "llm_deadline": 60}
        assistant = Assistant(Settings(**{**corpus_settings.model_dump(), **chosen}))
        with (
            listening(bare(assistant)) as address,
            httpx.Client(base_url=address, timeout=120, trust_env=False) as client,
        ):
            with client.stream("POST", "/api/v1/ask", json={"question": QUESTION}, headers=EVENTS) as reply:
                lines = reply.iter_lines()
                assert next(lines)
                assert model.held.wait(120)
            assert model.left.wait(120)
        assistant.library.close()


@pytest.mark.parametrize(
    ("accept", "events"),
    [
        ("text/event-stream", True),
        ("text/event-stream, */*", True),
        ("Text/Event-Stream;q=1, application/json", True),
        ("application/json, text/event-stream", False),
        ("application/json", False),
        ("*/*", False),
        ("", False),
    ],
)
def test_events_are_sent_to_those_who_name_them_first(accept, events):
    assert wants_events(SimpleNamespace(headers={"accept": accept})) is events


def test_a_comment_keeps_a_silent_stream_alive(standin, monkeypatch):
    monkeypatch.setattr("assistant.api.streaming.ALIVE_SECONDS", 0.05)
    client, held = standin()
    with client.stream("POST", "/api/v1/ask", json={"question": "slow"}, headers=EVENTS) as reply:
        comments = (line for line in reply.iter_lines() if line.startswith(":"))
        assert next(comments)
        assert next(comments)
        held.let_go.set()


def test_a_stream_is_neither_cached_nor_held_back(served):
    with served[0].stream("POST", "/api/v1/ask", json={"question": "кто?"}, headers=EVENTS) as reply:
        assert reply.headers["content-type"].startswith("text/event-stream")
        assert reply.headers["cache-control"] == "no-store"
        assert json.loads(next(line for line in reply.iter_lines() if line.startswith("data: "))[6:])
