"""A library and the corpus -> (question, provision) pairs an adapter learns from.

Statements of digests, search keys and training questions, in Russian and English, each with the chunks of the
provisions it means. Nothing that any evaluation case needs is among them: a provision in which a needed
passage lies is left out, whoever asks for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from assistant.library.schema import ChunkRow
from assistant.library.view import LibraryView
from assistant.model import Authority
from evals.retrieval_cases import RetrievalCase, load_cases, resolve

TRAINING = Path(__file__).parent.parent / "cases" / "retrieval_train.jsonl"
QUESTION_WEIGHT = 2  # questions were written as users ask; each is shown so often as a key or a statement
MOST_TARGETS = 2  # a statement on more provisions says little about each

Provision = tuple[str, str]  # act id, provision id


@dataclass(frozen=True, slots=True)
class Pair:
    """Words of a user's kind and the chunks, by position in ``Pairs.chunks``, of what they ask for."""

    text: str
    lang: str
    chunks: tuple[int, ...]


@dataclass(slots=True)
class Pairs:
    """Pairs, and the chunks they point into: (chunk row, embedded text)."""

    pairs: list[Pair]
    chunks: list[tuple[ChunkRow, str]]
    places: list[Provision]


def collect(view: LibraryView, cases: Iterable[RetrievalCase]) -> Pairs:
    """All pairs that a library's held acts give. ``cases``: whose needed passages must not be learnt."""
    chunks: list[tuple[ChunkRow, str]] = []
    places: list[Provision] = []
    where: dict[Provision, list[int]] = {}
    rows = view.library.chunks_among(view.library.chunk_ids())
    for row in rows:
        edition = view.editions[row.edition_id]
        if edition.authority != Authority.OFFICIAL or row.key is not None or edition.valid_to:
            continue
        place = (edition.act_id, row.pid)
        where.setdefault(place, []).append(len(chunks))
        chunks.append((row, row.embedded(view.edition(edition.id).text)))
        places.append(place)
    blocked = _blocked(view, rows, cases)
    free = {place: tuple(found) for place, found in where.items() if place not in blocked}
    pairs = [
        *_of_digests(view, rows, free, blocked),
        *_of_questions(free, blocked),
        *_of_keys(view, rows, free),
    ]
    return Pairs(pairs, chunks, places)


def _blocked(view: LibraryView, rows: Iterable[ChunkRow], cases: Iterable[RetrievalCase]) -> set[Provision]:
    """Provisions with a chunk that some case's needed passage touches, in any edition."""
    spans: dict[tuple[str, str | None], list[tuple[int, int]]] = {}
    for case in resolve(cases, view):
        for need in case.needs:
            for place in need:
                spans.setdefault((place.act, place.edition), []).append((place.start, place.end))
    found: set[Provision] = set()
    for row in rows:
        edition = view.editions[row.edition_id]
        if edition.authority != Authority.OFFICIAL or row.key is not None:
            continue
        needed = spans.get((edition.act_id, edition.edition), ())
        if any(start < row.end and row.start < end for start, end in needed):
            found.add((edition.act_id, row.pid))
    return found


def _of_digests(
    view: LibraryView,
    rows: Iterable[ChunkRow],
    free: dict[Provision, tuple[int, ...]],
    blocked: set[Provision],
) -> Iterable[Pair]:
    for row in rows:
        edition = view.editions[row.edition_id]
        if edition.authority != Authority.DIGEST or not row.restates:
            continue
        meant = [(edition.act_id, ref) for ref in row.restates]
        held = [place for place in meant if place in free]
        if held and len(held) <= MOST_TARGETS and not blocked.intersection(meant):
            text = view.edition(edition.id).text[row.start : row.end]
            yield Pair(text, row.lang, tuple(chunk for place in held for chunk in free[place]))


def _of_questions(free: dict[Provision, tuple[int, ...]], blocked: set[Provision]) -> Iterable[Pair]:
    for case in load_cases(TRAINING):
        if len(case.needs) > 1:
            continue
        meant = [(place.act, place.provision) for place in case.needs[0]]
        chunks = tuple(chunk for place in meant for chunk in free.get(place, ()))
        if chunks and not blocked.intersection(meant):
            yield from [Pair(case.question, case.lang, chunks)] * QUESTION_WEIGHT


def _of_keys(
    view: LibraryView, rows: Iterable[ChunkRow], free: dict[Provision, tuple[int, ...]]
) -> Iterable[Pair]:
    for row in rows:
        edition = view.editions[row.edition_id]
        chunks = free.get((edition.act_id, row.pid), ())
        if row.key is not None and chunks and not edition.valid_to:
            yield Pair(row.key, row.spoken, chunks)
