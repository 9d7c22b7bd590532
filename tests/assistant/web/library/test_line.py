"""Work waits for its turn and is told how many are before it."""

import asyncio
import threading

import pytest

from assistant.web.library.line import Line, line_of


def test_work_is_done_one_after_another_and_places_move_up():
    line, go, places, done = Line(), threading.Event(), [], []
    first = line.join(lambda: go.wait(120))

    def work(n):
        return lambda: done.append(n)

    tickets = [line.join(work(n), lambda n=n: places.append((n, tickets[n].before))) for n in range(2)]
    assert [ticket.before for ticket in tickets] == [1, 2]
    go.set()
    for ticket in (first, *tickets):
        ticket.result(10)
    assert done == [0, 1]
    assert (1, 1) in places
    assert [ticket.before for ticket in tickets] == [0, 0]


def test_an_error_reaches_who_waits_and_the_line_goes_on():
    line = Line()

    def broken():
        raise ValueError("no")

    failed, fine = line.join(broken), line.join(lambda: 5)
    with pytest.raises(ValueError, match="no"):
        failed.result(10)
    assert fine.result(10) == 5


def test_an_assistant_has_one_line_and_another_one_another():
    class Some:
        pass

    one, other = Some(), Some()
    assert line_of(one) is line_of(one)
    assert line_of(one) is not line_of(other)


def test_a_coroutine_waits_without_a_thread_of_its_own():
    line, go = Line(), threading.Event()

    async def wait():
        line.join(lambda: go.wait(120))
        tickets = [line.join(lambda n=n: n) for n in range(40)]
        waiting = [asyncio.ensure_future(ticket.ended()) for ticket in tickets]
        go.set()
        found = await asyncio.wait_for(asyncio.gather(*waiting), 10)
        return found, await tickets[0].ended()

    assert asyncio.run(wait()) == (list(range(40)), 0)
