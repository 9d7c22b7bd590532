"""What cannot be used is refused with the cause and advice; the rest goes on, nothing half-written stays."""

import io
import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, text

from assistant.cli import cli
from assistant.engine import Assistant
from assistant.errors import InputError, NotHeldError
from assistant.settings import Settings
from tests.ingest.hostile import SAY, page_of
from tests.sample_acts import (
    DECREE,
    DECREE_LINES,
    ORDER_LINES,
    REGULATION_LINES,
    law_lines,
    write_docx,
    write_html,
    write_text,
)
from tests.sample_home import ai_policy, new_home

RUSSIAN = "абвгдежзиклмнопрстуфхцчшщыэюя"


def printed() -> bytes:
    """A one-page PDF in English."""
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out)
    for row, line in enumerate(REGULATION_LINES):
        canvas.drawString(60, 780 - 16 * row, line[:90])
    canvas.save()
    return out.getvalue()


def encrypted(data: bytes) -> bytes:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter()
    writer.append(PdfReader(io.BytesIO(data)))
    writer.encrypt("secret")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def picture_pdf() -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (200, 200), "white").save(out, "PDF")
    return out.getvalue()


def bad_files(folder: Path) -> None:
    """One file for each way a file can be bad."""
    pdf, noise = printed(), bytes(range(256)) * 20
    write_docx(folder / "whole.docx", law_lines())
    docx = (folder / "whole.docx").read_bytes()
    (folder / "whole.docx").unlink()
    contents = {
        "zero.pdf": b"",
        "zero.txt": b"",
        "blank.txt": b" \n\n \n",
        "truncated.pdf": pdf[: len(pdf) // 2],
        "truncated.docx": docx[: len(docx) // 2],
        "encrypted.pdf": encrypted(pdf),
        "picture.pdf": picture_pdf(),
        "digits.pdf": page_of(SAY),
        "noise.pdf": noise,
        "noise.txt": noise,
        "noise.bin": noise,
        "word.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        "text.docx": "\n".join(law_lines()).encode(),
        "empty.html": b"<!DOCTYPE html><html><body></body></html>",
        "sidecar.txt": "\n\n".join(ORDER_LINES).encode(),
        "sidecar.json": b'{"edition": ',
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    write_html(folder / "html.pdf", REGULATION_LINES)


REFUSED = {
    "zero.pdf": "пустой файл",
    "zero.txt": "пустой файл",
    "blank.txt": "пустой файл",
    "truncated.pdf": "оборван",
    "truncated.docx": "оборван",
    "encrypted.pdf": "защищён паролем",
    "picture.pdf": "нет текста",
    "digits.pdf": "нет слов: текст — цифры",
    "noise.pdf": "не PDF",
    "text.docx": "не DOCX",
    "html.pdf": "не PDF",
    "empty.html": "нет собственного текста",
    "sidecar.txt": "некорректный JSON",
}
UNREAD = ("noise.txt", "noise.bin", "word.doc")


@pytest.fixture(scope="module")
def batch(tmp_path_factory, model_folder, learnt):
    """A folder of bad files with one good one among them, taken in by a Russian user."""
    folder = tmp_path_factory.mktemp("batch")
    bad_files(folder)
    write_text(folder / "good.txt", DECREE_LINES)
    home = new_home(tmp_path_factory.mktemp("bad") / "home", model_folder, like=learnt)
    paths = (folder, folder / "not-there.pdf")
    return home, folder, ai_policy(home, "ingest", *paths, "--json", AI_POLICY_LANG="ru")


@pytest.fixture(scope="module")
def assistant(batch):
    opened = Assistant(Settings(home=batch[0]))
    yield opened
    opened.library.close()


# ── files ─────────────────────────────────────────────────────────────────────────────────────────


def test_the_good_file_goes_on_and_the_status_says_that_some_failed(batch):
    _, _, done = batch
    assert done.status == 1
    assert done.json["added"] == [DECREE]
    assert {Path(entry["path"]).name for entry in done.json["failed"]} == {*REFUSED, "not-there.pdf"}


@pytest.mark.parametrize(("name", "words"), REFUSED.items())
def test_a_bad_file_is_refused_by_name_with_the_cause_and_advice(batch, name, words):
    _, folder, done = batch
    reasons = [entry["reason"] for entry in done.json["failed"] if entry["path"] == str(folder / name)]
    assert len(reasons) == 1
    assert name in reasons[0]
    assert words in reasons[0]
    assert reasons[0].count(".") >= 2  # the cause is followed by a sentence that says what to do
    assert reasons[0] in done.err


@pytest.mark.parametrize("name", UNREAD)
def test_a_type_nobody_reads_is_skipped_and_says_what_is_read(batch, name):
    _, _, done = batch
    (reason,) = [entry["reason"] for entry in done.json["skipped"] if entry["path"].endswith(name)]
    assert "PDF, DOCX, HTML, TXT" in reason


def test_nothing_of_a_refused_file_is_kept(batch):
    home, _, _ = batch
    engine = create_engine(f"sqlite:///{home / 'library.sqlite'}")
    with engine.connect() as connection:
        paths = [row[0] for row in connection.execute(text("SELECT path FROM renditions"))]
        assert connection.execute(text("SELECT count(*) FROM editions")).scalar_one() == 1
    engine.dispose()
    assert [Path(path).name for path in paths] == ["good.txt"]
    assert len([path for path in (home / "files").rglob("*") if path.is_file()]) == 1
    health = ai_policy(home, "doctor", "--json").json
    assert health["ok"] is True
    assert health["chunks"] == health["vectors"] == health["words"] > 0


@pytest.fixture(scope="module")
def spare(batch, tmp_path_factory, model_folder):
    """A home for single bad paths: nothing is ever embedded in it."""
    return new_home(tmp_path_factory.mktemp("spare") / "home", model_folder, like=batch[0])


def refused(home, *paths, **settings):
    done = ai_policy(home, "ingest", *paths, "--json", timeout=600, **settings)
    assert done.status == 1
    assert "Traceback" not in done.err
    assert done.json["added"] == []
    reasons = [entry["reason"] for entry in done.json["failed"]]
    assert len(reasons) == len(paths)
    return reasons


def test_paths_that_are_no_files_are_refused(spare, tmp_path):
    loop, dangling = tmp_path / "loop.txt", tmp_path / "dangling.txt"
    loop.symlink_to(loop)
    dangling.symlink_to(tmp_path / "gone.txt")
    gone, long = tmp_path / "no-such-folder", "a" * 5000
    reasons = refused(spare, gone, loop, dangling, long)
    assert all(
        str(path) in reason for path, reason in zip((gone, loop, dangling, long), reasons, strict=True)
    )
    assert "Check the path" in reasons[0]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes")
def test_a_pipe_does_not_hang_the_batch(spare, tmp_path):
    os.mkfifo(tmp_path / "pipe.txt")
    assert "neither a file nor a folder" in refused(spare, tmp_path / "pipe.txt")[0]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may read anything")
def test_an_unreadable_file_and_folder_are_named(spare, tmp_path):
    file, folder = write_text(tmp_path / "shut.txt", ORDER_LINES), tmp_path / "shut"
    folder.mkdir()
    file.chmod(0)
    folder.chmod(0)
    try:
        reasons = refused(spare, file, folder)
    finally:
        folder.chmod(0o700)
    assert all("may read it" in reason for reason in reasons)


def test_a_folder_that_links_to_itself_is_read_once(spare, tmp_path):
    (tmp_path / "again").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "zero.txt").touch()
    done = ai_policy(spare, "ingest", tmp_path, "--json")
    assert len(done.json["failed"]) == 1


def test_a_file_name_of_odd_characters_is_linked_and_removed(batch, tmp_path):
    home = batch[0]
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b'/\xff \n"\xf0\x9f\x8c\xb7.txt'))
    try:
        write_text(odd, [*DECREE_LINES, ""])
    except OSError:
        pytest.skip("this file system takes no such names")
    for _ in range(2):
        done = ai_policy(home, "ingest", odd, "--json")
        assert done.status == 0
        assert DECREE in done.json["skipped"][0]["reason"]
    gone = ai_policy(home, "remove", odd, "--json")
    assert (gone.status, len(gone.json["removed"])) == (0, 1)
    assert [act["editions"][0]["renditions"] for act in ai_policy(home, "acts", "--json").json] == [1]


