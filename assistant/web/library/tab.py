"""The Library tab: what the library holds, an act to read, two editions side by side, files and sync.

The tab builds its components and wires its events. Where a reader is (act, edition, provision) the browser
keeps, and says with every event; everything it names is looked up again as its owner may see it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, ClassVar

import gradio as gr

from assistant.errors import NotHeldError, PolicyError
from assistant.library.schema import EditionRow
from assistant.model import Lang, Provision
from assistant.records.owner import Owner
from assistant.web.desk import Desk
from assistant.web.library import act as pages
from assistant.web.library import differences, graph, home, outline
from assistant.web.library.events import QUIET, language, sent, text
from assistant.web.library.filing import Filing
from assistant.web.library.reach import Reach, reach_of
from assistant.web.library.table import main_edition
from assistant.web.library.uploading import toast_html
from assistant.web.library.words import say

log = logging.getLogger(__name__)

SCRIPT = Path(__file__).with_name("library.js").read_text(encoding="utf-8")
READING_AT_ONCE = 8

Updates = dict[Any, Any]


class LibraryTab:
    """The tab over one assistant. Made inside its ``gr.Tab``."""

    key: ClassVar[str] = "library"

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        with gr.Column(elem_id="library"):
            self.said = _html("said")
            with gr.Column(elem_id="library-home"):
                self.bar = _html("bar")
                with gr.Column(elem_id="library-files"):
                    self.zone = _html("zone")
                    self.mine = _html("mine")
                with gr.Column(elem_id="library-texts"):
                    self.sync = _html("sync")
                    self.lacks = _html("lacks")
                self.list = _html("list")
            with gr.Column(elem_id="library-page"):
                self.head = _html("head")
                with gr.Row(elem_id="library-read", equal_height=False):
                    self.tree = _html("tree")
                    self.reading = _html("reading")
                self.pick = _html("pick")
                self.changes = _html("changes")
                self.relations = _html("relations")
        self._wire()
        Filing(self).wire()

    def _wire(self) -> None:
        page = [self.head, self.tree, self.reading, self.pick, self.changes, self.relations]
        reading: dict[str, Any] = {
            **QUIET,
            "concurrency_limit": READING_AT_ONCE,
            "trigger_mode": "always_last",
        }
        chosen = (self.list, self.lacks, self.zone, self.mine, self.sync, *page)
        gr.on([each.select for each in chosen], self.opened, [self.desk.lang], [*page, self.said], **reading)
        self.head.clear(self.closed, None, page, queue=False, **QUIET)
        gr.on(
            [self.pick.apply, self.changes.apply],
            self.compared,
            [self.desk.lang],
            [self.changes],
            **reading,
        )

    # ── dressing ──────────────────────────────────────────────────────────────────────────────

    @property
    def dressed(self) -> list[Any]:
        """What :meth:`dress` changes."""
        return [self.bar, self.zone, self.mine, self.sync, self.lacks, self.list]

    def dress(self, lang: Lang, owner: Owner) -> Updates:
        """The list, the files and what the library lacks, as the owner may see them."""
        made = home.made(self.desk.assistant, owner, lang)
        return {
            self.zone: made.zone,
            self.sync: made.sync,
            **self.refreshed(lang, owner, made),
        }

    def refreshed(self, lang: Lang, owner: Owner, made: home.Home | None = None) -> Updates:
        """What changes when texts come or go."""
        made = made or home.made(self.desk.assistant, owner, lang)
        return {self.bar: made.bar, self.mine: made.mine, self.lacks: made.lacks, self.list: made.list}

    # ── an act ────────────────────────────────────────────────────────────────────────────────

    def opened(self, lang: str, event: gr.EventData, request: gr.Request) -> Updates:
        """An act, an edition of it or a provision was chosen."""
        asked, words = sent(event), language(lang)
        try:
            owner = self.desk.owner(request)
            if asked.get("only") == "text":
                return self._text(words, owner, asked)
            edition = asked.get("edition")
            return self.open(
                words,
                owner,
                text(asked, "act"),
                text(asked, "provision") or None,
                edition=edition if isinstance(edition, int) else None,
            )
        except PolicyError as error:
            return {self.said: toast_html(error.message(words), words)}

    def open(
        self, lang: Lang, owner: Owner, act: str, provision: str | None = None, *, edition: int | None = None
    ) -> Updates:
        """The page of an act, with a provision chosen in its outline. Raises NotHeldError, LibraryError."""
        view = self.desk.assistant.seen_by(owner).view
        reach, day = reach_of(view, owner), date.today()
        name = view.resolve_act(act) if reach.act(act) else act
        if not reach.known(name):
            raise NotHeldError(say("en", "missing_act"), say("ru", "missing_act"))
        entry, rows = view.acts[name], reach.editions(name)
        row = self._chosen(reach, rows, edition, provision, day)
        found: Updates = {
            self.head: pages.head_html(reach, entry, row, lang, day),
            self.pick: differences.pickers_html(view, name, rows, lang),
            self.changes: "",
            self.relations: graph.relations_html(graph.ties(reach, name, lang), view.title(name, lang), lang),
        }
        if row is None:
            fetchable = home.may_sync(self.desk.assistant.settings, owner)
            return {
                **found,
                self.tree: pages.no_text_html(entry, lang, fetchable=fetchable),
                self.reading: "",
            }
        loaded = view.edition(row.id)
        node = loaded.find(provision) if provision else None
        return {
            **found,
            self.tree: outline.tree_html(loaded, lang, node.id if node else None),
            self.reading: pages.reading_html(view, loaded, node, lang, day),
        }

    def _chosen(
        self, reach: Reach, rows: list[EditionRow], key: int | None, provision: str | None, day: date
    ) -> EditionRow | None:
        """The edition asked for, else the one in force; of several the first that has the provision."""
        named = next((row for row in rows if row.id == key), None)
        first = named or main_edition(reach.view, rows, day)
        if named or first is None or provision is None:
            return first
        ordered = [first, *(row for row in rows if row.id != first.id)]
        having = (row for row in ordered if reach.view.edition(row.id).find(provision))
        return next(having, first)

    def _text(self, lang: Lang, owner: Owner, asked: dict[str, Any]) -> Updates:
        """The text of a provision, the tree left as it is."""
        view = self.desk.assistant.seen_by(owner).view
        row, node = self._provision(reach_of(view, owner), asked)
        return {self.reading: pages.reading_html(view, view.edition(row.id), node, lang, date.today())}

    def _provision(self, reach: Reach, asked: dict[str, Any]) -> tuple[EditionRow, Provision]:
        key = asked.get("edition")
        row = reach.edition(key) if isinstance(key, int) else None
        node = reach.view.edition(row.id).find(text(asked, "provision")) if row else None
        if row is None or node is None:
            raise NotHeldError(say("en", "gone"), say("ru", "gone"))
        return row, node

    def closed(self) -> Updates:
        """Back to the list."""
        page = (self.head, self.tree, self.reading, self.pick, self.changes, self.relations)
        return dict.fromkeys(page, "")

    # ── differences ───────────────────────────────────────────────────────────────────────────

    def compared(self, lang: str, event: gr.EventData, request: gr.Request) -> Iterator[str]:
        """Two editions were chosen: what differs."""
        asked, words = sent(event), language(lang)
        try:
            owner = self.desk.owner(request)
            view = self.desk.assistant.seen_by(owner).view
            reach = reach_of(view, owner)
            before, after = (self._edition(reach, asked.get(name)) for name in ("before", "after"))
            if before.id == after.id:
                yield differences.note_html("same_edition", words)
                return
            if before.act_id != after.act_id:
                raise NotHeldError(say("en", "gone"), say("ru", "gone"))
            shown = asked.get("shown")
            if not shown:
                yield differences.note_html("comparing", words)
            most = shown if isinstance(shown, int) and shown > 0 else differences.AT_ONCE
            yield differences.changes_html(view.edition(before.id), view.edition(after.id), words, most)
        except PolicyError as error:
            yield differences.said_html(error.message(words), words)

    def _edition(self, reach: Reach, key: object) -> EditionRow:
        row = reach.edition(key) if isinstance(key, int) else None
        if row is None:
            raise NotHeldError(say("en", "gone"), say("ru", "gone"))
        return row


def _html(name: str) -> gr.HTML:
    # Gradio's own rules for prose would draw frames around cells and centre them.
    return gr.HTML("", js_on_load=SCRIPT, elem_id=f"library-{name}", apply_default_css=False)
