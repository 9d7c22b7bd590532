"""Limits a reading process sets for itself before it sees a foreign byte: memory, files, processor time.

POSIX only; elsewhere the process that started it watches its memory and its time alone. An alarm without a
handler ends the process even inside a loop of C code, also when nobody is left to kill it.
"""

from __future__ import annotations

import contextlib
import signal
import sys
from pathlib import Path
from types import ModuleType

from assistant.settings import ReaderSettings

resource: ModuleType | None
try:
    import resource
except ImportError:  # Windows
    resource = None

IDLE_SECONDS = 300.0  # a reader nobody needs for so long ends itself
GRACE_SECONDS = 5.0  # by how much the process's own alarm is later than its watch


def restrain(limits: ReaderSettings) -> list[str]:
    """Set the limits that hold for the life of this process; returns the names of those it cannot set."""
    _first_to_go()
    if resource is None:
        return ["memory", "processor time", "open files", "file size"]
    wanted = (
        ("memory", "RLIMIT_AS", limits.memory_bytes),
        ("open files", "RLIMIT_NOFILE", limits.open_files),
        ("file size", "RLIMIT_FSIZE", limits.temporary_bytes),
        ("core dumps", "RLIMIT_CORE", 0),
    )
    return [name for name, kind, most in wanted if not _set(kind, most)]


def _set(kind: str, most: int) -> bool:
    if resource is None or not hasattr(resource, kind):
        return False
    what = getattr(resource, kind)
    _, hard = resource.getrlimit(what)
    lowest = most if hard == resource.RLIM_INFINITY else min(most, hard)
    try:
        resource.setrlimit(what, (lowest, lowest))
    except (ValueError, OSError):  # macOS takes no limit of address space below what is mapped
        return False
    return True


def _first_to_go() -> None:
    """Where memory runs out, the system is to end a reader before anything else."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text("1000")


def allow_processor(seconds: float) -> None:
    """Let this process use ``seconds`` of processor time from now on; a program it starts gets as much."""
    if resource is None:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    most = int(used.ru_utime + used.ru_stime + seconds) + 1
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (most, hard))


def alarm(seconds: float) -> None:
    """End this process after ``seconds``, whatever it is doing then."""
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, seconds)
