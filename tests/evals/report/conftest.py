"""The browser that the web app is tested with, and suites without a baseline of their own."""

from __future__ import annotations

import pytest

from evals import gate
from tests.assistant.web.conftest import browser

__all__ = ["browser"]


@pytest.fixture(autouse=True)
def no_baseline_ships(tmp_path, monkeypatch):
    monkeypatch.setattr(gate, "shipped", lambda suite: tmp_path / f"no-baseline-{suite}.json")
