"""A real uvicorn on a free port, started and stopped by a ``with`` block; and the API without the chat."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from fastapi import FastAPI

from assistant import api
from assistant.web.guard import MAX_BODY, Guard


class Announcing(uvicorn.Server):
    """A server that says when it listens."""

    def __init__(self, app: FastAPI) -> None:
        super().__init__(uvicorn.Config(app, log_level="critical"))
        self.listening = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()


@contextmanager
def listening(app: FastAPI) -> Iterator[str]:
    """The address of a running app."""
    server = Announcing(app)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            assert server.listening.wait(180), "the app did not start"
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = server.force_exit = True
            thread.join(60)
    assert not thread.is_alive()


def bare(assistant: Any) -> FastAPI:
    """The API behind its guard, without the chat."""
    settings = assistant.settings
    app = FastAPI(title="AI policy assistant", docs_url=None, redoc_url=None, openapi_url=api.OPENAPI_URL)
    api.add_to(app, assistant)
    larger = {api.INGEST: settings.api_ingest_bytes + MAX_BODY} if api.takes_files(settings) else {}
    app.add_middleware(Guard, larger=larger, lang=settings.message_lang)
    return app
