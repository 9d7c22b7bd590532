"""What is asked, searched, checked, made again and exported, on the command line and over HTTP, is noted."""

from __future__ import annotations

import httpx
import pytest
from click.testing import CliRunner

import assistant as package
from assistant import cli
from assistant.access.notices import listen
from assistant.access.roles import ROLES, Ability, Role
from assistant.audit import Trail, noting
from assistant.errors import NotAllowedError
from assistant.records.owner import Owner
from assistant.settings import current_settings
from assistant.web.desk import allowed
from assistant.web.eligibility.case import Case
from assistant.web.eligibility.page import Page
from assistant.web.eligibility.tab import _note
from assistant.web.evaluation.actions import acted
from assistant.web.evaluation.page import Place
from tests.assistant.api.serving import bare, listening
from tests.assistant.audit.homes import events

ANNA = Owner("user:anna", "anna", ROLES[Role.READER])
MEASURE = "profit_tax_5"
QUESTION = "Кто поливает розы?"


@pytest.fixture
def run(garden, monkeypatch, tmp_path):
    monkeypatch.setattr(package, "default_assistant", lambda: garden)
    monkeypatch.setenv("AI_POLICY_HOME", str(garden.settings.home))
    monkeypatch.chdir(tmp_path)
    current_settings.cache_clear()

    def invoke(*arguments):
        done = CliRunner().invoke(cli.cli, list(arguments), catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.output

    yield invoke
    current_settings.cache_clear()


def test_the_command_line_notes_searches_checks_answers_made_again_and_exports(run, garden, tmp_path):
    run("search", QUESTION)
    printed = run("ask", QUESTION, "--json")
    (tmp_path / "answer.json").write_text(printed, encoding="utf-8")
    run("again", "answer.json")
    run("again", "answer.json", "--no-ask")
    run("check", MEASURE)
    run("export", "answer.json", "--to", "md", "-o", "memo.md")
    run("check", MEASURE, "--to", "md", "-o", "check.md")
    found = events(garden.settings)
    assert [event for event, _ in found] == [
        "searched", "asked", "asked_again", "asked_again", "checked", "exported", "checked", "exported"
    ]  # fmt: skip
    searched, asked, again, looked, checked, exported = (about for _, about in found[:6])
    assert searched["question"] == asked["question"] == again["question"] == looked["question"] == QUESTION
    assert searched["hits"] == len(garden.search(QUESTION))
    assert "ru-fz-1-2020@2024-03-01" in searched["editions"]
    assert (again["outcome"], again["status"]) == ("identical", asked["status"])
    assert (looked["outcome"], "status" in looked) == ("not_asked", False)
    assert (checked["verdicts"].keys(), checked["facts"]) == ({MEASURE}, 0)
    assert exported == {"format": "md", "to": "memo.md", "bytes": (tmp_path / "memo.md").stat().st_size}


def test_a_question_that_is_kept_as_a_hash_is_so_in_searches_too(garden):
    hashed = garden.settings.model_copy(
        update={"audit": garden.settings.audit.model_copy(update={"questions": "hash"})}
    )
    noting.searched(hashed, "local", "Мой номер 8-900?", [])
    ((_, about),) = events(hashed)
    assert about.keys() == {"question_sha256", "hits", "editions"}


def test_searches_and_checks_over_http_are_noted_with_who_did_them(garden):
    with listening(bare(garden)) as address, httpx.Client(base_url=address, trust_env=False) as client:
        for method, path, sent in (
            ("GET", "/api/v1/search", {"params": {"question": QUESTION, "k": 2}}),
            ("POST", "/api/v1/search", {"json": {"question": QUESTION, "k": 2}}),
            ("GET", f"/api/v1/check/{MEASURE}", {"params": {"accredited": "yes"}}),
            ("POST", f"/api/v1/check/{MEASURE}", {"json": {"profile": {"accredited": True}}}),
            ("POST", "/api/v1/check", {"json": {"profile": {"accredited": True}}}),
        ):
            assert client.request(method, path, **sent, timeout=120).status_code == 200
    found = events(garden.settings)
    assert [event for event, _ in found] == ["searched"] * 2 + ["checked"] * 3
    assert [about["hits"] for event, about in found if event == "searched"] == [2, 2]
    checks = [about for event, about in found if event == "checked"]
    assert [about["facts"] for about in checks] == [1, 1, 1]
    assert len(checks[-1]["verdicts"]) > 5
    assert set(actors(garden)) == {"local"}


def actors(garden):
    from assistant.audit.verify import read_entries

    return [entry.actor for _, entry in read_entries(Trail.of(garden.settings)) if entry]


def test_a_check_on_the_page_is_noted_when_its_verdicts_change_and_says_nothing_of_the_company(garden):
    case = Case(measure=MEASURE)

    def shown():
        page = Page(garden, case, "ru")
        page.made()
        _note(page, ANNA)

    shown()
    assert not events(garden.settings), "nothing is known of the company"
    case.answer("accredited", "нет")
    shown()
    shown()
    case.answer("staff", "17")
    shown()
    ((event, about),) = events(garden.settings)
    assert (event, about["facts"]) == ("checked", 1)
    assert about["verdicts"].keys() == {MEASURE}
    assert "accredited" not in str(about)
    assert actors(garden) == [ANNA.id]


def test_what_a_role_does_not_allow_inside_an_event_of_the_page_is_told(garden):
    told = []
    end = listen(told.append)
    try:
        with pytest.raises(NotAllowedError):
            allowed(ANNA, Ability.LIBRARY)
        assert allowed(ANNA, Ability.OWN_FILES) == ANNA
        for does in ("start", "stop", "resume", "own"):
            _, error = acted(garden, Place(), {"does": does}, may_start=False, owner=ANNA)
            assert error is not None
    finally:
        end()
    assert [(each.what, each.who, each.about, each.status) for each in told] == [
        ("refused", ANNA.id, "library", 403), *[("refused", ANNA.id, "evaluate", 403)] * 4
    ]  # fmt: skip
