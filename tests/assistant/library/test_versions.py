"""What a library held at each of its versions can be told later, whatever has become of it since."""

import sqlite3

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.library import Library
from assistant.library.drafts import ActDraft
from tests.builders import WATER_LAW, edition_draft


@pytest.fixture
def library(tmp_path):
    opened = Library(f"sqlite:///{tmp_path / 'library.sqlite'}")
    yield opened
    opened.close()


def held(library):
    """What the library's own rows say of the present, to compare the record with."""
    return {
        (row.act_id, row.edition, row.authority, row.attachment): row.text_sha256
        for row in library.editions()
    }


def recorded(library, version):
    found = library.held_in(version)
    return {key: each.text_sha256 for key, each in found.editions.items()}


def test_a_library_nothing_was_written_to_held_nothing(library):
    assert library.version == "empty"
    assert not library.held_in("empty").editions


def test_every_version_keeps_its_editions_after_the_next_ones(library):
    seen = {}
    library.put_edition(edition_draft(path="a.txt"))
    seen[library.version] = held(library)
    library.put_edition(edition_draft(edition="2024-03-01", path="b.txt"))
    seen[library.version] = held(library)
    library.put_edition(edition_draft(text=WATER_LAW.replace("300", "450"), path="a2.txt"))
    seen[library.version] = held(library)
    library.remove_edition(next(row.id for row in library.editions() if row.edition == "2024-03-01"))
    seen[library.version] = held(library)
    assert len(seen) == 4
    assert {version: recorded(library, version) for version in seen} == seen


def test_a_version_that_comes_back_is_the_same_version(library):
    library.put_edition(edition_draft())
    first = library.version
    key, _ = library.put_edition(edition_draft("ru-fz-2-2020", path="b.txt"))
    library.remove_edition(key)
    assert library.version == first
    assert recorded(library, first) == held(library)


def test_the_file_a_text_was_taken_from_is_kept_with_it(library):
    draft = edition_draft(path="a.txt")
    library.put_edition(draft)
    version = library.version
    library.remove_edition(library.editions()[0].id)
    (each,) = library.held_in(version).editions.values()
    assert (each.path, each.file_sha256, each.title) == ("a.txt", draft.file.sha256, "О поливе роз")


def test_what_was_known_of_acts_is_kept_too(library):
    def catalogue(status):
        library.put_catalogue([ActDraft(id="ru-fz-1-2020", status=status, in_catalogue=True)], [], status)
        return library.version

    first, second = catalogue("in_force"), catalogue("repealed")
    assert [library.held_in(each).acts["ru-fz-1-2020"].status for each in (first, second)] == [
        "in_force", "repealed",
    ]  # fmt: skip


def test_storing_the_same_again_records_nothing_new(library, tmp_path):
    for _ in range(3):
        library.put_edition(edition_draft())
    with sqlite3.connect(tmp_path / "library.sqlite") as database:
        assert database.execute("SELECT count(*) FROM held_editions").fetchone() == (1,)


def test_a_home_from_before_records_were_kept_is_read_and_its_present_version_recorded(library, tmp_path):
    library.put_edition(edition_draft())
    version = library.version
    library.close()
    with sqlite3.connect(tmp_path / "library.sqlite") as database:
        for table in ("versions", "held_editions", "act_states", "alembic_version"):
            database.execute(f"DROP TABLE {table}")
    opened = Library(library.url)
    assert opened.version == version
    assert recorded(opened, version) == held(opened)
    opened.put_edition(edition_draft("ru-fz-2-2020", path="b.txt"))
    assert len(recorded(opened, version)) == 1
    opened.close()


def test_a_version_of_another_library_is_not_known(library):
    library.put_edition(edition_draft())
    assert library.held_in("0123456789ab") is None


STEPS = st.lists(
    st.tuples(st.sampled_from("123"), st.sampled_from(["2020-01-01", "2024-03-01"]), st.sampled_from(["300", "450", "-"])),
    min_size=1, max_size=8,
)  # fmt: skip


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_is_done_every_version_can_be_told_afterwards(steps, tmp_path_factory):
    library = Library(f"sqlite:///{tmp_path_factory.mktemp('versions') / 'library.sqlite'}")
    seen = {}
    for act, edition, water in steps:
        name = f"ru-fz-{act}-2020"
        if water == "-":
            for row in library.editions(name):
                library.remove_edition(row.id)
        else:
            text = WATER_LAW.replace("300", water)
            library.put_edition(edition_draft(name, edition, text=text, path=f"{act}{edition}{water}.txt"))
        seen[library.version] = held(library)
    assert {version: recorded(library, version) for version in seen} == seen
    library.close()
