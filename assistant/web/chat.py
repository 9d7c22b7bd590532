"""The Ask tab: a question typed in the browser -> an answer that grows claim by claim, and its sources.

The tab builds its components and wires its own events. What the reader sees is made in
:mod:`assistant.web.render`; between events only :class:`~assistant.web.turn.Turn` values are kept.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant.errors import NotHeldError, PolicyError
from assistant.llm import EXTRACTIVE
from assistant.model import ActSummary, Answer, Citation, Lang, WatchChange
from assistant.web import page, panel, render
from assistant.web.escape import esc
from assistant.web.text import EXAMPLES, JURISDICTION, LANGUAGES, TEXT, in_words, language_of, say
from assistant.web.turn import Nearest, Turn

if TYPE_CHECKING:
    from assistant.engine import Assistant, Source

log = logging.getLogger(__name__)

SCRIPT = Path(__file__).with_name("chat.js").read_text(encoding="utf-8")
ANY = ""  # the value of a filter that lets everything pass
TURNS_KEPT = 30
ASKING_AT_ONCE = 4
SESSION_SECONDS = 12 * 3600
LABELS = (
    "question",
    "placeholder",
    "ask",
    "stop",
    "filters",
    "as_of",
    "as_of_hint",
    "jurisdiction",
    "act",
    "llm",
)

Updates = dict[Any, Any]


def translations() -> gr.I18n:
    """The words of the components, which the browser's language chooses between."""
    keys = (*LABELS, "other_language")
    return gr.I18n(**{lang: {key: TEXT[lang][key] for key in keys} for lang in LANGUAGES})


