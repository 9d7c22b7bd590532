import json

import numpy as np
import pytest

from assistant.index.derive import rebuild, reconcile
from assistant.index.vectors import VectorIndex
from assistant.library import Library
from tests.builders import WATER_LAW, StemEmbedder, edition_draft


class CountingEmbedder(StemEmbedder):
    def __init__(self):
        self.embedded = 0

    def embed_passages(self, texts, on_done=None):
        self.embedded += len(texts)
        return super().embed_passages(texts)


@pytest.fixture
def library(tmp_path):
    opened = Library(f"sqlite:///{tmp_path / 'library.sqlite'}")
    opened.put_edition(edition_draft())
    yield opened
    opened.close()


@pytest.fixture
def make(open_indexes):
    return lambda: open_indexes(CountingEmbedder())


def test_every_chunk_gets_a_vector_and_its_words(library, make):
    indexes = make()
    assert reconcile(indexes, library) == len(library.chunk_ids())
    assert indexes.vectors.keys() == indexes.lexical.keys() == library.chunk_ids()


def test_nothing_is_done_when_nothing_has_changed(library, make):
    reconcile(make(), library)
    again = make()
    assert reconcile(again, library) == 0
    assert again._vectors is None  # not even opened


def test_a_removed_edition_leaves_both_indexes(library, make):
    indexes = make()
    reconcile(indexes, library)
    library.remove_edition(library.editions()[0].id)
    reconcile(indexes, library)
    assert indexes.vectors.keys() == indexes.lexical.keys() == set()


def test_texts_embedded_once_are_not_embedded_again(library, make):
    first = make()
    reconcile(first, library)
    second = make()
    rebuild(second, library)
    assert first.embedder.embedded == len(library.chunk_ids())
    assert second.embedder.embedded == 0
    assert second.vectors.keys() == library.chunk_ids()


def test_a_run_cut_off_is_completed_by_the_next(library, make, monkeypatch):
    cut_off = make()

    def fail(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as cut, pytest.raises(KeyboardInterrupt):
        cut.setattr(VectorIndex, "add", fail)
        reconcile(cut_off, library)
    assert not cut_off.complete_for(library)
    after = make()
    reconcile(after, library)
    assert after.vectors.keys() == library.chunk_ids()


def test_a_damaged_state_file_only_costs_a_comparison(library, make, tmp_path):
    reconcile(make(), library)
    (tmp_path / "index" / "state.json").write_text("{half a")
    assert reconcile(make(), library) == 0
    state = json.loads((tmp_path / "index" / "state.json").read_text())
    assert state["generation"] == library.generation


def test_indexes_of_another_library_are_not_taken_for_this_ones(library, make, tmp_path):
    reconcile(make(), library)
    other = Library(f"sqlite:///{tmp_path / 'other.sqlite'}")
    other.put_edition(edition_draft("ru-fz-9-2020", title="О другом"))
    assert other.generation == library.generation
    indexes = make()
    assert reconcile(indexes, other) == len(other.chunk_ids())
    other.close()


def test_what_another_process_completes_later_is_seen(library, make):
    serving = make()
    reconcile(serving, library)
    serving.follow(library)
    library.put_edition(edition_draft("ru-fz-9-2020", path="late.txt", title="О другом"))
    serving.follow(library)  # the library has grown, its indexes not yet
    reconcile(make(), library)
    serving.follow(library)
    assert serving.vectors.keys() == serving.lexical.keys() == library.chunk_ids()


def test_another_model_has_vectors_of_its_own_and_the_old_ones_go(library, make):
    one = make()
    reconcile(one, library)
    other = make()
    other.embedder.identity = type("Identity", (), {"fingerprint": "f" * 64, "dimension": 256})
    reconcile(other, library)
    assert other.embedder.embedded == len(library.chunk_ids())
    assert other.vectors.keys() == library.chunk_ids()
    assert one.collection != other.collection


def test_a_passage_is_found_by_its_words(library, make):
    indexes = make()
    reconcile(indexes, library)
    from assistant.index.vectors import Scope

    best = indexes.vectors.search(
        indexes.question(["комиссия по надзору за садами"], "ru")[0][0], 1, Scope()
    )[0]
    row = library.chunks_among({best.chunk})[0]
    assert "Надзор" in WATER_LAW[row.start : row.end]
    assert np.isclose(np.linalg.norm(indexes.question(["розы"], "ru")[0][0]), 1.0, atol=1e-5)
