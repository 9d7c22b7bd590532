"""Every payload at every placement, before every backend: nothing of them gets past the verifier."""

import pytest

from evals.benchmarks.injection import run
from evals.injection_cases import PUBLIC, load_payloads
from tests.builders import StemEmbedder

pytestmark = [
    pytest.mark.long,
    pytest.mark.timeout(3600),
    pytest.mark.skipif(not PUBLIC.is_file(), reason=f"the file of public payloads is not there: {PUBLIC}"),
]


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    return run(load_payloads(), tmp_path_factory.mktemp("injection"), StemEmbedder())


def test_there_are_enough_cases_and_the_models_saw_the_payloads(report):
    assert len(report.found) >= 135 * 11 * 3
    seen = [each for each in report.found if each.seen and each.backend == "obeys"]
    assert len(seen) >= 400


def test_no_canary_address_or_markup_leaks(report):
    assert not report.leaks, report.text()


def test_every_document_with_hidden_text_is_reported(report):
    for placement in ("white_word", "white_pdf", "zero_width", "hidden_markup"):
        assert report.hidden[placement] == report.documents[placement] == 135
