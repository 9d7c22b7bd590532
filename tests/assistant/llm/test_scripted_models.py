"""Backends over chat models made elsewhere, without a server."""

import threading

import pytest
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from pydantic import BaseModel, ConfigDict

from assistant.errors import BackendError
from assistant.llm import Reply, Usage, open_backend
from assistant.settings import Settings

SETTINGS = Settings(llm_backoff=0.01, llm_deadline=0.5)


class Claims(BaseModel):
    claims: list[str]


class Stuck(GenericFakeChatModel):
    """A model that blocks a thread until the test is over."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    over: threading.Event

    def _generate(self, *_, **__):
        self.over.wait(120)
        raise ConnectionError("late")


@pytest.fixture
def over():
    event = threading.Event()
    yield event
    event.set()


def scripted(*replies):
    return GenericFakeChatModel(messages=iter([AIMessage(reply) for reply in replies]))


def test_a_model_made_elsewhere_is_named_by_its_class():
    backend = open_backend(scripted("Да."), SETTINGS)
    assert backend.name == "GenericFakeChatModel"
    assert backend.complete("s", "q") == Reply("Да.", None, backend.spent, None)


def test_a_model_without_structured_output_is_asked_in_plain_text():
    reply = open_backend(scripted('{"claims": ["Да."]}'), SETTINGS).complete("s", "q", schema=Claims)
    assert reply.data == {"claims": ["Да."]}
    assert reply.usage.calls == 1


def test_a_scripted_model_streams():
    stream = open_backend(scripted("Указ — это акт."), SETTINGS).stream("s", "q")
    assert "".join(stream) == stream.reply.text == "Указ — это акт."


def test_a_model_that_has_nothing_more_to_say_is_an_error():
    with pytest.raises(BackendError) as caught:
        open_backend(scripted(), SETTINGS).complete("s", "q")
    assert caught.value.kind == "malformed"


def test_a_model_that_blocks_its_thread_is_left_at_the_deadline(over):
    with pytest.raises(BackendError) as caught:
        open_backend(Stuck(messages=iter([]), over=over), SETTINGS).complete("s", "q")
    assert caught.value.kind == "timeout"


def test_a_model_that_blocks_its_thread_can_be_cancelled(over):
    cancel = threading.Event()
    threading.Timer(0.05, cancel.set).start()
    with pytest.raises(BackendError) as caught:
        open_backend(Stuck(messages=iter([]), over=over), Settings()).complete("s", "q", cancel=cancel)
    assert caught.value.kind == "cancelled"
    assert caught.value.usage.seconds < 20


def test_usages_add_up():
    first = Usage(1, 0, 7, 3, 0.5, 0.25, "RUB")
    second = Usage(2, 1, 10, 0, 1.0, None, None)
    total = first + second + first
    assert total == Usage(4, 1, 24, 6, 2.0, 0.5, "RUB")
    assert total.as_dict()["cost"] == 0.5
    assert "cost" not in second.as_dict()
    assert (first + Usage(cost=1.0, currency="USD")).cost is None
