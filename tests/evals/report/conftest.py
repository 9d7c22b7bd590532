"""The browser that the web app is tested with."""

from tests.assistant.web.conftest import browser

__all__ = ["browser"]
