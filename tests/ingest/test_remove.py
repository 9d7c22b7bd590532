import pytest

from assistant.errors import InputError, NotHeldError
from assistant.library import Library
from ingest.catalogue import Catalogue
from ingest.pipeline import Ingest
from ingest.remove import remove_from
from tests.ingest.test_pipeline import law

NOTHING = Catalogue(acts=[])


@pytest.fixture
def library(tmp_path):
    opened = Library(f"sqlite:///{tmp_path / 'library.sqlite'}")
    yield opened
    opened.close()


@pytest.fixture
def files(tmp_path):
    return tmp_path / "files"


@pytest.fixture
def acts(tmp_path, library, files):
    folder = tmp_path / "acts"
    folder.mkdir()
    paragraphs = "".join(f"<p>{line}</p>" for line in law().splitlines() if line)
    page = f"<html><head><meta charset='utf-8'></head><body>{paragraphs}</body></html>"
    (folder / "a.html").write_text(page, encoding="utf-8")
    (folder / "b.txt").write_text(law(), encoding="utf-8")
    (folder / "c.txt").write_text(law("778"), encoding="utf-8")
    Ingest(library, NOTHING, files).run([folder])
    return folder


def test_an_act_goes_with_everything_of_it(library, files, acts):
    assert remove_from(library, NOTHING, files, "ru-ukaz-777-2021") == ["ru-ukaz-777-2021"]
    assert [row.act_id for row in library.editions()] == ["ru-ukaz-778-2021"]


def test_originals_nobody_refers_to_are_deleted(library, files, acts):
    assert len(list(files.glob("??/*"))) == 3
    remove_from(library, NOTHING, files, "ru-ukaz-777-2021")
    assert len(list(files.glob("??/*"))) == 1


def test_the_text_stays_while_another_file_of_the_edition_is_linked(library, files, acts):
    remove_from(library, NOTHING, files, str(acts / "a.html"))
    row = next(row for row in library.editions() if row.act_id == "ru-ukaz-777-2021")
    assert "Садовникам поливать розы" in library.text(row.id)
    assert [(each.path, each.is_primary) for each in library.renditions(row.id)] == [
        (str(acts / "b.txt"), True)
    ]


def test_a_linked_file_goes_alone(library, files, acts):
    remove_from(library, NOTHING, files, str(acts / "b.txt"))
    assert len(library.editions()) == 2


def test_one_of_two_copies_leaves_the_other(library, files, acts):
    copy = acts / "copy.txt"
    copy.write_bytes((acts / "c.txt").read_bytes())
    Ingest(library, NOTHING, files).run([copy])
    remove_from(library, NOTHING, files, str(acts / "c.txt"))
    assert any(row.act_id == "ru-ukaz-778-2021" for row in library.editions())
    remove_from(library, NOTHING, files, str(copy))
    assert all(row.act_id != "ru-ukaz-778-2021" for row in library.editions())


def test_what_is_not_held_is_named_and_an_empty_name_removes_nothing(library, files, acts):
    with pytest.raises(NotHeldError, match="nowhere.txt"):
        remove_from(library, NOTHING, files, "nowhere.txt")
    for nothing in ("", "  "):
        with pytest.raises(InputError, match="Nothing is named"):
            remove_from(library, NOTHING, files, nothing)
    assert len(library.editions()) == 2
