"""Records of any module as lines: readable or JSON, with their request, without what must not be there."""

from __future__ import annotations

import io
import json
import logging
import subprocess
import sys

import pytest

from assistant import logs
from assistant.logs import context, secrets
from assistant.settings import Settings

log = logging.getLogger("assistant.somewhere")


@pytest.fixture
def lines(tmp_path, monkeypatch):
    """Log as settings say; what is on stderr since."""
    root, rooms = logging.getLogger(), [logging.getLogger(name) for name in logs.ROOMS]
    before = [(each, each.level) for each in (root, *rooms)]
    context.enter(context.Context())

    def started(**chosen):
        out = io.StringIO()
        monkeypatch.setattr(sys, "stderr", out)
        logs.configure(Settings(home=tmp_path, log_level="INFO", **chosen))
        return lambda: out.getvalue().splitlines()

    yield started
    root.removeHandler(logs._handler)
    for each, level in before:
        each.setLevel(level)


def test_a_line_says_how_bad_where_and_what(lines):
    told = lines()
    log.warning("The disk of %s is full", "anna")
    log.debug("unseen")
    assert told() == ["WARNING assistant.somewhere: The disk of anna is full"]


def test_json_lines_hold_the_same_as_data(lines):
    told = lines(log_format="json")
    context.enter(context.Context(request="r-12345678", owner="user:anna"))
    log.info("Запрос «%s»", "да", extra={"status": 200})
    (line,) = map(json.loads, told())
    assert (line["level"], line["logger"], line["event"]) == ("info", "assistant.somewhere", "Запрос «да»")
    assert (line["status"], line["request_id"], line["owner"]) == (200, "r-12345678", "user:anna")
    assert line["timestamp"].endswith("Z")


def test_other_libraries_speak_in_the_same_form_from_errors_on(lines):
    told = lines(log_format="json")
    logging.getLogger("some.library").error("broken")
    logging.getLogger("some.library").warning("unseen")
    assert [json.loads(line)["event"] for line in told()] == ["broken"]


@pytest.mark.parametrize("form", ["text", "json"])
def test_nothing_a_caller_says_begins_a_line_of_its_own(lines, form):
    told = lines(log_format=form)
    log.info("no act '%s'", "x\nERROR assistant.access: admin signed in\r\u2028\x1b[2J")
    (line,) = told()
    assert "\x1b" not in line


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("redact", [False, True])
def test_a_traceback_shows_the_code_but_no_values_and_no_secrets(lines, form, redact):
    told = lines(log_format=form, log_redact=redact)
    hidden = "value-of-a-variable"
    try:
        raise ValueError(f"bad header Bearer aip_{'x' * 40}\nERROR forged: line")
    except ValueError:
        log.exception("Failed")
    shown = "\n".join(told())
    assert "test_a_traceback_shows" in shown and "ValueError" in shown
    assert hidden not in shown.replace('hidden = "value-of-a-variable"', "")
    assert "xxxx" not in shown
    assert not any(line.startswith("ERROR forged") for line in told())


def test_a_redacted_log_holds_neither_the_question_nor_the_owner(lines, tmp_path):
    told = lines(log_format="json", log_redact=True)
    asked = "Можно ли Кузнецовой уволиться?"
    context.enter(context.Context(request="r-12345678"))
    context.known("user:anna.k", "anna.k")
    context.keep_private(asked)
    log.warning("No act «%s»; anna.k wrote from anna@example.org", asked, extra={"who": "user:anna.k"})
    log.warning(
        "refused", extra={"path": "/api/v1/acts/Кузнецова", "more": {"Кузнецова": ["anna@example.org"]}}
    )
    shown = "\n".join(told())
    for private in ("Кузнецов", "уволиться", "anna", "example"):
        assert private not in shown
    first = json.loads(told()[0])
    assert first["owner"] == first["who"] != ""
    assert first["owner"] in first["event"]
    assert first["request_id"] == "r-12345678"


def test_redaction_leaves_the_requests_id_and_method_as_they_are(lines):
    told = lines(log_format="json", log_redact=True)
    context.enter(context.Context(request="20261129-89161234567"))
    context.known("user:get", "get")
    log.info("done", extra={"method": "GET", "status": 200})
    line = json.loads(told()[0])
    assert (line["request_id"], line["method"], line["status"]) == ("20261129-89161234567", "GET", 200)


def test_without_redaction_the_log_tells_who_and_what(lines):
    told = lines()
    context.enter(context.Context(request="r-12345678", owner="user:anna"))
    context.keep_private("Кузнецова")
    log.warning("No act «Кузнецова»")
    assert told() == ["WARNING assistant.somewhere: No act «Кузнецова» request_id=r-12345678 owner=user:anna"]


def test_a_record_that_cannot_be_written_does_not_spill_what_was_in_it(lines):
    told = lines()
    record = log.makeRecord(log.name, logging.ERROR, __file__, 1, "%d acts", ("aip_secretsecret",), None)
    logs._handler.handle(record)
    assert told() == ["ERROR assistant.logs: a record could not be written"]


def test_ids_that_a_proxy_gives_are_taken_only_in_a_plain_form():
    assert context.new_id("abc-123.DEF_9") == "abc-123.DEF_9"
    for given in ("", "short", "x" * 65, "a b c d e f", "id\nforged: line", "идентификатор"):
        made = context.new_id(given)
        assert made != given and len(made) == 32


def test_a_command_that_says_nothing_does_not_load_what_renders():
    code = (
        "import sys; from assistant import logs; from assistant.settings import Settings; "
        "logs.configure(Settings()); sys.exit('structlog' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_keys_of_language_models_are_known_to_the_log(tmp_path, monkeypatch):
    from assistant.llm.keys import access

    monkeypatch.setenv("OPENAI_API_KEY", "no-usual-form-of-a-key-77")
    access("openai", Settings(home=tmp_path))
    assert "no-usual" not in secrets.clean("server said: no-usual-form-of-a-key-77")
