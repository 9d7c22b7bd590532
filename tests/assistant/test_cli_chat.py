"""A conversation on the command line: in this process, through a real pipe, and on a real terminal."""

import io
import json
import os
import signal
import subprocess
import sys
import time

import psutil
import pytest
from click.testing import CliRunner

import assistant
from assistant import cli
from assistant.index.derive import reconcile
from assistant.index.indexes import Indexes
from assistant.library import Library
from assistant.library.drafts import ActDraft
from assistant.settings import Settings
from tests.builders import edition_draft
from tests.sample_home import environment, new_home
from tests.servers.openai_server import hang, openai_server, say

FIRST = "Что говорит ч. 1 ст. 1 закона 1-ФЗ?"
SECOND = "а ч. 1 ст. 2?"


@pytest.fixture
def chat(garden, monkeypatch):
    """Run the command over the sample home with these lines typed into a pipe."""
    monkeypatch.setattr(assistant, "default_assistant", lambda: garden)
    for module in ("chat", "questions"):
        monkeypatch.setattr(f"assistant.cli.{module}.users_language", lambda: "ru", raising=False)

    def run(*lines, options=()):
        typed = "".join(f"{line}\n" for line in lines)
        return CliRunner().invoke(cli.cli, ["chat", *options], input=typed, catch_exceptions=False)

    return run


def answers(done):
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_follow_up_is_answered_as_the_full_question_and_says_so(chat):
    told = chat(FIRST, SECOND).stdout
    assert f"> {SECOND}\nПонял так: " in told
    assert "надзор ведёт комиссия по садам" in told.lower()
    assert "— ru-fz-1-2020#st2/ch1" in told


def test_json_is_an_answer_a_line(chat):
    first, second = answers(chat(FIRST, SECOND, options=["--json"]))
    assert first["rewritten"] is None
    assert "1-ФЗ" in second["rewritten"]
    assert (second["question"], second["citations"][0]["ref"]) == (SECOND, "ru-fz-1-2020#st2/ch1")


def test_a_new_conversation_forgets_the_old_one(chat):
    _, second = answers(chat(FIRST, "/new", SECOND, options=["--json"]))
    assert second["rewritten"] is None


def test_the_loop_ends_at_quit_and_at_the_end_of_the_lines(chat):
    assert len(answers(chat(FIRST, "/quit", SECOND, options=["--json"]))) == 1
    assert chat().exit_code == 0


def test_empty_lines_and_a_byte_order_mark_are_no_questions(chat):
    assert len(answers(chat("\ufeff" + FIRST, "", "   ", options=["--json"]))) == 1


def test_filters_and_language_hold_for_every_question(chat):
    done = chat(FIRST, "Кто ведёт надзор?", options=["--json", "--as-of", "2021-06-01", "--lang", "en"])
    assert {(each["as_of"], each["language"]) for each in answers(done)} == {("2021-06-01", "en")}


def test_a_question_that_fails_does_not_end_the_conversation(chat):
    done = chat(FIRST, "???", SECOND, options=["--json"])
    _, failed, second = answers(done)
    assert failed == {"question": "???", "error": done.stderr.strip()}
    assert second["rewritten"]
    assert done.exit_code == 1


def test_unknown_commands_and_help_are_answered_apart_from_json(chat):
    done = chat("/dance", "/help", "/save", options=["--json"])
    assert done.stdout == ""
    assert "Нет такой команды: /dance" in done.stderr
    assert "Ctrl-C" in done.stderr
    assert "Сохранять пока нечего" in done.stderr


def test_the_last_answer_is_kept_and_can_be_gone_on_from(chat, garden):
    assert "Сохранено: answer-1" in chat(FIRST, "/save").stdout
    (second,) = answers(chat(SECOND, options=["--json", "--after", "answer-1"]))
    assert "1-ФЗ" in second["rewritten"]


def test_an_option_of_a_clarifying_question_is_chosen_by_its_number(chat, garden):
    question = "Что говорит закон № 5?"
    garden.library.put_edition(edition_draft("ru-fz-5-2020", path="five.txt", title="О пяти"))
    garden.library.put_edition(edition_draft("ru-fz-5-2021", path="other.txt", title="О других пяти"))
    for act, date in (("ru-fz-5-2020", "2020-01-01"), ("ru-fz-5-2021", "2021-01-01")):
        garden.library.put_catalogue(
            [ActDraft(id=act, kind="federal_law", title_ru=f"О пяти {date}", number="5-ФЗ", date=date,
                      jurisdiction="ru", status="in_force", in_catalogue=True)], [], act,
        )  # fmt: skip
    reconcile(garden.indexes, garden.library)
    asked = garden.ask(question)
    assert asked.status == "clarify"
    first, second = answers(chat(question, "2", options=["--json"]))
    assert first["status"] == "clarify"
    assert second["question"] == first["options"][1]["question"]
    assert f"2. {first['options'][1]['label']}" in chat(question).stdout


