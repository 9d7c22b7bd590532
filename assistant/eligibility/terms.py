"""«Какие условия аккредитации ИТ-компании?» -> what a measure of support gives and asks for, with sources.

As in :mod:`assistant.eligibility.offered`, a question counts only where no word of it asks for more: one
about the site a company needs for accreditation is answered by the texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from assistant.answer.named_places import names_another_country
from assistant.eligibility.asked import CheckAsked, places_named
from assistant.eligibility.chat import Telling
from assistant.eligibility.check import check
from assistant.eligibility.measures import VALIDITY, Group, Measure, measures
from assistant.eligibility.model import CheckResult, CriterionResult, Told
from assistant.eligibility.offered import inside, only_of_support
from assistant.eligibility.profile import Profile
from assistant.eligibility.words import say
from assistant.library.view import LibraryView
from assistant.model import Answer, CheckLine, Lang

_ASKS = re.compile(
    r"(?<!\w)(?:услови\w+|требовани\w+|критери\w+"
    r"|(?:кто|кому|кем)(?:\s+\w+){0,3}?\s+(?:может|могут|вправе|имеет|положен\w*|доступн\w*|да[юе]т\w*|полагается)"
    r"|кому(?:\s+\w+)?\s+(?:положен\w*|доступн\w*|да[юе]т\w*|полагается|предоставляется)"
    r"|как(?:\s+\w+){0,2}?\s+(?:получить|оформить|стать|попасть|войти|пройти|включить|внести)"
    r"|что\s+(?:для\s+)?(?:\w+\s+){0,3}?(?:нужно|надо|необходимо|требуется|да[её]т)"
    r"|conditions?|requirements?|criteria"
    r"|who(?:\s+\w+)?\s+(?:can|may|is|are|qualifies|gets)"
    r"|how\s+(?:to|do|does|can|may)(?:\s+\w+){0,5}?\s+(?:get|obtain|join|become|enter|receive|qualify)"
    r"|what\s+(?:is|does|do)(?:\s+\w+){0,4}?\s+(?:needed|required|give|need))(?!\w)",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"(?<!\w)(?:почему|зачем|сколько|когда|где|куда|не|без|кроме|why|when|where|not|without|except)(?!\w)"
    r"|(?:what|which)\s+documents|каки\w+\s+документ",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class TermsAsked:
    """The measure whose terms are asked for."""

    measure: Measure


def terms_asked(question: str, today: date) -> TermsAsked | None:
    """The one measure whose terms a question asks for; None where it asks for something else."""
    if not _ASKS.search(question) or _OTHER.search(question):
        return None
    if names_another_country(question):
        return None
    named = _places(question)
    found = {name for name, _, _ in named}
    if len(found) != 1:
        return None
    measure = measures()[found.pop()]
    if measure.kind != "support":
        return None
    rest = "".join(
        " " if any(start <= at < end for _, start, end in named) else letter
        for at, letter in enumerate(question)
    )
    return TermsAsked(measure) if only_of_support(rest, today, ("terms",)) else None


def _places(question: str) -> list[tuple[str, int, int]]:
    """(measure, start, end) where a question names one; where it has the whole title of one, that alone."""
    for each in measures().values():
        for title in (each.title.ru, each.title.en):
            start = question.find(title)
            if start >= 0:
                return [(each.id, start, start + len(title))]
    return places_named(question)


def terms(asked: TermsAsked, question: str, view: LibraryView, day: date, lang: Lang) -> Answer:
    """The answer to a question for a measure's terms. Without claims where its sources are not held."""
    told = Telling(question, view, day, lang)
    measure = asked.measure
    result = check(measure, Profile.of({}), view, day, lang)
    told.say("verdict", say(lang, "terms_head", title=measure.title.in_(lang)))
    told.listed(say(lang, "terms_gives"), _told(told, result.gives))
    assert measure.requires is not None
    told.listed(say(lang, "terms_conditions"), _conditions(told, measure.requires, result, lang))
    told.listed(say(lang, "terms_documents"), _told(told, result.documents))
    told.listed(say(lang, "terms_apply"), _told(told, result.apply))
    told.notes += _notes(result)
    told.notes.append(say(lang, "terms_check"))
    asked_for = CheckAsked((measure.id,), Profile.of({}))
    return told.answer(asked_for, Profile.of({}), notice="offer_notice", measure=measure)


def _told(telling: Telling, said: Iterable[Told]) -> Iterator[CheckLine]:
    for each in said:
        if each.citations and each.state != "not_met":
            yield telling.item(each.text, None, each.citations[:1])


def _conditions(telling: Telling, tree: Group, result: CheckResult, lang: Lang) -> Iterator[CheckLine]:
    """A line a condition; alternatives stand last, under what they are alternatives of."""
    held = {each.id: each for each in result.criteria if each.citations}
    for part in sorted(tree.all or (tree,), key=lambda part: not isinstance(part, str)):
        options = part.any if isinstance(part, Group) else ()
        if options and isinstance(part, Group):
            name = part.ru if lang == "ru" else part.en
            yield CheckLine(
                kind="text", text=say(lang, "terms_one_of", name=name or say(lang, "terms_options"))
            )
        for each in options or (part,):
            found = list(_leaves(each, held))
            if found:
                words = _joined(each, held, lang)
                yield telling.item(words[0].upper() + words[1:], None, [one.citations[0] for one in found])


def _leaves(part: str | Group, held: dict[str, CriterionResult]) -> Iterator[CriterionResult]:
    names = [part] if isinstance(part, str) else part.leaves()
    return (held[name] for name in names if name in held)


def _joined(part: str | Group, held: dict[str, CriterionResult], lang: Lang) -> str:
    """A condition in words: those that hold together joined, alternatives by "or"."""
    if isinstance(part, str):
        return inside(held[part].rule) if part in held else ""
    if part.not_ is not None:
        return say(lang, "terms_not", rule=_joined(part.not_, held, lang))
    words = [told for each in part.all or part.any if (told := _joined(each, held, lang))]
    name = (part.ru if lang == "ru" else part.en) if part.all else None
    joined = ("; " if part.all else say(lang, "terms_or")).join(words)
    return f"{name}: {joined}" if name else joined


def _notes(result: CheckResult) -> Sequence[str]:
    """What a reader should know of the terms: that they are over, not read in the act, or not open."""
    ended = [each.reason for each in result.criteria if each.id == VALIDITY and each.state != "met"]
    checks = dict.fromkeys(each.check for each in result.criteria if each.check and each.matters)
    return [*ended, *result.warnings, *list(checks)[:2]]
