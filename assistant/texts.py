"""Acts and provisions to read: their text, where a citation stands, what the library holds."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from assistant.dates import is_partial_date
from assistant.diff import compare
from assistant.errors import InputError, LibraryError, NotHeldError
from assistant.library.originals import Originals, originals_at
from assistant.library.schema import EditionRow
from assistant.library.view import EditionView, Filters, LibraryView
from assistant.model import (
    ActSummary,
    Authority,
    Citation,
    Currency,
    EditionChange,
    EditionSummary,
    Lang,
    Provision,
    Shown,
    provision_ref,
)
from assistant.query import read_provision
from assistant.standing import why

log = logging.getLogger(__name__)

CONTEXT_CHARS = 1200  # shown before and after a cited provision


@dataclass(frozen=True, slots=True)
class Source:
    """A citation in its surroundings, for a reader to check.

    ``before`` + ``quote`` + ``after`` is a stretch of the canonical text; ``headings`` the path above.
    ``file``: the edition's primary file on this machine (None for a digest, or where it cannot be had or was
    not asked for), ``media_type`` its type.
    """

    citation: Citation
    headings: list[str]
    before: str
    quote: str
    after: str
    file: Path | None
    media_type: str | None


def show_text(
    view: LibraryView, act: str, provision: str | None, edition: str | None, day: date, lang: Lang
) -> Shown:
    """The text of an act, or of one provision as typed. Raises InputError or NotHeldError."""
    rows = _editions(view, act, edition, day)
    row, node = (rows[0], None) if provision is None else _find(view, rows, provision)
    loaded = view.edition(row.id)
    start, end = (node.start, node.end) if node else (0, len(loaded.text))
    pages = [page for page in (loaded.page(start), loaded.page(max(start, end - 1))) if page]
    return Shown(
        ref=provision_ref(act, node.id if node else None),
        act=act,
        edition=row.edition,
        provision=node.id if node else None,
        label=node.label if node else (row.title or view.title(act, row.lang)),
        text=loaded.text[start:end],
        start=start,
        end=end,
        pages=list(range(pages[0], pages[-1] + 1)) if pages else [],
        currency=view.currency(row.id, day, node),
        standing=why(view, row.id, day, node, lang),
        repealed=[
            each.id for each in loaded.provisions.values() if each.repealed and start <= each.start < end
        ],
    )


def _check_edition(edition: str | None) -> None:
    """Raise InputError for an edition that is no date."""
    if edition and not is_partial_date(edition):
        raise InputError(
            f"'{edition}' is not a date. Write the edition as YYYY-MM-DD.",
            f"«{edition}» — не дата. Укажите редакцию в виде ГГГГ-ММ-ДД.",
        )


def _editions(view: LibraryView, act: str, edition: str | None, day: date) -> list[EditionRow]:
    """The editions of an act to look in, the official text first, the act itself before attachments."""
    _check_edition(edition)
    held = view.of_act(act)
    if edition:
        wanted = [row for row in held if row.edition == edition]
    else:
        inside = view.in_scope(Filters(as_of=day, act=act))
        wanted = [row for row in held if row.id in inside]
    if wanted:
        return sorted(wanted, key=lambda row: (row.authority != Authority.OFFICIAL, row.attachment))
    have = ", ".join(row.edition or "?" for row in held) or "—"
    raise NotHeldError(
        f"The library has no such text of {act} (editions held: {have}). Ingest the file, or choose an "
        "edition that is held.",
        f"В библиотеке нет такого текста {act} (имеющиеся редакции: {have}). Загрузите файл или выберите "
        "имеющуюся редакцию.",
    )


def _find(view: LibraryView, rows: Sequence[EditionRow], typed: str) -> tuple[EditionRow, Provision]:
    act = rows[0].act_id
    paths = read_provision(typed, view.acts[act].jurisdiction)
    for row in rows:
        for path in paths:
            node = view.edition(row.id).find(path)
            if node is not None:
                return row, node
    raise NotHeldError(
        f"{act} has no provision '{typed}' in this edition. 'ai-policy show {act}' prints all of it.",
        f"В этой редакции {act} нет положения «{typed}». «ai-policy show {act}» выводит её целиком.",
    )


def compare_editions(view: LibraryView, act: str, from_: str | None, to: str | None) -> list[EditionChange]:
    """What changed between two held editions of an act; without dates, between the two latest.

    Raises InputError for what is no date, NotHeldError where there are no two texts to compare.
    """
    for given in (from_, to):
        _check_edition(given)
    before, after = _pair(view, act, from_, to)
    changes = compare(view.edition(before.id), view.edition(after.id))
    for change in changes:
        change.from_edition, change.to_edition = before.edition, after.edition
    return changes


def _pair(view: LibraryView, act: str, from_: str | None, to: str | None) -> tuple[EditionRow, EditionRow]:
    """The two editions to compare: texts of the act, the earlier first."""
    texts = [row for row in view.of_act(act) if row.authority != Authority.DIGEST and row.edition]
    official = [row for row in texts if row.authority == Authority.OFFICIAL]
    texts = official if len(official) > 1 else texts
    texts.sort(key=lambda row: (row.edition or "", row.authority == Authority.OFFICIAL))
    ends = [row for row in texts if to is None or row.edition == to]
    after = ends[-1] if ends else None
    starts = [
        row
        for row in texts
        if after
        and row.attachment == after.attachment
        and (row.edition or "") < (after.edition or "")
        and (not from_ or row.edition == from_)
    ]
    if after is None or not starts or starts[-1].id == after.id:
        have = ", ".join(row.edition or "?" for row in texts) or "—"
        raise NotHeldError(
            f"There are no two such editions of {act} to compare (editions held: {have}). Ingest the other "
            "edition, or choose among those held with --from and --to.",
            f"Нет двух таких редакций {act} для сравнения (имеющиеся редакции: {have}). Загрузите другую "
            "редакцию или выберите из имеющихся с помощью --from и --to.",
        )
    return starts[-1], after


def source_of(view: LibraryView, citation: Citation, files: Path | Originals | None) -> Source:
    """Where a citation stands. ``files``: where the originals are; None for its text alone.

    Raises NotHeldError if it is gone.
    """
    rows = view.editions_like(citation.act, citation.edition, citation.authority)
    row = next((row for row in rows if _holds(view, row, citation)), None)
    if row is None:
        raise NotHeldError(
            f"{citation.ref} is no longer in the library in this edition. Ask the question again.",
            f"{citation.ref} в этой редакции в библиотеке больше нет. Задайте вопрос ещё раз.",
        )
    loaded = view.edition(row.id)
    first = max(0, citation.start - CONTEXT_CHARS)
    last = min(len(loaded.text), citation.end + CONTEXT_CHARS)
    primary = next((each for each in view.library.renditions(row.id) if each.is_primary), None)
    return Source(
        citation=citation,
        headings=_headings(loaded, citation.provision),
        before=loaded.text[first : citation.start],
        quote=loaded.text[citation.start : citation.end],
        after=loaded.text[citation.end : last],
        file=_local(originals_at(files), primary.sha256) if primary and files is not None else None,
        media_type=primary.media_type if primary else None,
    )


def _local(files: Originals, sha256: str) -> Path | None:
    """The original as a file of this machine; a text can be shown without it."""
    try:
        return files.local(sha256, waited_for=True)
    except LibraryError as error:
        log.warning("%s", error)
        return None


def _holds(view: LibraryView, row: EditionRow, citation: Citation) -> bool:
    loaded = view.edition(row.id)
    return (
        citation.provision in loaded.provisions
        and loaded.text[citation.start : citation.end] == citation.quote
    )


def _headings(loaded: EditionView, provision: str) -> list[str]:
    found = [node.heading for node in loaded.lineage(loaded.provisions[provision]) if node.heading]
    return found[::-1]


def list_acts(view: LibraryView, lang: Lang, day: date, *, catalogue: bool) -> list[ActSummary]:
    """Acts whose text or digest is held; with ``catalogue`` also those only known."""
    counts = view.library.counts()
    checked = view.library.checked()
    found = []
    for act in view.acts.values():
        rows = view.of_act(act.id)
        if not rows and not catalogue:
            continue
        found.append(
            ActSummary(
                act=act.id,
                title=view.title(act.id, lang),
                kind=act.kind,
                number=act.number,
                date=act.date,
                issuer=act.issuer,
                jurisdiction=act.jurisdiction,
                editions=[_summary(row, counts) for row in rows],
                currency=_act_currency(view, act.id, rows, day),
                text_held=view.held_official(act.id),
                sources=list(act.sources or ([act.official_url] if act.official_url else [])),
                checked_at=max((checked[url] for url in act.sources or () if url in checked), default=None),
            )
        )
    return found


def _summary(row: EditionRow, counts: dict[int, tuple[int, int]]) -> EditionSummary:
    provisions, renditions = counts.get(row.id, (0, 0))
    return EditionSummary(
        edition=row.edition, authority=Authority(row.authority), provisions=provisions, renditions=renditions
    )


def _act_currency(view: LibraryView, act: str, rows: Iterable[EditionRow], day: date) -> Currency:
    """The standing of the text a question would be answered from on that day."""
    inside = view.in_scope(Filters(as_of=day, act=act))
    best = min(
        (row for row in rows if row.id in inside),
        key=lambda row: (row.authority != Authority.OFFICIAL, row.attachment),
        default=None,
    )
    return view.currency(best.id, day) if best else Currency.UNKNOWN
