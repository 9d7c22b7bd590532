"""The address of a server as a person set it -> one to connect to, and one that may be shown.

A password stands in many an address. It reaches the server and nothing else: no message, log or page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit, urlunsplit

from assistant.errors import ServerError

HIDDEN = "***"
# To the last @ before a space: people type passwords with / and @ in them as they are.
_CREDENTIALS = re.compile(r"(?P<scheme>\b\w[\w+.-]{0,30}://)\S*@")
# Names of parameters that hold a secret, whatever they are called in full: sslpassword, aws_secret, token …
_SECRET_PARAMETER = re.compile(r"(?i)(?P<name>[\w-]*(?:passw|secret|token|key)[\w-]*=)[^&\s;]*")


def without_secrets(text: str) -> str:
    """A message or an address with what may be secret in an address put out of sight."""
    said = _CREDENTIALS.sub(rf"\g<scheme>{HIDDEN}@", text)
    return _SECRET_PARAMETER.sub(rf"\g<name>{HIDDEN}", said)


@dataclass(frozen=True, slots=True)
class HttpAddress:
    """A server reached over HTTP. ``user`` and ``password``: for a proxy in front that asks for them."""

    host: str
    port: int
    encrypted: bool
    user: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)

    @property
    def shown(self) -> str:
        """The address without its credentials."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.encrypted else 'http'}://{host}:{self.port}"


def http_address(url: str, setting: str) -> HttpAddress:
    """A URL, as ``http://host:8000`` or ``https://user:password@host``, in its parts.

    ``setting``: the variable it stands in, for the error. Raises ServerError.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    beyond = urlunsplit(("", "", parts.path.rstrip("/"), parts.query, parts.fragment))
    if parts.scheme not in ("http", "https") or not host or beyond:
        raise ServerError(
            f"{setting} is not the address of a server. Write it as http://HOST:PORT or https://HOST, "
            "without a path.",
            f"{setting} — не адрес сервера. Укажите его в виде http://HOST:PORT или https://HOST, без пути.",
        )
    encrypted = parts.scheme == "https"
    return HttpAddress(
        host,
        port or (443 if encrypted else 8000),
        encrypted,
        unquote(parts.username) if parts.username else None,
        unquote(parts.password) if parts.password else None,
    )
