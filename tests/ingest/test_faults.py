"""A full or read-only disk, damaged indexes, a missing model, a clock set back: a clear state, and reading works."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from assistant.engine import Assistant
from assistant.errors import LibraryError, ModelError
from ingest import doctor
from tests.ingest.homes import ACT, OTHER, ask, take
from tests.killing import ROOT, text_of

# Takes a file in where no file may grow beyond so many bytes, as on a full disk; says how that ended.
FULL = """
import resource, sys
from pathlib import Path
from tests import killing
from assistant.errors import PolicyError
from assistant.settings import Settings
from assistant.model import Identity
from ingest import run
from ingest.pipeline import Options
home, file, act, most = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
killing.stand_in()
resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
try:
    report = run.ingest_paths([file], Options(Identity(act=act, edition="2020-01-01")), Settings(home=home))
except PolicyError as error:
    print("refused", type(error).__name__, error.en)
else:
    print("failed" if report.failed else "done", *(each.reason for each in report.failed))
"""


@pytest.mark.parametrize("most", [2_000, 60_000, 120_000])
def test_a_full_disk_is_told_and_what_was_held_is_held_and_found(tmp_path, settings, most):
    (tmp_path / "more.txt").write_text(text_of(OTHER, 2), encoding="utf-8")
    before = ask(settings)
    ended = subprocess.run(
        [sys.executable, "-c", FULL, str(settings.home), str(tmp_path / "more.txt"), OTHER, str(most)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr[-3000:]
    assert ended.stdout.startswith(("refused", "failed")), ended.stdout
    assert "nobody foresaw" not in ended.stdout
    assert before and ask(settings) == before
    take(tmp_path, settings, OTHER, 2)  # there is room again
    assert doctor.examine(settings=settings)["ok"] is True


@pytest.fixture
def read_only(settings):
    """The home on a disk that may only be read."""
    home = str(settings.home)
    if os.name != "posix" or os.geteuid() != 0:
        pytest.skip("only root can mount")
    mounted = subprocess.run(["mount", "--bind", home, home], check=False, capture_output=True)
    if mounted.returncode:
        pytest.skip("nothing can be mounted here")
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", home], check=True)
        yield settings
    finally:
        subprocess.run(["umount", home], check=True)


def test_a_read_only_home_is_read_and_asked_but_not_written(tmp_path, opened, read_only):
    for one in opened:
        one.close()
    assert ask(read_only)
    reading = Assistant(read_only)
    assert reading.show(ACT).text == text_of(ACT, 1)
    reading.library.close()
    with pytest.raises(LibraryError) as caught:
        take(tmp_path, read_only, OTHER, 1)
    assert "cannot be written" in caught.value.en and "Нет записи" in caught.value.ru
    found = doctor.examine(settings=read_only)
    assert (found["ok"], found["writable"], found["in_step"]) == (True, False, True)
    for one in opened:
        one.close()
        one.cache.close()


def harm_words(index):
    (index / "lexical" / "meta.json").write_text("{half a")


def harm_word_files(index):
    for file in (index / "lexical").glob("*.term"):
        file.write_bytes(file.read_bytes()[:40])


def harm_means(index):
    next(index.glob("centring-*.npz")).write_bytes(b"no means")


def harm_token_means(index):
    next(index.glob("tokens-*.npz")).write_bytes(b"no means")


def harm_codes(index):
    next(index.glob("tokens-*.sqlite")).write_bytes(b"not a database, but long enough to be looked at" * 99)


def harm_store(index):
    (index / "chroma" / "chroma.sqlite3").write_bytes(b"not a database" * 999)


def harm_state(index):
    (index / "state.json").write_text("{half a")


MORE_HARM = [harm_word_files, harm_token_means, harm_codes, harm_state]


@pytest.mark.parametrize(
    "harm",
    [
        harm_words,
        harm_means,
        harm_store,
        *(pytest.param(each, marks=pytest.mark.long) for each in MORE_HARM),
    ],
)
def test_damaged_indexes_are_answered_without_told_and_made_anew(settings, opened, harm):
    before = ask(settings)
    for one in opened:
        one.close()
    harm(settings.index_path)
    assert set(ask(settings)) & set(before)  # what is left finds it
    found = doctor.examine(settings=settings)
    assert found["ok"] is (harm is harm_state)
    assert doctor.examine(repair=True, settings=settings)["ok"] is True
    assert ask(settings) == before


@pytest.mark.parametrize(
    "harm", [harm_store, *(pytest.param(each, marks=pytest.mark.long) for each in MORE_HARM)]
)
def test_the_next_writer_makes_damaged_indexes_anew_unasked(tmp_path, settings, opened, harm):
    for one in opened:
        one.close()
    harm(settings.index_path)
    take(tmp_path, settings, OTHER, 1)
    assert doctor.examine(settings=settings)["ok"] is True


def test_an_original_that_is_gone_or_changed_is_told_and_brought_back(tmp_path, settings):
    (kept,) = (settings.files_path).glob("??/*")
    kept.write_text("something else")
    found = doctor.examine(settings=settings)
    assert found["ok"] is False and found["originals_damaged"] == [str(tmp_path / f"{ACT}.txt")]
    assert doctor.examine(repair=True, settings=settings)["ok"] is True
    kept.unlink()
    found = doctor.examine(settings=settings)
    assert found["ok"] is False and found["originals_missing"] == [str(tmp_path / f"{ACT}.txt")]
    assert doctor.examine(repair=True, settings=settings)["ok"] is True


def test_without_a_model_texts_are_read_and_a_question_says_what_is_missing(settings, monkeypatch):
    monkeypatch.undo()  # the real opening of indexes, and no model in this home
    assistant = Assistant(settings)
    assert assistant.show(ACT).text == text_of(ACT, 1)
    assert [act.act for act in assistant.acts()] == [ACT]
    with pytest.raises(ModelError) as caught:
        assistant.search("подача воды")
    assert "ai-policy ingest" in caught.value.en and "ai-policy ingest" in caught.value.ru
    assistant.library.close()


def test_a_clock_that_was_set_back_hides_nothing_from_a_reader(tmp_path, settings, opened):
    assistant = Assistant(settings)
    assert assistant.search("подача воды", act=ACT)
    take(tmp_path, settings, OTHER, 1)
    state = settings.index_path / "state.json"
    os.utime(state, (1, 1))
    assert assistant.search("подача воды", act=OTHER)
    assistant.library.close()
