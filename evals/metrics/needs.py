"""Which needs of a question a ranked list of passages meets, and where."""

from __future__ import annotations

from collections.abc import Sequence

from evals.retrieval_cases import Passage

COVERED = 0.5  # a passage that holds at least half of a needed one's characters shows it


def meets(passage: Passage, need: Sequence[Passage]) -> bool:
    """Whether a passage holds at least half of one of the places that meet a need, edition included."""
    return any(passage.covers_of(place) >= COVERED for place in need)


def ranks_of_needs(ranked: Sequence[Passage], needs: Sequence[Sequence[Passage]]) -> list[int | None]:
    """For every need the rank (from 1) of the first passage that meets it; None where none does."""
    return [
        next((rank for rank, passage in enumerate(ranked, 1) if meets(passage, need)), None) for need in needs
    ]
