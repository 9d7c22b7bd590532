"""How many answers are made at once: by excerpts few, with a model as many as are asked for."""

from __future__ import annotations

import threading

from langchain_core.language_models.fake_chat_models import GenericFakeChatModel

from assistant import asking

QUESTION = "Когда садовник обязан поливать розы?"
LONG = 60.0  # seconds


def test_of_answers_by_excerpts_few_are_made_at_once_and_one_with_a_model_waits_for_none(garden, monkeypatch):
    begun, go, found = threading.Semaphore(0), threading.Event(), []
    retrieve = asking.retrieve

    def slowly(*given):
        begun.release()
        assert go.wait(LONG)
        return retrieve(*given)

    def ask(**how):
        found.append(garden.ask(QUESTION, **how))

    monkeypatch.setattr(asking, "retrieve", slowly)
    threads = [threading.Thread(target=ask) for _ in range(asking.AT_ONCE + 2)]
    try:
        for thread in threads:
            thread.start()
        assert all(begun.acquire(timeout=LONG) for _ in range(asking.AT_ONCE))
        with_model = threading.Thread(
            target=ask, kwargs={"llm": GenericFakeChatModel(messages=iter([]))}, daemon=True
        )
        threads.append(with_model)
        with_model.start()
        assert begun.acquire(timeout=LONG)
        assert not begun.acquire(blocking=False)
    finally:
        go.set()
        for thread in threads:
            thread.join(LONG)
    assert [answer.status for answer in found] == ["answered"] * len(threads)
    assert [answer.claims for answer in found].count(found[0].claims) == len(threads)


def test_waiting_for_others_is_no_step_of_an_answer(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(asking.time, "perf_counter", lambda: now[0])
    clock = asking.Clock()
    now[0] += 7
    clock.leave_out(5)
    clock.lap("read")
    assert clock.laps == {"read": 2000.0, "total": 2000.0}
