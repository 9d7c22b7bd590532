"""``ai-policy export``: what ask printed becomes a document."""

import io
import json
import os
import subprocess
import sys

import docx
import pytest
from click.testing import CliRunner

from assistant.cli import cli
from assistant.errors import InputError
from tests.assistant.export.made_up import full_answer


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def invoke(*arguments, **fields):
        return CliRunner().invoke(
            cli, ["export", *arguments], catch_exceptions=False, standalone_mode=False, **fields
        )

    return invoke


@pytest.fixture
def asked(tmp_path):
    path = tmp_path / "answer.json"
    path.write_text(full_answer().model_dump_json(), encoding="utf-8")
    return str(path)


def test_the_file_named_is_written(run, asked, tmp_path):
    assert run(asked, "--to", "docx", "-o", "memo.docx", "--title", "Розы").output == "memo.docx\n"
    assert docx.Document(str(tmp_path / "memo.docx")).paragraphs[0].text == "Розы"
    run(asked, "--to", "pdf", "-o", "memo.pdf")
    assert (tmp_path / "memo.pdf").read_bytes().startswith(b"%PDF-")


def test_without_a_name_the_question_gives_one_and_nothing_is_overwritten(run, asked, tmp_path):
    assert run(asked, "--to", "md").output == "Когда-поливать-розы.md\n"
    kept = (tmp_path / "Когда-поливать-розы.md").read_bytes()
    with pytest.raises(InputError, match="-o"):
        run(asked, "--to", "md")
    assert (tmp_path / "Когда-поливать-розы.md").read_bytes() == kept


def test_several_answers_become_a_conversation_from_standard_input_to_standard_output(run):
    answers = [full_answer().model_dump(mode="json"), full_answer().model_dump(mode="json")]
    result = run("-", "--to", "md", "-o", "-", "--lang", "en", input=json.dumps(answers))
    assert "## 1\\. Когда поливать розы?" in result.output and "## 2\\. Когда поливать розы?" in result.output
    assert result.output.startswith("# Questions and answers with their sources")


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"status": "answered"}', "не JSON"])
def test_what_is_no_answer_is_refused_with_advice(run, tmp_path, content):
    path = tmp_path / "bad.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match="ai-policy ask"):
        run(str(path), "--to", "docx")
    with pytest.raises(InputError, match="cannot be read"):
        run("absent.json", "--to", "docx")
    assert [each.name for each in tmp_path.iterdir()] == ["bad.json"]


def test_a_place_that_cannot_be_written_is_named(run, asked):
    with pytest.raises(InputError, match=r"no/such/memo\.md cannot be written"):
        run(asked, "--to", "md", "-o", "no/such/memo.md")


def test_the_command_in_a_pipe_needs_no_model_and_no_library(tmp_path):
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "assistant.cli", "export", "-", "--to", "docx", "-o", "-"],
        input=full_answer().model_dump_json().encode(), capture_output=True, timeout=120, check=True, cwd=tmp_path,
        env={**os.environ, "AI_POLICY_HOME": str(tmp_path / "home"), "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    assert docx.Document(io.BytesIO(done.stdout)).tables
    imported = done.stderr.decode()
    for heavy in ("torch", "chromadb", "gradio", "typst", "sentence_transformers"):
        assert f"| {heavy}\n" not in imported.replace("  ", " ").replace("|  ", "| ")
