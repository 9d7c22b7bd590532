"""Homes with runs over our own acts and a handful of cases, behind functions and behind a real page."""

from __future__ import annotations

import shutil

import pytest

from tests.assistant.web.conftest import pages_of
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
def served(home, request):
    """(address, assistant) of the page for one local user."""
    yield from _served(home, request)


def _served(assistant, request):
    pages = pages_of(request)
    with serving(assistant) as address:
        yield address, assistant
        if pages is not None:
            pages.leave()


@pytest.fixture(scope="module")
def looked_at(made, tmp_path_factory):
    """The address of a page over that home, for tests that only look."""
    home = tmp_path_factory.mktemp("looked-at") / "home"
    shutil.copytree(made, home)
    assistant = open_home(home)
    with serving(assistant) as address:
        yield address
    close(assistant)


@pytest.fixture(scope="module")
def never_run(made, tmp_path_factory):
    """(address, assistant) of a page over a home without runs, for tests that start none."""
    home = tmp_path_factory.mktemp("never-run") / "home"
    shutil.copytree(made, home, ignore=shutil.ignore_patterns("evals"))
    assistant = open_home(home)
    with serving(assistant) as address:
        yield address, assistant
    close(assistant)


@pytest.fixture
def signed(opening, request):
    """(address, assistant) of the page behind a proxy that says who is signed in."""
    yield from _served(opening(owner_header=HEADER), request)


@pytest.fixture
def opened(pages):
    """Opens the tab; afterwards, nothing has left this machine and no console has complained."""

    def open_page(address, query="", wait=".ev-lead", **more):
        return pages.open(f"{address}/?tab=evaluation{query}", wait, **more)

    yield open_page
    pages.leave()


@pytest.fixture
def fresh(opening, request):
    """(address, assistant) of a page over a home without runs."""
    yield from _served(opening(empty=True), request)
