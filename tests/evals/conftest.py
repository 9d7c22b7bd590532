"""A small home over our own acts, in two languages, with a stand-in embedder: no model is loaded."""

import shutil

import pytest

from assistant.engine import Assistant
from assistant.index.derive import reconcile
from assistant.index.indexes import Indexes
from assistant.index.vector_cache import VectorCache
from assistant.library import Library
from assistant.settings import Settings
from tests.builders import StemEmbedder
from tests.evals.sample import digest, new_law, old_law, orchard_order, plants_list


@pytest.fixture(scope="session")
def planted(tmp_path_factory):
    """A folder with the home of ``library`` and ``garden``, derived once in a run; nothing may write to it."""
    folder = tmp_path_factory.mktemp("planted")
    settings = Settings(home=folder / "home")
    settings.home.mkdir()
    library = Library(settings.library_url)
    for draft in (old_law(), new_law(), orchard_order(), plants_list(), digest()):
        library.put_edition(draft)
    indexes = Indexes(settings.index_path, StemEmbedder(), VectorCache(folder / "vectors.sqlite"))
    reconcile(indexes, library)
    indexes.close()
    indexes.cache.close()
    library.close()
    return folder


@pytest.fixture
def library(planted, tmp_path):
    """Two editions of a Russian law, an English order, an undated list and a digest."""
    shutil.copytree(planted, tmp_path, dirs_exist_ok=True)
    library = Library(Settings(home=tmp_path / "home").library_url)
    yield library
    library.close()


@pytest.fixture
def garden(tmp_path, library):
    """An Assistant over these acts."""
    settings = Settings(home=tmp_path / "home")
    indexes = Indexes(settings.index_path, StemEmbedder(), VectorCache(tmp_path / "vectors.sqlite"))
    yield Assistant(settings, library=library, indexes=indexes)
    indexes.vectors.close()


@pytest.fixture
def view(garden):
    return garden.view
