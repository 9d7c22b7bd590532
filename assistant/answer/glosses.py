"""Citations of official texts -> our own words beside them, for those who cannot read the original.

A digest's statement is a gloss of a provision where it restates that provision and no other, in the
answer's language, and states no number or date that the provision lacks. A translation by a language model
can be put beside a quotation that has none. Neither ever stands in the quotation's place.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from weakref import WeakKeyDictionary

from sqlalchemy import select

from assistant.answer.frames import KNOWN_FROM
from assistant.answer.verify.quantities import Quantity, quantities, unmatched_dates, unmatched_numbers
from assistant.index.words import stems
from assistant.library.schema import ChunkRow
from assistant.library.view import EditionView, LibraryView
from assistant.model import Authority, Citation, Confidence, Currency, Gloss, Lang, Provision, provision_ref
from assistant.query import Reading

LONG_PROVISION = 600  # characters above which our summary is offered in the provision's own language too

WORDS: dict[Lang, dict[str, str]] = {
    "ru": {
        "digest": "(наше изложение{known}: {text})",
        "whole": "(наше изложение всего перечня{known}: {text})",
        "llm": "(перевод наш, машинный, не официальный: {text})",
    },
    "en": {
        "digest": "(our summary{known}: {text})",
        "whole": "(our summary of the whole list{known}: {text})",
        "llm": "(our machine translation, not official: {text})",
    },
}


@dataclass(frozen=True, slots=True)
class Told:
    """A fact of a digest that restates one provision alone. ``edition``: the digest's key."""

    edition: int
    fact: str


_TOLD: WeakKeyDictionary[LibraryView, dict[tuple[str, str], list[Told]]] = WeakKeyDictionary()


def told_of(view: LibraryView, act: str, provision: str) -> Sequence[Told]:
    """The facts of the act's latest digest that restate exactly this provision."""
    found = _TOLD.get(view)
    if found is None:
        found = _TOLD[view] = _read(view)
    return found.get((act, provision), ())


def _read(view: LibraryView) -> dict[tuple[str, str], list[Told]]:
    latest: dict[str, int] = {}
    for row in view.editions.values():
        if row.authority == Authority.DIGEST:
            known = latest.get(row.act_id)
            if known is None or (view.editions[known].edition or "") < (row.edition or ""):
                latest[row.act_id] = row.id
    acts = {key: act for act, key in latest.items()}
    query = select(ChunkRow.edition_id, ChunkRow.pid, ChunkRow.restates).order_by(ChunkRow.id)
    found: dict[tuple[str, str], list[Told]] = {}
    with view.library.session() as session:
        for edition, pid, restates in session.execute(query.where(ChunkRow.edition_id.in_(acts))):
            told = Told(edition, pid.rpartition("/")[0])
            if restates and len(restates) == 1:
                facts = found.setdefault((acts[edition], restates[0]), [])
                if told not in facts:
                    facts.append(told)
    return found


def statement(view: LibraryView, told: Told, lang: str, day: date) -> tuple[Provision, str] | None:
    """A fact's wording in a language: its node in the digest and its text; None for one over by ``day``."""
    digest = view.edition(told.edition)
    node = digest.provisions.get(f"{told.fact}/{lang}")
    if node is None or view.currency(told.edition, day, node) == Currency.SUPERSEDED:
        return None
    return node, digest.text[node.start : node.end].strip()


def edition_of(citation: Citation, view: LibraryView) -> EditionView | None:
    """The held text a citation is cut from."""
    for row in view.editions_like(citation.act, citation.edition, citation.authority):
        edition = view.edition(row.id)
        if edition.text[citation.start : citation.end] == citation.quote and edition.find(citation.provision):
            return edition
    return None


def strange_numbers(said: str, lang: str, text: str, text_lang: str) -> tuple[list[Quantity], list[str]]:
    """The quantities with a unit, and the dates, that ``said`` states and ``text`` does not."""
    ours, theirs = quantities(said, lang), quantities(text, text_lang)
    numbers = [each for each in unmatched_numbers(ours, theirs) if each.unit is not None]
    return numbers, unmatched_dates(ours, theirs)


def glosses(
    citations: Iterable[Citation], view: LibraryView, reading: Reading, items: Collection[int] = ()
) -> dict[int, Gloss]:
    """Citation id -> what a digest says of the same provision in the answer's language.

    items: ids of citations that are items of a list; these have none in their own language.
    """
    if reading.filters.authority not in (None, Authority.DIGEST):
        return {}
    cited = list(citations)
    quoted = {citation.ref for citation in cited if citation.authority == Authority.DIGEST}
    found: dict[int, Gloss] = {}
    for citation in cited:
        gloss = _gloss(citation, view, reading, long=citation.id not in items)
        if gloss is not None and gloss.ref not in quoted:
            quoted.add(gloss.ref)
            found[citation.id] = gloss
    return found


def _gloss(citation: Citation, view: LibraryView, reading: Reading, *, long: bool) -> Gloss | None:
    if citation.authority != Authority.OFFICIAL:
        return None
    edition = edition_of(citation, view)
    node = edition.find(citation.provision) if edition else None
    if edition is None or node is None or _has_later(edition, view):
        return None
    if node.lang == reading.lang and not (long and node.end - node.start > LONG_PROVISION):
        return None
    text = edition.text[node.start : node.end]
    wanted = set(reading.terms)
    best: tuple[int, Provision, str] | None = None
    for told in told_of(view, citation.act, citation.provision):
        said = statement(view, told, reading.lang, reading.filters.as_of)
        if said is None or any(strange_numbers(said[1], reading.lang, text, node.lang)):
            continue
        shared = len(wanted & set(stems(said[1])))
        if best is None or shared > best[0]:
            best = (shared, *said)
    if best is None:
        return None
    _, place, words = best
    return Gloss(
        text=words, by="digest", ref=provision_ref(citation.act, place.id), confidence=place.confidence
    )


def _has_later(edition: EditionView, view: LibraryView) -> bool:
    """Whether a later official text of the act is held: a digest tells of that one."""
    row = edition.row
    return any(
        (other.edition or "") > (row.edition or "")
        for other in view.of_act(row.act_id)
        if (other.authority, other.attachment) == (row.authority, row.attachment)
    )


def translation(citation: Citation, text: str) -> Gloss:
    """A language model's translation of a citation's quotation."""
    return Gloss(text=" ".join(text.split()), by="llm", ref=citation.ref)


def gloss_line(gloss: Gloss, lang: Lang, *, whole: bool = False) -> str:
    """A gloss as it stands under its quotation; ``whole``: under a list, of which it tells as a whole."""
    known = "" if gloss.confidence == Confidence.TEXT else KNOWN_FROM[lang].get(gloss.confidence or "", "")
    form = "whole" if whole and gloss.by == "digest" else gloss.by
    return WORDS[lang][form].format(known=known, text=gloss.text)
