"""Sets of numbers behave like sets: whatever is said of them holds number by number."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from assistant.eligibility.line import (
    ALL,
    Span,
    above,
    below,
    between,
    exactly,
    not_above,
    not_below,
    pieces,
)

NUMBERS = [Decimal(number) / 2 for number in range(-1, 22)]  # ends are whole: every piece has one of these
ends = st.integers(0, 10).map(Decimal)


def holds(span, number):
    return exactly(number) <= span


simple = st.one_of(
    ends.map(above),
    ends.map(below),
    ends.map(exactly),
    st.tuples(ends, ends, st.booleans(), st.booleans()).map(
        lambda made: between(min(made[:2]), max(made[:2]), open_low=made[2], open_high=made[3])
    ),
)
spans = st.lists(simple, max_size=3).map(lambda parts: Span.of(part for each in parts for part in each.parts))


@given(spans, spans)
def test_intersection_union_and_complement_hold_number_by_number(one, two):
    for number in NUMBERS:
        inside = holds(one, number), holds(two, number)
        assert holds(one & two, number) == all(inside)
        assert holds(one | two, number) == any(inside)
        assert holds(~one, number) != inside[0]


@given(spans, spans)
def test_a_set_lies_in_another_where_all_its_numbers_do(one, two):
    assert (one <= two) == all(holds(two, number) for number in NUMBERS if holds(one, number))
    assert bool(one) == any(holds(one, number) for number in NUMBERS)


@given(spans)
def test_a_set_is_written_in_one_way_only(one):
    assert ~~one == one == (one | one) == (one & one) == (one & ALL)
    assert list(one.parts) == sorted(one.parts)
    assert all(left[1] < right[0] for left, right in zip(one.parts, one.parts[1:], strict=False))


@given(st.lists(spans, max_size=4))
def test_within_a_piece_all_sets_agree_and_the_pieces_are_the_whole_line(found):
    cut = pieces(found)
    for piece in cut:
        assert all(piece <= span or not piece & span for span in found)
    whole = Span(())
    for piece in cut:
        assert not whole & piece
        whole |= piece
    assert whole == ALL


@given(spans.filter(bool))
def test_what_is_above_or_below_some_number_of_a_set(one):
    inside = [number for number in NUMBERS if holds(one, number)]
    for number in NUMBERS:
        assert holds(not_below(one), number) == any(other <= number for other in inside)
        assert holds(not_above(one), number) == any(other >= number for other in inside)


def test_ends_are_in_or_out_as_they_were_said():
    thirty, a_bit = Decimal(30), Decimal("0.000001")
    assert not holds(above(thirty), thirty)
    assert holds(above(thirty), thirty + a_bit)
    assert holds(between(thirty, None), thirty)
    assert not holds(below(thirty), thirty)
    assert not between(thirty, thirty, open_low=True)
    assert not between(thirty, thirty - 1)
    assert above(thirty).cuts == ((thirty, 1),)
