"""The metrics by their definitions, on examples small enough to count by hand."""

from math import log2

import pytest

from evals.metrics.bootstrap import mean_interval
from evals.metrics.needs import meets, ranks_of_needs
from evals.metrics.ranking import ranking_metrics
from evals.metrics.recall import full_recall_at, recall_at
from evals.metrics.spans import span_metrics
from evals.retrieval_cases import Passage


def at(start, end, act="ru-fz-1-2020", edition="2020-01-01"):
    return Passage(act, edition, start, end)


# ── needs ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_passage_covers_the_share_of_characters_that_lie_in_it():
    assert at(0, 100).covers_of(at(20, 40)) == 1.0
    assert at(0, 100).covers_of(at(90, 130)) == 0.25
    assert at(90, 130).covers_of(at(0, 100)) == 0.1
    assert at(0, 100).covers_of(at(100, 200)) == 0.0


def test_a_passage_covers_nothing_of_another_edition_or_act():
    assert at(0, 100).covers_of(at(0, 100, edition="2024-03-01")) == 0.0
    assert at(0, 100).covers_of(at(0, 100, edition=None)) == 0.0
    assert at(0, 100).covers_of(at(0, 100, act="ru-fz-2-2020")) == 0.0


def test_half_of_a_place_meets_a_need_and_less_does_not():
    assert meets(at(0, 50), [at(0, 100)])
    assert not meets(at(0, 49), [at(0, 100)])


def test_any_of_its_places_meets_a_need():
    assert meets(at(0, 50), [at(500, 600), at(0, 50)])
    assert not meets(at(0, 50), [at(500, 600), at(0, 50, act="eu-reg-1-2024")])


def test_the_first_passage_that_meets_a_need_gives_its_rank():
    ranked = [at(900, 950), at(0, 100), at(0, 200), at(300, 400)]
    needs = [[at(0, 100)], [at(300, 400)], [at(600, 700)], [at(700, 800), at(150, 200)]]
    assert ranks_of_needs(ranked, needs) == [2, 4, None, 3]


def test_two_halves_in_two_passages_do_not_add_up():
    assert ranks_of_needs([at(0, 40), at(40, 80)], [[at(0, 100)]]) == [None]


def test_without_passages_no_need_is_met():
    assert ranks_of_needs([], [[at(0, 10)], [at(20, 30)]]) == [None, None]


# ── recall ────────────────────────────────────────────────────────────────────────────────────────


def test_recall_is_the_share_of_needs_met_by_the_first_k():
    ranks = [1, 5, 6, None]
    assert [recall_at(ranks, k) for k in (1, 4, 5, 10)] == [0.25, 0.25, 0.5, 0.75]


def test_recall_of_one_need_is_hit_at_k():
    assert recall_at([5], 5) == 1.0
    assert recall_at([6], 5) == 0.0
    assert recall_at([None], 5) == 0.0


def test_full_recall_wants_every_need():
    assert full_recall_at([1, 10], 10) == 1.0
    assert full_recall_at([1, 11], 10) == 0.0
    assert full_recall_at([1, None], 10) == 0.0


# ── MRR and nDCG ──────────────────────────────────────────────────────────────────────────────────


def test_mrr_and_ndcg_are_those_counted_by_hand():
    found = ranking_metrics({"q": [4, None, 2]})["q"]
    gained = 1 / log2(2 + 1) + 1 / log2(4 + 1)
    best = 1 / log2(2) + 1 / log2(3) + 1 / log2(4)
    assert found["mrr@10"] == pytest.approx(1 / 2)
    assert found["ndcg@10"] == pytest.approx(gained / best)


def test_needs_at_the_top_in_any_order_are_perfect():
    assert ranking_metrics({"q": [2, 1, 3]})["q"] == pytest.approx({"mrr@10": 1.0, "ndcg@10": 1.0})


def test_one_need_at_rank_three():
    assert ranking_metrics({"q": [3]})["q"] == pytest.approx({"mrr@10": 1 / 3, "ndcg@10": 1 / log2(4)})


def test_what_comes_after_the_tenth_passage_earns_nothing():
    found = ranking_metrics({"last": [10], "eleventh": [11], "far": [20], "never": [None]})
    assert found["last"] == pytest.approx({"mrr@10": 0.1, "ndcg@10": 1 / log2(11)})
    for question in ("eleventh", "far", "never"):
        assert found[question] == {"mrr@10": 0.0, "ndcg@10": 0.0}


def test_a_passage_that_meets_two_needs_earns_no_more_than_a_perfect_order():
    found = ranking_metrics({"q": [1, 1]})["q"]
    assert found["mrr@10"] == 1.0
    assert found["ndcg@10"] <= 1.0


