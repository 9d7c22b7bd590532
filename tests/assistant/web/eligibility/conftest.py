"""The embedded corpus behind the whole app, for one local user and for several who sign in."""

from __future__ import annotations

import pytest

from assistant.engine import Assistant
from tests.assistant.api.serving import listening
from tests.assistant.eligibility.held import Home, embedded
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
def opened(pages):
    """Opens the tab; afterwards, nothing has left this machine and no console has complained."""

    def open_page(address, query=f"&measure={MEASURE}", **more):
        return pages.open(f"{address}/?tab=eligibility{query}", ".el-verdict", **more)

    yield open_page
    pages.leave()
