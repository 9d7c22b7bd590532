"""The SQL of what a user watches: watches with the state last seen, saved answers, changes found."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from assistant.library.schema import ChangeRow, SavedAnswerRow, WatchRow
from assistant.library.store import Library, pairs
from assistant.model import Answer, SavedAnswer, Watch, WatchChange


def save_answer(library: Library, answer: Answer) -> SavedAnswer:
    """Keep an answer; its id names it from then on."""
    row = SavedAnswerRow(question=answer.question, saved_at=_now(), answer=answer.model_dump(mode="json"))
    with library.session() as session:
        session.add(row)
        session.commit()
        return _saved(row)


def saved_answer(library: Library, key: int) -> SavedAnswer | None:
    """The saved answer of this number, or None."""
    with library.session() as session:
        row = session.get(SavedAnswerRow, key)
        return _saved(row) if row else None


def add_watch(library: Library, kind: str, target: str, label: str, state: dict[str, str]) -> Watch:
    """Store a watch, or return the one that watches the same already."""
    with library.session() as session:
        row = session.scalar(select(WatchRow).where(WatchRow.kind == kind, WatchRow.target == target))
        if row is None:
            row = WatchRow(kind=kind, target=target, label=label, since=_now(), state=state)
            session.add(row)
            session.commit()
        return _watch(row, _unseen(session).get(row.id, 0))


def watches(library: Library) -> list[Watch]:
    """All watches, oldest first, with the number of their unseen changes."""
    with library.session() as session:
        unseen = _unseen(session)
        return [
            _watch(row, unseen.get(row.id, 0))
            for row in session.scalars(select(WatchRow).order_by(WatchRow.id))
        ]


def states(library: Library) -> list[tuple[Watch, dict[str, str]]]:
    """Every watch with the state it was last seen in."""
    with library.session() as session:
        rows = session.scalars(select(WatchRow).order_by(WatchRow.id))
        return [(_watch(row, 0), dict(row.state)) for row in rows]


def remove_watch(library: Library, key: int) -> bool:
    """Forget a watch and its changes; False where there is none."""
    with library.session() as session:
        session.execute(delete(ChangeRow).where(ChangeRow.watch_id == key))
        gone = session.execute(delete(WatchRow).where(WatchRow.id == key).returning(WatchRow.id)).all()
        session.commit()
        return bool(gone)


def record(
    library: Library, key: int, state: dict[str, str], changes: Iterable[WatchChange]
) -> list[WatchChange]:
    """Store the changes of a watch with the state that is the last seen now, both or neither."""
    rows = [
        ChangeRow(
            watch_id=key,
            happened_at=_now(),
            kind=each.kind,
            ref=each.ref,
            before=each.before,
            after=each.after,
        )
        for each in changes
    ]
    with library.session() as session:
        session.execute(update(WatchRow).where(WatchRow.id == key).values(state=state))
        session.add_all(rows)
        session.commit()
        watch = session.get_one(WatchRow, key)
        return [_change(row, watch) for row in rows]


def changes(library: Library, *, unseen: bool = True) -> list[WatchChange]:
    """The changes found, newest first; with ``unseen`` only those nobody has marked as seen."""
    query = select(ChangeRow, WatchRow).join(WatchRow, WatchRow.id == ChangeRow.watch_id)
    if unseen:
        query = query.where(ChangeRow.seen.is_(False))
    with library.session() as session:
        return [_change(row, watch) for row, watch in session.execute(query.order_by(ChangeRow.id.desc()))]


def mark_seen(library: Library) -> int:
    """Mark all changes as seen; returns how many were not."""
    with library.session() as session:
        marked = session.execute(
            update(ChangeRow).where(ChangeRow.seen.is_(False)).values(seen=True).returning(ChangeRow.id)
        ).all()
        session.commit()
        return len(marked)


def _unseen(session: Session) -> dict[int, int]:
    counted = select(ChangeRow.watch_id, func.count()).where(ChangeRow.seen.is_(False))
    return pairs(session, counted.group_by(ChangeRow.watch_id))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _saved(row: SavedAnswerRow) -> SavedAnswer:
    return SavedAnswer(id=f"answer-{row.id}", saved_at=row.saved_at, answer=Answer.model_validate(row.answer))


def _watch(row: WatchRow, unseen: int) -> Watch:
    return Watch(id=row.id, kind=row.kind, target=row.target, label=row.label, since=row.since, unseen=unseen)


def _change(row: ChangeRow, watch: WatchRow) -> WatchChange:
    return WatchChange(
        watch=watch.id,
        target=watch.target,
        label=watch.label,
        happened_at=row.happened_at,
        kind=row.kind,
        ref=row.ref,
        before=row.before,
        after=row.after,
    )
