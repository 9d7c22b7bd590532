"""The words of a file as the reading process hands them over."""

from ingest.cage import child
from ingest.catalogue import Catalogue
from ingest.document import Block, Document


def test_halves_of_surrogate_pairs_are_left_out_and_the_other_words_arrive(monkeypatch):
    document = Document(
        [Block("the number \ud835 of units", ((0, 1),)), Block("п. 2", ((0, 1),))], "text/plain"
    )
    monkeypatch.setattr(child, "read_document", lambda data, name: document)
    job = child.Job({"name": "formula.pdf"}, [b""], Catalogue(acts=[]))
    assert child.TASKS["text"](job).decode() == "the number  of units\nп. 2"
