"""The embedded corpus behind the whole app, for one local user and for several who sign in."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from assistant.engine import Assistant
from tests.assistant.api.serving import listening
from tests.assistant.eligibility.held import Home, embedded
from tests.assistant.web.conftest import cut_off_by_leaving
from tests.assistant.web.eligibility.pages import MEASURE

HEADER = "X-Signed-In"


@pytest.fixture(scope="session")
def assistant():
    """An assistant over the embedded corpus."""
    return embedded()


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """The address of the app for one local user."""
    from assistant.web.app import create

    folder = tmp_path_factory.mktemp("served")
    home = Home.new(folder)
    settings = embedded().settings.model_copy(update={"home": folder})
    with listening(create(Assistant(settings, library=home.library))) as address:
        yield address
    home.library.close()


@pytest.fixture(scope="module")
def signed(tmp_path_factory):
    """The address of the app behind a proxy that says who is signed in."""
    from assistant.web.app import create

    folder = tmp_path_factory.mktemp("signed")
    home = Home.new(folder)
    settings = embedded().settings.model_copy(update={"home": folder, "owner_header": HEADER})
    with listening(create(Assistant(settings, library=home.library))) as address:
        yield address
    home.library.close()


@pytest.fixture
def opened(browser):
    """Opens the tab; afterwards, nothing has left this machine and no console has complained."""
    contexts, asked, problems, homes = [], [], [], set()

    def open_page(address, query=f"&measure={MEASURE}", locale="ru-RU", width=1280, height=900, **more):
        context = browser.new_context(locale=locale, viewport={"width": width, "height": height}, **more)
        contexts.append(context)
        homes.add(urlsplit(address).netloc)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)
        page.goto(f"{address}/?tab=eligibility{query}")
        page.wait_for_selector(".el-verdict")
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
