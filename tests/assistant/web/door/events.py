"""Gradio's events as a script of the page sends them: joined, then read from the page's stream."""

from __future__ import annotations

import json
from typing import Any

import httpx


class Page:
    """An open page of a signed-in client. ``name``: what Gradio keeps it under."""

    def __init__(self, client: httpx.Client, name: str) -> None:
        self.client = client
        self.name = name
        self.config: dict[str, Any] = client.get("/config").raise_for_status().json()

    def event(self, elem_id: str, event: str) -> dict[str, Any]:
        """The listener of a component's event."""
        ids = [each["id"] for each in self.config["components"] if each["props"].get("elem_id") == elem_id]
        found = [
            each
            for each in self.config["dependencies"]
            if [ids[0], event] in [list(t) for t in each["targets"]]
        ]
        return found[0]

    def join(self, elem_id: str, event: str, sent: Any, **inputs: Any) -> httpx.Response:
        """Send an event, and what the script says with it. ``inputs``: values of inputs by place."""
        listener = self.event(elem_id, event)
        data = [inputs.get(f"at{place}") for place in range(len(listener["inputs"]))]
        body = {
            "data": data,
            "event_data": sent,
            "fn_index": listener["id"],
            "session_hash": self.name,
            "trigger_id": None,
        }
        return self.client.post("/gradio_api/queue/join", json=body)

    def told(self) -> str:
        """All that the page's stream says until the event has ended."""
        said = []
        with self.client.stream("GET", "/gradio_api/queue/data", params={"session_hash": self.name}) as reply:
            for line in reply.iter_lines():
                if line.startswith("data:"):
                    message = json.loads(line[5:])
                    said.append(json.dumps(message, ensure_ascii=False))
                    if message["msg"] in ("process_completed", "unexpected_error"):
                        break
        return "\n".join(said)
