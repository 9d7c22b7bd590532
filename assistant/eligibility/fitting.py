"""Every measure checked for one company -> in the order in which a company wants to read them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from assistant.eligibility.check import check
from assistant.eligibility.measures import Measure
from assistant.eligibility.model import CheckResult
from assistant.eligibility.profile import Profile
from assistant.library.view import LibraryView
from assistant.model import Lang

FAR = 99  # what no answer and no change would bring within reach
_OPEN = {"yes": 0, "unconfirmed": 1, "no": 2}
_VERDICTS = {"eligible": 0, "insufficient": 1, "not_eligible": 2}


def fitting(
    measures: Iterable[Measure], profile: Profile, view: LibraryView, day: date, lang: Lang
) -> list[CheckResult]:
    """What a company can have first, then what the fewest answers would tell, then what is out of reach.

    Support stands before duties. Within a verdict: what can be applied for now before what is closed or
    unconfirmed; undecided measures by how few answers would make the company eligible, then by how many
    criteria are met already; refused ones by how few changes would help.
    """
    return sorted((check(each, profile, view, day, lang) for each in measures), key=_order)


def _order(result: CheckResult) -> tuple[int, ...]:
    counted = [each for each in result.criteria if each.counts and each.part != "validity"]
    met = sum(each.state == "met" for each in counted)
    return (
        result.kind == "duty",
        _VERDICTS[result.verdict],
        _OPEN[result.open],
        distance(result),
        -met * 100 // max(1, len(counted)),
    )


def distance(result: CheckResult) -> int:
    """How many answers, or changes of what somebody can change, are between the company and the measure."""
    if result.verdict == "insufficient":
        return FAR if result.answers_needed is None else result.answers_needed
    ways = [len(way.changes) + len(way.still_needed) for way in result.ways if not way.lasting]
    return min(ways, default=FAR) if result.verdict == "not_eligible" else 0
