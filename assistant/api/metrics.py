"""Requests, questions, ingest and the library -> Prometheus metrics. No label holds text of a caller."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant import happenings
from assistant.eligibility.model import CheckResult
from assistant.errors import PolicyError
from assistant.model import Answer

if TYPE_CHECKING:
    from assistant.api.work import Queue
    from assistant.engine import Assistant

log = logging.getLogger(__name__)

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
WEB = "web"  # the page and its parts: one route for all of them
COUNTED = "ai_policy.counted"  # on a request's scope: its reply is counted by its route
REASONS = {
    400: "unusable", 401: "sign_in", 403: "not_allowed", 404: "nothing_there", 405: "method",
    409: "busy_writing", 413: "too_large", 415: "type", 422: "unusable", 429: "too_often",
    503: "busy_or_not_ready",
}  # fmt: skip


class Metrics:
    """The metrics of one app, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        own = self.registry
        self._requests = Counter(
            "ai_policy_http_requests", "By route and status.", ["method", "route", "status"], registry=own
        )
        self._request_seconds = Histogram(
            "ai_policy_http_request_seconds",
            "Time to the end of a reply.",
            ["route"],
            buckets=SECONDS,
            registry=own,
        )
        self._answers = Counter(
            "ai_policy_answers",
            "Answers over the API and the page, by status and backend.",
            ["status", "backend"],
            registry=own,
        )
        self._withheld = Counter(
            "ai_policy_withheld_statements",
            "Statements the check did not let through.",
            ["backend"],
            registry=own,
        )
        self._steps = Histogram(
            "ai_policy_answer_step_seconds",
            "Time of each step of an answer.",
            ["step"],
            buckets=SECONDS,
            registry=own,
        )
        self._questions = Counter(
            "ai_policy_questions",
            "Questions by door (api, page) and outcome: answered, abstained, clarify, cancelled, failed.",
            ["door", "outcome"],
            registry=own,
        )
        self._failures = Counter(
            "ai_policy_question_failures", "Questions that failed, by kind of error.", ["error"], registry=own
        )
        self._refusals = Counter(
            "ai_policy_http_refusals",
            "Requests refused, by status and why.",
            ["status", "reason"],
            registry=own,
        )
        self._ingested = Counter(
            "ai_policy_ingested_files", "Files and acts taken in, by outcome.", ["outcome"], registry=own
        )
        self._ingest_seconds = Counter(
            "ai_policy_ingest_seconds", "Time spent taking files in.", registry=own
        )
        self._reader_failures = Counter(
            "ai_policy_reader_failures",
            "Files the reading process gave up, by reason: time, memory, output, crashed, …",
            ["reason"],
            registry=own,
        )
        self._model_failures = Counter(
            "ai_policy_model_failures",
            "Calls of a language model that failed, by kind.",
            ["kind"],
            registry=own,
        )
        self._checks = Counter(
            "ai_policy_checks",
            "Checks over the API by measure and verdict.",
            ["measure", "verdict"],
            registry=own,
        )
        ProcessCollector(registry=self.registry)
        happenings.listen(self.happened)

    def happened(self, what: happenings.Happening) -> None:
        """Count what happened in this process."""
        if isinstance(what, happenings.Answered):
            self._questions.labels(what.door, what.answer.status).inc()
            self._answered(what.answer)
        elif isinstance(what, happenings.Unanswered):
            self._questions.labels(what.door, "cancelled" if what.cancelled else "failed").inc()
            if not what.cancelled:
                self._failures.labels(what.error).inc()
        elif isinstance(what, happenings.TakenIn):
            for outcome, count in what.files.items():
                self._ingested.labels(outcome).inc(count)
            self._ingest_seconds.inc(what.seconds)
        elif isinstance(what, happenings.NotRead):
            self._reader_failures.labels(what.reason).inc()
        else:
            self._model_failures.labels(what.kind).inc()

    def _answered(self, answer: Answer) -> None:
        self._answers.labels(answer.status, answer.backend).inc()
        self._withheld.labels(answer.backend).inc(len(answer.withheld))
        for step, milliseconds in answer.timings_ms.items():
            self._steps.labels(step).observe(milliseconds / 1000)

    def checked(self, results: Iterable[CheckResult]) -> None:
        """Count what was checked."""
        for each in results:
            self._checks.labels(each.measure, each.verdict).inc()

    def requested(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request."""
        self._requests.labels(method if method in METHODS else "OTHER", route, str(status)).inc()
        self._request_seconds.labels(route).observe(seconds)

    def refused(self, status: int) -> None:
        """Count a reply that refuses; others are none."""
        if status in REASONS:
            self._refusals.labels(str(status), REASONS[status]).inc()

    def watch_queue(self, name: str, queue: Queue) -> None:
        """Tell how long a queue is."""
        self.registry.register(_QueueLength(name, queue))

    def watch_library(self, assistant: Assistant) -> None:
        """Tell how large the library is."""
        self.registry.register(_LibrarySize(assistant))

    def text(self) -> bytes:
        """All of it in Prometheus' text format."""
        return generate_latest(self.registry)


class _QueueLength(Collector):
    def __init__(self, name: str, queue: Queue) -> None:
        self.name = name
        self.queue = queue

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """How many wait and run now."""
        for state, count in (("waiting", self.queue.length), ("running", self.queue.running)):
            yield GaugeMetricFamily(
                f"ai_policy_{self.name}_{state}", f"{self.name} {state} now.", value=count
            )

    def describe(self) -> list[GaugeMetricFamily]:
        """Nothing beforehand."""
        return []


class _LibrarySize(Collector):
    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Acts by authority of their texts, editions and provisions; nothing while it cannot be read."""
        try:
            held = [edition for act in self.assistant.acts() for edition in act.editions]
            acts = len(self.assistant.acts())
        except PolicyError as error:
            log.warning("%s", error.en)
            return
        yield GaugeMetricFamily("ai_policy_library_acts", "Acts held.", value=acts)
        editions = GaugeMetricFamily("ai_policy_library_editions", "Editions held.", labels=["authority"])
        provisions = GaugeMetricFamily(
            "ai_policy_library_provisions", "Provisions held.", labels=["authority"]
        )
        for authority in sorted({str(edition.authority) for edition in held}):
            own = [edition for edition in held if edition.authority == authority]
            editions.add_metric([authority], len(own))
            provisions.add_metric([authority], sum(edition.provisions for edition in own))
        yield editions
        yield provisions

    def describe(self) -> list[GaugeMetricFamily]:
        """Nothing beforehand: the library is not read to register this."""
        return []


class Counted:
    """An ASGI layer that counts what passes. ``app`` is everything below it."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; one that fails without a reply counts as a 500."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status = 500
        began = time.perf_counter()
        scope[COUNTED] = True

        async def seen(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, seen)
        finally:
            self.metrics.requested(scope["method"], route_of(scope), status, time.perf_counter() - began)


def route_of(scope: Scope) -> str:
    """The template of the route that took a request: ``/api/v1/acts/{act}``."""
    template = getattr(scope.get("route"), "path", None)
    return template if isinstance(template, str) and template.startswith(("/api", "/v1", "/m", "/h")) else WEB
