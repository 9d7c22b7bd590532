"""A report of questions that were really asked and scored."""

from __future__ import annotations

from lxml import html as lxml_html

from evals.case import EvalCase, Target
from evals.metrics.base import Scene
from evals.report import html_report
from evals.running import How, run_cases
from evals.runs import Run
from evals.scoring import score, summarise
from tests.evals.report import made
from tests.evals.sample import WATER


def asked() -> list[EvalCase]:
    question = "Допускается ли вечерний полив?"
    right, wrong = Target.read(f"{WATER}#st1/ch1"), Target.read(f"{WATER}#st2/ch1")
    return [
        EvalCase(id="right", lang="ru", question=question, category="water", must_cite=((right,),)),
        EvalCase(id="wrong", lang="ru", question=question, category="water", must_cite=((right,), (wrong,))),
    ]


def test_a_scored_run_shows_what_was_met_and_what_was_not(tmp_path, garden):
    cases = asked()
    run = Run.begin(tmp_path / "smoke-1", made.config(), cases)
    run_cases(garden, cases, run, How(searches=True))
    scores = score(cases, run.outcomes(), Scene(garden.view))
    run.finish(scores.rows(), summarise(scores, suite="smoke", seconds=1.0))
    page = lxml_html.document_fromstring(html_report(run, "ru").encode())
    right, wrong = (page.get_element_by_id(f"case-{name}") for name in ("right", "wrong"))
    assert (right.get("data-state"), wrong.get("data-state")) == ("passed", "failed")
    assert f"Ответ не ссылается на {WATER}#st2/ch1." in wrong.text_content()
    needs = [need.get("class") for need in wrong.find_class("need")]
    assert needs == ["need met", "need unmet"]
    assert [each.find("code").text for each in right.find_class("cited")[0].find_class("hit")] == [
        f"{WATER}#st1/ch1"
    ]
