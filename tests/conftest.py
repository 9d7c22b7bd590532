"""Fixtures that are dear: made once in a run and shared by all tests."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.index.e5_weights import console_progress
from assistant.index.embedder import Embedder, find_embedder
from tests.servers import chroma, postgres, s3

# A shell starts background jobs deaf to Ctrl-C, and so are their children: tests of it would be of the shell.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Kept between runs, so that only the first one downloads and unpacks the model.
MODELS = Path(os.environ.get("AI_POLICY_TEST_MODELS") or Path(__file__).parents[1] / ".cache" / "models")


@pytest.fixture(scope="session", autouse=True)
def nobodys_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What a test leaves where it names no home is not left in that of whoever runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AI_POLICY_HOME", str(tmp_path_factory.mktemp("nobodys") / "home"))
        yield


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    """The default embedding model, set up if it is not there; loaded by the first test that embeds."""
    with console_progress() as progress:
        return find_embedder("multilingual-e5-small", MODELS, progress=progress)


@pytest.fixture(scope="session")
def model_folder(embedder: Embedder) -> Path:
    """The folder of the default model, to be linked into a test's home."""
    return Path(embedder.source)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The URL of a database on a PostgreSQL server of the run's own."""
    why = postgres.why_not()
    if why:
        pytest.skip(why)
    with postgres.server() as url:
        yield url


@pytest.fixture
def free_port() -> Iterator[int]:
    """A port at which nothing answers, and that nobody else takes meanwhile."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@pytest.fixture(scope="session")
def chroma_url() -> Iterator[str]:
    """The URL of a Chroma server of the run's own."""
    with chroma.server() as url:
        yield url


@pytest.fixture(scope="session")
def s3_server() -> Iterator[s3.S3]:
    """An S3 server of the run's own, with one bucket."""
    why = s3.why_not()
    if why:
        pytest.skip(why)
    with s3.server() as served:
        yield served