class AskTab:
    """The tab over one assistant. Made inside a ``gr.Blocks``; ``words`` translates the labels."""

    def __init__(self, assistant: Assistant, words: gr.I18n, title: gr.HTML) -> None:
        self.assistant = assistant
        self.title = title
        self.lang = gr.State("en")
        self.turns = gr.State([], time_to_live=SESSION_SECONDS)
        with gr.Row(elem_id="desk", equal_height=False):
            with gr.Column(scale=3, min_width=320, elem_id="talk"):
                self.thread = gr.HTML("", js_on_load=SCRIPT, elem_id="thread")
                self._ask_box(words)
                self._choices(words)
            with gr.Column(scale=2, min_width=320, elem_id="side"):
                self.panel = gr.HTML("", js_on_load=SCRIPT, elem_id="panel")
        self._wire()

    def _ask_box(self, words: gr.I18n) -> None:
        with gr.Column(elem_id="asking"):
            self.notice = gr.HTML("", elem_id="notice", visible=False)
            with gr.Row(equal_height=True):
                self.question = gr.Textbox(
                    label=words("question"),
                    placeholder=words("placeholder"),
                    show_label=False,
                    container=False,
                    lines=1,
                    max_lines=6,
                    scale=8,
                    autofocus=True,
                    elem_id="question",
                )
                self.ask = gr.Button(words("ask"), variant="primary", scale=1, min_width=90, elem_id="ask")
                self.stop = gr.Button(words("stop"), scale=1, min_width=90, visible=False, elem_id="stop")

    def _choices(self, words: gr.I18n) -> None:
        with gr.Accordion(words("filters"), open=False, elem_id="filters") as self.filters:
            with gr.Row():
                self.as_of = gr.Textbox(
                    label=words("as_of"), placeholder=words("as_of_hint"), max_lines=1, elem_id="as_of"
                )
                self.jurisdiction = gr.Dropdown(
                    [("—", ANY)], value=ANY, label=words("jurisdiction"), elem_id="jurisdiction"
                )
            self.act = gr.Dropdown([("—", ANY)], value=ANY, label=words("act"), elem_id="act")
            model = self.assistant.settings.llm
            self.llm = gr.Radio(
                list(dict.fromkeys([EXTRACTIVE, model])),
                value=model,
                label=words("llm"),
                visible=model != EXTRACTIVE,
                elem_id="llm",
            )

    def _wire(self) -> None:
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        sent = [self.question, self.turns, self.lang, self.as_of, self.jurisdiction, self.act, self.llm]
        changed = [self.thread, self.turns, self.question, self.ask, self.stop, self.panel, self.notice]
        asking: dict[str, Any] = {
            **quiet,
            "concurrency_limit": ASKING_AT_ONCE,
            "concurrency_id": "ask",
            "trigger_mode": "once",
        }
        typed = gr.on(
            [self.question.submit, self.ask.click], self.asked, inputs=sent, outputs=changed, **asking
        )
        picked = self.thread.submit(self.chosen, [self.turns], [self.question], **quiet)
        chip = picked.then(self.asked, inputs=sent, outputs=changed, **asking)
        self.stop.click(
            self.stopped, [self.turns, self.lang], changed, cancels=[typed, chip], queue=False, **quiet
        )
        for place in (self.thread, self.panel):
            place.select(
                self.opened,
                [self.turns, self.lang],
                [self.panel],
                concurrency_limit=ASKING_AT_ONCE,
                trigger_mode="always_last",
                **quiet,
            )

    # ── language and choices ──────────────────────────────────────────────────────────────────

    @property
    def dressed(self) -> list[Any]:
        """What :meth:`dress` changes."""
        return [self.title, self.lang, self.thread, self.panel, self.jurisdiction, self.act, self.llm]

    def arrive(self, request: gr.Request) -> Updates:
        """A page was opened: speak its browser's language."""
        return self.dress(language_of(request.headers.get("accept-language"), "en"), [])

    def dress(self, lang: Lang, turns: list[Turn]) -> Updates:
        """Everything the server writes, in ``lang``."""
        held = self._held()
        places = list(dict.fromkeys(act.jurisdiction for act in held if act.jurisdiction))
        anything = (say(lang, "any"), ANY)
        names = [(in_words(JURISDICTION, lang, place), place) for place in places]
        acts = [(render.shorten(f"{self._title(act.act, lang)} ({act.act})", 140), act.act) for act in held]
        backends = [(say(lang, "llm_extractive"), EXTRACTIVE)]
        model = self.assistant.settings.llm
        if model != EXTRACTIVE:
            backends.append((say(lang, "llm_model", name=model), model))
        return {
            self.title: f"<h1>{esc(say(lang, 'title'))}</h1>",
            self.lang: lang,
            self.thread: render.thread(turns, lang, len(held), self._changes()),
            self.panel: panel.panel_note("source_empty", lang),
            self.jurisdiction: gr.update(choices=[anything, *names]),
            self.act: gr.update(choices=[anything, *acts]),
            self.llm: gr.update(choices=backends),
        }

    def switch(self, lang: Lang, turns: list[Turn]) -> Updates:
        """The whole tab in ``lang``, where the reader chose another than the browser's."""
        changed = self.dress(lang, turns)
        for component, words in self.relabel(lang).items():
            changed[component] = {**changed.get(component, {}), **words}
        return changed

    @property
    def switched(self) -> list[Any]:
        """What :meth:`switch` changes."""
        return list(dict.fromkeys([*self.dressed, *self.relabel("en")]))

    def relabel(self, lang: Lang) -> Updates:
        """The components' own words in ``lang``."""
        return {
            self.question: gr.update(label=say(lang, "question"), placeholder=say(lang, "placeholder")),
            self.ask: gr.update(value=say(lang, "ask")),
            self.stop: gr.update(value=say(lang, "stop")),
            self.filters: gr.update(label=say(lang, "filters")),
            self.as_of: gr.update(label=say(lang, "as_of"), placeholder=say(lang, "as_of_hint")),
            self.jurisdiction: gr.update(label=say(lang, "jurisdiction")),
            self.act: gr.update(label=say(lang, "act")),
            self.llm: gr.update(label=say(lang, "llm")),
        }

    def _title(self, act: str, lang: Lang) -> str:
        view = self.assistant.view
        return view.title(act, lang) if act in view.acts else act

    def _held(self) -> list[ActSummary]:
        try:
            return self.assistant.acts()
        except PolicyError as error:
            log.error("%s", error.en)
            return []

    def _changes(self) -> list[WatchChange]:
        try:
            return self.assistant.changes()
        except PolicyError as error:
            log.error("%s", error.en)
            return []

    # ── asking ────────────────────────────────────────────────────────────────────────────────

    def chosen(self, turns: list[Turn], event: gr.EventData) -> str:
        """The question of a chip."""
        return str(_sent(event).get("question", ""))

    async def asked(
        self,
        question: str,
        turns: list[Turn],
        lang: Lang,
        as_of: str,
        jurisdiction: str,
        act: str,
        llm: str,
    ) -> AsyncIterator[Updates]:
        """Answer ``question`` as a new turn; each step is what the page shows next."""
        text = (question or "").strip()
        if not text:
            hint = esc(say(lang, "empty_question", example=EXAMPLES[lang][0]))
            yield {self.notice: gr.update(value=f'<p role="status">{hint}</p>', visible=True)}
            return
        turn = Turn(text)
        turns = [*turns[1 - TURNS_KEPT :], turn]
        held = len(turns)  # the welcome, which names a count, is not shown any more
        yield {
            **self._show(turns, lang, held),
            self.notice: gr.update(value="", visible=False),
            self.question: "",
            self.ask: gr.update(visible=False),
            self.stop: gr.update(visible=True),
            self.panel: panel.panel_note("source_empty", lang),
        }
        narrowed = {
            "as_of": (as_of or "").strip() or None,
            "jurisdiction": jurisdiction or None,
            "act": act or None,
        }
        task = asyncio.create_task(asyncio.to_thread(self._answer, text, lang, llm, narrowed))
        try:
            while not task.done():
                await asyncio.wait({task}, timeout=1.0)
                if not task.done():
                    turn.seconds += 1
                    yield self._show(turns, lang, held)
        finally:
            task.cancel()  # stopped by the reader: the thread ends by itself, its answer is dropped
        for _ in _finish(turn, task, lang):
            yield self._show(turns, lang, held)
        yield {
            **self._show(turns, lang, held),
            self.ask: gr.update(visible=True),
            self.stop: gr.update(visible=False),
        }

    def _show(self, turns: list[Turn], lang: Lang, held: int) -> Updates:
        return {self.thread: render.thread(turns, lang, held), self.turns: turns}

    def _answer(
        self, question: str, lang: Lang, llm: str, narrowed: dict[str, str | None]
    ) -> tuple[Answer, list[Nearest]]:
        answer = self.assistant.ask(question, llm=self._allowed(llm), **narrowed)  # type: ignore[arg-type]
        return answer, [self._nearest(ref, lang) for ref in answer.nearest]

    def _allowed(self, llm: str | None) -> str:
        """The chosen backend, if it is one of the two on offer."""
        return llm if llm in (EXTRACTIVE, self.assistant.settings.llm) else self.assistant.settings.llm

    def _nearest(self, ref: str, lang: Lang) -> Nearest:
        act, _, provision = ref.partition("#")
        try:
            label = self.assistant.show(act, provision or None).label
        except NotHeldError:
            label = provision or act
        return Nearest(ref=ref, label=label, title=self._title(act, lang))

    def stopped(self, turns: list[Turn], lang: Lang) -> Updates:
        """The reader stopped the answer."""
        for turn in turns:
            if turn.state == "waiting":
                turn.state = "stopped"
            elif turn.answer is not None:
                turn.shown = len(turn.answer.claims)
        return {
            **self._show(turns, lang, len(turns)),
            self.ask: gr.update(visible=True),
            self.stop: gr.update(visible=False),
        }

    # ── sources ───────────────────────────────────────────────────────────────────────────────

    def opened(self, turns: list[Turn], lang: Lang, event: gr.EventData) -> Iterator[str]:
        """A citation or a nearest provision was chosen: its text, then, for a PDF, its page."""
        sent = _sent(event)
        if "ref" in sent:
            yield self._provision(str(sent["ref"])[:300], lang)
            return
        number, citation, ids = _cited(turns, sent)
        if citation is None:
            yield panel.panel_note("source_lost", lang)
            return
        try:
            source = self._source(citation)
        except PolicyError as error:
            yield panel.panel_error(error.message(lang), lang)
            return
        yield _panel(source, lang, number, ids, None)
        image = page.image_of(source)
        if image:
            yield _panel(source, lang, number, ids, image)

    def _source(self, citation: Citation) -> Source:
        try:
            return self.assistant.source(citation)
        except (StopIteration, KeyError):
            raise NotHeldError(say("en", "source_gone"), say("ru", "source_gone")) from None

    def _provision(self, ref: str, lang: Lang) -> str:
        act, _, provision = ref.partition("#")
        try:
            shown = self.assistant.show(act, provision or None)
        except PolicyError as error:
            return panel.panel_error(error.message(lang), lang)
        return panel.shown_html(shown, self._title(shown.act, lang), lang)


