"""What ingest hands to the library: an edition with its file, outline, notes and chunks."""

from __future__ import annotations

from dataclasses import dataclass, field

from assistant.model import ActKind, ActStatus, Authority, Provision


@dataclass(slots=True)
class ActDraft:
    """An act as the catalogue or a file describes it. Fields as in :class:`~.schema.ActRow`."""

    id: str
    kind: str = ActKind.DOCUMENT
    title_ru: str | None = None
    title_en: str | None = None
    number: str | None = None
    date: str | None = None
    issuer: str | None = None
    issuer_en: str | None = None
    jurisdiction: str | None = None
    status: str = ActStatus.UNKNOWN
    status_note: str | None = None
    in_force_from: str | None = None
    in_force_to: str | None = None
    repealed_by: str | None = None
    official_url: str | None = None
    amendments_checked: str | None = None
    aliases: list[str] = field(default_factory=list)
    provision_dates: list[dict[str, str]] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    in_catalogue: bool = False


@dataclass(slots=True)
class RelationDraft:
    """One relation between acts; ``origin`` says who stated it (catalogue, text, sidecar).

    ``provision``: of ``target`` where it is amended or repealed in part, of ``source`` where it repeals,
    approves or cites; ``offset``: where the stating text says so. ``number``: the source's, as printed.
    """

    source: str
    kind: str
    target: str
    date: str | None = None
    in_force_from: str | None = None
    note: str | None = None
    origin: str = "catalogue"
    number: str | None = None
    provision: str | None = None
    offset: int | None = None


@dataclass(slots=True)
class FileDraft:
    """The file an edition came from."""

    path: str
    sha256: str
    media_type: str
    size: int
    page_count: int | None = None
    sidecar_sha256: str | None = None


@dataclass(slots=True)
class NoteDraft:
    """A note beside the text."""

    offset: int
    page: int | None
    kind: str
    text: str


@dataclass(slots=True)
class ChunkDraft:
    """What will be embedded: ``[start, end)`` of provision ``pid`` under ``context``, or ``key`` instead."""

    pid: str
    start: int
    end: int
    context: str
    lang: str
    restates: list[str] = field(default_factory=list)
    key: str | None = None
    key_lang: str | None = None


@dataclass(slots=True)
class EditionDraft:
    """One text of an act, ready to be stored."""

    act: ActDraft
    edition: str | None
    authority: Authority
    lang: str
    text: str
    grammar: str
    pipeline: str
    file: FileDraft
    provisions: list[Provision]
    chunks: list[ChunkDraft]
    notes: list[NoteDraft] = field(default_factory=list)
    relations: list[RelationDraft] = field(default_factory=list)
    page_starts: list[tuple[int, int]] = field(default_factory=list)
    attachment: int = 0
    title: str | None = None
    valid_from: str | None = None
    provenance: dict[str, str] = field(default_factory=dict)
