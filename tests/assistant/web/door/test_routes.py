"""Every address of the app, Gradio's too: what it answers a caller who has not signed in."""

from __future__ import annotations

import io
import json
import logging
import re
import sys

import httpx
import pytest
from fastapi import FastAPI
from starlette.routing import Mount, Route

from assistant import logs
from assistant.web.door.rules import OPEN, SAFE, WRITING, rule_of
from tests.assistant.web.door.events import Page
from tests.assistant.web.door.serving import PASSWORD

HTML = {"accept": "text/html"}
VALUES = {"path": "x", "ending": "md", "rest": "x"}


def flat(routes, before=""):
    """(methods, path) of all routes, those of mounted apps as well."""
    for route in routes:
        if isinstance(route, Mount):
            yield from flat(route.routes, before + route.path)
        elif isinstance(route, Route):
            yield sorted(route.methods or ["GET"]), before + route.path
        else:
            nested = getattr(route, "routes", None) or getattr(
                getattr(route, "original_router", None), "routes", ()
            )
            yield from flat(nested, before + getattr(route, "prefix", ""))


@pytest.fixture(scope="module")
def everything(served):
    from assistant.web.app import create

    app = create(served.standin)
    listed = {(method, path) for methods, path in flat(app.routes) for method in methods}
    assert {"/", "/config", "/gradio_api/queue/join", "/gradio_api/queue/data", "/gradio_api/heartbeat/{session_hash}",
            "/gradio_api/upload", "/gradio_api/file={path_or_url:path}", "/static/{path:path}", "/api/openapi.json",
            "/v1/chat/completions", "/exports/turns/{key}.{ending}", "/library/uploads", "/metrics",
            "/evaluation/cases"} <= {path for _, path in listed}  # fmt: skip
    return sorted(listed)


def filled(path):
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda found: VALUES.get(found[1], "0" * 32), path)


def test_nothing_answers_an_anonymous_caller_but_the_short_list(served, everything):
    client, answered, asked = served.client(), set(), 0
    for method, path in everything:
        reply = client.request(method, filled(path), content=b"{}" if method not in SAFE else None)
        asked += 1
        if reply.status_code not in (401, 404) or (reply.status_code == 404 and not is_guards(reply)):
            answered.add(path)
    assert asked > 100
    assert answered == OPEN


def is_guards(reply):
    """Refused by the guard in front of the gate: files and addresses of other servers."""
    if reply.request.method == "HEAD":
        return reply.headers["content-type"] == "application/problem+json"
    return (
        reply.headers["content-type"].startswith("application/")
        and reply.json().get("error") == "RequestRefused"
    )


def test_the_short_list_is_sign_in_health_and_the_style_of_the_page(served):
    assert {
        "/sign-in", "/sign-in/style.css", "/health", "/api/health", "/api/v1/health", "/api/v1/health/ready"
    } == OPEN  # fmt: skip
    client = served.client()
    assert client.get("/sign-in").status_code == client.get("/sign-in/style.css").status_code == 200
    assert client.get("/health").json()["acts"] == 1


def test_every_address_that_takes_more_than_reading_has_a_line_of_its_own(everything):
    own = {"/sign-in", "/sign-out", "/account/tokens", "/account/tokens/revoke", "/account/password"}
    for method, path in everything:
        rule = rule_of(method, filled(path))
        if method in SAFE or rule.shut or path in own:
            continue
        assert any(filled(path).startswith(start) for start, _ in WRITING), (method, path)


