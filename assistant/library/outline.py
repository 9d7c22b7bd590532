"""The outline of an edition -> its provisions, made when they are asked for.

A question looks at some thirty provisions of perhaps twenty editions, of a thousand provisions each: rows are
read in a few milliseconds an edition and take a fifth of the memory of the provisions they are made into.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import and_, or_, select

from assistant.library.schema import ProvisionRow
from assistant.library.store import Library
from assistant.model import Provision

_NAMES = tuple(Provision.model_fields)
_COLUMNS = [getattr(ProvisionRow, "pid" if name == "id" else name) for name in _NAMES]
_PARENT = _NAMES.index("parent")
_Made = TypeVar("_Made")


def _provision(row: tuple[Any, ...]) -> Provision:
    return Provision.model_construct(**dict(zip(_NAMES, row, strict=True)))


class _ById(Mapping[str, _Made]):
    """Ids in order, each with what the thing of that id is made of; subclasses make it."""

    def __init__(self, held: Mapping[str, Any]) -> None:
        self._held = held

    def __iter__(self) -> Iterator[str]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)

    def __contains__(self, pid: object) -> bool:
        return pid in self._held


class Outline(_ById[Provision]):
    """Provision id -> provision, in reading order. Safe to use from several threads."""

    def __init__(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """``rows``: the fields of each provision in the order of the model, the id first."""
        super().__init__({row[0]: row for row in rows})
        self._made: dict[str, Provision] = {}

    def __getitem__(self, pid: str) -> Provision:
        made = self._made.get(pid)
        if made is None:
            made = self._made[pid] = _provision(self._held[pid])
        return made

    @property
    def children(self) -> Children:
        """What stands directly below each provision."""
        below: dict[str, list[str]] = {}
        for pid, row in self._held.items():
            if row[_PARENT]:
                below.setdefault(row[_PARENT], []).append(pid)
        return Children(self, below)


class Children(_ById[list[Provision]]):
    """Provision id -> the provisions directly below it, in reading order; ids without any are left out."""

    def __init__(self, outline: Outline, below: Mapping[str, Sequence[str]]) -> None:
        super().__init__(below)
        self._outline = outline

    def __getitem__(self, pid: str) -> list[Provision]:
        return [self._outline[child] for child in self._held[pid]]


def those_above(library: Library, keys: Collection[tuple[int, str]]) -> dict[tuple[int, str], Provision]:
    """Provisions by (edition key, id), with all that they stand in; ids that are not there are left out."""
    found: dict[tuple[int, str], Provision] = {}
    wanted = set(keys)
    with library.session() as session:
        while wanted:
            of: dict[int, list[str]] = {}
            for edition, pid in wanted:
                of.setdefault(edition, []).append(pid)
            mine = (
                and_(ProvisionRow.edition_id == edition, ProvisionRow.pid.in_(pids))
                for edition, pids in of.items()
            )
            rows = [
                tuple(row)
                for row in session.execute(select(ProvisionRow.edition_id, *_COLUMNS).where(or_(*mine)))
            ]
            found |= {(row[0], row[1]): _provision(row[1:]) for row in rows}
            wanted = {(row[0], row[1 + _PARENT]) for row in rows if row[1 + _PARENT]} - found.keys()
    return found


def outline_of(library: Library, edition: int) -> Outline:
    """The outline of an edition; empty for one that is not there."""
    query = select(*_COLUMNS).where(ProvisionRow.edition_id == edition).order_by(ProvisionRow.ordinal)
    with library.session() as session:
        return Outline(tuple(row) for row in session.execute(query))
