"""A follow-up after a check («а если доля 25 %?») -> the check with what it adds or changes.

What was said of the company stays until it is said otherwise; another measure may be asked for the same
company. A figure without a name is the one figure of its kind that was spoken of.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from assistant.conversation import Turn
from assistant.eligibility.asked import CheckAsked, asks_more, check_asked, named_measures
from assistant.eligibility.described import described
from assistant.eligibility.facts import NUMERIC
from assistant.eligibility.measures import measures
from assistant.eligibility.profile import Profile
from assistant.eligibility.values import value_or_none
from assistant.model import Lang
from assistant.references import detect_language

MOST_WORDS = 25  # of a follow-up
_GOES_ON = re.compile(
    r"\s*(?:а|и|но|или|тогда|допустим|предположим|если|and|but|or|what\s+if|what\s+about|if|suppose|then)(?!\w)",
    re.IGNORECASE,
)
_FIGURE = re.compile(
    r"\d[\d\s.,]*(?:\s?(?:%|процент\w*|per\s?cent|тыс\w*|млн|млрд|million|billion|mln|bn))?", re.IGNORECASE
)


def follow_up(question: str, history: Sequence[str], today: date) -> CheckAsked | None:
    """The check that a question goes on with; None where it does not.

    ``history``: the questions before it, oldest first. A question that asks for a check by itself and does
    not go on from what was said is none.
    """
    if not _GOES_ON.match(question):
        return None
    before: CheckAsked | None = None
    for earlier in history:
        before = _next(earlier, before, today)
    if before is None:
        return None
    return _next(question, before, today)


def _next(question: str, before: CheckAsked | None, today: date) -> CheckAsked | None:
    """The check a question asks for after another; None where it asks for something else."""
    own = check_asked(question, today)
    if before is None or not _GOES_ON.match(question) or len(question.split()) > MOST_WORDS:
        return own
    named = tuple(named_measures(question))
    if own is None and len(named) == 1 and not asks_more(question):
        own = CheckAsked(named, described(question, today).profile())  # «а ипотеку?»: of the same company
    if own is not None:
        return CheckAsked(own.measures or before.measures, _over(before.profile, own.profile), own.unread)
    said = described(question, today)
    more = said.profile()
    if not more.values:
        more = _bare_figure(question, before.profile)
    if not more.values:
        return None
    return CheckAsked(before.measures, _over(before.profile, more))


def as_topics(history: Sequence[Turn], today: date) -> list[Turn]:
    """A history in which checks are questions on the measure, for a follow-up that asks something else."""
    found: list[Turn] = []
    before: CheckAsked | None = None
    for turn in history:
        before = _next(turn.question, before, today)
        titles = [measures()[name].title for name in before.measures] if before else []
        if titles:
            lang = detect_language(turn.question)
            topic = _TOPIC[lang].format(", ".join(title.in_(lang) for title in titles))
            turn = Turn(topic, None, turn.answer, turn.refs, turn.as_of)
        found.append(turn)
    return found


_TOPIC: dict[Lang, str] = {"ru": "Какие условия: {}?", "en": "What are the conditions: {}?"}


def _over(before: Profile, more: Profile) -> Profile:
    return Profile({**before.values, **more.values}, before.as_of, before.name)


def _bare_figure(question: str, before: Profile) -> Profile:
    """«а если 25 %?»: the figure is of the one fact of its kind."""
    figures = _FIGURE.findall(question)
    numeric = [value for value in before.values.values() if value.fact.type in NUMERIC - {"date"}]
    if len(figures) != 1 or not numeric:
        return Profile()
    percent = bool(re.search(r"%|процент|per\s?cent", figures[0], re.IGNORECASE))
    meant = [value for value in numeric if value.fact.type == "percent"] if percent else numeric
    if len(meant) != 1:
        return Profile()
    found = value_or_none(meant[0].fact, figures[0].strip(" .,"))
    return Profile({found.fact.id: found}) if found else Profile()
