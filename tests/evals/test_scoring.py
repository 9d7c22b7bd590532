"""Outcomes -> verdicts with reasons, and the figures of a run."""

import json
import random
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.library import Library
from assistant.library.view import LibraryView
from assistant.settings import Settings
from evals.metrics.base import Scene
from evals.metrics.registry import BY_NAME, METRICS
from evals.outcome import Outcome
from evals.reasons import _SENTENCES, Reason, told
from evals.scoring import score, score_one, summarise
from tests.evals.metrics.made import EVENING, answered, case, citation, found, refused
from tests.evals.sample import (
    NEW,
    OLD,
    ORCHARD,
    ORCHARD_DAY,
    PLANTS,
    WATER,
    digest,
    new_law,
    old_law,
    orchard_order,
    plants_list,
)


@pytest.fixture(scope="module")
def view(tmp_path_factory):
    library = Library(Settings(home=tmp_path_factory.mktemp("home")).library_url)
    for draft in (old_law(), new_law(), orchard_order(), plants_list(), digest()):
        library.put_edition(draft)
    yield LibraryView(library)
    library.close()


@pytest.fixture(scope="module")
def scene(view):
    return Scene(view)


def codes(asked, outcome, scene):
    line = score_one(asked, outcome, scene, ())
    assert line.passed is (None if outcome.ended in ("error", "empty") else not line.reasons)
    return [reason.code for reason in line.reasons]


# ── verdicts and reasons ──────────────────────────────────────────────────────────────────────────


def test_an_answer_that_is_all_the_case_asks_passes(view, scene):
    asked = case(
        EVENING, quote="вечерний полив НЕ допускается", must_contain=("полив",), must_not_contain=("500",)
    )
    assert codes(asked, answered(citation(view)), scene) == []


def test_every_shortcoming_is_named(view, scene):
    asked = case(
        EVENING, f"{WATER}#st2/ch1", f"{ORCHARD}#s9", lang="en", quote="утренний полив",
        must_contain=("полив", "роза"), must_not_contain=("не допускается",),
    )  # fmt: skip
    line = score_one(asked, answered(citation(view)), scene, ())
    assert line.as_dict()["reasons"] == [
        {"code": "need_not_cited", "parts": {"ref": f"{WATER}#st2/ch1"}},
        {"code": "target_not_held", "parts": {"ref": f"{ORCHARD}#s9"}},
        {"code": "quote_missing", "parts": {"quote": "утренний полив"}},
        {"code": "word_missing", "parts": {"word": "роза"}},
        {"code": "word_forbidden", "parts": {"word": "не допускается"}},
        {"code": "wrong_language", "parts": {"expected": "en", "got": "ru"}},
    ]
    assert line.passed is False


def test_an_answer_of_another_kind_is_not_picked_on_for_its_parts(view, scene):
    asked = case(EVENING, must_contain=("полив",), quote="полив")
    assert codes(asked, refused(), scene) == ["wrong_status"]
    assert codes(case(expect="abstain"), answered(citation(view)), scene) == ["wrong_status"]
    assert codes(case(expect="clarify"), refused(), scene) == ["wrong_status"]
    assert codes(case(expect="abstain"), refused(), scene) == []


def test_what_must_not_be_said_must_not_be_said_in_a_refusal_either(scene):
    asked = case(expect="abstain", must_not_contain=("zxqabcdefghi",))
    assert codes(asked, refused(answer="Не нашлось. zxqabcdefghi"), scene) == ["word_forbidden"]


def test_a_need_met_in_the_wrong_edition_only_is_not_met(view, scene):
    old, new = citation(view, edition=OLD), citation(view, number=2)
    line = score_one(case(EVENING), answered(old), scene, ())
    assert line.as_dict()["reasons"] == [
        {"code": "wrong_edition", "parts": {"ref": EVENING, "got": OLD, "expected": "in_force"}}
    ]
    assert codes(case(EVENING), answered(old, new), scene) == []
    assert codes(case(f"{EVENING}@{OLD}"), answered(old), scene) == []


