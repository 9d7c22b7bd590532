"""A question's reading -> ranked provisions.

Chunks are scored by :mod:`assistant.candidates`; here their scores become those of provisions. A search key
and a digest's statement lead to the provision they restate and are no rivals to it. Provisions the question
names come first, and a question with several parts gets the best of each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.candidates import Candidate, find_candidates
from assistant.index.indexes import Indexes
from assistant.index.vectors import Scope
from assistant.library.view import LibraryView
from assistant.model import Authority, Currency, Hit, provision_ref
from assistant.parts import spread
from assistant.query import NamedProvision, Reading
from assistant.settings import RetrievalSettings

DIRECT = 100.0  # added to provisions the question names: above anything a standardised score reaches
AFTER_OFFICIAL = 0.05  # a newer digest statement stands right after the official wording it restates
MANY_TARGETS = 0.1  # less for each further provision that one digest statement restates
UNSAID_ACT = 1.0  # added where the named provision stands in several acts and the question says not which


@dataclass(slots=True)
class Ranked:
    """A provision found for a question.

    score: fused standardised score. cosine: of the best chunk. words: its BM25 score, 0 without a shared
    word. direct: named by the question. parts: its scores against each part of a question with several.
    """

    edition: int
    provision: str
    score: float
    cosine: float
    words: float
    lang: str
    direct: bool = False
    parts: tuple[float, ...] = ()

    def merged(self, other: Ranked) -> Ranked:
        """Itself, with the better of both scores."""
        self.score = max(self.score, other.score)
        self.cosine = max(self.cosine, other.cosine)
        self.words = max(self.words, other.words)
        self.merge_parts(other.parts)
        return self

    def merge_parts(self, parts: tuple[float, ...]) -> None:
        """Take the better score against each part."""
        pairs = zip(self.parts, parts, strict=True) if self.parts and parts else ()
        self.parts = tuple(max(pair) for pair in pairs) or self.parts or parts


def retrieve(
    reading: Reading, view: LibraryView, indexes: Indexes, settings: RetrievalSettings, k: int
) -> list[Ranked]:
    """The ``k`` best provisions, best first; ties are broken by edition and reading order of chunks."""
    editions = view.in_scope(reading.filters)
    lang = reading.filters.text_lang
    scope = Scope(frozenset(editions), lang, indexes.share(editions, lang))
    with indexes.searching():
        found = find_candidates(reading, view, indexes, settings, scope)
    ranked = _fold_twins(_by_provision(found), view, reading)
    if settings.digest_keys:
        ranked = _fold_digests(ranked, found, view, editions, reading)
    for entry in ranked.values():
        if view.editions[entry.edition].act_id in reading.acts:
            entry.score += settings.named_act_bonus
    _add_direct(ranked, reading, view, editions)
    best = sorted(ranked.values(), key=lambda entry: (-entry.score, entry.edition, entry.provision))
    return spread(best, k)


def _by_provision(found: Sequence[Candidate]) -> dict[tuple[int, str], Ranked]:
    ranked: dict[tuple[int, str], Ranked] = {}
    for each in found:
        key = (each.place.edition, each.place.pid)
        entry = Ranked(*key, each.score, each.cosine, each.words, each.place.lang, parts=each.parts)
        known = ranked.get(key)
        ranked[key] = entry if known is None else known.merged(entry)
    return ranked


def _fact(statement: str) -> str:
    """The fact of which a digest's statement is one wording: ``digest/3`` of ``digest/3/ru``."""
    return statement.rsplit("/", 1)[0]


def _fold_twins(
    ranked: dict[tuple[int, str], Ranked], view: LibraryView, reading: Reading
) -> dict[tuple[int, str], Ranked]:
    """Keep one of a digest statement's two wordings, the one in the answer's language."""
    kept: dict[tuple[int, str], Ranked] = {}
    for entry in ranked.values():
        if view.editions[entry.edition].authority == Authority.DIGEST:
            lang = reading.filters.text_lang or reading.lang
            entry.provision, entry.lang = f"{_fact(entry.provision)}/{lang}", lang
        key = (entry.edition, entry.provision)
        known = kept.get(key)
        kept[key] = entry if known is None else known.merged(entry)
    return kept


