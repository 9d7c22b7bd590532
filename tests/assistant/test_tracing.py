"""What a collector is told of a question, and what tracing costs where nobody asked for it."""

from __future__ import annotations

import subprocess
import sys

import pytest
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from assistant import tracing
from assistant.errors import InputError
from assistant.logs import context
from assistant.settings import Settings
from tests.assistant.test_llm import QUESTION as ASKED
from tests.assistant.test_llm import claim, scripted


@pytest.fixture
def collected(tmp_path):
    """Trace into memory; the spans that have ended."""
    exporter = InMemorySpanExporter()
    tracing.configure(Settings(home=tmp_path, traces=True), exporter)
    yield exporter.get_finished_spans
    tracing.stop()


def tree(spans):
    """Each span's name with its parent's."""
    names = {span.context.span_id: span.name for span in spans}
    return [(span.name, names.get(span.parent.span_id) if span.parent else None) for span in spans]


def test_a_step_that_fails_says_so_without_its_words(collected):
    with pytest.raises(ValueError), tracing.span("question", backend="x"), tracing.span("read"):
        raise ValueError("Кузнецова")
    inner, outer = collected()
    assert (inner.name, outer.name) == ("read", "question")
    assert inner.parent.span_id == outer.context.span_id
    assert inner.status.status_code is StatusCode.ERROR
    assert "Кузнецова" not in inner.to_json() + outer.to_json()


def test_spans_carry_the_request_they_belong_to(collected):
    context.enter(context.Context(request="r-12345678", texts=["Кузнецова"]))
    with tracing.span("question"):
        pass
    context.enter(context.Context())
    (span,) = collected()
    assert dict(span.attributes) == {"ai_policy.request_id": "r-12345678"}
    assert span.resource.attributes["service.name"] == tracing.SERVICE


def test_nothing_is_traced_unless_asked_for(tmp_path):
    exporter = InMemorySpanExporter()
    tracing.configure(Settings(home=tmp_path), exporter)
    with tracing.span("question") as step:
        step.note(found=1)
    assert exporter.get_finished_spans() == ()


def test_traces_without_a_collector_are_refused_with_what_to_do(tmp_path, monkeypatch):
    for name in tracing.ADDRESSES:
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(InputError, match="OTEL_EXPORTER_OTLP_ENDPOINT"):
        tracing.configure(Settings(home=tmp_path, traces=True))


def test_traces_without_the_packages_are_refused_with_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setenv(tracing.ADDRESSES[0], "http://127.0.0.1:1")
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.resources", None)
    with pytest.raises(InputError, match="otel"):
        tracing.configure(Settings(home=tmp_path, traces=True))
    with tracing.span("question"):  # and nothing is half on
        pass


def test_tracing_that_is_off_loads_nothing():
    code = (
        "import sys; from assistant import tracing; from assistant.settings import Settings\n"
        "tracing.configure(Settings())\n"
        "with tracing.span('question') as step: step.note(a=1)\n"
        "sys.exit(any(name.startswith('opentelemetry') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_steps_of_a_question_to_a_model_are_told_in_their_order_and_without_its_words(garden, collected):
    model = scripted(claim("Розы обязан поливать садовник — утром.", garden=garden))
    before = len(collected())  # of the search that made the claim
    garden.ask(ASKED, llm=model)
    spans = collected()[before:]
    found = tree(spans)
    for name, parent in (
        ("read", "question"), ("retrieve", "question"), ("answer", "question"), ("llm", "answer"),
        ("verify", "answer"), ("question", None),
    ):  # fmt: skip
        assert (name, parent) in found, found
    told = "".join(span.to_json() for span in spans)
    assert "садовник" not in told.lower() and "розы" not in told.lower()
    whole = next(span for span in spans if span.name == "question")
    assert whole.attributes["ai_policy.status"] == "answered"
    assert whole.attributes["ai_policy.claims"] == 1


def test_a_model_that_breaks_is_a_failed_call_in_a_question_that_succeeds(garden, collected):
    class Broken(GenericFakeChatModel):
        def _generate(self, *given, **named):
            raise RuntimeError("Кузнецова")

    answer = garden.ask(ASKED, llm=Broken(messages=iter([])))
    assert answer.status == "answered"
    states = {span.name: span.status.status_code for span in collected()}
    assert states["llm"] is StatusCode.ERROR
    assert states["question"] is not StatusCode.ERROR
