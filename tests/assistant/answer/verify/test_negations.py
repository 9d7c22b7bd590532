import pytest

from assistant.answer.verify import Quoted, faults


def kinds(claim, quote):
    return {fault.kind for fault in faults(claim, [Quoted(quote)])}


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("Розы не поливают, если идёт дождь.", "Roses are watered unless it rains"),
        ("The pond creates no duty for visitors.", "The pond is not intended to, and does not, create any duty for visitors"),
        ("Садовник уведомляет без промедления.", "the gardener shall notify without undue delay"),
        ("Молчание соседа означает согласие.", "where the neighbour has not answered, consent is deemed to be given"),
        ("План не утверждён.", "the plan has not been approved"),
        ("Садовник хранит журнал полива.",
         "Садовник хранит журнал полива. Посторонние лица, которым журнал не передан, обращаются в правление; "
         "заявления без подписи не рассматриваются, и плата за них не взимается."),
    ],
)  # fmt: skip
def test_what_is_negated_in_both_or_left_out_passes(claim, quote):
    assert "negation" not in kinds(claim, quote)


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("План не утверждён.", "the plan has been approved"),
        ("Совет не станет оценивать розы.", "Where a plea does not fail, the council will assess the roses"),
        ("The garden lies outside the city.", "a garden located in the city"),
        ("The plan has been approved.", "план не утвержден"),
        ("Садовник не передаёт журнал, а хранит его.", "Садовник передает журнал и хранит его"),
        ("Справка не хранится, если она не подписана.", "справка хранится, если она не подписана"),
        ("Доступ не обеспечивается беспрепятственный.", "обеспечивать беспрепятственный доступ"),
    ],
)
def test_a_negation_added_or_dropped_about_the_same_word_is_a_fault(claim, quote):
    assert "negation" in kinds(claim, quote)
