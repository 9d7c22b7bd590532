import json
import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

import assistant
from assistant import cli
from assistant.settings import current_settings


@pytest.fixture
def run(garden, monkeypatch):
    monkeypatch.setattr(assistant, "default_assistant", lambda: garden)
    runner = CliRunner()

    def invoke(*arguments):
        return runner.invoke(cli.cli, list(arguments), catch_exceptions=False)

    return invoke


def ai_policy(*arguments, home, **environment):
    """The command in a process of its own, as a user runs it."""
    return subprocess.run(
        [sys.executable, "-m", "assistant.cli", *arguments],
        env={**os.environ, "AI_POLICY_HOME": str(home), "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", **environment},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def test_an_answer_is_printed_as_json_of_the_contract(run):
    answer = json.loads(run("ask", "Когда садовник обязан поливать розы?", "--json").stdout)
    assert answer["status"] == "answered"
    assert answer["claims"][0]["citations"] == [1]
    assert answer["citations"][0]["act"] == "ru-fz-1-2020"
    assert answer["rewritten"] is None


def test_an_answer_is_printed_for_people_with_its_sources(run):
    out = run("ask", "Когда садовник обязан поливать розы?").stdout
    assert "[1]" in out
    assert "ru-fz-1-2020#st1" in out


def test_search_prints_a_list(run):
    hits = json.loads(run("search", "полив роз", "-k", "2", "--json").stdout)
    assert [hit["rank"] for hit in hits] == [1, 2]


def test_show_and_acts_print_what_is_held(run):
    shown = json.loads(run("show", "ru-fz-1-2020", "п. 1 ч. 2 ст. 1", "--json").stdout)
    assert shown["text"] == "1) осмотр грядки;"
    held = json.loads(run("acts", "--json").stdout)
    assert {act["act"] for act in held} == {"ru-fz-1-2020", "ru-ukaz-5-2021"}


def test_an_expected_error_is_one_line_on_stderr_with_advice(tmp_path):
    done = ai_policy("show", "ru-fz-404-2020", home=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert "no act 'ru-fz-404-2020'" in done.stderr
    assert "ai-policy acts" in done.stderr


def test_a_question_before_the_first_set_up_says_how_to_set_up(tmp_path):
    done = ai_policy("ask", "Что такое ИИ?", home=tmp_path)
    assert done.returncode == 2
    assert "Run 'ai-policy ingest' once" in done.stderr


def test_errors_are_in_russian_for_a_russian_user(tmp_path):
    done = ai_policy("ask", "", home=tmp_path, AI_POLICY_LANG="ru")
    assert done.returncode == 2
    assert any(letter in done.stderr for letter in "абвгд")


def test_a_setting_that_cannot_be_used_is_named(tmp_path):
    done = ai_policy("acts", home=tmp_path, AI_POLICY_PORT="seventy")
    assert done.returncode == 2
    assert "AI_POLICY_PORT" in done.stderr


def test_a_home_that_cannot_be_written_is_named(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    done = ai_policy("ingest", str(tmp_path), home=blocked)
    assert done.returncode == 2
    assert str(blocked) in done.stderr
    assert "Traceback" not in done.stderr


def test_help_loads_none_of_the_heavy_libraries():
    script = (
        "import sys; sys.argv = ['ai-policy', '--help']\n"
        "from assistant.cli import cli\n"
        "try: cli()\n"
        "except SystemExit: pass\n"
        "heavy = {'torch', 'sentence_transformers', 'chromadb', 'gradio', 'langchain', 'sqlalchemy', 'numpy'}\n"
        "loaded = heavy & sys.modules.keys()\n"
        "assert not loaded, loaded\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=180, check=False
    )
    assert done.returncode == 0, done.stderr


def test_an_edition_that_is_no_date_is_refused_before_anything_is_read(tmp_path, monkeypatch):
    from assistant.errors import InputError
    from ingest.run import options_from

    current_settings.cache_clear()
    with pytest.raises(InputError, match="not a date"):
        options_from("ru-fz-1-2020", "soon", None)


def test_hidden_text_of_a_file_is_told_after_an_ingest(run, monkeypatch, tmp_path):
    from assistant.model import IngestReport, PathReason

    found = IngestReport(hidden=[PathReason(path="a.docx", reason="white text on white, 23 characters")])
    monkeypatch.setattr("ingest.run.ingest_paths", lambda paths, options, ray=None: found)
    (tmp_path / "a.docx").write_bytes(b"")
    assert "a.docx: white text on white, 23 characters" in run("ingest", str(tmp_path / "a.docx")).stdout
    printed = json.loads(run("ingest", str(tmp_path / "a.docx"), "--json").stdout)
    assert printed["hidden"] == [{"path": "a.docx", "reason": "white text on white, 23 characters"}]
