"""An outline of an EU act -> its ids and labels: «Article 5(1)(f)», «Annex III, point 1(a)».

Ids follow the tree, but a chapter, a section above articles and an unnumbered subparagraph do not show in
the ids below them, unless two subparagraphs of one paragraph both have points.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.model import Provision
from ingest.structure.sequences import roman_value

_WORDS = (
    "zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth",
    "nineteenth", "twentieth",
)  # fmt: skip
DIVISIONS = frozenset({"title", "chapter", "section"})
FIXED = {"preamble": ("pre", "Preamble"), "final": ("final", "Final formula")}


@dataclass(frozen=True, slots=True)
class _Named:
    """What a node gives to those below: its kind, and the beginnings of their ids and labels."""

    kind: str
    id: str
    base: str
    spoken: str


_ROOT = _Named("", "", "", "")


def ordinal(number: int) -> str:
    """«second» for 2; «21st» beyond twenty."""
    if number < len(_WORDS):
        return _WORDS[number]
    ending = "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def name_all(provisions: Sequence[Provision]) -> None:
    """Give every provision its final id, parent id and label, in place. Ids come out unique."""
    hidden = _hidden_subparagraphs(provisions)
    named: dict[str, _Named] = {}
    taken: set[str] = set()
    for node in provisions:
        above = named[node.parent] if node.parent else _ROOT
        fresh, label = _unique(_id(node, above), taken), _label(node, above)
        taken.add(fresh)
        if node.id in hidden:
            named[node.id] = _Named(above.kind, fresh, above.base, above.spoken)
        elif node.kind in DIVISIONS and not above.base:
            named[node.id] = _Named(node.kind, fresh, "", label)
        else:
            named[node.id] = _Named(node.kind, fresh, fresh, label)
        node.label = label
        node.parent = above.id or None
        node.id = fresh


def _hidden_subparagraphs(provisions: Sequence[Provision]) -> set[str]:
    """Subparagraphs whose points are cited without them: the only ones with points in their paragraph."""
    kind = {node.id: node.kind for node in provisions}
    owner = {node.id: node.parent or "" for node in provisions}
    holders: dict[str, set[str]] = defaultdict(set)
    for node in provisions:
        if node.kind == "point" and node.parent:
            home = owner[node.parent] if kind[node.parent] == "subparagraph" else node.parent
            holders[home].add(node.parent)
    alone = {next(iter(group)) for group in holders.values() if len(group) == 1}
    return {held for held in alone if kind[held] == "subparagraph"}


def _unique(fresh: str, taken: set[str]) -> str:
    extra, tried = 2, fresh
    while tried in taken:
        tried, extra = f"{fresh}~{extra}", extra + 1
    return tried


def _id(node: Provision, above: _Named) -> str:
    number = node.number or ""
    if node.kind in FIXED:
        return FIXED[node.kind][0]
    if node.kind in {"recital", "article", "annex"}:
        return {"recital": "rec", "article": "art", "annex": "annex"}[node.kind] + _arabic(number, node.kind)
    if node.kind in DIVISIONS:
        word = "sec" if above.base else node.kind
        return f"{above.id}/{word}{_arabic(number, node.kind)}".lstrip("/")
    if node.kind == "subparagraph":
        return f"{above.base}/abz{number}"
    if "." in number and above.id.rpartition("/")[2] == number.rpartition(".")[0]:
        return f"{above.id.rpartition('/')[0]}/{number}"
    return f"{above.base}/{number}"


def _arabic(number: str, kind: str) -> str:
    """Roman numerals of annexes, titles and chapters in figures; everything else as it is."""
    value = roman_value(number) if kind != "article" and number.isupper() else None
    return str(value) if value and not (kind == "section" and len(number) == 1 and number > "I") else number


def _label(node: Provision, above: _Named) -> str:
    number = node.number or ""
    if node.kind in FIXED:
        return FIXED[node.kind][1]
    if node.kind in DIVISIONS or node.kind in {"recital", "article", "annex"}:
        own = f"{node.kind.capitalize()} {number}".rstrip()
        return f"{above.spoken}, {own}" if node.kind == "section" and above.spoken else own
    if node.kind == "paragraph":
        return f"{above.spoken}({number})"
    if node.kind == "subparagraph":
        what = "paragraph" if above.kind == "article" else "subparagraph"
        return f"{above.spoken}, {ordinal(int(number))} {what}"
    return _point_label(number, above)


def _point_label(number: str, above: _Named) -> str:
    if "." in number:
        return f"{above.spoken.rpartition(' ')[0]} {number}"
    in_annex = above.spoken.startswith("Annex")
    bracketed = number if in_annex and number[0].isdigit() and above.kind != "point" else f"({number})"
    if above.kind in {"article", "subparagraph", "annex", "section"}:
        return f"{above.spoken}, point {bracketed}"
    return f"{above.spoken}{bracketed}"
