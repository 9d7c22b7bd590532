"""The embedded corpus behind an assistant that needs no model: it finds by words, and by a stand-in embedder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant.engine import Assistant
from assistant.index.derive import reconcile
from assistant.index.indexes import Indexes
from assistant.index.vector_cache import VectorCache
from assistant.library import Library
from assistant.settings import Settings
from ingest.embedded import embedded_catalogue, ingest_embedded, put_catalogue
from tests.builders import StemEmbedder


@contextmanager
def over_corpus(home: Path) -> Iterator[Assistant]:
    """An Assistant over the embedded corpus in ``home``, closed in the end."""
    settings = Settings(home=home, lang="ru")
    library = Library(settings.library_url)
    put_catalogue(library, embedded_catalogue())
    ingest_embedded(library, embedded_catalogue())
    indexes = Indexes(settings.index_path, StemEmbedder(), VectorCache(home / "vectors.sqlite"))
    reconcile(indexes, library)
    yield Assistant(settings, library=library, indexes=indexes)
    indexes.vectors.close()
    library.close()
