"""Checks of measures over the embedded corpus, through a real server."""

from __future__ import annotations

import pytest

from assistant.api.check import EXAMPLE, CheckQuery
from assistant.api.errors import Problem
from assistant.eligibility.facts import facts
from assistant.eligibility.measures import measures
from assistant.eligibility.model import CheckResult
from assistant.web.guard import MAX_BODY
from tests.assistant.api.test_service import samples

RU, EN = {"accept-language": "ru-RU,ru;q=0.9"}, {"accept-language": "en"}
ROSE = {**EXAMPLE, "it_income_share_tax": 75}
DAY = "2026-11-29"


def checked(client, measure="profit_tax_5", profile=ROSE, headers=EN, **more) -> CheckResult:
    sent = {"profile": profile, "as_of": DAY, **more}
    reply = client.post(f"/api/v1/check/{measure}", json=sent, headers=headers)
    assert reply.status_code == 200, reply.text
    return CheckResult.model_validate(reply.json())


def refused(reply, status, error) -> Problem:
    assert (reply.status_code, reply.headers["content-type"]) == (status, "application/problem+json")
    found = Problem.model_validate(reply.json())
    assert found.error == error
    return found


# ── one measure ───────────────────────────────────────────────────────────────────────────────────


def test_a_check_is_that_of_the_assistant(client, corpus):
    for measure in measures():
        made = corpus[1].check(measure, ROSE, as_of=DAY, lang="en")
        assert checked(client, measure) == made


def test_facts_decide_and_every_criterion_carries_its_source(client):
    able = checked(client)
    assert able.verdict == "eligible"
    assert all(each.citations for each in able.criteria)
    unable = checked(client, profile={**ROSE, "it_income_share_tax": 60})
    assert unable.verdict == "not_eligible"
    assert [change.fact for way in unable.ways for change in way.changes] == ["it_income_share_tax"]


def test_the_citations_of_a_check_lead_to_their_quotations(client):
    for each in checked(client, "it_accreditation").criteria:
        for citation in each.citations:
            text = client.get(f"/api/v1/acts/{citation.act}").json()["text"]
            assert text[citation.start : citation.end] == citation.quote


def test_facts_in_an_address_are_the_same_facts(client):
    said = {"accredited": "да", "it_income_share_tax": "75 %", "federation_share": "0", "name": "ООО «Роза»",
            "reorganised_since_july_2022": "no", "as_of": DAY, "staff": ""}  # fmt: skip
    reply = client.get("/api/v1/check/profit_tax_5", params=said, headers=EN)
    found, made = CheckResult.model_validate(reply.json()), checked(client)
    assert sorted(found.profile, key=str) == sorted(made.profile, key=str)
    assert found.model_copy(update={"profile": made.profile}) == made
    assert {"as_of", "lang", "name", *facts()} == CheckQuery.model_fields.keys()


@pytest.mark.parametrize("said", [{"min": 70, "max": 80}, "70-80", "не менее 70 %", {"min": 70}, 70, 70.5])
def test_a_number_may_be_known_roughly(client, said):
    assert checked(client, profile={**ROSE, "it_income_share_tax": said}).verdict == "eligible"


def test_facts_go_by_their_names_too_and_null_says_nothing(client):
    profile = {
        "ИТ-аккредитация есть": "да",
        "Доля ИТ-доходов (перечень Налогового кодекса)": 75,
        "staff": None,
    }
    found = checked(client, profile=profile)
    assert [each.fact for each in found.profile] == ["accredited", "it_income_share_tax"]
    assert found.verdict == "insufficient" and found.missing


def test_a_measure_goes_by_its_names_too(client):
    assert checked(client, "льгота по НДС", {}).measure == "vat_exemption"
    assert checked(client, "profit-tax-5", {}).measure == "profit_tax_5"


def test_the_day_is_that_asked_for_else_that_of_the_profile(client):
    assert checked(client, as_of="2023-05-06").as_of == "2023-05-06"
    assert checked(client, profile={**ROSE, "as_of": "2024-01-02"}, as_of=None).as_of == "2024-01-02"


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_words_are_in_the_language_asked_for_else_the_callers(client, lang):
    other = {"ru": EN, "en": RU}[lang]
    for found in (
        checked(client, lang=lang, headers=other),
        checked(client, headers={"ru": RU, "en": EN}[lang]),
    ):
        assert found.language == lang
        assert found.title == {"ru": "Налог на прибыль 5 %", "en": "Profit tax 5%"}[lang]


# ── all of them ───────────────────────────────────────────────────────────────────────────────────


