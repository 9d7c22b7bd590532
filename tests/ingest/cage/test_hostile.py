"""Hostile files among good ones, in one batch: each is refused for its reason, nothing else changes."""

import os
import socket
import time
from pathlib import Path

import pytest

from assistant.errors import IdentityError
from assistant.library import Library
from assistant.settings import ReaderSettings
from ingest.cage import Cage
from ingest.catalogue import Catalogue
from ingest.pipeline import Ingest, Options
from tests.ingest.hostile import HOSTILE, write
from tests.ingest.test_pipeline import law

LIGHT = [each for each in HOSTILE if not each.heavy]


@pytest.fixture
def library(tmp_path):
    opened = Library(f"sqlite:///{tmp_path / 'library.sqlite'}")
    yield opened
    opened.close()


def said(error):
    """Why a file was refused, in the words of tests.ingest.hostile."""
    if isinstance(error, IdentityError):
        return "identity"
    return error.reason


def state(library):
    """Everything the library holds, in a form that can be compared."""
    rows = [(row.id, row.act_id, row.edition, library.text(row.id)) for row in library.editions()]
    return rows, sorted((row.path, row.sha256) for row in library.renditions()), library.chunk_ids()


def take_all(library, tmp_path, hostile, limits):
    """The hostile files between two good ones, after one held before; returns the steps and the report."""
    cage = Cage(limits)
    try:
        folder = tmp_path / "acts"
        folder.mkdir()
        (folder / "before.txt").write_text(law("1"), encoding="utf-8")
        Ingest(library, Catalogue(acts=[]), tmp_path / "files", cage=cage).run([folder])
        held = state(library)
        list(write(folder, hostile))
        for number in ("2", "3"):
            (folder / f"{'a' if number == '2' else 'z'}.txt").write_text(law(number), encoding="utf-8")
        steps = {}
        made = Options(told=lambda step: steps.__setitem__(step.path.name, step), lang="ru")
        report = Ingest(library, Catalogue(acts=[]), tmp_path / "files", made, cage=cage).run([folder])
        return held, steps, report
    finally:
        cage.close()


def check_all(library, tmp_path, hostile, limits):
    held, steps, report = take_all(library, tmp_path, hostile, limits)
    wrong = {each.name: steps[each.name].stage for each in hostile if steps[each.name].error is None}
    assert not wrong
    told = {
        each.name: None if steps[each.name].stage == "skipped" else said(steps[each.name].error)
        for each in hostile
    }
    assert {each.name: told[each.name] for each in hostile if told[each.name] not in each.reasons} == {}
    # The good files are there, and of the others nothing is.
    assert sorted(report.added) == ["ru-ukaz-2-2021", "ru-ukaz-3-2021"]
    assert report.unchanged == ["ru-ukaz-1-2021"]
    assert len(report.failed) + len(report.skipped) == len(hostile)
    editions, files, chunks = state(library)
    assert [row for row in editions if row in held[0]] == held[0]
    assert len(editions) == 3
    assert len(files) == 3
    assert held[2] <= chunks
    assert len([path for path in (tmp_path / "files").rglob("*") if path.is_file()]) == 3
    for entry in (*report.failed, *report.skipped):
        assert any(letter in "абвгдежзиклмн" for letter in entry.reason.lower())


def test_sixty_hostile_files_in_one_batch_harm_nothing(library, tmp_path):
    assert len(LIGHT) >= 60
    check_all(library, tmp_path, LIGHT, ReaderSettings(seconds=20))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="special files")
def test_special_files_and_links_are_passed_over_with_a_reason(library, tmp_path):
    folder, secret = tmp_path / "acts", tmp_path / "secret.txt"
    folder.mkdir()
    secret.write_text(law("9"), encoding="utf-8")
    (folder / "good.txt").write_text(law(), encoding="utf-8")
    os.mkfifo(folder / "pipe.txt")
    (folder / "link.txt").symlink_to(secret)
    (folder / "device.txt").symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as bound:
        here = Path.cwd()
        os.chdir(folder)  # the name of a socket may not be long
        try:
            bound.bind("socket.txt")
        finally:
            os.chdir(here)
        started = time.monotonic()
        run = Ingest(library, Catalogue(acts=[]), tmp_path / "files")
        report = run.run(
            [folder, folder / "link.txt", folder / "pipe.txt", folder.parent / "acts" / "device.txt"]
        )
    assert time.monotonic() - started < 240
    assert report.added == ["ru-ukaz-777-2021"]
    skipped = {entry.path.rsplit("/", 1)[1]: entry.reason for entry in report.skipped}
    assert skipped.keys() == {"pipe.txt", "link.txt", "device.txt", "socket.txt"}
    assert "symbolic link" in skipped["link.txt"]
    assert "neither a file nor a folder" in skipped["pipe.txt"]
    assert {entry.path.rsplit("/", 1)[1] for entry in report.failed} == {"link.txt", "pipe.txt", "device.txt"}


def test_a_file_over_the_limit_is_not_opened(library, tmp_path):
    large = tmp_path / "large.txt"
    with large.open("wb") as out:
        out.truncate(3_000_000_000)  # a hole: it takes no room
    cage = Cage(ReaderSettings(file_bytes=1_000_000))
    report = Ingest(library, Catalogue(acts=[]), tmp_path / "files", cage=cage).run([large])
    assert "0.954 MB" in report.failed[0].reason
    assert not cage._idle  # no process was even started


@pytest.mark.parametrize(
    "content", [b"[" * 200_000, b'{"title": ' * 50_000, b'{"title": "' + b"a" * 2_000_000 + b'"}', b"\xff\xfe"],
    ids=["deep", "deep object", "large", "no text"],
)  # fmt: skip
def test_a_hostile_sidecar_fails_its_own_file_alone(library, tmp_path, content):
    (tmp_path / "a.txt").write_text(law("1"), encoding="utf-8")
    (tmp_path / "a.json").write_bytes(content)
    (tmp_path / "b.txt").write_text(law("2"), encoding="utf-8")
    report = Ingest(library, Catalogue(acts=[]), tmp_path / "files").run(
        [tmp_path / "a.txt", tmp_path / "b.txt"]
    )
    assert len(report.failed) == 1
    assert report.added == ["ru-ukaz-2-2021"]
