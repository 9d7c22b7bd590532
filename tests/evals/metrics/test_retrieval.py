"""Recall, order and spans of searches, each number counted by hand."""

from datetime import date
from math import log2

import pytest

from evals.outcome import Found
from tests.evals.metrics.made import EVENING, answered, case, citation, found, refused, value
from tests.evals.sample import DECREE, NEW, OLD, ORCHARD, ORCHARD_DAY, PLANTS, WATER

PRUNING = (ORCHARD, ORCHARD_DAY, "s1")
HARVEST = (ORCHARD, ORCHARD_DAY, "s2")
RETRIEVAL = ("recall@5", "recall@10", "full_recall@10", "mrr@10", "ndcg@10")


def numbers(case, outcome, view):
    return {name: value(name, case, outcome, view) for name in RETRIEVAL}


def test_the_provision_itself_in_first_place_is_perfect(view):
    got = numbers(case(EVENING), found(view, (WATER, NEW, "st1/ch1")), view)
    assert got == pytest.approx(dict.fromkeys(RETRIEVAL, 1.0))


def test_a_need_in_third_place(view):
    places = [HARVEST, PRUNING, (WATER, NEW, "st1/ch1")]
    got = numbers(case(EVENING), found(view, *places), view)
    expected = {"recall@5": 1, "recall@10": 1, "full_recall@10": 1, "mrr@10": 1 / 3, "ndcg@10": 1 / log2(4)}
    assert got == pytest.approx(expected)


def test_a_need_in_sixth_place_is_among_ten_and_not_among_five(view):
    items = [(PLANTS, None, f"p1/{number}") for number in range(1, 6)]
    outcome = found(view, *items, (WATER, NEW, "st1/ch1"))
    assert value("recall@5", case(EVENING), outcome, view) == 0
    assert value("recall@10", case(EVENING), outcome, view) == 1


def test_one_of_two_needs_is_half_of_the_recall_and_no_full_one(view):
    asked = case(EVENING, f"{ORCHARD}#s1")
    outcome = found(view, PRUNING)
    assert value("recall@10", asked, outcome, view) == 0.5
    assert value("full_recall@10", asked, outcome, view) == 0
    assert value("mrr@10", asked, outcome, view) == 1
    assert value("ndcg@10", asked, outcome, view) == pytest.approx(1 / (1 + 1 / log2(3)))


def test_either_of_two_targets_meets_a_need(view):
    assert value("recall@5", case(f"{EVENING}|{ORCHARD}#s1"), found(view, PRUNING), view) == 1


def test_the_article_around_a_target_meets_it_and_so_does_a_part_of_it(view):
    assert value("recall@5", case(EVENING), found(view, (WATER, NEW, "st1")), view) == 1
    assert value("recall@5", case(f"{WATER}#st1"), found(view, (WATER, NEW, "st1/ch2/p2")), view) == 1
    assert value("recall@5", case(EVENING), found(view, (WATER, NEW, "st1/ch2")), view) == 0


def test_less_than_half_of_the_words_outside_do_not_meet_a_target(view):
    row = view.editions_like(WATER, NEW, "official")[0]
    node = view.edition(row.id).provisions["st1/ch2"]
    start = node.start
    half = (node.own_end - start) // 2
    ref = f"{WATER}#st1"
    before = view.edition(row.id).provisions["st1"].start
    for end, met in ((start + half - 2, 0.0), (start + half + 1, 1.0)):
        outcome = found(view, PRUNING).model_copy(
            update={"found": [Found(ref=ref, edition=NEW, start=before, end=end)]}
        )
        assert value("recall@5", case(f"{WATER}#st1/ch2"), outcome, view) == met


def test_another_edition_does_not_meet_a_target(view):
    old = found(view, (WATER, OLD, "st1/ch1"))
    assert value("recall@5", case(EVENING), old, view) == 0
    assert value("recall@5", case(EVENING, as_of=date(2021, 2, 3)), old, view) == 1
    assert value("recall@5", case(f"{EVENING}@{OLD}"), old, view) == 1


def test_a_target_that_is_not_held_is_not_found(view):
    assert value("recall@5", case("ru-fz-99-2099#st1"), found(view, PRUNING), view) == 0
    assert value("span_recall@5", case("ru-fz-99-2099#st1"), found(view, PRUNING), view) is None


def test_what_was_not_searched_has_no_retrieval_figure(view):
    for outcome in (answered(citation(view)), refused()):
        assert set(numbers(case(EVENING), outcome, view).values()) == {None}
        assert value("span_precision@5", case(EVENING), outcome, view) is None
    assert set(numbers(case(), found(view, PRUNING), view).values()) == {None}


def test_a_search_without_results_finds_nothing(view):
    assert set(numbers(case(EVENING), found(view), view).values()) == {0.0}
    assert value("span_precision@5", case(EVENING), found(view), view) == 0
    assert value("span_recall@5", case(EVENING), found(view), view) == 0


def test_what_an_answer_found_beside_it_counts_too(view):
    outcome = answered(citation(view), found=found(view, (WATER, NEW, "st1/ch1")).found)
    assert value("recall@5", case(EVENING), outcome, view) == 1


def test_span_precision_and_recall_count_characters(view):
    row = view.editions_like(WATER, NEW, "official")[0]
    nodes = view.edition(row.id).provisions
    outer, inner = nodes["st1"], nodes["st1/ch1"]
    around = found(view, (WATER, NEW, "st1"))
    share = (inner.end - inner.start) / (outer.end - outer.start)
    assert value("span_precision@5", case(EVENING), around, view) == pytest.approx(share)
    assert value("span_recall@5", case(EVENING), around, view) == 1
    part = found(view, (WATER, NEW, "st1/ch1"), (WATER, NEW, "st1/ch1"))
    assert value("span_precision@5", case(f"{WATER}#st1"), part, view) == 1
    assert value("span_recall@5", case(f"{WATER}#st1"), part, view) == pytest.approx(share)


def test_a_fact_is_shown_by_its_statement_in_either_language(view):
    for lang in ("ru", "en"):
        outcome = found(view, (DECREE, "2026-01", f"digest/1/{lang}"))
        assert value("recall@5", case(f"{DECREE}#digest/1"), outcome, view) == 1
        assert value("span_recall@5", case(f"{DECREE}#digest/1"), outcome, view) == 1
        assert value("span_precision@5", case(f"{DECREE}#digest/1"), outcome, view) == 1
