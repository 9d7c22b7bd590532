"""Homes with runs over our own acts and a handful of cases, behind functions and behind a real page."""

from __future__ import annotations

import shutil
from contextlib import ExitStack

import pytest

from tests.assistant.web.conftest import pages_of
from tests.assistant.web.evaluation.serving import (
    FIRST,
    HEADER,
    forget_runs,
    kept_in,
    open_home,
    run_of,
    serving,
)


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


@pytest.fixture(scope="module")
def one_app(made, tmp_path_factory):
    """Starts the app over a copy of that home, once for all tests of a module; ``empty``: without runs."""
    with ExitStack() as running:

        def start(*, empty=False, **chosen):
            home = tmp_path_factory.mktemp("one-app") / "home"
            shutil.copytree(made, home, ignore=shutil.ignore_patterns("evals") if empty else None)
            assistant = open_home(home, **chosen)
            running.callback(close, assistant)
            return running.enter_context(serving(assistant)), assistant

        yield start


@pytest.fixture(scope="module")
def with_runs(one_app):
    """(address, assistant) of the page for one local user."""
    return one_app()


@pytest.fixture(scope="module")
def without_runs(one_app):
    """(address, assistant) of a page over a home without runs."""
    return one_app(empty=True)


def _lent(app, request):
    """The app; once its pages are left, what a test had run there is over and forgotten."""
    kept = kept_in(app[1])
    pages = pages_of(request)
    yield app
    try:
        if pages is not None:
            pages.leave()
    finally:
        forget_runs(app[1], kept)


@pytest.fixture
def served(with_runs, request):
    """(address, assistant) of the page for one local user, with the two runs."""
    yield from _lent(with_runs, request)


@pytest.fixture
def fresh(without_runs, request):
    """(address, assistant) of a page over a home without runs."""
    yield from _lent(without_runs, request)


@pytest.fixture
def looked_at(with_runs):
    """The address of the page with the two runs, for tests that only look."""
    return with_runs[0]


@pytest.fixture(scope="module")
def signed(one_app):
    """(address, assistant) of the page behind a proxy that says who is signed in."""
    return one_app(owner_header=HEADER)


@pytest.fixture
def opened(pages):
    """Opens the tab; afterwards, nothing has left this machine and no console has complained."""

    def open_page(address, query="", wait=".ev-lead", **more):
        return pages.open(f"{address}/?tab=evaluation{query}", wait, **more)

    yield open_page
    pages.leave()


@pytest.fixture
def at_the_list(pages, looked_at, request):
    """The one page that tests walk which only look, at the list of runs."""

    def back(page):
        close = page.get_by_role("button", name="← Все прогоны")
        if close.count():
            close.click()
            page.wait_for_selector(".ev-run", state="detached")
        page.wait_for_selector(".ev-list")

    yield pages.walk(f"{looked_at}/?tab=evaluation", ".ev-list", back, request.session.testsfailed)
    pages.leave()


@pytest.fixture
def at_the_first_run(at_the_list):
    """The same page, at the first run."""
    at_the_list.locator(f".ev-list [data-run='{FIRST}']").click()
    at_the_list.wait_for_selector(f".ev-run[data-run='{FIRST}']")
    at_the_list.wait_for_selector(".ev-case")
    return at_the_list
