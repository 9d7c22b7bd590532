"""Tables of the library, the truth everything else is derived from.

Keys of chunks are never reused (AUTOINCREMENT): a vector whose chunk is gone can never be taken for
another chunk's.
"""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import JSON, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

SCHEMA_VERSION = 6


class Base(DeclarativeBase):
    """Declarative base of the library's tables."""

    type_annotation_map: ClassVar = {dict[str, Any]: JSON, list[Any]: JSON}


class MetaRow(Base):
    """Facts about the library itself: schema version, content version."""

    __tablename__ = "meta"
    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class ActRow(Base):
    """An act, held or only known from the catalogue."""

    __tablename__ = "acts"
    id: Mapped[str] = mapped_column(primary_key=True)
    title_ru: Mapped[str | None] = mapped_column(Text)
    title_en: Mapped[str | None] = mapped_column(Text)
    kind: Mapped[str]
    number: Mapped[str | None]
    date: Mapped[str | None]
    issuer: Mapped[str | None]
    issuer_en: Mapped[str | None]
    jurisdiction: Mapped[str | None]
    status: Mapped[str]
    status_note: Mapped[str | None] = mapped_column(Text)
    in_force_from: Mapped[str | None]
    in_force_to: Mapped[str | None]
    repealed_by: Mapped[str | None]
    official_url: Mapped[str | None]
    amendments_checked: Mapped[str | None]
    aliases: Mapped[list[Any]] = mapped_column(JSON, default=list)
    provision_dates: Mapped[list[Any]] = mapped_column(JSON, default=list)
    sources: Mapped[list[Any] | None] = mapped_column(JSON)
    in_catalogue: Mapped[bool] = mapped_column(default=False)
    editions: Mapped[list[EditionRow]] = relationship(back_populates="act", cascade="all, delete-orphan")


class RelationRow(Base):
    """``source`` amends, repeals, approves or cites ``target``. Partial dates as text.

    ``edition_id``: the edition whose text or sidecar says so; None for what the catalogue says.
    """

    __tablename__ = "relations"
    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str]
    target: Mapped[str] = mapped_column(index=True)
    date: Mapped[str | None]
    in_force_from: Mapped[str | None]
    note: Mapped[str | None] = mapped_column(Text)
    origin: Mapped[str]
    number: Mapped[str | None]
    provision: Mapped[str | None]
    offset: Mapped[int | None]
    edition_id: Mapped[int | None] = mapped_column(ForeignKey("editions.id", ondelete="CASCADE"), index=True)


