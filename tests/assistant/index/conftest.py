import pytest

from assistant.index.indexes import Indexes
from assistant.index.vector_cache import VectorCache


@pytest.fixture
def open_indexes(tmp_path):
    """Opens the indexes of one folder with an embedder, as often as asked; all are closed at the end."""
    opened = []

    def open_(embedder):
        opened.append(Indexes(tmp_path / "index", embedder, VectorCache(tmp_path / "v.sqlite")))
        return opened[-1]

    yield open_
    for one in opened:
        one.forget_profiles()
        one.cache.close()
