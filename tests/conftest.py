"""Fixtures that are dear: made once in a run and shared by all tests."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from assistant.index.derive import reconcile
from assistant.index.e5_weights import console_progress
from assistant.index.embedder import Embedder, find_embedder
from assistant.index.indexes import Indexes
from assistant.index.vector_cache import VectorCache
from assistant.library import Library
from ingest.embedded import parallel_statements
from tests.sample_home import Learning
from tests.servers import chroma, postgres, s3

# Property tests take the same examples in every run, so that a change that lands has not failed by chance;
# 'make test-long' has them look further.
hypothesis_settings.register_profile("repeatable", derandomize=True)
if not os.environ.get("AI_POLICY_TEST_RANDOM"):
    hypothesis_settings.load_profile("repeatable")

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
def learning(tmp_path_factory: pytest.TempPathFactory) -> Learning:
    """Where the default model's means are kept: they are learnt once in a run, for all its processes."""
    root = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        root = root.parent  # all processes' own
    return Learning(root / "learnt")


@pytest.fixture(scope="session")
def learnt(embedder: Embedder, learning: Learning) -> Path:
    """A home for which the default model's means are learnt."""
    home = learning.home
    with learning.alone():
        if not learning.done:
            library = Library(f"sqlite:///{home}.sqlite")
            indexes = Indexes(home / "index", embedder, VectorCache(home / "vectors.sqlite"))
            reconcile(indexes, library, parallel=parallel_statements)
            indexes.vectors.close()
            library.close()
            learning.note()
    return home


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


# Files that take longest come first, whatever their names: one that began last would leave a process waiting.
LONGEST = (
    "tests/assistant/web/evaluation/test_browser.py",
    "tests/assistant/web/library/test_browser.py",
    "tests/assistant/web/test_browser_history.py",
    "tests/assistant/web/eligibility/test_browser_result.py",
    "tests/assistant/web/test_browser.py",
    "tests/test_contract.py",
    "tests/ingest/cage/test_cage.py",
    "tests/assistant/web/eligibility/test_browser.py",
    "tests/evals/report/test_page.py",
    "tests/assistant/web/library/test_uploading.py",
    "tests/assistant/test_cli_chat.py",
    "tests/assistant/index/test_embedder.py",
    "tests/assistant/web/door/test_sign_in.py",
    "tests/ingest/sync/test_sync.py",
    "tests/assistant/index/test_derive_mending.py",
    "tests/ingest/test_faults.py",
    "tests/assistant/web/door/test_browser.py",
    "tests/test_replicas.py",
    "tests/assistant/api/test_openapi.py",
    "tests/corpus/test_digest_figures.py",
    "tests/evals/benchmarks/test_support.py",
    "tests/assistant/web/door/test_attacks.py",
    "tests/assistant/web/test_app.py",
    "tests/test_bad_input.py",
    "tests/corpus/test_periods.py",
    "tests/ingest/test_originals_in_store.py",
    "tests/assistant/records/test_owners_check.py",
    "tests/evals/benchmarks/test_nomiracl.py",
    "tests/ingest/readers/test_scan.py",
    "tests/evals/test_eval_command.py",
    "tests/assistant/web/door/test_routes.py",
    "tests/ingest/test_pipeline.py",
    "tests/fuzz/test_readers.py",
    "tests/corpus/test_digests.py",
    "tests/ingest/test_identify.py",
    "tests/evals/test_injection.py",
    "tests/ingest/test_killed.py",
    "tests/ingest/test_reading_beside_a_writer.py",
    "tests/assistant/web/test_accessibility.py",
    "tests/ingest/structure/test_eu_act.py",
    "tests/assistant/test_cli_access.py",
    "tests/evals/test_judges.py",
    "tests/ingest/test_backup.py",
    "tests/ingest/cage/test_hostile.py",
    "tests/ingest/readers/test_pdf.py",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order whole files; within one of them its own order stays."""
    place = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.nodeid.partition("::")[0], len(place)))
