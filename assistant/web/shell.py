"""The page around the tabs: its title, the switches of language and theme, and the tabs in their order.

A tab drops in with a line in :data:`TABS`; see :class:`assistant.web.tab.Tab`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant.errors import PolicyError
from assistant.model import Lang
from assistant.records.owner import Owner
from assistant.web.ask import AskTab
from assistant.web.ask.words import WORDS as ASK_WORDS
from assistant.web.desk import Desk, language
from assistant.web.door import words as door
from assistant.web.door.markup import sign_out_html
from assistant.web.eligibility import EligibilityTab
from assistant.web.escape import esc
from assistant.web.evaluation import EvaluationTab
from assistant.web.events import Page
from assistant.web.library import LibraryTab
from assistant.web.plain import shorten
from assistant.web.tab import Tab, Updates
from assistant.web.text import LANGUAGES, TEXT, say

if TYPE_CHECKING:
    from assistant.engine import Assistant
    from assistant.settings import Settings

log = logging.getLogger(__name__)

TABS: dict[str, Callable[[Desk], Tab]] = {
    AskTab.key: AskTab,
    EligibilityTab.key: EligibilityTab,
    LibraryTab.key: LibraryTab,
    EvaluationTab.key: EvaluationTab,
}
WAITING_AT_MOST = 32
NAME_CHARS = 40
TITLE = TEXT["en"]["title"]
SCRIPT = Path(__file__).with_name("shell.js").read_text(encoding="utf-8")
# Words of components that the browser's language chooses between until the server has dressed the page.
BEFORE_DRESSED = (
    "question", "placeholder", "ask", "stop", "filters", "as_of", "as_of_hint", "jurisdiction", "act", "llm",
    "other_language", *(f"tab_{key}" for key in TABS),
)  # fmt: skip
_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


def blocks(assistant: Assistant) -> tuple[gr.Blocks, gr.I18n]:
    """The page with its tabs, and the words of its components."""
    words = _translations()
    with Page(title=TITLE, analytics_enabled=False, fill_width=True) as page:
        lang = gr.State("")
        with gr.Row(elem_id="top"):
            title = gr.HTML("", js_on_load=SCRIPT, elem_id="title")
            switch = gr.Button(words("other_language"), size="sm", min_width=90, scale=0, elem_id="switch")
        desk = Desk(assistant, lang, page, words)
        tabs: list[Tab] = []
        places: list[gr.Tab] = []
        with gr.Tabs(elem_id="tabs") as held:
            for key, made in TABS.items():
                with gr.Tab(words(f"tab_{key}"), id=key, elem_id=f"tab_{key}") as place:
                    tabs.append(made(desk))
                places.append(place)
        _Shell(desk, title, switch, held, places, tabs).wire(page)
    page.queue(max_size=WAITING_AT_MOST, api_open=False)
    return page, words


def _translations() -> gr.I18n:
    table: dict[Lang, dict[str, str]] = {
        code: {key: TEXT[code][key] for key in BEFORE_DRESSED} | ASK_WORDS[code] for code in LANGUAGES
    }
    return gr.I18n(**table)


class _Shell:
    """The page's own events: arriving, and the switch of language."""

    def __init__(
        self,
        desk: Desk,
        title: gr.HTML,
        switch: gr.Button,
        held: gr.Tabs,
        places: list[gr.Tab],
        tabs: list[Tab],
    ) -> None:
        self.desk = desk
        self.title = title
        self.switch = switch
        self.held = held
        self.places = places
        self.tabs = tabs

    def wire(self, page: gr.Blocks) -> None:
        """Dress the page on arrival and on every switch."""
        own = [self.title, self.switch, self.desk.lang, *self.places]
        inside = list(dict.fromkeys(each for tab in self.tabs for each in tab.dressed))
        page.load(self.arrive, None, [*own, *inside, self.held], **_QUIET)
        self.switch.click(self.switched, [self.desk.lang], [*own, *inside], **_QUIET)

    def arrive(self, request: gr.Request) -> Updates:
        """The page in the reader's language, on the tab that its address names."""
        found = self._dressed(language(request), request)
        wanted = request.query_params.get("tab")
        if wanted in {tab.key for tab in self.tabs}:
            found[self.held] = gr.Tabs(selected=wanted)
        return found

    def switched(self, lang: Lang, request: gr.Request) -> Updates:
        """The page in the other language."""
        return self._dressed("en" if lang == "ru" else "ru", request)

    def _dressed(self, lang: Lang, request: gr.Request) -> Updates:
        who, trouble = self._who(request)
        found: Updates = {
            self.desk.lang: lang,
            self.title: _title_html(lang, self.desk.assistant.settings, who),
            self.switch: gr.update(value=say(lang, "other_language")),
        }
        for tab, place in zip(self.tabs, self.places, strict=True):
            found[place] = gr.update(label=say(lang, f"tab_{tab.key}"))
        if who is None:
            log.warning("%s", trouble)
            return found
        for tab in self.tabs:
            try:
                found.update(tab.dress(lang, who))
            except PolicyError as error:  # one tab's trouble is not the others'
                log.error("The tab %s cannot be dressed: %s", tab.key, error.en)
        return found

    def _who(self, request: gr.Request) -> tuple[Owner | None, str]:
        """The owner of a request, or why there is none."""
        try:
            return self.desk.owner(request), ""
        except PolicyError as error:
            return None, error.en


def _title_html(lang: Lang, settings: Settings, who: Owner | None) -> str:
    """The name of the page, with who is signed in and the switch of themes; the script keeps the language for
    the next visit.
    """
    theme = esc(say(lang, "theme"))
    history = esc(say(lang, "show_history"))
    return (
        f'<div class="head" data-language="{lang}">'
        f'<button type="button" class="tool" id="past_toggle" aria-label="{history}" '
        f'title="{history}">☰</button>'
        f"<h1>{esc(say(lang, 'title'))}</h1>{_who_html(lang, settings, who)}"
        f'<button type="button" class="tool" id="theme" aria-label="{theme}" title="{theme}">◐</button></div>'
    )


def _who_html(lang: Lang, settings: Settings, who: Owner | None) -> str:
    """Who is signed in, and the way out where the app itself signs people in."""
    if settings.ways_in == "none" or who is None:
        return ""
    name = esc(shorten(who.name, NAME_CHARS))
    if settings.ways_in == "proxy":
        return f'<span class="who">{name}</span>'
    about = esc(door.say(lang, "account"))
    return f'<a class="who" href="account" title="{about}">{name}</a>{sign_out_html(lang)}'
