"""What the routes share: the assistant, the queues of its work, and what is counted of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assistant.api.errors import language
from assistant.api.metrics import Metrics
from assistant.api.work import Queue
from assistant.records.owner import LOCAL
from assistant.web.door.callers import caller_in

if TYPE_CHECKING:
    from starlette.requests import Request

    from assistant.engine import Assistant
    from assistant.model import Lang

QUESTION_SECONDS = 10.0  # when one that was turned away may come back
LOOKUP_SECONDS = 2.0
LOOKUPS, CHECKS = (8, 128, LOOKUP_SECONDS), (2, 32, LOOKUP_SECONDS)


@dataclass(frozen=True)
class Shared:
    """Questions, which a language model may keep for minutes, do not hold up what is quick to look up, and
    neither holds up who asks whether the server is well.
    """

    assistant: Assistant
    questions: Queue
    lookups: Queue
    checks: Queue
    uploads: Queue
    metrics: Metrics = field(default_factory=Metrics)

    @classmethod
    def over(cls, assistant: Assistant) -> Shared:
        """For one assistant, as its settings say."""
        settings = assistant.settings
        shared = cls(
            assistant,
            Queue(settings.api_at_once, settings.api_waiting, QUESTION_SECONDS),
            Queue(*LOOKUPS),
            Queue(*CHECKS),
            Queue(1, 0, LOOKUP_SECONDS),
        )
        shared.metrics.watch_queue("questions", shared.questions)
        shared.metrics.watch_queue("lookups", shared.lookups)
        shared.metrics.watch_library(assistant)
        return shared

    def language(self, request: Request) -> Lang:
        """The language of messages for a request."""
        return language(request, self.assistant.settings.message_lang)


def actor_of(request: Request) -> str:
    """The id of the owner whose request it is, as the gate found it; without a gate, the local user's."""
    caller = caller_in(request.scope)
    return (caller.owner if caller is not None else LOCAL).id
