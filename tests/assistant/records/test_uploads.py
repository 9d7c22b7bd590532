"""Uploads over a library that a real ingest fills and a real removal empties."""

from datetime import timedelta

import pytest

from assistant.errors import InputError, LibraryError, NotHeldError, ReadError
from assistant.model import Authority, Identity
from assistant.records import uploads
from assistant.records.owner import LOCAL
from ingest.catalogue import Catalogue
from ingest.pipeline import Ingest, Options
from ingest.remove import remove_from
from tests.assistant.records.sample import ANNA, BORIS

NOTHING = Catalogue(acts=[])
NOTE = "Памятка\n\n1. Розы поливают утром.\n\n2. Пионы поливают вечером.\n"
ACT = "note-roses"


class Home:
    """What a front door has: the library, the folders, and how ingest is called."""

    def __init__(self, library, folder):
        self.library, self.folder = library, folder
        self.files, self.kept = folder / "files", folder / "undo"

    def ingest(self, path, act, edition, authority):
        options = Options(identity=Identity(act=act, edition=edition), authority=authority)
        report = Ingest(self.library, NOTHING, self.files, options).run([path])
        assert not report.failed, report.failed

    def bring(self, owner=ANNA, name="Памятка.txt", text=NOTE, act=ACT):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        self.ingest(path, act, "2024-01-01", Authority.USER)
        row = next(row for row in self.library.renditions() if row.path == str(path))
        path.unlink()  # a browser's temporary file goes
        return uploads.record(
            self.library, owner, act=act, edition="2024-01-01", authority=Authority.USER,
            file_name=name, path=row.path, sha256=row.sha256, size=row.size,
        )  # fmt: skip

    def take_out(self, upload):
        remove_from(self.library, NOTHING, self.files, upload.path)

    def take_in(self, upload, path):
        self.ingest(path, upload.act, upload.edition, Authority(upload.authority))

    def remove(self, upload, owner=ANNA, **how):
        take_out = how.pop("take_out", self.take_out)
        return uploads.remove(
            self.library, owner, upload.id, take_out, files=self.files, kept=self.kept, **how
        )

    def restore(self, upload, owner=ANNA, take_in=None):
        return uploads.restore(self.library, owner, upload.id, take_in or self.take_in, kept=self.kept)

    def texts(self, act=ACT):
        return [self.library.text(row.id) for row in self.library.editions(act)]

    def state(self, upload, owner=ANNA):
        return uploads.get(self.library, owner, upload.id).state

    def aside(self):
        return [path for path in self.kept.rglob("*") if path.is_file()]


@pytest.fixture
def home(library, tmp_path):
    return Home(library, tmp_path)


def test_an_upload_is_listed_with_what_it_became(home):
    first = home.bring()
    second = home.bring(name="b.txt", text="Записка\n\n1. Газон.\n", act="note-lawn")
    assert uploads.listed(home.library, ANNA).items == [second, first]
    assert (first.act, first.file_name, first.state) == (ACT, "Памятка.txt", "held")
    page = uploads.listed(home.library, ANNA, limit=1)
    assert uploads.listed(home.library, ANNA, limit=1, after=page.next).items == [first]


def test_the_same_file_twice_is_one_upload(home):
    assert home.bring() == home.bring()


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("C:\\Docs\\a.txt", "a.txt"),
        ("../../etc/a.txt", "a.txt"),
        ("a\n.txt", "a .txt"),
        ("а" * 255, "а" * 255),
    ],
)
def test_a_file_keeps_its_own_name_without_folders(library, name, kept):
    made = uploads.record(
        library, ANNA, act=ACT, edition=None, authority=Authority.USER, file_name=name, path="x",
        sha256="0" * 64, size=1,
    )  # fmt: skip
    assert made.file_name == kept


@pytest.mark.parametrize("name", ["", "/", "а" * 256])
def test_a_file_without_a_usable_name_is_refused(library, name):
    with pytest.raises(InputError):
        uploads.record(
            library, ANNA, act=ACT, edition=None, authority=Authority.USER, file_name=name, path="x",
            sha256="0" * 64, size=1,
        )  # fmt: skip


def test_a_deleted_upload_leaves_the_library_at_once_and_comes_back_the_same(home):
    upload = home.bring()
    (text,) = home.texts()
    version = home.library.version
    deleted = home.remove(upload)
    assert (deleted.state, home.texts()) == ("deleted", []) and deleted.undo_until > deleted.deleted_at
    assert list(home.files.glob("??/*")) == []
    assert uploads.listed(home.library, ANNA).items == [deleted]
    restored = home.restore(upload)
    assert (restored.state, restored.undo_until) == ("held", None)
    assert (home.texts(), home.library.version) == ([text], version)
    assert home.aside() == []
    assert home.remove(upload).state == "deleted" and home.texts() == []
    assert home.restore(upload).state == "held" and home.texts() == [text]


