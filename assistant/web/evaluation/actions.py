"""What the page's script says a reader did -> where the reader is now, and which parts are drawn anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from assistant.access.roles import Ability
from assistant.errors import PolicyError
from assistant.records.owner import LOCAL, Owner
from assistant.web.desk import tell_refused
from assistant.web.evaluation import cards, listing
from assistant.web.evaluation.brought import files_of
from assistant.web.evaluation.jobs import MOST_REPEAT, Jobs, jobs_of
from assistant.web.evaluation.kept import run_named
from assistant.web.evaluation.page import HOME, OPENED, Place
from assistant.web.evaluation.suites import SPLIT, backends, suites_here
from assistant.web.evaluation.words import refused

if TYPE_CHECKING:
    from assistant.engine import Assistant

LONGEST = 300  # characters of anything the browser sends
_STARTING = frozenset(("start", "stop", "resume", "own", "drop", "seen"))

Parts = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Acts:
    """One thing done by a reader in a place."""

    assistant: Assistant
    place: Place
    sent: Mapping[str, Any]
    may_start: bool
    owner: Owner = LOCAL

    def act(self) -> Parts:
        """Do it, and name the parts that changed. Raises PolicyError where it cannot be done."""
        does = self.text("does")
        found = _ACTS.get(does)
        if found is None:
            raise refused("bad_request")
        if does in _STARTING and not self.may_start:
            tell_refused(self.owner, str(Ability.EVALUATE))
            raise refused("not_yours")
        self._form()
        return found(self)

    def text(self, name: str) -> str:
        """A short text among what was sent; empty for anything else."""
        value = self.sent.get(name)
        return value[:LONGEST] if isinstance(value, str) else ""

    @property
    def jobs(self) -> Jobs:
        """The runs under way."""
        return jobs_of(self.assistant)

    def _form(self) -> None:
        """The form as it stands, so that drawing it anew changes nothing in it."""
        form = self.sent.get("form")
        if isinstance(form, Mapping):
            for name in ("suite", "llm", "repeat"):
                value = form.get(name)
                if isinstance(value, str) and value:
                    setattr(self.place, name, value[:LONGEST])

    # ── arriving ──────────────────────────────────────────────────────────────────────────────

    def arrive(self) -> Parts:
        """The tab is looked at for the first time, or another address of it is gone to."""
        asked = parse_qs(self.text("query").lstrip("?"), max_num_fields=50)
        run, against = (asked.get(name, [""])[0] for name in ("run", "against"))
        first = not self.place.arrived
        self.place.arrived = True
        self._open(run, against)
        return (*HOME, *OPENED) if first else OPENED

    def now(self) -> Parts:
        """Runs have begun, moved up or ended."""
        opened = OPENED if self.place.run and not self.place.against else ()
        return ("now", "runs", "board", "start", *opened)

    # ── running ───────────────────────────────────────────────────────────────────────────────

    def start(self) -> Parts:
        """A new run."""
        from evals import plans
        from evals.suite_run import Wanted

        place = self.place
        llm = place.llm or backends(self.assistant.settings)[0]
        if place.suite not in plans.PLANS:
            raise refused("unknown_suite")
        here = next(each for each in suites_here(self.assistant) if each.name == place.suite)
        if not here.cases and not place.own:
            raise refused("no_cases")
        if llm not in backends(self.assistant.settings):
            raise refused("unknown_llm")
        if not (place.repeat.isascii() and place.repeat.isdigit() and 1 <= int(place.repeat) <= MOST_REPEAT):
            raise refused("wrong_repeat", most=MOST_REPEAT)
        self.jobs.start(Wanted(place.suite, llm, int(place.repeat), split=SPLIT), place.own, self.owner.id)
        return ("start", "now", "runs")

    def stop(self) -> Parts:
        """The run ends after its case, or leaves the queue."""
        self.jobs.stop(self.text("job"))
        return ("now", "runs", "start")

    def resume(self) -> Parts:
        """A run that was cut off goes on."""
        self.jobs.go_on(self.text("run"), self.owner.id)
        return ("start", "now", "runs", *(OPENED if self.place.run else ()))

    def seen(self) -> Parts:
        """How a run ended has been read."""
        self.jobs.forget(self.text("job"))
        return ("now",)

    def own(self) -> Parts:
        """Files of the reader's own have arrived."""
        key = self.text("key")
        files_of(self.assistant.settings.home, key)
        self.place.own = key
        return ("start",)

    def drop(self) -> Parts:
        """They are not wanted any more."""
        self.place.own = ""
        return ("start",)

    def choose(self) -> Parts:
        """Another backend: how long suites take is told anew."""
        return ("start",)

    # ── looking ───────────────────────────────────────────────────────────────────────────────

    def open(self) -> Parts:
        """A run is opened."""
        self._open(self._named("run"), "")
        return OPENED

    def compare(self) -> Parts:
        """Two runs are compared, the earlier first."""
        self._open(self._named("second"), self._named("first"))
        return OPENED

    def _named(self, what: str) -> str:
        """A run's name among what was sent. Raises InputError where there is none."""
        name = self.text(what)
        if not name:
            raise refused("bad_request")
        return name

    def close(self) -> Parts:
        """Back to all runs."""
        self._open("", "")
        return (*OPENED, "now", "runs")

    def _open(self, run: str, against: str) -> None:
        self.place.run = self.place.against = ""
        self.place.wanted = cards.Wanted()
        home = self.assistant.settings.home
        if run:
            run_named(home, run)
        if run and against:
            from evals.comparing import compare

            compare(run_named(home, against), run_named(home, run))
            self.place.against = against
        self.place.run = run

    def narrow(self) -> Parts:
        """Other cases are wanted."""
        self.place.wanted = cards.Wanted(self.text("state"), self.text("category"), self.text("words"))
        return ("cases",)

    def more(self) -> Parts:
        """More of the cases."""
        self.place.wanted.shown += cards.AT_ONCE
        return ("cases",)

    def earlier(self) -> Parts:
        """More of the runs."""
        self.place.shown += listing.AT_ONCE
        return ("runs",)

    def board(self) -> Parts:
        """Another suite's leaderboard."""
        self.place.board = self.text("suite")
        return ("board",)


_ACTS: dict[str, Callable[[Acts], Parts]] = {
    name: getattr(Acts, name)
    for name in (
        "arrive", "now", "start", "stop", "resume", "seen", "own", "drop", "choose", "open", "compare",
        "close", "narrow", "more", "earlier", "board",
    )
}  # fmt: skip


def acted(
    assistant: Assistant, place: Place, sent: Mapping[str, Any], *, may_start: bool, owner: Owner = LOCAL
) -> tuple[Parts, PolicyError | None]:
    """The parts that changed, and what could not be done where anything could not."""
    try:
        return Acts(assistant, place, sent, may_start, owner).act(), None
    except PolicyError as error:
        first = sent.get("does") == "arrive"
        return ((*HOME, *OPENED) if first else ("start", "now")), error