def test_an_altered_quotation_meets_nothing_and_is_told_apart(view, scene):
    altered = citation(view, quote="Вечерний полив допускается.", at=0)
    assert codes(case(EVENING), answered(altered), scene) == ["quote_altered"]


def test_a_verdict_must_be_the_one_expected(scene):
    asked = case(expect="eligible", measure="grant")
    checked = Outcome(case="c1", ended="checked", language="ru", verdict="eligible")
    assert codes(asked, checked, scene) == []
    other = checked.model_copy(update={"verdict": "insufficient"})
    assert codes(asked, other, scene) == ["wrong_verdict"]
    assert codes(asked, refused(), scene) == ["wrong_status"]


def test_errors_and_empty_answers_neither_pass_nor_fail(scene):
    assert codes(case(EVENING), Outcome(case="c1", ended="error", error="boom"), scene) == ["error"]
    assert codes(case(EVENING), Outcome(case="c1", ended="empty"), scene) == ["empty"]


def test_a_search_passes_where_every_need_is_found(view, scene):
    asked = case(EVENING, f"{ORCHARD}#s1", f"{ORCHARD}#s9")
    outcome = found(view, (ORCHARD, ORCHARD_DAY, "s1"))
    assert codes(asked, outcome, scene) == ["need_not_found", "target_not_held"]
    assert score_one(case(f"{ORCHARD}#s1"), outcome, scene, ()).passed is True
    assert score_one(case(), outcome, scene, ()).passed is None


def test_the_eleventh_place_is_too_late(view, scene):
    places = [(PLANTS, None, f"p1/{number}") for number in range(1, 11)]
    late = found(view, *places, (WATER, NEW, "st1/ch1"))
    assert codes(case(EVENING), late, scene) == ["need_not_found"]


def test_every_reason_is_a_sentence_in_both_languages():
    parts = {
        "error": "boom", "expected": "answered", "got": "abstained", "ref": "a#p1|b#p2", "within": "10",
        "quote": "полив", "word": "раз|два",
    }  # fmt: skip
    for code in _SENTENCES:
        for lang in ("ru", "en"):
            said = told(Reason(code=code, parts=parts), lang)
            assert "{" not in said and "|" not in said and len(said) > 10
    said = {lang: told(Reason(code="wrong_status", parts=parts), lang) for lang in ("ru", "en")}
    assert said == {
        "ru": "Ожидалось: ответ; получилось: отказ от ответа.",
        "en": "Expected: an answer; came out: a refusal.",
    }
    assert "a#p1 или b#p2" in told(Reason(code="need_not_cited", parts=parts), "ru")


# ── the summary ───────────────────────────────────────────────────────────────────────────────────


def perfect(view):
    """Three cases, ru and en, answered, refused and searched, all as they should be."""
    pruning = citation(view, "s1", act=ORCHARD, edition=ORCHARD_DAY)
    return [
        (case(EVENING, name="a", must_contain=("полив",)), answered(citation(view), name="a", evidence=0.9)),
        (
            case(f"{ORCHARD}#s1", name="b", lang="en", category="foreign"),
            answered(pruning, name="b", language="en", evidence=0.8),
        ),
        (case(name="c", expect="abstain", category="refusal"), refused(name="c", evidence=0.1)),
        (case(EVENING, name="d", category="search"), found(view, (WATER, NEW, "st1/ch1"), name="d")),
    ]


def summary_of(pairs, scene, **options):
    cases = list({asked.id: asked for asked, _ in pairs}.values())
    return summarise(score(cases, [outcome for _, outcome in pairs], scene), **options)


