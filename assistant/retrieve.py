"""A question's reading -> ranked provisions.

Chunks are scored by :mod:`assistant.candidates`; here their scores become those of provisions. A search key
and a digest's statement lead to the provision they restate and are no rivals to it. What stands around a
provision speaks for it too (:mod:`assistant.order`). Provisions the question names come first, and a question
with several parts gets the best of each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from assistant.candidates import Candidate, find_candidates, standardise
from assistant.gather import gather
from assistant.index.indexes import Indexes
from assistant.index.reranker import Reranker
from assistant.index.vectors import Scope
from assistant.library.view import LibraryView
from assistant.model import Authority, Currency, Hit, provision_ref
from assistant.order import reorder, weights_of
from assistant.parts import spread
from assistant.periods import prefer_holding
from assistant.query import NamedProvision, Reading
from assistant.ranked import Ranked
from assistant.settings import RetrievalSettings
from assistant.tracing import span

DIRECT = 100.0  # added to provisions the question names: above anything a standardised score reaches
AFTER_OFFICIAL = 0.05  # a newer digest statement stands right after the official wording it restates
MANY_TARGETS = 0.1  # less for each further provision that one digest statement restates
UNSAID_ACT = 1.0  # added where the named provision stands in several acts and the question says not which


def retrieve(
    reading: Reading,
    view: LibraryView,
    indexes: Indexes,
    settings: RetrievalSettings,
    k: int,
    *,
    gathered: bool = False,
) -> list[Ranked]:
    """The ``k`` best provisions, best first; ties are broken by edition and reading order of chunks.

    ``gathered``: of several parts of one provision the provision itself stands for all but the best.
    """
    editions = view.in_scope(reading.filters, earlier=reading.compares)
    ranked, found = provisions_found(reading, view, indexes, settings, editions)
    weights = weights_of(indexes.embedder) if settings.order and settings.dense else None
    if weights is not None:
        reorder(ranked, reading, view, indexes.rarity(reading.own_terms), weights)
    if settings.reranker:
        with span("rerank", by="cross-encoder"):
            _rerank(ranked, reading, view, indexes.reranker(settings.reranker), settings)
    if settings.periods:
        prefer_holding(ranked, _restated(found), view, reading)
    _add_direct(ranked, reading, view, editions)
    best = _in_order(ranked)
    return spread(gather(best, view) if gathered and settings.gather else best, k)


def provisions_found(
    reading: Reading, view: LibraryView, indexes: Indexes, settings: RetrievalSettings, editions: set[int]
) -> tuple[dict[tuple[int, str], Ranked], list[Candidate]]:
    """Provisions by (edition key, id), each scored by itself, and the chunks they were found by."""
    lang = reading.filters.text_lang
    scope = Scope(frozenset(editions), lang, indexes.share(editions, lang))
    with indexes.searching():
        found = find_candidates(reading, view, indexes, settings, scope)
    ranked = _fold_twins(_by_provision(found, settings.support), view, reading)
    if settings.digest_keys:
        ranked = _fold_digests(ranked, found, view, editions, reading)
    ranked = _collapse(ranked, view)
    _favour_named(ranked, view, reading, settings)
    return ranked, found


def _in_order(ranked: dict[tuple[int, str], Ranked]) -> list[Ranked]:
    return sorted(ranked.values(), key=lambda entry: (-entry.score, entry.edition, entry.provision))


def _rerank(
    ranked: dict[tuple[int, str], Ranked],
    reading: Reading,
    view: LibraryView,
    reranker: Reranker,
    settings: RetrievalSettings,
) -> None:
    """Score the best provisions anew with a cross-encoder, within the range of scores they have."""
    best = _in_order(ranked)[: settings.reranker_depth]
    if len(best) < 2:
        return
    texts = []
    for entry in best:
        edition = view.edition(entry.edition)
        node = edition.provisions[entry.provision]
        title = view.edition_title(edition.row, edition.row.lang)
        texts.append(f"{title}. {node.label}. {edition.text[node.start : node.end]}")
    first = np.array([entry.score for entry in best])
    anew = standardise(reranker.score(reading.question, texts)) * first.std() + first.mean()
    mixed = settings.reranker_weight * anew + (1 - settings.reranker_weight) * first
    mixed += max(0.0, first.min() - mixed.min())  # those that were not looked at stay behind
    for entry, score in zip(best, mixed.tolist(), strict=True):
        entry.score = score


def _collapse(ranked: dict[tuple[int, str], Ranked], view: LibraryView) -> dict[tuple[int, str], Ranked]:
    """One entry for a provision held in several texts, in several languages or in the same words.

    Of languages the better match stays, of equal wordings that of the latest edition. Editions that differ
    in wording stay apart: both are in scope only where the question asks what changed.
    """
    groups: dict[tuple[str, str, int, str], list[Ranked]] = {}
    for entry in ranked.values():
        row = view.editions[entry.edition]
        if row.authority != Authority.DIGEST:
            same = (row.act_id, row.authority, row.attachment, entry.provision)
            groups.setdefault(same, []).append(entry)
    dropped: set[tuple[int, str]] = set()
    for group in groups.values():
        if len(group) > 1:
            kept = _distinct(group, view)
            dropped |= {(each.edition, each.provision) for each in group if each not in kept}
    return {key: entry for key, entry in ranked.items() if key not in dropped}


def _distinct(group: list[Ranked], view: LibraryView) -> list[Ranked]:
    """The entries of one provision that say something different, each with the best score of its doubles."""
    lang = max(group, key=lambda entry: entry.score).lang
    latest_first = sorted(group, key=lambda each: view.editions[each.edition].edition or "", reverse=True)
    kept: dict[str, Ranked] = {}
    for entry in sorted(latest_first, key=lambda each: each.lang != lang):
        edition = view.edition(entry.edition)
        node = edition.provisions[entry.provision]
        words = edition.text[node.start : node.end]
        if entry.lang == lang and words not in kept:
            kept[words] = entry
        else:
            kept.get(words, next(iter(kept.values()))).merged(entry)
    return list(kept.values())


def _favour_named(
    ranked: dict[tuple[int, str], Ranked], view: LibraryView, reading: Reading, settings: RetrievalSettings
) -> None:
    """Raise the provisions of the acts, else of the jurisdictions, that the question names."""
    for entry in ranked.values():
        act = view.editions[entry.edition].act_id
        if act in reading.acts:
            entry.score += settings.named_act_bonus
        elif view.acts[act].jurisdiction in reading.jurisdictions:
            entry.score += settings.jurisdiction_bonus


def _by_provision(found: Sequence[Candidate], support: float) -> dict[tuple[int, str], Ranked]:
    """Provisions with the score of their best chunk and ``support`` of the second's, if above 0."""
    ranked: dict[tuple[int, str], Ranked] = {}
    second: dict[tuple[int, str], float] = {}
    for each in sorted(found, key=lambda candidate: -candidate.score):
        key = (each.place.edition, each.place.pid)
        entry = Ranked(
            *key, each.score, each.cosine, each.words, each.place.lang, parts=each.parts, match=each.match
        )
        known = ranked.get(key)
        if known is None:
            ranked[key] = entry
            continue
        second.setdefault(key, each.score)
        known.merged(entry)
    for key, score in second.items():
        ranked[key].score += support * max(0.0, score)
    return ranked


def _fact(statement: str) -> str:
    """The fact of which a digest's statement is one wording: ``digest/3`` of ``digest/3/ru``."""
    return statement.rsplit("/", 1)[0]


def _restated(found: Sequence[Candidate]) -> dict[tuple[int, str], Sequence[str]]:
    """(edition key, fact) -> ids of the provisions it restates, for the facts found."""
    return {
        (each.place.edition, _fact(each.place.pid)): each.place.restates
        for each in found
        if each.place.restates
    }


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
    restates = _restated(found)
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
        known.merge_match(entry.match)
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
