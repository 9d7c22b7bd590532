"""Recall at k and full recall at k, per question.

Recall: the share of a question's needs that its first k passages meet; for a question with one need it is
hit@k. Full recall: 1 where all of them are met, else 0 (Krishna et al., 2024, call it so for questions over
several documents).
"""

from __future__ import annotations

from collections.abc import Sequence


def recall_at(ranks: Sequence[int | None], k: int) -> float:
    """Share of needs met by the first ``k`` passages; ``ranks`` as of ``ranks_of_needs``."""
    return sum(rank is not None and rank <= k for rank in ranks) / len(ranks)


def full_recall_at(ranks: Sequence[int | None], k: int) -> float:
    """1.0 where the first ``k`` passages meet every need, else 0.0."""
    return float(all(rank is not None and rank <= k for rank in ranks))
