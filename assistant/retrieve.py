"""A question's reading -> ranked provisions: dense and lexical candidates, fused by standardised scores.

The weight of words against meaning depends on the language pair: words of one language say little about
a text in the other. Filters work inside the searches. A digest's statement whose provision is held in an
official text is a search key of that provision, not a rival to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from assistant.index.indexes import Indexes
from assistant.index.vectors import Scope
from assistant.library.schema import ChunkRow
from assistant.library.view import LibraryView
from assistant.model import Authority, Currency, Hit, provision_ref
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
    word. direct: named by the question.
    """

    edition: int
    provision: str
    score: float
    cosine: float
    words: float
    lang: str
    direct: bool = False

    def merged(self, other: Ranked) -> Ranked:
        """Itself, with the better of both scores."""
        self.score = max(self.score, other.score)
        self.cosine = max(self.cosine, other.cosine)
        self.words = max(self.words, other.words)
        return self


def retrieve(
    reading: Reading, view: LibraryView, indexes: Indexes, settings: RetrievalSettings, k: int
) -> list[Ranked]:
    """The ``k`` best provisions, best first; ties are broken by edition and reading order of chunks."""
    editions = view.in_scope(reading.filters)
    lang = reading.filters.text_lang
    scope = Scope(frozenset(editions), lang, indexes.share(editions, lang))
    with indexes.searching():
        found = _candidates(reading, indexes, settings, scope)
    rows = view.chunks(list(found))
    ranked = _by_provision(_fuse(found, rows, reading, settings), found, rows)
    ranked = _fold_twins(ranked, view, reading)
    if settings.digest_keys:
        ranked = _fold_digests(ranked, rows, view, editions, reading)
    for entry in ranked.values():
        if view.editions[entry.edition].act_id in reading.acts:
            entry.score += settings.named_act_bonus
    _add_direct(ranked, reading, view, editions)
    best = sorted(ranked.values(), key=lambda entry: (-entry.score, entry.edition, entry.provision))
    return best[:k]


def _candidates(
    reading: Reading, indexes: Indexes, settings: RetrievalSettings, scope: Scope
) -> dict[int, tuple[float, float]]:
    """Chunk key -> (cosine, BM25 score) of everything either search brings up."""
    cosines: dict[int, float] = {}
    words: dict[int, float] = {}
    if settings.lexical:
        added = [term for term in reading.terms if term not in reading.own_terms]
        found = indexes.lexical.search(reading.own_terms, settings.candidates, scope, added)
        words = {entry.chunk: entry.score for entry in found}
    if settings.dense:
        for vector in indexes.query_vectors(reading.dense_texts, reading.spoken):
            found = indexes.vectors.search(vector, settings.candidates, scope)
            near = {entry.chunk: entry.score for entry in found}
            near |= indexes.vectors.similarities(
                vector, [key for key in {*words, *cosines} if key not in near]
            )
            cosines = {key: max(score, cosines.get(key, score)) for key, score in near.items()}
    return {key: (cosines.get(key, 0.0), words.get(key, 0.0)) for key in {*cosines, *words}}


def standardise(values: np.ndarray) -> np.ndarray:
    """(x - mean) / standard deviation; zeros where all are equal."""
    spread = float(values.std())
    return (values - values.mean()) / spread if spread > 1e-9 else np.zeros_like(values)


def _fuse(
    found: dict[int, tuple[float, float]],
    rows: dict[int, ChunkRow],
    reading: Reading,
    settings: RetrievalSettings,
) -> dict[int, float]:
    keys = [key for key in sorted(found) if key in rows]
    if not keys:
        return {}
    dense = standardise(np.array([found[key][0] for key in keys]))
    words = standardise(np.array([found[key][1] for key in keys]))
    same = np.array([rows[key].lang == reading.spoken for key in keys])
    weight = np.where(same, settings.lexical_weight, settings.cross_lexical_weight)
    if not settings.dense:
        weight = np.ones_like(weight)
    if not settings.lexical:
        weight = np.zeros_like(weight)
    fused = (1 - weight) * dense + weight * words
    return dict(zip(keys, fused.tolist(), strict=True))


def _by_provision(
    scores: dict[int, float],
    found: dict[int, tuple[float, float]],
    rows: dict[int, ChunkRow],
) -> dict[tuple[int, str], Ranked]:
    ranked: dict[tuple[int, str], Ranked] = {}
    for chunk, score in scores.items():
        row = rows[chunk]
        key = (row.edition_id, row.pid)
        cosine, words = found[chunk]
        known = ranked.get(key)
        if known is None:
            ranked[key] = Ranked(row.edition_id, row.pid, score, cosine, words, row.lang)
            continue
        known.merged(Ranked(*key, score, cosine, words, row.lang))
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
    rows: dict[int, ChunkRow],
    view: LibraryView,
    editions: set[int],
    reading: Reading,
) -> dict[tuple[int, str], Ranked]:
    """Hand each digest statement's score to the official provision it restates, where that is held."""
    restates = {(row.edition_id, _fact(row.pid)): row.restates for row in rows.values() if row.restates}
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
