"""The SQL of keys: what of a library is to be indexed, and what has come and gone.

A key is never given twice, later chunks have higher ones, and a chunk is never changed (:class:`.ChunkRow`).
"""

from __future__ import annotations

from sqlalchemy import func, select

from assistant.library.schema import ChunkRow, EditionRow
from assistant.library.store import Library, pairs


def chunk_keys(library: Library) -> list[tuple[int, int, str]]:
    """(key, edition key, language) of every chunk."""
    query = select(ChunkRow.id, ChunkRow.edition_id, ChunkRow.lang)
    with library.session() as session:
        return [(chunk, edition, lang) for chunk, edition, lang in session.execute(query)]


def keys_above(library: Library, highest: int) -> set[int]:
    """Keys of the chunks that came after the one with the key ``highest``."""
    with library.session() as session:
        return set(session.scalars(select(ChunkRow.id).where(ChunkRow.id > highest)))


def keys_of(library: Library, edition: int) -> set[int]:
    """Keys of the chunks of an edition; none for one that is not there."""
    with library.session() as session:
        return set(session.scalars(select(ChunkRow.id).where(ChunkRow.edition_id == edition)))


def counts_up_to(library: Library, highest: int) -> dict[int, int]:
    """Edition key -> how many of its chunks have keys up to ``highest``."""
    query = (
        select(ChunkRow.edition_id, func.count()).where(ChunkRow.id <= highest).group_by(ChunkRow.edition_id)
    )
    with library.session() as session:
        return pairs(session, query)


def editions_of_acts(library: Library, prefix: str) -> set[int]:
    """Keys of the editions of acts whose ids begin with ``prefix``."""
    query = select(EditionRow.id).where(EditionRow.act_id.startswith(prefix, autoescape=True))
    with library.session() as session:
        return set(session.scalars(query))
