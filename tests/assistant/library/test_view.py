from dataclasses import replace
from datetime import date

import pytest

from assistant.errors import NotHeldError
from assistant.library import Library
from assistant.library import view as view_module
from assistant.library.drafts import ActDraft, RelationDraft
from assistant.library.view import Filters, LibraryView
from assistant.model import Authority, Currency
from tests.builders import edition_draft


@pytest.fixture
def library(tmp_path):
    opened = Library(f"sqlite:///{tmp_path / 'library.sqlite'}")
    opened.put_edition(edition_draft(edition="2020-01-01", path="a.txt"))
    opened.put_edition(edition_draft(edition="2024-03-01", path="b.txt"))
    yield opened
    opened.close()


def editions(view, day, **filters):
    return {
        view.editions[key].edition for key in view.in_scope(Filters(as_of=date.fromisoformat(day), **filters))
    }


def test_only_the_edition_in_force_at_the_date_is_in_scope(library):
    view = LibraryView(library)
    assert editions(view, "2026-01-01") == {"2024-03-01"}
    assert editions(view, "2024-03-01") == {"2024-03-01"}
    assert editions(view, "2024-02-29") == {"2020-01-01"}


def test_before_the_first_edition_the_earliest_stays_in_scope_and_is_flagged(library):
    view = LibraryView(library)
    assert editions(view, "2010-01-01") == {"2020-01-01"}
    key = next(iter(view.in_scope(Filters(as_of=date(2010, 1, 1)))))
    assert view.currency(key, date(2010, 1, 1)) == Currency.NOT_YET_IN_FORCE


def test_a_digest_stands_beside_the_official_text(library):
    library.put_edition(edition_draft(edition="2026-01", authority=Authority.DIGEST, path="d.yaml"))
    view = LibraryView(library)
    assert editions(view, "2026-06-01") == {"2024-03-01", "2026-01"}
    assert editions(view, "2026-06-01", authority="digest") == {"2026-01"}


@pytest.mark.parametrize(
    ("filters", "passes"),
    [
        ({"kind": "federal_law"}, True), ({"kind": "decree"}, False), ({"jurisdiction": "ru"}, True),
        ({"jurisdiction": "eu"}, False), ({"act": "ru-fz-1-2020"}, True), ({"act": "ru-fz-2-2020"}, False),
        ({"issuer": "дума"}, False),
    ],
)  # fmt: skip
def test_filters_narrow_the_scope(library, filters, passes):
    assert bool(editions(LibraryView(library), "2026-01-01", **filters)) is passes


def test_an_act_is_found_by_id_or_alias_and_an_unknown_one_is_a_typed_error(library):
    library.put_catalogue(
        [ActDraft(id="ru-ukaz-9-2021", in_catalogue=True, aliases=["Садовая стратегия"])], [], "x"
    )
    view = LibraryView(library)
    assert view.resolve_act("ru-fz-1-2020") == "ru-fz-1-2020"
    assert view.resolve_act("садовая стратегия") == "ru-ukaz-9-2021"
    with pytest.raises(NotHeldError, match="no act 'ru-fz-999'"):
        view.resolve_act("ru-fz-999")


def test_a_provision_may_begin_to_apply_later_than_its_act(library):
    dates = [{"provision": "st2", "in_force_from": "2027-01-01"}]
    library.put_catalogue(
        [ActDraft(id="ru-fz-1-2020", in_catalogue=True, status="in_force", provision_dates=dates)], [], "x"
    )
    view = LibraryView(library)
    key = next(row.id for row in view.editions.values() if row.edition == "2024-03-01")
    nodes = view.edition(key).provisions
    assert view.currency(key, date(2026, 6, 1), nodes["st2/ch1"]) == Currency.NOT_YET_IN_FORCE
    assert view.currency(key, date(2026, 6, 1), nodes["st1/ch1"]) == Currency.UNKNOWN
    assert view.currency(key, date(2027, 1, 1), nodes["st2/ch1"]) == Currency.UNKNOWN


def mine(path):
    return path.startswith("mine/")


def test_what_only_private_files_gave_is_not_in_the_view(library):
    library.put_catalogue([ActDraft(id="ru-ukaz-7-2022", in_catalogue=True)], [], "1")
    library.put_edition(edition_draft("note", path="mine/note.txt", authority=Authority.USER))
    library.put_edition(edition_draft("ru-ukaz-7-2022", path="mine/7.txt", authority=Authority.USER))
    library.put_edition(edition_draft("both", path="mine/both.txt", authority=Authority.USER))
    shared = library.editions("both")[0]
    library.put_rendition(shared.id, edition_draft(path="shared/both.txt").file)
    view = LibraryView(library, private=mine)
    assert {row.act_id for row in view.editions.values()} == {"ru-fz-1-2020", "both"}
    assert view.acts.keys() == {"ru-fz-1-2020", "ru-ukaz-7-2022", "both"}
    assert LibraryView(library).acts.keys() == view.acts.keys() | {"note"}


