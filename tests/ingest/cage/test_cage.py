"""One bad file ends its own reading process: it costs a bounded time and memory, and the next file is read."""

import contextlib
import os
import signal
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from assistant.errors import IdentityError, ReadError, ReadersBusyError
from assistant.library import Library
from assistant.settings import ReaderSettings
from ingest.build import build_edition
from ingest.cage import Cage, process
from ingest.catalogue import Catalogue
from ingest.pipeline import Ingest
from ingest.readers import UnsupportedTypeError
from tests.ingest.hostile import HOSTILE, page, page_of, png
from tests.ingest.test_pipeline import law

NOTHING = Catalogue(acts=[])
GOOD = law().encode()
SLOW = b"<!--" * 400_000  # a minute of looking for the end of comments
posix = pytest.mark.skipif(os.name != "posix", reason="signals and process groups")


@pytest.fixture(scope="module")
def kept():
    """A cage with the usual limits, shared: its process is warm."""
    made = Cage()
    yield made
    made.close()


@pytest.fixture
def caged():
    """Makes cages of given limits and closes them."""
    with contextlib.ExitStack() as stack:

        def make(**limits):
            cage = Cage(ReaderSettings(**limits))
            stack.callback(cage.close)
            return cage

        yield make


def read(cage, data=GOOD, name="ukaz.txt"):
    return cage.edition(data, Path(name), None, NOTHING)


def refusal(cage, data, name):
    with pytest.raises(ReadError) as refused:
        read(cage, data, name)
    assert name in refused.value.en
    assert name in refused.value.ru
    return refused.value


def until(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return found


def test_a_file_gives_the_same_edition_in_the_cage_as_outside(kept, tmp_path):
    path = tmp_path / "ukaz.txt"
    assert kept.edition(GOOD, path, None, NOTHING) == build_edition(GOOD, path, None, NOTHING)


def test_what_happens_on_the_way_is_told(kept):
    told, hidden = [], []
    data = page("<h1>О САДАХ</h1><p>Розы поливают утром.</p><p hidden>спрятано от читателя</p>")
    kept.edition(data, Path("a.html"), None, NOTHING, None, None, hidden.extend, lambda: told.append("cut"))
    assert told == ["cut"]
    assert "спрятано" in hidden[0].text


def test_errors_of_readers_keep_their_kind_reason_and_languages(kept):
    with pytest.raises(UnsupportedTypeError):
        read(kept, b"\x7fELF" + bytes(300), "a.bin")
    with pytest.raises(IdentityError, match="--act"):
        read(kept, next(each for each in HOSTILE if each.name == "yaml.md").make(), "yaml.md")
    locked = next(each for each in HOSTILE if each.name == "locked.docx")
    error = refusal(kept, locked.make(), locked.name)
    assert error.reason == "encrypted"
    assert "паролем" in error.ru


def test_one_process_reads_many_files(kept):
    read(kept)
    before = kept._idle[0].pid
    for _ in range(3):
        read(kept)
    with pytest.raises(ReadError):
        read(kept, b"%PDF-1.7 %%EOF", "broken.pdf")
    assert kept._idle[0].pid == before


def test_a_process_that_has_ended_meanwhile_is_replaced_without_a_word(kept):
    read(kept)
    old = psutil.Process(kept._idle[0].pid)
    old.kill()
    assert read(kept).act.id == "ru-ukaz-777-2021"
    assert kept._idle[0].pid != old.pid


def test_a_hang_ends_in_time_and_the_next_file_is_read(caged):
    cage = caged(seconds=5, cpu_seconds=30)
    read(cage)
    hung = cage._idle[0].pid
    started = time.monotonic()
    error = refusal(cage, SLOW, "slow.md")
    assert error.reason == "time"
    assert time.monotonic() - started < 60
    assert "5" in error.en
    assert not psutil.pid_exists(hung)
    assert read(cage).act.id == "ru-ukaz-777-2021"


@posix
def test_processor_time_is_limited_even_where_nobody_watches_the_clock(caged):
    assert refusal(caged(seconds=600, cpu_seconds=1), SLOW, "slow.md").reason == "time"


def test_a_file_that_wants_too_much_memory_is_refused(caged):
    cage = caged(memory_bytes=330 * 1024 * 1024)
    error = refusal(cage, page_of(b"q " * 12_000_000), "bomb.pdf")
    assert error.reason == "memory"
    assert "330 MB" in error.en
    assert cage.peak <= 340 * 1024 * 1024


def test_a_result_that_is_too_large_is_refused(caged):
    cage = caged(result_bytes=2_000)
    error = refusal(cage, GOOD * 20, "long.txt")
    assert error.reason == "output"


@posix
@pytest.mark.parametrize(("sent", "reason"), [(signal.SIGSEGV, "crashed"), (signal.SIGKILL, "memory")])
def test_a_reader_that_dies_is_told_from_one_the_system_ended_for_memory(caged, sent, reason):
    cage = caged()
    read(cage)
    victim = psutil.Process(cage._idle[0].pid)
    before = victim.cpu_times().user

    def strike():
        until(lambda: victim.cpu_times().user > before + 0.3)  # it is busy with the file by now
        victim.send_signal(sent)

    striker = threading.Thread(target=strike)
    striker.start()
    error = refusal(cage, SLOW, "slow.md")
    striker.join()
    assert error.reason == reason


@posix
def test_a_program_that_the_reader_started_ends_with_it(caged, tmp_path, monkeypatch):
    noted, tools = tmp_path / "pids", tmp_path / "bin"
    tools.mkdir()
    (tools / "tesseract").write_text(f"#!/bin/sh\necho $$ >> {noted}\nsleep 300 & echo $! >> {noted}\nwait\n")
    (tools / "tesseract").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    cage = caged(ocr_page_seconds=4)
    error = refusal(cage, png(60, 60, (b"\0" + b"\xff" * 60) * 60), "scan.png")
    assert error.reason == "time"
    assert "OCR_PAGE_SECONDS" in error.en
    pids = [int(line) for line in noted.read_text().split()]
    assert len(pids) == 2
    until(lambda: not any(psutil.pid_exists(pid) and _runs(pid) for pid in pids), 60)


def _runs(pid):
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def test_recognition_has_time_of_its_own(caged, tmp_path, monkeypatch):
    if os.name != "posix":
        pytest.skip("a shell script stands in for tesseract")
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "tesseract").write_text("#!/bin/sh\nsleep 8\necho level\n")
    (tools / "tesseract").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    error = refusal(caged(seconds=5), png(60, 60, (b"\0" + b"\xff" * 60) * 60), "scan.png")
    assert "no text was found" in error.en


