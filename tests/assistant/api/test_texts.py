"""Acts and provisions over the embedded corpus."""

from __future__ import annotations

import pytest

from assistant.model import ActSummary, Answer, Hit, Shown

COMMISSION = "ru-kaliningrad-ai-commission-2026"


@pytest.fixture(scope="module")
def held(client):
    return [ActSummary.model_validate(act) for act in client.get("/api/v1/acts").json()]


def test_acts_lists_what_is_held_and_the_catalogue_what_is_known(client, held):
    known = client.get("/api/v1/acts", params={"catalogue": True}).json()
    assert COMMISSION in {act.act for act in held}
    assert {act.act for act in held} < {act["act"] for act in known}


def test_an_act_is_shown_whole_and_a_provision_by_its_id_with_slashes(client):
    whole = Shown.model_validate(client.get(f"/api/v1/acts/{COMMISSION}").json())
    part = Shown.model_validate(client.get(f"/api/v1/acts/{COMMISSION}/provisions/digest/1/ru").json())
    assert part.provision == "digest/1/ru"
    assert part.ref == f"{COMMISSION}#digest/1/ru"
    assert whole.text[part.start : part.end] == part.text


def test_every_reference_of_a_search_leads_to_its_text(client):
    found = client.get(
        "/api/v1/search", params={"question": "комиссия по искусственному интеллекту", "k": 20}
    )
    hits = [Hit.model_validate(hit) for hit in found.json()]
    assert len(hits) == 20
    for hit in hits:
        shown = client.get(f"/api/v1/acts/{hit.act}/provisions/{hit.provision}").json()
        assert (shown["ref"], shown["start"]) == (hit.ref, hit.start)


def test_an_answers_citations_lead_to_their_quotations(client):
    question = {"question": "Какие задачи у комиссии по развитию ИИ Калининградской области?"}
    answer = Answer.model_validate(client.post("/api/v1/ask", json=question).json())
    assert answer.status == "answered"
    for citation in answer.citations:
        shown = client.get(f"/api/v1/acts/{citation.act}").json()
        assert shown["text"][citation.start : citation.end] == citation.quote


@pytest.mark.parametrize(
    "path", ["/api/v1/acts/xx-none", f"/api/v1/acts/{COMMISSION}/provisions/p9/q/ы", "/api/v1/acts/xx/diff"]
)
def test_what_is_not_held_is_a_404_that_names_the_path(client, path):
    reply = client.get(path)
    assert reply.status_code == 404
    assert reply.json()["error"] == "NotHeldError"
    assert reply.json()["instance"] == str(reply.url.raw_path, "ascii")


def test_a_single_edition_has_nothing_to_be_compared_with(client):
    reply = client.get(f"/api/v1/acts/{COMMISSION}/diff")
    assert reply.status_code in (400, 404)
    assert reply.headers["content-type"] == "application/problem+json"


def test_bodies_are_found_by_name(client):
    found = client.get("/api/v1/bodies", params={"name": "комиссия Калининградской области"}).json()
    assert found
    assert all(body["properties"] for body in found)
    assert client.get("/api/v1/watches").json() == []
    assert client.get("/api/v1/changes").json() == []


def test_the_addresses_of_earlier_versions_give_the_same(client):
    for path in ("acts", "bodies", "search?question=комиссия"):
        assert client.get(f"/api/{path}").json() == client.get(f"/api/v1/{path}").json()
    earlier = client.get(f"/api/show/{COMMISSION}", params={"provision": "digest/1/ru"}).json()
    assert earlier == client.get(f"/api/v1/acts/{COMMISSION}/provisions/digest/1/ru").json()
