"""The embedded corpus in a library: a digest whose facts get a period is taken anew."""

import shutil

import pytest

from assistant.library import Library
from assistant.library.view import LibraryView
from ingest import embedded
from ingest.embedded import embedded_catalogue, ingest_embedded, put_catalogue

ACT = "ru-ukaz-83-2022"


@pytest.fixture
def corpus_copy(tmp_path, monkeypatch):
    """A copy of the corpus that may be changed."""
    shutil.copytree(
        embedded.CORPUS, tmp_path / "corpus", ignore=shutil.ignore_patterns("*.py", "__pycache__")
    )
    monkeypatch.setattr(embedded, "CORPUS", tmp_path / "corpus")
    return tmp_path / "corpus"


def test_a_home_takes_a_digest_anew_when_its_facts_get_a_period(corpus_copy, tmp_path):
    path = corpus_copy / "digests" / f"{ACT}.yaml"
    dated = path.read_text(encoding="utf-8")
    lines = [line for line in dated.splitlines(keepends=True) if "in_force_" not in line]
    path.write_text("".join(lines), encoding="utf-8")
    library = Library(f"sqlite:///{tmp_path / 'library.sqlite'}")
    put_catalogue(library, embedded_catalogue())
    ingest_embedded(library, embedded_catalogue())

    def period():
        view = LibraryView(library)
        node = view.edition(view.of_act(ACT)[0].id).provisions["digest/1/ru"]
        return node.valid_from, node.valid_to

    assert period() == (None, None)
    path.write_text(dated, encoding="utf-8")
    report = ingest_embedded(library, embedded_catalogue())
    assert report.updated == [ACT] and period() == ("2022-01-01", "2025-01-01")
    assert ingest_embedded(library, embedded_catalogue()).updated == []
    library.close()
