"""Providers with wire protocols of their own, each over a server on this machine that speaks it."""

import importlib.util
import os
import sys
import threading

import pytest
from pydantic import BaseModel

from assistant.errors import BackendError, InputError
from assistant.llm import open_backend
from assistant.llm.keys import PLACEHOLDER
from assistant.settings import Settings
from tests.servers.anthropic_server import anthropic_server
from tests.servers.model_server import drop_stream, hang, say, status
from tests.servers.ollama_server import ollama_server
from tests.servers.openai_server import openai_server

PACKAGES = {
    "anthropic": ("langchain_anthropic", anthropic_server),
    "ollama": ("langchain_ollama", ollama_server),
    "gigachat": ("langchain_gigachat", openai_server),  # its chat completions are OpenAI's
}


class Claims(BaseModel):
    claims: list[str]


@pytest.fixture(params=PACKAGES)
def provider(request):
    package, _ = PACKAGES[request.param]
    if importlib.util.find_spec(package) is None:
        pytest.skip(f"{package} is not installed: pip install 'ai-policy-assistant[{request.param}]'")
    return request.param


@pytest.fixture
def server(provider):
    with PACKAGES[provider][1]() as served:
        yield served


@pytest.fixture
def opened(provider, server):
    def made(**settings):
        values = {"llm": f"{provider}:some-model", "llm_base_url": server.base_url, "llm_backoff": 0.01}
        if provider != "gigachat":  # it would exchange a real key for a token, at Sber's own address
            values |= {"llm_api_key": "key-0123456789"}
        return open_backend(f"{provider}:some-model", Settings(**(values | settings)))

    return made


def test_a_reply_comes_with_its_tokens_and_its_end(opened, server, provider):
    server.script([say("Указ — это акт.", finish="end_turn" if provider == "anthropic" else "stop")])
    reply = opened().complete("Кратко.", "Что такое указ?")
    assert (reply.text, reply.finish) == ("Указ — это акт.", "stop")
    assert (reply.usage.input_tokens, reply.usage.output_tokens) == (7, 3)
    body = server.requests[0].body
    assert body["model"] == "some-model"
    assert (body.get("options") or body)["temperature"] == 0


def test_the_key_arrives_where_the_provider_wants_it(opened, server, provider):
    server.script([say("Да.")])
    opened().complete("Кратко.", "Да?")
    headers = server.requests[0].headers
    sent = headers.get("x-api-key") or headers["authorization"].removeprefix("Bearer ")
    assert sent == (PLACEHOLDER if provider == "gigachat" else "key-0123456789")


def test_a_structured_reply_is_taken(opened, server):
    server.script([say('{"claims": ["Да."]}', data={"claims": ["Да."]})])
    assert opened().complete("Кратко.", "Да?", schema=Claims).data == {"claims": ["Да."]}


def test_a_stream_comes_in_pieces(opened, server, provider):
    server.script([say("Указ — это акт.")])
    stream = opened().stream("Кратко.", "Что такое указ?")
    assert "".join(stream).strip() == stream.reply.text == "Указ — это акт."
    if provider != "gigachat":  # its server counts a stream's tokens unasked, this one does not
        assert stream.reply.usage.output_tokens == 3


@pytest.mark.parametrize(
    ("code", "kind", "requests"),
    [(401, "auth", 1), (404, "refused", 1), (429, "rate_limit", 2), (503, "server", 2)],
)
def test_an_error_is_told_and_repeated_only_where_that_may_help(opened, server, code, kind, requests):
    server.script([status(code, {"error": "no"})])
    with pytest.raises(BackendError) as caught:
        opened(llm_retries=1).complete("Кратко.", "Да?")
    assert (caught.value.kind, len(server.requests)) == (kind, requests)
    assert "key-0123456789" not in repr(caught.value)


def test_a_stream_that_breaks_off_is_an_error(opened, server):
    server.script([drop_stream("Указ ")])
    with pytest.raises(BackendError) as caught:
        list(opened().stream("Кратко.", "Да?"))
    assert caught.value.kind == "unreachable"


def test_a_server_that_hangs_is_left_at_once_when_cancelled(opened, server):
    server.script([hang()])
    cancel = threading.Event()
    threading.Thread(target=lambda: server.held.wait(120) and cancel.set()).start()
    with pytest.raises(BackendError) as caught:
        opened().complete("Кратко.", "Да?", cancel=cancel)
    assert caught.value.kind == "cancelled"
    assert server.left.wait(120)


@pytest.mark.parametrize(
    ("spec", "package"), [("openai:m", "langchain_openai"), *((f"{p}:m", PACKAGES[p][0]) for p in PACKAGES)]
)
def test_a_package_that_is_missing_is_named_with_the_command_to_install_it(spec, package, monkeypatch):
    monkeypatch.setitem(sys.modules, package, None)
    name = spec.partition(":")[0]
    from langchain.chat_models import base

    base._get_chat_model_creator.cache_clear()
    with pytest.raises(InputError) as caught:
        open_backend(spec, Settings(llm=spec, llm_api_key="k1"))
    assert f"pip install 'ai-policy-assistant[{name}]'" in caught.value.ru


def test_langchains_tracing_and_gateway_are_off(monkeypatch):
    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    monkeypatch.setenv("LANGSMITH_GATEWAY", "https://gateway.example.com")
    with openai_server() as server:
        open_backend("openai:m", Settings(llm_base_url=server.base_url))
    assert os.environ["LANGSMITH_TRACING"] == os.environ["LANGSMITH_GATEWAY"] == "false"
