"""A key, a prompt and a server's words never come out where a person or a log may see them."""

import logging
import threading
import traceback

import pytest

from assistant.errors import BackendError, InputError
from assistant.llm import open_backend
from assistant.settings import Settings
from tests.servers.openai_server import (
    answer,
    drop_body,
    hang,
    html,
    malformed_json,
    openai_server,
    say,
    status,
)

KEY = "sk-very-secret-0123456789abcdef"
PROMPT = "Личный вопрос номер 4711"
ECHO = {"error": {"message": f"Incorrect API key provided: {KEY} for {PROMPT}", "code": "invalid_api_key"}}


@pytest.fixture
def server():
    with openai_server() as served:
        yield served


def opened(server, **settings):
    values = {"llm_base_url": server.base_url, "llm_api_key": KEY, "llm_retries": 1, "llm_backoff": 0.01}
    return open_backend("openai:some-model", Settings(**{**values, **settings}))


def everything(error):
    """All that an error may show: its texts, attributes, traceback and the errors behind it."""
    shown = []
    while error is not None:
        shown += [str(error), repr(error), str(vars(error)), *traceback.format_exception(error)]
        error = error.__cause__ or error.__context__
    return "\n".join(shown)


@pytest.mark.parametrize(
    "behaviour",
    [
        status(401, ECHO), status(400, ECHO), status(429, ECHO), status(500, ECHO), answer(ECHO), html(),
        malformed_json(), drop_body(), hang(),
    ],
)  # fmt: skip
@pytest.mark.parametrize("stream", [False, True])
def test_no_failure_shows_the_key_the_prompt_or_what_the_server_said(server, behaviour, stream, caplog):
    server.script([behaviour])
    backend = opened(server, llm_deadline=0.5)
    with caplog.at_level(logging.DEBUG), pytest.raises(BackendError) as caught:
        list(backend.stream("", PROMPT)) if stream else backend.complete("", PROMPT)
    for shown in (everything(caught.value), caught.value.ru, caplog.text, repr(backend)):
        assert KEY not in shown
        assert PROMPT not in shown
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_no_good_reply_shows_the_key(server, caplog):
    server.script([say("Да.")])
    with caplog.at_level(logging.DEBUG):
        reply = opened(server).complete("", PROMPT)
    assert KEY not in repr(reply) + caplog.text
    assert KEY not in repr(Settings(llm_api_key=KEY))


def test_no_cancelled_question_shows_the_key(server, caplog):
    server.script([hang()])
    cancel = threading.Event()
    threading.Thread(target=lambda: server.held.wait(120) and cancel.set()).start()
    with caplog.at_level(logging.DEBUG), pytest.raises(BackendError) as caught:
        opened(server).complete("", PROMPT, cancel=cancel)
    assert KEY not in everything(caught.value) + caplog.text


@pytest.mark.parametrize("spec", ["nonesuch:model", "openai:", "openai", "extractive"])
def test_no_spec_that_cannot_be_used_shows_the_key(spec):
    with pytest.raises(InputError) as caught:
        open_backend(spec, Settings(llm="nonesuch:model", llm_api_key=KEY))
    assert KEY not in everything(caught.value)
