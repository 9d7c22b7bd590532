"""The vocabulary of the system: acts, editions, provisions, citations, claims and answers.

Everything that crosses a room's border or is printed by ``--json`` is one of these pydantic models.
Offsets count characters of an edition's canonical text (NFC, ``\\n`` line ends); ``end`` is exclusive.
Dates are ISO strings and may be partial (``2026``, ``2026-06``): see :mod:`assistant.dates`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Lang = Literal["ru", "en"]


class Authority(StrEnum):
    """Whose words an edition holds."""

    OFFICIAL = "official"
    DIGEST = "digest"
    USER = "user"


class Confidence(StrEnum):
    """How a digest's fact is known: read in the act, in an excerpt, in the press, or general knowledge."""

    TEXT = "text"
    EXCERPT = "excerpt"
    PRESS = "press"
    GENERAL = "general"


class Currency(StrEnum):
    """Standing of a cited text at the as-of date."""

    CURRENT = "current"
    AMENDED_TEXT_NOT_HELD = "amended_text_not_held"
    SUPERSEDED = "superseded"
    REPEALED = "repealed"
    NOT_YET_IN_FORCE = "not_yet_in_force"
    UNKNOWN = "unknown"


class ActKind(StrEnum):
    """Kinds of documents; the first group also names the kind step of an act id."""

    DECREE = "decree"
    FEDERAL_LAW = "federal_law"
    GOVERNMENT_RESOLUTION = "government_resolution"
    GOVERNMENT_ORDER = "government_order"
    MINISTRY_ORDER = "ministry_order"
    REGULATION = "regulation"
    EXECUTIVE_ORDER = "executive_order"
    STRATEGY = "strategy"
    PROGRAMME = "programme"
    NATIONAL_PROJECT = "national_project"
    FEDERAL_PROJECT = "federal_project"
    COMMISSION_DOCUMENT = "commission_document"
    REGIONAL_ACT = "regional_act"
    DRAFT_LAW = "draft_law"
    SUPPORT_MEASURE = "support_measure"
    STANDARD = "standard"
    FRAMEWORK = "framework"
    GUIDELINES = "guidelines"
    RECOMMENDATION = "recommendation"
    TREATY = "treaty"
    CODE_OF_ETHICS = "code_of_ethics"
    DOCUMENT = "document"


class ActStatus(StrEnum):
    """Where an act stands in its life; a free note beside it says what a word cannot."""

    IN_FORCE = "in_force"
    NOT_YET_IN_FORCE = "not_yet_in_force"
    REPEALED = "repealed"
    COMPLETED = "completed"
    DRAFT = "draft"
    VOLUNTARY = "voluntary"
    UNKNOWN = "unknown"


class RelationKind(StrEnum):
    """How one act bears on another."""

    AMENDS = "amends"
    REPEALS = "repeals"
    APPROVES = "approves"
    CITES = "cites"


class Record(BaseModel):
    """Base of every model here: unknown fields are errors."""

    model_config = ConfigDict(extra="forbid", use_enum_values=True)


class Identity(Record):
    """What a file says it is. ``provenance`` names, field by field, where the value was taken from.

    ``attachment``: the text is this attachment of the act (the Strategy is attachment 1 of Указ 490).
    """

    act: str | None = None
    title: str | None = None
    number: str | None = None
    date: str | None = None
    issuer: str | None = None
    kind: ActKind | None = None
    jurisdiction: str | None = None
    edition: str | None = None
    attachment: int | None = None
    lang: Lang | None = None
    provenance: dict[str, str] = Field(default_factory=dict)


class Provision(Record):
    """A node of an edition's outline.

    ``id``: the citable steps joined by ``/`` (``att1/p27/в``). ``parent``: id of the node above or None.
    ``label``: as a lawyer writes it. ``heading``: its own title line, if it has one. ``heading_end``: the
    offset where the heading ends, ``start`` when there is none.
    ``[start, end)`` covers the node with everything below it. ``own_end``: where the node's own text
    (number, heading and lead-in) ends and its first child begins; equals ``end`` for a leaf.
    ``page``/``last_page`` are the file's page numbers from 1, or None where the format has no pages.
    ``kind``: section, chapter, article, part, point, subpoint, paragraph, recital, annex, fact, …
    ``valid_from``: the partial date from which it applies, ``valid_to``: the first day on which it no longer
    does, where it has its own.
    ``note``: what a digest's reader should know of a statement: doubts, contradictions, what may be stale.
    """

    id: str
    parent: str | None = None
    kind: str
    number: str | None = None
    label: str
    heading: str | None = None
    heading_end: int | None = None
    start: int
    end: int
    own_end: int
    page: int | None = None
    last_page: int | None = None
    lang: Lang
    repealed: bool = False
    valid_from: str | None = None
    valid_to: str | None = None
    confidence: Confidence | None = None
    url: str | None = None
    note: str | None = None