def test_a_page_is_sent_to_the_sign_in_and_back_and_a_program_told_why(served):
    client = served.client()
    page = client.get("/?tab=library&act=x", headers=HTML)
    assert (page.status_code, page.headers["location"]) == (
        303,
        "./sign-in?next=%2F%3Ftab%3Dlibrary%26act%3Dx",
    )
    deep = client.get(f"/exports/turns/{'0' * 32}.md", headers=HTML)
    assert deep.headers["location"].startswith("../../sign-in?next=%2Fexports")
    api = client.get("/api/v1/acts", headers={**HTML, "accept-language": "ru"})
    assert api.status_code == 401
    assert api.headers["content-type"] == "application/problem+json"
    assert api.headers["www-authenticate"] == "Bearer"
    assert (api.json()["error"], api.json()["type"]) == ("SignInError", "/api/v1/problems/SignInError")
    assert "Войдите" in api.json()["detail"]
    openai = client.post("/v1/chat/completions", json={"messages": []})
    assert (openai.status_code, openai.json()["error"]["type"]) == (401, "invalid_request_error")


def test_gradios_own_doors_are_shut_for_everybody(served):
    admin = served.signed_in("adam")
    for method, path in (
        ("GET", "/gradio_api/file=/etc/passwd"), ("GET", "/gradio_api/file/x"), ("POST", "/gradio_api/upload"),
        ("POST", "/gradio_api/call/x"), ("POST", "/gradio_api/run/x"), ("POST", "/gradio_api/api/x"),
        ("POST", "/gradio_api/component_server"), ("GET", "/gradio_api/stream/a/b/c/playlist.m3u8"),
        ("GET", "/monitoring"), ("GET", "/monitoring/summary"), ("POST", "/login"), ("GET", "/logout"),
        ("GET", "/gradio_api/proxy=https://example.org"), ("GET", "/gradio_api/upload_progress?upload_id=x"),
        ("GET", "/gradio_api/runs"), ("GET", "/gradio_api/deep_link"), ("POST", "/gradio_api/vibe-edit"),
    ):  # fmt: skip
        assert admin.request(method, path).status_code == 404, path


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/api/v1/acts", {"rita", "edik", "vera", "adam"}),
        ("POST", "/api/v1/ingest", {"edik", "adam"}),
        ("POST", "/library/uploads", {"rita", "edik", "vera", "adam"}),
        ("POST", "/evaluation/cases", {"vera", "adam"}),
        ("GET", "/metrics", {"adam"}),
        ("GET", "/api/v1/metrics", {"adam"}),
        ("GET", "/account", set()),
    ],
)
def test_each_role_reaches_what_the_table_says(served, method, path, allowed):
    with httpx.Client(base_url=served.address, timeout=120, trust_env=False) as client:
        for name in ("rita", "edik", "vera", "adam"):
            status = client.request(method, path, headers=served.bearer(name)).status_code
            assert (status != 403) == (name in allowed), (name, status)
            assert status != 401


# ── what the log holds of all that ────────────────────────────────────────────────────────────


@pytest.fixture
def logged(served, monkeypatch):
    """Have a redacted log at its most talkative kept; all its lines since, as data."""
    rooms = [logging.getLogger(name) for name in (*logs.ROOMS, "uvicorn.error", "gradio")]
    before = [(each, each.level) for each in (logging.getLogger(), *rooms)]

    def started():
        out = io.StringIO()
        monkeypatch.setattr(sys, "stderr", out)
        chosen = {"log_level": "DEBUG", "log_format": "json", "log_redact": True}
        logs.configure(served.standin.settings.model_copy(update=chosen))
        for each in rooms:
            each.setLevel(logging.DEBUG)
        return lambda: [json.loads(line) for line in out.getvalue().splitlines()]

    yield started
    logging.getLogger().removeHandler(logs._handler)
    for each, level in before:
        each.setLevel(level)


