"""A real uvicorn on a free port over a stand-in, started and stopped by a ``with`` block."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from assistant.settings import Settings
from tests.assistant.web.standin import StandIn


@contextmanager
def serving(home: Path, **chosen: Any) -> Iterator[tuple[str, StandIn]]:
    """(address, stand-in) of a running app."""
    import uvicorn

    from assistant.web.app import Server, bind, create

    assistant = StandIn(Settings(home=home, port=0, lang="en", **chosen))
    listener = bind("127.0.0.1", 0)
    started = threading.Event()
    server = Server(uvicorn.Config(create(assistant), log_level="error"), started.set)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        assert started.wait(60), "the app did not start"
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", assistant
    finally:
        assistant.let_go.set()
        server.should_exit = server.force_exit = True
        thread.join(30)
        listener.close()
    assert not thread.is_alive()
