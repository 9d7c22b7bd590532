"""A home -> how its server bears many users at once: errors, times, memory, and whether answers cross users.

The home is copied, the server started over the copy as an installation runs it (accounts, the extractive
backend), and asked over HTTP by the users of :mod:`evals.benchmarks.load_users`. They and the server share
the machine, so that the times are those of a machine that has other work as well.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import psutil

from assistant.access import passwords, tokens, users
from assistant.access.roles import Role, Scope
from assistant.errors import PolicyError
from assistant.library import Library
from assistant.settings import Settings
from evals import tables
from evals.benchmarks.load_users import Asked, Pace, VirtualUser, live, open_page
from evals.retrieval_cases import load_cases

PASSWORD = "four words of a password"  # noqa: S105 – of users who live for one run
START_SECONDS = 180
SAMPLE_SECONDS = 2.0
NOT_COPIED = ("models", "evals", "cache", "audit", "writer.lock")
STEP_SECONDS = 60.0
LOG, LOG_SHOWN = "server.log", 4_000  # characters of it, where a question failed
SATURATED_P95 = 2.0  # seconds: beyond it users are kept waiting


@dataclass(frozen=True, slots=True)
class Load:
    """How much is asked. ``users`` with ``pause`` seconds between questions, for ``minutes``.

    ``ramp``: pauses of further steps of a minute each, to find where the server is saturated.
    """

    users: int = 50
    pause: float = 10.0
    minutes: float = 10.0
    ramp: tuple[float, ...] = ()


class Memory(NamedTuple):
    """Bytes a process uses. ``at``: seconds since the step began.

    ``held``: its own, which grow where something is kept for ever. ``mapped``: pages of files it has read;
    they grow until all have been read, and the system takes them back when it wants them.
    """

    at: float
    held: int
    mapped: int


@dataclass(slots=True)
class Step:
    """What came of one pause. ``memory``: what the server used, from its beginning on."""

    pause: float
    seconds: float
    asked: list[Asked] = field(default_factory=list)
    memory: list[Memory] = field(default_factory=list)
    processor: float = 0.0


def run(settings: Settings, load: Load, questions: Sequence[str]) -> dict[str, Any]:
    """Figures of a run over a copy of the settings' home. Raises PolicyError where no server starts."""
    if settings.database_url or settings.chroma_url or settings.files_url:
        raise PolicyError(
            "The load is tried on a copy of the home, and this one keeps a part of itself on a server. "
            "Restore a backup into a home of its own, without AI_POLICY_DATABASE_URL, AI_POLICY_CHROMA_URL "
            "and AI_POLICY_FILES_URL.",
            "Нагрузка проверяется на копии, а эта установка хранит часть данных на сервере. Восстановите "
            "резервную копию в отдельную папку без AI_POLICY_DATABASE_URL, _CHROMA_URL и _FILES_URL.",
        )
    with tempfile.TemporaryDirectory(prefix="ai-policy-load-") as folder:
        home = copied(settings, Path(folder) / "home")
        crowd = made_users(home, load.users)
        with serving(home) as (address, server):
            steps = asyncio.run(_all_steps(crowd, address, server, load, questions))
        told = (Path(folder) / LOG).read_text(errors="replace")[-LOG_SHOWN:]
    found = figures(steps, load)
    return found | {"log": told} if any(each.error for step in steps for each in step.asked) else found


def copied(settings: Settings, home: Path) -> Path:
    """A copy of a home without what a server does not need, the models linked."""
    shutil.copytree(settings.home, home, ignore=shutil.ignore_patterns(*NOT_COPIED))
    (home / "models").symlink_to(settings.models_path.resolve(), target_is_directory=True)
    return home


def made_users(home: Path, count: int) -> list[VirtualUser]:
    """Readers with a password and a token each; every second one asks on the page."""
    library = Library(Settings(home=home).library_url)
    kept = passwords.hash_of(PASSWORD)
    crowd = []
    try:
        with _one_hash(kept):
            for number in range(count):
                name = f"load{number:04d}"
                user = users.add(library, name, Role.READER, PASSWORD)
                token = tokens.create(library, user, "load", [Scope.ASK], 1)[1]
                way = "page" if number % 2 == 0 else "API"
                crowd.append(VirtualUser(number, name, PASSWORD, token, f"секрет-{100_000 + number}", way))
    finally:
        library.close()
    return crowd


@contextmanager
def _one_hash(kept: str) -> Iterator[None]:
    """Hashing is slow on purpose; all users of a run have one password, hashed once."""
    real = passwords.hash_of
    passwords.hash_of = lambda password: kept
    try:
        yield
    finally:
        passwords.hash_of = real


