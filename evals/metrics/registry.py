"""All metrics, in the order of a report."""

from __future__ import annotations

from evals.metrics import (
    citation_exactness,
    citation_precision,
    citation_recall,
    correctness,
    cost,
    edition_correctness,
    eligibility_accuracy,
    empty,
    errors,
    evidence_auroc,
    false_refusals,
    full_recall_10,
    injection_leaks,
    language_match,
    latency_p50,
    latency_p95,
    mrr_10,
    ndcg_10,
    needs_cited,
    passed,
    recall_5,
    recall_10,
    span_precision,
    span_recall,
    tokens,
    wrong_answers,
)
from evals.metrics.base import Metric

_MODULES = (
    passed, errors, empty,
    recall_5, recall_10, full_recall_10, mrr_10, ndcg_10, span_precision, span_recall,
    needs_cited, correctness, edition_correctness, language_match,
    citation_exactness, citation_recall, citation_precision,
    wrong_answers, false_refusals, evidence_auroc, eligibility_accuracy, injection_leaks,
    latency_p50, latency_p95, cost, tokens,
)  # fmt: skip
METRICS: tuple[Metric, ...] = tuple(module.METRIC for module in _MODULES)
BY_NAME: dict[str, Metric] = {metric.name: metric for metric in METRICS}
# Figures that a judge's verdicts make: a report prints what the judge is worth beside them.
JUDGED: frozenset[str] = frozenset({citation_recall.METRIC.name, citation_precision.METRIC.name})
