"""The files of an audit trail -> whether they are whole: hashes, numbers, and the ties between files."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from assistant.audit.chain import BEGINNING, Entry
from assistant.audit.trail import Trail

_CUT_OFF = "a line was cut off, as by a crash; it was never acknowledged"


class Verdict(BaseModel):
    """Whether the trail is whole.

    entries: how many were read. first/last: their numbers. head: the hash of the last one: kept elsewhere, it
    shows later whether the end was cut off. problems: what is wrong, file and line first; the trail is whole
    where there is none. notes: what is no fault, as a line cut off by a crash.
    """

    entries: int = 0
    first: int | None = None
    last: int | None = None
    head: str = BEGINNING
    problems: list[str] = []
    notes: list[str] = []

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


def read_entries(trail: Trail) -> Iterator[tuple[str, Entry | None]]:
    """Every line as (where it stands, the entry), None for one that is none."""
    for path in trail.files():
        for number, raw in enumerate(path.read_bytes().split(b"\n"), 1):
            if raw:
                yield f"{path.name}:{number}", Entry.read(raw)


def verify(trail: Trail, head: str | None = None) -> Verdict:
    """Check all that is there. ``head``: a hash that was kept elsewhere; it must still be in the trail."""
    reading = _Reading()
    for where, entry in read_entries(trail):
        if entry is None:
            reading.broken(where)
        else:
            reading.whole(where, entry)
    return reading.ended(head)


class _Reading:
    """What has been read so far: the verdict, and what the next line is compared with."""

    def __init__(self) -> None:
        self.found = Verdict()
        self._begun: Entry | None = None
        self._before: Entry | None = None
        self._cut: str | None = None  # where a line stands that is no entry, until the next one is known
        self._pruned: set[tuple[int | None, str | None]] = set()
        self._known = {BEGINNING}

    def broken(self, where: str) -> None:
        """A line that is no entry."""
        if self._cut is not None:
            self.found.problems.append(f"{self._cut}: not an entry")
        self._cut = where

    def whole(self, where: str, entry: Entry) -> None:
        """A line that is one."""
        found, before = self.found, self._before
        follows = before is None or (entry.prev, entry.seq) == (before.hash, before.seq + 1)
        if self._cut is not None:
            # One that a crash cut off was never tied in: the next entry follows the one before it.
            told = found.notes if follows else found.problems
            told.append(f"{self._cut}: {_CUT_OFF if follows else 'not an entry'}")
            self._cut = None
        if entry.computed() != entry.hash:
            found.problems.append(f"{where}: entry {entry.seq} was changed")
        if before is not None and not follows:
            found.problems.append(f"{where}: entry {entry.seq} does not follow entry {before.seq}")
        if entry.event == "pruned":
            self._pruned.add((entry.about.get("last_seq"), entry.about.get("last_hash")))
        self._begun, self._before = self._begun or entry, entry
        self._known.add(entry.hash)
        found.entries += 1

    def ended(self, head: str | None) -> Verdict:
        """The verdict, all being read."""
        found, begun, last = self.found, self._begun, self._before
        if self._cut is not None:
            found.notes.append(f"{self._cut}: {_CUT_OFF}")
        if begun is not None and last is not None:
            found.first, found.last, found.head = begun.seq, last.seq, last.hash
            missing = (begun.seq, begun.prev) != (1, BEGINNING)
            if missing and (begun.seq - 1, begun.prev) not in self._pruned:
                found.problems.append(
                    f"entries before {begun.seq} are missing, and no entry says that they were pruned"
                )
        if head is not None and head not in self._known:
            found.problems.append(
                "the hash that was kept is not in the trail: entries were cut off or replaced"
            )
        return found
