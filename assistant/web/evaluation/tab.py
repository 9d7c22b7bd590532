"""The Evaluation tab: start a run, watch it, open old runs, compare two.

The tab builds its parts and wires their one event: the page's script sends what the reader does, the reply is
the HTML of the parts that changed. Runs hold what the shared library answers, never anybody's own texts.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar

import gradio as gr

from assistant.access.roles import Ability
from assistant.errors import PolicyError
from assistant.model import Lang
from assistant.records.owner import Owner
from assistant.web.desk import Desk, spoken_in
from assistant.web.evaluation.actions import acted
from assistant.web.evaluation.markup import toast
from assistant.web.evaluation.page import HOME, OPENED, PARTS, Page, Place
from assistant.web.tab import Updates

log = logging.getLogger(__name__)

SCRIPT = Path(__file__).with_name("evaluation.js").read_text(encoding="utf-8")
SESSION_SECONDS = 12 * 3600
AT_ONCE = 4
_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


class EvaluationTab:
    """The tab over one assistant; see :class:`assistant.web.tab.Tab`."""

    key: ClassVar[str] = "evaluation"

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.place = gr.State(Place(), time_to_live=SESSION_SECONDS)
        self.parts: dict[str, gr.HTML] = {}
        with gr.Column(elem_id="evaluation"):
            for name in PARTS:
                waiting = '<p class="ev-quiet">…</p>' if name == "start" else ""
                self.parts[name] = gr.HTML(
                    waiting, js_on_load=SCRIPT, elem_id=f"evaluation-{name}", apply_default_css=False
                )
        self._wire()

    def _wire(self) -> None:
        seen = [self.place, *self.parts.values()]
        gr.on(
            [part.edit for part in self.parts.values()],
            self.acted,
            [self.place, self.desk.lang],
            seen,
            trigger_mode="multiple",
            concurrency_limit=AT_ONCE,
            **_QUIET,
        )
        self.desk.lang.change(self.retold, [self.place, self.desk.lang], seen, **_QUIET)

    @property
    def dressed(self) -> list[Any]:
        """What :meth:`dress` changes."""
        return [self.parts["start"]]

    def dress(self, lang: Lang, owner: Owner) -> Updates:
        """Nothing yet: the suites are counted when the tab is first looked at, see :meth:`acted`."""
        return {}

    def acted(self, place: Place, lang: str, event: gr.EventData, request: gr.Request) -> Updates:
        """What a reader did: the parts that changed."""
        sent = event._data if isinstance(event._data, dict) else {}
        place.lang = spoken_in(lang, request)
        try:
            owner = self.desk.owner(request)
        except PolicyError as error:
            return {
                self.place: place,
                self.parts["said"]: toast(error.message(place.lang), place.lang, bad=True),
            }
        mine = owner.may(Ability.EVALUATE)
        changed, refusal = acted(self.desk.assistant, place, sent, may_start=mine, owner=owner)
        return self._updates(place, changed, may_start=mine, error=refusal)

    def retold(self, place: Place, lang: str, request: gr.Request) -> Updates:
        """The same in another language of the page."""
        spoken = spoken_in(lang, request)
        if not place.arrived or place.lang == spoken:
            return {self.place: place}
        place.lang = spoken
        try:
            mine = self.desk.owner(request).may(Ability.EVALUATE)
        except PolicyError as error:
            return {self.place: place, self.parts["said"]: toast(error.message(spoken), spoken, bad=True)}
        return self._updates(place, (*HOME, *OPENED), may_start=mine)

    def _updates(
        self, place: Place, names: Iterable[str], *, may_start: bool, error: PolicyError | None = None
    ) -> Updates:
        page = Page(self.desk.assistant, place, place.lang, may_start)
        made: dict[str, str] = {}
        for name in _together(names):
            try:
                made |= page.made(name)
            except PolicyError as trouble:  # one part's trouble is not the others'
                log.warning("The part %s cannot be shown: %s", ", ".join(name), trouble.en)
                error = error or trouble
                if "start" in name:
                    place.own = ""
                if set(name) & set(OPENED):
                    place.run = place.against = ""
                    made |= dict.fromkeys(OPENED, "")
        said = toast(error.message(place.lang), place.lang, bad=True) if error is not None else ""
        return {
            self.place: place,
            **{self.parts[name]: html for name, html in {**made, "said": said}.items()},
        }


def _together(names: Iterable[str]) -> list[tuple[str, ...]]:
    """Each part by itself, those of an opened run together."""
    wanted = list(dict.fromkeys(names))
    opened = tuple(name for name in wanted if name in OPENED)
    return [(name,) for name in wanted if name in HOME] + ([opened] if opened else [])