def test_the_reader_is_given_no_secret_and_no_setting(kept, monkeypatch):
    kept.close()
    monkeypatch.setenv("AI_POLICY_LLM_API_KEY", "not for readers")
    monkeypatch.setenv("HTTPS_PROXY", "http://user:word@proxy")
    read(kept)
    seen = psutil.Process(kept._idle[0].pid).environ()
    assert not [name for name in seen if name.startswith(("AI_POLICY", "HTTP", "OPENAI"))]


def test_the_readers_files_go_with_it(kept):
    read(kept)
    folder = kept._idle[0]._folder.path
    assert folder.is_dir()
    kept.close()
    assert not folder.exists()


def test_two_threads_have_a_process_each_and_those_that_are_fit_are_kept(kept):
    cage = kept
    read(cage)
    results = []
    threads = [threading.Thread(target=lambda: results.append(read(cage).act.id)) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert results == ["ru-ukaz-777-2021"] * 2
    assert 1 <= len({each.pid for each in cage._idle if each.alive}) <= 2


def test_a_page_is_drawn_in_the_cage(kept):
    drawn, marks = kept.picture(page_of(b"BT /F 12 Tf 60 700 Td (Roses) Tj ET"), 1, "Roses", 1.0, "a.pdf")
    assert drawn.startswith(b"\x89PNG")
    assert marks == 1
    with pytest.raises(ReadError, match="no page 9"):
        kept.picture(page_of(b"BT ET"), 9, "Roses", 1.0, "a.pdf")


def test_no_more_readers_are_at_work_than_allowed_and_who_looks_at_a_page_is_told_to_come_back(caged):
    cage = caged(processes=1, wait_seconds=0)
    within, go_on = threading.Event(), threading.Event()

    def busy():
        within.set()
        assert go_on.wait(120)

    results = []

    def take_in(tell_read):
        results.append(cage.edition(GOOD, Path("a.txt"), None, NOTHING, tell_read=tell_read).act.id)

    first = threading.Thread(target=take_in, args=(busy,))
    first.start()
    assert within.wait(120)
    second = threading.Thread(target=take_in, args=(lambda: None,))
    second.start()  # a file that is taken in waits for its turn
    try:
        with pytest.raises(ReadersBusyError) as refused:
            cage.picture(page_of(b"BT ET"), 1, "Roses", 1.0, "a.pdf")
    finally:
        go_on.set()
        first.join()
        second.join()
    assert refused.value.retryable and refused.value.retry_after >= 1
    assert "PROCESSES" in refused.value.en and "заняты" in refused.value.ru
    assert results == ["ru-ukaz-777-2021"] * 2
    assert cage.picture(page_of(b"BT ET"), 1, "Roses", 1.0, "a.pdf")[0].startswith(b"\x89PNG")


@posix
@pytest.mark.parametrize(
    ("script", "reason", "told", "logged"),
    [
        ("echo 'ImportError: no libforeign' >&2; exit 1", "crashed", "install", "no libforeign"),
        ("printf 'MemoryError\\n' >&2; exit 1", "memory", "Free some", "MemoryError"),
        ("printf '\\033[2Jsly' >&2; kill -SEGV $$", "crashed", "SIGSEGV", "\N{REPLACEMENT CHARACTER}[2Jsly"),
        ("exec >&-; sleep 0.3; exit 3", "crashed", "(3)", "by itself (3)"),  # its output ends before it does
        ("yes long | head -c 3000000 >&2; echo end >&2; exit 3", "crashed", "(3)", "end"),
    ],
)
def test_a_reader_that_cannot_start_leaves_its_last_words_in_the_log_and_the_refusal_says_why(
    caged, tmp_path, monkeypatch, caplog, script, reason, told, logged
):
    broken = tmp_path / "python"
    broken.write_text(f"#!/bin/sh\n{script}\n")
    broken.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(broken))
    error = refusal(caged(), GOOD, "good.txt")
    assert (error.reason, told in error.en) == (reason, True)
    assert logged in caplog.text
    assert all(len(record.getMessage()) < 6_000 for record in caplog.records)


