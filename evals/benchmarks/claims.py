"""The verifier on statements with one fact changed: how many it catches, how many true ones it withholds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from assistant.answer.verify import faults
from assistant.answer.verify.judge import Quoted
from evals.claim_cases import PLAIN, GroundedCase
from evals.metrics.bootstrap import mean_interval

Judge = Callable[[str, Sequence[Quoted]], bool]  # whether a statement is withheld


def withheld_by_rules(claim: str, grounds: Sequence[Quoted]) -> bool:
    """Whether the verifier's rules withhold a statement."""
    return bool(faults(claim, grounds))


def score(cases: Sequence[GroundedCase], judge: Judge = withheld_by_rules) -> dict[str, Any]:
    """Shares with 95 % intervals: mutations caught, true statements withheld; also by kind and language.

    ``caught``: of the kinds the figures are promised for; ``caught_subtle``: of scope, role, connective,
    exception, condition.
    """
    true = [(each, judge(each.case.claim, [each.ground])) for each in cases]
    changed = [
        (each, mutation.kind, judge(mutation.claim, [each.ground]))
        for each in cases
        for mutation in each.case.mutations
    ]
    kinds = sorted({kind for _, kind, _ in changed})
    return {
        "true": _share([held for _, held in true]),
        "true_same_language": _share([held for each, held in true if not each.cross]),
        "true_cross_lingual": _share([held for each, held in true if each.cross]),
        "caught": _share([held for _, kind, held in changed if kind in PLAIN]),
        "caught_subtle": _share([held for _, kind, held in changed if kind not in PLAIN]),
        "caught_same_language": _share([held for each, _, held in changed if not each.cross]),
        "caught_cross_lingual": _share([held for each, _, held in changed if each.cross]),
        "caught_by_kind": {
            name: _share([held for _, kind, held in changed if kind == name]) for name in kinds
        },
        "withheld_for": dict(
            Counter(
                fault.kind
                for each, held in true
                if held
                for fault in faults(each.case.claim, [each.ground])[:1]
            )
        ),
    }


def _share(values: Sequence[bool]) -> dict[str, float | int]:
    if not values:
        return {"n": 0}
    mean, low, high = mean_interval([float(value) for value in values])
    return {"n": len(values), "share": round(mean, 4), "low": round(low, 4), "high": round(high, 4)}
