"""The whole app on a free port over a stand-in, started and stopped by a ``with`` block."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from assistant.settings import Settings
from tests.assistant.api.serving import listening
from tests.assistant.web.standin import StandIn


@contextmanager
def serving(home: Path, **chosen: Any) -> Iterator[tuple[str, StandIn]]:
    """(address, stand-in) of a running app."""
    from assistant.web.app import create

    assistant = StandIn(Settings(home=home, port=0, lang="en", **chosen))
    with listening(create(assistant)) as address:
        try:
            yield address, assistant
        finally:
            assistant.let_go.set()
