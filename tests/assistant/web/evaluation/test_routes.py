"""The tab's own addresses: who may bring files, what of a run is served and how."""

from __future__ import annotations

import csv
import io

import httpx
import pytest

from tests.assistant.web.evaluation.serving import CSV, FIRST, HEADER, SECOND, serving


@pytest.fixture
def client(served):
    with httpx.Client(base_url=served[0], timeout=180, trust_env=False) as opened:
        yield opened


def bring(client, name="случаи.csv", content=None, **headers):
    content = CSV.encode() if content is None else content
    return client.post("/evaluation/cases?lang=ru", files={"files": (name, content)}, headers=headers)


def test_files_are_kept_and_found_by_a_key(client):
    reply = bring(client)
    assert reply.status_code == 201
    assert len(reply.json()["key"]) == 32


def test_a_file_larger_than_other_requests_may_be_is_taken_up_to_a_limit(client):
    assert bring(client, content=b"x" * 2_000_000).status_code == 201
    reply = bring(client, content=b"x" * 10_500_000)
    assert reply.status_code == 400
    assert "больше 10 МБ" in reply.json()["detail"]
    assert bring(client, content=b"x" * 12_000_000).status_code == 413


def test_another_sites_page_brings_nothing(client):
    reply = bring(client, origin="http://evil.example")
    assert (reply.status_code, reply.json()["error"]) == (403, "NotAllowedError")
    assert bring(client, **{"sec-fetch-site": "cross-site"}).status_code == 403


def test_a_form_without_files_is_refused_in_words(client):
    reply = client.post("/evaluation/cases", data={"files": "text"})
    assert (reply.status_code, reply.json()["detail"]) == (400, "No file was sent. Choose one.")


def test_the_report_stands_under_its_own_policy(client):
    reply = client.get(f"/evaluation/runs/{FIRST}/report.html?lang=ru")
    assert reply.status_code == 200
    policy = reply.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert reply.headers["cache-control"] == "private, no-store"
    assert "В ответе нет: в полночь" in reply.text
    assert "<script>window.hit" not in reply.text
    saved = client.get(f"/evaluation/runs/{FIRST}/report.html?lang=en&save=1")
    assert saved.headers["content-disposition"] == f"attachment; filename*=UTF-8''{FIRST}-en.html"


def test_the_report_can_tell_what_changed_since_another_run(client):
    page = client.get(f"/evaluation/runs/{SECOND}/report.html?lang=en&against={FIRST}").text
    assert "What changed" in page


def test_answers_are_a_table_without_formulas(client):
    reply = client.get(f"/evaluation/runs/{FIRST}/answers.csv?lang=en")
    assert reply.content.startswith("\ufeff".encode())
    rows = list(csv.DictReader(io.StringIO(reply.content.decode("utf-8-sig"))))
    assert [row["outcome"] for row in rows] == [
        "passed",
        "passed",
        "passed",
        "failed",
        "failed",
        "failed",
        "passed",
    ]
    assert rows[3]["needed provisions"] == "ru-fz-1-2020#st1/ch1"
    cells = [cell for row in rows for cell in row.values()]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize("name", ["answers-1", "..%2F..", ".hidden", "x" * 200, "%2e%2e"])
def test_a_run_that_is_not_there_is_refused(client, name):
    for file in ("report.html", "answers.csv"):
        assert client.get(f"/evaluation/runs/{name}/{file}").status_code in (400, 404)


def test_progress_ends_at_once_where_nothing_runs(client):
    reply = client.get("/evaluation/progress?lang=ru")
    assert reply.headers["content-type"].startswith("text/event-stream")
    assert '{"jobs": []}' in reply.text


def test_where_users_sign_in_they_bring_nothing_and_look_at_everything(opening):
    assistant = opening(owner_header=HEADER)
    with (
        serving(assistant) as address,
        httpx.Client(base_url=address, timeout=180, trust_env=False) as client,
    ):
        report = f"/evaluation/runs/{FIRST}/report.html"
        assert client.get(report).status_code == 401
        anna = {HEADER: "anna"}
        assert (bring(client, **anna).status_code, bring(client, **anna).json()["error"]) == (
            403,
            "NotAllowedError",
        )
        assert client.get(report, headers=anna).status_code == 200