def test_all_measures_come_with_those_that_fit_first(client):
    reply = client.post("/api/v1/check", json={"profile": ROSE, "as_of": DAY}, headers=EN)
    found = [CheckResult.model_validate(each) for each in reply.json()]
    assert {each.measure for each in found} == set(measures())
    assert found[0].measure == "profit_tax_5" and found[0].verdict == "eligible"
    kinds = [each.kind for each in found]
    assert kinds == sorted(kinds, reverse=True)
    assert found[0] == checked(client)


def test_without_facts_everything_is_asked_for(client):
    found = client.post("/api/v1/check", json={}, headers=RU).json()
    assert {each["verdict"] for each in found} == {"insufficient"}
    assert all(each["missing"] and each["language"] == "ru" for each in found)


# ── what can be checked ───────────────────────────────────────────────────────────────────────────


def test_measures_are_listed_with_the_facts_they_ask_for(client):
    listed = {each["id"]: each for each in client.get("/api/v1/measures", headers=RU).json()}
    assert listed.keys() == measures().keys()
    tax = listed["profit_tax_5"]
    assert (tax["title"], tax["kind"], tax["open"]) == ("Налог на прибыль 5 %", "support", "yes")
    assert "ru-fz-117-2000" in tax["acts"] and "profit tax" in tax["other_names"]
    asked = [fact["id"] for fact in tax["facts"]]
    assert asked == ["accredited", "it_income_share_tax", "federation_share", "reorganised_since_july_2022",
                     "spin_off_parent"]  # fmt: skip
    assert listed["duty_recommender"]["kind"] == "duty"
    english = client.get("/api/v1/measures", params={"lang": "en"}, headers=RU).json()
    assert {each["title"] for each in english} == {each.title.en for each in measures().values()}


def test_a_listed_measure_can_be_decided_by_the_facts_it_asks_for(client):
    for each in client.get("/api/v1/measures").json():
        asked = {fact["id"] for fact in each["facts"]}
        for answers in checked(client, each["id"], {}).missing:
            assert set(answers.facts) <= asked


def test_facts_are_told_with_all_a_form_needs(client):
    told = client.get("/api/v1/facts", headers=RU).json()
    listed = {each["id"]: each for each in told["facts"]}
    assert list(listed) == list(facts())
    assert {each["group"] for each in told["facts"]} <= {each["id"] for each in told["groups"]}
    assert all(each["label"] and each["help"] for each in told["facts"])
    units = {name: each["unit"] for name, each in listed.items()}
    assert (units["staff"], units["revenue"], units["it_income_share"]) == ("чел.", "руб.", "%")
    assert units["accredited"] is None and units["registered_on"] is None
    assert {"id": "university", "label": "вуз"} in listed["org_form"]["options"]
    assert listed["spin_off_parent"]["only_if"] == "reorganised_since_july_2022"
    english = client.get("/api/v1/facts", headers=EN).json()["facts"]
    assert {each["id"]: each["unit"] for each in english}["revenue"] == "RUB"


# ── what cannot be used ───────────────────────────────────────────────────────────────────────────


def test_an_unknown_measure_is_a_404_that_lists_those_there_are(client):
    for lang, headers in (("ru", RU), ("en", EN)):
        for reply in (client.post("/api/v1/check/луна", json={}, headers=headers),
                      client.get("/api/v1/check/луна", headers=headers)):  # fmt: skip
            said = refused(reply, 404, "UnknownMeasureError")
            assert "«луна»" in said.detail if lang == "ru" else "'луна'" in said.detail
            assert "profit_tax_5" in said.detail
            assert client.get(said.type, headers=headers).json()["title"] == said.title


@pytest.mark.parametrize(
    ("profile", "wrong"),
    [
        ({"colour": "red"}, {"colour"}),
        ({"accredited": "perhaps"}, {"accredited"}),
        ({"it_income_share": 140}, {"it_income_share"}),
        ({"it_income_share": "-5"}, {"it_income_share"}),
        ({"it_income_share": {}}, {"it_income_share"}),
        ({"staff": True}, {"staff"}),
        ({"registered_on": "2024-13-45"}, {"registered_on"}),
        ({"org_form": "club"}, {"org_form"}),
        ({"main_okved": "IT"}, {"main_okved"}),
        ({"accredited": True, "staff": "many", "revenue": "a lot", "x": 1}, {"staff", "revenue", "x"}),
    ],
)
@pytest.mark.parametrize("path", ["/api/v1/check", "/api/v1/check/it_accreditation"])
def test_a_fact_that_cannot_be_used_is_a_422_that_names_it(client, path, profile, wrong):
    for lang, headers in (("ru", RU), ("en", EN)):
        said = refused(
            client.post(path, json={"profile": profile}, headers=headers), 422, "UnusableFactError"
        )
        assert {each.where for each in said.wrong} == {f"profile.{name}" for name in wrong}
        assert all(name in said.detail for name in wrong)
        assert any("а" <= letter <= "я" for letter in said.title) == (lang == "ru")


