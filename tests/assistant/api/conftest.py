"""The embedded corpus behind a real server: the whole pipeline, with an embedding model of some kilobytes."""

from __future__ import annotations

import logging
from contextlib import ExitStack, contextmanager

import httpx
import pytest

from assistant.engine import Assistant
from assistant.settings import Settings
from tests.assistant.api.serving import bare, listening
from tests.assistant.web.standin import StandIn


@pytest.fixture(scope="session")
def corpus(corpus_settings):
    """(address, assistant) of a server over the embedded corpus."""
    assistant = Assistant(corpus_settings)
    assistant.warm_up()
    with listening(bare(assistant)) as address:
        yield address, assistant
    assistant.library.close()


@pytest.fixture(scope="session")
def client(corpus):
    """An HTTP client of that server."""
    with httpx.Client(base_url=corpus[0], timeout=180, trust_env=False) as opened:
        yield opened


@contextmanager
def over_standin(home, **chosen):
    """(client, stand-in) of a server over the stand-in."""
    assistant = StandIn(Settings(home=home, port=0, lang="en", **chosen))
    with (
        listening(bare(assistant)) as address,
        httpx.Client(base_url=address, timeout=120, trust_env=False) as client,
    ):
        try:
            yield client, assistant
        finally:
            assistant.let_go.set()


@pytest.fixture
def standin(tmp_path):
    """Start a server over the stand-in with settings of one's own: (client, stand-in)."""
    with ExitStack() as opened:
        yield lambda **chosen: opened.enter_context(over_standin(tmp_path, **chosen))


@pytest.fixture
def quiet():
    """Errors that a test brings about on purpose are not printed."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)
