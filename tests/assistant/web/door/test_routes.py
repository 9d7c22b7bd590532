"""Every address of the app, Gradio's too: what it answers a caller who has not signed in."""

from __future__ import annotations

import re

import httpx
import pytest
from starlette.routing import Mount, Route

from assistant.web.door.rules import OPEN, SAFE, WRITING, rule_of

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
