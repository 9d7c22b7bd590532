"""What a model made of a library's chunks, kept beside the library on its server, for every machine to take.

A model is slow, a row is quick to fetch: who adds a chunk to the library keeps its vector and its token codes
here, and the others index it without reading it. Means and directions that were learnt lie here too, for they
must be the same everywhere: vectors made by others cannot be compared.

All of it is derived. The tables are no part of the library's schema and have no history; a row goes with its
chunk.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, MetaData, String, Table, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from assistant.index.late import TokenCodes
from assistant.library import Library
from assistant.library.schema import ChunkRow

if TYPE_CHECKING:
    from assistant.index.indexes import Indexes

ASKED_AT_ONCE = 256  # rows of about 12 KB
LOCK = 7_260_412  # any number that no other lock of this program takes

_tables = MetaData()
ChunkRow.__table__.to_metadata(_tables)  # type: ignore[attr-defined]
MADE = Table(
    "derived_chunks",
    _tables,
    # By which model and means: another name, other numbers.
    Column("made_by", String, primary_key=True),
    Column("chunk", Integer, ForeignKey("chunks.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("vector", LargeBinary, nullable=False),
    Column("codes", LargeBinary),
)
FILES = Table(
    "derived_files",
    _tables,
    Column("name", String, primary_key=True),
    Column("data", LargeBinary, nullable=False),
)
COMPLETE = "complete-"  # before a collection's name: the generation it was completed for


class Shared:
    """The derived data of one library on a server. Raises ServerError."""

    def __init__(self, library: Library) -> None:
        self._library = library
        with self._session() as session:
            # Two may make them at the same time: the lock of the transaction lets one go first.
            session.connection().exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
            for table in (MADE, FILES):
                table.create(session.connection(), checkfirst=True)

    @classmethod
    def of(cls, library: Library) -> Shared | None:
        """That of a library; None for one in a file, which nobody shares."""
        return cls(library) if library.on_server else None

    @contextmanager
    def _session(self) -> Iterator[Session]:
        with self._library.session() as session:
            yield session
            session.commit()

    # ── what was made of chunks ───────────────────────────────────────────────────────────────

    def get(
        self, made_by: str, chunks: Sequence[int], dimension: int, directions: int | None
    ) -> dict[int, tuple[np.ndarray, TokenCodes | None]]:
        """Chunk key -> its raw vector, float32 [dimension], and its token codes; unknown ones are left out.

        ``directions``: numbers of a token's code; None: no codes are wanted. Rows of another shape count as
        unknown.
        """
        found: dict[int, tuple[np.ndarray, TokenCodes | None]] = {}
        with self._session() as session:
            for first in range(0, len(chunks), ASKED_AT_ONCE):
                part = list(chunks[first : first + ASKED_AT_ONCE])
                query = select(MADE.c.chunk, MADE.c.vector, MADE.c.codes).where(
                    MADE.c.made_by == made_by, MADE.c.chunk.in_(part)
                )
                for chunk, vector, codes in session.execute(query):
                    if len(vector) != 4 * dimension or (directions is not None and codes is None):
                        continue
                    code = TokenCodes.from_bytes(codes, directions) if directions is not None else None
                    found[chunk] = np.frombuffer(vector, "<f4").astype(np.float32), code
        return found

    def put(
        self,
        made_by: str,
        chunks: Sequence[int],
        vectors: np.ndarray,
        codes: Sequence[TokenCodes | None],
    ) -> None:
        """Keep what was made of chunks; what is there stays as it is."""
        rows = [
            {
                "made_by": made_by,
                "chunk": chunk,
                "vector": vector.astype("<f4").tobytes(),
                "codes": None if code is None else code.to_bytes(),
            }
            for chunk, vector, code in zip(chunks, vectors, codes, strict=True)
        ]
        if rows:
            with self._session() as session:
                session.execute(insert(MADE).on_conflict_do_nothing(), rows)

    def forget(self) -> None:
        """Forget what was made of chunks, by whatever model, and what was complete; what was learnt stays."""
        with self._session() as session:
            session.execute(delete(MADE))
            session.execute(delete(FILES).where(FILES.c.name.startswith(COMPLETE, autoescape=True)))

    # ── what was learnt ───────────────────────────────────────────────────────────────────────

    def take_learnt(self, indexes: Indexes, *, put: bool = False) -> None:
        """Have the means and directions of the present embedder as they lie here.

        ``put``: where they are not here yet, keep one's own; only the one writer may.
        """
        changed = False
        for name in ("profile_file", "token_profile_file", "tokenless_file"):
            file: Path = getattr(indexes, name)
            kept, own = self._file(file.name), file.read_bytes() if file.is_file() else None
            if put and kept is None and own is not None:
                self._put_file(file.name, own)
            elif kept is not None and kept != own:
                file.parent.mkdir(parents=True, exist_ok=True)
                partial = file.with_name(f"{file.name}.partial")
                partial.write_bytes(kept)
                partial.replace(file)
                changed = True
        if changed:
            indexes.forget_profiles()

    def complete(self, collection: str) -> int | None:
        """The generation of the library for which vectors of this name were last completed."""
        found = self._file(f"{COMPLETE}{collection}")
        return int(found) if found is not None else None

    def note_complete(self, collection: str, generation: int) -> None:
        """Say for which generation vectors are complete."""
        self._put_file(f"{COMPLETE}{collection}", str(generation).encode())

    def withdraw_complete(self, collection: str) -> None:
        """Say of vectors that are about to be changed that they are complete for nothing."""
        with self._session() as session:
            session.execute(delete(FILES).where(FILES.c.name == f"{COMPLETE}{collection}"))

    def _file(self, name: str) -> bytes | None:
        with self._session() as session:
            found = session.scalar(select(FILES.c.data).where(FILES.c.name == name))
        return None if found is None else bytes(found)

    def _put_file(self, name: str, data: bytes) -> None:
        row = insert(FILES).values(name=name, data=data)
        with self._session() as session:
            session.execute(row.on_conflict_do_update(index_elements=["name"], set_={"data": data}))
