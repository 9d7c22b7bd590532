"""A check that a question asks for -> the chat's answer: the verdict, the criteria with their sources."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from assistant.eligibility.asked import CheckAsked
from assistant.eligibility.check import check
from assistant.eligibility.fitting import fitting
from assistant.eligibility.measures import Measure, measures
from assistant.eligibility.model import CheckResult, CriterionResult
from assistant.eligibility.profile import Profile
from assistant.eligibility.words import known_from, say
from assistant.library.view import LibraryView
from assistant.model import Answer, CheckOffered, Citation, Claim, Confidence, Lang

MARKS = {"met": "✓", "not_met": "✗", "unknown": "?"}
VERDICT_MARKS = {"eligible": "✓", "not_eligible": "✗", "insufficient": "?"}
_PAIRS = (
    ("it_income_share", "it_income_share_tax"),
)  # a share said without a list is the list of the measure


def check_answer(asked: CheckAsked, question: str, view: LibraryView, day: date, lang: Lang) -> Answer:
    """The answer to a question that asks for a check."""
    told = _Telling(question, view, day, lang)
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
            values |= Profile.of({other: values[plain].text}).values
    return Profile(values, profile.as_of, profile.name)


class _Telling:
    """Collects statements and their citations, one number a place."""

    def __init__(self, question: str, view: LibraryView, day: date, lang: Lang) -> None:
        self.question = question
        self.view = view
        self.day = day
        self.lang: Lang = lang
        self.claims: list[Claim] = []
        self.citations: list[Citation] = []
        self.lines: list[str] = []
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
        return found

    def _claim(self, text: str, citations: Iterable[Citation]) -> str:
        numbers = self._cite(citations)
        if numbers:
            self.claims.append(Claim(text=text, citations=numbers, support="entailed"))
        return text + "".join(f" [{number}]" for number in numbers)

    # ── one measure ───────────────────────────────────────────────────────────────────────────

    def one(self, result: CheckResult, several: bool) -> None:
        """A verdict, its criteria, what would decide or change it."""
        self.results.append(result)
        self.lines.append(result.summary)
        said = [f"{each.label}: {each.value}" for each in result.profile]
        if said and not several:
            self.lines.append(say(self.lang, "taken", said="; ".join(said)))
        shown = [each for each in result.criteria if each.matters and each.part != "validity"]
        known = [self._criterion(each) for each in shown if each.state != "unknown"]
        self.lines += ["\n".join(known)] if known else []
        self.lines += [part for part in (self._ways(result), self._wanted(result)) if part]
        self.notes += [*self._because(result), *result.warnings]

    def _criterion(self, result: CriterionResult) -> str:
        told = self._claim(f"{result.rule.rstrip('.')}. {result.reason}", result.citations)
        return f"{MARKS[result.state]} {told}"

    def _ways(self, result: CheckResult) -> str:
        ways = [way for way in result.ways if not any(change.lasting for change in way.changes)]
        lines = [
            say(self.lang, "way", what="; ".join(f"{each.label}: {each.needs}" for each in way.changes))
            for way in ways
        ]
        return "\n".join([say(self.lang, "ways_head"), *lines]) if lines else ""

    def _wanted(self, result: CheckResult) -> str:
        """The shortest way to a yes: the conditions that are not known yet, each with its source."""
        favourable = [each for each in (result.missing or result.to_comply) if each.leads_to == "eligible"]
        if not favourable:
            return ""
        wanted = {*favourable[0].criteria, *favourable[0].to_check}
        lines = [
            f"{MARKS[each.state]} {self._claim(each.rule.rstrip('.'), each.citations)}"
            for each in result.criteria
            if each.state == "unknown" and each.matters and each.id in wanted
        ]
        head = say(self.lang, "wanted_duty" if result.kind == "duty" else "wanted_head", n=len(lines))
        more = [say(self.lang, "more_ways", n=len(favourable) - 1)] if len(favourable) > 1 else []
        return "\n".join([head, *lines, *more])

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
        self.lines.append(say(self.lang, "all_head"))
        self.lines.append(say(self.lang, "taken", said="; ".join(said)))
        support = [each for each in results if each.kind == "support"]
        for verdict in ("eligible", "insufficient", "not_eligible"):
            lines = [self._line(each) for each in support if each.verdict == verdict]
            if lines:
                self.lines.append("\n".join([say(self.lang, f"all_{verdict}"), *lines]))
        self.notes.append(say(self.lang, "provisional_all"))

    def _line(self, result: CheckResult) -> str:
        against = [each for each in result.criteria if each.decisive and each.state == "not_met"]
        told = result.title
        if result.verdict == "insufficient" and result.answers_needed:
            told += say(self.lang, "answers_left", n=result.answers_needed)
        elif result.verdict == "not_eligible" and against:
            told += ": " + against[0].reason.rstrip(".")
        cited = against or [each for each in result.criteria if each.citations]
        return f"{VERDICT_MARKS[result.verdict]} {self._claim(told, cited[0].citations[:1])}"

    # ── the whole ─────────────────────────────────────────────────────────────────────────────

    def answer(self, asked: CheckAsked, profile: Profile) -> Answer:
        """The answer made of what was told."""
        lang = self.lang
        one = self.results[0] if len(self.results) == 1 else None
        used = {each.fact: each for each in one.profile} if one else {}
        notes = [*dict.fromkeys(self.notes), say(lang, "notice")]
        if asked.unread:
            notes.insert(0, say(lang, "unread", said="; ".join(asked.unread)))
        facts_said = {name: value.text for name, value in profile.values.items()}
        if one is not None:
            held = _fitted(profile, measures()[one.measure]).values
            facts_said = {name: held[name].text for name in used}
        return Answer(
            status="answered" if self.claims else "abstained",
            language=lang,
            question=self.question,
            answer="\n\n".join([*self.lines, *notes]),
            claims=self.claims,
            citations=self.citations,
            notes=notes,
            as_of=self.day.isoformat(),
            library_version=self.view.version,
            backend="extractive",
            check=CheckOffered(
                measure=one.measure if one else None, facts=facts_said, verdict=one.verdict if one else None
            ),
        )
