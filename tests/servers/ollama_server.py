"""Ollama's own API (``/api/chat``, a JSON object a line), see ``model_server``."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from typing import Any

from tests.servers.model_server import Exchange, ModelServer, model_server


class OllamaWire:
    """Lines of JSON, the last one with counts."""

    stream_type = "application/x-ndjson"

    def say(self, exchange: Exchange, text: str, finish: str, data: dict[str, Any] | None) -> None:
        exchange.begin(content_type=self.stream_type)
        exchange.write(self.piece(text if data is None else json.dumps(data)))
        last = {"done": True, "done_reason": finish, "prompt_eval_count": 7, "eval_count": 3}
        exchange.write(self._line("", **last))

    def piece(self, text: str) -> str:
        return self._line(text, done=False)

    @staticmethod
    def _line(text: str, **more: Any) -> str:
        message = {"role": "assistant", "content": text}
        part = {"model": "some-model", "created_at": "2026-01-01T00:00:00Z", "message": message, **more}
        return json.dumps(part) + "\n"


def ollama_server() -> AbstractContextManager[ModelServer]:
    """Serve until the block is left."""
    return model_server(OllamaWire())
