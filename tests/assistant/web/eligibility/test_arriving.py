"""What an address, a description and a file hand over: always to be confirmed, never used by itself."""

from __future__ import annotations

import base64
import json

import pytest

from assistant.errors import InputError
from assistant.web.eligibility import actions, arriving
from assistant.web.eligibility.case import Case

START = "?tab=eligibility&measure=it_accreditation"


def arrived(query):
    case = Case()
    arriving.from_address(case, query)
    return case


def coded(text):
    return base64.b64encode(text.encode() if isinstance(text, str) else text).decode()


def test_an_address_names_a_measure_and_facts_that_wait():
    case = arrived(f"{START}&it_income_share=40&accredited=нет&as_of=2026-05-01")
    assert (case.measure, case.as_of) == ("it_accreditation", "2026-05-01")
    assert case.profile.values == {}
    assert case.proposal.profile.content() == {"it_income_share": "40", "accredited": "нет"}
    assert case.proposal.errors == ()


def test_what_an_address_says_wrongly_is_told_and_the_rest_goes_on():
    case = arrived(f"{START}&it_income_share=140&nonsense=1&staff=5&as_of=soon")
    assert case.proposal.profile.content() == {"staff": "5"}
    told = " ".join(each.ru for each in case.proposal.errors)
    assert "«140»" in told and "nonsense" in told and "soon" in told
    assert case.as_of == ""


def test_an_unknown_measure_leaves_all_measures():
    case = arrived("?tab=eligibility&measure=<script>")
    assert case.measure == ""
    assert "<script>" in case.proposal.errors[0].en  # told back as text; the page escapes it


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?",
        "?tab=library&act=x",
        "?tab=eligibility",
        "?it_income_share=40",
        "?tab=eligibility&c=1&__theme=dark",
    ],
)
def test_an_address_of_something_else_hands_nothing_over(query):
    case = arrived(query)
    assert (case.measure, case.proposal) == ("", None)


def test_a_description_gives_facts_with_their_words_and_what_was_not_understood(assistant):
    case = Case()
    text = "ООО, доля ИТ-доходов 40 %, государство не участвует. Выручка примерно 30 миллионов."
    actions.act(case, assistant, {"does": "describe", "text": text})
    found = case.proposal
    assert found.profile.values["it_income_share"].text
    assert "40 %" in found.words["it_income_share"]
    assert any("30 миллионов" in words for words, _ in found.left)
    assert case.profile.values == {}


def test_an_empty_description_is_told(assistant):
    with pytest.raises(InputError, match="Type a description"):
        actions.act(Case(), assistant, {"does": "describe", "text": "  "})


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.yaml", "it_income_share: 40\nname: Ромашка\n"),
        ("a.json", json.dumps({"it_income_share": 40, "name": "Ромашка"})),
        ("a.csv", "fact,value\nit_income_share,40\nname,Ромашка\n"),
    ],
)
def test_a_file_of_each_kind_is_read_and_waits(assistant, name, content):
    case = Case()
    actions.act(case, assistant, {"does": "file", "name": name, "content": coded(content)})
    assert case.profile.values == {}
    assert case.proposal.profile.name == "Ромашка"
    actions.act(case, assistant, {"does": "confirm", "chosen": ["it_income_share"]})
    assert case.profile.content() == {"name": "Ромашка", "it_income_share": "40"}


def test_a_table_of_several_companies_asks_which(assistant):
    case = Case()
    table = "название,доля ит,штат\nПервая,20,3\nВторая,50,7\n"
    actions.act(case, assistant, {"does": "file", "name": "a.csv", "content": coded(table)})
    assert [each.name for each in case.proposal.companies] == ["Первая", "Вторая"]
    actions.act(case, assistant, {"does": "company", "number": "1"})
    assert case.proposal.profile.content() == {"name": "Вторая", "staff": "7", "it_income_share": "50"}


@pytest.mark.parametrize(
    "content",
    [
        coded(b"\xff\xfe\x00"),
        coded("- a\n- b\n"),
        coded("nonsense: 1\n"),
        coded("staff: many\n"),
        "***",
        coded("x" * 500_001),
    ],
)
def test_a_file_that_cannot_be_used_is_told_and_nothing_changes(assistant, content):
    case = Case()
    with pytest.raises(InputError):
        actions.act(case, assistant, {"does": "file", "name": "a.yaml", "content": content})
    assert (case.proposal, case.profile.values) == (None, {})


# ── actions from a browser that says anything ─────────────────────────────────────────────────


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"does": "format-disk"},
        {"does": "answer", "fact": "nonsense", "value": "1"},
        {"does": "answer", "fact": ["staff"], "value": "1"},
        {"does": "choose", "measure": "nonsense"},
        {"does": "day", "day": "tomorrow"},
        {"does": "company", "number": "7"},
        {"does": "company", "number": "-1"},
        {"does": "try", "fact": ""},
        {"does": "ask", "fact": None},
    ],
)
def test_what_no_page_sends_is_refused_and_changes_nothing(assistant, sent):
    case = Case()
    with pytest.raises(InputError):
        actions.act(case, assistant, sent)
    assert case == Case()


def test_a_very_long_answer_is_cut_not_kept(assistant):
    case = Case()
    actions.act(case, assistant, {"does": "answer", "fact": "staff", "value": "9" * 10_000})
    assert case.profile.values["staff"].text == "9" * 120


def test_the_address_is_read_once(assistant):
    case = Case()
    actions.act(case, assistant, {"does": "arrive", "query": f"{START}&staff=5"})
    actions.act(case, assistant, {"does": "discard"})
    actions.act(case, assistant, {"does": "arrive", "query": f"{START}&staff=5"})
    assert case.proposal is None


def test_a_tried_value_like_the_present_one_is_no_trial(assistant):
    case = Case(measure="it_accreditation")
    actions.act(case, assistant, {"does": "answer", "fact": "it_income_share", "value": "40"})
    assert actions.act(case, assistant, {"does": "try", "fact": "it_income_share", "value": "30"}) is False
    assert list(case.tried) == ["it_income_share"]
    actions.act(case, assistant, {"does": "try", "fact": "it_income_share", "value": "40.0"})
    assert case.tried == {}
    actions.act(case, assistant, {"does": "try", "fact": "it_income_share", "value": "much"})
    assert "«much»" in case.try_error.ru
