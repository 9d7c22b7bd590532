"""Who may only read a home sees what others write to it, at once and without an error."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import numpy as np
import pytest

from assistant.index.vector_cache import VectorCache
from assistant.library import Library
from assistant.library.sqlite_files import frozen
from tests.builders import WATER_LAW, edition_draft
from tests.killing import ROOT

# A user who may read all and write nothing. For each line of input, what it finds: acts, texts, vectors.
READER = """
import os, sys
from pathlib import Path
from assistant.errors import LibraryChangedError
from assistant.index.vector_cache import VectorCache
from assistant.library import Library
home = Path(sys.argv[1])
if os.geteuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
assert not os.access(home / "library.sqlite", os.W_OK)
library = Library(f"sqlite:///{home / 'library.sqlite'}")
for line in sys.stdin:
    while True:
        try:
            held = {row.act_id: library.text(row.id).count("розы") for row in library.editions()}
            break
        except LibraryChangedError:  # as a question does: it is asked anew
            pass
    with VectorCache(home / "cache" / "vectors.sqlite") as cache:
        vectors = cache.count()
    print(library.generation, sorted(held.items()), vectors, flush=True)
library.close()
"""


@pytest.fixture
def home():
    """A home that everybody may read."""
    made = Path(tempfile.mkdtemp(prefix="home-for-all-"))
    made.chmod(0o755)
    yield made
    for folder in (made, made / "cache"):
        folder.chmod(0o755)
    shutil.rmtree(made)


class Reading:
    """The other user's process."""

    def __init__(self, home: Path, folder: Path) -> None:
        self.errors = (folder / "errors.txt").open("w+")
        self.process = subprocess.Popen(
            [sys.executable, "-c", READER, str(home)], cwd=ROOT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors,
        )  # fmt: skip

    def look(self) -> str:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write("look\n")
        self.process.stdin.flush()
        found = self.process.stdout.readline()
        self.errors.seek(0)
        assert found, self.errors.read()
        return found.strip()

    def end(self) -> int:
        self.process.stdin.close()
        self.process.stdout.close()
        ended = self.process.wait()
        self.errors.close()
        return ended


def put(library: Library, number: int, roses: int = 1) -> None:
    library.put_edition(edition_draft(f"ru-fz-{number}-2020", text=WATER_LAW + "\nрозы" * roses))


def keep(home: Path, number: int) -> None:
    with VectorCache(home / "cache" / "vectors.sqlite") as cache:
        cache.put("f", "passage", [f"text {number}"], np.ones((1, 4), np.float32))


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can become another user")
def test_another_user_sees_each_write_at_once_whether_the_writer_is_there_or_gone(home, tmp_path):
    roses = WATER_LAW.count("розы")
    writer = Library(f"sqlite:///{home / 'library.sqlite'}")
    put(writer, 1)
    keep(home, 1)
    writer.close()
    assert not (home / "library.sqlite-wal").exists()
    reading = Reading(home, tmp_path)
    try:
        assert reading.look() == f"1 [('ru-fz-1-2020', {roses + 1})] 1"  # nobody else is there

        writer = Library(f"sqlite:///{home / 'library.sqlite'}")
        put(writer, 2, 2)
        keep(home, 2)
        assert (home / "library.sqlite-wal").exists()
        assert reading.look() == f"2 [('ru-fz-1-2020', {roses + 1}), ('ru-fz-2-2020', {roses + 2})] 2"

        for number in range(3, 7):  # in turns: beside the open writer, and after it has gone
            put(writer, 1, number * 40)  # large enough to move pages
            if number % 2:
                writer.close()
            expected = [("ru-fz-1-2020", roses + number * 40), ("ru-fz-2-2020", roses + 2)]
            assert reading.look() == f"{number} {expected} 2"
        writer.close()
        assert [path.name for path in home.iterdir() if path.name.startswith("library")] == ["library.sqlite"]
    finally:
        ended = reading.end()
    assert ended == 0


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("36 35 {device} / /mnt ro,relatime - squashfs /dev/loop0 ro", True),
        ("36 35 {device} / /mnt ro,relatime shared:1 - ext4 /dev/sdb ro,errors=continue", True),
        ("36 35 {device} / /mnt ro,relatime - ext4 /dev/sdb rw", False),  # here alone: a bind mount
        ("36 35 {device} / /mnt ro,relatime - nfs4 server:/home ro", False),  # the server may change it
        ("36 35 {device} / /mnt rw,relatime - ext4 /dev/sdb rw", False),
        ("36 35 999:1 / /mnt ro,relatime - squashfs /dev/loop0 ro", False),
        ("nothing that is known", False),
    ],
)
def test_a_medium_is_frozen_where_its_whole_file_system_may_only_be_read(tmp_path, line, expected):
    device = tmp_path.stat().st_dev
    mounts = tmp_path / "mountinfo"
    mounts.write_text(line.format(device=f"{os.major(device)}:{os.minor(device)}") + "\n")
    assert frozen(mounts, mounts) is expected
    assert not frozen(mounts, tmp_path / "not there")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can become another user")
def test_another_user_meets_no_error_and_nothing_stale_while_somebody_writes_and_comes_and_goes(
    home, tmp_path
):
    library = Library(f"sqlite:///{home / 'library.sqlite'}")
    put(library, 1)
    keep(home, 1)
    library.close()
    done = 1

    def write() -> None:
        nonlocal done
        for number in range(2, 11):
            writer = Library(f"sqlite:///{home / 'library.sqlite'}")
            put(writer, 1, number * 40)
            done = writer.generation
            if number % 3:
                put(writer, 1, number * 40 + 1)
                done = writer.generation
            writer.close()  # the last one to close moves the journal into the file

    reading, writing = Reading(home, tmp_path), threading.Thread(target=write)
    looks = 0
    try:
        reading.look()
        writing.start()
        while writing.is_alive() or looks < 5:
            least = done
            assert int(reading.look().split(" ")[0]) >= least
            looks += 1
    finally:
        writing.join()
        ended = reading.end()
    assert ended == 0
