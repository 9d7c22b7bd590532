"""A run cut off before each of its changes, one after the other, and what the next run makes of it."""

from __future__ import annotations

import shutil


def cut_off_before(steps, step, monkeypatch):
    """Let a run end before its ``step``-th change; ``steps``: (owner, name) of what changes something."""
    left = [step]

    def counted(change):
        def change_or_end(*given, **named):
            left[0] -= 1
            if left[0] < 0:
                raise KeyboardInterrupt
            return change(*given, **named)

        return change_or_end

    for owner, name in steps:
        monkeypatch.setattr(owner, name, counted(getattr(owner, name)))


def cut_off_everywhere(folder, steps, make, bring, check, monkeypatch, first=0, stride=1):
    """``bring(make())`` over ``folder`` as it is, cut off before every ``stride``-th change, then whole.

    ``check`` is called with what the whole run has brought in step. Returns how many changes there were.
    """
    before = folder.with_name(f"{folder.name} of before")
    shutil.copytree(folder, before)
    step, finished = first, False
    while not finished:
        shutil.rmtree(folder)
        shutil.copytree(before, folder)
        with monkeypatch.context() as cut:
            cut_off_before(steps, step, cut)
            one = make()
            try:
                bring(one)
                finished = True
            except KeyboardInterrupt:
                one.forget_profiles()
        again = make()
        bring(again)
        check(again)
        again.forget_profiles()
        step += stride
    return step
