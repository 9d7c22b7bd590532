"""Queues of blocking calls: so many at once, so many waiting, each place taken until its thread has ended."""

from __future__ import annotations

import asyncio
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.api.errors import BusyError
from assistant.api.work import GoneError, Queue


def test_calls_that_arrive_in_one_moment_keep_the_bound_too():
    async def arrive():
        queue, go_on = Queue(2, 1, 5.0), threading.Event()
        running = [queue.start(lambda cancel, tell: go_on.wait(120)) for _ in range(3)]
        with pytest.raises(BusyError) as caught:
            queue.start(lambda cancel, tell: None)
        assert caught.value.retry_after == 5.0
        assert (queue.running, queue.length) == (2, 1)
        go_on.set()
        assert [await entry.result() for entry in running] == [True] * 3
        assert (queue.running, queue.length) == (0, 0)

    asyncio.run(arrive())


@settings(deadline=None, max_examples=20)
@given(st.integers(1, 4), st.integers(0, 4), st.integers(0, 12))
def test_just_so_many_run_at_once_and_all_that_wait_are_done(at_once, waiting, calls):
    busiest, busy, lock, full = 0, 0, threading.Lock(), threading.Event()
    most = min(calls, at_once)

    def call(cancel, tell):
        nonlocal busiest, busy
        with lock:
            busy += 1
            busiest = max(busiest, busy)
            if busy == most:
                full.set()
        assert full.wait(120), "fewer run at once than may"
        with lock:
            busy -= 1
        return True

    async def arrive():
        queue, taken = Queue(at_once, waiting, 1.0), []
        for _ in range(calls):
            try:
                taken.append(queue.start(call))
            except BusyError:
                assert len(taken) >= at_once + waiting
        assert len(taken) == min(calls, at_once + waiting)
        assert all([await entry.result() for entry in taken])

    asyncio.run(arrive())
    assert busiest == most


def test_one_given_up_while_it_waits_never_begins():
    async def arrive():
        queue, go_on, begun = Queue(1, 1, 1.0), threading.Event(), threading.Event()
        first = queue.start(lambda cancel, tell: go_on.wait(120))
        second = queue.start(lambda cancel, tell: begun.set())
        assert [await anext(second.steps()) for _ in range(1)] == ["waiting"]
        second.give_up()
        go_on.set()
        assert await first.result()
        with pytest.raises(GoneError):
            await second.task
        assert not begun.is_set()

    asyncio.run(arrive())


def test_what_a_call_raises_is_raised_to_who_waits_for_it():
    async def arrive():
        queue = Queue(1, 0, 1.0)
        with pytest.raises(ZeroDivisionError):
            await queue.run(lambda: 1 / 0)
        assert await queue.run(lambda: "still there") == "still there"

    asyncio.run(arrive())
