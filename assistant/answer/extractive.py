"""Ranked provisions -> verbatim statements: the sentences that answer, lists kept as lists.

A sub-point is quoted with the lead-in it completes. A list is quoted whole when the question points at
its lead-in, or when several of its items are among the best provisions. What is chosen stands in reading
order within an act, acts in the order of their best provision; nothing is said twice.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answer.arrange import add, in_reading_order, only_changed
from assistant.answer.compose import Span, Statement
from assistant.answer.kind_asked import by_kind_asked
from assistant.answer.sentences import split_sentences
from assistant.answer.to_quote import LEAD_IN_CHARS, to_quote
from assistant.answer.wanted import Wanted
from assistant.library.view import EditionView, LibraryView
from assistant.model import Provision
from assistant.ranked import Ranked
from assistant.settings import AnswerSettings

WHOLE_CHARS = 700  # a provision up to this length is quoted whole
DEEPEST = 1  # lists inside lists inside a list are quoted in one piece
UNLISTED = ("paragraph", "subparagraph")  # what follows the items under the same number
SIBLINGS = 3  # that many items of one list about as good as the best of them stand for the list …
SIBLING_MARGIN = 0.45  # … when their standardised scores are no further below it than this
LATER_LIST = 6  # items above which a list is quoted only where it is the first thing in the answer
_NUMBER = re.compile(
    r"\s*(?:\d+(?:[.-]\d+)*[.)](?:\s*[-–]\s*\d+(?:[.-]\d+)*[.)])?|\d+\s*[-–]\s*\d+[.)]|\(\d+\))\s+(?=\S)"
)
_LETTER = re.compile(r"[^\W\d_]{3}")
_TO_NEXT = re.compile(r"\s*[;,](?:\s+(?:and|or|и|или))?\s*$")
CUT = " … "  # between pieces of one provision that do not stand side by side


def select(
    ranked: Sequence[Ranked], wanted: Wanted, view: LibraryView, settings: AnswerSettings
) -> list[Statement]:
    """Statements in the order of their provisions' rank; at most ``max_claims``, lists not counted."""
    if not ranked:
        return []
    reading = wanted.reading
    ranked = by_kind_asked(ranked, reading, view)
    close = to_quote(ranked, wanted, view)
    chosen: list[list[Statement]] = []
    used: set[tuple[int, str]] = set()
    for entry in close:
        edition = view.edition(entry.edition)
        target = _list_target(entry, close, edition)
        if _overlaps(entry, target, used, edition):
            continue
        crowded = target is not None and bool(chosen) and len(edition.children[target]) > LATER_LIST
        if target is not None and (entry.direct or not crowded):
            said = _whole_list(edition, target, settings.max_list_items)
            used.add((entry.edition, target))
        elif target == entry.provision:
            if not wanted.states_figure(edition.own_text(edition.provisions[target])):
                continue  # a lead-in without its list says nothing
            said = _whole_list(edition, target, 0)
            used.add((entry.edition, target))
        elif _only_heading(edition, edition.provisions[entry.provision]):
            said = _parts(edition, entry, ranked, wanted, settings)
            used.add((entry.edition, entry.provision))
        else:
            said = _quote(edition, entry, wanted)
            used.add((entry.edition, entry.provision))
        if said:
            add(said, chosen, view, reading.filters.as_of)
        if len(chosen) >= settings.max_claims:
            break
    return in_reading_order(only_changed(chosen, view) if reading.compares else chosen, view)


