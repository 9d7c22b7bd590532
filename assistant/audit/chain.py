"""An entry of the audit trail and the hash that ties it to the one before.

Each entry holds the hash of its predecessor, so that changing, leaving out or reordering any of them breaks
every hash after it (Schneier and Kelsey, 1999, without their keys: whoever can rewrite the whole file can
also rewrite its hashes, which is why the last hash is to be kept elsewhere).
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from pydantic import BaseModel, ConfigDict

BEGINNING = "0" * 64  # what the first entry of all follows


class Entry(BaseModel):
    """One thing that was done.

    seq: 1, 2, 3 … through all files. at: ISO 8601, UTC. event: what was done. actor: the owner's id.
    about: the event's own facts. prev: the hash of the entry before. hash: SHA-256 (hex) of all the others.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    seq: int
    at: str
    event: str
    actor: str
    about: dict[str, Any]
    prev: str
    hash: str = ""

    @classmethod
    def read(cls, line: bytes) -> Entry | None:
        """The entry of a line; None for a line that holds none, as one that a crash cut off."""
        try:
            return cls.model_validate(json.loads(line))
        except ValueError:
            return None

    def computed(self) -> str:
        """What its hash must be: of the other fields as JSON with sorted keys, UTF-8."""
        content = self.model_dump(mode="json", exclude={"hash"})
        written = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()

    def sealed(self) -> Entry:
        """The same with its hash."""
        return self.model_copy(update={"hash": self.computed()})

    def line(self) -> str:
        """A line of the file, without its end."""
        return json.dumps(self.model_dump(mode="json"), ensure_ascii=False, separators=(",", ":"))
