"""Frames on a pipe: eight bytes of length, then so many bytes. A message is a frame of JSON.

Nothing is ever unpickled: what comes from a child that read a hostile file is data, however it was made.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from typing import IO, Any

_LENGTH = struct.Struct(">Q")


class WireError(Exception):
    """The other side is gone, or sent what is no frame."""


class TooMuchError(WireError):
    """The other side announced more than may be taken."""


def send(pipe: IO[bytes], data: bytes) -> None:
    """Write a frame. Raises WireError where nobody reads."""
    try:
        pipe.write(_LENGTH.pack(len(data)))
        pipe.write(data)
        pipe.flush()
    except (OSError, ValueError) as error:
        raise WireError(str(error)) from error


def receive(pipe: IO[bytes], most: int) -> bytes:
    """Read a frame of at most ``most`` bytes. Raises TooMuchError, and WireError at the end of the pipe."""
    (length,) = _LENGTH.unpack(_exactly(pipe, _LENGTH.size))
    if length > most:
        raise TooMuchError(f"{length} bytes")
    return _exactly(pipe, length)


def _exactly(pipe: IO[bytes], length: int) -> bytes:
    try:
        data = pipe.read(length)
    except (OSError, ValueError) as error:
        raise WireError(str(error)) from error
    if len(data) != length:
        raise WireError("the pipe was closed")
    return data


def send_message(pipe: IO[bytes], message: Mapping[str, Any]) -> None:
    """Write a message; file names that are no text survive as escapes. Raises WireError."""
    send(pipe, json.dumps(message).encode())


def receive_message(pipe: IO[bytes], most: int) -> dict[str, Any]:
    """Read a message. Raises WireError for a frame that is none."""
    try:
        message = json.loads(receive(pipe, most))
    except (ValueError, RecursionError) as error:
        raise WireError(str(error)) from None
    if not isinstance(message, dict):
        raise WireError("no message")
    return message
