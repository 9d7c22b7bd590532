"""The suite of profiles with expected verdicts: all right, each decisive criterion cited word for word."""

from collections import Counter

import pytest

from assistant.eligibility.measures import measures
from assistant.model import Authority
from evals.benchmarks.eligibility import Judged, Report, judge, run
from evals.eligibility_cases import load_eligibility
from evals.suites import SUITES
from tests.assistant.eligibility.held import embedded


@pytest.fixture(scope="module")
def report():
    return run(embedded(), load_eligibility())


def test_every_profile_gets_what_was_written_down_for_it(report):
    figures = report.figures()
    assert [(each.case.id, each.faults) for each in report.judged if each.faults] == []
    assert figures["right"] == figures["cases"] == len(load_eligibility()) >= 150
    assert figures["wrong by measure"] == {}


def test_every_undecided_profile_is_left_undecided(report):
    figures = report.figures()
    assert figures["insufficient found"] == figures["insufficient"] >= 40


def test_every_decisive_criterion_is_cited(report):
    figures = report.figures()
    assert figures["decisive cited"] == figures["decisive criteria"] > len(report.judged)


def test_every_quotation_stands_in_the_canonical_text_and_every_reference_leads_to_it(report):
    view, seen = embedded().view, Counter()
    for judged in report.judged:
        for criterion in judged.result.criteria:
            for each in criterion.citations:
                row = next(row for row in view.of_act(each.act) if row.edition == each.edition)
                loaded = view.edition(row.id)
                assert loaded.text[each.start : each.end] == each.quote != "", (judged.case.id, each.ref)
                node = loaded.provisions[each.provision]
                assert node.start <= each.start < each.end <= node.end
                seen[row.authority] += 1
    assert set(seen) == {Authority.DIGEST}, "the corpus that ships holds digests alone"


def test_verdicts_do_not_depend_on_the_language():
    cases = load_eligibility()[::6]
    for case in cases:
        one, two = (
            embedded().check(case.measure, case.profile, as_of=case.as_of, lang=lang) for lang in ("ru", "en")
        )
        assert (one.verdict, one.provisional, one.complies) == (two.verdict, two.provisional, two.complies)
        assert [each.facts for each in one.missing] == [each.facts for each in two.missing]
        assert [each.state for each in one.criteria] == [each.state for each in two.criteria]


def test_provisional_verdicts_say_what_to_check_criterion_by_criterion(report):
    for judged in report.judged:
        result = judged.result
        assert result.provisional == bool(result.because)
        if not result.provisional:
            continue
        assert "provisional" in result.summary
        for each in result.criteria:
            if each.decisive and each.confidence != "text" and each.part != "validity":
                assert each.check, (judged.case.id, each.id)


def test_a_refusal_says_which_criterion_and_what_it_needs(report):
    refused = [each.result for each in report.judged if each.result.verdict == "not_eligible"]
    assert len(refused) > 100
    for result in refused:
        against = [each for each in result.criteria if each.decisive]
        assert against, result.measure
        assert all(each.reason for each in against)
        if result.kind == "support":
            told = [each.reason if each.part == "validity" else each.rule for each in against]
            assert all(said.rstrip(".") in result.summary for said in told), result.summary
        for way in result.ways:
            assert all(change.now and change.needs and change.now != change.needs for change in way.changes)


# ── the judge itself ──────────────────────────────────────────────────────────────────────────────


def wrong(case, **changed):
    return judge(embedded(), case.model_copy(update=changed)).faults


def test_the_judge_sees_a_wrong_verdict_state_and_set():
    cases = {each.id: each for each in load_eligibility()}
    right = cases["acc-001"]
    assert wrong(right) == ()
    assert wrong(right, verdict="not_eligible")[0].startswith("verdict eligible, not not_eligible")
    assert wrong(right, provisional=False)[0].startswith("provisional True")
    assert wrong(right, states={"acc_okved": "unknown"}) == ("acc_okved met, not unknown",)
    missing = next(each for each in load_eligibility() if each.missing)
    assert wrong(missing) == ()
    assert wrong(missing, missing=(("staff",),))[0].startswith("missing [[")
    assert wrong(missing, missing_any=("staff",)) == ("not missed: ['staff']",)
    needing = next(each for each in load_eligibility() if each.needs)
    assert wrong(needing, needs=dict.fromkeys(needing.needs, "999"))


def test_the_judge_counts_an_error_as_wrong():
    case = load_eligibility()[0].model_copy(update={"profile": {"roses": 5}})
    judged = judge(embedded(), case)
    assert judged.result is None and "roses" in judged.faults[0]
    figures = Report([judged]).figures()
    assert (figures["right"], figures["wrong by measure"]) == (0, {case.measure: 1})


def test_a_report_tells_each_fault_with_its_reason():
    case = load_eligibility()[0]
    lines = Report([Judged(case, None, ("verdict a, not b",))]).lines()
    assert lines[-1] == f"{case.id}: verdict a, not b ({case.why})"


def test_the_suite_is_one_of_the_command_line_and_covers_every_measure(report):
    assert "eligibility" in SUITES
    assert {each.case.measure for each in report.judged} == set(measures())