def test_a_text_that_is_not_in_the_view_changes_no_acts_standing(library):
    said = (
        RelationDraft("note", "repeals", "ru-fz-1-2020", "2024-05-05"),
        RelationDraft("note", "amends", "ru-fz-1-2020", "2024-05-05", "2024-06-01"),
    )
    draft = edition_draft("note", path="mine/note.txt", authority=Authority.USER)
    library.put_edition(replace(draft, relations=list(said)))
    key, day = library.editions("ru-fz-1-2020")[-1].id, date(2026, 1, 1)
    told = LibraryView(library), LibraryView(library, private=mine)
    assert [bool(view.relations) for view in told] == [True, False]
    library.remove_edition(library.editions("note")[0].id)
    assert told[1].currency(key, day) == LibraryView(library).currency(key, day)


def test_a_second_file_of_an_edition_is_a_change_of_the_library(library):
    row = library.editions("ru-fz-1-2020")[0]
    before = library.generation, library.version
    library.put_rendition(row.id, edition_draft(path="copy.txt").file)
    assert library.generation > before[0]
    assert library.version == before[1]


def test_of_a_version_only_what_the_view_may_tell_is_told(library):
    library.put_edition(edition_draft("own-aa-note", path="x.txt", authority=Authority.USER))
    library.put_edition(edition_draft("own-bb-note", path="y.txt", authority=Authority.USER))
    library.put_edition(edition_draft("note", path="mine/note.txt", authority=Authority.USER))
    held = library.held_in(library.version)
    seen = LibraryView(library, "own-aa-", private=mine).part_of(held)
    assert {key[0] for key in seen.editions} == seen.acts.keys() == {"ru-fz-1-2020", "own-aa-note"}
    library.remove_edition(library.editions("note")[0].id)  # not even that it was there
    assert "note" not in LibraryView(library, "own-aa-", private=mine).part_of(held).acts


# ── what views share ──────────────────────────────────────────────────────────────────────────


def test_views_of_one_generation_keep_the_same_rows_and_texts(library):
    shared = LibraryView(library, ())
    own = LibraryView(library, ("own-a-",), beside=shared)
    key = next(iter(shared.editions))
    assert own.editions[key] is shared.editions[key]
    assert own.relations == shared.relations
    assert own.edition(key) is shared.edition(key)
    assert own.standings == shared.standings


def test_a_view_beside_one_that_is_out_of_date_reads_for_itself(library):
    shared = LibraryView(library, ())
    library.put_edition(edition_draft("ru-fz-9-2024", "2024-01-01", path="new.txt"))
    own = LibraryView(library, ("own-a-",), beside=shared)
    assert own.generation == library.generation > shared.generation
    assert "ru-fz-9-2024" in own.acts


def test_texts_loaded_before_a_change_are_not_loaded_again(library, monkeypatch):
    before = LibraryView(library)
    key = next(iter(before.editions))
    loaded = before.edition(key)
    library.put_edition(edition_draft("ru-fz-9-2024", "2024-01-01", path="new.txt"))
    after = LibraryView(library, before=before)
    monkeypatch.setattr(view_module, "outline_of", lambda *_: pytest.fail("read again"))
    assert after.edition(key).text is loaded.text
    assert after.edition(key).row is after.editions[key]  # its validity may have changed


def test_a_key_that_became_another_editions_is_read_anew(library):
    before = LibraryView(library)
    key = next(iter(before.editions))
    loaded = before.edition(key)
    with library.engine.begin() as connection:  # as where an older backup was restored and went its own way
        table = type(before.editions[key]).__table__
        told = {"text": "Иное.", "text_sha256": "0" * 64}
        connection.execute(table.update().where(table.c.id == key).values(**told))
    library.put_edition(edition_draft("ru-fz-9-2024", "2024-01-01", path="new.txt"))
    after = LibraryView(library, before=before)
    assert after.edition(key).text == "Иное." != loaded.text


def test_an_edition_that_is_not_in_the_view_is_not_told_though_another_view_loaded_it(library):
    everybody = LibraryView(library, None)
    key = next(iter(everybody.editions))
    everybody.edition(key)
    narrow = LibraryView(library, (), beside=everybody)
    del narrow.editions[key]
    with pytest.raises(KeyError):
        narrow.edition(key)


def test_of_the_places_of_chunks_those_read_first_are_let_go(library, monkeypatch):
    monkeypatch.setattr("assistant.library.view._PLACES_KEPT", 2)
    view = LibraryView(library)
    keys = sorted(library.chunk_ids())[:3]
    assert len(keys) == 3
    for key in keys:
        assert set(view.chunks([key])) == {key}
    assert list(view._texts.places) == keys[1:]
    assert set(view.chunks(keys)) == set(keys)