@contextmanager
def serving(home: Path) -> Iterator[tuple[str, psutil.Process]]:
    """(address, process) of a server over ``home``, stopped at the end."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AI_POLICY_")}
    environment = kept | {
        "AI_POLICY_HOME": str(home), "AI_POLICY_SIGN_IN": "accounts", "AI_POLICY_LANG": "en",
        "AI_POLICY_LLM": "extractive", "AI_POLICY_API_INGEST": "true",
    }  # fmt: skip
    log = home.parent / LOG
    with log.open("wb") as errors:
        child = subprocess.Popen(
            [sys.executable, "-m", "assistant.cli", "serve", "--port", "0"],
            env=environment, stdout=subprocess.PIPE, stderr=errors,
        )  # fmt: skip
        try:
            yield _address(child, log), psutil.Process(child.pid)
        finally:
            child.terminate()
            try:
                child.wait(60)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
            assert child.stdout is not None
            child.stdout.close()


def _address(child: subprocess.Popen[bytes], log: Path) -> str:
    """The address that the server prints once it listens."""
    late = threading.Timer(START_SECONDS, child.kill)
    late.start()
    try:
        assert child.stdout is not None
        for line in child.stdout:
            found = re.search(rb"http://[\w.\[\]:]+", line)
            if found:
                return found[0].decode()
    finally:
        late.cancel()
    told = log.read_text(errors="replace")[-2000:]
    raise PolicyError(
        f"The server did not start within {START_SECONDS} s; it said: {told}",
        f"Сервер не запустился за {START_SECONDS} с; он сообщил: {told}",
    )


async def _all_steps(
    crowd: Sequence[VirtualUser],
    address: str,
    server: psutil.Process,
    load: Load,
    questions: Sequence[str],
) -> list[Step]:
    async with AsyncExitStack() as opened:
        pages = {}
        for user in crowd:
            if user.way == "page":
                pages[user.number] = await opened.enter_async_context(open_page(user, address))
        steps = [await _step(crowd, pages, address, server, load.pause, load.minutes * 60, questions)]
        for pause in load.ramp:
            steps.append(await _step(crowd, pages, address, server, pause, STEP_SECONDS, questions))
            if figure_times(steps[-1].asked).get("p95", 0) > SATURATED_P95:
                break
    return steps


async def _step(
    crowd: Sequence[VirtualUser],
    pages: dict[int, Any],
    address: str,
    server: psutil.Process,
    pause: float,
    seconds: float,
    questions: Sequence[str],
) -> Step:
    step = Step(pause, seconds)
    for user in crowd:
        user.asked = []
    began = time.monotonic()
    pace = Pace(pause, began, began + seconds)
    used = _processor(server)
    watching = asyncio.create_task(_watch(server, step, began))
    await asyncio.gather(*(live(user, address, pages.get(user.number), questions, pace) for user in crowd))
    watching.cancel()
    step.seconds = time.monotonic() - began
    step.processor = _processor(server) - used
    step.asked = [each for user in crowd for each in user.asked]
    return step


async def _watch(server: psutil.Process, step: Step, began: float) -> None:
    while True:
        used = server.memory_info()
        mapped = getattr(used, "shared", 0)  # told apart on Linux alone
        step.memory.append(Memory(time.monotonic() - began, used.rss - mapped, mapped))
        await asyncio.sleep(SAMPLE_SECONDS)


def _processor(server: psutil.Process) -> float:
    times = server.cpu_times()
    return float(times.user + times.system)


def figures(steps: Sequence[Step], load: Load) -> dict[str, Any]:
    """What a run found, as JSON: the first step in full, of the ramp what tells the saturation."""
    first = steps[0]
    shown = _step_figures(first) | {"memory": _memory(first)}
    ramp = [_step_figures(step) for step in steps[1:]]
    told = (_step_figures(each) for each in steps)
    borne = [each for each in told if each.get("p95", np.inf) <= SATURATED_P95 and not each["errors"]]
    return {
        "users": load.users,
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        **shown,
        "ramp": ramp,
        "most_questions_per_second_borne": max((each["per_second"] for each in borne), default=0.0),
    }


def _step_figures(step: Step) -> dict[str, Any]:
    errors = Counter(each.error for each in step.asked if each.error)
    own = [each for each in step.asked if each.own and not each.error]
    return {
        "pause": step.pause,
        "asked": len(step.asked),
        "per_second": round(len(step.asked) / step.seconds, 2),
        **figure_times(step.asked),
        "by_way": {
            way: figure_times([each for each in step.asked if each.way == way]) for way in ("page", "API")
        },
        "errors": dict(errors),
        "error_rate": round(sum(errors.values()) / max(1, len(step.asked)), 5),
        "own_found": f"{sum(each.found for each in own)}/{len(own)}",
        "crossed": sum(bool(each.leaked) for each in step.asked),
        "processor_seconds_per_question": round(step.processor / max(1, len(step.asked)), 3),
    }


def figure_times(asked: Sequence[Asked]) -> dict[str, float]:
    """Median, 95th and 99th percentile and the longest, in seconds, of the questions answered."""
    times = [each.seconds for each in asked if not each.error]
    if not times:
        return {}
    p50, p95, p99 = np.percentile(times, [50, 95, 99])
    found = {"p50": p50, "p95": p95, "p99": p99, "longest": max(times)}
    return {name: round(float(value), 3) for name, value in found.items()}


def _memory(step: Step) -> dict[str, float]:
    """MiB of the server after the first fifth (everything is loaded then) and over the last; the growth.

    ``growth`` is of what it holds itself, ``growth_with_files`` of that and the pages of files together.
    """
    if len(step.memory) < 10:
        return {}
    last = step.memory[-1].at
    early = [each for each in step.memory if 0.2 * last <= each.at <= 0.4 * last]
    late = [each for each in step.memory if each.at >= 0.8 * last]
    held = [statistics.median(each.held for each in part) for part in (early, late)]
    mapped = [statistics.median(each.mapped for each in part) for part in (early, late)]
    return {
        "before_mib": round(held[0] / 2**20),
        "after_mib": round(held[1] / 2**20),
        "growth": round(held[1] / held[0] - 1, 4),
        "files_before_mib": round(mapped[0] / 2**20),
        "files_after_mib": round(mapped[1] / 2**20),
        "growth_with_files": round(sum(part[1] for part in (held, mapped)) / (held[0] + mapped[0]) - 1, 4),
    }


def all_questions() -> list[str]:
    """The questions of the evaluation cases, in both languages, answerable or not; none of a test half."""
    asked = [case.question for case in tables.load_cases() if case.measure is None]
    asked += [case.question for case in load_cases() if case.split == "dev"]
    return list(dict.fromkeys(asked))


def as_text(found: dict[str, Any]) -> str:
    """The figures for people."""
    return json.dumps(found, ensure_ascii=False, indent=1)
