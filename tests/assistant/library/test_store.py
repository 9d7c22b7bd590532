import sqlite3

import pytest

from assistant.errors import LibraryError
from assistant.library import Library
from assistant.library.drafts import ActDraft, FileDraft, RelationDraft
from assistant.library.schema import SCHEMA_VERSION
from tests.builders import WATER_LAW, edition_draft


@pytest.fixture
def library(tmp_path):
    opened = Library(f"sqlite:///{tmp_path / 'library.sqlite'}")
    yield opened
    opened.close()


def test_an_edition_comes_back_as_it_was_stored(library):
    draft = edition_draft()
    key, new = library.put_edition(draft)
    assert new
    assert library.text(key) == WATER_LAW
    assert library.provisions(key) == draft.provisions
    assert library.counts() == {key: (len(draft.provisions), 1)}


def test_storing_the_same_edition_again_replaces_it_and_keeps_the_version(library):
    library.put_edition(edition_draft())
    version, generation = library.version, library.generation
    _, new = library.put_edition(edition_draft())
    assert not new
    assert len(library.editions()) == 1
    assert library.version == version
    assert library.generation > generation


def test_keys_of_replaced_chunks_are_never_used_again(library):
    library.put_edition(edition_draft())
    before = library.chunk_ids()
    library.put_edition(edition_draft())
    assert not before & library.chunk_ids()


def test_a_new_edition_ends_the_validity_of_the_earlier_one(library):
    library.put_edition(edition_draft(edition="2024-03-01", path="b.txt"))
    library.put_edition(edition_draft(edition="2020-01-01", path="a.txt"))
    validity = {row.edition: (row.valid_from, row.valid_to) for row in library.editions()}
    assert validity == {
        "2020-01-01": ("2020-01-01", "2024-03-01"),
        "2024-03-01": ("2024-03-01", None),
    }


def test_removing_the_later_edition_opens_the_earlier_one_again(library):
    library.put_edition(edition_draft(edition="2020-01-01", path="a.txt"))
    key, _ = library.put_edition(edition_draft(edition="2024-03-01", path="b.txt"))
    library.remove_edition(key)
    assert [(row.edition, row.valid_to) for row in library.editions()] == [("2020-01-01", None)]


def test_removing_the_last_edition_removes_an_act_nobody_catalogued(library):
    key, _ = library.put_edition(edition_draft())
    library.remove_edition(key)
    assert not library.acts()
    assert not library.chunk_ids()
    assert not library.renditions()


def test_a_linked_file_outlives_a_new_reading_of_the_primary_one(library):
    key, _ = library.put_edition(edition_draft())
    library.put_rendition(key, FileDraft("water.pdf", "f" * 64, "application/pdf", 10))
    key, _ = library.put_edition(edition_draft())
    assert {(row.path, row.is_primary) for row in library.renditions(key)} == {
        ("water.txt", True),
        ("water.pdf", False),
    }


def test_the_catalogue_is_stored_once_and_replaced_when_it_changes(library):
    acts = [ActDraft(id="ru-fz-1-2020", in_catalogue=True, title_ru="О поливе")]
    relations = [RelationDraft("ru-fz-2-2021", "amends", "ru-fz-1-2020", date="2021-01-01")]
    assert library.put_catalogue(acts, relations, "first")
    assert not library.put_catalogue(acts, relations, "first")
    assert library.put_catalogue(acts, [], "second")
    assert not library.relations()


def test_a_catalogued_act_is_not_overwritten_by_what_a_file_says(library):
    library.put_catalogue([ActDraft(id="ru-fz-1-2020", in_catalogue=True, title_ru="Из каталога")], [], "x")
    library.put_edition(edition_draft())
    assert [act.title_ru for act in library.acts()] == ["Из каталога"]


def test_provisions_are_found_by_id_across_editions(library):
    key, _ = library.put_edition(edition_draft())
    assert library.find_provisions(["st1/ch2/p1", "st9"]) == {"st1/ch2/p1": [key]}


def test_a_library_of_a_newer_version_is_refused_untouched(tmp_path):
    file = tmp_path / "library.sqlite"
    Library(f"sqlite:///{file}").close()
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE meta SET value = '999' WHERE key = 'schema'")
    with pytest.raises(LibraryError, match="newer version"):
        Library(f"sqlite:///{file}")


def test_a_damaged_library_file_is_a_typed_error(tmp_path):
    file = tmp_path / "library.sqlite"
    file.write_bytes(b"this is no database" * 100)
    with pytest.raises(LibraryError, match="cannot be opened"):
        Library(f"sqlite:///{file}")


def test_a_library_of_an_older_version_gets_the_columns_it_lacks(tmp_path):
    file = tmp_path / "library.sqlite"
    Library(f"sqlite:///{file}").close()
    with sqlite3.connect(file) as connection:
        connection.execute("ALTER TABLE provisions DROP COLUMN note")
        connection.execute("UPDATE meta SET value = '1' WHERE key = 'schema'")
        connection.execute("DROP TABLE alembic_version")  # there were no revisions then
    Library(f"sqlite:///{file}").close()
    with sqlite3.connect(file) as connection:
        columns = {row[1] for row in connection.execute("PRAGMA table_info(provisions)")}
        version = connection.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone()[0]
    assert "note" in columns and version == str(SCHEMA_VERSION)
