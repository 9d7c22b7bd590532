"""Anthropic's API (``/v1/messages``, SSE), see ``model_server``."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from typing import Any

from tests.servers.model_server import Exchange, ModelServer, model_server

TOKENS = {"input_tokens": 7, "output_tokens": 3}


class AnthropicWire:
    """Messages, whole or as events; data as a call of the tool that was forced."""

    stream_type = "text/event-stream"

    def say(self, exchange: Exchange, text: str, finish: str, data: dict[str, Any] | None) -> None:
        body = exchange.received.body
        if exchange.streaming:
            self._stream(exchange, text, finish)
            return
        content: list[dict[str, Any]] = [{"type": "text", "text": text}]
        if data is not None and body.get("tools"):
            content = [{"type": "tool_use", "id": "t1", "name": body["tools"][0]["name"], "input": data}]
        exchange.send(self._message(content, finish, TOKENS))

    def _stream(self, exchange: Exchange, text: str, finish: str) -> None:
        exchange.begin(content_type=self.stream_type)
        start = self._message([], None, {"input_tokens": 7, "output_tokens": 0})
        exchange.write(self._event("message_start", message=start))
        block = {"type": "text", "text": ""}
        exchange.write(self._event("content_block_start", index=0, content_block=block))
        for word in text.split(" "):
            exchange.write(self.piece(word + " "))
        exchange.write(self._event("content_block_stop", index=0))
        delta = {"stop_reason": finish, "stop_sequence": None}
        exchange.write(self._event("message_delta", delta=delta, usage={"output_tokens": 3}))
        exchange.write(self._event("message_stop"))

    def piece(self, text: str) -> str:
        return self._event("content_block_delta", index=0, delta={"type": "text_delta", "text": text})

    @staticmethod
    def _message(content: list[dict[str, Any]], finish: str | None, usage: dict[str, int]) -> dict[str, Any]:
        return {
            "id": "m1", "type": "message", "role": "assistant", "model": "some-model", "content": content,
            "stop_reason": finish, "stop_sequence": None, "usage": usage,
        }  # fmt: skip

    @staticmethod
    def _event(name: str, **more: Any) -> str:
        return f"event: {name}\ndata: {json.dumps({'type': name, **more})}\n\n"


def anthropic_server() -> AbstractContextManager[ModelServer]:
    """Serve until the block is left."""
    return model_server(AnthropicWire())