def test_a_fact_in_an_address_that_cannot_be_used_is_named(client):
    reply = client.get("/api/v1/check/it_accreditation", params={"staff": "many"}, headers=RU)
    said = refused(reply, 422, "UnusableFactError")
    assert [each.where for each in said.wrong] == ["staff"] and "Число работников" in said.detail
    reply = client.get("/api/v1/check/it_accreditation", params={"colour": "red"}, headers=RU)
    assert [each.where for each in refused(reply, 400, "InputError").wrong] == ["colour"]


def test_a_fact_under_two_names_is_refused(client):
    reply = client.post("/api/v1/check", json={"profile": {"staff": 1, "headcount": 2}}, headers=EN)
    assert "staff is given twice" in refused(reply, 422, "UnusableFactError").detail


LISTS = {
    "a list": {"profile": {"staff": [1]}},
    "an object": {"profile": {"staff": {"least": 1}}},
    "too many facts": {"profile": {f"f{number}": 1 for number in range(201)}},
    "a long name": {"profile": {"f" * 201: 1}},
    "no name": {"profile": {"": 1}},
    "a long value": {"profile": {"region": "x" * 1001}},
    "a huge number": {"profile": {"revenue": 10**400}},
    "a parameter nobody knows": {"profile": {}, "colour": 1},
    "another language": {"lang": "fr"},
    "no date": {"as_of": "yesterday"},
    "a profile of no date": {"profile": {"as_of": "yesterday"}},
    "no object": [],
}


@pytest.mark.parametrize("path", ["/api/v1/check", "/api/v1/check/profit_tax_5"])
@pytest.mark.parametrize("name", LISTS)
def test_a_request_that_is_none_is_a_400(client, path, name):
    said = refused(client.post(path, json=LISTS[name], headers=RU), 400, "InputError")
    assert any("а" <= letter <= "я" for letter in said.detail)


@pytest.mark.parametrize(
    "body", [b'{"profile": {"region": "\\ud800"}}', b'{"profile": {"staff": NaN}}', b'{"profile": {"staff": 1e999}}',
             b"{", b'{"profile": {"\\udfff": 1}}', b'{"profile": {"staff": ' + b"9" * 5000 + b"}}"]
)  # fmt: skip
def test_what_is_no_plain_json_is_refused(client, body):
    reply = client.post("/api/v1/check", content=body, headers={"content-type": "application/json"})
    assert reply.status_code in (400, 422)
    assert Problem.model_validate(reply.json()).status == reply.status_code


def test_a_body_of_too_many_bytes_is_a_413(client):
    assert client.post("/api/v1/check", content=b" " * (MAX_BODY + 1)).status_code == 413


# ── what is counted and described ─────────────────────────────────────────────────────────────────


def test_verdicts_are_counted_by_measure_and_no_fact_is(client):
    def count(told, measure, verdict):
        return told.get(("ai_policy_checks_total", ("measure", measure), ("verdict", verdict)), 0)

    before = samples(client)
    checked(client)
    checked(client, profile={**ROSE, "name": "Совсем тайная", "it_income_share_tax": 60})
    client.post("/api/v1/check", json={"profile": ROSE, "as_of": DAY})
    client.post("/api/v1/check/тайная", json={})
    after = samples(client)
    assert count(after, "profit_tax_5", "eligible") - count(before, "profit_tax_5", "eligible") == 2
    assert count(after, "profit_tax_5", "not_eligible") - count(before, "profit_tax_5", "not_eligible") == 1
    assert count(after, "vat_exemption", "insufficient") - count(before, "vat_exemption", "insufficient") == 1
    assert "айная" not in client.get("/metrics").text


def test_the_examples_of_the_description_work(client):
    document = client.get("/api/openapi.json").json()
    schema = document["components"]["schemas"]["CheckRequest"]
    example = schema["properties"]["profile"]["examples"][0]
    measure = document["paths"]["/api/v1/check/{measure}"]["post"]["parameters"][0]["schema"]
    named = measure.get("examples") or document["paths"]["/api/v1/check/{measure}"]["post"]["parameters"][0][
        "examples"]  # fmt: skip
    assert checked(client, named[0], example).verdict == "eligible"
    parameters = document["paths"]["/api/v1/check/{measure}"]["get"]["parameters"]
    examples = {each["name"]: each["schema"]["examples"][0] for each in parameters if each["name"] in facts()}
    assert examples.keys() == facts().keys()
    for name, said in examples.items():
        reply = client.get("/api/v1/check/it_accreditation", params={name: said})
        assert reply.status_code == 200, (name, said)
