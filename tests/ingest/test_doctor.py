"""The doctor says what does not fit together in a home, and mends it when asked to."""

from __future__ import annotations

import shutil

import pytest

from assistant.index.derive import reconcile
from assistant.index.indexes import Indexes
from assistant.index.scan import write_scan
from assistant.index.vector_cache import VectorCache
from assistant.index.vectors import ChunkKey
from assistant.library.originals import original
from assistant.settings import Settings
from ingest.doctor import examine
from ingest.run import writing
from tests.builders import StemEmbedder, edition_draft

PAIRS = [
    (f"Садовник {n} поливает розы и ведёт надзор.", f"Gardener {n} waters roses and supervises.")
    for n in range(60)
]


@pytest.fixture
def home(tmp_path, monkeypatch):
    """Settings of a home in step; its indexes are opened with the stand-in for a model."""
    settings, opened = Settings(home=tmp_path / "home"), []

    def at(settings):
        opened.append(Indexes(settings.index_path, StemEmbedder(), VectorCache(tmp_path / "v.sqlite")))
        return opened[-1]

    monkeypatch.setattr(Indexes, "at", at)
    monkeypatch.setattr("ingest.doctor.parallel_statements", lambda: PAIRS)
    with writing(settings) as library:
        draft = edition_draft()
        kept = original(settings.files_path, draft.file.sha256)
        kept.parent.mkdir(parents=True)
        kept.write_text(f"{draft.file.path}{draft.text}")
        library.put_edition(draft)
        reconcile(Indexes.at(settings), library, parallel=lambda: PAIRS)
    yield settings
    for one in opened:
        one.forget_profiles()
        one.cache.close()


def delete_scan(indexes):
    shutil.rmtree(indexes.scan_folder)


def damage_scan(indexes):
    next(indexes.scan_folder.rglob("keys.npy")).write_bytes(b"no keys")


def shorten_scan(indexes):
    keys = sorted(indexes.scan.keys)[1:]
    vectors = indexes.scan.rows(keys)
    write_scan(indexes.scan_folder, [ChunkKey(key, 1, "ru") for key in keys], [(keys, vectors)], 256)


def test_a_home_in_step_is_in_order(home):
    found = examine(settings=home)
    assert found["ok"] is True
    assert found["chunks"] == found["vectors"] == found["words"] == found["tokens"] == found["scan"] > 0


def test_an_empty_home_is_in_order(tmp_path, home):
    found = examine(settings=Settings(home=tmp_path / "empty"))
    assert (found["ok"], found["chunks"], found["scan"]) == (True, 0, 0)


@pytest.mark.parametrize("harm", [delete_scan, damage_scan, shorten_scan])
def test_a_scan_that_is_missing_or_out_of_step_is_found_and_mended(home, harm):
    indexes = Indexes.at(home)
    harm(indexes)
    indexes.forget_profiles()
    found = examine(settings=home)
    assert found["ok"] is False
    assert found["scan"] < found["chunks"] == found["vectors"]
    mended = examine(settings=home, repair=True)
    assert mended["ok"] is True
    assert mended["scan"] == mended["chunks"]
    assert examine(settings=home)["ok"] is True
