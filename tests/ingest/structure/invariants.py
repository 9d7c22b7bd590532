"""What holds for every outline, whatever the grammar."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.model import Provision
from ingest.document import CanonicalText


def check_outline(canonical: CanonicalText, outline: Sequence[Provision], *, sane: bool = True) -> None:
    """Ids unique, reading order, children inside parents, siblings apart, bounds without space.

    sane: the text is a real act, in which no id had to be made unique by force.
    """
    by_id = {node.id: node for node in outline}
    assert len(by_id) == len(outline), "ids repeat"
    assert not sane or not [node.id for node in outline if "~" in node.id], "ids were made unique by force"
    last_sibling_end: dict[str | None, int] = {}
    starts = [node.start for node in outline]
    assert starts == sorted(starts), "not in reading order"
    seen: set[str] = set()
    for node in outline:
        text = canonical.text[node.start : node.end]
        assert node.start < node.end, f"{node.id} is empty"
        assert text == text.strip(), f"{node.id} begins or ends with space"
        # An attachment without a title begins with its first point and has no text of its own.
        assert node.start <= node.own_end <= node.end, f"{node.id}: own text out of bounds"
        if node.heading_end is not None:
            assert node.start < node.heading_end <= node.own_end, f"{node.id}: heading out of bounds"
        if node.parent is not None:
            assert node.parent in seen, f"{node.id} comes before its parent"
            parent = by_id[node.parent]
            assert parent.start <= node.start and node.end <= parent.end, f"{node.id} leaves its parent"
            assert parent.own_end <= node.start, f"{node.id} begins in its parent's own text"
        assert node.start >= last_sibling_end.get(node.parent, 0), f"{node.id} overlaps its sibling"
        last_sibling_end[node.parent] = node.end
        assert node.label, f"{node.id} has no label"
        seen.add(node.id)
