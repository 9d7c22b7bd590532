"""The sample acts in a library of their own, read once: metrics look at texts, never at indexes."""

import pytest

from assistant.library import Library
from assistant.library.view import LibraryView
from assistant.settings import Settings
from tests.evals.sample import digest, new_law, old_law, orchard_order, plants_list


@pytest.fixture(scope="session")
def view(tmp_path_factory):
    library = Library(Settings(home=tmp_path_factory.mktemp("home")).library_url)
    for draft in (old_law(), new_law(), orchard_order(), plants_list(), digest()):
        library.put_edition(draft)
    yield LibraryView(library)
    library.close()
