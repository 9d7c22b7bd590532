"""The page's events -> the same, each logged as what it belongs to, and none leaving anything behind.

Gradio runs events in tasks of its own, where nothing is known of the request, and prints what goes wrong in
them with all its words; here both go through the log. What it keeps of an open page would grow with every
event; here it is the components of the page, once each.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from copy import copy
from typing import Any

import gradio as gr
from gradio.blocks import convert_component_dict_to_list

from assistant.errors import PolicyError
from assistant.logs import context
from assistant.web.desk import language
from assistant.web.door.callers import caller_in
from assistant.web.requests import UNDER_WAY
from assistant.web.text import say

log = logging.getLogger(__name__)


class Page(gr.Blocks):
    """A page whose events say in the log to which request and user they belong.

    However long it stays open, what is kept of it is no more than its components and their values now.
    """

    async def postprocess_data(self, block_fn: Any, predictions: Any, state: Any) -> list[Any]:
        """What an event's outputs become.

        For an output whose properties change, or which is skipped, Gradio makes a new component and describes
        it anew, twice. A step of an answer skips all but one of its outputs: that was a quarter of what a
        question cost. So what is skipped is told as that, and nothing made of it.

        The new component takes the old one's place with an id of its own. Gradio would keep the next plain
        value under that id, which comes back never: so each component in a place gets the id of the place.
        """
        values = _values(block_fn.outputs, predictions) if state is not None else None
        if values is None:
            found = await super().postprocess_data(block_fn, predictions, state)
        else:
            found = await self._changed(block_fn, values, state)
        if state is not None:
            placed = state.blocks_config.blocks
            for output in block_fn.outputs:
                if output._id in placed:
                    placed[output._id]._id = output._id
        return found

    async def _changed(self, block_fn: Any, values: Sequence[Any], state: Any) -> list[Any]:
        """What several outputs become, by those of them that are not skipped. ``values``: one for each."""
        found = [None if output.stateful else gr.skip() for output in block_fn.outputs]
        places = [place for place, value in enumerate(values) if not _skipped(value)]
        if places:
            rest = copy(block_fn)
            rest.outputs = [block_fn.outputs[place] for place in places]
            told = [values[place] for place in places]
            made = await super().postprocess_data(rest, told if len(told) > 1 else told[0], state)
            for place, value in zip(places, made, strict=True):
                found[place] = value
        return found

    async def process_api(
        self, block_fn: Any, *given: Any, request: Any = None, **named: Any
    ) -> dict[str, Any]:
        """One step of an event, as Gradio's queue or a direct request has it run."""
        asked = request[0] if isinstance(request, list) else request
        scope = asked.request.scope if asked is not None and asked.request is not None else {}
        under_way = scope.get(UNDER_WAY)
        if under_way is not None:
            under_way.event = str(getattr(block_fn, "name", "") or block_fn)
            context.enter(under_way)
            caller = caller_in(scope)
            if caller is not None:
                context.known(caller.owner.id, caller.owner.name)
        try:
            return await super().process_api(block_fn, *given, request=request, **named)
        except gr.Error:
            raise
        except Exception as error:
            if isinstance(error, PolicyError):
                log.info("An event of the page was not done: %s", error.en)
            else:
                log.error("An event of the page failed.", exc_info=error)
            lang = language(asked) if asked is not None else "en"
        raise gr.Error(say(lang, "internal"), print_exception=False)


def _values(outputs: Sequence[Any], predictions: Any) -> Sequence[Any] | None:
    """What an event gave for each of its outputs, in order; None where Gradio takes it in some other way."""
    if len(outputs) < 2:
        return None
    if _skipped(predictions):
        return [predictions] * len(outputs)
    if isinstance(predictions, dict) and predictions:
        predictions = convert_component_dict_to_list(list(outputs), predictions)
    return (
        predictions if isinstance(predictions, (list, tuple)) and len(predictions) == len(outputs) else None
    )


def _skipped(value: Any) -> bool:
    return isinstance(value, dict) and value == gr.skip()
