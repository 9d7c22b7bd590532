"""An outline's provisions are made when they are asked for, and are those of the library."""

from __future__ import annotations

import pytest

from assistant.errors import LibraryChangedError
from assistant.library import Library
from assistant.library import view as view_module
from assistant.library.outline import Outline, outline_of, those_above
from assistant.library.view import LibraryView
from tests.builders import edition_draft, water_outline


@pytest.fixture
def library(tmp_path):
    opened = Library(f"sqlite:///{tmp_path / 'library.sqlite'}")
    for year in (2020, 2021, 2022):
        opened.put_edition(
            edition_draft(edition=f"{year}-01-01", path=f"{year}.txt", provisions=water_outline())
        )
    yield opened
    opened.close()


def test_an_outline_is_what_was_put_in_in_reading_order(library):
    key = library.editions()[0].id
    outline = outline_of(library, key)
    assert list(outline.values()) == library.provisions(key) == water_outline()
    assert list(outline) == [node.id for node in water_outline()]
    assert len(outline) == len(water_outline())
    assert "st1/ch2" in outline
    assert "st9" not in outline
    assert outline.get("st9") is None
    assert outline["st2"] is outline["st2"]


def test_children_are_those_directly_below(library):
    outline = outline_of(library, library.editions()[0].id)
    below = outline.children
    expected = {}
    for node in water_outline():
        if node.parent:
            expected.setdefault(node.parent, []).append(node)
    assert dict(below) == expected
    assert list(below) == [node.id for node in water_outline() if node.own_end < node.end]
    assert len(below) == len(expected) == 3
    assert "st1/ch1" not in below
    assert below.get("st1/ch1", []) == []


def test_an_edition_that_is_not_there_has_an_empty_outline(library):
    outline = outline_of(library, 10_000)
    assert isinstance(outline, Outline)
    assert not outline
    assert not outline.children


def test_provisions_come_with_those_they_stand_in(library):
    one, other = (row.id for row in library.editions()[:2])
    found = those_above(library, [(one, "st1/ch2/p1"), (one, "st2"), (other, "st1/ch1"), (other, "st9")])
    nodes = {node.id: node for node in water_outline()}
    assert found == {
        (edition, pid): nodes[pid]
        for edition, pids in ((one, ("st1/ch2/p1", "st1/ch2", "st1", "st2")), (other, ("st1/ch1", "st1")))
        for pid in pids
    }
    assert those_above(library, []) == {}


def test_a_view_reads_nodes_of_loaded_editions_from_memory(library, monkeypatch):
    view = LibraryView(library)
    key = next(iter(view.editions))
    asked = [(key, "st1/ch2/p1"), (key, "st2")]
    read = view.nodes(asked)
    view.edition(key)
    monkeypatch.setattr(view_module, "those_above", lambda _, keys: pytest.fail("read") if keys else {})
    assert view.nodes(asked) == read
    assert read.keys() == {(key, pid) for pid in ("st1/ch2/p1", "st1/ch2", "st1", "st2")}


def test_a_node_that_went_meanwhile_is_told(library):
    view = LibraryView(library)
    key = next(iter(view.editions))
    with pytest.raises(LibraryChangedError):
        view.nodes([(key, "st9")])


def test_editions_used_longest_ago_are_let_go_by_how_much_they_hold(library, monkeypatch):
    monkeypatch.setattr(view_module, "_PROVISIONS_KEPT", 2 * len(water_outline()))
    view = LibraryView(library)
    first, second, third = sorted(view.editions)
    views = {key: view.edition(key) for key in (first, second)}
    assert view.edition(first) is views[first]
    view.edition(third)
    assert view.edition(first) is views[first]  # asked for after the second
    assert view.edition(second) is not views[second]


def test_an_edition_larger_than_all_that_is_kept_is_kept(library, monkeypatch):
    monkeypatch.setattr(view_module, "_PROVISIONS_KEPT", 1)
    view = LibraryView(library)
    key = next(iter(view.editions))
    assert view.edition(key) is view.edition(key)