class Hit(Record):
    """One ranked provision, as ``ai-policy search --json`` prints it."""

    rank: int
    score: float
    ref: str
    act: str
    title: str
    number: str | None
    date: str | None
    issuer: str | None
    edition: str | None
    currency: Currency
    authority: Authority
    provision: str
    label: str
    page: int | None
    start: int
    end: int
    text: str
    lang: Lang


class Gloss(Record):
    """Words of ours beside a quotation, never in its place.

    ``by``: a digest's restatement of the same provision in the answer's language, or a translation by a
    language model. ``ref``: where they stand. ``confidence``: how a digest knows them.
    """

    text: str
    by: Literal["digest", "llm"]
    ref: str
    confidence: Confidence | None = None


class Citation(Record):
    """A quotation and where it stands. Valid only if ``canonical_text[start:end] == quote``.

    ``note``: doubts about a digest's statement. ``standing``: why the text is not simply current: the
    amendment whose text is missing, what repealed or replaced it, from when it applies. ``gloss``: our own
    words for the same, for a reader of another language or of a long provision.
    """

    id: int
    ref: str
    act: str
    title: str
    number: str | None
    date: str | None
    edition: str | None
    currency: Currency
    authority: Authority
    confidence: Confidence | None
    provision: str
    label: str
    page: int | None
    start: int
    end: int
    quote: str
    url: str | None
    note: str | None = None
    standing: str | None = None
    gloss: Gloss | None = None


class Claim(Record):
    """One statement of an answer. ``citations``: ids of :class:`Citation`, at least one."""

    text: str
    citations: list[int] = Field(min_length=1)
    support: Literal["verbatim", "entailed"]


class Withheld(Record):
    """A statement the verifier did not let through, and why."""

    text: str
    reason: str


class Option(Record):
    """One reading of an ambiguous question: what to show, and the question to ask instead."""

    label: str
    question: str


class MadeWith(Record):
    """What an answer was made with beside the library: with it, the question can be asked again as it was.

    program: its version. llm: ``extractive`` or ``provider:model``. lang: the language asked for, None for
    the question's own. as_of_given: the date was set by the person, not taken from the day. filters: those
    set. embedder: name and the beginning of its fingerprint. settings: those of retrieval and answer that
    differ from their defaults. What was taken from a conversation stands in ``Answer.rewritten``.
    """

    program: str
    llm: str
    lang: Lang | None = None
    as_of_given: bool = False
    filters: dict[str, str] = Field(default_factory=dict)
    embedder: str
    settings: dict[str, dict[str, Any]] = Field(default_factory=dict)


class CheckLine(Record):
    """A line of a check as an answer tells it.

    kind: the verdict, a heading, plain words, or a criterion or measure with its ``mark``. claim: the place
    of its :class:`Claim` in the answer, from 0, where it is one.
    """

    kind: Literal["verdict", "heading", "text", "item"]
    text: str
    mark: Literal["met", "not_met", "unknown"] | None = None
    claim: int | None = None


class CheckOffered(Record):
    """A check of support or duties that an answer tells, to be gone on with in the form.

    measure: its id, None for all of them. facts: what the question says of the company, as in a profile.
    verdict: of the one measure. lines: the answer line by line, without its notes.
    """

    measure: str | None = None
    facts: dict[str, str] = Field(default_factory=dict)
    verdict: Literal["eligible", "not_eligible", "insufficient"] | None = None
    lines: list[CheckLine] = Field(default_factory=list)


class Answer(Record):
    """What ``ai-policy ask --json`` prints: claims, an abstention or a clarifying question.

    ``corrections``: what the question assumes and the texts contradict. ``notes``: what the reader should
    know of how the answer came about: statements withheld, a model that failed. ``check``: where the
    answer checks support measures for a company. ``carried``: what of the conversation went into
    ``rewritten``. ``made_with``: None in answers saved before it was kept.
    """

    status: Literal["answered", "abstained", "clarify"]
    language: Lang
    question: str
    rewritten: str | None = None
    answer: str
    claims: list[Claim] = Field(default_factory=list)
    citations: list[Citation] = Field(default_factory=list)
    conflicts: list[str] = Field(default_factory=list)
    corrections: list[str] = Field(default_factory=list)
    notes: list[str] = Field(default_factory=list)
    carried: list[str] = Field(default_factory=list)
    withheld: list[Withheld] = Field(default_factory=list)
    nearest: list[str] = Field(default_factory=list)
    missing: list[str] = Field(default_factory=list)
    options: list[Option] = Field(default_factory=list)
    as_of: str
    library_version: str
    backend: str
    made_with: MadeWith | None = None
    check: CheckOffered | None = None
    usage: dict[str, int | float | str] = Field(default_factory=dict)
    timings_ms: dict[str, float] = Field(default_factory=dict)


class EditionSummary(Record):
    """One held edition in a list of acts. ``provisions`` and ``renditions`` are counts."""

    edition: str | None
    authority: Authority
    provisions: int
    renditions: int


