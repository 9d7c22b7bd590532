"""Ranked provisions -> verbatim statements: the sentences that answer, lists kept as lists.

A sub-point is quoted with the lead-in it completes. A list is quoted whole when the question points at
its lead-in, or when several of its items are among the best provisions.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from assistant.answer.abstain import quotes
from assistant.answer.compose import Span, Statement
from assistant.answer.sentences import split_sentences
from assistant.index.words import stems
from assistant.library.view import EditionView, LibraryView
from assistant.model import Provision
from assistant.query import Reading
from assistant.ranked import Ranked
from assistant.settings import AnswerSettings

SCORE_MARGIN = 0.9  # standardised score below the best at which a provision no longer joins the answer
WHOLE_CHARS = 700  # a provision up to this length is quoted whole
LEAD_IN_CHARS = 400
SIBLINGS = 3  # that many items of one list about as good as the best of them stand for the list …
SIBLING_MARGIN = 0.45  # … when their standardised scores are no further below it than this
LATER_LIST = 6  # items above which a list is quoted only where it is the first thing in the answer
_NUMBER = re.compile(
    r"\s*(?:\d+(?:[.-]\d+)*[.)](?:\s*[-–]\s*\d+(?:[.-]\d+)*[.)])?|\d+\s*[-–]\s*\d+[.)]|\(\d+\))\s+(?=\S)"
)
_LETTER = re.compile(r"[^\W\d_]{3}")
SENTENCES = 2  # sentences taken from one long provision


def select(
    ranked: Sequence[Ranked],
    reading: Reading,
    view: LibraryView,
    rarity: Mapping[str, float],
    settings: AnswerSettings,
) -> list[Statement]:
    """Statements in the order of their provisions' rank; at most ``max_claims``, lists not counted."""
    if not ranked:
        return []
    close = _close(ranked, reading, view, rarity)
    statements: list[Statement] = []
    used: set[tuple[int, str]] = set()
    plain = 0
    for entry in close:
        edition = view.edition(entry.edition)
        target = _list_target(entry, close, edition)
        if _overlaps(entry, target, used, edition):
            continue
        crowded = target is not None and bool(statements) and len(edition.children[target]) > LATER_LIST
        if target is not None and (entry.direct or not crowded):
            statements.extend(_whole_list(edition, target, settings))
            used.add((entry.edition, target))
        elif target == entry.provision:
            continue  # a lead-in without its list says nothing
        elif _only_heading(edition, edition.provisions[entry.provision]):
            statements.extend(_parts(edition, entry, ranked, reading, rarity, settings))
            used.add((entry.edition, entry.provision))
        else:
            statements.extend(_quote(edition, entry, reading, rarity))
            used.add((entry.edition, entry.provision))
        plain += 1
        if plain >= settings.max_claims:
            break
    return statements


def _close(
    ranked: Sequence[Ranked], reading: Reading, view: LibraryView, rarity: Mapping[str, float]
) -> list[Ranked]:
    """The provisions an answer is made of, best first.

    What the question names stands alone, but for texts in whose words it is put: those come first.
    """
    named = [entry for entry in ranked if entry.direct]
    if named:
        return [entry for entry in ranked if quotes(reading, entry, view, rarity)] + named
    return [entry for entry in ranked if entry.score >= ranked[0].score - SCORE_MARGIN]


def _overlaps(entry: Ranked, target: str | None, used: set[tuple[int, str]], edition: EditionView) -> bool:
    """Whether this provision, one above or below it, or the list it stands for has been quoted already."""
    whole = target or entry.provision
    if any(key == entry.edition and (pid == whole or pid.startswith(f"{whole}/")) for key, pid in used):
        return True
    node: Provision | None = edition.provisions[entry.provision]
    while node is not None:
        if (entry.edition, node.id) in used:
            return True
        node = edition.provisions.get(node.parent) if node.parent else None
    return False


def _list_target(entry: Ranked, close: Sequence[Ranked], edition: EditionView) -> str | None:
    """The provision whose list ``entry`` stands for, or None."""
    node = edition.provisions[entry.provision]
    if _opens_list(edition, node):
        return node.id
    if entry.direct or node.parent is None or not _opens_list(edition, edition.provisions[node.parent]):
        return None
    alike = [
        other
        for other in close
        if other.edition == entry.edition
        and edition.provisions[other.provision].parent == node.parent
        and other.score >= entry.score - SIBLING_MARGIN
    ]
    return node.parent if len(alike) >= SIBLINGS else None


def _opens_list(edition: EditionView, node: Provision) -> bool:
    return bool(edition.children.get(node.id)) and edition.own_text(node).rstrip().endswith(":")


def _only_heading(edition: EditionView, node: Provision) -> bool:
    """Whether a provision's own text ends with its heading and its parts say the rest."""
    if not edition.children.get(node.id):
        return False
    heading_end = node.heading_end if node.heading_end is not None else node.start
    return not _LETTER.search(edition.text, heading_end, node.own_end)


