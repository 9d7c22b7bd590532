"""What changes the library from its tab: files deleted and brought back, uploads that ended, sync.

Each piece of work waits for its turn in the line of the assistant (:mod:`assistant.web.library.line`).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant.access.roles import Ability
from assistant.audit import Trail, noting
from assistant.errors import InputError, PolicyError
from assistant.model import Lang, SyncReport
from assistant.records.model import Upload
from assistant.records.owner import Owner
from assistant.web.desk import allowed, tell_refused
from assistant.web.library import syncing, taking
from assistant.web.library.events import QUIET, language, sent, text
from assistant.web.library.home import may_write
from assistant.web.library.line import line_of
from assistant.web.library.uploading import toast_html
from assistant.web.library.words import say

if TYPE_CHECKING:
    from assistant.web.library.tab import LibraryTab
    from ingest.sync.run import Sync

log = logging.getLogger(__name__)

WORKING_AT_ONCE = 16  # events that may wait for the line
POLL_SECONDS = 0.5  # between two looks at how far sync is

Updates = dict[Any, Any]


class Filing:
    """The events of one tab that write."""

    def __init__(self, own: LibraryTab) -> None:
        self.tab = own
        self.assistant = own.desk.assistant

    def wire(self) -> None:
        """Bind the events."""
        own, lang = self.tab, [self.tab.desk.lang]
        shown = [own.bar, own.mine, own.lacks, own.list]
        working: dict[str, Any] = {**QUIET, "concurrency_limit": WORKING_AT_ONCE}
        own.mine.delete(self.deleted, lang, [*shown, own.said], **working)
        gr.on([own.mine.undo, own.said.undo], self.undone, lang, [*shown, own.said], **working)
        own.zone.upload(self.uploaded, lang, shown, **QUIET)
        gr.on([own.sync.expand, own.tree.expand], self.planned, lang, [own.sync], **working)
        own.sync.submit(self.synced, lang, [*shown, own.sync], trigger_mode="once", **working)
        own.sync.clear(self.cancelled, lang, [own.sync], queue=False, **QUIET)

    # ── files ─────────────────────────────────────────────────────────────────────────────────

    def uploaded(self, lang: str, request: gr.Request) -> Updates:
        """An upload ended: what came of it stands in the lists."""
        return self.tab.refreshed(language(lang), self.tab.desk.owner(request))

    async def deleted(self, lang: str, event: gr.EventData, request: gr.Request) -> AsyncIterator[Updates]:
        """A file is deleted; the word of it carries the way back."""
        words, key = language(lang), text(sent(event), "upload")

        def told(upload: Upload) -> str:
            undo = (upload.id, upload.file_name) if upload.undo_until else None
            return toast_html(say(words, "deleted", name=upload.file_name), words, undo=undo)

        async for step in self._changed(words, request, partial(self._delete, key), told):
            yield step

    async def undone(self, lang: str, event: gr.EventData, request: gr.Request) -> AsyncIterator[Updates]:
        """A deleted file comes back."""
        words, key = language(lang), text(sent(event), "upload")

        def told(upload: Upload) -> str:
            return toast_html(say(words, "restored", name=upload.file_name), words)

        async for step in self._changed(words, request, partial(self._undo, key, words), told):
            yield step

    def _delete(self, key: str, owner: Any) -> Upload:
        return taking.delete(self.assistant, owner, key)

    def _undo(self, key: str, lang: Lang, owner: Any) -> Upload:
        return taking.undo(self.assistant, owner, key, lang)

    async def _changed(
        self, lang: Lang, request: gr.Request, work: Callable[[Any], Upload], told: Callable[[Upload], str]
    ) -> AsyncIterator[Updates]:
        """Do the work in its turn, then show the lists anew and say what was done, or why it was not."""
        own = self.tab
        try:
            owner = allowed(own.desk.owner(request), Ability.OWN_FILES)
            ticket = line_of(self.assistant).join(partial(work, owner))
            waits = say(lang, "sync_waiting", n=ticket.before) if ticket.before else say(lang, "working")
            yield {own.said: toast_html(waits, lang)}
            upload = await ticket.ended()
            fresh = await asyncio.to_thread(own.refreshed, lang, owner)
            yield {own.said: told(upload), **fresh}
        except PolicyError as error:
            yield {own.said: toast_html(error.message(lang), lang)}
        except Exception:
            log.exception("A file could not be deleted or brought back.")
            yield {own.said: toast_html(say(lang, "internal"), lang)}

    # ── official texts ────────────────────────────────────────────────────────────────────────

    def planned(self, lang: str, event: gr.EventData, request: gr.Request) -> str:
        """What sync would ask, and of whom; nobody is asked."""
        words, act = language(lang), text(sent(event), "act") or None
        try:
            self._allow(request)
            _, run = syncing.new_sync(self.assistant.settings, act, words)
            body = syncing.plan_html(syncing.plan_of(run(True), act), self._titles(words), words)
        except PolicyError as error:
            body = syncing.said_html(error.message(words), words)
        return self._sync(body, words)

    def cancelled(self, lang: str) -> str:
        """The reader did not agree."""
        return self._sync("", language(lang))

    async def synced(self, lang: str, event: gr.EventData, request: gr.Request) -> AsyncIterator[Updates]:
        """The reader agreed: ask, and tell how far it is and what came of it."""
        own, words = self.tab, language(lang)
        act = text(sent(event), "act") or None
        try:
            owner = self._allow(request)
            _, plan = syncing.new_sync(self.assistant.settings, act, words)
            total = len(plan(True).entries)
            run, sync = syncing.new_sync(self.assistant.settings, act, words)
            go = partial(self._go, sync, owner, act)
            report: SyncReport | None = None
            async for body, report in self._running(run, go, total, words):
                yield {own.sync: self._sync(body, words, busy=report is None)}
            if report is not None:
                fresh = await asyncio.to_thread(own.refreshed, words, owner)
                body = syncing.report_html(report, self._titles(words), words)
                yield {**fresh, own.sync: self._sync(body, words)}
        except PolicyError as error:
            yield {own.sync: self._sync(syncing.said_html(error.message(words), words), words)}
        except Exception:
            log.exception("Sync failed.")
            yield {own.sync: self._sync(syncing.said_html(say(words, "internal"), words), words)}

    def _go(self, sync: Callable[[bool], SyncReport], owner: Owner, act: str | None) -> SyncReport:
        """Fetch, and write down what came of it, whether or not the page is still there to show it."""
        trail, about = Trail.of(self.assistant.settings), {"act": act} if act else {}
        with trail.changing("synced", owner.id, **about) as came:
            report = sync(False)
            came |= noting.of_sync(report)
        return report

    async def _running(
        self, run: Sync, go: Callable[[], SyncReport], total: int, lang: Lang
    ) -> AsyncIterator[tuple[str, SyncReport | None]]:
        """(what to show, the report once it is there) of a run, in its turn."""
        ticket = line_of(self.assistant).join(go)
        ending = asyncio.ensure_future(ticket.ended())
        shown = ""
        while not ending.done():
            done = len(run.report.entries)
            if not ticket.started:
                body = syncing.progress_html("sync_waiting", lang, n=ticket.before)
            elif done < total:
                body = syncing.progress_html("sync_running", lang, done=done, total=total)
            else:
                body = syncing.progress_html("sync_indexing", lang)
            if body != shown:
                shown = body
                yield body, None
            await asyncio.wait({ending}, timeout=POLL_SECONDS)
        yield shown, ending.result()

    def _allow(self, request: gr.Request) -> Any:
        """The owner of a request that may have texts fetched. Raises InputError for any other."""
        owner = allowed(self.tab.desk.owner(request), Ability.LIBRARY)
        if not may_write(self.assistant.settings):
            tell_refused(owner, "sync")
            raise InputError(say("en", "sync_off"), say("ru", "sync_off"))
        return owner

    def _sync(self, body: str, lang: Lang, *, busy: bool = False) -> str:
        return syncing.sync_html(body, lang, allowed=may_write(self.assistant.settings), busy=busy)

    def _titles(self, lang: Lang) -> dict[str, str]:
        view = self.assistant.view
        return {act: view.title(act, lang) for act in view.acts}
