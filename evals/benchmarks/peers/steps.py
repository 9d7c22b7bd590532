"""Requests on stdin, a line of JSON each -> timed answers on stdout, by whichever system runs this.

Of the standard library alone: it also runs in the peers' environments. A request is ``{"step",
"arguments"}``; an answer ``{"wall", "processor", "result"}``, seconds of the clock and of this process's
processors, or ``{"error"}``. A step's arguments are read before its time begins.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Step = Callable[..., Any]


def serve(steps: Mapping[str, Step]) -> None:
    """Answer until stdin ends. What a library prints goes to stderr and never between the answers."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    for line in sys.stdin:
        answers.write(json.dumps(answer(steps, json.loads(line))) + "\n")
        answers.flush()


def serve_peer(timed: Any) -> None:
    """As :func:`serve`, the steps of a system that is compared."""
    names = ("prepare", "parse", "embed", "ingest", "query", "hold", "nearest")
    serve({name: getattr(timed, name) for name in names} | {"disk": bytes_under})


def answer(steps: Mapping[str, Step], request: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to one request; an error of a step is told, not raised."""
    step, arguments = steps[request["step"]], request["arguments"]
    wall, processor = time.perf_counter(), time.process_time()
    try:
        result = step(**arguments)
    except Exception as error:  # noqa: BLE001 (whatever goes wrong over there is reported here)
        return {"error": f"{type(error).__name__}: {error}"}
    spent = {"wall": time.perf_counter() - wall, "processor": time.process_time() - processor}
    return {**spent, "result": result}


def ask_each(find: Callable[[str], object], questions: Sequence[str]) -> dict[str, Any]:
    """Milliseconds of every question, one after the other."""
    times = []
    for question in questions:
        began = time.perf_counter()
        find(question)
        times.append((time.perf_counter() - began) * 1000)
    return {"ms": times}


def bytes_under(folder: str) -> int:
    """Bytes of all files under ``folder``; what is linked from elsewhere is not counted."""
    return sum(
        os.lstat(os.path.join(at, name)).st_size  # noqa: PTH118 (nothing but names and sizes)
        for at, _, names in os.walk(folder)
        for name in names
    )


def versions(*packages: str) -> dict[str, str]:
    """Of installed packages."""
    from importlib.metadata import version

    return {name: version(name) for name in packages}
