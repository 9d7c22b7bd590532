"""An answer under way -> server-sent events (WHATWG HTML, section 9.2).

``status`` says what is being done, then come each ``claim`` after the ``citation`` events it rests on, at
last the whole ``answer``; or an ``error``. Only what the verifier let through is ever in an answer. Comments
keep the connection alive; when the caller hangs up, the question is given up.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request
from starlette.responses import Response

from assistant.api.errors import problem, told
from assistant.api.work import GoneError
from assistant.model import Answer, Lang

if TYPE_CHECKING:
    from assistant.api.work import Running

EVENT_STREAM = "text/event-stream"
ALIVE_SECONDS = 10  # between comments; proxies tend to hang up after 30 to 60 seconds of silence


def wants_events(request: Request) -> bool:
    """Whether the caller prefers events to one JSON document: it names them, and first."""
    names = [
        entry.partition(";")[0].strip().lower() for entry in request.headers.get("accept", "").split(",")
    ]
    json_at = names.index("application/json") if "application/json" in names else len(names)
    return EVENT_STREAM in names and names.index(EVENT_STREAM) < json_at


def stream(running: Running[Answer], lang: Lang, path: str) -> Response:
    """The reply that tells of an answer as it comes about; errors in ``lang``, of ``path``."""
    return EventSourceResponse(_events(running, lang, path), ping=ALIVE_SECONDS, sep="\n")


async def _events(running: Running[Answer], lang: Lang, path: str) -> AsyncIterator[ServerSentEvent]:
    try:
        yield _event("status", {"step": "accepted"})
        async for step in running.steps():
            yield _event("status", {"step": step})
        answer = await running.result()
        yield _event("status", {"step": "checked", "withheld": len(answer.withheld)})
        for event in events_of(answer):
            yield event
    except GoneError:
        return
    except Exception as error:  # noqa: BLE001 (the reply has begun: all that is left is to say so in it)
        name, kind, said, again = told(error, lang)
        yield _event("error", problem(name, kind, said, path, lang, retryable=again))
    finally:
        running.give_up()


def events_of(answer: Answer) -> list[ServerSentEvent]:
    """The events of a finished answer, in the order in which a reader needs them."""
    cited = {citation.id: citation for citation in answer.citations}
    events = []
    for position, claim in enumerate(answer.claims, 1):
        for key in claim.citations:
            if key in cited:
                events.append(_event("citation", cited.pop(key).model_dump(mode="json")))
        said = {"number": position, **claim.model_dump(mode="json")}
        events.append(_event("claim", said))
    events += [_event("citation", rest.model_dump(mode="json")) for rest in cited.values()]
    events.append(_event("answer", answer.model_dump(mode="json")))
    return events


def _event(name: str, data: dict[str, Any]) -> ServerSentEvent:
    return ServerSentEvent(data=json.dumps(data, ensure_ascii=False), event=name, sep="\n")