def test_a_perfect_run_is_perfect_in_everything(view, scene):
    got = summary_of(perfect(view), scene, suite="smoke", seconds=1.23456, judges={"verifier": {}})
    assert (got["suite"], got["seconds"], got["judge"], got["judges"]) == (
        "smoke", 1.235, "verifier", {"verifier": {}},
    )  # fmt: skip
    assert (got["cases"], got["repeats"], got["errors"], got["empty"]) == (4, 1, 0, 0)
    assert (got["passed"], got["failed"]) == (4, 0)
    for name, figure in got["metrics"].items():
        if figure["unit"] == "share":
            ideal = 1.0 if figure["better"] == "higher" else 0.0
            assert (figure["value"], figure["low"], figure["high"]) == (ideal,) * 3, name
    assert {"auroc", "recall@5", "needs_cited", "correctness", "wrong_answers"} <= got["metrics"].keys()
    assert got["metrics"]["passed"]["n"] == 4
    assert "cost" not in got["metrics"]


def test_groups_are_by_category_and_language(view, scene):
    got = summary_of(perfect(view), scene)
    assert {name: each["n"] for name, each in got["categories"].items()} == {
        "foreign": 1, "plain": 1, "refusal": 1, "search": 1,
    }  # fmt: skip
    assert {name: each["n"] for name, each in got["langs"].items()} == {"ru": 3, "en": 1}
    assert got["langs"]["en"]["passed"] == 1
    assert "wrong_answers" not in got["langs"]["en"]["metrics"]
    assert got["categories"]["refusal"]["metrics"]["wrong_answers"]["value"] == 0


def test_errors_and_empty_answers_are_in_no_other_figure(view, scene):
    broken = [
        (case(EVENING, name="e"), Outcome(case="e", ended="error", error="boom", seconds=9.0)),
        (case(EVENING, name="f"), Outcome(case="f", ended="empty", language="ru")),
    ]
    got = summary_of([*perfect(view), *broken], scene)
    clean = summary_of(perfect(view), scene)
    assert (got["cases"], got["errors"], got["empty"], got["passed"], got["failed"]) == (6, 1, 1, 4, 0)
    assert got["metrics"]["errors"]["value"] == pytest.approx(1 / 6, abs=1e-6)
    assert got["metrics"]["empty"]["value"] == pytest.approx(1 / 5)
    rest = got["metrics"].keys() - {"errors", "empty"}
    assert {name: got["metrics"][name] for name in rest} == {name: clean["metrics"][name] for name in rest}


def test_repetitions_are_averaged_before_anything_is_resampled(view, scene):
    asked = [case(EVENING, name="a"), case(EVENING, name="b")]
    good, bad = (answered(citation(view), name="a"), refused(name="a"))
    outcomes = [good, bad.model_copy(update={"repeat": 1}), good.model_copy(update={"case": "b"})]
    got = summarise(score(asked, outcomes, scene))
    assert (got["cases"], got["repeats"], got["passed"], got["failed"]) == (2, 2, 1, 1)
    figure = got["metrics"]["passed"]
    assert (figure["value"], figure["low"], figure["high"], figure["n"]) == (0.75, 0.5, 1.0, 2)


def test_outcomes_of_other_cases_are_left_out(view, scene):
    assert summarise(score([case(EVENING)], [refused(name="other")], scene))["cases"] == 0


def test_lines_and_summary_are_json(view, scene):
    scores = score([case(EVENING)], [answered(citation(view))], scene)
    line = json.loads(json.dumps(scores.rows()[0]))
    assert line.keys() == {"case", "repeat", "passed", "reasons", "scores"}
    assert line["scores"]["needs_cited"] == 1 and line["scores"]["wrong_answers"] is None
    assert "latency_p50" not in line["scores"]
    json.dumps(summarise(scores), allow_nan=False)


def test_the_runs_day_is_that_of_cases_without_one(view, scene):
    from datetime import date

    old = [answered(citation(view, edition=OLD))]
    then = score([case(EVENING)], old, scene, as_of=date(2021, 2, 3))
    assert then.lines[0].passed is True
    own = score([case(EVENING, as_of=date(2025, 1, 1))], old, scene, as_of=date(2021, 2, 3))
    assert own.lines[0].passed is False


def test_metrics_have_names_of_their_own_and_say_what_they_are():
    assert len(BY_NAME) == len(METRICS)
    for metric in METRICS:
        assert (metric.per_case is None) != (metric.overall is None), metric.name
        assert metric.ru.endswith(".") and metric.en.endswith(".")
        assert metric.gating or metric.unit != "share"


