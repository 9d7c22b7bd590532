"""Questions over HTTP, under this version's paths and those of earlier ones, through a real server."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from assistant.model import ActSummary, Answer, Hit, Shown
from tests.assistant.api.conftest import over_standin
from tests.assistant.web.standin import ACT


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with over_standin(tmp_path_factory.mktemp("home")) as served:
        yield served


@pytest.fixture
def client(served):
    return served[0]


def test_health_names_the_library(served):
    client, standin = served
    version = standin.view.version
    assert client.get("/api/health").json() == {"status": "ok", "acts": 1, "library_version": version}


@pytest.mark.parametrize("prefix", ["/api", "/api/v1"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_ask_returns_the_answer_model_with_the_parameters_passed_on(served, method, prefix):
    client, standin = served
    wanted = {"question": "кто в совете?", "as_of": "2025-01-02", "act": ACT, "lang": "en", "text_lang": "ru"}
    sent = {"params": wanted} if method == "get" else {"json": {**wanted, "history": [["a", "b"]]}}
    reply = client.request(method, f"{prefix}/ask", **sent)
    assert reply.status_code == 200
    answer = Answer.model_validate(reply.json())
    assert answer.status == "answered"
    assert [claim.citations for claim in answer.claims] == [[1], [2, 1]]
    asked = standin.asked[-1]
    assert {name: asked[name] for name in wanted} == wanted
    assert asked["kind"] is None
    if method == "post":
        assert asked["history"] == [("a", "b")]


@pytest.mark.parametrize("prefix", ["/api", "/api/v1"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_search_returns_as_many_hits_as_asked_for(client, method, prefix):
    wanted = {"question": "совет", "k": 3}
    reply = client.request(
        method, f"{prefix}/search", **({"params": wanted} if method == "get" else {"json": wanted})
    )
    assert [Hit.model_validate(hit).rank for hit in reply.json()] == [1, 2, 3]


def test_acts_and_show_return_their_models(client):
    assert ActSummary.model_validate(client.get("/api/acts").json()[0]).act == ACT
    shown = Shown.model_validate(client.get(f"/api/show/{ACT}", params={"provision": "п. 1"}).json())
    assert shown.provision == "п. 1"


@pytest.mark.parametrize(
    ("question", "status", "name"),
    [
        ("fail-input", 400, "InputError"),
        ("fail-model", 503, "ModelError"),
        ("fail-backend", 503, "BackendError"),
        ("  ", 400, "InputError"),
    ],
)
def test_an_expected_error_is_json_with_its_status(client, question, status, name):
    reply = client.post("/api/ask", json={"question": question})
    assert reply.status_code == status
    assert reply.json()["error"] == name
    assert reply.json()["message"] == reply.json()["detail"]


def test_an_unknown_act_is_404_in_the_readers_language(client):
    reply = client.get("/api/show/xx-none", headers={"accept-language": "ru-RU,ru;q=0.9"})
    assert reply.status_code == 404
    said = {"error": "NotHeldError", "message": "В библиотеке нет акта «xx-none»."}
    assert said.items() <= reply.json().items()


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("/api/search", {"question": "совет", "k": "many"}),
        ("/api/search", {"question": "совет", "k": 0}),
        ("/api/ask", {"question": "совет", "text_lang": "fr"}),
        ("/api/ask", {"question": "совет", "colour": "red"}),
        ("/api/ask", {}),
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_wrong_parameter_is_named_in_a_400(client, path, wanted, method):
    reply = client.request(method, path, **({"params": wanted} if method == "get" else {"json": wanted}))
    assert reply.status_code == 400
    assert reply.json()["error"] == "InputError"
    assert any(name in reply.json()["message"] for name in ("k", "text_lang", "colour", "question"))


def test_a_body_that_is_no_json_is_a_400(client):
    reply = client.post("/api/ask", content=b"{", headers={"content-type": "application/json"})
    assert reply.status_code == 400
    assert reply.json()["error"] == "InputError"


def test_an_unexpected_error_says_nothing_of_its_cause(client):
    reply = client.post("/api/ask", json={"question": "fail-odd"})
    assert reply.status_code == 500
    assert reply.json()["error"] == "InternalError"
    assert "secret" not in reply.text
    assert "Traceback" not in reply.text
    assert client.get("/api/health").status_code == 200


def test_a_blocked_call_does_not_hold_up_the_others(served):
    client, standin = served
    standin.let_go.clear()
    with ThreadPoolExecutor(1) as pool:
        blocked = pool.submit(client.post, "/api/ask", json={"question": "slow"})
        assert standin.waiting.wait(120)
        assert client.get("/api/health").status_code == 200
        assert not blocked.done()
        standin.let_go.set()
        assert blocked.result(20).status_code == 200


def test_a_caller_cannot_send_texts_to_a_model_the_server_did_not_choose(client):
    reply = client.get("/api/ask", params={"question": "кто в совете?", "llm": "openai:other"})
    assert reply.status_code == 400
    assert "AI_POLICY_LLM" in reply.json()["message"]
    assert (
        client.get("/api/ask", params={"question": "кто в совете?", "llm": "extractive"}).status_code == 200
    )
