"""Steps of a question -> OpenTelemetry spans, where traces are switched on; else nothing, at no cost.

    with span("retrieve") as step:
        ...
        step.note(found=len(ranked))

No span holds words of a question, an answer or an error: counts, kinds and names of models alone. The spans
go to the collector that the standard variables name (``OTEL_EXPORTER_OTLP_ENDPOINT`` and its like).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any

from assistant.errors import InputError
from assistant.logs import context

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.trace import Span

    from assistant.settings import Settings

SERVICE = "ai-policy"
PREFIX = "ai_policy."
ADDRESSES = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")


class Step:
    """A step under way."""

    __slots__ = ("_span",)

    def __init__(self, span: Span | None) -> None:
        self._span = span

    def note(self, **attributes: str | int | float | bool) -> None:
        """Say more about it; never in words of a caller."""
        if self._span is not None:
            for name, value in attributes.items():
                self._span.set_attribute(f"{PREFIX}{name}", value)


class _Nothing(AbstractContextManager[Step]):
    """What a step is where nobody traces."""

    step = Step(None)

    def __enter__(self) -> Step:
        return self.step

    def __exit__(self, *error: object) -> None:
        return None


class _Tracing:
    """Whether this process traces, and with what."""

    tracer: Any = None
    provider: Any = None


_nothing, _tracing = _Nothing(), _Tracing()


def span(name: str, **attributes: str | int | float | bool) -> AbstractContextManager[Step]:
    """A step of that name, as long as the block lasts. An error that leaves it is told by its class."""
    if _tracing.tracer is None:
        return _nothing
    return _traced(name, attributes)


@contextmanager
def _traced(name: str, attributes: dict[str, str | int | float | bool]) -> Iterator[Step]:
    from opentelemetry.trace import Status, StatusCode

    begun = _tracing.tracer.start_as_current_span(name, record_exception=False, set_status_on_exception=False)
    with begun as opened:
        step, under_way = Step(opened), context.current()
        if under_way is not None and under_way.request:
            step.note(request_id=under_way.request)
        step.note(**attributes)
        try:
            yield step
        except BaseException as error:
            opened.set_status(Status(StatusCode.ERROR, type(error).__name__))
            raise


def configure(settings: Settings, exporter: SpanExporter | None = None) -> None:
    """Trace from now on, where the settings say so. ``exporter``: in place of the collector's.

    Raises InputError where the packages or the collector's address are missing.
    """
    if not settings.traces or _tracing.tracer is not None:
        return
    if exporter is None and not any(os.environ.get(name) for name in ADDRESSES):
        raise InputError(
            f"AI_POLICY_TRACES is set, but no collector is named. Set {ADDRESSES[1]}, for example "
            "http://127.0.0.1:4317.",
            f"Задано AI_POLICY_TRACES, но не указан сборщик. Задайте {ADDRESSES[1]}, например "
            "http://127.0.0.1:4317.",
        )
    try:
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor

        if exporter is None:
            from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter

            processor: Any = BatchSpanProcessor(OTLPSpanExporter())
        else:
            processor = SimpleSpanProcessor(exporter)
    except ImportError:
        raise InputError(
            "AI_POLICY_TRACES needs packages that are missing: pip install 'ai-policy-assistant[otel]'.",
            "Для AI_POLICY_TRACES не хватает пакетов: pip install 'ai-policy-assistant[otel]'.",
        ) from None
    named = {} if os.environ.get("OTEL_SERVICE_NAME") else {"service.name": SERVICE}
    _tracing.provider = TracerProvider(resource=Resource.create(named))  # its own, no other library's
    _tracing.provider.add_span_processor(processor)
    _tracing.tracer = _tracing.provider.get_tracer("assistant")


def stop() -> None:
    """Send what is left, and trace no more."""
    provider, _tracing.provider, _tracing.tracer = _tracing.provider, None, None
    if provider is not None:
        provider.shutdown()
