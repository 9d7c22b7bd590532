"""The machine and the limits set on this process -> how many processors it may use."""

from __future__ import annotations

import math
import os
from pathlib import Path

CGROUPS = Path("/sys/fs/cgroup")


def allowed_cores(cgroups: Path = CGROUPS) -> int:
    """Processors this process may use, 1 or more: by its affinity, the quota of its container, and
    ``OMP_NUM_THREADS``, with which a cluster keeps the workers of a machine out of each other's way.
    """
    try:
        cores = len(os.sched_getaffinity(0))
    except (AttributeError, OSError):  # not on macOS and Windows
        cores = os.cpu_count() or 1
    quota = _quota(cgroups)
    told = os.environ.get("OMP_NUM_THREADS", "")
    if quota is not None:
        cores = min(cores, math.ceil(quota))
    return max(1, min(cores, int(told)) if told.isdecimal() else cores)


def _quota(cgroups: Path) -> float | None:
    """Processors' worth of time a container gets, by cgroup 2 or 1; None where nothing limits it."""
    try:
        limit, period = (cgroups / "cpu.max").read_text(encoding="ascii").split()
    except (OSError, ValueError):
        try:
            limit = (cgroups / "cpu" / "cpu.cfs_quota_us").read_text(encoding="ascii").strip()
            period = (cgroups / "cpu" / "cpu.cfs_period_us").read_text(encoding="ascii").strip()
        except (OSError, ValueError):
            return None
    try:
        return int(limit) / int(period) if int(limit) > 0 and int(period) > 0 else None
    except ValueError:  # "max"
        return None