def test_four_hundred_outcomes_are_scored_within_five_seconds_of_work(view, scene):
    rng = random.Random(1)
    provisions = ["st1/ch1", "st1/ch2/p2", "st2/ch1"]
    claims = [
        "По закону вечерний полив не допускается, пункт {}.", "Садовник поливает розы утром, в день {}.",
    ]  # fmt: skip
    cases, outcomes = [], []
    for number in range(400):
        name = f"c{number}"
        chosen = rng.sample(provisions, 2)
        cited = [citation(view, each, number=place) for place, each in enumerate(chosen, 1)]
        spans = found(view, *((WATER, NEW, each) for each in provisions)).found
        restated = [(rng.choice(claims).format(number), [1, 2])]
        own = [(each.quote, [each.id]) for each in cited]
        cases.append(case(*(f"{WATER}#{each}" for each in chosen), name=name, category=f"k{number % 8}"))
        outcomes.append(
            answered(*cited, name=name, claims=own + restated, found=spans, evidence=rng.random())
        )
    score(cases[:1], outcomes[:1], scene)  # the verifier reads its data, as answering has made it do
    began = time.process_time()
    got = summarise(score(cases, outcomes, scene))
    assert time.process_time() - began < 5
    assert got["cases"] == 400


# ── laws ──────────────────────────────────────────────────────────────────────────────────────────

ENDS = ("answered", "abstained", "clarify", "checked", "searched", "empty", "error")
EXPECTS = ("answer", "abstain", "clarify", "eligible")


@st.composite
def runs(draw, view):
    pairs = []
    for number in range(draw(st.integers(0, 8))):
        name = f"c{number % 5}"
        expect = EXPECTS[number % 5 % len(EXPECTS)]
        needs = (
            [] if expect == "abstain" else draw(st.sampled_from([[], [EVENING], [EVENING, f"{ORCHARD}#s1"]]))
        )
        asked = next((each for each, _ in pairs if each.id == name), None) or case(
            *needs, name=name, expect=expect, measure="m" if expect == "eligible" else None,
            category=draw(st.sampled_from(["plain", "injection"])), lang=draw(st.sampled_from(["ru", "en"])),
            must_contain=("полив",), must_not_contain=("zxq",),
        )  # fmt: skip
        cited = draw(
            st.lists(
                st.sampled_from([citation(view), citation(view, edition=OLD), citation(view, at=5)]),
                max_size=2,
            )
        )
        numbered = [each.model_copy(update={"id": place}) for place, each in enumerate(cited, 1)]
        outcome = answered(
            *numbered, name=name, repeat=number // 5, ended=draw(st.sampled_from(ENDS)),
            verdict=draw(st.sampled_from([None, "eligible", "insufficient"])),
            evidence=draw(st.one_of(st.none(), st.floats(0, 1))), seconds=draw(st.floats(0, 100)),
            text=draw(st.sampled_from(["Вечерний полив.", "zxq", ""])),
            language=draw(st.sampled_from(["ru", "en", None])), error="boom",
        )  # fmt: skip
        pairs.append((asked, outcome))
    return pairs


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_figures_are_bounded_and_do_not_depend_on_the_order(view, scene, data):
    pairs = data.draw(runs(view))
    got = summary_of(pairs, scene)
    for line in score([asked for asked, _ in pairs], [outcome for _, outcome in pairs], scene).lines:
        assert all(number is None or 0 <= number <= 1 for number in line.scores.values())
    for figure in got["metrics"].values():
        assert figure["low"] <= figure["value"] <= figure["high"] or figure["unit"] == "share"
        assert 0 < figure["n"] <= got["cases"]
        if figure["unit"] == "share":
            assert 0 <= figure["low"] <= figure["high"] <= 1 and 0 <= figure["value"] <= 1
    assert got["passed"] + got["failed"] <= got["cases"]
    shuffled = data.draw(st.permutations(pairs))
    assert summary_of(shuffled, scene) == got
