"""Several parts of one provision among the best -> the provision itself, once.

An answer that needs points 1, 2 and 3 of a list needs the list: shown as one result it leaves room for what
else the question asks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant.library.view import LibraryView
from assistant.model import Authority, Provision
from assistant.ranked import Ranked

LOOKED_AT = 30  # of the best provisions
WHOLE = 2000  # characters of a provision that may stand for its parts
Key = tuple[int, str]  # edition key and provision id


def gather(best: Sequence[Ranked], view: LibraryView) -> list[Ranked]:
    """``best`` with parts of one provision gathered: the best part stays, the whole takes the second's place.

    Only a provision of at most WHOLE characters stands for its parts. What the question names stays.
    """
    looked_at = [(entry.edition, entry.provision) for entry in best[:LOOKED_AT]]
    nodes = view.nodes(looked_at)
    first: set[Key] = set()  # provisions of which one part has been listed
    shown: dict[Key, Ranked] = {}
    kept: list[Ranked] = []
    for place, entry in enumerate(best):
        above = [] if place >= LOOKED_AT or entry.direct else _wholes_above(entry, nodes, view)
        over = next((shown[key] for key in above if key in shown), None)
        here = (entry.edition, entry.provision)
        if over is not None or here in shown:
            (over or shown[here]).merge_parts(entry.parts)
            continue
        if above and above[0] in first:
            entry = replace(entry, provision=above[0][1])
            here = above[0]
        elif above:
            first.add(above[0])
        kept.append(entry)
        if place < LOOKED_AT and _is_whole(here, nodes, view):
            shown[here] = entry
    return kept


def _wholes_above(entry: Ranked, nodes: Mapping[Key, Provision], view: LibraryView) -> list[Key]:
    """The provisions this one is a part of, nearest first, that are short enough to be shown whole."""
    at = entry.edition, entry.provision
    found: list[Key] = []
    while (parent := nodes[at].parent) is not None:
        at = entry.edition, parent
        if at not in nodes or not _is_whole(at, nodes, view):
            break
        found.append(at)
    return found


def _is_whole(key: Key, nodes: Mapping[Key, Provision], view: LibraryView) -> bool:
    """Whether a provision has parts and is short enough to stand for them."""
    node = nodes[key]
    digest = view.editions[key[0]].authority == Authority.DIGEST
    return not digest and node.own_end < node.end <= node.start + WHOLE
