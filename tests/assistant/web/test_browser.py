"""The chat in a real browser, over a stand-in for the assistant."""

from __future__ import annotations

import re

import pytest

from tests.assistant.web.conftest import Visits
from tests.assistant.web.serving import serving
from tests.assistant.web.standin import HOSTILE, QUOTES

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("home")) as found:
        yield found


@pytest.fixture
def opened(served, pages):
    """Opens the chat for a language and a size; afterwards, nothing has left this machine or failed."""
    address, standin = served
    standin.let_go.clear()
    visits = Visits(pages, address)
    yield visits.open
    standin.let_go.set()
    visits.close()


def ask(page, question):
    page.fill("#question textarea", question)
    page.keyboard.press("Enter")


def test_a_russian_reader_asks_and_checks_a_quotation_with_the_mouse(opened):
    page = opened("ru-RU")
    assert page.locator("h1").inner_text() == "Политика в сфере ИИ: вопросы и ответы"
    assert page.get_by_role("button", name="Спросить").is_visible()
    page.get_by_label("Вопрос", exact=True).fill("Кто входит в совет?")
    page.get_by_role("button", name="Спросить").click()
    page.wait_for_selector(".sources")
    assert page.locator(".claim").count() == 2
    assert page.locator(".claim").first.inner_text().endswith("[1]")
    page.locator(".claim .mark").first.click()
    page.wait_for_selector("#panel mark.quote")
    assert page.locator("#panel mark.quote").inner_text() == QUOTES[0]
    panel = page.locator("#panel").inner_text()
    for words in ("п. 1", "№ 7 от 03.02.2024", "Страница\n4", "официальный текст", "Раздел первый › Совет"):
        assert words in panel
    assert page.locator("#panel a").get_attribute("href") == "https://official.example/act/7"
    assert page.locator("html").get_attribute("lang") == "ru"


def test_an_english_reader_asks_and_checks_a_quotation_with_the_keyboard(opened):
    page = opened("en-GB")
    assert page.get_by_role("button", name="Ask", exact=True).is_visible()
    page.get_by_label("Question", exact=True).focus()
    page.keyboard.type("Who sits on the council?")
    page.keyboard.press("Enter")
    page.wait_for_selector(".sources")
    page.locator(".claim .mark").first.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("#panel mark.quote")
    panel = page.locator("#panel").inner_text()
    assert page.locator("#panel mark.quote").inner_text() == QUOTES[1]
    assert "our restatement, not the act's wording (from press reports)" in panel
    assert "not checked whether it is current" in panel
    assert page.locator("#panel a").count() == 0
    page.get_by_role("button", name="Previous source").press("Space")
    page.wait_for_function(f"document.querySelector('#panel mark.quote')?.innerText === {QUOTES[0]!r}")


def test_an_example_is_asked_by_a_click(opened):
    page = opened("en-US")
    page.locator(".chip").first.click()
    page.wait_for_selector(".sources")
    assert page.locator(".asked p").inner_text() == "Which AI practices does the EU AI Act prohibit?"


def test_the_language_can_be_switched_without_losing_the_answer(opened):
    page = opened("en-US")
    ask(page, "Who?")
    page.wait_for_selector(".sources")
    page.get_by_role("button", name="Русский").click()
    page.get_by_role("button", name="Спросить").wait_for()
    page.get_by_role("heading", name="Источники").wait_for()
    assert page.get_by_label("Вопрос", exact=True).is_visible()
    page.get_by_role("button", name="English").click()
    page.get_by_role("button", name="Ask", exact=True).wait_for()
    assert page.locator(".claim").count() == 2


def test_an_abstention_shows_what_is_near_and_opens_it(opened):
    page = opened("en-US")
    ask(page, "abstain on this")
    page.wait_for_selector(".abstained")
    words = page.locator(".abstained").inner_text()
    for part in ("No answer", "Texts searched: 1.", "Nearest provisions", "ru-missing-3-2025"):
        assert part in words
    page.locator(".abstained .source").first.click()
    page.wait_for_selector("#panel .passage")
    assert "положение p9" in page.locator("#panel").inner_text()


def test_a_question_back_is_answered_by_choosing_a_reading(opened):
    page = opened("en-US")
    ask(page, "clarify this")
    page.get_by_role("button", name="The second").click()
    page.wait_for_selector(".sources")
    assert page.locator(".asked p").last.inner_text() == "second"


def test_an_empty_question_gets_a_hint_and_errors_are_sentences(opened):
    page = opened("ru-RU")
    page.get_by_role("button", name="Спросить").click()
    page.wait_for_selector("#notice p")
    assert page.locator("#notice").inner_text().startswith("Введите вопрос")
    for question, words in (("fail-model", "Модели нет."), ("fail-odd", "Внутренняя ошибка")):
        ask(page, question)
        page.get_by_text(words).wait_for()
    assert "secret" not in page.content()


def test_a_slow_answer_shows_progress_and_can_be_stopped(opened):
    page = opened("en-US")
    ask(page, "slow question")
    page.get_by_text(re.compile(r"Searching the texts… \d+ s")).wait_for()
    assert page.get_by_role("button", name="Ask", exact=True).count() == 0
    page.get_by_role("button", name="Stop").click()
    page.get_by_text("Stopped.").wait_for()
    ask(page, "Who?")
    page.wait_for_selector(".sources")


def test_hostile_text_does_nothing(opened):
    page = opened("ru-RU")
    ask(page, f"hostile {HOSTILE}")
    page.wait_for_selector(".sources")
    page.locator(".claim .mark").first.click()
    page.wait_for_selector("#panel mark.quote")
    assert page.evaluate("window.hit") is None
    assert (
        page.locator("#thread img, #panel img, #thread a, #panel a, #thread script, #panel script").count()
        == 0
    )
    assert page.locator("#panel mark.quote").inner_text() == HOSTILE
    assert page.locator(".asked p").inner_text() == f"hostile {HOSTILE}"


@pytest.mark.parametrize("scheme", ["dark", pytest.param("light", marks=pytest.mark.long)])
def test_a_phone_shows_everything_in_its_width_and_leads_to_the_source_and_back(opened, scheme):
    page = opened("ru-RU", 390, 844, color_scheme=scheme, has_touch=True)
    ask(page, "Кто входит в совет?")
    page.wait_for_selector(".sources")
    page.locator(".claim .mark").first.tap()
    page.wait_for_selector("#panel mark.quote")
    page.wait_for_function("document.querySelector('#panel').getBoundingClientRect().top < innerHeight / 2")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="к ответу").tap()
    page.wait_for_function("document.activeElement.className === 'mark'")
    assert page.locator(".mark").first.is_visible()


def test_the_chosen_source_stands_out_in_light_and_dark(opened):
    seen = {}
    for scheme in ("light", "dark"):
        page = opened("ru-RU", color_scheme=scheme)
        ask(page, "Кто?")
        page.wait_for_selector(".sources")
        page.locator(".claim .mark").first.click()
        page.wait_for_selector("#panel mark.quote")
        colours = "e => { const s = getComputedStyle(e); return [s.color, s.backgroundColor] }"
        seen[scheme] = page.locator("#panel mark.quote").evaluate(colours)
        assert len(set(seen[scheme])) == 2
    assert seen["light"] != seen["dark"]
