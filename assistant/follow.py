"""References in the best provisions -> the provisions they name, as further results.

«подпункты "а" – "г" пункта 26», "referred to in Article 5": what a rule leans on is often part of the
answer, in words that share nothing with the question.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from assistant.library.view import LibraryView
from assistant.model import Authority
from assistant.ranked import Ranked
from assistant.references import candidate_paths, find_references

FOLLOWED = 3  # best provisions whose references are looked at
READ = 2500  # characters of a provision that are looked through
MOST = 6  # provisions named by one that are taken: an enumeration of twenty helps nobody


def follow(best: Sequence[Ranked], view: LibraryView, behind: float) -> list[Ranked]:
    """Provisions of the same text that the best ones name, each ``behind`` the one that names it."""
    found: list[Ranked] = []
    for entry in best[:FOLLOWED]:
        row = view.editions[entry.edition]
        if row.authority == Authority.DIGEST:
            continue
        edition = view.edition(entry.edition)
        node = edition.provisions[entry.provision]
        text = edition.text[node.start : min(node.end, node.start + READ)]
        for path in _named(text, view.acts[row.act_id].jurisdiction, frozenset(edition.provisions))[:MOST]:
            inside = path == node.id or path.startswith(f"{node.id}/") or node.id.startswith(f"{path}/")
            if not inside:
                found.append(Ranked(entry.edition, path, entry.score - behind, 0.0, 0.0, row.lang))
    return found


@lru_cache(maxsize=512)
def _named(text: str, jurisdiction: str | None, outline: frozenset[str]) -> tuple[str, ...]:
    """Ids of the outline's provisions that a text names without naming another act."""
    found: dict[str, None] = {}
    for reference in find_references(text):
        if reference.act is not None or not reference.steps:
            continue
        paths = (
            *candidate_paths(reference.steps, jurisdiction, attached=True),
            *candidate_paths(reference.steps, jurisdiction),
        )
        path = next((path for path in paths if path in outline), None)
        if path is not None:
            found.setdefault(path)
    return tuple(found)
