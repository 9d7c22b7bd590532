"""Ports for servers that bind one themselves: such as the system gives to nobody who did not ask for it."""

from __future__ import annotations

import random
import socket
from contextlib import ExitStack
from pathlib import Path

_GIVEN = Path("/proc/sys/net/ipv4/ip_local_port_range")
_dice = random.SystemRandom()


def unclaimed(count: int = 1) -> list[int]:
    """Different ports at which nobody listens, below those that clients and ``bind(0)`` are given.

    One of the latter may be somebody else's before the server that it was meant for has bound it.
    """
    lowest = int(_GIVEN.read_text().split()[0]) if _GIVEN.exists() else 32_768
    ports: list[int] = []
    with ExitStack() as held:
        while len(ports) < count:
            tried = held.enter_context(socket.socket())
            port = _dice.randrange(max(1024, lowest - 20_000), lowest)
            try:
                tried.bind(("127.0.0.1", port))
            except OSError:  # somebody has it
                continue
            ports.append(port)
    return ports
