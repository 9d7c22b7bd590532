"""Files begun before it is their turn: the same results, at the same time, and none goes on for nothing."""

from pathlib import Path

import psutil
import pytest

from assistant.errors import ReadError
from assistant.library import Library
from assistant.settings import ReaderSettings
from ingest.build import build_edition
from ingest.cage import Cage
from ingest.pipeline import Ingest
from tests.ingest.cage.test_cage import GOOD, NOTHING, SLOW, until
from tests.ingest.hostile import page
from tests.ingest.test_pipeline import law


@pytest.fixture(scope="module")
def cage():
    """A cage of two processes, whatever the machine has."""
    made = Cage(ReaderSettings(processes=2))
    made.ahead = 2
    yield made
    made.close()


def test_what_was_begun_is_the_same_edition_and_its_events_are_told_when_it_is_asked_for(cage, tmp_path):
    path = tmp_path / "ukaz.txt"
    cage.begin(GOOD, path, None, NOTHING)
    assert cage.edition(GOOD, path, None, NOTHING) == build_edition(GOOD, path, None, NOTHING)
    data = page("<h1>О САДАХ</h1><p>Розы поливают утром.</p><p hidden>спрятано от читателя</p>")
    cage.begin(data, Path("a.html"), None, NOTHING)
    told, hidden = [], []
    cage.edition(data, Path("a.html"), None, NOTHING, None, None, hidden.extend, lambda: told.append("cut"))
    assert told == ["cut"]
    assert "спрятано" in hidden[0].text


def test_a_file_begun_that_is_refused_is_refused_where_it_is_asked_for(cage):
    cage.begin(b"%PDF-1.7 %%EOF", Path("broken.pdf"), None, NOTHING)
    for _ in range(2):  # and again where it is read anew
        with pytest.raises(ReadError, match=r"broken\.pdf"):
            cage.edition(b"%PDF-1.7 %%EOF", Path("broken.pdf"), None, NOTHING)


def test_other_bytes_under_the_same_name_are_not_what_was_begun(cage):
    path = Path("ukaz.txt")
    cage.begin(GOOD, path, None, NOTHING)
    other = law(extra="\n3. Поливать пионы.\n").encode()
    assert "пионы" in cage.edition(other, path, None, NOTHING).text
    assert "пионы" not in cage.edition(GOOD, path, None, NOTHING).text


def test_two_files_are_read_at_the_same_time_and_none_once_nobody_wants_them(cage):
    for name in ("one.md", "two.md", "three.md"):
        cage.begin(SLOW, Path(name), None, NOTHING)
    busy = until(lambda: len(cage._busy) == 2 and list(cage._busy))
    assert len({reader.pid for reader in busy}) == 2
    cage.forget()
    until(lambda: not cage._busy)
    assert not any(psutil.pid_exists(reader.pid) for reader in busy)
    assert cage.edition(GOOD, Path("ukaz.txt"), None, NOTHING).act.id == "ru-ukaz-777-2021"


def test_a_folder_taken_in_two_at_once_gives_what_one_by_one_gives(cage, tmp_path):
    folder = tmp_path / "acts"
    folder.mkdir()
    for number in range(4):
        text = law().replace("777", str(700 + number))
        (folder / f"{number}.txt").write_text(text, encoding="utf-8")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 %%EOF")
    (folder / "copy.txt").write_bytes((folder / "0.txt").read_bytes())
    alone = Cage(ReaderSettings(processes=1))
    assert alone.ahead == 0
    made = []
    for each in (cage, alone):
        library = Library(f"sqlite:///{tmp_path / f'{each.ahead}.sqlite'}")
        report = Ingest(library, NOTHING, tmp_path / "files", cage=each).run([folder])
        texts = [library.text(row.id) for row in library.editions()]
        library.close()
        made.append((report.added, report.failed, report.skipped, report.unchanged, texts))
    alone.close()
    assert made[0] == made[1]
    assert len(made[0][0]) == 4