class ActSummary(Record):
    """One act as ``ai-policy acts --json`` lists it; ``editions`` is empty for an act not held.

    ``text_held``: whether an official text is. ``sources``: where the official text is to be had.
    ``checked_at``: when one of them last gave the text that is held, ISO 8601 in UTC.
    """

    act: str
    title: str
    kind: str
    number: str | None
    date: str | None
    issuer: str | None
    jurisdiction: str | None
    editions: list[EditionSummary]
    currency: Currency
    text_held: bool = False
    sources: list[str] = Field(default_factory=list)
    checked_at: str | None = None


class Shown(Record):
    """The text of an act or a provision, as ``ai-policy show --json`` prints it.

    ``standing``: why it is not simply current. ``repealed``: ids of provisions inside it that are repealed.
    """

    ref: str
    act: str
    edition: str | None
    provision: str | None
    label: str
    text: str
    start: int
    end: int
    pages: list[int]
    currency: Currency
    standing: str | None = None
    repealed: list[str] = Field(default_factory=list)


class WordChange(Record):
    """A run of words that both editions have, or only the earlier, or only the later."""

    op: Literal["equal", "removed", "added"]
    text: str


class EditionChange(Record):
    """One provision that differs between two editions, as ``ai-policy diff --json`` prints it.

    ``before``/``after``: its own text, or all of it where it was removed or added. ``moved_from``: it stood
    under this id. ``repealed``: what is left of it says that it is repealed. ``from_edition``/``to_edition``:
    the editions compared.
    """

    provision: str
    label: str
    change: Literal["added", "removed", "changed"]
    before: str | None
    after: str | None
    words: list[WordChange] = Field(default_factory=list)
    moved_from: str | None = None
    repealed: bool = False
    from_edition: str | None = None
    to_edition: str | None = None


class PathReason(Record):
    """A path, and why it was not ingested or what was found in it."""

    path: str
    reason: str


class SavedAnswer(Record):
    """An answer kept under an id: ``answer-3``."""

    id: str
    saved_at: str
    answer: Answer


class Watch(Record):
    """Something watched: an act, a provision (``act#provision``) or a saved answer. ``unseen``: changes."""

    id: int
    kind: Literal["act", "provision", "answer"]
    target: str
    label: str
    since: str
    unseen: int = 0


class WatchChange(Record):
    """A change in something watched. ``before``/``after``: edition or standing, where they say something."""

    watch: int
    target: str
    label: str
    happened_at: str | None = None
    kind: Literal[
        "new_edition",
        "standing_changed",
        "text_changed",
        "provision_added",
        "provision_removed",
        "quotation_gone",
        "citation_changed",
    ]
    ref: str
    before: str | None = None
    after: str | None = None


class SyncEntry(Record):
    """What became of one address: ``fetched`` (held now for the first time), ``new_edition`` (``changed``:
    ids of provisions that differ from the one before, the first of them), ``unchanged``, ``by_hand`` (the
    reason says what to do), ``failed``, or ``planned`` in a dry run.
    """

    act: str
    state: Literal["planned", "fetched", "new_edition", "unchanged", "by_hand", "failed"]
    reason: str
    url: str | None = None
    changed: list[str] = Field(default_factory=list)


class SyncReport(Record):
    """What ``ai-policy sync --json`` prints."""

    entries: list[SyncEntry] = Field(default_factory=list)
    watched: list[WatchChange] = Field(default_factory=list)
    seconds: float = 0.0


class IngestReport(Record):
    """What ``ai-policy ingest --json`` prints. The first three lists hold act ids.

    ``hidden``: text and characters of a file that nobody sees; they are not in the act's text.
    """

    added: list[str] = Field(default_factory=list)
    updated: list[str] = Field(default_factory=list)
    unchanged: list[str] = Field(default_factory=list)
    skipped: list[PathReason] = Field(default_factory=list)
    failed: list[PathReason] = Field(default_factory=list)
    hidden: list[PathReason] = Field(default_factory=list)
    provisions: int = 0
    chunks: int = 0
    seconds: float = 0.0
    watched: list[WatchChange] = Field(default_factory=list)


def provision_ref(act: str, provision: str | None) -> str:
    """Join an act id and a provision id into a reference: ``ru-ukaz-490-2019#att1/p27/в``."""
    return f"{act}#{provision}" if provision else act


def stands_in(provision: str, above: str) -> bool:
    """Whether a provision is ``above`` or stands below it, by their ids."""
    return provision == above or provision.startswith(f"{above}/")


def page_at(page_starts: Sequence[tuple[int, int]], offset: int) -> int | None:
    """The page on which the character at ``offset`` stands, or None without pages."""
    if not page_starts:
        return None
    found = bisect_right(page_starts, offset, key=lambda entry: entry[0])
    return page_starts[max(0, found - 1)][1]
