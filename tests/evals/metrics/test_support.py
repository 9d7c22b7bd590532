"""ALCE's rule: which claims their citations bear out, and which citations they need."""

import pytest

from assistant.answer.verify import Quoted
from evals.metrics.claim_support import precise, recalled
from tests.evals.metrics.made import answered, case, citation, refused, value
from tests.evals.sample import ORCHARD, ORCHARD_DAY

A, B, C = Quoted("a"), Quoted("b"), Quoted("c")


def needs_both(claim, grounds):
    return {"a", "b"} <= {each.text for each in grounds}


def needs_a(claim, grounds):
    return "a" in {each.text for each in grounds}


def test_citations_that_support_a_claim_only_together_are_all_precise():
    assert recalled("claim", [A, B], needs_both)
    assert precise("claim", [A, B], needs_both) == [True, True]


def test_a_citation_that_adds_nothing_is_not_precise():
    assert precise("claim", [A, C], needs_a) == [True, False]
    assert precise("claim", [A, B, C], needs_both) == [True, True, False]


def test_citations_of_a_claim_that_is_not_borne_out_are_not_precise():
    assert not recalled("claim", [A, C], needs_both)
    assert precise("claim", [A, C], needs_both) == [False, False]


def test_a_quotation_that_is_not_the_texts_supports_nothing():
    assert not recalled("claim", [None], needs_a)
    assert precise("claim", [A, None], needs_a) == [True, False]


def test_each_of_two_that_suffice_alone_is_precise():
    assert precise("claim", [A, A], needs_a) == [True, True]


def test_an_answer_of_quotations_is_borne_out_by_them(view):
    outcome = answered(citation(view), citation(view, "st2/ch1", number=2))
    assert value("citation_recall", case(), outcome, view) == 1
    assert value("citation_precision", case(), outcome, view) == 1


@pytest.mark.parametrize(
    "claim",
    [
        "Вечерний полив допускается.",
        "Садовник обязан поливать розы вечером.",
        "Полив ведёт комиссия по садам.",
    ],
)
def test_a_claim_that_its_quotation_does_not_say_is_not_recalled(view, claim):
    outcome = answered(citation(view), claims=[(claim, [1])])
    assert value("citation_recall", case(), outcome, view) == 0
    assert value("citation_precision", case(), outcome, view) == 0


def test_half_of_the_claims_and_of_the_citations(view):
    right, other = citation(view), citation(view, "s1", act=ORCHARD, edition=ORCHARD_DAY, number=2)
    claims = [(right.quote, [1, 2]), ("Надзор ведёт министерство.", [1])]
    outcome = answered(right, other, claims=claims)
    assert value("citation_recall", case(), outcome, view) == 0.5
    assert value("citation_precision", case(), outcome, view) == pytest.approx(1 / 3)


def test_a_claim_whose_citation_is_missing_or_made_up_is_not_recalled(view):
    made_up = citation(view, quote="Полив запрещён всегда.", at=0)
    outcome = answered(made_up, claims=[(made_up.quote, [1]), ("Полив запрещён.", [7])])
    assert value("citation_recall", case(), outcome, view) == 0


def test_what_states_nothing_has_no_support_to_judge(view):
    for name in ("citation_recall", "citation_precision"):
        assert value(name, case(), refused(), view) is None
        assert value(name, case(), answered(), view) is None
