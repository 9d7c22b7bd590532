"""The Ask tab: a question typed in the browser -> an answer that grows claim by claim, and its sources.

The tab wires its components' events. What the reader sees is made in :mod:`assistant.web.ask.render` and its
neighbours; what readers do with conversations and answers is in :mod:`assistant.web.ask.actions`.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Any, ClassVar

import gradio as gr

from assistant.dates import as_of_date
from assistant.errors import NotHeldError, PolicyError, ReadersBusyError
from assistant.library.view import OWN
from assistant.llm import EXTRACTIVE
from assistant.model import Citation, Lang
from assistant.records.owner import Owner
from assistant.web.ask import actions, asking, page, panel, render
from assistant.web.ask.address import page_address
from assistant.web.ask.components import ANY, Components
from assistant.web.ask.keeping import Keeper
from assistant.web.ask.naming import title
from assistant.web.ask.sidebar import past_html
from assistant.web.ask.turn import Talk, Turn
from assistant.web.ask.words import KIND
from assistant.web.ask.words import say as said
from assistant.web.desk import Desk, language
from assistant.web.escape import esc
from assistant.web.tab import Updates
from assistant.web.text import EXAMPLES, JURISDICTION, in_words, say

if TYPE_CHECKING:
    from assistant.engine import Assistant
    from assistant.model import ActSummary, WatchChange
    from assistant.texts import Source

log = logging.getLogger(__name__)

ASKING_AT_ONCE = 4
QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


class AskTab:
    """The tab over one assistant; see :class:`assistant.web.tab.Tab`."""

    key: ClassVar[str] = "ask"

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.assistant = desk.assistant
        self.keeper = Keeper(desk.assistant)
        self.parts = Components(desk.words, desk.assistant.settings.llm)
        self._wire()

    def _wire(self) -> None:
        parts, lang = self.parts, self.desk.lang
        shown = [parts.earlier, parts.thread]
        seen = [*shown, parts.talk, parts.past, parts.notice]
        chosen = [parts.as_of, parts.kind, parts.jurisdiction, parts.act, parts.llm]
        how: dict[str, Any] = {
            "inputs": [parts.question, parts.talk, lang, *chosen],
            "outputs": [*seen, parts.question, parts.ask, parts.stop, parts.panel],
            "concurrency_limit": ASKING_AT_ONCE,
            "concurrency_id": "ask",
            **QUIET,
        }
        # "once" would swallow a question asked while the page still takes a stopped one for running.
        typed = gr.on([parts.question.submit, parts.ask.click], self.asked, trigger_mode="multiple", **how)
        chips, named = [each.submit for each in shown], [parts.question, parts.talk]
        picked = gr.on(chips, self.picked, [parts.talk], named, **QUIET)
        chip = picked.then(self.asked, trigger_mode="multiple", **how)
        buttons = [parts.ask, parts.stop]
        stopping: dict[str, Any] = {"cancels": [typed, chip], "queue": False, **QUIET}
        parts.stop.click(self.stopped, [parts.talk, lang], [*seen, *buttons], **stopping)
        self._wire_sources()
        self._wire_conversations(seen)
        if self.desk.page is not None:
            self.desk.page.load(self.arrive, None, [parts.talk, *shown, parts.past, parts.notice], **QUIET)
        lang.change(self.retold, [parts.talk, lang, parts.find], [*shown, parts.past], **QUIET)

    def _wire_sources(self) -> None:
        parts, lang = self.parts, self.desk.lang
        for place in (parts.earlier, parts.thread, parts.panel):
            place.select(
                self.opened,
                [parts.talk, lang],
                [parts.panel],
                concurrency_limit=ASKING_AT_ONCE,
                trigger_mode="always_last",
                **QUIET,
            )

    def _wire_conversations(self, seen: list[Any]) -> None:
        parts, lang = self.parts, self.desk.lang
        for place in (parts.earlier, parts.thread, parts.notice):
            place.edit(self.acted, [parts.talk, lang, parts.find], [*seen, parts.question], **QUIET)
        parts.past.edit(self.acted, [parts.talk, lang, parts.find], [*seen, parts.question], **QUIET)
        parts.new.click(self.begun, [parts.talk, lang, parts.find], [*seen, parts.panel], **QUIET)
        gr.on(
            [parts.find.submit, parts.find.change],
            self.found,
            [parts.talk, lang, parts.find],
            [parts.past],
            trigger_mode="always_last",
            **QUIET,
        )

    # ── arriving and dressing ─────────────────────────────────────────────────────────────────

    @property
    def dressed(self) -> list[Any]:
        """What :meth:`dress` changes."""
        parts = self.parts
        labelled = [parts.new, parts.find, parts.question, parts.ask, parts.stop, parts.filters]
        return [*labelled, parts.as_of, parts.kind, parts.jurisdiction, parts.act, parts.llm, parts.panel]

    def dress(self, lang: Lang, owner: Owner) -> Updates:
        """Labels and choices in ``lang``; the conversation is told by :meth:`arrive` and :meth:`retold`."""
        parts = self.parts
        held = self._held(owner)
        kinds = [(in_words(KIND, lang, kind), kind) for kind in dict.fromkeys(act.kind for act in held)]
        places = list(dict.fromkeys(act.jurisdiction for act in held if act.jurisdiction))
        names = [(in_words(JURISDICTION, lang, place), place) for place in places]
        seen = self.assistant.seen_by(owner)
        acts = [(_listed(seen, act.act, lang), act.act) for act in held]
        anything = [(say(lang, "any"), ANY)]
        backends = [(say(lang, "llm_extractive"), EXTRACTIVE)]
        model = self.assistant.settings.llm
        if model != EXTRACTIVE:
            backends.append((say(lang, "llm_model", name=model), model))
        return {
            parts.new: gr.update(value=said(lang, "new")),
            parts.find: gr.update(label=said(lang, "find"), placeholder=said(lang, "find")),
            parts.question: gr.update(label=say(lang, "question"), placeholder=say(lang, "placeholder")),
            parts.ask: gr.update(value=say(lang, "ask")),
            parts.stop: gr.update(value=say(lang, "stop")),
            parts.filters: gr.update(label=say(lang, "filters")),
            parts.as_of: gr.update(label=say(lang, "as_of"), placeholder=say(lang, "as_of_hint")),
            parts.kind: gr.update(label=said(lang, "kind"), choices=[*anything, *sorted(kinds)]),
            parts.jurisdiction: gr.update(label=say(lang, "jurisdiction"), choices=[*anything, *names]),
            parts.act: gr.update(label=say(lang, "act"), choices=[*anything, *acts]),
            parts.llm: gr.update(label=say(lang, "llm"), choices=backends),
            parts.panel: panel.panel_note("source_empty", lang),
        }

    def arrive(self, request: gr.Request) -> Updates:
        """The page was opened: the conversation its address names, or the welcome."""
        parts, lang = self.parts, language(request)
        named = dict(request.query_params)
        try:
            owner = self.desk.owner(request)
        except PolicyError as error:
            return {parts.notice: _told(error.message(lang))}
        talk, notice = Talk(), gr.update(value="", visible=False)
        try:
            if named.get("share"):
                talk = self.keeper.open_shared(owner, named["share"], lang)
                notice = _told(said(lang, "read_only"))
            elif named.get("c"):
                talk = self.keeper.open(owner, named["c"], lang)
        except PolicyError as error:
            notice = _told(said(lang, "gone") if isinstance(error, NotHeldError) else error.message(lang))
        return {
            parts.talk: talk,
            **self.conversation(owner, talk, lang),
            parts.past: self.past(owner, talk, lang),
            parts.notice: notice,
        }

    def retold(self, talk: Talk, lang: Lang, search: str, request: gr.Request) -> Updates:
        """The conversation in another language of the page."""
        owner = self.desk.owner(request)
        return {
            **self.conversation(owner, talk, lang),
            self.parts.past: self.past(owner, talk, lang, search),
        }

    def conversation(self, owner: Owner, talk: Talk, lang: Lang) -> Updates:
        """The conversation as HTML; the welcome where nothing was asked yet."""
        if talk.turns:
            return self._show(owner, talk, lang)
        welcome = render.thread(talk, lang, len(self._held(owner)), self._changes())
        return {self.parts.earlier: "", self.parts.thread: welcome}

    def past(self, owner: Owner, talk: Talk, lang: Lang, search: str = "", notice: str = "") -> str:
        """The list of conversations as HTML."""
        sharing = self.assistant.settings.share_links
        return past_html(
            self.keeper.past(owner, search or ""), talk.conversation, lang, sharing=sharing, notice=notice
        )

    def _held(self, owner: Owner) -> list[ActSummary]:
        try:
            return self.assistant.seen_by(owner).acts()
        except PolicyError as error:
            log.error("%s", error.en)
            return []

    def _changes(self) -> list[WatchChange]:
        if self.assistant.settings.ways_in != "none":
            return []  # what is watched is the operator's, not each user's
        try:
            return self.assistant.changes()
        except PolicyError as error:
            log.error("%s", error.en)
            return []

    # ── asking ────────────────────────────────────────────────────────────────────────────────

    def picked(self, talk: Talk, event: gr.EventData) -> tuple[str, Talk]:
        """The question of a chip, or the one to ask again."""
        sent = actions.sent(event)
        if talk.asking:
            return str(sent.get("question", "")), talk
        again = talk.turn(sent.get("again"))
        if again is not None and not talk.read_only:
            talk.editing = sent["again"]
            return again.question, talk
        talk.editing = None
        return str(sent.get("question", "")), talk

    async def asked(
        self,
        question: str,
        talk: Talk,
        lang: Lang,
        as_of: str,
        kind: str,
        jurisdiction: str,
        act: str,
        llm: str,
        request: gr.Request,
    ) -> AsyncIterator[Updates]:
        """Answer ``question`` as a new turn; each step is what the page shows next."""
        parts = self.parts
        text = (question or "").strip()
        if not text:
            yield {parts.notice: _told(say(lang, "empty_question", example=EXAMPLES[lang][0]))}
            return
        if talk.asking:
            again = talk.turns[-1].question == text  # Enter pressed twice
            yield {parts.notice: gr.skip() if again else _told(said(lang, "busy"))}
            return
        wanted = asking.Wanted(lang, llm, as_of, kind, jurisdiction, act)
        try:
            owner = self.desk.owner(request)
            as_of_date(wanted.filters["as_of"])
        except PolicyError as error:
            yield {parts.notice: _told(error.message(lang))}
            return
        talk = Talk() if talk.read_only else talk
        turn = talk.begin(text, wanted.filters["as_of"])
        try:
            yield {
                **self._show(owner, talk, lang),
                parts.talk: talk,
                parts.notice: gr.update(value="", visible=False),
                parts.question: "",
                parts.ask: gr.update(visible=False),
                parts.stop: gr.update(visible=True),
                parts.panel: panel.panel_note("source_empty", lang),
            }
            async for _ in asking.asked(self.keeper, owner, talk, turn, wanted):
                yield {parts.thread: render.thread(talk, lang)}
        finally:
            talk.settle(turn)
        yield {
            **self._show(owner, talk, lang),
            parts.talk: talk,
            parts.past: await asyncio.to_thread(self.past, owner, talk, lang),
            parts.notice: self._after(talk, turn, lang),
            parts.ask: gr.update(visible=True),
            parts.stop: gr.update(visible=False),
        }

    def _after(self, talk: Talk, turn: Turn, lang: Lang) -> Any:
        """What is to be told of a question that is over."""
        if turn not in talk.turns and turn.message:
            return _told(turn.message)
        return _told(said(lang, "not_kept", reason=turn.unkept)) if turn.unkept else gr.skip()

    def _show(self, owner: Owner, talk: Talk, lang: Lang) -> Updates:
        talk.fold()
        self.keeper.unfold(owner, talk, lang)
        talk.withhold(owner)  # whoever left a group meanwhile is not told its answers again
        return {
            self.parts.earlier: render.earlier(talk, lang),
            self.parts.thread: render.thread(talk, lang),
        }

    def stopped(self, talk: Talk, lang: Lang, request: gr.Request) -> Updates:
        """The reader stopped the answer."""
        parts = self.parts
        owner = self.desk.owner(request)
        for turn in list(talk.turns):
            if turn.state == "waiting":
                turn.state = "stopped"
            elif turn.answer is not None:
                turn.shown = len(turn.answer.claims)
            if not turn.key and (turn.answer is not None or not turn.replaces):
                self.keeper.keep(owner, talk, turn)
            talk.settle(turn)
        return {
            **self._show(owner, talk, lang),
            parts.talk: talk,
            parts.past: self.past(owner, talk, lang),
            parts.ask: gr.update(visible=True),
            parts.stop: gr.update(visible=False),
        }

    # ── conversations and answers ─────────────────────────────────────────────────────────────

    def begun(self, talk: Talk, lang: Lang, search: str, request: gr.Request) -> Updates:
        """A new conversation."""
        parts, owner = self.parts, self.desk.owner(request)
        if talk.asking:
            return {parts.notice: _told(said(lang, "busy"))}
        talk = Talk()
        return {
            parts.talk: talk,
            **self.conversation(owner, talk, lang),
            parts.past: self.past(owner, talk, lang, search),
            parts.notice: gr.update(value="", visible=False),
            parts.panel: panel.panel_note("source_empty", lang),
        }

    def found(self, talk: Talk, lang: Lang, search: str, request: gr.Request) -> str:
        """The conversations that say what is searched for."""
        return self.past(self.desk.owner(request), talk, lang, search)

    def acted(self, talk: Talk, lang: Lang, search: str, event: gr.EventData, request: gr.Request) -> Updates:
        """What a reader did with a conversation or an answer."""
        parts = self.parts
        try:
            owner = self.desk.owner(request)
            sent = actions.sent(event)
            here = page_address(request.headers, sent.get("page"))
            done = actions.act(self.keeper, owner, talk, lang, sent, here)
        except PolicyError as error:
            return {parts.notice: _told(error.message(lang))}
        found: Updates = {
            parts.talk: done.talk,
            **self.conversation(owner, done.talk, lang),
            parts.past: self.past(owner, done.talk, lang, search, done.above_list),
            parts.notice: gr.update(value=done.notice, visible=bool(done.notice)),
        }
        if done.question is not None:
            found[parts.question] = done.question
        return found

    # ── sources ───────────────────────────────────────────────────────────────────────────────

    def opened(self, talk: Talk, lang: Lang, event: gr.EventData, request: gr.Request) -> Iterator[str]:
        """A citation or a nearest provision was chosen: its text, then, for a PDF, its page.

        The text waits for no file: one in an object store may be long in coming.
        """
        sent = actions.sent(event)
        assistant = self.assistant.seen_by(self.desk.owner(request))
        if "ref" in sent:
            yield _provision(assistant, str(sent["ref"])[:300], lang)
            return
        turn = talk.turn(sent.get("turn"))
        cited = turn.answer.citations if turn and turn.answer else []
        citation = next((entry for entry in cited if entry.id == sent.get("cite")), None)
        if citation is None:
            yield panel.panel_note("source_lost", lang)
            return
        try:
            source = _source(assistant, citation, file=False)
        except PolicyError as error:
            yield panel.panel_error(error.message(lang), lang)
            return
        ids = [entry.id for entry in cited]
        yield panel.source_html(source, lang, turn=sent["turn"], ids=ids)
        image, note = self._page(assistant, citation, lang)
        if image or note:
            yield panel.source_html(source, lang, turn=sent["turn"], ids=ids, image=image, note=note)

    def _page(self, assistant: Assistant, citation: Citation, lang: Lang) -> tuple[page.Picture | None, str]:
        """The page a citation stands on, or why there is none, where there should be one."""
        if not citation.page:
            return None, ""
        try:
            source = _source(assistant, citation, file=True)
            image = page.image_of(source, self.assistant.settings.reader)
        except ReadersBusyError as error:
            return None, say(lang, "page_later", seconds=math.ceil(error.retry_after))
        except PolicyError as error:  # the text is shown already
            return None, error.message(lang)
        absent = source.file is None and source.media_type == page.PDF
        return image, say(lang, "page_absent") if absent else ""


def _listed(assistant: Assistant, act: str, lang: Lang) -> str:
    name = title(assistant, act, lang)
    return render.shorten(name if act.startswith(OWN) else f"{name} ({act})", 140)


def _source(assistant: Assistant, citation: Citation, *, file: bool) -> Source:
    try:
        return assistant.source(citation, file=file)
    except (StopIteration, KeyError):
        raise NotHeldError(say("en", "source_gone"), say("ru", "source_gone")) from None


def _provision(assistant: Assistant, ref: str, lang: Lang) -> str:
    act, _, provision = ref.partition("#")
    try:
        shown = assistant.show(act, provision or None)
    except PolicyError as error:
        return panel.panel_error(error.message(lang), lang)
    return panel.shown_html(shown, title(assistant, shown.act, lang), lang)


def _told(words: str) -> Any:
    """A sentence above the question box."""
    return gr.update(value=f'<p role="status">{esc(words)}</p>', visible=True)
