"""Uploads: through the real pipeline into the library, and nothing anywhere else."""

from __future__ import annotations

import io
import json
import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from fastapi import UploadFile
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.api.library import Said, safe_name, take, takes_files
from assistant.engine import Assistant
from assistant.errors import InputError, LibraryError, ModelError
from assistant.model import Answer, IngestReport
from assistant.settings import Settings
from tests.assistant.api.serving import bare, listening
from tests.sample_acts import DECREE, DECREE_LINES, LAW, REGULATION_LINES, law_lines, write_docx, write_html

MOST_FILES, MOST_BYTES = 4, 3_000_000


def text(lines) -> bytes:
    return ("\n\n".join(lines) + "\n").encode()


@pytest.fixture(scope="module")
def settings(tmp_path_factory, small_model):
    home = tmp_path_factory.mktemp("uploads") / "ai-policy"
    limits = {"api_ingest_files": MOST_FILES, "api_ingest_bytes": MOST_BYTES}
    return Settings(home=home, embedder=str(small_model), lang="en", port=0, **limits)


@pytest.fixture(scope="module")
def client(settings):
    assistant = Assistant(settings)
    with (
        listening(bare(assistant)) as address,
        httpx.Client(base_url=address, timeout=120, trust_env=False) as client,
    ):
        yield client
    assistant.library.close()


def upload(client, *files, lang="en", **fields) -> httpx.Response:
    sent = [("files", entry) for entry in files]
    return client.post("/api/v1/ingest", files=sent, data=fields, headers={"accept-language": lang})


def report(reply: httpx.Response) -> IngestReport:
    assert reply.status_code == 200, reply.text
    return IngestReport.model_validate(reply.json())


def left_over(settings) -> list:
    return list((settings.home / "uploads").rglob("*"))


def test_an_uploaded_act_is_held_and_answers_questions_at_once(client, settings):
    before = client.get("/api/v1/health").json()
    done = report(upload(client, ("decree.txt", text(DECREE_LINES))))
    assert done.added == [DECREE]
    assert done.provisions > 0
    asked = {"question": "На какой срок школам выдают учебных роботов?", "act": DECREE}
    answer = Answer.model_validate(client.post("/api/v1/ask", json=asked).json())
    assert {citation.act for citation in answer.citations} == {DECREE}
    after = client.get("/api/v1/health").json()
    assert (before["ready"], after["ready"]) == (False, True)
    assert left_over(settings) == []


def test_the_same_file_again_is_unchanged_and_leaves_no_trace_of_a_second_one(client, settings):
    report(upload(client, ("decree.txt", text(DECREE_LINES))))
    acts = client.get("/api/v1/acts").json()
    assert report(upload(client, ("decree.txt", text(DECREE_LINES)))).unchanged == [DECREE]
    assert client.get("/api/v1/acts").json() == acts


