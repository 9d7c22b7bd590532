"""A check that a question asks for -> the chat's answer: the verdict, the criteria with their sources."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal

from assistant.eligibility.asked import CheckAsked
from assistant.eligibility.check import check
from assistant.eligibility.facts import facts
from assistant.eligibility.fitting import fitting
from assistant.eligibility.measures import Measure, measures
from assistant.eligibility.model import MARKS, STATES, CheckResult, CriterionResult, State
from assistant.eligibility.profile import Profile
from assistant.eligibility.words import known_from, say
from assistant.library.view import LibraryView
from assistant.model import Answer, CheckLine, CheckOffered, Citation, Claim, Confidence, Lang

Kind = Literal["verdict", "heading", "text", "item"]
_PAIRS = (
    ("it_income_share", "it_income_share_tax"),
)  # a share said without a list is the list of the measure


def check_answer(asked: CheckAsked, question: str, view: LibraryView, day: date, lang: Lang) -> Answer:
    """The answer to a question that asks for a check."""
    told = Telling(question, view, day, lang)
    profile = asked.profile
    if not asked.measures:
        told.all_of(fitting(measures().values(), profile, view, day, lang), profile)
    for name in asked.measures:
        measure = measures()[name]
        told.one(check(measure, _fitted(profile, measure), view, day, lang), len(asked.measures) > 1)
    return told.answer(asked, profile)


def _fitted(profile: Profile, measure: Measure) -> Profile:
    """The profile with a share said without its list read as the share the measure asks for."""
    used = {each.test.fact for each in measure.criteria}
    values = dict(profile.values)
    for plain, other in _PAIRS:
        if plain in values and plain not in used and other in used and other not in values:
            values |= Profile.of({other: values.pop(plain).text}).values
    return Profile(values, profile.as_of, profile.name)


class Telling:
    """Collects statements and their citations, one number a place."""

    def __init__(self, question: str, view: LibraryView, day: date, lang: Lang) -> None:
        self.question = question
        self.view = view
        self.day = day
        self.lang: Lang = lang
        self.claims: list[Claim] = []
        self.citations: list[Citation] = []
        self.blocks: list[list[CheckLine]] = []
        self.notes: list[str] = []
        self.results: list[CheckResult] = []
        self._numbers: dict[tuple[str, str | None, int, int], int] = {}

    def _cite(self, citations: Iterable[Citation]) -> list[int]:
        found = []
        for each in citations:
            place = (each.ref, each.edition, each.start, each.end)
            if place not in self._numbers:
                self._numbers[place] = len(self._numbers) + 1
                self.citations.append(each.model_copy(update={"id": self._numbers[place]}))
            found.append(self._numbers[place])
        return list(dict.fromkeys(found))

    def item(self, text: str, mark: State | None, citations: Iterable[Citation]) -> CheckLine:
        """A line with what it rests on, which makes it a claim."""
        numbers = self._cite(citations)
        if not numbers:
            return CheckLine(kind="item", text=text, mark=mark)
        self.claims.append(Claim(text=text, citations=numbers, support="entailed"))
        return CheckLine(kind="item", text=text, mark=mark, claim=len(self.claims) - 1)

    def say(self, kind: Kind, text: str) -> None:
        """A line by itself."""
        self.blocks.append([CheckLine(kind=kind, text=text)])

    def listed(self, head: str, lines: Iterable[CheckLine]) -> None:
        """Lines under a heading, where there are any."""
        found = list(lines)
        if found:
            self.blocks.append([CheckLine(kind="heading", text=head), *found])

    def _written(self, line: CheckLine) -> str:
        numbers = self.claims[line.claim].citations if line.claim is not None else []
        mark = f"{MARKS[line.mark]} " if line.mark else "- " if line.kind == "item" else ""
        return mark + line.text + "".join(f" [{number}]" for number in numbers)

    # ── one measure ───────────────────────────────────────────────────────────────────────────

    def one(self, result: CheckResult, several: bool) -> None:
        """A verdict, its criteria, what would decide or change it."""
        self.results.append(result)
        self.say("verdict", result.summary)
        said = [f"{each.label}: {each.value}" for each in result.profile]
        if said and not several:
            self.say("text", say(self.lang, "taken", said="; ".join(said)))
        shown = [each for each in result.criteria if each.matters and each.part != "validity"]
        known = [self._criterion(each) for each in shown if each.state != "unknown"]
        if known:
            self.blocks.append(known)
        self._ways(result)
        self._wanted(result)
        self.notes += [*self._because(result), *result.warnings]

    def _criterion(self, result: CriterionResult) -> CheckLine:
        return self.item(f"{result.rule.rstrip('.')}. {result.reason}", result.state, result.citations)

    def _ways(self, result: CheckResult) -> None:
        ways = [way for way in result.ways if not way.lasting]
        told = ("; ".join(f"{each.label}: {each.needs}" for each in way.changes) for way in ways)
        self.listed(say(self.lang, "ways_head"), (CheckLine(kind="text", text=f"- {what}") for what in told))

    def _wanted(self, result: CheckResult) -> None:
        """The shortest way to a yes: the conditions that are not known yet, each with its source."""
        favourable = [each for each in (result.missing or result.to_comply) if each.leads_to == "eligible"]
        if not favourable:
            return
        wanted = {*favourable[0].criteria, *favourable[0].to_check}
        lines = [
            self.item(each.rule.rstrip("."), each.state, each.citations)
            for each in result.criteria
            if each.state == "unknown" and each.matters and each.id in wanted
        ]
        best = favourable[0]
        if not lines:
            lines = [CheckLine(kind="text", text=f"- {facts()[name].in_(self.lang)}: {told}")
                     for name, told in best.answers.items()]  # fmt: skip
        head = say(self.lang, "wanted_duty" if result.kind == "duty" else "wanted_head", n=best.size)
        if len(favourable) > 1:
            lines.append(CheckLine(kind="text", text=say(self.lang, "more_ways", n=len(favourable) - 1)))
        self.listed(head, lines)

    def _because(self, result: CheckResult) -> list[str]:
        """That the conditions are not all read in the act's text, and what to check."""
        shown = [each for each in result.criteria if each.matters and each.confidence != Confidence.TEXT]
        if not result.because:
            return []
        known = ", ".join(dict.fromkeys(known_from(each.confidence, self.lang) for each in shown))
        checks = list(dict.fromkeys(each.check for each in shown if each.check and each.state != "unknown"))[
            :2
        ]
        return [" ".join([say(self.lang, "because_known", known=known), *checks])]

    # ── all of them ───────────────────────────────────────────────────────────────────────────

    def all_of(self, results: Sequence[CheckResult], profile: Profile) -> None:
        """Every measure in a line, those that fit first."""
        said = [f"{value.fact.in_(self.lang)}: {value.told(self.lang)}" for value in profile.values.values()]
        self.say("verdict", say(self.lang, "all_head"))
        self.say("text", say(self.lang, "taken", said="; ".join(said)))
        support = [each for each in results if each.kind == "support"]
        for verdict in ("eligible", "insufficient", "not_eligible"):
            lines = [self._measure(each) for each in support if each.verdict == verdict and _sourced(each)]
            self.listed(say(self.lang, f"all_{verdict}"), lines)
        self.notes.append(say(self.lang, "provisional_all"))

    def _measure(self, result: CheckResult) -> CheckLine:
        against = [each for each in result.criteria if each.decisive and each.state == "not_met"]
        told = result.title
        if result.verdict == "insufficient" and result.answers_needed:
            told += say(self.lang, "answers_left", n=result.answers_needed)
        elif result.verdict == "not_eligible" and against:
            told += ": " + against[0].reason.rstrip(".")
        cited = [each for each in against if each.citations] or [
            each for each in result.criteria if each.citations
        ]
        return self.item(told, STATES[result.verdict], cited[0].citations[:1])

    # ── the whole ─────────────────────────────────────────────────────────────────────────────

    def answer(
        self, asked: CheckAsked, profile: Profile, notice: str = "notice", measure: Measure | None = None
    ) -> Answer:
        """The answer made of what was told.

        ``notice``: the key of the words that end it. ``measure``: what it is about where none was checked.
        """
        lang = self.lang
        one = self.results[0] if len(self.results) == 1 else None
        about = measure.id if measure is not None else one.measure if one is not None else None
        notes = [*dict.fromkeys(self.notes), say(lang, notice)]
        if asked.unread:
            notes.insert(0, say(lang, "unread", said="; ".join(asked.unread)))
        held = _fitted(profile, measures()[one.measure]) if one else profile
        return Answer(
            status="answered" if self.claims else "abstained",
            language=lang,
            question=self.question,
            answer="\n\n".join([*("\n".join(map(self._written, block)) for block in self.blocks), *notes]),
            claims=self.claims,
            citations=self.citations,
            notes=notes,
            as_of=self.day.isoformat(),
            library_version=self.view.version,
            backend="extractive",
            check=CheckOffered(
                measure=about,
                facts={name: value.text for name, value in held.values.items()},
                verdict=one.verdict if one else None,
                lines=[line for block in self.blocks for line in block],
            ),
        )


def _sourced(result: CheckResult) -> bool:
    """Whether the library holds anything that the result rests on."""
    return any(each.citations for each in result.criteria)
