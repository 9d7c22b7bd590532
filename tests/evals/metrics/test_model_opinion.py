"""A language model's mark, given by a backend of our own over a scripted chat model."""

import json

import pytest
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage

from assistant.llm import open_backend
from assistant.settings import Settings
from evals.metrics.base import Scene
from evals.metrics.model_opinion import model_opinion
from evals.metrics.registry import METRICS
from tests.evals.metrics.made import answered, case, citation, refused


def mark(reply, outcome, view):
    model = GenericFakeChatModel(messages=iter([AIMessage(content=reply)] * 5))
    metric = model_opinion(open_backend(model, Settings(llm_retries=0)))
    return metric.per_case(case(), outcome, Scene(view))


@pytest.mark.parametrize(("given", "expected"), [(1, 0.0), (3, 0.5), (5, 1.0)])
def test_a_mark_is_scaled_to_a_share(view, given, expected):
    assert mark(json.dumps({"mark": given}), answered(citation(view)), view) == expected


@pytest.mark.parametrize("reply", ['{"mark": 6}', '{"mark": "good"}', "a good answer", '{"mark": true}'])
def test_what_is_no_mark_is_no_opinion(view, reply):
    assert mark(reply, answered(citation(view)), view) is None


def test_refusals_are_not_put_to_a_model(view):
    assert mark('{"mark": 5}', refused(), view) is None


def test_no_gate_rests_on_it_and_it_is_off_by_default(view):
    metric = model_opinion(open_backend(GenericFakeChatModel(messages=iter([])), Settings()))
    assert not metric.gating
    assert metric.name not in {each.name for each in METRICS}
