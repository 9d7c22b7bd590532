"""Figures that are no means over cases: the area under the ROC curve, percentiles, cost."""

import pytest

from evals.outcome import Outcome
from tests.evals.metrics.made import case, overall


def said(name, repeat=0, **fields):
    return Outcome(case=name, repeat=repeat, **{"ended": "answered", **fields})


def pairs(*rows):
    return [(case(name=outcome.case, expect=expect), outcome) for expect, outcome in rows]


def test_auroc_is_the_share_of_pairs_in_the_right_order(view):
    rows = [("answer", said("a", evidence=0.9)), ("answer", said("b", evidence=0.4)),
            ("abstain", said("c", evidence=0.5)), ("abstain", said("d", evidence=0.4))]  # fmt: skip
    value, low, high, count = overall("auroc", pairs(*rows), view)
    assert (value, count) == (pytest.approx((1 + 1 + 0 + 0.5) / 4), 4)
    assert 0 <= low <= value <= high <= 1


def test_repetitions_of_a_case_are_one_case(view):
    rows = [("answer", said("a", evidence=0.2)), ("answer", said("a", 1, evidence=0.8)),
            ("abstain", said("b", evidence=0.4))]  # fmt: skip
    assert overall("auroc", pairs(*rows), view)[::3] == (1.0, 2)


def test_auroc_needs_both_kinds_and_weighed_evidence(view):
    assert overall("auroc", pairs(("answer", said("a", evidence=0.2))), view) is None
    rows = [("answer", said("a", evidence=0.2)), ("abstain", said("b"))]
    assert overall("auroc", pairs(*rows), view) is None
    broken = [("answer", said("a", evidence=0.2)), ("abstain", said("b", ended="error", evidence=0.1))]
    assert overall("auroc", pairs(*broken), view) is None


def test_percentiles_of_seconds(view):
    rows = [("answer", said(f"q{number}", seconds=number)) for number in range(1, 101)]
    value, low, high, count = overall("latency_p50", pairs(*rows), view)
    assert (value, count) == (pytest.approx(50.5), 100)
    assert 35 < low < value < high < 65
    assert overall("latency_p95", pairs(*rows), view)[0] == pytest.approx(95.05)


def test_an_error_took_no_time(view):
    rows = [("answer", said("a", seconds=2.0)), ("answer", said("b", ended="error", seconds=90.0))]
    assert overall("latency_p95", pairs(*rows), view) == (2.0, 2.0, 2.0, 1)
    assert overall("latency_p50", pairs(rows[1]), view) is None


def test_cost_and_tokens_of_a_question(view):
    usage = {"input_tokens": 900, "output_tokens": 100, "cost": 0.02, "currency": "USD"}
    rows = [("answer", said("a", usage=usage)), ("answer", said("b", usage={**usage, "cost": 0.04}))]
    assert overall("cost", pairs(*rows), view)[::3] == (pytest.approx(0.03), 2)
    assert overall("tokens", pairs(*rows), view)[::3] == (1000, 2)


def test_costs_in_several_currencies_or_none_have_no_mean(view):
    usage = {"cost": 0.02, "currency": "USD"}
    rows = [("answer", said("a", usage=usage)), ("answer", said("b", usage={**usage, "currency": "RUB"}))]
    assert overall("cost", pairs(*rows), view) is None
    assert overall("cost", pairs(("answer", said("a"))), view) is None
    assert overall("tokens", pairs(("answer", said("a"))), view) is None
    untold = said("a", usage={"calls": 1, "input_tokens": 0, "output_tokens": 0})
    assert overall("tokens", pairs(("answer", untold)), view) is None
