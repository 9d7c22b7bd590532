"""An OpenAI-compatible server (``/v1/chat/completions``, SSE), see ``model_server``.

>>> with openai_server() as server:
...     server.script([status(500), say("Good.")])
...     ask(server.base_url)
"""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from typing import Any

from tests.servers.model_server import (
    Behaviour,
    Exchange,
    ModelServer,
    answer,
    drop_body,
    drop_stream,
    hang,
    model_server,
    say,
    status,
    trickle,
)

__all__ = [
    "answer", "completion", "cut", "drop_body", "drop_stream", "hang", "html", "malformed_json", "no_choices",
    "openai_server", "refuse", "rejects_schemas", "say", "status", "trickle",
]  # fmt: skip

TOKENS = {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}


def completion(text: str | None, finish: str = "stop", **message: Any) -> dict[str, Any]:
    """A whole reply as the API words it."""
    said = {"role": "assistant", "content": text, **message}
    return {
        "id": "x", "object": "chat.completion", "created": 0, "model": "some-model", "usage": TOKENS,
        "choices": [{"index": 0, "finish_reason": finish, "message": said}],
    }  # fmt: skip


class OpenAIWire:
    """Chat completions, whole or as server-sent events of a word each."""

    stream_type = "text/event-stream"

    def say(self, exchange: Exchange, text: str, finish: str, data: dict[str, Any] | None) -> None:
        if not exchange.streaming:
            exchange.send(completion(text if data is None else json.dumps(data), finish))
            return
        exchange.begin(content_type=self.stream_type)
        for word in text.split(" "):
            exchange.write(self.piece(word + " "))
        exchange.write(self._event([{"index": 0, "delta": {}, "finish_reason": finish}]))
        if (exchange.received.body.get("stream_options") or {}).get("include_usage"):
            exchange.write(self._event([], usage=TOKENS))
        exchange.write("data: [DONE]\n\n")

    def piece(self, text: str) -> str:
        delta = {"role": "assistant", "content": text}
        return self._event([{"index": 0, "delta": delta, "finish_reason": None}])

    @staticmethod
    def _event(choices: list[Any], **more: Any) -> str:
        event = {"id": "x", "object": "chat.completion.chunk", "created": 0, "model": "some-model"}
        return f"data: {json.dumps({**event, 'choices': choices, **more}, ensure_ascii=False)}\n\n"


def openai_server() -> AbstractContextManager[ModelServer]:
    """Serve until the block is left."""
    return model_server(OpenAIWire(), "/v1")


def malformed_json() -> Behaviour:
    """JSON that ends too soon, in a whole body."""
    return answer('{"id": "x", "choices": [')


def html() -> Behaviour:
    """A proxy's page."""
    return answer("<html><body>Welcome</body></html>", "text/html")


def no_choices() -> Behaviour:
    """A reply with nothing in it."""
    return answer({**completion(""), "choices": []})


def refuse() -> Behaviour:
    """The model declines."""
    return answer(completion(None, refusal="I will not."))


def cut(text: str) -> Behaviour:
    """The reply reached the limit of tokens."""
    return say(text, finish="length")


def rejects_schemas(then: Behaviour) -> Behaviour:
    """A server without structured output: 400 for a request with a schema."""

    def reject(exchange: Exchange) -> None:
        if "response_format" in exchange.received.body:
            message = "This model does not support response_format of type json_schema"
            exchange.send({"error": {"message": message}}, 400)
        else:
            then(exchange)

    return reject
