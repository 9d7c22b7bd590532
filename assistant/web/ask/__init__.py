"""The Ask tab: questions, answers that grow claim by claim, their sources, conversations that are kept."""

from __future__ import annotations

from pathlib import Path

from assistant.web.ask.tab import AskTab

STYLE = Path(__file__).with_name("ask.css").read_text(encoding="utf-8")

__all__ = ["STYLE", "AskTab"]
