"""The Eligibility tab: choose a measure, say what the company is, read the verdict criterion by criterion.

The tab builds its parts and wires their one event: the page's script sends what the reader does, the reply
is the HTML of the parts that changed. What a reader has said lives in the session (:class:`Case`) alone.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any, ClassVar

import gradio as gr

from assistant.audit import noting
from assistant.errors import PolicyError
from assistant.model import Lang
from assistant.records.owner import Owner
from assistant.web.desk import Desk, spoken_in
from assistant.web.eligibility import actions
from assistant.web.eligibility.bar import said_html
from assistant.web.eligibility.case import Case
from assistant.web.eligibility.page import Page
from assistant.web.tab import Updates

log = logging.getLogger(__name__)

SCRIPT = Path(__file__).with_name("eligibility.js").read_text(encoding="utf-8")
SESSION_SECONDS = 12 * 3600
CHECKING_AT_ONCE = 8
_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


class EligibilityTab:
    """The tab over one assistant; see :class:`assistant.web.tab.Tab`."""

    key: ClassVar[str] = "eligibility"

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.case = gr.State(Case(), time_to_live=SESSION_SECONDS)
        self.parts: dict[str, gr.HTML] = {}
        with gr.Column(elem_id="eligibility"):
            for name in ("said", "bar", "verdict"):
                self._part(name)
            with gr.Row(elem_id="eligibility-body", equal_height=False):
                with gr.Column(scale=2, min_width=300, elem_id="eligibility-left"):
                    for name in ("company", "form", "known"):
                        self._part(name)
                with gr.Column(scale=3, min_width=320, elem_id="eligibility-right"):
                    for name in ("criteria", "sliders", "would", "beside"):
                        self._part(name)
        self._wire()

    def _part(self, name: str) -> None:
        waiting = '<p class="el-waiting">…</p>' if name == "bar" else ""
        self.parts[name] = gr.HTML(
            waiting, js_on_load=SCRIPT, elem_id=f"eligibility-{name}", apply_default_css=False
        )

    def _wire(self) -> None:
        seen = [self.case, *self.parts.values()]
        gr.on(
            [part.edit for part in self.parts.values()],
            self.acted,
            [self.case, self.desk.lang],
            seen,
            trigger_mode="multiple",
            concurrency_limit=CHECKING_AT_ONCE,
            **_QUIET,
        )
        self.desk.lang.change(self.retold, [self.case, self.desk.lang], seen, **_QUIET)

    @property
    def dressed(self) -> list[Any]:
        """What :meth:`dress` changes."""
        return [self.parts["bar"]]

    def dress(self, lang: Lang, owner: Owner) -> Updates:
        """Nothing yet: the measures are checked when the tab is first looked at, see :meth:`acted`."""
        return {}

    def acted(self, case: Case, lang: str, event: gr.EventData, request: gr.Request) -> Updates:
        """What a reader did: the parts that changed."""
        sent = event._data if isinstance(event._data, dict) else {}
        spoken = spoken_in(lang, request)
        try:
            owner = self.desk.owner(request)
            seen = self.desk.assistant.seen_by(owner)
        except PolicyError as error:
            return {self.case: case, self.parts["said"]: said_html(error, spoken)}
        with case.turn:
            case.lang, case.said, case.focus = spoken, None, ""
            page, whole = Page(seen, case, spoken), True
            try:
                whole = actions.act(case, seen, sent)
            except PolicyError as error:
                log.info("Not done: %s", error.en)
                case.said = error
            return self._updates(page, whole, owner)

    def retold(self, case: Case, lang: str, request: gr.Request) -> Updates:
        """The same in another language of the page."""
        spoken = spoken_in(lang, request)
        with case.turn:
            if not case.arrived or case.lang == spoken:
                return {self.case: case}
            case.lang = spoken
            try:
                owner = self.desk.owner(request)
                seen = self.desk.assistant.seen_by(owner)
            except PolicyError as error:
                return {self.case: case, self.parts["said"]: said_html(error, spoken)}
            return self._updates(Page(seen, case, spoken), True, owner)

    def _updates(self, page: Page, whole: bool, owner: Owner) -> Updates:
        """The parts whose HTML is not what the browser has."""
        case = page.case
        try:
            made = page.made() if whole else page.would()
            _note(page, owner)
        except PolicyError as error:
            log.error("The check cannot be made: %s", error.en)
            made = {"said": said_html(error, page.lang)}
        new = {name: html for name, html in made.items() if case.shown.get(name) != html}
        case.shown |= new
        return {self.case: case, **{self.parts[name]: html for name, html in new.items()}}


def _note(page: Page, owner: Owner) -> None:
    """Write a check down whose verdicts are not those written down last; one of no facts says nothing.

    Raises LibraryError where it must be written down and cannot be.
    """
    case, results = page.case, page.checked
    check = (case.measure, case.as_of, *((each.measure, each.verdict) for each in results))
    if results and case.profile.values and case.noted != check:
        noting.checked(page.assistant.settings, owner.id, results, len(case.profile.values))
        case.noted = check
