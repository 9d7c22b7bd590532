"""Character precision and recall of retrieved passages (as LegalBench-RAG, Pipitone and Houir Alami, 2024).

Recall: the share of the needed characters that the first k passages cover; of a need's alternative places the
best covered counts. Precision: the share of the characters covered by the first k passages that belong to
any place that meets a need. Characters covered twice count once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from evals.retrieval_cases import Passage

Spans = dict[tuple[str, str | None], list[tuple[int, int]]]


def span_metrics(
    ranked: Sequence[Passage], needs: Sequence[Sequence[Passage]], k: int
) -> tuple[float, float]:
    """(precision, recall) of the first ``k`` passages, both 0…1."""
    shown = _union(ranked[:k])
    best = [max(need, key=lambda place: _common(shown, _union([place])) / _length([place])) for need in needs]
    wanted = _union(best)
    anywhere = _union(place for need in needs for place in need)
    total = sum(stop - start for spans in shown.values() for start, stop in spans)
    needed = sum(stop - start for spans in wanted.values() for start, stop in spans)
    return (_common(shown, anywhere) / total if total else 0.0), _common(shown, wanted) / needed


def _length(passages: Sequence[Passage]) -> int:
    return sum(passage.end - passage.start for passage in passages)


def _union(passages: Iterable[Passage]) -> Spans:
    """Disjoint spans, in order, by act and edition."""
    by_text: Spans = {}
    for passage in passages:
        by_text.setdefault((passage.act, passage.edition), []).append((passage.start, passage.end))
    for key, spans in by_text.items():
        merged: list[tuple[int, int]] = []
        for start, stop in sorted(spans):
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
            else:
                merged.append((start, stop))
        by_text[key] = merged
    return by_text


def _common(one: Spans, other: Spans) -> int:
    return sum(
        max(0, min(stop, to) - max(start, begin))
        for key, spans in one.items()
        for start, stop in spans
        for begin, to in other.get(key, ())
    )