def _overlaps(entry: Ranked, target: str | None, used: set[tuple[int, str]], edition: EditionView) -> bool:
    """Whether this provision, one above or below it, or the list it stands for has been quoted already."""
    whole = target or entry.provision
    if any(key == entry.edition and (pid == whole or pid.startswith(f"{whole}/")) for key, pid in used):
        return True
    node = edition.provisions[entry.provision]
    return any((entry.edition, each.id) in used for each in edition.lineage(node))


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
    wanted: Wanted,
    settings: AnswerSettings,
) -> list[Statement]:
    """What stands under a heading: all of it where the question names it, else what answers best.

    That is the part of the best rank; the parts of a short article are searched as one and have none.
    """
    children = edition.children[entry.provision]
    if not entry.direct:
        found = [other.provision for other in ranked if other.edition == entry.edition]
        by_rank = sorted(
            (each for each in children if each.id in found), key=lambda each: found.index(each.id)
        )
        children = by_rank[:1] or wanted.best_parts(edition, edition.provisions[entry.provision], children)
    said: list[Statement] = []
    for child in children:
        if len(said) >= settings.max_list_items:
            break
        if _opens_list(edition, child):
            said.extend(_whole_list(edition, child.id, settings.max_list_items))
        elif _only_heading(edition, child):
            inner = Ranked(
                entry.edition, child.id, entry.score, entry.cosine, entry.words, entry.lang, direct=True
            )
            said.extend(_parts(edition, inner, ranked, wanted, settings))
        else:
            said.append(_whole(edition, child))
    return said


def _whole(edition: EditionView, node: Provision) -> Statement:
    end = node.end if node.end - node.start <= 2 * WHOLE_CHARS else node.own_end
    span = Span(edition.row.id, node.id, _text_start(edition.text, node), end)
    return Statement(_flat(edition.text[span.start : span.end]), [span])


def _whole_list(edition: EditionView, target: str, most: int, depth: int = 0) -> list[Statement]:
    """A lead-in and its items; an item too long to be quoted whole is a list in the list."""
    node = edition.provisions[target]
    start = node.start if depth else _text_start(edition.text, node)
    lead_in = Span(edition.row.id, node.id, start, node.own_end)
    above = None if depth else _lead_in(edition, node)
    spans = [above, lead_in] if above else [lead_in]
    words = " ".join(_flat(edition.text[span.start : span.end]) for span in spans)
    found = [Statement(words, spans, item=bool(depth), depth=max(0, depth - 1))]
    children = edition.children[target]
    for place, child in enumerate(children):
        if len(found) > most:
            found[-1].left_out = len(children) - place
            break
        long = child.end - child.start > 2 * WHOLE_CHARS
        if long and _opens_list(edition, child) and depth < DEEPEST:
            found.extend(_whole_list(edition, child.id, most - len(found) + 1, depth + 1))
            continue
        span = Span(edition.row.id, child.id, child.start, child.own_end if long else child.end)
        text = _flat(edition.text[span.start : span.end])
        listed = child.kind not in UNLISTED
        found.append(Statement(text, [span], item=True, depth=depth, listed=listed))
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


def _quote(edition: EditionView, entry: Ranked, wanted: Wanted) -> list[Statement]:
    """A provision whole when short, else its best sentences, with the lead-in an item needs."""
    node = edition.provisions[entry.provision]
    start = _text_start(edition.text, node)
    end = node.end if node.end - start <= WHOLE_CHARS else node.own_end
    if end - start <= WHOLE_CHARS:
        pieces = [(start, end)]
    else:
        pieces = wanted.best_sentences(edition, node, start, end)
    lead_in = _lead_in(edition, node)
    if lead_in is not None:
        pieces[-1] = (pieces[-1][0], _item_end(edition.text, *pieces[-1]))
    quoted = [Span(edition.row.id, node.id, first, last) for first, last in pieces]
    text = CUT.join(_flat(edition.text[span.start : span.end]) for span in quoted)
    if lead_in is None:
        return [Statement(text, quoted)]
    opening = _flat(edition.text[lead_in.start : lead_in.end])
    return [Statement(f"{opening} {text}", [lead_in, *quoted])]


def _item_end(text: str, start: int, end: int) -> int:
    """The end of an item without what leads to the next one: «;», "; and"."""
    match = _TO_NEXT.search(text, start, end)
    return match.start() if match and match.start() > start else end


def _lead_in(edition: EditionView, node: Provision) -> Span | None:
    parent = edition.provisions.get(node.parent) if node.parent else None
    if parent is None or node.repealed or node.kind == "paragraph" or not _opens_list(edition, parent):
        return None
    start = _text_start(edition.text, parent)
    if parent.own_end - start <= LEAD_IN_CHARS:
        return Span(edition.row.id, parent.id, start, parent.own_end)
    last = split_sentences(edition.text, start, parent.own_end)[-1]
    return Span(edition.row.id, parent.id, *last)
