"""Foreign text and addresses -> what of them may be shown: short enough, and a link only where it is safe."""

from __future__ import annotations

from urllib.parse import urlsplit

TITLE_CHARS = 160


def shorten(text: str, limit: int = TITLE_CHARS) -> str:
    """Text of at most about ``limit`` characters on one line, cut between words."""
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[:limit].rsplit(" ", 1)[0] + "…"


def host_of(url: str | None) -> str | None:
    """The host of an https address fit to be a link; None for anything else."""
    if not url or len(url) > 2000 or any(char.isspace() or not char.isprintable() for char in url):
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    safe = parts.scheme == "https" and host and "@" not in parts.netloc and "\\" not in url
    return host if safe else None


def official_link(url: str | None) -> tuple[str, str] | None:
    """(address, host) of an https address fit to be a link; None for anything else."""
    host = host_of(url)
    return (url, host) if url and host else None
