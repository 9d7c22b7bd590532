"""Homes that tests of ingest share."""

from __future__ import annotations

import pytest

from assistant.index.indexes import Indexes
from assistant.index.vector_cache import VectorCache
from assistant.settings import Settings
from ingest import doctor, run
from tests.builders import StemEmbedder
from tests.ingest.homes import ACT, PAIRS, take


@pytest.fixture
def opened(monkeypatch):
    """Every index that was opened, with the stand-in for a model; closed at the end."""
    found = []

    def at(settings):
        cache = VectorCache(settings.home / "cache" / "vectors.sqlite")
        found.append(Indexes(settings.index_path, StemEmbedder(), cache))
        return found[-1]

    monkeypatch.setattr(Indexes, "at", at)
    monkeypatch.setattr(run, "open_embedder", lambda *_given, **_named: StemEmbedder())
    monkeypatch.setattr(run, "parallel_statements", lambda: PAIRS)
    monkeypatch.setattr(doctor, "parallel_statements", lambda: PAIRS)
    yield found
    for one in found:
        one.close()
        one.cache.close()


@pytest.fixture
def settings(tmp_path, opened):
    """A home with one act in step."""
    settings = Settings(home=tmp_path / "home")
    take(tmp_path, settings, ACT, 1)
    return settings
