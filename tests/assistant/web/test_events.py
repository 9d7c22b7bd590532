"""What is kept of a page that stays open: its components, once each, however much happens on it."""

from __future__ import annotations

import asyncio

import gradio as gr
from gradio.state_holder import SessionState

from assistant.web.events import Page


def test_an_open_page_keeps_each_component_once_with_its_last_value_and_properties():
    with Page() as page:
        shown, named = gr.HTML(""), gr.Textbox(label="first")
        gr.Button().click(lambda: None, None, [shown, named])
    (listener,) = page.fns.values()
    state = SessionState(page)

    def happens(*outputs):
        return asyncio.run(page.postprocess_data(listener, list(outputs), state))

    for number in range(20):
        told = happens(gr.skip(), f"name {number}")
        assert told[1] == f"name {number}"
        told = happens(f"<p>{number}</p>", gr.update(label=f"label {number}"))
        assert told == [f"<p>{number}</p>", {"label": f"label {number}", "__type__": "update"}]
    assert set(state.blocks_config.blocks) == set(state.config_values) == set(page.blocks)
    assert all(block._id == key for key, block in state.blocks_config.blocks.items())
    assert state.config_values[shown._id]["props"]["value"] == "<p>19</p>"
    assert state.config_values[named._id]["props"]["label"] == "label 19"


def test_what_one_page_is_told_changes_no_other_page():
    with Page() as page:
        named = gr.Textbox(label="first")
        gr.Button().click(lambda: None, None, [named])
    (listener,) = page.fns.values()
    one, other = SessionState(page), SessionState(page)
    asyncio.run(page.postprocess_data(listener, gr.update(label="mine"), one))
    asyncio.run(page.postprocess_data(listener, "mine", one))
    assert one.blocks_config.blocks[named._id].label == "mine"
    assert other.blocks_config.blocks[named._id].label == named.label == "first"


def test_an_output_that_is_skipped_stays_the_component_it_is_and_the_browser_is_told_so():
    with Page() as page:
        asked, shown, named = gr.State("first"), gr.HTML(""), gr.Textbox(label="first")
        gr.Button().click(lambda: None, None, [asked, shown, named])
    (listener,) = page.fns.values()
    state = SessionState(page)
    before = dict(state.blocks_config.blocks)

    def happens(given):
        return asyncio.run(page.postprocess_data(listener, given, state))

    skipped = {"__type__": "update"}
    assert happens({shown: "<p>1</p>"}) == [None, "<p>1</p>", skipped]
    assert happens({asked: "second", named: "me"}) == [None, skipped, "me"]
    assert happens([gr.skip(), gr.skip(), "you"]) == [None, skipped, "you"]
    assert happens(gr.skip()) == [None, skipped, skipped]
    assert state[asked._id] == "second"
    assert state.config_values[shown._id]["props"]["value"] == "<p>1</p>"
    assert all(state.blocks_config.blocks[key] is block for key, block in before.items())
