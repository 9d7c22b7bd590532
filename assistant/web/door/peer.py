"""A request's connection and headers -> where it really comes from: its address, its host, whether by https.

What ``X-Forwarded-*`` say is believed from trusted proxies alone; from anybody else it is as if not sent.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from starlette.types import Scope

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Peer:
    """``address``: the client's as well as it is known. ``trusted``: a trusted proxy passed the request.

    ``host``: what the client calls the app, in lower case, with a port where it has one.
    """

    address: str
    trusted: bool
    https: bool
    host: str


def networks(said: Iterable[str]) -> tuple[Network, ...]:
    """Networks in CIDR notation. Raises ValueError."""
    return tuple(ipaddress.ip_network(each) for each in said)


def header(scope: Scope, name: bytes) -> list[str]:
    """All values that a request has of a header; ``name`` in lower case."""
    return [value.decode("latin-1") for key, value in scope["headers"] if key.lower() == name]


def peer_of(scope: Scope, trusted: tuple[Network, ...]) -> Peer:
    """Where a request comes from."""
    client = scope.get("client")
    near = _address(client[0]) if client else None
    believed = near is not None and any(near in network for network in trusted)
    address, https = str(near) if near else "unknown", scope.get("scheme") == "https"
    host = (header(scope, b"host") or [""])[0]
    if believed:
        address = _forwarded(header(scope, b"x-forwarded-for"), trusted) or address
        https = https or _last(header(scope, b"x-forwarded-proto")) == "https"
        host = _last(header(scope, b"x-forwarded-host")) or host
    return Peer(address, believed, https, host.lower())


def _address(text: str) -> Address | None:
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def _forwarded(values: list[str], trusted: tuple[Network, ...]) -> str | None:
    """The nearest address that is no trusted proxy's: those before it anybody may have written."""
    for text in reversed(",".join(values).split(",")):
        found = _address(text.strip())
        if found is None:
            return None
        if not any(found in network for network in trusted):
            return str(found)
    return None


def _last(values: list[str]) -> str:
    return values[-1].split(",")[-1].strip() if values else ""
