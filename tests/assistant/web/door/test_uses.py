"""Storing that a session was used holds nobody up and refuses nobody, however slow the database is."""

from __future__ import annotations

import threading

import pytest

from assistant.access.uses import Use
from assistant.errors import LibraryError
from assistant.web.door import uses as module
from assistant.web.door.gate import LOOKED_UP_AT_ONCE
from assistant.web.door.uses import Uses
from tests.assistant.web.door.serving import with_accounts


class Slow:
    """A store that takes until it is let go, and remembers what it was given."""

    def __init__(self):
        self.began, self.free, self.done = threading.Event(), threading.Event(), threading.Event()
        self.stored = []

    def __call__(self, batch):
        self.began.set()
        assert self.free.wait(180)
        self.stored.append(set(batch))
        if len(self.stored) == 2:
            self.done.set()


@pytest.fixture
def slow():
    made = Slow()
    yield made
    made.free.set()


def test_uses_that_come_while_the_database_is_slow_are_written_together(slow):
    uses = Uses(slow, pause=0)
    uses.note(Use("session", "first"))
    assert slow.began.wait(180)
    for number in range(50):
        uses.note(Use("token", f"t{number % 5}"))
    slow.free.set()
    assert slow.done.wait(180)
    assert slow.stored == [{Use("session", "first")}, {Use("token", f"t{number}") for number in range(5)}]


def test_more_uses_than_may_wait_are_dropped(slow, monkeypatch, caplog):
    monkeypatch.setattr(module, "MOST", 3)
    uses = Uses(slow, pause=0)
    uses.note(Use("session", "first"))
    assert slow.began.wait(180)
    for number in range(9):
        uses.note(Use("token", f"t{number}"))
    slow.free.set()
    assert slow.done.wait(180)
    assert slow.stored[1] == {Use("token", f"t{number}") for number in range(3)}
    assert "was not noted" in caplog.text


def test_a_database_that_refuses_ends_nothing(caplog):
    tries = threading.Semaphore(0)

    def refusing(_batch):
        tries.release()
        raise LibraryError("locked", "занята")

    uses = Uses(refusing, pause=0)
    for name in ("one", "two"):
        uses.note(Use("session", name))
        assert tries.acquire(timeout=180)


def test_every_request_is_answered_while_uses_cannot_be_stored(tmp_path, slow, monkeypatch):
    monkeypatch.setattr("assistant.access.uses.store", lambda _library, batch: slow(batch))
    with with_accounts(tmp_path) as served:
        for _ in range(LOOKED_UP_AT_ONCE + 2):
            reply = served.client().get("/api/v1/acts", headers=served.bearer("rita"))
            assert reply.status_code == 200
        assert slow.began.is_set()
        assert not slow.stored
        slow.free.set()
