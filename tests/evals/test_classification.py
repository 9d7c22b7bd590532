"""Balanced accuracy, AUROC, thresholds and the risk–coverage curve, on cases counted by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.metrics.classification import (
    auroc,
    balanced_accuracy,
    best_threshold,
    estimate,
    false_alarms,
    passed,
    risk_coverage,
    shares,
    threshold_against,
    threshold_for,
)

TRUTH = np.array([True, True, True, True, False, False])
SCORES = np.array([0.9, 0.8, 0.7, 0.2, 0.7, 0.1])
EVEN = np.ones(6)


def test_the_shares_of_a_verdict_are_those_counted_by_hand():
    said = (SCORES >= 0.7).astype(float)
    assert false_alarms(TRUTH, said, EVEN) == 0.25
    assert passed(TRUTH, said, EVEN) == 0.5
    assert balanced_accuracy(TRUTH, said, EVEN) == (0.75 + 0.5) / 2


def test_calling_everything_right_is_no_better_than_chance_however_many_are_right():
    assert balanced_accuracy(TRUTH, np.ones(6), EVEN) == 0.5


def test_auroc_counts_pairs_and_half_of_each_tie():
    assert auroc(TRUTH, SCORES, EVEN) == (4 + 2 + 0.5) / 8
    assert auroc(TRUTH, -SCORES, EVEN) == 1 - auroc(TRUTH, SCORES, EVEN)
    assert auroc(TRUTH, np.zeros(6), EVEN) == 0.5


@pytest.mark.parametrize("statistic", [balanced_accuracy, auroc])
def test_without_cases_of_both_kinds_there_is_no_figure(statistic):
    assert math.isnan(statistic(np.array([True, True]), np.array([1.0, 0.0]), np.ones(2)))
    assert math.isnan(estimate(statistic, [True, True], [1.0, 0.0]).value)


def test_an_estimate_has_its_cases_and_an_interval_around_it_and_is_the_same_every_time():
    found = estimate(balanced_accuracy, TRUTH.tolist() * 10, (SCORES >= 0.7).tolist() * 10)
    assert found == estimate(balanced_accuracy, TRUTH.tolist() * 10, (SCORES >= 0.7).tolist() * 10)
    assert found.low < found.value < found.high
    assert found.as_dict() == {
        "value": 0.625, "low": round(found.low, 4), "high": round(found.high, 4), "n": 60,
    }  # fmt: skip
    assert str(found).startswith("0.625 [")


def test_a_case_drawn_twice_weighs_like_two_cases():
    times = np.array([2, 1, 0, 1, 3, 1])
    for statistic in (balanced_accuracy, auroc, false_alarms, passed):
        values = SCORES if statistic is auroc else (SCORES >= 0.7).astype(float)
        repeated = np.repeat(np.arange(6), times)
        expected = statistic(TRUTH[repeated], values[repeated], np.ones(8))
        assert float(statistic(TRUTH, values, times)) == pytest.approx(float(expected))


def test_more_cases_make_the_interval_narrower():
    few, many = (estimate(auroc, TRUTH.tolist() * n, SCORES.tolist() * n) for n in (5, 50))
    assert many.high - many.low < few.high - few.low


def test_the_best_threshold_parts_what_can_be_parted():
    threshold = best_threshold([True, True, False, False], [0.9, 0.6, 0.4, 0.1])
    assert threshold == pytest.approx(0.5)
    with pytest.raises(ValueError, match="right and wrong"):
        best_threshold([True, True], [0.1, 0.2])


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 9)), min_size=2, max_size=40))
def test_no_threshold_is_better_than_the_best(cases):
    truth, scores = [each for each, _ in cases], [float(each) for _, each in cases]
    if len(set(truth)) < 2:
        return
    right, values, even = np.array(truth), np.array(scores), np.ones(len(truth))
    best = balanced_accuracy(right, values >= best_threshold(truth, scores), even)
    assert all(best >= balanced_accuracy(right, values >= cut, even) for cut in np.arange(-0.5, 10))


@given(
    st.lists(st.tuples(st.booleans(), st.integers(0, 9)), min_size=2, max_size=40),
    st.sampled_from([0.0, 0.12, 0.3, 0.5]),
)
def test_thresholds_keep_to_what_they_are_set_for(cases, most):
    truth, scores = [each for each, _ in cases], [float(each) for _, each in cases]
    if len(set(truth)) < 2:
        return
    right, values, even = np.array(truth), np.array(scores), np.ones(len(truth))
    assert false_alarms(right, values >= threshold_for(truth, scores, most), even) <= most + 1e-9
    assert (
        false_alarms(right, values >= threshold_for(truth, scores, most) + 1, even) > most - 1e-9 or most == 0
    )
    cut = threshold_against(truth, scores, most)
    assert passed(right, values >= cut, even) <= most
    lower = [each for each in scores if each < cut]
    assert not lower or passed(right, values >= max(lower), even) > most


def test_each_share_is_of_its_own_cases():
    refused, answered = shares(TRUTH.tolist(), SCORES.tolist(), 0.7)
    assert (refused.value, refused.n) == (0.25, 4)
    assert (answered.value, answered.n) == (0.5, 2)


def test_the_curve_goes_from_answering_all_to_refusing_all():
    curve = risk_coverage(TRUTH.tolist(), SCORES.tolist())
    assert curve[0] == (0.0, 1.0)
    assert curve[-1] == (1.0, 0.0)
    assert (0.25, 0.5) in curve
    assert all(a[0] <= b[0] and a[1] >= b[1] for a, b in zip(curve, curve[1:], strict=False))