def test_what_is_not_deleted_is_not_restored_and_what_is_deleted_not_deleted_again(home):
    upload = home.bring()
    with pytest.raises(NotHeldError):
        home.restore(upload)
    home.remove(upload)
    with pytest.raises(NotHeldError):
        home.remove(upload)


def test_after_the_time_to_undo_a_purge_deletes_the_bytes(home):
    over, open_still = home.bring(), home.bring(name="b.txt", text="Записка\n\n1. Газон.\n", act="note-lawn")
    home.remove(over, undo=timedelta(0))
    home.remove(open_still)
    with pytest.raises(NotHeldError):
        home.restore(over)
    assert len(home.aside()) == 2
    assert uploads.purge(home.library, ANNA, kept=home.kept) == 1
    assert [path.parent.name for path in home.aside()] == [open_still.id]
    assert (home.state(over), home.state(open_still)) == ("removed", "deleted")
    assert [each.id for each in uploads.listed(home.library, ANNA).items] == [open_still.id]
    assert len(uploads.listed(home.library, ANNA, removed=True).items) == 2
    assert uploads.purge(home.library, ANNA, kept=home.kept, everything=True) == 1
    assert home.aside() == []
    with pytest.raises(NotHeldError):
        home.restore(open_still)


def test_a_removal_that_fails_deletes_nothing(home):
    upload = home.bring()

    def broken(_upload):
        raise LibraryError("busy", "занято")

    with pytest.raises(LibraryError):
        home.remove(upload, take_out=broken)
    assert home.state(upload) == "held" and len(home.texts()) == 1
    home.remove(upload)
    assert home.state(upload) == "deleted"


def test_an_undo_that_fails_can_be_tried_again(home):
    upload = home.bring()
    home.remove(upload)

    def broken(_upload, _path):
        raise ReadError("unreadable", "не читается")

    with pytest.raises(ReadError):
        home.restore(upload, take_in=broken)
    assert home.state(upload) == "deleted"
    assert home.restore(upload).state == "held" and len(home.texts()) == 1


def test_a_text_that_is_out_already_is_deleted_without_undo(home):
    upload = home.bring()
    home.take_out(upload)
    assert home.remove(upload).state == "removed"


def test_a_removal_cut_off_half_way_can_be_finished_and_undone(home):
    upload = home.bring()

    def cut_off(gone):
        home.take_out(gone)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        home.remove(upload, take_out=cut_off)
    assert (home.state(upload), home.texts()) == ("held", [])
    assert home.remove(upload).state == "deleted"
    assert home.restore(upload).state == "held" and len(home.texts()) == 1


def test_a_text_two_owners_brought_stays_for_the_other(home):
    mine, theirs = home.bring(ANNA), home.bring(BORIS)
    home.remove(mine)
    assert len(home.texts()) == 1
    home.remove(theirs, BORIS)
    assert home.texts() == []
    assert home.restore(mine).state == "held" and len(home.texts()) == 1
    assert home.state(theirs, BORIS) == "deleted"


def test_a_folder_that_cannot_be_written_keeps_the_upload(home, tmp_path):
    upload = home.bring()
    home.kept.write_text("a file where the folder should be")
    with pytest.raises(LibraryError, match="Nothing was deleted"):
        home.remove(upload)
    assert home.state(upload) == "held" and len(home.texts()) == 1


def test_the_local_users_files_are_told_from_those_of_others_and_of_the_command_line(home):
    folder = home.folder / "uploads" / uploads.folder_of(LOCAL) / "0123456789abcdef"
    folder.mkdir(parents=True)
    upload = home.bring(LOCAL, name=f"uploads/{uploads.folder_of(LOCAL)}/0123456789abcdef/original.txt")
    back = home.restore(home.remove(upload, LOCAL), LOCAL)
    theirs = home.bring(ANNA, act="note-anna")
    brought = uploads.brought_by(home.library, LOCAL)
    assert brought(upload.path)
    assert brought(back.path), "what was deleted and brought back lies elsewhere"
    assert brought(str(folder / "original.md")), "the same bytes under another name are not recorded again"
    assert not brought(theirs.path)
    assert not brought(str(home.folder / "acts" / "law.txt"))