@posix
def test_a_crash_with_much_memory_mapped_is_still_a_crash(caged, monkeypatch):
    cage = caged()
    read(cage)
    monkeypatch.setattr(
        process, "_memory", lambda *_given, **_named: (1, int(0.8 * cage.limits.memory_bytes))
    )
    victim = psutil.Process(cage._idle[0].pid)
    before = victim.cpu_times().user

    def strike():
        until(lambda: victim.cpu_times().user > before + 0.3)
        victim.send_signal(signal.SIGSEGV)

    striker = threading.Thread(target=strike)
    striker.start()
    error = refusal(cage, SLOW, "slow.md")
    striker.join()
    assert error.reason == "crashed" and "SIGSEGV" in error.en


def test_a_file_fails_and_not_the_batch_where_no_thread_can_be_started(caged, tmp_path, monkeypatch):
    library = Library(f"sqlite:///{tmp_path / 'library.sqlite'}")
    for number in ("1", "2"):
        (tmp_path / f"{number}.txt").write_text(law(number), encoding="utf-8")
    real, refused = threading.Thread.start, []

    def start(thread):
        if thread.name == "reader-watch" and not refused:
            refused.append(thread)
            raise RuntimeError("can't start new thread")
        real(thread)

    monkeypatch.setattr(threading.Thread, "start", start)
    report = Ingest(library, NOTHING, tmp_path / "files", cage=caged()).run(
        [tmp_path / "1.txt", tmp_path / "2.txt"]
    )
    library.close()
    (added,), (failed,) = (
        report.added,
        report.failed,
    )  # they are read at once: which of them is first is chance
    assert refused and {added[8], Path(failed.path).stem} == {"1", "2"}
    assert "can't start new thread" in failed.reason
