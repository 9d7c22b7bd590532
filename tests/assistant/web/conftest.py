"""A real browser over a running app, and what a page must never do."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

CHROMIUM = "/usr/bin/chromium"
ARGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A browser; its driver keeps an event loop running, which must be over before other modules' tests."""
    driver = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    if not shutil.which(CHROMIUM):
        pytest.skip(f"there is no browser at {CHROMIUM}")
    with driver.sync_playwright() as started:
        running = started.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield running
        running.close()


class Visits:
    """Pages opened in a browser, and what they asked for and complained of."""

    def __init__(self, browser: Any, address: str) -> None:
        self.browser = browser
        self.address = address
        self.contexts: list[Any] = []
        self.asked: list[str] = []
        self.problems: list[str] = []

    def open(
        self, locale: str = "ru-RU", width: int = 1280, height: int = 800, path: str = "", **more: Any
    ) -> Any:
        """A page in a context of its own."""
        size = {"width": width, "height": height}
        context = self.browser.new_context(locale=locale, viewport=size, **more)
        self.contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("console", lambda line: self.problems.append(line.text) if line.type == "error" else None)
        page.goto(self.address + path)
        page.wait_for_selector(".thread .chip, .thread .turn")
        return page

    def close(self) -> None:
        """Close all; nothing must have left this machine or failed."""
        for context in self.contexts:
            context.close()
        here = urlsplit(self.address).netloc
        away = [
            url
            for url in self.asked
            if urlsplit(url).scheme not in ("data", "blob") and urlsplit(url).netloc != here
        ]
        assert self.asked
        assert away == []
        assert [each for each in self.problems if not cut_off_by_leaving(each)] == []


def cut_off_by_leaving(problem: str) -> bool:
    """Whether a page only says that it was left, or loaded anew, while something was still on its way."""
    return problem.startswith(
        (
            "AbortError: signal is aborted",
            "Unexpected error Connection errored out",
            "Unexpected error Network error",
            "Unexpected error Cancelled via cancel scope",
        )
    )
