"""The Eligibility tab: can a company have a measure of support, does a duty concern it, and why."""

from __future__ import annotations

from pathlib import Path

from assistant.web.eligibility.routes import add_routes
from assistant.web.eligibility.tab import EligibilityTab

__all__ = ["STYLE", "EligibilityTab", "add_routes"]

STYLE = Path(__file__).with_name("eligibility.css").read_text(encoding="utf-8")
