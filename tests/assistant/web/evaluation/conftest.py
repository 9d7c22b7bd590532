"""Homes with runs over our own acts and a handful of cases, behind functions and behind a real page."""

from __future__ import annotations

import shutil
from urllib.parse import urlsplit

import pytest

from tests.assistant.web.conftest import cut_off_by_leaving
from tests.assistant.web.evaluation.serving import HEADER, open_home, run_of, serving


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """A home with two finished runs of the same cases: the second answers with one statement at most."""
    from evals import plans

    shipped, plans.CASES = plans.CASES, tmp_path_factory.mktemp("no-cases")
    home = tmp_path_factory.mktemp("made") / "home"
    first = open_home(home)
    run_of(first, home.parent / "own", day=1)
    close(first)
    second = open_home(home, answer={"hits": 1}, retrieval={"dense": False})
    run_of(second, home.parent / "own", day=2)
    close(second)
    plans.CASES = shipped
    return home


@pytest.fixture(autouse=True)
def nothing_ships(monkeypatch, tmp_path_factory):
    """Suites hold a person's own cases alone, so that a run takes seconds."""
    from evals import plans

    monkeypatch.setattr(plans, "CASES", tmp_path_factory.mktemp("no-cases"))


def close(assistant):
    assistant.indexes.vectors.close()
    assistant.library.close()


@pytest.fixture
def opening(made, tmp_path):
    """Opens a copy of that home; ``empty``: one without runs."""
    opened = []

    def open_copy(*, empty=False, **chosen):
        home = tmp_path / f"home-{len(opened)}"
        shutil.copytree(made, home)
        if empty:
            shutil.rmtree(home / "evals")
        opened.append(open_home(home, **chosen))
        return opened[-1]

    yield open_copy
    for assistant in opened:
        assistant.let_all()
        close(assistant)


@pytest.fixture
def home(opening):
    """An assistant over a copy of that home."""
    return opening()


@pytest.fixture
def served(home):
    """(address, assistant) of the page for one local user."""
    with serving(home) as address:
        yield address, home


@pytest.fixture
def signed(opening):
    """(address, assistant) of the page behind a proxy that says who is signed in."""
    assistant = opening(owner_header=HEADER)
    with serving(assistant) as address:
        yield address, assistant


@pytest.fixture
def opened(browser):
    """Opens the tab; afterwards, nothing has left this machine and no console has complained."""
    contexts, asked, problems, homes = [], [], [], set()

    def watch(page):
        page.set_default_timeout(60_000)
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)

    def open_page(address, query="", locale="ru-RU", width=1280, height=900, wait=".ev-lead", **more):
        context = browser.new_context(locale=locale, viewport={"width": width, "height": height}, **more)
        context.on("page", watch)
        contexts.append(context)
        homes.add(urlsplit(address).netloc)
        page = context.new_page()
        page.goto(f"{address}/?tab=evaluation{query}")
        page.wait_for_selector(wait)
        return page

    yield open_page
    for context in contexts:
        context.close()
    away = [
        url
        for url in asked
        if urlsplit(url).scheme not in ("data", "blob") and urlsplit(url).netloc not in homes
    ]
    assert asked
    assert away == []
    assert [each for each in problems if not cut_off_by_leaving(each)] == []


@pytest.fixture
def fresh(opening):
    """(address, assistant) of a page over a home without runs."""
    assistant = opening(empty=True)
    with serving(assistant) as address:
        yield address, assistant
