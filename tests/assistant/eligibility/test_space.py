"""Boxes of answers against the points inside them."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.eligibility.space import absorbed, both, inside, meet, narrowed, primes, within

CELLS = (2, 3, 4)  # of each variable
FULL = tuple((1 << cells) - 1 for cells in CELLS)
POINTS = list(product(*(range(cells) for cells in CELLS)))
ALL_BOXES = list(product(*(range(1, mask + 1) for mask in FULL)))

boxes = st.lists(st.sampled_from(ALL_BOXES), max_size=6)
box = st.sampled_from(ALL_BOXES)


def points(one):
    return {point for point in POINTS if all(mask >> cell & 1 for mask, cell in zip(one, point, strict=True))}


def union(found):
    return set().union(*(points(each) for each in found))


def largest(wanted):
    """Every box inside a set of points that lies in no larger one."""
    fitting = [each for each in ALL_BOXES if points(each) <= wanted]
    return sorted(
        each for each in fitting if not any(each != other and inside(each, other) for other in fitting)
    )


@settings(max_examples=60, deadline=None)
@given(boxes)
def test_prime_boxes_are_the_largest_ones_inside_a_union(found):
    assert primes(found) == largest(union(found))


@settings(max_examples=60, deadline=None)
@given(boxes, box)
def test_what_is_left_of_a_rule_has_its_prime_boxes_too(found, known):
    assert sorted(within(primes(found), known)) == largest(union(found) & points(known))


@given(boxes, boxes)
def test_the_intersection_of_unions_holds_point_by_point(one, two):
    assert union(both(one, two)) == union(one) & union(two)


@given(boxes)
def test_what_lies_in_another_box_is_left_out_and_nothing_is_lost(found):
    kept = absorbed(found)
    assert union(kept) == union(found)
    assert not any(one != two and inside(one, two) for one in kept for two in kept)


@given(box, box)
def test_two_boxes_meet_where_their_points_do(one, two):
    met = meet(one, two)
    assert (points(met) if met else set()) == points(one) & points(two)
    assert inside(one, two) == (points(one) <= points(two))


def test_a_box_narrows_what_it_allows_less_of():
    assert narrowed((1, 7, 15), FULL) == (0,)
    assert narrowed(FULL, FULL) == ()


def test_a_rule_that_two_facts_decide_together_is_found():
    """Yes where both are yes or both are no: two boxes, and no single fact decides."""
    assert primes([(1, 1, 15), (2, 2, 15)]) == [(1, 1, 15), (2, 2, 15)]


def test_alternatives_that_cover_all_of_a_fact_no_longer_ask_for_it():
    assert primes([(1, 1, 15), (2, 1, 15)]) == [(3, 1, 15)]
