"""A small home over our own acts, with an assistant whose answers a test can hold back."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from assistant.engine import Assistant
from assistant.index.derive import reconcile
from assistant.index.indexes import Indexes
from assistant.index.vector_cache import VectorCache
from assistant.library import Library
from assistant.settings import Settings
from assistant.web.evaluation.jobs import jobs_of
from tests.builders import StemEmbedder
from tests.evals.sample import NEW, WATER, digest, new_law, old_law, orchard_order, plants_list

HEADER = "X-Signed-In"
HOSTILE = '"><img src=x onerror="window.hit=1"><script>window.hit=2</script>\u202e${window.hit=3}'
CSV = f"""ид;язык;вопрос;ожидается;должен сослаться;должен содержать;категория
полив;рус;Допускается ли вечерний полив?;ответ;{WATER}#st1/ch1@{NEW};не допускается;полив
вода;рус;Сколько литров воды подавать на грядку?;ответ;{WATER}#st1/ch2/p2;500 литров;полив
надзор;рус;Кто ведёт надзор за садами?;ответ;{WATER}#st2/ch1;комиссия;надзор
розы;рус;Когда садовник обязан поливать розы?;ответ;{WATER}#st1/ch1;в полночь;полив
hostile;рус;Допускается ли полив {HOSTILE.replace(";", "")}?;ответ;{WATER}#st1/ch1;никогда;полив
тайна;рус;Сколько литров воды нужно грядке?;отказ;;;полив
prune;англ;When shall gardeners prune apple trees?;ответ;us-eo-1-2021#s1;every winter;orchard
"""
BAD = f"""ид;язык;вопрос;ожидается;должен сослаться;категория
полив;рус;Допускается ли вечерний полив?;ответ;{WATER}#st1/ch1;полив
вода;рус;Сколько литров воды подавать на грядку?;ответ;{WATER}#st9;полив
надзор;немецкий;Кто ведёт надзор за садами?;ответ;{WATER}#st2/ch1;надзор
"""
CASES = 7
FIRST, SECOND = "answers-20260301-123000", "answers-20260302-123000"  # the runs of the home that tests copy


class Paced(Assistant):
    """Answers at once, or one question at a time as a test lets them go."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.free = threading.Event()
        self.begin_anew()

    def begin_anew(self) -> None:
        """Hold nothing back, and forget what was let go and asked."""
        self.free.set()
        self.turns = threading.Semaphore(0)
        self.asked = threading.Semaphore(0)

    def hold(self) -> None:
        """From now on every question waits for :meth:`let`."""
        self.free.clear()

    def let(self, questions: int) -> None:
        """Let so many questions be answered."""
        self.turns.release(questions)

    def let_all(self) -> None:
        """Hold nothing back any more."""
        self.free.set()
        self.turns.release(1000)

    def ask(self, *given: Any, **more: Any) -> Any:
        self.asked.release()
        if not self.free.is_set():
            assert self.turns.acquire(timeout=180), "nobody let the question go"
        return super().ask(*given, **more)


def open_home(home: Path, **chosen: Any) -> Paced:
    """An assistant over the garden's acts in a home of its own."""
    settings = Settings(home=home, lang="en", **chosen)
    first = not (home / "library.sqlite").exists()
    home.mkdir(parents=True, exist_ok=True)
    library = Library(settings.library_url)
    if first:
        for draft in (old_law(), new_law(), orchard_order(), plants_list(), digest()):
            library.put_edition(draft)
    indexes = Indexes(settings.index_path, StemEmbedder(), VectorCache(home / "vectors.sqlite"))
    reconcile(indexes, library)
    return Paced(settings, library=library, indexes=indexes)


def write_cases(folder: Path, text: str = CSV, name: str = "мои случаи.csv") -> Path:
    """A person's file of cases, as a spreadsheet saves it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8-sig")
    return path


def run_of(assistant: Assistant, folder: Path, *, suite: str = "answers", day: int = 1, **more: Any) -> Any:
    """A finished run over the cases above, begun on the given day of a month."""
    from evals.runs import new_folder
    from evals.suite_run import Wanted, run_suite

    out = new_folder(assistant.settings.home, suite, datetime(2026, 3, day, 12, 30))
    return run_suite(assistant, Wanted(suite, own=(write_cases(folder),), out=out, **more))


def kept_in(assistant: Assistant) -> set[Path]:
    """Runs and what else a home holds of evaluation."""
    return set((assistant.settings.home / "evals").glob("*"))


def forget_runs(assistant: Paced, kept: set[Path]) -> None:
    """End the runs under way, and leave nothing of evaluation but what is to be kept."""
    jobs = jobs_of(assistant)
    under_way = jobs.under_way()
    for job in under_way:
        jobs.stop(job.key)
    assistant.let_all()
    for job in under_way:
        assert job.ticket is not None
        job.ticket.result(180)
    for job in jobs.ended():
        jobs.forget(job.key)
    for path in kept_in(assistant) - kept:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    if not kept:
        shutil.rmtree(assistant.settings.home / "evals", ignore_errors=True)
    assistant.begin_anew()


@contextmanager
def serving(assistant: Assistant) -> Iterator[str]:
    """The address of the whole app."""
    from assistant.web.app import create
    from tests.assistant.api.serving import listening

    with listening(create(assistant)) as address:
        try:
            yield address
        finally:
            if isinstance(assistant, Paced):
                assistant.let_all()