def _sent(event: gr.EventData) -> dict[str, Any]:
    """What the browser sent with an event; anything but an object counts as nothing."""
    return event._data if isinstance(event._data, dict) else {}


def _cited(turns: list[Turn], sent: dict[str, Any]) -> tuple[int, Citation | None, list[int]]:
    """(turn, citation, ids of the turn's citations) the browser names; None where there is no such one."""
    number, wanted = sent.get("turn"), sent.get("cite")
    if not isinstance(number, int) or not 0 <= number < len(turns):
        return 0, None, []
    answer = turns[number].answer
    citations = answer.citations if answer else []
    found = next((entry for entry in citations if entry.id == wanted), None)
    return number, found, [entry.id for entry in citations]


def _panel(source: Source, lang: Lang, number: int, ids: list[int], image: page.Picture | None) -> str:
    return panel.source_html(
        source.citation,
        source.before,
        source.quote,
        source.after,
        source.headings,
        lang,
        turn=number,
        ids=ids,
        image=image,
    )


def _finish(turn: Turn, task: asyncio.Task[tuple[Answer, list[Nearest]]], lang: Lang) -> Iterator[None]:
    """Put a finished task's outcome into its turn; pauses after each claim but the last."""
    error = task.exception()
    if error is not None:
        turn.state = "failed"
        if isinstance(error, PolicyError):
            turn.message = error.message(lang)
        else:
            log.error("A question failed.", exc_info=error)
            turn.message = say(lang, "internal")
        return
    turn.answer, turn.nearest = task.result()
    turn.state = "answered"
    for count in range(1, len(turn.answer.claims)):
        turn.shown = count
        yield
    turn.shown = len(turn.answer.claims)
