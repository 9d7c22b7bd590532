"""A text that another process takes out while it is read costs a second look, not an error."""

from __future__ import annotations

import pytest

from assistant.errors import LibraryChangedError
from assistant.library import Library
from assistant.library.rereading import TRIES, rereading
from assistant.library.view import LibraryView
from tests.builders import WATER_LAW, edition_draft


@pytest.fixture
def library(tmp_path):
    opened = Library(f"sqlite:///{tmp_path / 'library.sqlite'}")
    opened.put_edition(edition_draft())
    yield opened
    opened.close()


def test_an_edition_replaced_under_a_view_is_read_from_the_next_view(library):
    replaced = []

    @rereading
    def text():
        view = LibraryView(library)
        if not replaced:
            replaced.append(library.put_edition(edition_draft(text=WATER_LAW.replace("утром", "днём..")))[0])
        return [view.edition(key).text for key in view.editions]

    assert text() == [WATER_LAW.replace("утром", "днём..")]


def test_a_library_that_changes_at_every_look_is_told_as_changing(library):
    looks = []

    @rereading
    def text():
        looks.append(1)
        (key,) = LibraryView(library).editions
        library.put_edition(edition_draft())
        library.text(key)

    with pytest.raises(LibraryChangedError) as caught:
        text()
    assert len(looks) == TRIES and caught.value.retryable


def test_a_change_between_two_queries_of_a_view_gives_the_later_library(library, monkeypatch):
    acts, looked = library.acts, []

    def changed_meanwhile():
        if not looked:
            looked.append(library.put_edition(edition_draft("ru-fz-2-2020", path="other.txt")))
        return acts()

    monkeypatch.setattr(library, "acts", changed_meanwhile)
    view = LibraryView(library)
    assert view.generation == library.generation
    assert (
        {row.act_id for row in view.editions.values()} == set(view.acts) == {"ru-fz-1-2020", "ru-fz-2-2020"}
    )
