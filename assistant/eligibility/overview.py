"""Which support there is -> the chat's answer: the measures that hold, what they give, what they ask for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from assistant.eligibility.asked import CheckAsked
from assistant.eligibility.chat import Telling
from assistant.eligibility.check import check
from assistant.eligibility.measures import VALIDITY, Measure, measures
from assistant.eligibility.model import CheckResult
from assistant.eligibility.offered import OFFERS, OfferAsked, inside
from assistant.eligibility.profile import Profile
from assistant.eligibility.words import say
from assistant.library.view import LibraryView
from assistant.model import Answer, CheckLine, Lang, Option
from assistant.naming import day_in_words

COMPANY = "company"  # what the question asks for: what only universities can have is not listed


def overview(asked: OfferAsked, question: str, view: LibraryView, day: date, lang: Lang) -> Answer:
    """The answer to a question that asks what support there is. Without claims where none is held."""
    told = Telling(question, view, day, lang)
    profile = Profile.of({"org_form": COMPANY})
    held = [each for each in measures().values() if each.offers in (asked.kinds or OFFERS)]
    results = {each.id: check(each, profile, view, day, lang) for each in held}
    ended = [each for each in held if _ended(results[each.id])]
    there = [each for each in held if each not in ended and results[each.id].verdict != "not_eligible"]
    said_day = day_in_words(day.isoformat(), lang)
    told.say("verdict", say(lang, "offer_head_some" if asked.kinds else "offer_head", day=said_day))
    for kind in OFFERS:
        lines = [_line(each, results[each.id], told, lang) for each in there if each.offers == kind]
        told.listed(say(lang, f"offer_{kind}"), [line for line in lines if line is not None])
    if not told.claims:
        told.say("text", say(lang, "offer_none", day=said_day))
    told.notes += _notes(there, ended, results, lang)
    return told.answer(CheckAsked((), Profile.of({})), Profile.of({}), notice="offer_notice")


def which_grant(question: str, view: LibraryView, day: date, lang: Lang) -> Answer | None:
    """A question back: which of the grants the library tells of; None where it tells of fewer than two."""
    company = Profile.of({"org_form": COMPANY})
    grants = [
        each
        for each in measures().values()
        if each.offers == "grant" and check(each, company, view, day, lang).verdict != "not_eligible"
    ]
    options = [
        Option(label=title, question=say(lang, "offer_terms", title=title))
        for title in (each.title.in_(lang) for each in grants)
    ]
    if len(options) < 2:
        return None
    return Answer(
        status="clarify",
        language=lang,
        question=question,
        answer=say(lang, "offer_which"),
        options=options,
        as_of=day.isoformat(),
        library_version=view.version,
        backend="extractive",
    )


def _ended(result: CheckResult) -> bool:
    """Whether the measure's days are over or have not begun; that they were extended may be unknown."""
    return any(each.id == VALIDITY and each.state != "met" for each in result.criteria)


def _line(measure: Measure, result: CheckResult, told: Telling, lang: Lang) -> CheckLine | None:
    """What a measure gives and asks for; None where nothing held says what it gives."""
    given = [each for each in result.gives if each.citations and each.state != "not_met"]
    if not given:
        return None
    main = [each for each in result.criteria if each.id in measure.main and each.citations]
    gives = "; ".join(inside(each.text) for each in given)
    words = f"{measure.title.in_(lang)} — {gives}".rstrip(".") + "."
    if main:
        words += " " + say(lang, "offer_main", rules="; ".join(inside(each.rule) for each in main))
    cited = [*(each.citations[0] for each in given), *(each.citations[0] for each in main)]
    return told.item(words, None, cited)


def _notes(
    there: Sequence[Measure], ended: Sequence[Measure], results: dict[str, CheckResult], lang: Lang
) -> list[str]:
    notes = []
    for each in there:
        if each.open != "yes":
            notes.append(f"{each.title.in_(lang)}: {' '.join(results[each.id].warnings[:1])}")
    if ended:
        notes.append(say(lang, "offer_ended", titles="; ".join(each.title.in_(lang) for each in ended)))
    return [*notes, say(lang, "offer_beyond"), say(lang, "offer_check")]