def _fold_digests(
    ranked: dict[tuple[int, str], Ranked],
    found: Sequence[Candidate],
    view: LibraryView,
    editions: set[int],
    reading: Reading,
) -> dict[tuple[int, str], Ranked]:
    """Hand each digest statement's score to the official provision it restates, where that is held."""
    places = [each.place for each in found if each.place.restates]
    restates = {(place.edition, _fact(place.pid)): place.restates for place in places}
    kept: dict[tuple[int, str], Ranked] = {}
    folded: list[tuple[Ranked, tuple[int, str], int]] = []
    for key, entry in ranked.items():
        refs = restates.get((entry.edition, _fact(entry.provision)), ())
        targets = _official(view, editions, entry.edition, refs, reading.filters.text_lang)
        folded.extend((entry, target, len(targets)) for target in targets)
        if not targets:
            kept[key] = entry
        elif any(_newer(view, entry.edition, target, reading) for target in targets):
            kept[key] = replace(entry, score=entry.score - AFTER_OFFICIAL)
    for entry, target, share in folded:
        known = kept.get(target)
        if known is None:
            lang = view.editions[target[0]].lang
            known = Ranked(*target, entry.score, 0.0, 0.0, lang)
            kept[target] = known
        known.score = max(known.score, entry.score - MANY_TARGETS * (share - 1))
        known.merge_parts(entry.parts)
        if share == 1:  # what a fact on several provisions says, each of them alone may not
            known.merged(entry)
    return kept


def _newer(view: LibraryView, digest: int, target: tuple[int, str], reading: Reading) -> bool:
    """Whether the digest may know what the held wording does not: both are shown then."""
    node = view.edition(target[0]).provisions[target[1]]
    standing = view.currency(target[0], reading.filters.as_of, node)
    outdated = standing in (Currency.AMENDED_TEXT_NOT_HELD, Currency.SUPERSEDED)
    return outdated and (view.editions[digest].edition or "") > (view.editions[target[0]].edition or "")


def _official(
    view: LibraryView, editions: set[int], edition: int, provisions: Sequence[str], lang: str | None
) -> list[tuple[int, str]]:
    act = view.editions[edition].act_id
    found: list[tuple[int, str]] = []
    for row in view.of_act(act):
        official = row.authority == Authority.OFFICIAL and row.id in editions
        if official and provisions and lang in (None, row.lang):
            outline = view.edition(row.id).provisions
            found.extend((row.id, provision) for provision in provisions if provision in outline)
    return found


def _add_direct(
    ranked: dict[tuple[int, str], Ranked], reading: Reading, view: LibraryView, editions: set[int]
) -> None:
    """Put the provisions the question names on top, in the order it names them."""
    for position, named in enumerate(reading.provisions):
        places = _places(named, reading, view, editions)
        for key in places:
            entry = ranked.setdefault(key, Ranked(*key, 0.0, 0.0, 0.0, view.editions[key[0]].lang))
            if named.act is not None or len(places) == 1:
                entry.direct = True
                entry.score = DIRECT - position
            else:
                entry.score += UNSAID_ACT


def _places(
    named: NamedProvision, reading: Reading, view: LibraryView, editions: set[int]
) -> list[tuple[int, str]]:
    """(edition key, provision id) where a named provision stands, under the likeliest of its ids."""
    lang = reading.filters.text_lang
    inside = {key for key in editions if lang in (None, view.editions[key].lang)}
    if named.act is None:
        held = view.library.find_provisions(named.paths)
        return [(key, path) for path in named.paths for key in held.get(path, ()) if key in inside]
    for path in named.paths:
        found = [
            (row.id, node.id)
            for row in view.of_act(named.act)
            if row.id in inside and row.authority != Authority.DIGEST
            for node in [view.edition(row.id).find(path)]
            if node is not None
        ]
        if found:
            return found
    return []


def hit(entry: Ranked, rank: int, view: LibraryView, reading: Reading) -> Hit:
    """A ranked provision as ``search`` prints it."""
    edition = view.edition(entry.edition)
    row, node = edition.row, edition.provisions[entry.provision]
    act = view.acts[row.act_id]
    return Hit(
        rank=rank,
        score=round(entry.score, 4),
        ref=provision_ref(row.act_id, node.id),
        act=row.act_id,
        title=view.edition_title(row, reading.lang),
        number=act.number,
        date=act.date,
        issuer=(act.issuer if reading.lang == "ru" else act.issuer_en) or act.issuer,
        edition=row.edition,
        currency=view.currency(row.id, reading.filters.as_of, node),
        authority=Authority(row.authority),
        provision=node.id,
        label=node.label,
        page=node.page,
        start=node.start,
        end=node.end,
        text=edition.text[node.start : node.end],
        lang=node.lang,
    )
