"""A question's reading -> ranked provisions: dense and lexical candidates, fused by standardised scores.

The weight of words against meaning depends on the language pair: words of one language say little about
a text in the other. Filters work inside the searches. A digest's statement whose provision is held in an
official text is a search key of that provision, not a rival to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from assistant.index.indexes import Indexes
from assistant.index.vectors import Scope
from assistant.library.schema import ChunkRow
from assistant.library.view import LibraryView
from assistant.model import Authority, Hit, provision_ref
from assistant.query import Reading
from assistant.settings import RetrievalSettings

DIRECT = 10.0  # added to provisions the question names: above anything a standardised score reaches
UNSAID_ACT = 1.0  # added where the named provision stands in several acts and the question says not which


@dataclass(slots=True)
class Ranked:
    """A provision found for a question.

    score: fused standardised score. cosine: of the best chunk. words: its BM25 score, 0 without a shared
    word. direct: named by the question. glosses: (edition key, provision id) of digest statements that
    restate it.
    """

    edition: int
    provision: str
    score: float
    cosine: float
    words: float
    lang: str
    direct: bool = False
    glosses: list[tuple[int, str]] = field(default_factory=list)

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
    share = indexes.share(editions) if len(editions) < len(view.editions) else 1.0
    allowed = frozenset(editions) if len(editions) < len(view.editions) else None
    if reading.filters.text_lang:
        share *= 0.5
    scope = Scope(allowed, reading.filters.text_lang, share)
    found = _candidates(reading, indexes, settings, scope)
    rows = view.chunks(list(found))
    ranked = _by_provision(_fuse(found, rows, reading, settings), found, rows, reading)
    ranked = _fold_twins(ranked, view, reading)
    if settings.digest_keys:
        ranked = _fold_digests(ranked, rows, view, editions)
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
        found = indexes.lexical.search(reading.terms, settings.candidates, scope)
        words = {entry.chunk: entry.score for entry in found}
    if settings.dense:
        vector = indexes.query_vector(reading.dense_text, reading.spoken)
        found = indexes.vectors.search(vector, settings.candidates, scope)
        cosines = {entry.chunk: entry.score for entry in found}
        cosines |= indexes.vectors.similarities(vector, [key for key in words if key not in cosines])
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
    reading: Reading,
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
            entry.provision, entry.lang = f"{_fact(entry.provision)}/{reading.lang}", reading.lang
        key = (entry.edition, entry.provision)
        known = kept.get(key)
        kept[key] = entry if known is None else known.merged(entry)
    return kept


def _fold_digests(
    ranked: dict[tuple[int, str], Ranked],
    rows: dict[int, ChunkRow],
    view: LibraryView,
    editions: set[int],
) -> dict[tuple[int, str], Ranked]:
    """Hand each digest statement's score to the official provision it restates, where that is held."""
    restates = {(row.edition_id, _fact(row.pid)): row.restates for row in rows.values() if row.restates}
    kept: dict[tuple[int, str], Ranked] = {}
    folded: list[tuple[Ranked, tuple[int, str]]] = []
    for key, entry in ranked.items():
        refs = restates.get((entry.edition, _fact(entry.provision)), ())
        targets = _official(view, editions, entry.edition, refs)
        if targets:
            folded.extend((entry, target) for target in targets)
        else:
            kept[key] = entry
    for entry, target in folded:
        known = kept.get(target)
        if known is None:
            lang = view.editions[target[0]].lang
            known = Ranked(*target, entry.score, entry.cosine, entry.words, lang)
            kept[target] = known
        known.merged(entry)
        known.glosses.append((entry.edition, entry.provision))
    return kept


def _official(
    view: LibraryView, editions: set[int], edition: int, provisions: Sequence[str]
) -> list[tuple[int, str]]:
    act = view.editions[edition].act_id
    found: list[tuple[int, str]] = []
    for row in view.of_act(act):
        if row.authority == Authority.OFFICIAL and row.id in editions and provisions:
            outline = view.edition(row.id).provisions
            found.extend((row.id, provision) for provision in provisions if provision in outline)
    return found


def _add_direct(
    ranked: dict[tuple[int, str], Ranked], reading: Reading, view: LibraryView, editions: set[int]
) -> None:
    """Put the provisions the question names on top, in the order it names them."""
    for position, named in enumerate(reading.provisions):
        held = view.library.find_provisions(named.paths)
        places = [
            (edition, path)
            for path in named.paths
            for edition in held.get(path, ())
            if edition in editions and named.act in (None, view.editions[edition].act_id)
        ]
        if not places:
            continue
        first = places[0][1]
        chosen = [place for place in places if place[1] == first] if named.act else places
        for edition, path in chosen:
            key = (edition, path)
            entry = ranked.setdefault(key, Ranked(*key, 0.0, 0.0, 0.0, view.editions[edition].lang))
            entry.direct = named.act is not None or len(chosen) == 1
            entry.score += (DIRECT - 0.1 * position) if entry.direct else UNSAID_ACT


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