def test_several_files_are_typed_by_content_and_a_bad_one_does_not_stop_the_others(
    client, tmp_path, settings
):
    docx = write_docx(tmp_path / "law.docx", law_lines()).read_bytes()
    html = write_html(tmp_path / "regulation.html", REGULATION_LINES).read_bytes()
    reply = upload(
        client,
        ("law.pdf", docx),
        ("regulation.txt", html),
        ("cut.pdf", b"%PD"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    )
    done = report(reply)
    assert LAW in done.added
    assert len(done.added) == 2
    assert [entry.path for entry in done.failed] == ["cut.pdf"]
    assert [entry.path for entry in done.skipped] == ["a.xls"]
    assert str(settings.home) not in reply.text
    assert left_over(settings) == []


def test_what_is_reported_is_told_in_the_callers_language(client):
    told = {
        lang: report(upload(client, ("cut.pdf", b"%PD"), lang=lang)).failed[0].reason for lang in ("ru", "en")
    }
    assert told["ru"].startswith("cut.pdf — не PDF")
    assert told["en"].startswith("cut.pdf is not PDF")


def test_a_sidecar_of_the_same_stem_and_the_fields_of_the_form_say_what_a_file_is(client):
    said = json.dumps({"edition": "2022-03-01"}).encode()
    later = ("law22.txt", text(law_lines("пяти")))
    assert LAW in [*(done := report(upload(client, later, ("law22.json", said)))).added, *done.updated]
    assert client.get(f"/api/v1/acts/{LAW}", params={"edition": "2022-03-01"}).status_code == 200
    note = ("note.txt", "Заметка о роботах.\n\n1. Роботы учат детей счёту.\n".encode())
    done = report(upload(client, note, act="our-note", edition="2025-01-02", authority="user"))
    assert done.added == ["our-note"]
    held = client.get("/api/v1/acts/our-note", params={"edition": "2025-01-02"}).json()
    assert "учат детей" in held["text"]


def test_a_sidecar_alone_is_skipped(client):
    done = report(upload(client, ("law.json", b"{}")))
    assert [entry.path for entry in done.skipped] == ["law.json"]


@pytest.mark.parametrize(
    "name",
    [
        "../../../outside.txt",
        "/etc/outside.txt",
        "..\\..\\outside.txt",
        "C:\\outside.txt",
        "%2e%2e%2foutside.txt",
    ],
)
def test_a_name_leads_nowhere(client, settings, name):
    note = "Заметка.\n\n1. Ничего особенного в ней не сказано.\n".encode()
    done = report(upload(client, (name, note), act=f"note-{len(name)}", authority="user"))
    assert done.added
    assert left_over(settings) == []
    outside = [path for path in settings.home.parent.rglob("*") if "outside" in path.name]
    assert outside == []


@pytest.mark.parametrize("name", ["..", "/", "...", " "])
def test_a_name_of_which_nothing_is_left_is_an_error(client, name):
    boundary = "----x"
    body = f'--{boundary}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\nabc\r\n--{boundary}--\r\n'
    headers = {"content-type": f"multipart/form-data; boundary={boundary}"}
    reply = client.post("/api/v1/ingest", content=body.encode(), headers=headers)
    assert reply.status_code == 400
    assert reply.json()["error"] == "InputError"


def test_too_many_files_or_bytes_are_refused_and_nothing_is_taken(client, settings):
    acts = client.get("/api/v1/acts").json()
    small = [(f"{number}.txt", b"a") for number in range(MOST_FILES + 1)]
    big = ("big.txt", b"a" * (MOST_BYTES + 1))
    huge = ("huge.txt", b"a" * (MOST_BYTES + 2_000_000))
    for files in (small, [big], [huge]):
        reply = upload(client, *files, lang="ru")
        assert reply.status_code == 413
        assert reply.headers["content-type"] == "application/problem+json"
        assert "не больше" in reply.json()["detail"]
    assert client.get("/api/v1/acts").json() == acts
    assert left_over(settings) == []


def test_a_form_without_files_or_with_a_wrong_field_is_an_error(client):
    assert client.post("/api/v1/ingest").status_code == 400
    assert client.post("/api/v1/ingest", data={"files": "text"}).status_code == 400
    assert upload(client, ("a.txt", b"a"), authority="king").status_code == 400
    assert upload(client, ("a.txt", b"a"), edition="yesterday").json()["error"] == "InputError"


def test_another_sites_page_cannot_upload(client):
    headers = {"origin": "https://evil.example"}
    reply = client.post("/api/v1/ingest", files={"files": ("a.txt", b"a")}, headers=headers)
    assert reply.status_code == 403
    assert reply.json()["error"] == "RefusedError"


def test_one_upload_at_a_time(client, monkeypatch):
    begun, go_on = threading.Event(), threading.Event()

    def slow(*_):
        begun.set()
        assert go_on.wait(120)
        return IngestReport()

    monkeypatch.setattr("assistant.api.library.take", slow)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(upload, client, ("a.txt", b"a"))
        assert begun.wait(120)
        second = upload(client, ("b.txt", b"b"), lang="ru")
        go_on.set()
        assert first.result(20).status_code == 200
    assert second.status_code == 409
    assert second.json()["error"] == "IngestRunningError"
    assert "другая загрузка" in second.json()["detail"]
    assert int(second.headers["retry-after"]) > 0


def test_a_home_that_cannot_be_written_is_a_problem_of_the_library(settings, monkeypatch):
    file = UploadFile(io.BytesIO(b"a"), filename="a.txt", size=1)
    (settings.home.parent / "in-the-way").write_text("")
    lost = settings.model_copy(update={"home": settings.home.parent / "in-the-way"})
    with pytest.raises(LibraryError):
        take([file], Said(None, None, None), lost, "en")


def test_an_upload_downloads_no_model(tmp_path):
    file = UploadFile(io.BytesIO(b"a"), filename="a.txt", size=1)
    with pytest.raises(ModelError, match="ai-policy ingest"):
        take([file], Said(None, None, None), Settings(home=tmp_path / "home"), "en")
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    ("chosen", "taken"),
    [
        ({}, True),
        ({"host": "::1"}, True),
        ({"host": "0.0.0.0"}, False),
        ({"host": "192.0.2.1"}, False),
        ({"host": "0.0.0.0", "api_ingest": True}, True),
        ({"api_ingest": False}, False),
    ],
)
def test_files_are_taken_where_only_this_machine_listens_unless_set_otherwise(tmp_path, chosen, taken):
    assert takes_files(Settings(home=tmp_path, **chosen)) is taken


@given(st.text(max_size=300))
@example("../../etc/passwd")
@example("a" * 300 + ".pdf")
@example("ю" * 300 + ".docx")
@example("con.txt")
@example("\ud800.txt")
def test_a_safe_name_is_one_step_that_every_file_system_takes(name):
    try:
        safe = safe_name(name)
    except InputError:
        return
    assert safe not in {"", ".", ".."}
    assert not set(safe) & set('/\\\x00:*?"<>|')
    assert not safe.startswith(".")
    assert len(safe.encode()) <= 255
    assert safe_name(safe) == safe
