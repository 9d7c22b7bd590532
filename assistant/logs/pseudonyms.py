"""An owner's id or name -> a pseudonym: the same one in every line and after every start, and no way back.

The key lies in the home, for its owner alone; without it nobody can try names out.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from assistant.logs.names import Names

KEY_FILE = "log.key"
KEY_BYTES = 32
DIGITS = 8
_PREFIX = "user:"  # what ids of signed-in owners begin with; the name behind it is the same person


class Pseudonyms:
    """Pseudonyms under the key of one home; ``names``: those met so far, each with its owner's pseudonym."""

    def __init__(self, home: Path) -> None:
        self._key = _key_of(home)
        self.names = Names()

    def of(self, who: str) -> str:
        """The pseudonym of an id or a name; of both the same where one is made of the other."""
        said = " ".join(who.removeprefix(_PREFIX).split()).casefold()
        digest = hmac.new(self._key, said.encode("utf-8", "replace"), hashlib.sha256).hexdigest()
        return f"user-{digest[:DIGITS]}"

    def met(self, name: str, owner: str) -> None:
        """A name is an owner's: left out of texts from now on."""
        self.names.met(name, self.of(owner))


def _key_of(home: Path) -> bytes:
    """The home's key, made on first use; one for this process alone where the home cannot be written."""
    path = home / KEY_FILE
    try:
        return _read(path)
    except OSError:
        pass
    made = secrets.token_bytes(KEY_BYTES)
    try:
        home.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(made)
    except FileExistsError:  # another process was first, or was cut off while it wrote
        try:
            return _read(path)
        except OSError:
            return made
    except OSError:
        return made
    return made


def _read(path: Path) -> bytes:
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise OSError(f"{path} holds no key")
    return key
