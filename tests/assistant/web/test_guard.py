"""What the guard lets through to the whole app, through a real server on a free port."""

from __future__ import annotations

import httpx
import pytest

from assistant.web.guard import MAX_BODY
from tests.assistant.web.serving import serving
from tests.assistant.web.standin import ACT


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    with (
        serving(tmp_path_factory.mktemp("home")) as (address, _),
        httpx.Client(base_url=address, timeout=120, trust_env=False) as client,
    ):
        yield client


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/file=http://127.0.0.1:9/x",
        "/gradio_api/file=https://example.com/",
        "/gradio_api/file=https:%2F%2Fexample.com/",
        "/gradio_api/file%3Dhttps%3A%2F%2Fexample.com/",
        "/gradio_api/file=HTTP://example.com/",
        "/gradio_api/proxy=https://example.com/",
    ],
)
def test_no_address_of_another_server_is_fetched_or_redirected_to(client, path):
    reply = client.get(path, follow_redirects=False)
    assert reply.status_code == 404
    assert "location" not in reply.headers


@pytest.mark.parametrize("path", ["/etc/passwd", "assistant/settings.py", "../../../../etc/passwd"])
def test_no_file_of_the_machine_is_served(client, path):
    assert client.get(f"/gradio_api/file={path}").status_code in (403, 404)


def test_files_cannot_be_uploaded(client):
    assert client.post("/gradio_api/upload", files={"files": ("a.txt", b"a")}).status_code == 404


def test_a_request_larger_than_any_question_is_refused(client):
    reply = client.post("/api/ask", json={"question": "я" * MAX_BODY})
    assert reply.status_code == 413


def test_a_large_body_of_unstated_length_is_not_answered(client):
    def chunks():
        for _ in range(40):
            yield b'{"question":"' + b"a" * (MAX_BODY // 20)

    try:
        status = client.post(
            "/api/ask", content=chunks(), headers={"content-type": "application/json"}
        ).status_code
    except httpx.HTTPError:
        return
    assert status >= 400


def test_another_sites_page_cannot_use_the_api(client):
    reply = client.get("/api/ask", params={"question": "совет"}, headers={"sec-fetch-site": "cross-site"})
    assert reply.status_code == 403
    link = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    assert client.get("/api/acts", headers=link).status_code == 403
    assert client.get("/", headers=link).status_code == 200


def test_another_sites_name_for_this_machine_is_refused(client):
    assert client.get("/api/acts", headers={"host": "rebound.example"}).status_code == 400


def test_no_other_origin_is_allowed_to_read(client):
    reply = client.get("/config", headers={"origin": "https://evil.example"})
    assert reply.headers.get("access-control-allow-origin") != "https://evil.example"


def test_the_page_may_load_nothing_from_elsewhere(client):
    policy = client.get("/").headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "http" not in policy


def test_the_api_stands_beside_the_chat(client):
    assert "/api/ask" in client.get("/api/openapi.json").json()["paths"]
    assert client.get("/api/v1/acts").json()[0]["act"] == ACT
    assert client.get("/api/docs").status_code == 200
    assert "swagger" not in client.get("/docs").text.lower()
    assert client.get("/api/v1/nothing").headers["content-type"] == "application/problem+json"
    assert client.get("/v1/models").json()["object"] == "list"
    assert b"ai_policy_library_acts 1.0" in client.get("/metrics").content
    page = client.get("/")
    assert page.status_code == 200
    assert "gradio" in page.text.lower()


def test_an_upload_may_be_larger_than_any_question(client):
    files = {"files": ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"a" * MAX_BODY)}
    reply = client.post("/api/v1/ingest", files=files)
    assert reply.json()["error"] == "ModelError", "it came as far as the library, which has no model here"
