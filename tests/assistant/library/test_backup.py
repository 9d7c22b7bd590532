"""A backup is the home at one moment, whoever writes meanwhile; a restore brings that back, or changes nothing."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from assistant.errors import InputError, NewerHomeError
from assistant.library import Library
from assistant.library.backup import back_up, verify
from assistant.library.originals import original
from assistant.library.restore import restore
from assistant.library.schema import SCHEMA_VERSION
from assistant.library.view import LibraryView
from tests.builders import WATER_LAW, edition_draft
from tests.killing import ROOT, text_of
from tests.sample_home import ai_policy


def put(home: Path, act: str = "ru-fz-1-2020", text: str = WATER_LAW) -> None:
    """An act with its original, as ingest leaves them."""
    draft = edition_draft(act, text=text, path=str(home.resolve() / "uploads" / "u" / act / "original.txt"))
    kept = original(home / "files", draft.file.sha256)
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(f"{draft.file.path}{draft.text}")
    library = Library(f"sqlite:///{home / 'library.sqlite'}")
    library.put_edition(draft)
    library.close()


def held(home: Path) -> dict[str, str]:
    """Act -> text, of a library on the disk."""
    db = sqlite3.connect(home / "library.sqlite")
    try:
        return dict(db.execute("SELECT act_id, text FROM editions").fetchall())
    finally:
        db.close()


@pytest.fixture
def home(tmp_path):
    put(tmp_path / "home")
    return tmp_path / "home"


@pytest.mark.parametrize("name", ["kept", "kept.zip"])
def test_a_restored_home_holds_texts_originals_and_uploads_under_its_own_paths(tmp_path, home, name):
    made = back_up(home, tmp_path / name)
    assert (made.acts, made.missing) == (1, []) and verify(tmp_path / name) == made
    shutil.move(home, tmp_path / "gone")
    other = tmp_path / "other"
    other.mkdir()
    restore(tmp_path / name, other)
    library = Library(f"sqlite:///{other / 'library.sqlite'}")
    assert held(other) == {"ru-fz-1-2020": WATER_LAW} and library.version == made.version
    (rendition,) = library.renditions()
    library.close()
    assert Path(rendition.path).is_relative_to(other.resolve())
    assert Path(rendition.path).read_bytes() == original(other / "files", rendition.sha256).read_bytes()


def test_a_backup_under_load_is_one_state_the_library_had(tmp_path):
    """The writer tells every step; each backup must be the library after one of them, none in between."""
    home, inbox = tmp_path / "home", tmp_path / "inbox"
    inbox.mkdir()
    writer = subprocess.Popen(
        [sys.executable, "-m", "tests.killing", str(home), str(inbox), "5"],
        stdout=subprocess.PIPE, cwd=ROOT, text=True,
    )  # fmt: skip
    states: list[dict[str, str]] = [{}]
    grown = threading.Condition()
    listening = threading.Thread(target=follow, args=(writer, states, grown))
    listening.start()
    made = []
    try:
        for number in range(3):
            with grown:
                assert grown.wait_for(lambda least=3 * number + 2: len(states) > least, timeout=240)
            made.append(back_up(home, tmp_path / f"backup-{number}"))
    finally:
        writer.kill()
        writer.wait()
        listening.join()
        writer.stdout.close()
    for number, each in enumerate(made):
        assert each.missing == []
        place = tmp_path / f"restored-{number}"
        place.mkdir()
        restore(tmp_path / f"backup-{number}", place)
        assert held(place) in states
        db = sqlite3.connect(place / "library.sqlite")
        named = {row[0] for row in db.execute("SELECT sha256 FROM renditions")}
        db.close()
        assert named == {file.name for file in (place / "files").glob("??/*")}
    assert held(tmp_path / "restored-2") != held(tmp_path / "restored-0")


def follow(writer, states, grown):
    """Keep every state that the library has or is about to have."""
    for line in writer.stdout:
        what, more = json.loads(line) if line.endswith("\n") else ("", None)
        now = dict(states[-1])
        if what == "put":
            now[more["act"]] = text_of(**more)
        elif what == "remove":
            now.pop(more["act"], None)
        else:
            continue
        with grown:
            states.append(now)
            grown.notify_all()


@pytest.mark.parametrize("name", ["kept", "kept.zip"])
def test_a_damaged_backup_is_refused_and_nothing_is_changed(tmp_path, home, name):
    back_up(home, tmp_path / name)
    if name.endswith(".zip"):
        data = bytearray((tmp_path / name).read_bytes())
        data[len(data) // 3] ^= 0xFF
        (tmp_path / name).write_bytes(data)
    else:
        next((tmp_path / name / "files").glob("??/*")).write_text("something else")
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(InputError):
        restore(tmp_path / name, empty)
    assert list(empty.iterdir()) == []


def test_a_home_that_holds_something_is_left_alone_unless_that_is_said(tmp_path, home):
    back_up(home, tmp_path / "kept")
    put(home, "ru-fz-2-2020", WATER_LAW.replace("розы", "пионы"))
    serving = Library(f"sqlite:///{home / 'library.sqlite'}")
    seen = LibraryView(serving)
    with pytest.raises(InputError) as caught:
        restore(tmp_path / "kept", home)
    assert "--replace" in caught.value.en and "--replace" in caught.value.ru
    assert set(held(home)) == {"ru-fz-1-2020", "ru-fz-2-2020"}
    restore(tmp_path / "kept", home, replace=True)
    assert serving.generation > seen.generation  # whoever reads sees that it is another
    assert {row.act_id for row in LibraryView(serving).editions.values()} == {"ru-fz-1-2020"}
    serving.close()


KILLED = """
import os, signal, sys
from pathlib import Path
from assistant.library import backup, restore
module, step, when, verb, *paths = sys.argv[1:]
module = {"backup": backup, "restore": restore}[module]
real = getattr(module, step)
def cut(*given, **named):
    if when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    found = real(*given, **named)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(module, step, cut)