# ── processes of their own ────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def home(tmp_path_factory, model_folder, learnt):
    """A home with the sample law and the real embedding model."""
    folder = new_home(tmp_path_factory.mktemp("chat") / "home", model_folder, like=learnt)
    settings = Settings(home=folder)
    library = Library(settings.library_url)
    library.put_edition(edition_draft(edition="2020-01-01", path="a.txt"))
    indexes = Indexes.at(settings)
    reconcile(indexes, library)
    indexes.vectors.close()
    library.close()
    return folder


def command(*options):
    return [sys.executable, "-m", "assistant.cli", "chat", *options]


def test_questions_come_through_a_real_pipe(home):
    done = subprocess.run(
        command("--json"), input=f"{FIRST}\n{SECOND}\n".encode(), env=environment(home), capture_output=True,
        timeout=280, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    first, second = (json.loads(line) for line in done.stdout.decode().splitlines())
    assert first["status"] == second["status"] == "answered"
    assert "1-ФЗ" in second["rewritten"]
    assert done.stderr == b""


@pytest.mark.skipif(os.name == "nt", reason="interrupts are sent otherwise there")
def test_an_interrupt_stops_the_model_and_the_next_question_is_answered(home):
    with openai_server() as server:
        server.script([hang(), say('{"claims": []}')])
        settings = {"AI_POLICY_LLM_BASE_URL": server.base_url, "AI_POLICY_LLM_API_KEY": "sk-secret"}
        running = subprocess.Popen(
            command("--json", "--llm", "openai:some-model"), env=environment(home, **settings),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        try:
            running.stdin.write(f"{FIRST}\n".encode())
            running.stdin.flush()
            assert server.held.wait(200)
            running.send_signal(signal.SIGINT)
            stopped = json.loads(running.stdout.readline())
            assert server.left.wait(120)
            running.stdin.write(f"{FIRST}\n".encode())
            running.stdin.flush()
            answered = json.loads(running.stdout.readline())
            _, told = running.communicate(timeout=180)  # the input ends: it leaves
        finally:
            running.kill()
    assert stopped == {"question": FIRST, "error": "The answer was stopped."}
    assert answered["backend"] == "openai:some-model"
    assert running.returncode == 1  # one question had no answer
    assert b"Traceback" not in told


@pytest.mark.skipif(os.name == "nt", reason="there are no pseudo-terminals there")
def test_a_person_at_a_terminal_is_prompted_and_leaves_with_ctrl_c(home):
    import pty

    ours, theirs = pty.openpty()
    running = subprocess.Popen(
        command(), env=environment(home, AI_POLICY_LANG="ru", TERM="dumb"), stdin=theirs, stdout=theirs,
        stderr=theirs, start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    try:
        with io.FileIO(ours, "r+") as terminal:
            screen = Screen(terminal)
            screen.until("Вопрос — одной строкой")
            screen.until("> ")
            terminal.write(b"/new\n")
            screen.until("Новая беседа.")
            screen.until("> ")
            waits_for_a_key(running)
            assert ended_by(running, signal.SIGINT) == 0
    finally:
        running.kill()
        running.wait()
    assert "Traceback" not in screen.text


def waits_for_a_key(running):
    """Wait until a process that has prompted sleeps: CPython does not see an interrupt before that until a key comes."""
    shown, until = psutil.Process(running.pid), time.monotonic() + 120
    while shown.status() != psutil.STATUS_SLEEPING:
        assert time.monotonic() < until, "it does not wait for a key"
        time.sleep(0.01)


def ended_by(running, number):
    """Send a signal, again where nothing comes of it, as a person would; the exit status."""
    for _ in range(5):
        running.send_signal(number)
        try:
            return running.wait(60)  # one more while it ends would be an interrupt of that
        except subprocess.TimeoutExpired:
            continue
    raise AssertionError("it does not end")


class Screen:
    """What a terminal has shown, read on until some words come after those read before."""

    def __init__(self, terminal):
        self.terminal = terminal
        self.shown = b""
        self.read = 0

    @property
    def text(self):
        return self.shown.decode(errors="replace")

    def until(self, words):
        wanted = words.encode()
        while self.shown.find(wanted, self.read) < 0:
            self.shown += self.terminal.read(1024)
        self.read = self.shown.find(wanted, self.read) + len(wanted)
