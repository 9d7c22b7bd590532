"""Several parts of one provision among the best -> the provision itself, once.

An answer that needs points 1, 2 and 3 of a list needs the list: shown as one result it leaves room for what
else the question asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.library.view import LibraryView
from assistant.model import Authority, Provision
from assistant.ranked import Ranked

LOOKED_AT = 30  # of the best provisions
WHOLE = 2000  # characters of a provision that may stand for its parts


def gather(best: Sequence[Ranked], view: LibraryView) -> list[Ranked]:
    """``best`` with parts of one provision gathered: the best part stays, the whole takes the second's place.

    Only a provision of at most WHOLE characters stands for its parts. What the question names stays.
    """
    first: set[tuple[int, str]] = set()  # provisions of which one part has been listed
    shown: dict[tuple[int, str], Ranked] = {}
    kept: list[Ranked] = []
    for place, entry in enumerate(best):
        above = [] if place >= LOOKED_AT or entry.direct else _wholes_above(entry, view)
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
        if place < LOOKED_AT and _is_whole(here, view):
            shown[here] = entry
    return kept


def _wholes_above(entry: Ranked, view: LibraryView) -> list[tuple[int, str]]:
    """The provisions this one is a part of, nearest first, that are short enough to be shown whole."""
    edition = view.edition(entry.edition)
    node: Provision | None = edition.provisions[entry.provision]
    found: list[tuple[int, str]] = []
    while node is not None and node.parent:
        node = edition.provisions.get(node.parent)
        if node is None or not _is_whole((entry.edition, node.id), view):
            break
        found.append((entry.edition, node.id))
    return found


def _is_whole(key: tuple[int, str], view: LibraryView) -> bool:
    """Whether a provision has parts and is short enough to stand for them."""
    edition = view.edition(key[0])
    node = edition.provisions[key[1]]
    digest = edition.row.authority == Authority.DIGEST
    return not digest and key[1] in edition.children and node.end - node.start <= WHOLE
