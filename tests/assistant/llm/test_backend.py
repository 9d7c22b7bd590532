"""A backend over a real HTTP server on this machine, which does everything a server may do."""

import threading
import time

import pytest
from pydantic import BaseModel

from assistant.errors import BackendError
from assistant.llm import open_backend
from assistant.settings import Settings
from tests.servers.openai_server import (
    answer,
    completion,
    cut,
    drop_body,
    drop_stream,
    hang,
    html,
    malformed_json,
    no_choices,
    openai_server,
    refuse,
    rejects_schemas,
    say,
    status,
    trickle,
)

SYSTEM = "Отвечай кратко."
QUESTION = "Что такое указ?"
PATIENCE = (
    20  # seconds on the busiest machine, and less than any pause or deadline that is not to be waited for
)


class Claims(BaseModel):
    claims: list[str]


@pytest.fixture
def server():
    with openai_server() as served:
        yield served


def backend(server, **settings):
    values = {"llm_base_url": server.base_url, "llm_api_key": "sk-secret-0123456789", "llm_backoff": 0.01}
    values |= settings
    return open_backend("openai:some-model", Settings(**values))


def failure(server, *behaviours, stream=False, schema=None, **settings):
    server.script(behaviours)
    opened = backend(server, **settings)
    with pytest.raises(BackendError) as caught:
        list(opened.stream(SYSTEM, QUESTION)) if stream else opened.complete(SYSTEM, QUESTION, schema=schema)
    return caught.value


def test_a_reply_comes_with_its_text_its_end_and_what_it_used_up(server):
    server.script([say("Указ — это акт.")])
    opened = backend(server)
    reply = opened.complete(SYSTEM, QUESTION)
    assert (reply.text, reply.finish, reply.data) == ("Указ — это акт.", "stop", None)
    assert (reply.usage.calls, reply.usage.retries) == (1, 0)
    assert (reply.usage.input_tokens, reply.usage.output_tokens) == (7, 3)
    assert 0 < reply.usage.seconds < PATIENCE
    assert reply.usage.cost is None
    assert opened.name == "openai:some-model"
    assert opened.spent == reply.usage


def test_the_request_names_the_model_the_key_and_no_randomness(server):
    server.script([say("Да.")])
    backend(server).complete(SYSTEM, QUESTION, history=[("Раньше?", "Раньше.")])
    (request,) = server.requests
    assert request.path == "/v1/chat/completions"
    assert request.headers["authorization"] == "Bearer sk-secret-0123456789"
    assert request.headers["connection"] == "close"
    assert request.body["model"] == "some-model"
    assert request.body["temperature"] == 0
    roles = [(message["role"], message["content"]) for message in request.body["messages"]]
    assert roles == [("system", SYSTEM), ("user", "Раньше?"), ("assistant", "Раньше."), ("user", QUESTION)]


def test_a_cost_is_told_where_both_prices_are_set(server):
    server.script([say("Да.")])
    priced = {"llm_price_input": 100.0, "llm_price_output": 1000.0, "llm_price_currency": "RUB"}
    usage = backend(server, **priced).complete(SYSTEM, QUESTION).usage
    assert usage.cost == pytest.approx((7 * 100 + 3 * 1000) / 1_000_000)
    assert usage.as_dict()["currency"] == "RUB"


def test_no_cost_is_invented_where_the_server_counts_no_tokens(server):
    server.script([answer({**completion("Да."), "usage": None})])
    usage = backend(server, llm_price_input=1.0, llm_price_output=1.0).complete(SYSTEM, QUESTION).usage
    assert usage.cost is None
    assert usage.input_tokens == 0


@pytest.mark.parametrize(
    ("behaviour", "kind"),
    [
        (status(401), "auth"),
        (status(403), "auth"),
        (status(400), "refused"),
        (status(404), "refused"),
        (status(413), "refused"),
        (status(402), "rate_limit"),
        (malformed_json(), "malformed"),
        (html(), "malformed"),
        (answer("null"), "malformed"),
        (answer({"message": "not what was asked for"}), "malformed"),
        (no_choices(), "empty"),
        (say(""), "empty"),
        (say("<think>Долго думаю"), "empty"),
        (refuse(), "refused"),
        (say("", finish="content_filter"), "refused"),
    ],
)
def test_a_failure_that_a_repeat_cannot_mend_is_told_at_once(server, behaviour, kind):
    error = failure(server, behaviour)
    assert (error.kind, error.retryable) == (kind, False)
    assert len(server.requests) == 1
    assert error.usage.calls == 1
    assert "openai:some-model" in error.ru
    assert "openai:some-model" in error.en


