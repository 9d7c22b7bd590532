"""Every kind of error as problem+json in both languages, and in OpenAI's form under /v1."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from assistant.api.errors import Problem, kind_of
from assistant.api.kinds import KINDS
from assistant.errors import BackendError, InputError, LibraryError, NotHeldError
from assistant.web.guard import MAX_BODY
from tests.assistant.api.conftest import over_standin
from tests.assistant.web.standin import FAILURES

RU, EN = {"accept-language": "ru-RU,ru;q=0.9"}, {"accept-language": "en"}
QUESTION = {"messages": [{"role": "user", "content": "кто в совете?"}]}


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    with over_standin(home, api_ingest=False) as served:
        yield served


@pytest.fixture
def client(served):
    return served[0]


def problem(reply: httpx.Response) -> Problem:
    assert reply.headers["content-type"] == "application/problem+json"
    found = Problem.model_validate(reply.json())
    assert found.status == reply.status_code
    assert found.detail == found.message
    assert found.instance == reply.url.raw_path.decode().partition("?")[0]
    assert found.type == "about:blank" or found.type.endswith(f"/{found.error}")
    return found


def cyrillic(text: str) -> bool:
    return any("а" <= letter.lower() <= "я" for letter in text)


ASKED = {"question": "кто в совете?"}
REQUESTS = {
    "InputError": ("POST", "/api/v1/ask", {"json": {"question": "fail-input"}}, 400),
    "a parameter missing": ("POST", "/api/v1/ask", {"json": {}}, 400),
    "a parameter of a wrong type": ("GET", "/api/v1/search", {"params": {**ASKED, "k": "many"}}, 400),
    "a parameter out of range": ("GET", "/api/v1/search", {"params": {**ASKED, "k": 900}}, 400),
    "a parameter nobody knows": ("POST", "/api/v1/ask", {"json": {**ASKED, "colour": "red"}}, 400),
    "a choice nobody offers": ("GET", "/api/v1/ask", {"params": {**ASKED, "kind": "poem"}}, 400),
    "no JSON": (
        "POST",
        "/api/v1/ask",
        {"content": b"{", "headers": {"content-type": "application/json"}},
        400,
    ),
    "another model": ("GET", "/api/v1/ask", {"params": {**ASKED, "llm": "openai:other"}}, 400),
    "RefusedError": ("POST", "/api/v1/ingest", {"files": {"files": ("a.txt", b"a")}}, 403),
    "another site": ("GET", "/api/v1/acts", {"headers": {"sec-fetch-site": "cross-site"}}, 403),
    "NotHeldError": ("GET", "/api/v1/acts/нет-такого", {}, 404),
    "no such path": ("GET", "/api/v1/nothing", {}, 404),
    "no such path of an earlier version": ("GET", "/api/nothing/here", {}, 404),
    "another method": ("DELETE", "/api/v1/acts", {}, 405),
    "too many bytes": ("POST", "/api/v1/ask", {"content": b" " * (MAX_BODY + 1)}, 413),
    "InternalError": ("POST", "/api/v1/ask", {"json": {"question": "fail-odd"}}, 500),
    "ModelError": ("POST", "/api/v1/ask", {"json": {"question": "fail-model"}}, 503),
    "BackendError": ("POST", "/api/v1/ask", {"json": {"question": "fail-backend"}}, 503),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_an_error_is_a_problem_in_the_callers_language(client, quiet, name):
    method, path, sent, status = REQUESTS[name]
    told = {}
    for lang, accepted in (("ru", RU), ("en", EN)):
        headers = {**sent.get("headers", {}), **accepted}
        reply = client.request(method, path, **{**sent, "headers": headers})
        assert reply.status_code == status
        told[lang] = problem(reply)
        if name in KINDS:
            assert told[lang].error == name
            assert told[lang].title == KINDS[name].title(lang)
    assert cyrillic(told["ru"].detail)
    assert not cyrillic(told["en"].detail.replace("нет-такого", ""))
    assert told["ru"].type == told["en"].type


def test_a_problem_names_every_parameter_that_cannot_be_used(client):
    reply = client.post("/api/v1/search", json={"k": 0, "text_lang": "fr"}, headers=RU)
    wrong = {entry.where: entry.reason for entry in problem(reply).wrong}
    assert wrong == {"question": "не указан", "k": "не меньше 1", "text_lang": "допустимо: 'ru' or 'en'"}


def test_the_type_of_a_problem_leads_to_what_it_means(client, quiet):
    said = problem(client.get("/api/v1/acts/нет", headers=RU))
    meant = client.get(said.type, headers=RU).json()
    assert (meant["name"], meant["title"], meant["status"]) == (said.error, said.title, 404)
    assert cyrillic(meant["about"])
    assert problem(client.get("/api/v1/problems/Nonsense")).status == 404


def test_a_method_that_is_not_taken_is_told_with_those_that_are(client):
    assert client.put("/api/v1/ask").headers["allow"] == "GET, POST"
    assert client.delete("/v1/chat/completions").headers["allow"] == "POST"


def test_an_unexpected_error_says_nothing_of_its_cause(client, quiet):
    for path, sent in (("/api/v1/ask", {"question": "fail-odd"}), ("/v1/chat/completions", talk("fail-odd"))):
        reply = client.post(path, json=sent)
        assert reply.status_code == 500
        assert "secret" not in reply.text
        assert "Traceback" not in reply.text
    assert client.get("/api/v1/health").status_code == 200


def talk(question: str, **more) -> dict:
    return {"messages": [{"role": "user", "content": question}], **more}


OPENAI_REQUESTS = {
    "fail-input": (talk("fail-input"), 400, "InputError"),
    "no messages": ({"messages": []}, 400, "InputError"),
    "no body": (None, 400, "InputError"),
    "another model": (talk("x", model="gpt-x"), 404, "model_not_found"),
    "fail-model": (talk("fail-model"), 503, "ModelError"),
    "fail-backend": (talk("fail-backend"), 503, "BackendError"),
    "fail-odd": (talk("fail-odd"), 500, "InternalError"),
    "too large": (talk("x" * MAX_BODY), 413, "RequestRefused"),
}


@pytest.mark.parametrize("name", OPENAI_REQUESTS)
def test_an_openai_client_gets_errors_in_the_form_it_reads(client, quiet, name):
    sent, status, code = OPENAI_REQUESTS[name]
    messages = {}
    for lang, accepted in (("ru", RU), ("en", EN)):
        reply = client.post("/v1/chat/completions", json=sent, headers=accepted)
        assert reply.status_code == status
        error = reply.json()["error"]
        assert error.keys() == {"message", "type", "param", "code"}
        assert error["code"] == code
        assert error["type"] == ("server_error" if status >= 500 else "invalid_request_error")
        messages[lang] = error["message"]
    assert cyrillic(messages["ru"])
    assert not cyrillic(messages["en"])


def test_an_unknown_path_under_v1_is_told_in_openais_form_too(client):
    reply = client.get("/v1/embeddings")
    assert reply.status_code == 404
    assert reply.json()["error"]["type"] == "invalid_request_error"


@pytest.mark.parametrize("path", ["/api/v1/ask", "/v1/chat/completions"])
def test_too_many_questions_are_turned_away_with_a_time_to_come_back(standin, path):
    client, waiting = standin(api_at_once=1, api_waiting=0)
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(client.post, "/api/v1/ask", json={"question": "slow"})
        assert waiting.waiting.wait(120)
        sent = ASKED if path == "/api/v1/ask" else QUESTION
        turned_away = client.post(path, json=sent, headers=RU)
        assert client.get("/api/v1/search", params=ASKED).status_code == 200, "a search waits for no answer"
        waiting.let_go.set()
        assert slow.result(20).status_code == 200
    assert turned_away.status_code == 503
    assert int(turned_away.headers["retry-after"]) >= 1
    assert client.post(path, json=sent).status_code == 200
    if path == "/api/v1/ask":
        assert problem(turned_away).error == "BusyError"
        assert problem(turned_away).retryable
        assert cyrillic(turned_away.json()["detail"])


def test_as_many_as_may_wait_are_answered_in_the_end(standin):
    client, waiting = standin(api_at_once=1, api_waiting=3)
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(client.post, "/api/v1/ask", json={"question": "slow"}) for _ in range(4)]
        assert waiting.waiting.wait(120)
        waiting.let_go.set()
        assert [reply.result(30).status_code for reply in asked] == [200] * 4


def test_a_model_that_asks_for_time_is_passed_on_to_the_caller(standin, monkeypatch):
    client, _ = standin()
    slow_down = BackendError("Slow down.", "Помедленнее.", kind="rate_limit", retry_after=12.2)
    monkeypatch.setitem(FAILURES, "fail-rate", slow_down)
    reply = client.post("/api/v1/ask", json={"question": "fail-rate"})
    assert reply.status_code == 503
    assert reply.headers["retry-after"] == "13"
    assert problem(reply).retryable


def test_an_error_of_a_subclass_is_of_the_nearest_kind():
    class WatchError(NotHeldError):
        pass

    assert kind_of(WatchError("a", "б"))[0] == "NotHeldError"
    assert kind_of(InputError("a", "б"))[1].status == 400
    assert kind_of(LibraryError("a", "б"))[1].status == 503


def test_every_kind_has_words_in_both_languages():
    for name, kind in KINDS.items():
        assert cyrillic(kind.ru), name
        assert cyrillic(kind.about_ru), name
        assert kind.en, name
        assert not cyrillic(kind.en + kind.about_en), name