def _parts(
    edition: EditionView,
    entry: Ranked,
    ranked: Sequence[Ranked],
    reading: Reading,
    rarity: Mapping[str, float],
    settings: AnswerSettings,
) -> list[Statement]:
    """What stands under a heading: all of it where the question names it, else its best part.

    The parts of a short article are searched as one and have no ranks: their words decide between them.
    """
    children = edition.children[entry.provision]
    if not entry.direct:
        order = {other.provision: rank for rank, other in enumerate(ranked) if other.edition == entry.edition}
        children = sorted(
            children,
            key=lambda child: (
                order.get(child.id, len(ranked)),
                -_shared(edition.text[child.start : child.end], reading, rarity),
            ),
        )[:1]
    found: list[Statement] = []
    for child in children:
        if len(found) >= settings.max_list_items:
            break
        if _opens_list(edition, child):
            found.extend(_whole_list(edition, child.id, settings))
        elif _only_heading(edition, child):
            inner = Ranked(
                entry.edition, child.id, entry.score, entry.cosine, entry.words, entry.lang, direct=True
            )
            found.extend(_parts(edition, inner, ranked, reading, rarity, settings))
        else:
            found.append(_whole(edition, child))
    return found


def _whole(edition: EditionView, node: Provision) -> Statement:
    end = node.end if node.end - node.start <= 2 * WHOLE_CHARS else node.own_end
    span = Span(edition.row.id, node.id, _text_start(edition.text, node), end)
    return Statement(_flat(edition.text[span.start : span.end]), [span])


def _whole_list(edition: EditionView, target: str, settings: AnswerSettings) -> list[Statement]:
    node = edition.provisions[target]
    key = edition.row.id
    lead_in = Span(key, node.id, _text_start(edition.text, node), node.own_end)
    found = [Statement(edition.text[lead_in.start : lead_in.end], [lead_in])]
    children = edition.children[target]
    for child in children[: settings.max_list_items]:
        end = child.end if child.end - child.start <= 2 * WHOLE_CHARS else child.own_end
        span = Span(key, child.id, child.start, end)
        found.append(Statement(_flat(edition.text[span.start : span.end]), [span], item=True))
    found[-1].left_out = max(0, len(children) - settings.max_list_items)
    return found


def _text_start(text: str, node: Provision) -> int:
    """Where a provision's own words begin: after its heading, and after a number its label repeats."""
    start = node.start
    if node.heading_end is not None and node.heading_end + 1 < node.own_end:
        start = node.heading_end + 1
    marker = _NUMBER.match(text, start, node.own_end)
    start = marker.end() if marker else start
    while start < node.own_end and text[start].isspace():
        start += 1
    return start


def _flat(text: str) -> str:
    return " ".join(text.split())


def _quote(
    edition: EditionView, entry: Ranked, reading: Reading, rarity: Mapping[str, float]
) -> list[Statement]:
    """A provision whole when short, else its best sentences, with the lead-in an item needs."""
    node = edition.provisions[entry.provision]
    key = edition.row.id
    start = _text_start(edition.text, node)
    end = node.end if node.end - start <= WHOLE_CHARS else node.own_end
    if end - start <= WHOLE_CHARS:
        spans = [(start, end)]
    else:
        spans = _best_sentences(edition.text, start, end, reading, rarity)
    quoted = [Span(key, node.id, first, last) for first, last in spans]
    lead_in = _lead_in(edition, node)
    if lead_in is None:
        return [Statement(_flat(edition.text[span.start : span.end]), [span]) for span in quoted]
    text = " ".join(_flat(edition.text[span.start : span.end]) for span in (lead_in, *quoted))
    return [Statement(text, [lead_in, *quoted])]


def _lead_in(edition: EditionView, node: Provision) -> Span | None:
    parent = edition.provisions.get(node.parent) if node.parent else None
    if parent is None or node.repealed or node.kind == "paragraph" or not _opens_list(edition, parent):
        return None
    start = _text_start(edition.text, parent)
    if parent.own_end - start <= LEAD_IN_CHARS:
        return Span(edition.row.id, parent.id, start, parent.own_end)
    last = split_sentences(edition.text, start, parent.own_end)[-1]
    return Span(edition.row.id, parent.id, *last)


def _best_sentences(
    text: str, start: int, end: int, reading: Reading, rarity: Mapping[str, float]
) -> list[tuple[int, int]]:
    """The sentences that share most with the question, in reading order; the first one breaks ties."""
    scored = [
        (_shared(text[first:last], reading, rarity), -position, (first, last))
        for position, (first, last) in enumerate(split_sentences(text, start, end))
    ]
    scored.sort(reverse=True)
    best = scored[0][0]
    chosen = [span for score, _, span in scored[:SENTENCES] if score >= 0.6 * best]
    return sorted(chosen)


def _shared(text: str, reading: Reading, rarity: Mapping[str, float]) -> float:
    """How much of the question's words a text has, weighted by rarity."""
    return sum(rarity.get(term, 1.0) for term in set(reading.terms) & set(stems(text)))