def test_questions_are_measured_apart():
    together = ranking_metrics({"a": [1], "b": [None, 2], "c": [7]})
    assert together == {name: ranking_metrics({name: ranks})[name]
                        for name, ranks in (("a", [1]), ("b", [None, 2]), ("c", [7]))}  # fmt: skip


# ── characters ────────────────────────────────────────────────────────────────────────────────────


def test_precision_and_recall_are_shares_of_characters():
    precision, recall = span_metrics([at(0, 100)], [[at(80, 120)]], 5)
    assert (precision, recall) == (pytest.approx(20 / 100), pytest.approx(20 / 40))


def test_characters_shown_twice_count_once():
    ranked = [at(0, 100), at(50, 150), at(60, 70), at(150, 200)]
    assert span_metrics(ranked, [[at(0, 100)]], 5) == (pytest.approx(100 / 200), 1.0)
    assert span_metrics([at(0, 100)] * 3, [[at(0, 50)]], 5) == (0.5, 1.0)


def test_characters_needed_twice_count_once():
    precision, recall = span_metrics([at(0, 50)], [[at(0, 100)], [at(50, 150)]], 5)
    assert (precision, recall) == (1.0, pytest.approx(50 / 150))


def test_only_the_first_k_passages_count():
    ranked = [at(500, 600), at(0, 100), at(900, 1000)]
    assert span_metrics(ranked, [[at(0, 100)]], 1) == (0.0, 0.0)
    assert span_metrics(ranked, [[at(0, 100)]], 2) == (0.5, 1.0)
    assert span_metrics(ranked, [[at(0, 100)]], 3) == (pytest.approx(1 / 3), 1.0)


def test_of_alternative_places_the_best_covered_counts_for_recall():
    elsewhere = at(0, 40, act="eu-reg-1-2024")
    assert span_metrics([elsewhere], [[at(0, 1000), elsewhere]], 5) == (1.0, 1.0)
    # Half of the longer place holds more characters, but the shorter one is covered whole.
    ranked = [at(0, 500), elsewhere]
    assert span_metrics(ranked, [[at(0, 1000), elsewhere]], 5) == (1.0, 1.0)


def test_for_precision_every_alternative_place_belongs():
    elsewhere = at(0, 40, act="eu-reg-1-2024")
    ranked = [at(0, 100), elsewhere, at(300, 360)]
    assert span_metrics(ranked, [[at(0, 100), elsewhere]], 5) == (pytest.approx(140 / 200), 1.0)


def test_alternatives_that_overlap_are_not_counted_twice():
    assert span_metrics([at(0, 100)], [[at(0, 60), at(40, 80)]], 5) == (pytest.approx(80 / 100), 1.0)


def test_the_same_characters_of_another_edition_are_other_characters():
    assert span_metrics([at(0, 100, edition="2024-03-01")], [[at(0, 100)]], 5) == (0.0, 0.0)


def test_nothing_shown_has_no_precision_and_no_recall():
    assert span_metrics([], [[at(0, 100)]], 5) == (0.0, 0.0)


# ── intervals ─────────────────────────────────────────────────────────────────────────────────────


def test_an_interval_is_the_same_every_time():
    values = [0.0, 1.0, 0.5, 0.25, 1.0, 0.0, 0.75]
    assert mean_interval(values) == mean_interval(list(values))


def test_equal_values_have_no_spread():
    assert mean_interval([0.25] * 7) == (0.25, 0.25, 0.25)
    assert mean_interval([1.0]) == (1.0, 1.0, 1.0)


def test_of_two_values_the_means_are_three_and_their_quantiles_known():
    # Resampled means of (0, 1): 0 and 1 a quarter of the time each, a half otherwise.
    assert mean_interval([0.0, 1.0]) == (0.5, 0.0, 1.0)
    assert mean_interval([0.0, 1.0], level=0.6) == (0.5, 0.0, 1.0)
    assert mean_interval([0.0, 1.0], level=0.4) == (0.5, 0.5, 0.5)


def test_the_interval_of_a_share_is_near_that_of_the_normal_approximation():
    mean, low, high = mean_interval([1.0] * 800 + [0.0] * 200)
    spread = 1.96 * (0.8 * 0.2 / 1000) ** 0.5
    assert mean == pytest.approx(0.8)
    assert low == pytest.approx(0.8 - spread, abs=0.002)
    assert high == pytest.approx(0.8 + spread, abs=0.002)


def test_more_questions_give_a_narrower_interval():
    _, low, high = mean_interval([0.0, 1.0] * 10)
    _, nearer_low, nearer_high = mean_interval([0.0, 1.0] * 200)
    assert low < nearer_low < 0.5 < nearer_high < high
