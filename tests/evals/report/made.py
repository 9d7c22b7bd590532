"""Runs made by hand: what a report is tested on, without asking anything."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from assistant.model import Authority, Citation, Currency
from evals.case import EvalCase, Target
from evals.metrics.base import Scene
from evals.metrics.registry import METRICS
from evals.outcome import Found, Outcome
from evals.reasons import Reason
from evals.runs import Config, Run
from evals.scoring import Score, Scores, summarise

ACT = "ru-prikaz-57-2023"
TITLE = "Приказ Минэкономразвития России от 14.02.2023 № 57"
QUOTE = "Грант предоставляется организации, у которой доля расходов на разработку не менее 25 процентов."
JUDGES = {
    "verifier": {
        "mutations_caught": {"value": 0.91, "low": 0.86, "high": 0.95, "n": 120},
        "true_withheld": {"value": 0.04, "low": 0.01, "high": 0.08, "n": 90},
    }
}


def config(suite: str = "smoke", **more: Any) -> Config:
    return Config(
        **{
            "suite": suite,
            "started": "2026-05-04T09:30:00",
            "program": "0.1.0",
            "llm": "extractive",
            "embedder": "multilingual-e5-small 0123456789ab",
            "retrieval": {"fusion": "standardised", "k": 10, "neighbours": True},
            "answer": {"verify": True, "nli_model": None},
            "as_of": "2026-05-04",
            "acts_held": False,
            "hashes": {"code": "c0de", "corpus": "c0f5", "cases": "ca5e", "library": "11b"},
            **more,
        }
    )


def target(text: str) -> tuple[Target, ...]:
    return tuple(Target.read(each) for each in text.split("|"))


def case(name: str, category: str = "sums", **more: Any) -> EvalCase:
    return EvalCase(
        **{
            "id": name,
            "lang": "ru",
            "question": f"Какая доля расходов нужна для гранта ({name})?",
            "category": category,
            "must_cite": (target(f"{ACT}#p3|{ACT}#p4@2023-02-14"),),
            "must_contain": ("25 процентов",),
            **more,
        }
    )


def cited(place: int = 1, provision: str = "p3", **more: Any) -> Citation:
    return Citation(
        **{
            "id": place,
            "ref": f"{ACT}#{provision}",
            "act": ACT,
            "title": TITLE,
            "number": "57",
            "date": "2023-02-14",
            "edition": "2023-02-14",
            "currency": Currency.CURRENT,
            "authority": Authority.OFFICIAL,
            "confidence": None,
            "provision": provision,
            "label": f"п. {provision[1:]}",
            "page": 2,
            "start": 100,
            "end": 100 + len(QUOTE),
            "quote": QUOTE,
            "url": "https://example.org/acts/57",
            **more,
        }
    )


def outcome(name: str, **more: Any) -> Outcome:
    return Outcome(
        **{
            "case": name,
            "ended": "answered",
            "language": "ru",
            "answer": "Нужно не менее 25 процентов расходов на разработку [1].",
            "claims": [("Нужно не менее 25 процентов расходов на разработку.", [1])],
            "citations": [cited()],
            "found": [Found(ref=f"{ACT}#p3", edition="2023-02-14", start=100, end=190)],
            "seconds": 0.4,
            **more,
        }
    )


def score(name: str, passed: bool | None, *reasons: Reason, repeat: int = 0, **scores: float) -> Score:
    """A line; scores: of metrics by name, ``_at_`` for ``@``."""
    given = {metric.replace("_at_", "@"): value for metric, value in scores.items()}
    defaults = {"passed": None if passed is None else float(passed), "errors": 0.0, "empty": 0.0}
    values = {each.name: ({**defaults, **given}).get(each.name) for each in METRICS if each.per_case}
    return Score(name, repeat, passed, reasons, values)


def because(code: str, **parts: str) -> Reason:
    return Reason(code=code, parts=parts)


Made = tuple[EvalCase, Outcome, Score]


def write(folder: Path, made: list[Made], settings: Config | None = None, **summary: Any) -> Run:
    """A finished run of these."""
    cases = list({each.id: each for each, _, _ in made}.values())
    run = Run.begin(folder, settings or config(), cases)
    for _, each, _ in made:
        run.add(each)
    scene = Scene(view=None)
    scored = Scores(tuple((a, b) for a, b, _ in made), tuple(c for _, _, c in made), METRICS, scene)
    found = summarise(scored, suite=run.config.suite, seconds=12.5, judges=JUDGES)
    run.finish(scored.rows(), found | summary)
    return run


def good(name: str, category: str = "sums", seconds: float = 0.4, **more: Any) -> Made:
    return (
        case(name, category, **more),
        outcome(name, seconds=seconds),
        score(name, True, needs_cited=1.0, correctness=1.0, citation_exactness=1.0, citation_recall=1.0),
    )


def bad(name: str, category: str = "sums", **more: Any) -> Made:
    """Cites a provision that was not expected and lacks the figure."""
    reasons = (
        because("need_not_cited", ref=f"{ACT}#p3|{ACT}#p4"),
        because("word_missing", word="25 процентов"),
    )
    wrong = outcome(
        name, citations=[cited(provision="p9")], answer="Нужно 20 процентов [1].", claims=[], seconds=1.2
    )
    return (
        case(name, category, **more),
        wrong,
        score(
            name,
            False,
            *reasons,
            needs_cited=0.0,
            correctness=0.0,
            citation_exactness=1.0,
            citation_recall=0.5,
        ),
    )


def broken(name: str, category: str = "sums") -> Made:
    return (
        case(name, category),
        Outcome(case=name, ended="error", error="ModelError: the model gave no answer", seconds=3.0),
        score(name, None, because("error", error="the model gave no answer"), errors=1.0),
    )


def silent(name: str, category: str = "sums") -> Made:
    return (
        case(name, category),
        Outcome(case=name, ended="empty", seconds=0.2),
        score(name, None, because("empty"), empty=1.0),
    )


def refused(name: str, *, right: bool = True) -> Made:
    """A question without an answer in the acts."""
    asked = case(name, "abstention", lang="en", question="What is the weather in Perm?", expect="abstain",
                 must_cite=(), must_contain=())  # fmt: skip
    ended = "abstained" if right else "answered"
    reasons = () if right else (because("wrong_status", expected="abstained", got="answered"),)
    return (
        asked,
        outcome(name, ended=ended, language="en", answer="There is nothing on this in the acts held.",
                citations=[] if right else [cited()], claims=[], found=[], evidence=0.2),
        score(name, right, *reasons, wrong_answers=float(not right)),
    )  # fmt: skip


def judged(name: str) -> Made:
    """A check of a measure with the wrong verdict."""
    asked = case(name, "measures", measure="grant", expect="eligible", profile={"share": "30 %"},
                 as_of=date(2026, 1, 1), must_contain=())  # fmt: skip
    return (
        asked,
        outcome(name, ended="checked", verdict="not_eligible", provisional=True),
        score(name, False, because("wrong_verdict", expected="eligible", got="not_eligible"),
              needs_cited=1.0, eligibility_accuracy=0.0),
    )  # fmt: skip


def usual() -> list[Made]:
    """A bit of everything."""
    made = [good(f"sum-{at}", seconds=0.2 + 0.07 * at) for at in range(12)]
    made += [good(f"en-{at}", "dates", lang="en", question="Which share of spending does the grant need?",
                  reviewer="А. Петрова", reviewed_on=date(2026, 4, 1), note="checked against the text")
             for at in range(6)]  # fmt: skip
    made += [bad("sum-bad"), bad("date-bad", "dates"), broken("sum-broken"), silent("sum-silent")]
    made += [refused("no-1"), refused("no-2"), refused("no-wrong", right=False), judged("grant-1")]
    return made
