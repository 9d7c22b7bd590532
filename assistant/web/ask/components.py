"""The components of the Ask tab: conversations, the talk, the source of what it cites."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr

from assistant.llm import EXTRACTIVE
from assistant.web.ask.turn import Talk

SCRIPT = Path(__file__).with_name("ask.js").read_text(encoding="utf-8")
ANY = ""  # the value of a filter that lets everything pass
SESSION_SECONDS = 12 * 3600
QUESTION_CHARS = 4_000


class Components:
    """What the tab consists of. Made inside a ``gr.Tab``; ``words``: of labels before the page is dressed."""

    def __init__(self, words: Callable[[str], Any], model: str) -> None:
        self.talk = gr.State(Talk(), time_to_live=SESSION_SECONDS)
        with gr.Row(elem_id="desk", equal_height=False):
            with gr.Column(scale=1, min_width=210, elem_id="past"):
                self.new = gr.Button(words("new"), size="sm", elem_id="new")
                self.find = gr.Textbox(
                    label=words("find"),
                    placeholder=words("find"),
                    show_label=False,
                    container=False,
                    max_lines=1,
                    elem_id="find",
                )
                self.past = gr.HTML("", js_on_load=SCRIPT, elem_id="past_list")
            with gr.Column(scale=4, min_width=320, elem_id="talk"):
                # Apart, so that each step of an answer sends the last turn alone.
                self.earlier = gr.HTML("", js_on_load=SCRIPT, elem_id="earlier")
                self.thread = gr.HTML("", js_on_load=SCRIPT, elem_id="thread")
                self._ask_box(words)
                self._choices(words, model)
            with gr.Column(scale=3, min_width=300, elem_id="side"):
                self.panel = gr.HTML("", js_on_load=SCRIPT, elem_id="panel")

    def _ask_box(self, words: Callable[[str], Any]) -> None:
        with gr.Column(elem_id="asking"):
            self.notice = gr.HTML("", js_on_load=SCRIPT, elem_id="notice", visible=False)
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
                    max_length=QUESTION_CHARS,
                    elem_id="question",
                )
                self.ask = gr.Button(words("ask"), variant="primary", scale=1, min_width=90, elem_id="ask")
                self.stop = gr.Button(words("stop"), scale=1, min_width=90, visible=False, elem_id="stop")

    def _choices(self, words: Callable[[str], Any], model: str) -> None:
        with gr.Accordion(words("filters"), open=False, elem_id="filters") as self.filters:
            with gr.Row():
                self.as_of = gr.Textbox(
                    label=words("as_of"), placeholder=words("as_of_hint"), max_lines=1, elem_id="as_of"
                )
                self.kind = gr.Dropdown([("—", ANY)], value=ANY, label=words("kind"), elem_id="kind")
                self.jurisdiction = gr.Dropdown(
                    [("—", ANY)], value=ANY, label=words("jurisdiction"), elem_id="jurisdiction"
                )
            self.act = gr.Dropdown([("—", ANY)], value=ANY, label=words("act"), elem_id="act")
            self.llm = gr.Radio(
                list(dict.fromkeys([EXTRACTIVE, model])),
                value=model,
                label=words("llm"),
                visible=model != EXTRACTIVE,
                elem_id="llm",
            )