class EditionRow(Base):
    """One text of an act. ``text`` is canonical: NFC, ``\\n``; ``edition`` a partial date or None."""

    __tablename__ = "editions"
    __table_args__ = (
        UniqueConstraint("act_id", "edition", "authority", "attachment"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    act_id: Mapped[str] = mapped_column(ForeignKey("acts.id", ondelete="CASCADE"), index=True)
    edition: Mapped[str | None]
    authority: Mapped[str]
    attachment: Mapped[int] = mapped_column(default=0)
    title: Mapped[str | None] = mapped_column(Text)
    lang: Mapped[str]
    valid_from: Mapped[str | None]
    valid_to: Mapped[str | None]
    text: Mapped[str] = mapped_column(Text, deferred=True)
    text_sha256: Mapped[str]
    page_starts: Mapped[list[Any]] = mapped_column(JSON, default=list, deferred=True)
    grammar: Mapped[str]
    pipeline: Mapped[str]
    provenance: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    act: Mapped[ActRow] = relationship(back_populates="editions")
    renditions: Mapped[list[RenditionRow]] = relationship(
        back_populates="edition", cascade="all, delete-orphan"
    )
    provisions: Mapped[list[ProvisionRow]] = relationship(
        back_populates="edition", cascade="all, delete-orphan", order_by="ProvisionRow.ordinal"
    )
    chunks: Mapped[list[ChunkRow]] = relationship(back_populates="edition", cascade="all, delete-orphan")
    notes: Mapped[list[NoteRow]] = relationship(back_populates="edition", cascade="all, delete-orphan")
    relations: Mapped[list[RelationRow]] = relationship(cascade="all, delete-orphan")


class RenditionRow(Base):
    """One file of an edition. ``sha256`` is of the bytes, ``sidecar_sha256`` of its JSON sidecar."""

    __tablename__ = "renditions"
    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id", ondelete="CASCADE"), index=True)
    path: Mapped[str] = mapped_column(Text, index=True)
    sha256: Mapped[str] = mapped_column(index=True)
    sidecar_sha256: Mapped[str | None]
    media_type: Mapped[str]
    page_count: Mapped[int | None]
    size: Mapped[int]
    is_primary: Mapped[bool]
    edition: Mapped[EditionRow] = relationship(back_populates="renditions")


class ProvisionRow(Base):
    """A node of an edition's outline; the columns are those of :class:`assistant.model.Provision`."""

    __tablename__ = "provisions"
    __table_args__ = (
        UniqueConstraint("edition_id", "pid"),
        Index("ix_provisions_pid", "pid"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id", ondelete="CASCADE"), index=True)
    ordinal: Mapped[int]
    pid: Mapped[str]
    parent: Mapped[str | None]
    kind: Mapped[str]
    number: Mapped[str | None]
    label: Mapped[str]
    heading: Mapped[str | None] = mapped_column(Text)
    heading_end: Mapped[int | None]
    start: Mapped[int]
    end: Mapped[int]
    own_end: Mapped[int]
    page: Mapped[int | None]
    last_page: Mapped[int | None]
    lang: Mapped[str]
    repealed: Mapped[bool] = mapped_column(default=False)
    valid_from: Mapped[str | None]
    valid_to: Mapped[str | None]
    confidence: Mapped[str | None]
    url: Mapped[str | None]
    note: Mapped[str | None] = mapped_column(Text)
    edition: Mapped[EditionRow] = relationship(back_populates="provisions")


class NoteRow(Base):
    """An editor's note or a footnote that stood at ``offset`` of the canonical text."""

    __tablename__ = "notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id", ondelete="CASCADE"), index=True)
    offset: Mapped[int]
    page: Mapped[int | None]
    kind: Mapped[str]
    text: Mapped[str] = mapped_column(Text)
    edition: Mapped[EditionRow] = relationship(back_populates="notes")


class ChunkRow(Base):
    """What is embedded: ``context`` (path of headings, lead-in) and the text ``[start, end)``.

    ``restates``: provision ids of the official text this digest statement restates. ``key``: words of ours,
    in ``key_lang``, by which the provision is found; embedded instead of the text, never shown.
    """

    __tablename__ = "chunks"
    __table_args__ = (
        Index("ix_chunks_edition_provision", "edition_id", "pid"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id", ondelete="CASCADE"))
    pid: Mapped[str]
    start: Mapped[int]
    end: Mapped[int]
    context: Mapped[str] = mapped_column(Text)
    lang: Mapped[str]
    restates: Mapped[list[Any]] = mapped_column(JSON, default=list)
    key: Mapped[str | None] = mapped_column(Text)
    key_lang: Mapped[str | None]
    edition: Mapped[EditionRow] = relationship(back_populates="chunks")

    @property
    def spoken(self) -> str:
        """The language of the words that are embedded."""
        return self.key_lang or self.lang

    def embedded(self, text: str) -> str:
        """What is embedded: the key, or the chunk of the edition's canonical ``text`` under its context."""
        if self.key is not None:
            return self.key
        own = text[self.start : self.end]
        return f"{self.context}\n{own}" if self.context else own


class FetchRow(Base):
    """What a site said of a document that is held: validators, and the hash of what was taken from it.

    ``checked_at``: when the site last said so, ISO 8601 in UTC. A file from the inbox is ``inbox:NAME``.
    """

    __tablename__ = "fetches"
    url: Mapped[str] = mapped_column(Text, primary_key=True)
    etag: Mapped[str | None] = mapped_column(Text)
    last_modified: Mapped[str | None]
    sha256: Mapped[str]
    checked_at: Mapped[str | None]


class WatchRow(Base):
    """Something a user watches. ``state``: what was last seen of it, reference -> hash or standing."""

    __tablename__ = "watches"
    __table_args__ = (UniqueConstraint("kind", "target"), {"sqlite_autoincrement": True})
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    target: Mapped[str]
    label: Mapped[str] = mapped_column(Text)
    since: Mapped[str]
    state: Mapped[dict[str, Any]] = mapped_column(JSON)


class ChangeRow(Base):
    """A change found in something watched."""

    __tablename__ = "watch_changes"
    id: Mapped[int] = mapped_column(primary_key=True)
    watch_id: Mapped[int] = mapped_column(ForeignKey("watches.id", ondelete="CASCADE"), index=True)
    happened_at: Mapped[str]
    kind: Mapped[str]
    ref: Mapped[str]
    before: Mapped[str | None] = mapped_column(Text)
    after: Mapped[str | None] = mapped_column(Text)
    seen: Mapped[bool] = mapped_column(default=False)


class SavedAnswerRow(Base):
    """An answer a user kept."""

    __tablename__ = "saved_answers"
    __table_args__ = ({"sqlite_autoincrement": True},)
    id: Mapped[int] = mapped_column(primary_key=True)
    question: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[str]
    answer: Mapped[dict[str, Any]] = mapped_column(JSON)


class VersionRow(Base):
    """A version the library has had. ``generation``: the latest at which this was its version."""

    __tablename__ = "versions"
    version: Mapped[str] = mapped_column(primary_key=True)
    generation: Mapped[int]
    made_at: Mapped[str]


class HeldRow(Base):
    """An edition as it was held from generation ``since`` until before ``until`` (None: it still is).

    The columns are those of the edition and of the file its text is from; what is unchanged is not repeated.
    """

    __tablename__ = "held_editions"
    id: Mapped[int] = mapped_column(primary_key=True)
    act_id: Mapped[str] = mapped_column(index=True)
    edition: Mapped[str | None]
    authority: Mapped[str]
    attachment: Mapped[int]
    text_sha256: Mapped[str]
    pipeline: Mapped[str]
    title: Mapped[str | None] = mapped_column(Text)
    path: Mapped[str | None] = mapped_column(Text)
    file_sha256: Mapped[str | None]
    since: Mapped[int]
    until: Mapped[int | None] = mapped_column(index=True)


class ActStateRow(Base):
    """What was known of an act's standing from generation ``since`` until before ``until``."""

    __tablename__ = "act_states"
    id: Mapped[int] = mapped_column(primary_key=True)
    act_id: Mapped[str] = mapped_column(index=True)
    status: Mapped[str]
    in_force_to: Mapped[str | None]
    amendments_checked: Mapped[str | None]
    since: Mapped[int]
    until: Mapped[int | None] = mapped_column(index=True)
