from pathlib import Path

import pytest

from evals.abstention_cases import load_abstention
from evals.claim_cases import CASES, load_claims


@pytest.mark.parametrize(
    "path",
    [CASES, *(CASES.with_name(f"claims_{name}.jsonl") for name in ("dev", "dev2", "dev3"))],
    ids=lambda path: Path(path).name,
)
def test_claims_have_ids_of_their_own_and_mutations_that_change_something(path):
    cases = load_claims(path)
    assert len({case.id for case in cases}) == len(cases) >= 120
    assert all(mutation.claim != case.claim for case in cases for mutation in case.mutations)


def test_statements_on_one_provision_fall_on_one_side():
    sides = {}
    for case in load_claims():
        sides.setdefault((case.place.act, case.place.provision), set()).add(case.split)
    assert all(len(found) == 1 for found in sides.values())


def test_the_newest_statements_are_on_provisions_that_no_other_set_quotes():
    paths = [CASES, *(CASES.with_name(f"claims_{name}.jsonl") for name in ("dev", "dev2"))]
    quoted = {(case.place.act, case.place.provision) for path in paths for case in load_claims(path)}
    own = {
        (case.place.act, case.place.provision) for case in load_claims(CASES.with_name("claims_dev3.jsonl"))
    }
    assert own and not own & quoted


def test_every_unanswerable_question_has_an_answerable_twin_on_its_side():
    cases = load_abstention()
    answerable = {case.id[1:]: case.split for case in cases if case.answerable}
    unanswerable = {case.id[1:]: case.split for case in cases if not case.answerable}
    assert answerable == unanswerable
    assert all(case.ref for case in cases if case.answerable)