def test_no_token_password_session_question_or_name_is_in_the_log_of_a_whole_visit(served, logged, capfd):
    told_by_log = logged()
    asked = "Уволят ли Кузнецову с телефоном +7 916 123-45-67 и почтой olga.k@example.org?"
    rita = served.signed_in("rita")
    session = next(value for name, value in rita.cookies.items() if "session" in name)
    rita.get("/", headers=HTML)
    rita.get("/api/v1/ask", params={"question": asked})
    rita.post("/api/v1/ask", json={"question": asked, "history": [[asked, "нет"]]})
    rita.get(f"/api/v1/acts/{asked}")
    rita.get("/api/v1/search", params={"question": asked, "k": "не число"})
    page = Page(rita, "a-page-of-rita")
    page.join("ask", "click", None, at0=asked)
    stranger = served.client()
    token = served.tokens["adam"]
    stranger.get("/metrics", headers=served.bearer("adam")).raise_for_status()
    stranger.get("/metrics", params={"token": token})
    stranger.get("/api/v1/acts", headers={"authorization": f"Bearer {token}x"})
    stranger.post("/sign-in", data={"name": "ольга кузнецова", "password": "Pa55-wrong-word"})
    lines = told_by_log()
    told = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines) + "".join(capfd.readouterr())
    secret = (session, token, token[4:20], PASSWORD, "Pa55-wrong-word")
    private = ("Кузнецов", "кузнецов", "ольга", "Уволят", "olga", "example.org", "123-45-67", "rita", "adam")
    for each in (*secret, *private):
        assert each not in told, each
    assert {line["status"] for line in lines if "method" in line} >= {200, 303, 400, 401, 404}
    assert all(re.fullmatch("user-[0-9a-f]{8}", line["owner"]) for line in lines if "owner" in line)
    assert any("owner" in line for line in lines)


def test_a_request_has_one_id_in_the_log_and_on_the_reply(served, logged):
    told = logged()
    reply = served.client().get(
        "/api/v1/acts", headers=served.bearer("rita") | {"x-request-id": "proxy-4711-abc"}
    )
    assert reply.headers["x-request-id"] == "proxy-4711-abc"  # this machine is a trusted proxy
    other = served.client().get("/api/v1/acts")
    assert (other.status_code, len(other.headers["x-request-id"])) == (401, 32)
    for each, status in ((reply, 200), (other, 401)):
        ids = each.headers["x-request-id"]
        assert [line["status"] for line in told() if line.get("request_id") == ids and "ms" in line] == [
            status
        ]


def test_an_event_of_the_page_has_the_id_of_the_request_that_asked_for_it(served, logged, monkeypatch):
    from assistant.web.ask.tab import AskTab

    told = logged()
    rita = served.signed_in("rita")
    page = Page(rita, "another-page-of-rita")

    def broken(self, *given):
        raise RuntimeError("Кузнецова broke it")
        yield

    listener = page.event("switch", "click")
    monkeypatch.setattr(AskTab, "dress", broken)
    reply = page.join("switch", "click", None)
    assert listener["id"] >= 0
    page.told()
    (line,) = [line for line in told() if line["event"] == "An event of the page failed."]
    assert line["request_id"] == reply.headers["x-request-id"]
    assert line["owner"].startswith("user-")
    assert "RuntimeError" in line["exception"]


def test_refusals_are_counted_by_status(served):
    def refused():
        text = served.client().get("/metrics", headers=served.bearer("adam")).text
        found = re.findall(r'ai_policy_http_refusals_total\{reason="(\w+)",status="(\d+)"\} ([\d.]+)', text)
        return {(status, reason): float(count) for reason, status, count in found}

    before = refused()
    served.client().get("/api/v1/acts")
    served.client().get("/metrics", headers=served.bearer("rita"))
    served.client().post("/api/v1/ask", content=b"x" * 1_100_000, headers=served.bearer("rita"))
    after = refused()
    for key in (("401", "sign_in"), ("403", "not_allowed"), ("413", "too_large")):
        assert after[key] - before.get(key, 0) == 1, key


def test_the_server_keeps_no_list_of_requests_beside_the_log(served):
    from assistant.web.listening import configured

    levels = {name: logging.getLogger(name).level for name in ("uvicorn.error", "uvicorn.access")}
    try:
        config = configured(FastAPI())
        assert (config.access_log, config.log_config) == (False, None)
        assert not logging.getLogger("uvicorn.access").handlers
        assert not logging.getLogger("uvicorn.access").propagate
    finally:
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
