"""Where a reader is in the tab -> the HTML of its parts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.model import Lang
from assistant.web.evaluation import cards, figures, listing, versus
from assistant.web.evaluation.brought import brought
from assistant.web.evaluation.jobs import jobs_of
from assistant.web.evaluation.kept import kept_runs, run_named, whole_runs
from assistant.web.evaluation.markup import put, quiet
from assistant.web.evaluation.now import now_html
from assistant.web.evaluation.start import not_yours_html, start_html
from assistant.web.evaluation.suites import backends, suites_here

if TYPE_CHECKING:
    from assistant.engine import Assistant
    from evals.report.content import Content

PARTS = ("said", "start", "now", "runs", "board", "page", "filter", "cases")
HOME = ("start", "now", "runs", "board")
OPENED = ("page", "filter", "cases")
SMOKE = "smoke"


@dataclass(slots=True)
class Place:
    """Where a reader is. own: key of the files brought along; run: opened; against: the one beside it.

    suite, llm, repeat: as the form stands. shown: rows of the table. board: the suite of the leaderboard.
    """

    lang: Lang = "en"
    arrived: bool = False
    suite: str = SMOKE
    llm: str = ""
    repeat: str = "1"
    own: str = ""
    run: str = ""
    against: str = ""
    board: str = ""
    shown: int = listing.AT_ONCE
    wanted: cards.Wanted = field(default_factory=cards.Wanted)


@dataclass(frozen=True, slots=True)
class Page:
    """The parts for one reader. may_start: whether runs are this reader's to start."""

    assistant: Assistant
    place: Place
    lang: Lang
    may_start: bool

    def made(self, names: Iterable[str]) -> dict[str, str]:
        """The HTML of these parts. Raises PolicyError."""
        wanted = dict.fromkeys(names)
        found = {name: getattr(self, f"_{name}")() for name in wanted if name in HOME}
        if any(name in OPENED for name in wanted):
            found |= {name: html for name, html in self._opened().items() if name in wanted}
        return found

    @property
    def _home(self) -> Path:
        return self.assistant.settings.home

    def _start(self) -> str:
        inside = f"<h2>{put(self.lang, 'heading')}</h2>{quiet(put(self.lang, 'lead'))}"
        head = f'<header class="ev-lead" lang="{self.lang}">{inside}</header>'
        if not self.may_start:
            return head + not_yours_html(self.lang)
        place, settings = self.place, self.assistant.settings
        own = brought(self._home, place.own, self.assistant.view) if place.own else None
        chosen = (place.suite, place.llm or backends(settings)[0], place.repeat)
        busy = bool(jobs_of(self.assistant).under_way())
        suites = suites_here(self.assistant)
        return head + start_html(settings, suites, self.lang, chosen=chosen, own=own, busy=busy)

    def _now(self) -> str:
        jobs = jobs_of(self.assistant)
        return now_html(jobs.under_way(), jobs.ended(), self.lang, may_start=self.may_start)

    def _runs(self) -> str:
        running = {job.run for job in jobs_of(self.assistant).under_way()}
        return listing.runs_html(
            kept_runs(self._home),
            self.lang,
            shown=self.place.shown,
            running=running,
            may_start=self.may_start,
        )

    def _board(self) -> str:
        from evals.leaderboard import leaderboard

        suites = list(dict.fromkeys(each.suite for each in kept_runs(self._home) if each.whole))
        chosen = self.place.board if self.place.board in suites else next(iter(suites), "")
        entries = leaderboard(whole_runs(self._home), chosen) if chosen else []
        return listing.board_html(entries, suites, chosen, self.lang)

    def _opened(self) -> dict[str, str]:
        if not self.place.run:
            return dict.fromkeys(OPENED, "")
        return self._versus() if self.place.against else self._run()

    def _run(self) -> dict[str, str]:
        run = run_named(self._home, self.place.run)
        kept = kept_runs(self._home)
        if not run.whole:
            about = next(each for each in kept if each.name == run.name)
            busy = any(job.run == run.name for job in jobs_of(self.assistant).under_way())
            html = figures.unfinished_html(run, about, self.lang, running=busy, may_start=self.may_start)
            return {"page": html, "filter": "", "cases": ""}
        content, suite = content_of(self._home, run.name, self.lang), run.config.suite
        others = [each for each in kept if each.whole and each.suite == suite and each.name != run.name]
        return {
            "page": figures.run_html(run, content, others, self.lang),
            "filter": cards.filter_html(content, self.place.wanted, self.lang),
            "cases": cards.cases_html(content, self.place.wanted, self.lang),
        }

    def _versus(self) -> dict[str, str]:
        from evals.comparing import compare

        names = (self.place.against, self.place.run)
        before, after = (content_of(self._home, name, self.lang) for name in names)
        found = compare(*(run_named(self._home, name) for name in names))
        return {
            "page": versus.versus_html(before, after, found, self.lang),
            "filter": "",
            "cases": versus.moved_html(before, after, found, self.lang),
        }


def content_of(home: Path, name: str, lang: Lang) -> Content:
    """All that is shown of a finished run, gathered once. Raises InputError for one that is not."""
    run = run_named(home, name)
    run.summary()
    return _content(run.folder, lang, (run.folder / "summary.json").stat().st_mtime_ns)


@lru_cache(maxsize=8)
def _content(folder: Path, lang: Lang, stamp: int) -> Content:
    from evals.report.content import gather
    from evals.runs import Run

    return gather(Run.open(folder), lang, None, None, None)
