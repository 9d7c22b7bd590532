"""Files of a check over HTTP: made anew from what the page sends, for whoever asks from the app's own page."""

from __future__ import annotations

import io
from urllib.parse import unquote

import httpx
import pytest
import yaml
from docx import Document

from assistant.eligibility.profile import Profile, profiles_of
from tests.assistant.web.eligibility.conftest import HEADER

WANTED = {
    "measure": "it_accreditation",
    "as_of": "2026-11-29",
    "lang": "ru",
    "profile": {"it_income_share": "27"},
}


def post(address, path, wanted=None, **headers):
    return httpx.post(f"{address}/exports/checks/{path}", json=wanted or WANTED, headers=headers, timeout=180)


def test_a_result_comes_as_a_word_file_with_its_criteria(served):
    reply = post(served, "result.docx")
    assert reply.status_code == 200
    assert "Аккредитация-ИТ-компании.docx" in unquote(reply.headers["content-disposition"])
    assert reply.headers["cache-control"] == "private, no-store"
    document = Document(io.BytesIO(reply.content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    text = "\n".join([*(each.text for each in document.paragraphs), *cells])
    assert "Доходы от ИТ-деятельности превышают 30 % всех доходов" in text
    assert "27 %" in text


def test_a_result_comes_as_a_pdf_and_as_markdown(served):
    assert post(served, "result.pdf").content.startswith(b"%PDF-")
    assert "27 %" in post(served, "result.md").text


def test_all_measures_come_in_one_file(served):
    text = post(served, "result.md", {**WANTED, "measure": "", "lang": "en"}).text
    assert "IT company accreditation" in text and "Skolkovo" in text


def test_the_facts_come_as_a_file_that_can_be_read_back(served):
    said = {
        "it_income_share": "> 30",
        "registered_on": "2022-05",
        "main_okved": "62.10",
        "name": "Ромашка",
        "accredited": "да",
    }
    reply = post(served, "profile.yaml", {"profile": said, "as_of": "2026-05-01"})
    assert "profile.yaml" in reply.headers["content-disposition"]
    assert yaml.safe_load(reply.text)["main_okved"] == "62.10"
    back = profiles_of(reply.content, "profile.yaml")[0]
    assert back == Profile.of({**said, "as_of": "2026-05-01"})


@pytest.mark.parametrize(
    "wanted",
    [
        {**WANTED, "measure": "nonsense"},
        {**WANTED, "as_of": "soon"},
        {**WANTED, "profile": {"nonsense": "1"}},
        {**WANTED, "profile": {"staff": "many"}},
        {**WANTED, "more": 1},
        {**WANTED, "profile": {"staff": "9" * 300_000}},
        ["a"],
    ],
)
def test_what_cannot_be_used_is_refused_with_a_reason(served, wanted):
    reply = post(served, "result.docx", wanted)
    assert reply.status_code == 400
    assert reply.json()["message"]


def test_an_unknown_format_is_refused(served):
    assert post(served, "result.exe").status_code == 400


def test_another_sites_page_gets_nothing(served):
    assert post(served, "result.md", origin="https://elsewhere.example").status_code == 403
    assert post(served, "result.md", **{"sec-fetch-site": "cross-site"}).status_code == 403


def test_where_people_sign_in_nobody_gets_a_file_without_a_name(signed):
    assert post(signed, "result.md").status_code == 401
    assert post(signed, "result.md", **{HEADER: "anna"}).status_code == 200
