"""MRR@10 and nDCG@10 over needs, computed by ir-measures.

The judged items of a question are its needs, each of grade 1. A passage stands for the needs it is the first
to meet, which take places one after another, and for nothing where it meets none anew: repeating a passage
earns nothing twice.
nDCG: Järvelin and Kekäläinen, 2002, with the log2 discount; MRR: the reciprocal rank of the first need met.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

DEPTH = 10


def ranking_metrics(ranks: Mapping[str, Sequence[int | None]]) -> dict[str, dict[str, float]]:
    """Question id -> ``{"mrr@10", "ndcg@10"}``, from the ranks at which its needs are met."""
    import ir_measures
    from ir_measures import RR, nDCG

    qrels, run = [], []
    for question, met in ranks.items():
        for number, rank in enumerate(met):
            qrels.append(ir_measures.Qrel(question, f"need-{number}", 1))
            if rank is not None:
                # Needs met by one passage share its rank; the small step keeps them apart and in order.
                run.append(ir_measures.ScoredDoc(question, f"need-{number}", -rank - number / 1000))
        taken = {rank for rank in met if rank is not None}
        run.extend(
            ir_measures.ScoredDoc(question, f"other-{rank}", -float(rank))
            for rank in range(1, DEPTH + 1)
            if rank not in taken
        )
    names = {RR @ DEPTH: f"mrr@{DEPTH}", nDCG @ DEPTH: f"ndcg@{DEPTH}"}
    found: dict[str, dict[str, float]] = {question: {} for question in ranks}
    for value in ir_measures.iter_calc(list(names), qrels, run):
        found[value.query_id][names[value.measure]] = float(value.value)
    return found
