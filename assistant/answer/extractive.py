"""Ranked provisions -> verbatim statements: the sentences that answer, lists kept as lists.

A sub-point is quoted with the lead-in it completes. A list is quoted whole when the question points at
its lead-in, or when several of its items are among the best provisions. What is chosen stands in reading
order within an act, acts in the order of their best provision; nothing is said twice.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answer.abstain import quotes
from assistant.answer.arrange import RECITAL, add, in_reading_order, only_changed
from assistant.answer.compose import Span, Statement
from assistant.answer.kind_asked import by_kind_asked
from assistant.answer.sentences import split_sentences
from assistant.answer.verify.modality import modality
from assistant.answer.wanted import Wanted
from assistant.library.view import EditionView, LibraryView
from assistant.model import ActKind, Authority, Provision, stands_in
from assistant.ranked import Ranked
from assistant.settings import AnswerSettings

SCORE_MARGIN = 0.75  # standardised score below the best at which a provision no longer joins the answer …
DIGEST_MARGIN = 0.9  # … where the best is a digest's statement, which what stands around it does not raise
BINDING_MARGIN = 1.2  # … for what binds, where a recital or guidelines are the best for a question of duty
ABOUT_MARGIN = 1.5  # … where the question asks what all an act says of a topic
SURE_MARGIN = 0.3  # one no further below it stays whatever words it has
SHARED_ENOUGH = 0.7  # share of the question's words that the others need, of what the best of them has
WHOLE_CHARS = 700  # a provision up to this length is quoted whole
LEAD_IN_CHARS = 400
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
DUTY = frozenset({"duty", "advice", "permission", "ban", "exemption"})  # what answers a question of duty
# «Обязан ли оператор …», "must a deployer …", not "can you tell me".
_ASKS_DUTY = re.compile(
    r"(?<!\w)(?:(?:нужно|надо|необходимо|можно|разрешено|запрещено|допускается|следует|требуется)\s+ли|"
    r"обязан[аоы]?|вправе|должен|должн[аоы]|рекомендован[аоы]?)(?!\w)"
    r"|(?<!\w)(?:запрещ[её]н[аоы]?|разреш[её]н[аоы]?)(?!\w)"
    r"|^(?:is|are|was|were)\s.*(?<!\w)(?:banned|prohibited|forbidden|permitted|allowed|legal|lawful)(?!\w)"
    r"|^(?:may|can)\s+(?!(?:you|i\s+(?:ask|know))\b)"
    r"|(?<!\w)(?:must|shall|should|required\s+to|obliged\s+to|ha(?:ve|s)\s+to|needs?\s+to|allowed\s+to|entitled\s+to|advised\s+to)(?!\w)",
    re.IGNORECASE,
)
CUT = " … "  # between pieces of one provision that do not stand side by side


def select(
    ranked: Sequence[Ranked], wanted: Wanted, view: LibraryView, settings: AnswerSettings
) -> list[Statement]:
    """Statements in the order of their provisions' rank; at most ``max_claims``, lists not counted."""
    if not ranked:
        return []
    reading = wanted.reading
    ranked = by_kind_asked(ranked, reading, view)
    close = _relevant(_close(ranked, wanted, view), wanted, view)
    close[1:1] = _of_acts_left_out(ranked, close, wanted, view)
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


def _relevant(close: Sequence[Ranked], wanted: Wanted, view: LibraryView) -> list[Ranked]:
    """Without provisions that are further from the best and miss what the others have of the question.

    Words are compared within one language only. Where the question asks whether somebody must or may, a
    provision that obliges, advises, permits or forbids stays whatever words it has.
    """
    of_duty = bool(_ASKS_DUTY.search(wanted.reading.question))
    have = {id(entry): wanted.shared(_around(entry, view)) for entry in close}
    most: dict[str, float] = {}
    for entry in close:
        most[entry.lang] = max(most.get(entry.lang, 0.0), have[id(entry)])
    return [
        entry
        for entry in close
        if entry.direct
        or entry.score >= close[0].score - SURE_MARGIN
        or have[id(entry)] >= SHARED_ENOUGH * most[entry.lang]
        or (of_duty and DUTY & modality(_own(entry, view)).forces)
    ]


def _own(entry: Ranked, view: LibraryView) -> str:
    edition = view.edition(entry.edition)
    return edition.own_text(edition.provisions[entry.provision])


def _around(entry: Ranked, view: LibraryView) -> str:
    """A provision's words with those it stands under: its title, headings and lead-in."""
    edition = view.edition(entry.edition)
    node: Provision | None = edition.provisions[entry.provision]
    parts = [edition.text[node.start : node.end] if node else "", edition.row.title or ""]
    while node is not None and node.parent:
        node = edition.provisions.get(node.parent)
        parts.append(edition.own_text(node)[:LEAD_IN_CHARS] if node else "")
    return " ".join(parts)


def _close(ranked: Sequence[Ranked], wanted: Wanted, view: LibraryView) -> list[Ranked]:
    """The provisions an answer is made of, best first.

    What the question names stands alone, but for texts in whose words it is put: those come first.
    """
    named = [entry for entry in ranked if entry.direct]
    if named:
        worded = [
            entry
            for entry in ranked
            if quotes(wanted.reading, entry, view, wanted.rarity)
            and not any(
                each.edition == entry.edition and stands_in(entry.provision, each.provision) for each in named
            )
        ]
        return worded + named
    best = ranked[0]
    digest = view.editions[best.edition].authority == Authority.DIGEST
    margin = DIGEST_MARGIN if digest else SCORE_MARGIN
    if wanted.reading.about:
        margin = ABOUT_MARGIN
    close = [entry for entry in ranked if entry.score >= best.score - margin]
    if _ASKS_DUTY.search(wanted.reading.question) and _explains(best, view):
        close += _binding(ranked[len(close) :], best, view)
    return close


def _of_acts_left_out(
    ranked: Sequence[Ranked], close: Sequence[Ranked], wanted: Wanted, view: LibraryView
) -> list[Ranked]:
    """The best provision of each act that the question names beside others and nothing close is of."""
    if len(wanted.reading.acts) < 2:
        return []
    told = {view.editions[entry.edition].act_id for entry in close}
    of_act = {
        act: [e for e in ranked if view.editions[e.edition].act_id == act] for act in wanted.reading.acts
    }
    return [found[0] for act, found in of_act.items() if act not in told and found]


def _explains(entry: Ranked, view: LibraryView) -> bool:
    """Whether a provision only explains what binds: a recital, or guidelines."""
    act = view.acts[view.editions[entry.edition].act_id]
    return entry.provision.startswith(RECITAL) or act.kind == ActKind.GUIDELINES


def _binding(further: Sequence[Ranked], best: Ranked, view: LibraryView) -> list[Ranked]:
    """The best that obliges, permits or forbids, of the law that the ``best`` explains: that alone binds."""
    law = view.acts[view.editions[best.edition].act_id].jurisdiction
    for entry in further:
        act = view.acts[view.editions[entry.edition].act_id]
        near = act.jurisdiction == law and entry.score >= best.score - BINDING_MARGIN
        if near and not _explains(entry, view) and DUTY & modality(_with_lead_in(entry, view)).forces:
            return [entry]
    return []


def _with_lead_in(entry: Ranked, view: LibraryView) -> str:
    edition = view.edition(entry.edition)
    node = edition.provisions[entry.provision]
    above = edition.provisions.get(node.parent) if node.parent else None
    return f"{edition.own_text(above)[-LEAD_IN_CHARS:] if above else ''} {edition.own_text(node)}"


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
