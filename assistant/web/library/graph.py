"""An act's relations -> a small drawing with the act in the middle, and the same as a list.

On the left stands what the act does to others, on the right what others do to it. Both are made of the same
:class:`Tie` values; the drawing shows the first few, the list all of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.export.reference import formal_name
from assistant.library.schema import RelationRow
from assistant.model import Lang, RelationKind
from assistant.naming import act_reference, dated, day_in_words
from assistant.web.escape import esc
from assistant.web.library.markup import act_link, address
from assistant.web.library.names import RELATIONS
from assistant.web.library.reach import Reach
from assistant.web.library.words import say
from assistant.web.plain import shorten

A_SIDE = 6  # acts drawn on each side
LISTED = 12  # acts listed on each side before the rest is folded away
_ORDER = (RelationKind.AMENDS, RelationKind.REPEALS, RelationKind.APPROVES, RelationKind.CITES)
_UNNAMED = "unidentified"  # stands in the library for an amending act whose number nobody has seen

_FOREIGN = re.compile(r"(?P<place>eu|us)-(?P<kind>reg|dir|dec|eo)-(?P<number>\d+)-(?P<year>\d{4})")
_ORDER_OF_MINISTRY = re.compile(r"ru-prikaz-[a-z]+-(?P<number>\d[^-]*)-(?P<year>\d{4})")

WIDTH, NODE_WIDTH, NODE_HEIGHT, GAP = 980, 290, 58, 14
_LINE_CHARS, _LINES = 33, 2
_NAME_CHARS, _NAME_LINES, _NAME_STEP = 23, 6, 22  # of the act in the middle, in bold


@dataclass(frozen=True, slots=True)
class Tie:
    """One relation seen from the act in the middle. ``act``: the other's id, None where it has no page.

    ``out``: the act does it to the other.
    """

    act: str | None
    name: str
    kind: str
    out: bool
    date: str | None
    title: str = ""


def ties(reach: Reach, act: str, lang: Lang) -> list[Tie]:
    """The relations of an act, each once; what changes an act comes before what merely names it."""
    found: dict[tuple[str, str, bool], Tie] = {}
    for row in reach.relations(act):
        out = row.source == act
        other = row.target if out else row.source
        if other == act:
            continue
        key = (f"{other} {row.number} {row.date}" if other == _UNNAMED else other, row.kind, out)
        known = found.get(key)
        if known is None or (known.date is None and row.date):
            found[key] = _tie(reach, row, other, lang, out=out)
    stronger = {(tie.act, tie.out) for tie in found.values() if tie.kind != RelationKind.CITES and tie.act}
    kept = [
        tie for tie in found.values() if tie.kind != RelationKind.CITES or (tie.act, tie.out) not in stronger
    ]
    return sorted(kept, key=_place)


def _place(tie: Tie) -> tuple[int, bool, str, str]:
    newest_first = "".join(chr(0x10FFFF - ord(char)) for char in tie.date or "")
    return _ORDER.index(RelationKind(tie.kind)), tie.act is None, newest_first or "\U0010ffff", tie.name


def _tie(reach: Reach, row: RelationRow, other: str, lang: Lang, *, out: bool) -> Tie:
    entry = reach.view.acts.get(other)
    # The number and date printed with a relation are the acting act's: the source's.
    number, made = (None, None) if out else (row.number, row.date)
    if other == _UNNAMED and not number:
        name = say(lang, "unnamed_act")
    else:
        spoken = _by_id(other, lang, number, made) if entry is None else None
        name = spoken or act_reference(other, entry, lang, number=number, date=made)
    if lang == "en":  # letters of a Russian number
        name = name.replace("ФЗ", "FZ").replace("ФКЗ", "FKZ")
    title = reach.view.title(other, lang) if entry else ""
    there = other if entry is not None and reach.known(other) else None
    return Tie(there, name, row.kind, out, row.date or (entry.date if entry else None), title)


def _by_id(act: str, lang: Lang, number: str | None = None, date: str | None = None) -> str | None:
    """An act known by its id alone, as it is spoken of; ``number``, ``date``: as another act prints them.

    None for Russian laws and decrees, which :func:`act_reference` names, and for ids that tell too little.
    """
    parts = _FOREIGN.fullmatch(act)
    if parts is not None:
        return say(lang, f"{parts['place']}_{parts['kind']}", number=parts["number"], year=parts["year"])
    order = _ORDER_OF_MINISTRY.fullmatch(act)
    formal = formal_name(act, lang) if order else None
    if order is None or formal is None:
        return None
    return f"{formal} {dated(number or order['number'], date or order['year'], lang)}"


def relations_html(found: Sequence[Tie], name: str, lang: Lang) -> str:
    """The drawing and the list. ``name``: of the act in the middle."""
    title = f"<h3>{esc(say(lang, 'relations'))}</h3>"
    if not found:
        body = f'<p class="lib-quiet">{esc(say(lang, "relations_none"))}</p>'
    else:
        body = drawing(found, name, lang) + _lists(found, lang)
    return f'<section class="lib-relations" lang="{lang}">{title}{body}</section>'


def _lists(found: Sequence[Tie], lang: Lang) -> str:
    parts = []
    for out, key in ((True, "this_does"), (False, "done_to_this")):
        side = [tie for tie in found if tie.out is out]
        if not side:
            continue
        items = "".join(_entry(tie, lang) for tie in side[:LISTED])
        rest = "".join(_entry(tie, lang) for tie in side[LISTED:])
        more = esc(say(lang, "and_more", n=len(side) - LISTED))
        folded = f"<details><summary>{more}</summary><ul>{rest}</ul></details>" if rest else ""
        parts.append(f"<div><h4>{esc(say(lang, key))}</h4><ul>{items}</ul>{folded}</div>")
    return f'<div class="lib-ties">{"".join(parts)}</div>'


def _entry(tie: Tie, lang: Lang) -> str:
    link = act_link(tie.act, tie.name) if tie.act else f"<span>{esc(tie.name)}</span>"
    title = f' <span class="lib-quiet">{esc(shorten(tie.title, 120))}</span>' if tie.title != tie.name else ""
    day = f", {esc(day_in_words(tie.date, lang))}" if tie.date and tie.date[:4] not in tie.name else ""
    return f"<li>{esc(_verb(tie, lang))} {link}{day}{title}</li>"


def _verb(tie: Tie, lang: Lang) -> str:
    return RELATIONS[lang][tie.kind][0 if tie.out else 1]


# ── the drawing ───────────────────────────────────────────────────────────────────────────────


def drawing(found: Sequence[Tie], name: str, lang: Lang) -> str:
    """The act with the acts around it, as SVG; every act that has a page is a link to it."""
    left = [tie for tie in found if tie.out]
    right = [tie for tie in found if not tie.out]
    rows = max(_rows(left), _rows(right), 1)
    lines = _wrapped(name, _NAME_CHARS, _NAME_LINES)
    tall = _NAME_STEP * len(lines) + 24
    height = max(rows * (NODE_HEIGHT + GAP), tall + GAP) + GAP
    centre = height / 2
    parts = [
        _side(left, 0, centre, height, lang),
        _side(right, WIDTH - NODE_WIDTH, centre, height, lang),
        _middle(lines, tall, centre),
    ]
    label = esc(say(lang, "graph"))
    return (
        f'<svg class="lib-graph" viewBox="0 0 {WIDTH} {height}" role="group" aria-label="{label}">'
        f'<defs><marker id="lib-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
        f'markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z" class="arrow"/></marker></defs>'
        f"{''.join(parts)}</svg>"
    )


def _rows(side: Sequence[Tie]) -> int:
    return min(len(side), A_SIDE) + (len(side) > A_SIDE)


def _middle(lines: Sequence[str], height: int, centre: float) -> str:
    width = WIDTH - 2 * NODE_WIDTH - 140
    x = (WIDTH - width) / 2
    top = centre - height / 2
    text = _text(lines, WIDTH / 2, top + 27, _NAME_STEP, "middle", "name")
    return f'<rect class="centre" x="{x:g}" y="{top:g}" width="{width}" height="{height}" rx="8"/>{text}'


def _side(side: Sequence[Tie], x: float, centre: float, height: float, lang: Lang) -> str:
    rows = _rows(side)
    top = (height - rows * (NODE_HEIGHT + GAP) + GAP) / 2
    parts = []
    for place, tie in enumerate(side[:A_SIDE]):
        y = top + place * (NODE_HEIGHT + GAP)
        parts.append(_edge(tie, x, y + NODE_HEIGHT / 2, centre) + _node(tie, x, y, lang))
    if len(side) > A_SIDE:
        y = top + A_SIDE * (NODE_HEIGHT + GAP) + NODE_HEIGHT / 2
        more = say(lang, "and_more", n=len(side) - A_SIDE)
        parts.append(_text([more], x + NODE_WIDTH / 2, y, 0, "middle", "more"))
    return "".join(parts)


def _edge(tie: Tie, x: float, y: float, centre: float) -> str:
    inner = (WIDTH - (WIDTH - 2 * NODE_WIDTH - 140)) / 2
    if tie.out:
        start, end = (inner, centre), (x + NODE_WIDTH + 2, y)
    else:
        start, end = (x, y), (WIDTH - inner + 2, centre)
    bend = (start[0] + end[0]) / 2
    path = f"M{start[0]:g} {start[1]:g} C{bend:g} {start[1]:g} {bend:g} {end[1]:g} {end[0]:g} {end[1]:g}"
    return f'<path class="edge {esc(tie.kind)}" d="{path}" marker-end="url(#lib-arrow)"/>'


def _node(tie: Tie, x: float, y: float, lang: Lang) -> str:
    lines = _wrapped(tie.name, _LINE_CHARS, _LINES)
    verb = _text([_verb(tie, lang)], x + 12, y + 17, 0, "start", "verb")
    words = verb + _text(lines, x + 12, y + 34 if len(lines) > 1 else y + 38, 16, "start", "name")
    box = f'<rect x="{x:g}" y="{y:g}" width="{NODE_WIDTH}" height="{NODE_HEIGHT}" rx="6"/>'
    if tie.act is None:
        return f'<g class="node plain">{box}{words}</g>'
    said = esc(f"{_verb(tie, lang)}: {tie.name}")
    return (
        f'<a class="node" href="{esc(address(tie.act))}" data-act="{esc(tie.act)}" aria-label="{said}">'
        f"<title>{esc(shorten(tie.title or tie.name, 200))}</title>{box}{words}</a>"
    )


def _text(lines: Sequence[str], x: float, y: float, step: int, anchor: str, css: str) -> str:
    spans = "".join(
        f'<tspan x="{x:g}" y="{y + place * step:g}">{esc(line)}</tspan>' for place, line in enumerate(lines)
    )
    return f'<text class="{css}" text-anchor="{anchor}">{spans}</text>'


def _wrapped(text: str, width: int, most: int) -> list[str]:
    """Text in at most ``most`` lines of about ``width`` characters, the last one cut where it must be."""
    lines: list[str] = [""]
    for word in text.replace("№ ", "№\u00a0").replace("No. ", "No.\u00a0").split(" "):
        word = word if len(word) <= width else word[: width - 1] + "…"
        if len(lines[-1]) + len(word) + 1 > width and lines[-1]:
            if len(lines) == most:
                lines[-1] = lines[-1][: width - 1].rstrip() + "…"
                return lines
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
