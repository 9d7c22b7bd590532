"""The library as one owner may see it: what all share, the owner's own files, and those of their groups.

A file that a signed-in user brings becomes an act of an id of its own
(:func:`assistant.records.owner.own_id`), so that nothing of
it mixes with what another user brings or with the act's text that all share. On an app with one local user
files keep the ids of their acts.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import select

from assistant.library.schema import EditionRow, RelationRow
from assistant.library.view import LibraryView, may_see
from assistant.model import Authority
from assistant.records.owner import Owner, seen_prefixes
from assistant.records.reach import reading
from assistant.records.schema import UploadRow


@dataclass(frozen=True, slots=True)
class Reach:
    """What an owner may see of a view. ``mine``: editions that files of theirs or their groups gave."""

    view: LibraryView
    owner: Owner
    mine: frozenset[int] = frozenset()
    _others: frozenset[int] = field(default=frozenset(), repr=False)

    def act(self, act: str) -> bool:
        """Whether an act may be named to the owner."""
        return may_see(act, seen_prefixes(self.owner))

    def edition(self, key: int) -> EditionRow | None:
        """An edition the owner may see; None for any other, whether it is there or not."""
        row = self.view.editions.get(key)
        if row is None or not self.act(row.act_id) or row.id in self._others:
            return None
        return row

    def editions(self, act: str) -> list[EditionRow]:
        """The editions of an act that the owner may see, the newest first, the act before attachments."""
        rows = [row for row in self.view.of_act(act) if self.edition(row.id) is not None]
        rows.sort(key=lambda row: row.edition or "", reverse=True)
        return sorted(rows, key=lambda row: (_RANK.get(row.authority, 9), row.attachment))

    def known(self, act: str) -> bool:
        """Whether there is such an act for the owner: shared, or one of whose editions is seen."""
        row = self.view.acts.get(act)
        if row is None or not self.act(act):
            return False
        return row.in_catalogue or bool(self.editions(act)) or not self.view.of_act(act)

    def relations(self, act: str) -> list[RelationRow]:
        """What is said of an act's relations in texts and entries that the owner may see."""
        return [
            row
            for row in self.view.relations
            if act in (row.source, row.target)
            and self.act(row.source)
            and self.act(row.target)
            and (row.edition_id is None or self.edition(row.edition_id) is not None)
        ]


_RANK: dict[str, int] = {Authority.OFFICIAL: 0, Authority.DIGEST: 1, Authority.USER: 2}


def reach_of(view: LibraryView, owner: Owner) -> Reach:
    """What an owner may see now. Raises LibraryError."""
    mine, others = _brought(view, owner)
    return Reach(view, owner, frozenset(mine), frozenset(others - mine))


def _brought(view: LibraryView, owner: Owner) -> tuple[set[int], set[int]]:
    """Keys of the editions that files of the owner or their groups gave, and that files of somebody gave."""
    groups = {group.id for group in owner.groups}
    columns = (UploadRow.owner, UploadRow.group_id, UploadRow.act, UploadRow.edition, UploadRow.authority)
    with reading(view.library) as session:
        rows = session.execute(select(*columns).where(UploadRow.deleted_at.is_(None))).all()
    mine: set[int] = set()
    all_of: set[int] = set()
    for whose, group, act, edition, authority in rows:
        keys = {row.id for row in view.editions_like(act, edition, authority)}
        if group in groups if group else whose == owner.id:
            mine |= keys
        if authority == Authority.USER:
            all_of |= keys
    return mine, all_of
