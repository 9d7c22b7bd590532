"""A real browser over a running app, and what a page must never do."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
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


@pytest.fixture(scope="module")
def pages(browser: Any) -> Iterator[Pages]:
    """Pages of that browser, kept from test to test."""
    kept = Pages(browser)
    yield kept
    kept.close()


@dataclass(frozen=True)
class Walked:
    """A page that tests walk one after another. failed: how many tests had failed when it was opened;
    kind: what cannot be changed in its context.
    """

    page: Any
    failed: int
    kind: str
    context: Any


class Pages:
    """Pages opened in a browser, and what they asked for and complained of.

    A page that showed the app before shows it again in half the time. So pages are kept, and what one test left
    in them (cookies, storage, what is under way) is gone before the next one: each starts as a new reader does.
    Tests of what one reader does after another :meth:`walk` one page and need not load it at all.
    """

    def __init__(self, browser: Any) -> None:
        self._browser = browser
        self._kept: dict[str, list[Any]] = {}  # contexts without a reader, by what cannot be changed in them
        self._open: list[tuple[str, Any]] = []
        self._walked: dict[str, Walked] = {}
        self._in_use: set[str] = set()  # of these, what the test at hand walks
        self._homes: set[str] = set()
        self.asked: list[str] = []
        self.problems: list[str] = []

    def open(
        self,
        url: str,
        wait: str,
        *,
        locale: str = "ru-RU",
        width: int = 1280,
        height: int = 900,
        state: str = "visible",
        extra_http_headers: dict[str, str] | None = None,
        **more: Any,
    ) -> Any:
        """A page in a context of its own, at ``url``, as soon as there is something that ``wait`` selects."""
        self._begin(url)
        key = repr((locale, sorted(more.items())))
        kept = self._kept.setdefault(key, [])
        context = kept.pop() if kept else self._end_walk(key) or self._context(locale=locale, **more)
        self._open.append((key, context))
        context.set_extra_http_headers(extra_http_headers or {})
        page = context.pages[0]
        page.set_viewport_size({"width": width, "height": height})
        page.goto(url)
        page.wait_for_selector(wait, state=state)
        return page

    def walk(self, url: str, wait: str, back: Callable[[Any], object], failed: int, **more: Any) -> Any:
        """The page that an earlier test walked, after ``back`` led it to where it began; else as :meth:`open`.

        failed: how many tests have failed so far; a page that one of them may have left anyhow is not walked on.
        """
        key = repr((url, sorted(more.items())))
        walked = self._walked.get(key)
        if walked is not None and walked.failed == failed:
            self._begin(url)
            back(walked.page)
        else:
            if walked is not None:
                del self._walked[key]
                walked.page.context.close()
            page = self.open(url, wait, **more)
            self._walked[key] = walked = Walked(page, failed, *self._open.pop())
        self._in_use.add(key)
        return walked.page

    def leave(self) -> None:
        """End a test: all pages are left, and nothing must have gone out of this machine or failed."""
        if not self._homes:  # a server that ended had them left already
            return
        for walked in self._walked.values():
            for page in walked.context.pages:
                if page != walked.page:
                    page.close()
        forgotten = [_forget(context) for _, context in self._open]  # and what was said so far has arrived
        asked, problems = list(self.asked), list(self.problems)
        homes = self._homes | {urlsplit(walked.page.url).netloc for walked in self._walked.values()}
        assert asked or not self._open
        for (key, context), empty in zip(self._open, forgotten, strict=True):
            if empty and _leave(context):
                self._kept[key].append(context)
            else:
                context.close()
        self._open.clear()
        self._homes.clear()
        self._in_use.clear()
        check(asked, problems, homes)

    def close(self) -> None:
        """Close all that is kept."""
        for walked in self._walked.values():
            walked.context.close()
        for contexts in self._kept.values():
            for context in contexts:
                context.close()

    def _begin(self, url: str) -> None:
        if not self._homes:  # the first page of a test
            self.asked.clear()
            self.problems.clear()
        self._homes.add(urlsplit(url).netloc)

    def _end_walk(self, kind: str) -> Any:
        """The context of a page that no test walks now, its reader forgotten; None where there is none to be had."""
        for key, walked in self._walked.items():
            if walked.kind == kind and key not in self._in_use:
                del self._walked[key]
                if _forget(walked.context) and _leave(walked.context):
                    return walked.context
                walked.context.close()
                return None
        return None

    def _context(self, **options: Any) -> Any:
        context = self._browser.new_context(**options)
        context.set_default_timeout(120_000)
        context.on("request", lambda request: self.asked.append(request.url))
        context.on("weberror", lambda found: self.problems.append(str(found.error)))
        context.on("console", lambda line: self.problems.append(line.text) if line.type == "error" else None)
        context.new_page()
        return context


def check(asked: list[str], problems: list[str], homes: set[str]) -> None:
    """Of what pages asked for nothing may lie outside ``homes``, and they must not have complained."""
    away = [
        url
        for url in asked
        if urlsplit(url).scheme not in ("data", "blob", "about") and urlsplit(url).netloc not in homes
    ]
    assert away == []
    assert [each for each in problems if not cut_off_by_leaving(each)] == []


def pages_of(request: Any) -> Pages | None:
    """The pages that a test uses, if it does: they are to be left before a server of its own ends."""
    return request.getfixturevalue("pages") if "pages" in request.fixturenames else None


def _forget(context: Any) -> bool:
    """Have the context forget its reader; whether it is fit for another one."""
    from playwright.sync_api import Error

    try:
        for page in context.pages:
            page.evaluate("localStorage.clear(); sessionStorage.clear()")
        context.clear_cookies()
    except Error:  # a page was closed, or is beyond use
        return False
    return bool(context.pages)


def _leave(context: Any) -> bool:
    """Show nothing in the context's one page any more; whether that came about and nothing is kept in it."""
    from playwright.sync_api import Error

    try:
        first, *others = context.pages
        for page in others:
            page.close()
        first.goto("about:blank")
        state = context.storage_state()
    except Error:
        return False
    return bool(state["cookies"] == state["origins"] == [])


class Visits:
    """The chat of one address, opened in pages."""

    def __init__(self, pages: Pages, address: str) -> None:
        self.pages = pages
        self.address = address

    @property
    def problems(self) -> list[str]:
        """What the pages complained of."""
        return self.pages.problems

    def open(
        self, locale: str = "ru-RU", width: int = 1280, height: int = 800, path: str = "", **more: Any
    ) -> Any:
        """A page as of a reader who was never here."""
        size = {"width": width, "height": height}
        return self.pages.open(
            self.address + path, ".thread .chip, .thread .turn", locale=locale, **size, **more
        )

    def close(self) -> None:
        """Leave all; nothing must have left this machine or failed."""
        self.pages.leave()


def cut_off_by_leaving(problem: str) -> bool:
    """Whether a page only says that it was left, or loaded anew, while something was still on its way."""
    return problem.startswith(
        (
            "AbortError: signal is aborted",
            "Unexpected error Connection errored out",
            "Unexpected error Network error",
            "Unexpected error Cancelled via cancel scope",
            # The stream of a page whose server has ended; one that fails while a test looks shows nothing more.
            "Failed to load resource: net::ERR_INCOMPLETE_CHUNKED_ENCODING",
            "TypeError: network error",
        )
    )
