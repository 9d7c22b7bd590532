"""The embedded corpus (catalogue and digests) -> the library.

A digest is an edition of authority ``digest``: one text with every statement in Russian and English. Each
statement is a chunk of its own, and a search key of the official provision it restates.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import corpus
from assistant.bodies import bodies
from assistant.library import Library
from assistant.library.currency import provision_date
from assistant.library.drafts import ChunkDraft, EditionDraft, FileDraft
from assistant.model import Authority, IngestReport, Provision
from ingest.bodies import check_bodies
from ingest.build import PIPELINE, sha256
from ingest.catalogue import Catalogue, load_catalogue
from ingest.digest import Digest, digest_edition, load_digests

CORPUS = Path(corpus.__file__).parent

Period = tuple[str | None, str | None]  # partial dates: the first day, and the first day no longer in it


def embedded_catalogue() -> Catalogue:
    """The catalogue that comes with the program."""
    return load_catalogue(CORPUS / "catalogue.yaml")


def put_catalogue(library: Library, catalogue: Catalogue) -> None:
    """Store what the catalogue says, unless the library has it already."""
    content = sha256(catalogue.model_dump_json().encode())
    library.put_catalogue(catalogue.drafts(), catalogue.relations(), content)


def parallel_statements() -> list[tuple[str, str]]:
    """(Russian, English) wordings of the embedded digests' statements."""
    facts = (fact for digest in load_digests(CORPUS / "digests") for fact in digest.facts)
    return [(fact.ru, fact.en) for fact in facts]


def ingest_embedded(
    library: Library, catalogue: Catalogue, progress: Callable[[str, int, int], None] | None = None
) -> IngestReport:
    """Load every digest; unchanged ones are left alone. Raises PolicyError for a damaged corpus."""
    started = time.monotonic()
    digests = load_digests(CORPUS / "digests")
    check_bodies(bodies(), digests, catalogue)
    report = IngestReport()
    _drop_stale(library, {digest.act: digest.reviewed for digest in digests})
    held = {row.act_id: row for row in library.editions() if row.authority == Authority.DIGEST}
    known = {row.edition_id: row.sha256 for row in library.renditions()}
    for position, digest in enumerate(digests):
        if progress:
            progress(digest.act, position, len(digests))
        row = held.get(digest.act)
        path = CORPUS / "digests" / f"{digest.act}.yaml"
        content = _content(digest, catalogue, path)
        if row is not None and known.get(row.id) == content and row.pipeline == PIPELINE:
            report.unchanged.append(digest.act)
            continue
        draft = draft_of(digest, catalogue, path)
        _, new = library.put_edition(draft)
        (report.added if new else report.updated).append(digest.act)
        report.provisions += len(draft.provisions)
        report.chunks += len(draft.chunks)
    report.seconds = round(time.monotonic() - started, 2)
    return report


def _drop_stale(library: Library, reviewed: dict[str, str]) -> None:
    """Remove digests that the corpus no longer has, and earlier reviews of those it has."""
    for row in library.editions():
        if row.authority == Authority.DIGEST and reviewed.get(row.act_id) != row.edition:
            library.remove_edition(row.id)


def _periods(digest: Digest, catalogue: Catalogue) -> dict[str, Period]:
    """Fact (``digest/3``) -> the period in which what it says holds, where it is limited.

    What the fact says of itself comes first. Else it begins when what it restates begins to apply, where
    every provision has its own date: of several the first to apply counts, and the catalogue's nearest dated
    provision holds for what stands below it.
    """
    act = catalogue.get(digest.act)
    dated = {entry.provision: entry.in_force_from for entry in act.provision_dates} if act else {}
    found = {}
    for fact in digest.facts:
        begin = [provision_date(dated, ref) for ref in fact.refs]
        known = [day for day in begin if day]
        restated = min(known) if known and len(known) == len(begin) else None
        period = (fact.in_force_from or restated, fact.in_force_to)
        if any(period):
            found[f"digest/{fact.id}"] = period
    return found


def _dated(node: Provision, period: Period) -> Provision:
    return node.model_copy(update={"valid_from": period[0], "valid_to": period[1]})


def _content(digest: Digest, catalogue: Catalogue, path: Path) -> str:
    """What tells a digest from another state of it: its file, and the catalogue's dates for its facts."""
    return sha256(path.read_bytes() + repr(sorted(_periods(digest, catalogue).items())).encode())


def draft_of(digest: Digest, catalogue: Catalogue, path: Path) -> EditionDraft:
    """The edition the library stores of a digest read from ``path``."""
    periods = _periods(digest, catalogue)
    text, provisions = digest_edition(digest)
    provisions = [_dated(node, periods.get(node.parent or node.id, (None, None))) for node in provisions]
    act = catalogue.get(digest.act)
    assert act is not None, digest.act
    facts = {f"digest/{fact.id}": fact for fact in digest.facts}
    chunks = []
    for node in provisions:
        fact = facts.get(node.parent or "")
        if fact is None:
            continue
        title = digest.title_ru if node.lang == "ru" else digest.title_en
        chunks.append(
            ChunkDraft(node.id, node.start, node.end, title, node.lang, restates=list(fact.refs or ()))
        )
    return EditionDraft(
        act=act.draft(),
        edition=digest.reviewed,
        authority=Authority.DIGEST,
        lang="ru",
        text=text,
        grammar="digest",
        pipeline=PIPELINE,
        file=FileDraft(str(path), _content(digest, catalogue, path), "application/yaml", path.stat().st_size),
        provisions=provisions,
        chunks=chunks,
        title=None,
        provenance={"act": "corpus"},
    )
