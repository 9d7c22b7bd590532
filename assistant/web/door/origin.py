"""Whether a request that changes something comes from a page of this app, by what browsers say of it."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.types import Scope

from assistant.web.door.callers import PEER
from assistant.web.door.peer import Peer, header
from assistant.web.door.rules import SAFE


def from_own_page(request: Request) -> bool:
    """Whether a request comes from a page of this app, by what browsers say of it.

    Behind the gate by the host that a trusted proxy names, else by the request's own.
    """
    peer = request.scope.get(PEER)
    if peer is not None:
        return not is_forged(request.scope, peer, must_say=False)
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc.lower() == request.headers.get("host", "").lower()


def is_forged(scope: Scope, peer: Peer, *, must_say: bool) -> bool:
    """Whether another site's page may have sent the request.

    Browsers name the page's origin with every request that is not a GET or HEAD. ``must_say``: one that says
    nothing is not believed either; a program that sends a session's cookie by hand has to say it as well.
    """
    if scope["method"] in SAFE:
        return False
    site, origins = header(scope, b"sec-fetch-site"), header(scope, b"origin")
    if site == ["same-origin"]:  # no page's script can write this header
        return False
    if any(value != "none" for value in site):
        return True
    if any(not _is_here(value, peer) for value in origins):
        return True
    return must_say and not site and not origins


def _is_here(origin: str, peer: Peer) -> bool:
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    if parts.scheme not in ("http", "https") or (peer.https and parts.scheme != "https"):
        return False
    return bool(parts.netloc) and _plain(parts.netloc, parts.scheme) == _plain(peer.host, parts.scheme)


def _plain(host: str, scheme: str) -> str:
    """A host without the port that goes without saying."""
    return host.lower().removesuffix(":443" if scheme == "https" else ":80")