@pytest.mark.parametrize(
    ("behaviour", "kind"),
    [
        (status(500), "server"),
        (status(529), "server"),
        (status(408), "timeout"),
        (status(429), "rate_limit"),
        (drop_body(), "unreachable"),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_a_failure_that_lasts_is_told_after_the_repeats(server, behaviour, kind, stream):
    error = failure(server, behaviour, stream=stream)
    assert (error.kind, error.retryable) == (kind, True)
    assert len(server.requests) == 3
    assert (error.usage.calls, error.usage.retries) == (3, 2)


@pytest.mark.parametrize("broken", [status(500), status(503), drop_body(), status(429, Retry_After="0.01")])
@pytest.mark.parametrize("schema", [None, Claims])
def test_a_server_that_comes_round_is_asked_again(server, broken, schema):
    server.script([broken, broken, say('{"claims": ["Да."]}')])
    reply = backend(server).complete(SYSTEM, QUESTION, schema=schema)
    assert reply.data == {"claims": ["Да."]}
    assert (reply.usage.calls, reply.usage.retries) == (3, 2)


def test_no_repeats_where_none_are_wanted(server):
    failure(server, status(500), llm_retries=0)
    assert len(server.requests) == 1


def test_a_spent_quota_is_not_asked_for_again(server):
    error = failure(server, status(429, {"error": {"message": "pay", "code": "insufficient_quota"}}))
    assert (error.kind, error.retryable, len(server.requests)) == ("rate_limit", False, 1)


def test_the_pause_a_server_asks_for_is_kept(server):
    server.script([status(429, Retry_After="0.3"), say("Да.")])
    assert backend(server).complete(SYSTEM, QUESTION).usage.seconds >= 0.3


def test_a_pause_beyond_the_deadline_is_not_waited_for(server):
    error = failure(server, status(429, Retry_After="3600"))
    assert error.kind == "rate_limit"
    assert error.retry_after == 3600
    assert error.usage.seconds < PATIENCE


@pytest.mark.parametrize("behaviour", [hang(), trickle()])
@pytest.mark.parametrize("stream", [False, True])
def test_a_server_that_hangs_or_trickles_is_left_at_the_deadline(server, behaviour, stream):
    error = failure(server, behaviour, stream=stream, llm_deadline=0.5)
    assert error.kind == "timeout"
    assert 0.4 < error.usage.seconds < PATIENCE
    assert server.left.wait(120)


def test_an_attempt_that_takes_too_long_is_repeated(server):
    server.script([hang(), say("Да.")])
    reply = backend(server, llm_timeout=5.0).complete(SYSTEM, QUESTION)
    assert (reply.text, reply.usage.retries) == ("Да.", 1)


def test_nobody_listening_is_told_as_such(server):
    settings = Settings(llm_base_url="http://127.0.0.1:9/v1", llm_api_key="x", llm_retries=0)
    with pytest.raises(BackendError) as caught:
        open_backend("openai:some-model", settings).complete(SYSTEM, QUESTION)
    assert caught.value.kind == "unreachable"


@pytest.mark.parametrize("behaviour", [hang(), trickle(), status(429, Retry_After="60")])
@pytest.mark.parametrize("stream", [False, True])
def test_a_cancelled_question_ends_at_once(server, behaviour, stream):
    server.script([behaviour])
    opened, cancel, set_at = backend(server), threading.Event(), []

    def cancel_once_asked():
        while not server.requests:
            server.held.wait(0.02)
        set_at.append(time.monotonic())
        cancel.set()

    waiting = threading.Thread(target=cancel_once_asked)
    waiting.start()
    with pytest.raises(BackendError) as caught:
        if stream:
            list(opened.stream(SYSTEM, QUESTION, cancel=cancel))
        else:
            opened.complete(SYSTEM, QUESTION, cancel=cancel)
    ended = time.monotonic()
    waiting.join()
    assert caught.value.kind == "cancelled"
    assert not caught.value.retryable
    assert ended - set_at[0] < PATIENCE


def test_a_cancelled_question_closes_the_connection(server):
    server.script([hang()])
    cancel = threading.Event()
    threading.Thread(target=lambda: server.held.wait(120) and cancel.set()).start()
    with pytest.raises(BackendError):
        backend(server).complete(SYSTEM, QUESTION, cancel=cancel)
    assert server.left.wait(120)


@pytest.mark.parametrize("stream", [False, True])
def test_a_question_cancelled_before_it_is_put_asks_nothing(server, stream):
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(BackendError):
        opened = backend(server)
        list(opened.stream(SYSTEM, QUESTION, cancel=cancel)) if stream else opened.complete(
            SYSTEM, QUESTION, cancel=cancel
        )
    assert not server.requests


def test_one_question_that_hangs_does_not_hold_up_another(server):
    server.script([hang(), say("Да.")])
    opened, cancel = backend(server), threading.Event()

    def be_held():
        with pytest.raises(BackendError):
            opened.complete(SYSTEM, "?", cancel=cancel)

    held = threading.Thread(target=be_held)
    held.start()
    assert server.held.wait(120)
    assert opened.complete(SYSTEM, QUESTION).text == "Да."
    cancel.set()
    held.join()


def test_a_schema_is_put_to_the_server_and_its_object_taken(server):
    server.script([say("", data={"claims": ["Да."]})])
    reply = backend(server).complete(SYSTEM, QUESTION, schema=Claims)
    assert reply.data == {"claims": ["Да."]}
    wanted = server.requests[0].body["response_format"]
    assert wanted["type"] == "json_schema"
    assert list(wanted["json_schema"]["schema"]["properties"]) == ["claims"]


def test_a_server_without_schemas_is_asked_in_plain_text_from_then_on(server):
    server.script([rejects_schemas(say('Вот: ```json\n{"claims": ["Да.",]}\n```'))])
    opened = backend(server)
    first = opened.complete(SYSTEM, QUESTION, schema=Claims.model_json_schema())
    second = opened.complete(SYSTEM, QUESTION, schema=Claims.model_json_schema())
    assert first.data == second.data == {"claims": ["Да."]}
    assert ["response_format" in request.body for request in server.requests] == [True, False, False]
    assert (first.usage.calls, first.usage.retries, second.usage.calls) == (2, 0, 1)


def test_a_rejection_that_was_not_about_the_schema_is_not_held_against_it(server):
    server.script([status(400), status(400), say('{"claims": []}')])
    opened = backend(server)
    with pytest.raises(BackendError):
        opened.complete(SYSTEM, QUESTION, schema=Claims)
    opened.complete(SYSTEM, QUESTION, schema=Claims)
    assert "response_format" in server.requests[-1].body


def test_a_model_that_takes_no_temperature_is_asked_without(server):
    server.script([status(400, {"error": {"message": "Unsupported value: 'temperature'"}}), say("Да.")])
    assert backend(server).complete(SYSTEM, QUESTION).text == "Да."
    assert "temperature" not in server.requests[1].body


@pytest.mark.parametrize("schema", [None, Claims])
def test_a_reply_cut_at_its_limit_says_so(server, schema):
    server.script([cut('{"claims": ["Да')])
    reply = backend(server).complete(SYSTEM, QUESTION, schema=schema)
    assert (reply.finish, reply.data, reply.text) == ("length", None, '{"claims": ["Да')
    assert reply.usage.output_tokens == 3


def test_json_under_another_content_type_is_still_read(server):
    server.script([answer(completion("Да."), "text/plain")])
    assert backend(server).complete(SYSTEM, QUESTION).text == "Да."


def test_thinking_is_left_out(server):
    server.script([say('<think>Может, {"claims": []}?</think>\n{"claims": ["Да."]}')])
    reply = backend(server).complete(SYSTEM, QUESTION)
    assert reply.text == '{"claims": ["Да."]}'
    assert reply.data == {"claims": ["Да."]}


def test_a_stream_comes_in_pieces_and_is_whole_at_the_end(server):
    server.script([say("<think>так и так</think> Указ — это акт.")])
    opened = backend(server, llm_price_input=1.0, llm_price_output=1.0)
    stream = opened.stream(SYSTEM, QUESTION)
    assert stream.reply is None
    pieces = list(stream)
    assert len(pieces) >= 3
    assert "".join(pieces).strip() == stream.reply.text == "Указ — это акт."
    assert stream.reply.usage.output_tokens == 3
    assert stream.reply.usage.cost is not None
    assert opened.spent == stream.reply.usage


def test_a_stream_that_breaks_off_is_not_begun_anew(server):
    server.script([drop_stream("Указ ", "— "), say("Да.")])
    taken = []
    with pytest.raises(BackendError) as caught:
        taken.extend(backend(server).stream(SYSTEM, QUESTION))
    assert caught.value.kind == "unreachable"
    assert len(server.requests) == 1


def test_pieces_before_the_break_are_handed_over(server):
    server.script([drop_stream("Указ ", "— ")])
    stream = backend(server).stream(SYSTEM, QUESTION)
    assert [next(stream), next(stream)] == ["Указ ", "— "]
    with pytest.raises(BackendError):
        next(stream)
    assert stream.reply is None


def test_a_stream_that_breaks_before_its_first_piece_is_begun_anew(server):
    server.script([drop_stream(), say("Да.")])
    assert "".join(backend(server).stream(SYSTEM, QUESTION)).strip() == "Да."


def test_leaving_a_stream_closes_its_connection(server):
    server.script([trickle()])
    stream = backend(server).stream(SYSTEM, QUESTION)
    assert next(stream) == "a "
    stream.close()
    assert server.left.wait(120)


@pytest.mark.parametrize("behaviour", [html(), malformed_json(), no_choices(), say("")])
def test_a_stream_of_nonsense_is_an_error(server, behaviour):
    assert failure(server, behaviour, stream=True).kind in ("malformed", "empty")


def test_a_server_that_cannot_count_a_streams_tokens_is_asked_without(server):
    server.script([status(400, {"error": {"message": "unknown field stream_options"}}), say("Да.")])
    stream = backend(server).stream(SYSTEM, QUESTION)
    assert "".join(stream).strip() == "Да."
    assert "stream_options" not in server.requests[1].body


def test_all_questions_add_up_failed_ones_too(server):
    server.script([say("Да."), status(401)])
    opened = backend(server)
    opened.complete(SYSTEM, QUESTION)
    with pytest.raises(BackendError):
        opened.complete(SYSTEM, QUESTION)
    assert (opened.spent.calls, opened.spent.input_tokens) == (2, 7)
