"""Signing in and out in a real browser, with the app's policy in force, with and without scripts."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from tests.assistant.web.conftest import browser, check  # noqa: F401 (ends with this module)
from tests.assistant.web.door.serving import PASSWORD

pytestmark = pytest.mark.browser

VIOLATIONS = "addEventListener('securitypolicyviolation', (event) => console.error('violated ' + event.violatedDirective))"


class Doors:
    """Visits that begin at the sign-in page, each in a context of its own, for they see other scripts run.

    ``planted``: a violation of the policy is made by the test.
    """

    planted = False

    def __init__(self, browser, address):  # noqa: F811
        self.browser, self.address = browser, address
        self.contexts, self.asked, self.problems = [], [], []

    def come(self, locale="ru-RU", path="/", **more):
        context = self.browser.new_context(locale=locale, viewport={"width": 1280, "height": 800}, **more)
        self.contexts.append(context)
        if more.get("java_script_enabled", True):
            context.add_init_script(VIOLATIONS)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("console", self._said)
        page.goto(self.address + path)
        return page

    def _said(self, line):
        if line.type == "error" and not (self.planted and "script-src" in line.text):
            self.problems.append(line.text)

    def close(self):
        for context in self.contexts:
            context.close()
        assert self.asked
        check(self.asked, self.problems, {urlsplit(self.address).netloc})


@pytest.fixture
def doors(served, browser):  # noqa: F811
    visits = Doors(browser, served.address)
    yield visits
    visits.close()


def sign_in(page, name, password=PASSWORD):
    page.locator("#name").fill(name)
    page.locator("#password").fill(password)
    page.keyboard.press("Enter")


def test_a_reader_signs_in_asks_and_signs_out_and_nothing_breaks_the_policy(doors):
    page = doors.come(path="/?tab=library")
    assert page.locator("h1").inner_text() == "Вход"
    sign_in(page, "rita")
    page.wait_for_selector("#tab_library[aria-selected=true], [role=tab][aria-selected=true]")
    assert page.url.endswith("/?tab=library")
    page.goto(doors.address)
    page.wait_for_selector(".thread .chip")
    assert page.locator("a.who").inner_text() == "rita"
    page.fill("#question textarea", "Кто входит в совет?")
    page.keyboard.press("Enter")
    page.wait_for_selector(".sources")
    page.get_by_role("button", name="Выйти").click()
    page.wait_for_selector(".note")
    assert page.locator(".note").inner_text() == "Вы вышли."
    assert not [each for each in doors.problems if "violated" in each]
    doors.planted = True
    with page.expect_console_message(
        lambda line: "violated script-src" in line.text
    ):  # they would be noticed
        page.evaluate(
            "document.body.append(Object.assign(document.createElement('script'), {textContent: 'hit = 1'}))"
        )
    page.go_back()
    page.wait_for_selector("#password")
    assert page.locator(".claim").count() == 0


def test_without_scripts_a_reader_changes_the_language_mistypes_and_signs_in(doors):
    page = doors.come("ru-RU", java_script_enabled=False)
    page.get_by_role("link", name="English").click()
    assert page.locator("h1").inner_text() == "Sign in"
    sign_in(page, "boris", "not the password")
    assert page.get_by_role("alert").inner_text() == "The name or the password is wrong."
    assert page.locator("#name").input_value() == "boris"
    assert page.locator("#password").input_value() == ""
    page.locator("#password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.goto(doors.address + "/account")
    assert "You are signed in as boris, role: reader." in page.locator("main").inner_text()
    page.locator("#token-name").fill("мой скрипт")
    page.get_by_role("button", name="Create a token").click()
    assert page.locator(".secret").inner_text().startswith("aip_")
    page.get_by_role("button", name="Revoke the token “мой скрипт”").click()
    assert "revoked" in page.locator("table").inner_text()
    page.get_by_role("button", name="Sign out").click()
    assert page.locator(".note").inner_text() == "You have signed out."
    doors.problems = [each for each in doors.problems if "401" not in each]  # the wrong password