# ── homes and settings ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "command", [("acts",), ("ask", "что?"), ("search", "что"), ("ingest", "."), ("remove", "x")]
)
def test_a_home_that_is_a_file_is_named_by_every_command(tmp_path, command):
    blocked = tmp_path / "home"
    blocked.write_text("no folder")
    done = ai_policy(blocked, *command, AI_POLICY_LANG="ru")
    assert done.status == 2
    assert done.out == ""
    assert str(blocked) in done.err
    assert "AI_POLICY_HOME" in done.err
    assert done.err.count("\n") == 1
    assert blocked.read_text() == "no folder"


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may write anywhere"
)
def test_a_home_that_may_not_be_written_is_named(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    home.chmod(0o500)
    done = ai_policy(home, "ingest", tmp_path)
    assert done.status == 2
    assert str(home) in done.err
    assert "Traceback" not in done.err


def test_a_damaged_library_is_named_and_left_as_it_is(tmp_path):
    database = tmp_path / "library.sqlite"
    database.write_bytes(b"no database at all " * 400)
    done = ai_policy(tmp_path, "acts")
    assert done.status == 2
    assert str(database) in done.err
    assert "Traceback" not in done.err
    assert database.read_bytes() == b"no database at all " * 400


def test_an_empty_setting_is_no_setting(tmp_path):
    from assistant.settings import Settings as Read

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AI_POLICY_HOME", "")
        assert Read().home.is_absolute()


def test_a_wrong_setting_is_named_in_full(tmp_path):
    done = ai_policy(tmp_path, "acts", AI_POLICY_RETRIEVAL__CANDIDATES="3", AI_POLICY_LANG="ru")
    assert done.status == 2
    assert "AI_POLICY_RETRIEVAL__CANDIDATES" in done.err
    assert "Неверная настройка" in done.err


# ── questions, dates, acts ────────────────────────────────────────────────────────────────────────

WRONG = [
    (("ask", ""), "Вопрос пуст"),
    (("ask", " ?! "), "Вопрос пуст"),
    (("ask", "why " * 25_000), "99999 знаков"),
    (("search", "робот", "-k", "0"), "-k"),
    (("search", "робот", "-k", "ten"), "-k"),
    (("ask", "робот", "--as-of", "вчера"), "«вчера» — не дата"),
    (("ask", "робот", "--as-of", "2026-02-30"), "«2026-02-30» — не дата"),
    (("ask", "робот", "--act", "ru-fz-0-1900"), "ru-fz-0-1900"),
    (("ask", "робот", "--kind", "chair"), "chair"),
    (("ask", "робот", "--lang", "de"), "--lang"),
    (("show", "ru-fz-0-1900"), "нет акта «ru-fz-0-1900»"),
    (("show", DECREE, "п. 77"), "п. 77"),
    (("show", DECREE, "--edition", "вчера"), "«вчера» — не дата"),
    (("show", DECREE, "--edition", "1999"), "2018-04-12"),
    (("ingest", "x", "--edition", "никогда"), "«никогда» — не дата"),
    (("remove", "ru-fz-0-1900"), "ru-fz-0-1900"),
    (("ask",), "question"),
    (("asc", "робот"), "asc"),
]


@pytest.mark.parametrize(("command", "words"), WRONG, ids=[" ".join(entry[0])[:30] for entry in WRONG])
def test_a_wrong_command_is_refused_on_stderr_in_russian(batch, command, words):
    done = ai_policy(batch[0], *command, AI_POLICY_LANG="ru")
    assert done.status == 2
    assert done.out == ""
    assert words in done.err
    assert sum(letter in RUSSIAN for letter in done.err.lower()) > 20
    assert done.err.count("\n") == 1


def test_the_same_is_said_in_english_to_others(batch):
    done = ai_policy(batch[0], "ask", "робот", "--as-of", "soon", AI_POLICY_LANG="en")
    assert done.status == 2
    assert "'soon' is not a date" in done.err
    assert "YYYY-MM-DD" in done.err


@pytest.mark.parametrize(
    "question",
    ["выдача роботов\x00 школам", "выдача \ud800роботов\udfff школам", "\ufdfa" * 50 + " роботы", "р" * 4000],
    ids=["nul", "surrogates", "ligatures", "long"],
)
def test_odd_characters_in_a_question_are_harmless(assistant, question):
    answer = assistant.ask(question)
    assert answer.status in {"answered", "abstained"}
    answer.model_dump_json().encode()
    for hit in assistant.search(question, k=3):
        hit.model_dump_json().encode()


@pytest.mark.parametrize("question", ["", "\x00", "\ud800", "\u200b \u200b", "…?!", "\n\t"])
def test_a_question_without_words_is_refused(assistant, question):
    with pytest.raises(InputError, match="empty"):
        assistant.ask(question)


def test_bytes_that_are_no_text_do_not_break_the_json(assistant, monkeypatch):
    monkeypatch.setattr("assistant.default_assistant", lambda: assistant)
    question = os.fsdecode("выдача роботов ".encode() + b"\xff\xfe")
    done = CliRunner().invoke(cli, ["ask", question, "--json"], catch_exceptions=False)
    assert done.exit_code == 0
    assert json.loads(done.stdout)["status"] in {"answered", "abstained"}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"k": 0}, "1 or more"),
        ({"k": -5}, "1 or more"),
        ({"k": "ten"}, "1 or more"),
        ({"as_of": "2026-13"}, "not a date"),
        ({"authority": "boss"}, "boss"),
        ({"text_lang": "de"}, "de"),
    ],
)
def test_wrong_options_from_python_are_input_errors(assistant, options, words):
    with pytest.raises(InputError, match=words):
        assistant.search("робот", **options)


def test_a_wrong_language_or_backend_from_python_is_an_input_error(assistant):
    with pytest.raises(InputError, match="de"):
        assistant.ask("робот", lang="de")
    with pytest.raises(InputError, match="provider:model"):
        assistant.ask("На какой срок выдают роботов?", llm="nothing")


def test_an_unknown_act_says_how_to_find_the_known_ones(assistant):
    with pytest.raises(NotHeldError, match="ai-policy acts"):
        assistant.search("робот", act="ru-fz-0-1900")
