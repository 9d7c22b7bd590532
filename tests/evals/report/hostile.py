"""A run whose every text is an attack on the page that shows it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from evals.case import EvalCase, Target
from evals.gate import Verdict
from evals.outcome import Found, Outcome
from evals.runs import Run
from tests.evals.report import made

MARK = "Zq7"  # stands in every one of them
TAG = f"<script>window.hit='{MARK}'</script>"
BREAK = f"\"'></option></select></template></details><img src=x onerror=\"window.hit='{MARK}'\">"
HIDDEN = f"{MARK}\u202e\u0000\ufeffdrow\u2028"
MATHS = rf"${MARK}\frac{{1}}$ {{0}} {{missing}} %s </script></style>]]>"
ALL = f"{TAG}{BREAK}{HIDDEN}{MATHS}"
PROVISION = "p1\"><img/src=x/onerror='window.hit=1'>"
REF = f"{made.ACT}#{PROVISION}"


def write(home: Path) -> Run:
    """Cases in every state."""
    found: list[made.Made] = []
    for at, (ended, passed) in enumerate(
        [("answered", False), ("answered", True), ("error", None), ("empty", None), ("abstained", None)]
    ):
        name = ("__proto__", "constructor", "-x", "a.b", "ж")[at]
        asked = _case(name)
        line = made.score(name, passed, *([] if passed else _reasons()), needs_cited=0.5)
        found.append((asked, _outcome(name, ended), line))
    settings = made.config(
        suite=ALL, llm=ALL, embedder=ALL, program=ALL, started=ALL, split=ALL, as_of=ALL,
        retrieval={ALL: ALL}, answer={ALL: [ALL]}, hashes=dict.fromkeys(("code", "corpus", "cases", "library"), ALL),
    )  # fmt: skip
    figure = {
        "value": 0.5,
        "low": 0.4,
        "high": 0.6,
        "n": 3,
        "unit": "share",
        "better": "higher",
        "gating": True,
    }
    run = made.write(home / f"run{TAG.replace('/', '')}", found, settings)
    summary = run.summary()
    summary["metrics"][ALL] = figure
    summary["judges"] = {ALL: {ALL: figure}, "verifier": {ALL: figure}}
    run.finish(run.scores(), summary)
    return run


def verdict() -> Verdict:
    return Verdict(state="failed", failed={ALL: ALL}, broken=[ALL], lost=[ALL])


def _case(name: str) -> EvalCase:
    return made.case(
        name, ALL, question=ALL, measure=ALL, profile={ALL: ALL}, quote=ALL, must_contain=(ALL,),
        must_not_contain=(ALL,), reviewer=ALL, note=ALL, expect="eligible",
        must_cite=((Target(act=made.ACT, provision=PROVISION, edition=None),),),
    )  # fmt: skip


def _outcome(name: str, ended: str) -> Outcome:
    text: dict[str, Any] = dict.fromkeys(("title", "number", "label", "quote"), ALL)
    cited = made.cited(
        ref=REF, provision=PROVISION, edition=ALL, date=ALL, url="javascript:window.hit=1", **text
    )
    return made.outcome(
        name, ended=ended, language=ALL, answer=ALL, claims=[(ALL, [1])], verdict=ALL, error=ALL,
        citations=[cited], found=[Found(ref=REF, edition=ALL, start=0, end=1)], usage={ALL: ALL}, seconds=0.3,
        evidence=0.5, withheld=1,
    )  # fmt: skip


def _reasons() -> list[Any]:
    return [
        made.because("error", error=ALL), made.because("need_not_cited", ref=ALL), made.because("quote_missing", quote=ALL),
        made.because("word_missing", word=ALL), made.because("wrong_edition", ref=ALL, got=ALL, expected=ALL),
    ]  # fmt: skip
