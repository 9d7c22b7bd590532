"""Outline nodes -> the same nodes under the ids a grammar wants for them."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.model import Provision


def rename(provisions: Sequence[Provision], wanted: Sequence[str]) -> list[Provision]:
    """Give the n-th provision the n-th wanted id, in place; parents follow, repeated ids get «~2»."""
    renamed: dict[str, str] = {}
    taken: set[str] = set()
    for node, fresh in zip(provisions, wanted, strict=True):
        extra, tried = 2, fresh
        while tried in taken:
            tried, extra = f"{fresh}~{extra}", extra + 1
        taken.add(tried)
        renamed[node.id] = tried
    for node in provisions:
        node.id = renamed[node.id]
        node.parent = renamed[node.parent] if node.parent else None
    return list(provisions)
