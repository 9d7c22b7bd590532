"""What an event of the tab brings from the browser -> values that can be trusted to be of their type."""

from __future__ import annotations

from typing import Any

import gradio as gr

from assistant.model import Lang

QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
LONGEST_SENT = 300  # characters of anything the browser names


def sent(event: gr.EventData) -> dict[str, Any]:
    """What the browser sent with an event; anything but an object counts as nothing."""
    return event._data if isinstance(event._data, dict) else {}


def text(asked: dict[str, Any], name: str) -> str:
    """A short text among what was sent; empty for anything else."""
    value = asked.get(name)
    return value[:LONGEST_SENT] if isinstance(value, str) else ""


def language(lang: str) -> Lang:
    """The reader's language as the desk keeps it; English before it is known."""
    return "ru" if lang == "ru" else "en"
