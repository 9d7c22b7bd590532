import pytest

from assistant.answer.verify import Quoted, faults


def kinds(claim, quote, lead_in=""):
    return {fault.kind for fault in faults(claim, [Quoted(quote, context=lead_in, lead_in=lead_in)])}


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("Сад открывают, только если полив закончен.", "Сад открывается при законченном поливе"),
        ("The garden opens only if it is watered.", "For the garden to open, it must be watered"),
        ("The beds can only be watered narrowly.", "The beds have a limited supply of water"),
    ],
)
def test_only_if_says_of_a_condition_what_the_rule_says(claim, quote):
    assert "restriction" not in kinds(claim, quote)


def test_only_is_not_added_to_a_rule_without_a_condition():
    assert "restriction" in kinds("Сад поливает только садовник.", "Сад поливает садовник")
    assert "restriction" in kinds("Roses leave only after a year.", "Roses must leave at any time")


def test_an_item_is_read_with_the_numbers_of_its_lead_in():
    lead_in = "12. Полив 4-го уровня нужен хотя бы при одном из следующих условий:"
    assert not kinds("The fourth level of watering is needed for roses.", "для роз", lead_in) & {"number"}
    assert "number" in kinds("The third level of watering is needed for roses.", "для роз", lead_in)
    assert "number" in kinds("There are 12 levels of watering for roses.", "для роз", lead_in)


def test_what_a_lead_in_makes_a_duty_may_not_become_a_permission():
    lead_in = "Садовник обязан:"
    assert "force" in kinds("Садовник может поливать розы.", "поливать розы", lead_in)
    assert not kinds("Садовник должен поливать розы.", "поливать розы", lead_in)
    assert not kinds("Садовник может поливать розы.", "поливать розы", "Садовник вправе:")


def test_a_term_named_without_a_number_is_one():
    quote = "The gardener keeps the journal for at least six months"
    assert "number" in kinds("Садовник хранит журнал не менее месяца.", quote)
    assert not kinds("Садовник хранит журнал не менее полугода.", quote)


def test_not_before_a_term_is_not_within_it():
    quote = "The garden is watered within 60 days of the order"
    assert "bound" in kinds("Сад поливают не ранее чем через 60 дней после приказа.", quote)
