"""A case and the assistant as its owner sees it -> the HTML of every part of the tab."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assistant.eligibility.measures import measures
from assistant.eligibility.model import CheckResult
from assistant.eligibility.profile import Profile
from assistant.eligibility.review import Flag
from assistant.model import Lang
from assistant.web.eligibility import overview, verdict, whatif
from assistant.web.eligibility.asking import mattering, questions
from assistant.web.eligibility.bar import bar_html, said_html
from assistant.web.eligibility.beside import beside_html
from assistant.web.eligibility.case import ALL, Case
from assistant.web.eligibility.company import company_html, known_html
from assistant.web.eligibility.questions import form_html
from assistant.web.eligibility.table import table_html
from assistant.web.eligibility.ways import ways_html
from assistant.web.escape import esc

if TYPE_CHECKING:
    from assistant.engine import Assistant

PARTS = ("said", "bar", "verdict", "company", "form", "known", "criteria", "sliders", "would", "beside")
# What a reader has to read again; that a source or an amendment's text is not held the criteria say.
TELLING = ("changed", "differs")


@dataclass
class Page:
    """The parts for one case. ``assistant``: as the owner sees the library. ``checked``: what they show."""

    assistant: Assistant
    case: Case
    lang: Lang
    checked: list[CheckResult] = field(default_factory=list)

    def made(self) -> dict[str, str]:
        """The HTML of every part. Raises PolicyError."""
        case, lang = self.case, self.lang
        flags = self.flags()
        results = self.checked = self.results()
        ranked = mattering(results, case.profile.values)
        case.asked = questions(case.asked, ranked, case.profile.values, case.unknown)
        decided = all(each.verdict != "insufficient" for each in results)
        found = {
            "said": said_html(case.said, lang),
            "bar": bar_html(case, set(flags), lang),
            "company": company_html(case, lang),
            "form": form_html(case, ranked, self._now(results, flags), lang, decided=decided),
            "known": known_html(case, lang),
        }
        own = self._all(results, flags) if case.measure == ALL else self._one(results[0], flags)
        return found | own

    def _now(self, results: Sequence[CheckResult], flags: dict[str, list[Flag]]) -> str:
        if self.case.measure == ALL:
            return esc(overview.summary(results, self.lang))
        return verdict.line_html(results[0], flags.get(results[0].measure, []), self.lang)

    def _all(self, results: Sequence[CheckResult], flags: dict[str, list[Flag]]) -> dict[str, str]:
        return {
            "verdict": overview.banner_html(results, self.lang),
            "criteria": overview.overview_html(results, flags, self.lang),
            "sliders": "",
            "would": "",
            "beside": "",
        }

    def _one(self, result: CheckResult, flags: dict[str, list[Flag]]) -> dict[str, str]:
        lang = self.lang
        measure = measures()[result.measure]
        return {
            "verdict": verdict.verdict_html(result, flags.get(result.measure, []), lang),
            "criteria": ways_html(result, lang) + table_html(result, lang),
            "sliders": whatif.sliders_html(self.case, measure, result, lang),
            "would": self._would(result),
            "beside": beside_html(result, lang),
        }

    def would(self) -> dict[str, str]:
        """Only how the verdict would be. Raises PolicyError."""
        return {"would": self._would(self.results()[0]) if self.case.measure != ALL else ""}

    def _would(self, now: CheckResult) -> str:
        case = self.case
        would = self._check(case.tried_on()) if case.tried and case.try_error is None else None
        return whatif.would_html(case, now, would, self.lang)

    def results(self) -> list[CheckResult]:
        """The measure of the case checked, or all of them in their order. Raises PolicyError."""
        case = self.case
        if case.measure == ALL:
            return self.assistant.check_all(case.profile, as_of=case.as_of or None, lang=self.lang)
        return [self._check(case.profile)]

    def _check(self, profile: Profile) -> CheckResult:
        case = self.case
        return self.assistant.check(case.measure, profile, as_of=case.as_of or None, lang=self.lang)

    def flags(self) -> dict[str, list[Flag]]:
        """What has to be read again, by measure. Raises PolicyError."""
        found: dict[str, list[Flag]] = {}
        for flag in self.assistant.review_measures(as_of=self.case.as_of or None, lang=self.lang):
            if flag.trouble in TELLING:
                found.setdefault(flag.measure, []).append(flag)
        return found
