"""The address of a Ray cluster -> a connection that runs tasks there, anew where a worker died over one.

Ray's statistics of use are off: nothing is sent anywhere.
"""

from __future__ import annotations

import logging
import os
import re
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from assistant.addresses import without_secrets
from assistant.errors import ServerError
from assistant.interrupts import stop_if_interrupted

RETRIES = 3  # how often a task is begun anew whose worker died
LOOK_SECONDS = 1.0  # between two looks whether Ctrl-C was pressed
CONNECT_SECONDS = 10.0
IDLE_SECONDS = 60.0  # how long a cluster may be without a processor before the run ends
_HOST = re.compile(r"(?:ray://)?(?:\[(?P<six>[0-9a-fA-F:.]+)\]|(?P<host>[\w.-]+)):(?P<port>\d{1,5})")

log = logging.getLogger(__name__)


class ClusterError(ServerError):
    """A Ray cluster that cannot be reached, has gone, or has machines that cannot do the work."""


class Cluster:
    """A cluster while it is connected. ``cpus``: tasks it runs at the same time, 1 or more."""

    def __init__(self, ray: Any, address: str) -> None:
        self._ray = ray
        self.address = address
        self.cpus = int(self._processors())
        if self.cpus < 1:
            raise _idle(address)
        self._remote: dict[Callable[..., Any], Any] = {}

    def start(self, task: Callable[..., Any], *given: Any) -> Any:
        """Have a function of :mod:`ingest.cluster.tasks` run somewhere; returns what stands for its result.

        Among what is given, what :meth:`share` returned stands for what was shared.
        """
        if task not in self._remote:
            made = self._ray.remote(task)
            self._remote[task] = made.options(
                max_retries=RETRIES, num_cpus=1, scheduling_strategy="SPREAD", name=task.__name__
            )
        with _told(self.address):
            return self._remote[task].remote(*given)

    def share(self, value: Any) -> Any:
        """Put a value where every machine can take it, once for all tasks."""
        with _told(self.address):
            return self._ray.put(value)

    def result(self, started: Any) -> Any:
        """What a task returned, when it has. Raises ClusterError, and KeyboardInterrupt on Ctrl-C."""
        with _told(self.address):
            last = time.monotonic()
            while not self._ray.wait([started], timeout=LOOK_SECONDS)[0]:
                stop_if_interrupted()
                if self._processors() >= 1:
                    last = time.monotonic()
                elif time.monotonic() - last > IDLE_SECONDS:
                    raise _idle(self.address)
            return self._ray.get(started)

    def _processors(self) -> float:
        return float(self._ray.cluster_resources().get("CPU", 0))


@contextmanager
def connected(address: str) -> Iterator[Cluster]:
    """A connection to the cluster at ``address``, as ``ray.init(address=…)`` takes it.

    ``local`` starts a cluster on this machine and ends it afterwards; ``auto`` is the one that runs on this
    machine or that ``RAY_ADDRESS`` names. Raises ClusterError where Ray is not installed, the address is
    none, or nothing answers there.
    """
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"  # before Ray is imported: it decides then
    try:
        import ray
    except ModuleNotFoundError:
        raise ClusterError(
            "Ray is not installed: pip install 'ai-policy-assistant[cluster]'. Without --ray, ingest works "
            "on this machine.",
            "Ray не установлен: pip install 'ai-policy-assistant[cluster]'. Без --ray загрузка идёт на этой "
            "машине.",
        ) from None
    _look_for(address)
    started_here: dict[str, Any] = {"include_dashboard": False} if address == "local" else {}
    with _own_signals(), _told(address):
        ray.init(address=address, configure_logging=False, log_to_driver=False, **started_here)
    try:
        with _told(address):
            cluster = Cluster(ray, address)
        log.info("Ray at %s has %d processors", address, cluster.cpus)
        yield cluster
    finally:
        ray.shutdown()


def _look_for(address: str) -> None:
    """Raise ClusterError where an address is none, or nobody listens there: Ray would wait for a minute."""
    if address in ("local", "auto"):
        return
    named = _HOST.fullmatch(address)
    if named is None:
        shown = without_secrets(address)
        raise ClusterError(
            f"'{shown}' is no address of a Ray cluster. Write HOST:PORT, ray://HOST:PORT, auto or local.",
            f"«{shown}» — не адрес кластера Ray. Укажите HOST:PORT, ray://HOST:PORT, auto или local.",
        )
    try:
        socket.create_connection((named["host"] or named["six"], int(named["port"])), CONNECT_SECONDS).close()
    except (OSError, OverflowError) as error:
        raise _failed(address, error) from None


@contextmanager
def _own_signals() -> Iterator[None]:
    """Keep the program's answer to SIGTERM: Ray puts its own in its place."""
    ours = threading.current_thread() is threading.main_thread()
    before = signal.getsignal(signal.SIGTERM) if ours else None
    try:
        yield
    finally:
        if before is not None:
            signal.signal(signal.SIGTERM, before)


@contextmanager
def _told(address: str) -> Iterator[None]:
    """Raise ClusterError for what Ray, or the way to a cluster, raises inside."""
    try:
        yield
    except ClusterError:
        raise
    except Exception as error:
        ours = isinstance(error, (OSError, RuntimeError, ValueError))
        if not ours and type(error).__module__.split(".")[0] not in ("ray", "grpc"):
            raise
        raise _failed(address, error) from error


def _idle(address: str) -> ClusterError:
    where = without_secrets(address)
    return ClusterError(
        f"The Ray cluster at {where} has no processor that runs tasks. What was finished is kept. Start "
        "workers (ray start --address=HEAD:PORT), then repeat.",
        f"В кластере Ray {where} нет ни одного процессора для задач. Завершённое сохранено. Запустите "
        "рабочие машины (ray start --address=HEAD:PORT) и повторите.",
    )


def _failed(address: str, error: Exception) -> ClusterError:
    error = getattr(error, "cause", None) or error  # what a task raised, not that it did
    lines = without_secrets(str(error)).strip().splitlines()
    why = (lines[0] if lines else type(error).__name__).rstrip(".")
    where = without_secrets(address)
    return ClusterError(
        f"The Ray cluster at {where} cannot be used: {why}. What was finished is kept. Check that it runs, "
        "with the same versions of Python and Ray as here, can be reached and takes your RAY_AUTH_TOKEN; "
        "then repeat.",
        f"Кластер Ray {where} недоступен: {why}. Завершённое сохранено. Проверьте, что он запущен с теми же "
        "версиями Python и Ray, что здесь, доступен и принимает ваш RAY_AUTH_TOKEN; затем повторите.",
    )