if verb == "backup":
    backup.back_up(Path(paths[0]), Path(paths[1]))
else:
    restore.restore(Path(paths[0]), Path(paths[1]), replace=True)
"""


def killed(*arguments: object) -> None:
    """Run a backup or a restore that kills itself at a step."""
    ended = subprocess.run([sys.executable, "-c", KILLED, *map(str, arguments)], cwd=ROOT, check=False)
    assert ended.returncode == -signal.SIGKILL


@pytest.mark.parametrize("step", ["_copy_database", "write_manifest", "pack"])
def test_a_backup_that_is_killed_leaves_no_backup_and_the_next_one_is_whole(tmp_path, home, step):
    target = tmp_path / "kept.zip"
    killed("backup", step, "after" if step != "pack" else "before", "backup", home, target)
    assert not target.exists()
    assert back_up(home, target).acts == 1 and verify(target).acts == 1


@pytest.mark.parametrize(("step", "when"), [("_put_files", "after"), ("_put_database", "before")])
def test_a_restore_that_is_killed_leaves_the_library_as_it_was_and_can_be_repeated(
    tmp_path, home, step, when
):
    back_up(home, tmp_path / "kept")
    other = tmp_path / "other"
    put(other, "ru-fz-2-2020")
    killed("restore", step, when, "restore", tmp_path / "kept", other)
    assert set(held(other)) == {"ru-fz-2-2020"}
    restore(tmp_path / "kept", other, replace=True)
    assert set(held(other)) == {"ru-fz-1-2020"}


def test_a_backup_of_a_newer_program_is_refused(tmp_path, home):
    back_up(home, tmp_path / "kept")
    place = tmp_path / "kept" / "manifest.json"
    told = json.loads(place.read_text())
    place.write_text(json.dumps(told | {"library_schema": SCHEMA_VERSION + 1}))
    with pytest.raises(NewerHomeError):
        restore(tmp_path / "kept", tmp_path / "empty")


@pytest.mark.parametrize(
    "name", ["../outside", "files/ab/../../../outside", "/etc/passwd", "index/state.json"]
)
def test_a_backup_cannot_name_a_place_outside_what_it_holds(tmp_path, home, name):
    back_up(home, tmp_path / "kept")
    place = tmp_path / "kept" / "manifest.json"
    told = json.loads(place.read_text())
    told["files"][name] = told["files"]["library.sqlite"]
    place.write_text(json.dumps(told))
    with pytest.raises(InputError):
        verify(tmp_path / "kept")


def test_a_library_on_a_server_is_left_to_the_servers_tools(tmp_path):
    ran = ai_policy(
        tmp_path / "home", "backup", tmp_path / "kept", AI_POLICY_DATABASE_URL="postgresql+psycopg://h/db"
    )
    assert ran.status == 2 and "pg_dump" in ran.err and not (tmp_path / "kept").exists()
    assert [each.name for each in tmp_path.iterdir()] in ([], ["home"])


ODD = [
    os.fsencode("Приказ.txt"),
    "Приказ".encode("cp1251") + b".txt",
    b"two\nlines.txt",
    b"back\\slash.txt",
    b"per%5Ccent.txt",
    b"renamed",
    b"n" * 250 + b".txt",
    b"folder \xff/inside.txt",
]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere not every byte may stand in a name")
@pytest.mark.parametrize("name", ["kept", "kept.zip"])
def test_files_with_odd_names_are_backed_up_and_come_back_under_them(tmp_path, home, name):
    for odd in ODD:
        place = os.path.join(os.fsencode(home / "inbox"), odd)  # noqa: PTH118 (a path of bytes)
        Path(os.fsdecode(place)).parent.mkdir(parents=True, exist_ok=True)
        Path(os.fsdecode(place)).write_bytes(b"content of " + odd)
        os.utime(place, (1, 1))  # 1970: a zip file knows no time before 1980
    made = back_up(home, tmp_path / name)
    assert made.left_out == {} and verify(tmp_path / name) == made
    other = tmp_path / "other"
    other.mkdir()
    restore(tmp_path / name, other)
    inbox = os.fsencode(other / "inbox")
    held = {
        os.path.relpath(os.path.join(folder, file), inbox): Path(os.fsdecode(os.path.join(folder, file)))  # noqa: PTH118
        for folder, _, files in os.walk(inbox)
        for file in files
    }
    assert {odd: file.read_bytes() for odd, file in held.items()} == {
        odd: b"content of " + odd for odd in ODD
    }


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="special files")
def test_what_cannot_be_backed_up_is_named_and_the_rest_is_backed_up(tmp_path, home):
    inbox = home / "inbox"
    inbox.mkdir()
    (inbox / "act.txt").write_text("act")
    os.mkfifo(inbox / "pipe.txt")
    (inbox / "link.txt").symlink_to("/etc/hostname")
    (inbox / "link to a folder").symlink_to("/etc")
    with socket.socket(socket.AF_UNIX) as bound:
        here = Path.cwd()
        os.chdir(inbox)  # the name of a socket may not be long
        try:
            bound.bind("so\ncket")
        finally:
            os.chdir(here)
        ran = ai_policy(home, "backup", tmp_path / "kept.zip", "--json")
    assert ran.status == 1
    assert json.loads(ran.out)["left_out"].keys() == {
        "inbox/pipe.txt", "inbox/link.txt", "inbox/link to a folder", "inbox/so\\ncket"
    }  # fmt: skip
    assert "inbox/so\\ncket" in ran.err and "inbox/pipe.txt" in ran.err
    found = verify(tmp_path / "kept.zip")
    assert "inbox/act.txt" in found.files and found.acts == 1


def test_a_file_or_folder_that_may_not_be_read_is_left_out_alone(tmp_path, home, monkeypatch):
    inbox = home / "inbox"
    (inbox / "closed").mkdir(parents=True)
    for name in ("act.txt", "secret.txt", "closed/within.txt"):
        (inbox / name).write_text(name)
    for path in (inbox / "secret.txt", inbox / "closed"):
        path.chmod(0)
    if os.access(inbox / "closed", os.R_OK):  # root may read all: the system refuses by other means
        refuse(monkeypatch, inbox / "secret.txt", inbox / "closed")
    try:
        made = back_up(home, tmp_path / "kept")
    finally:
        (inbox / "closed").chmod(0o755)
    assert made.left_out == {"inbox/secret.txt": "Permission denied", "inbox/closed": "Permission denied"}
    assert "inbox/act.txt" in made.files


def refuse(monkeypatch, *closed):
    """Have the system refuse these paths."""

    def refusing(real):
        def called(path, *given):
            if not isinstance(path, int) and Path(path) in closed:
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
            return real(path, *given)

        return called

    monkeypatch.setattr(os, "open", refusing(os.open))
    monkeypatch.setattr(os, "scandir", refusing(os.scandir))


@pytest.mark.parametrize("called", ["inbox/../../outside", "files/ab/cd", "/etc/passwd", "inbox//a"])
def test_a_backup_cannot_rename_a_file_to_a_place_outside(tmp_path, home, called):
    (home / "inbox").mkdir()
    (home / "inbox" / "a\nb").write_text("odd")
    back_up(home, tmp_path / "kept")
    place = tmp_path / "kept" / "manifest.json"
    told = json.loads(place.read_text())
    told["names"] = dict.fromkeys(told["names"], called)
    place.write_text(json.dumps(told))
    with pytest.raises(InputError):
        verify(tmp_path / "kept")
