"""An outline of an EU act -> ids and labels as lawyers write them: «Article 5(1)(f)», «Annex III, point 1(a)».

Ids follow the tree, but a chapter, a section above articles and an unnumbered subparagraph do not show in
the ids below them, unless two subparagraphs of one paragraph both have points.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from assistant.model import Provision
from ingest.structure.sequences import roman_value

ORDINALS = (
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
).split()  # noqa: SIM905
ABOVE_ARTICLES = frozenset({"title", "chapter", "section"})


def ordinal(number: int) -> str:
    """«second» for 2; «21st» beyond twenty."""
    if number < len(ORDINALS):
        return ORDINALS[number]
    ending = "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def name_all(provisions: Sequence[Provision]) -> None:
    """Give every provision its final id, parent id and label, in place. Ids come out unique."""
    by_id = {node.id: node for node in provisions}
    above = {node.id: by_id.get(node.parent or "") for node in provisions}
    hidden = _hidden_subparagraphs(provisions)
    names = {"": ("", "")}  # old id -> (what the ids below begin with, what the labels below begin with)
    taken: set[str] = set()
    renamed: dict[str, str] = {}
    for node in provisions:
        old, parent = node.id, above[node.id]
        base, spoken = names[parent.id if parent else ""] if parent is None or parent.id in names else ("", "")
        fresh = _unique(_step(node, parent, base), taken)
        label = _label(node, parent, spoken)
        taken.add(fresh)
        below = base if old in hidden or node.kind in ABOVE_ARTICLES and not base else fresh
        names[old] = (below, spoken if old in hidden else label)
        renamed[old] = fresh
        node.label = label
    for node in provisions:
        node.parent = renamed[node.parent] if node.parent else None
    for node in provisions:
        node.id = renamed[node.id]


def _hidden_subparagraphs(provisions: Sequence[Provision]) -> set[str]:
    """Subparagraphs whose points may be cited without them: the only ones of their paragraph."""
    with_points: dict[str, set[str]] = defaultdict(set)
    kind = {node.id: node.kind for node in provisions}
    owner = {node.id: node.parent or "" for node in provisions}
    for node in provisions:
        if node.kind != "point" or not node.parent:
            continue
        under = node.parent
        home = owner[under] if kind[under] == "subparagraph" else under
        with_points[home].add(under)
    return {next(iter(under)) for under in with_points.values() if len(under) == 1} & {
        node.id for node in provisions if node.kind == "subparagraph"
    }


def _unique(fresh: str, taken: set[str]) -> str:
    if fresh not in taken:
        return fresh
    extra = 2
    while f"{fresh}~{extra}" in taken:
        extra += 1
    return f"{fresh}~{extra}"


def _step(node: Provision, parent: Provision | None, base: str) -> str:
    number = node.number or ""
    if node.kind in {"preamble", "final"}:
        return {"preamble": "pre", "final": "final"}[node.kind]
    if node.kind == "recital":
        return f"rec{number}"
    if node.kind == "article":
        return f"art{number}"
    if node.kind == "annex":
        return f"annex{_arabic(number)}"
    if node.kind == "subparagraph":
        return f"{base}/abz{number}"
    if node.kind in ABOVE_ARTICLES and not base:
        own = f"{node.kind}{_arabic(number)}"
        return f"{parent.id_path}/{own}" if False else own if parent is None else f"{_path(parent)}/{own}"
    if node.kind == "section":
        return f"{base}/sec{_arabic(number)}"
    if "." in number and parent is not None and parent.number and number.startswith(f"{parent.number}."):
        return f"{base.rpartition('/')[0]}/{number}"
    return f"{base}/{number}"
