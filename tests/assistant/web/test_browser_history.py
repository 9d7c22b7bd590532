"""Conversations in a real browser: kept, found, renamed, deleted, exported, rated, apart for each user."""

from __future__ import annotations

import re

import pytest
from docx import Document
from starlette.responses import Response

from assistant.settings import Settings
from assistant.web.app import create
from tests.assistant.api.serving import listening
from tests.assistant.web.conftest import Visits
from tests.assistant.web.serving import serving
from tests.assistant.web.standin import QUOTES, StandIn

pytestmark = pytest.mark.browser
HEADER = "X-Remote-User"


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("home"), owner_header=HEADER, share_links=True) as found:
        yield found


@pytest.fixture
def visit(served, pages):
    """Opens the page as a user."""
    visits = Visits(pages, served[0])
    yield lambda user="anna", **more: visits.open(extra_http_headers={HEADER: user}, **more)
    visits.close()


def ask(page, question):
    done = page.locator(".turn .tools").count()
    page.fill("#question textarea", question)
    page.keyboard.press("Enter")
    page.wait_for_function(f"document.querySelectorAll('.turn .tools').length > {done}")


def listed(page):
    return page.locator(".past .open").all_inner_texts()


def menu(page, title):
    entry = page.locator(".past > ul > li", has_text=title).first
    entry.locator("summary").click()
    return entry


def test_a_conversation_survives_a_reload_and_is_found_again(visit):
    page = visit("reader")
    ask(page, "Кто входит в совет?")
    assert re.search(r"[?&]c=[0-9a-f]{32}", page.url)
    page.reload()
    page.wait_for_selector(".claim")
    assert page.locator(".claim").count() == 2
    page.locator(".claim .mark").first.click()
    page.wait_for_selector("#panel mark.quote")
    page.get_by_role("button", name="Новая беседа").click()
    page.wait_for_selector(".welcome")
    assert "c=" not in page.url
    ask(page, "Совсем о другом")
    page.fill("#find input, #find textarea", "КТО ВХОДИТ")
    page.wait_for_function("document.querySelectorAll('.past .open').length === 1")
    assert listed(page) == ["Кто входит в совет?"]
    page.locator(".past .open").click()
    page.wait_for_function("document.querySelector('.asked p').innerText === 'Кто входит в совет?'")


def test_a_conversation_is_renamed_deleted_and_brought_back(visit):
    page = visit("keeper")
    ask(page, "Кто входит в совет?")
    menu(page, "Кто входит").get_by_role("button", name="Переименовать").click()
    page.get_by_label("Название беседы").fill("Для записки")
    page.keyboard.press("Enter")
    page.locator(".past .open", has_text="Для записки").wait_for()
    menu(page, "Для записки").get_by_role("button", name="Удалить").click()
    page.locator(".toast", has_text="Для записки").wait_for()
    page.wait_for_selector(".welcome")
    assert listed(page) == []
    page.get_by_role("button", name="Вернуть").click()
    page.locator(".past .open", has_text="Для записки").wait_for()
    page.wait_for_selector(".claim")


def test_two_users_see_only_their_own(visit):
    anna = visit("anna-own")
    ask(anna, "Вопрос Анны")
    address = anna.url
    boris = visit("boris-own", path=address[address.index("/?") :])
    boris.get_by_text("Этой беседы больше нет или она не ваша.").wait_for()
    assert listed(boris) == []
    assert "Вопрос Анны" not in boris.content()


def test_a_link_lets_another_user_read_and_nothing_else(visit):
    anna = visit("anna-link")
    ask(anna, "Кто входит в совет?")
    menu(anna, "Кто входит").get_by_role("button", name="Ссылка для чтения").click()
    address = anna.locator(".toast input").input_value()
    boris = visit("boris-link", path=address[address.index("/?") :])
    boris.wait_for_selector(".claim")
    assert boris.locator(".tools").count() == 0
    boris.get_by_text("Это беседа другого человека").wait_for()
    ask(boris, "А мой вопрос?")
    assert listed(boris) == ["А мой вопрос?"]
    assert "share=" not in boris.url


def below(app, folder):
    """An app as a proxy serves it under a folder."""

    async def passed_on(scope, receive, send):
        if scope["type"] == "http" and not scope["path"].startswith(f"{folder}/"):
            await Response(status_code=204)(scope, receive, send)  # a browser asks for its icon there
        else:
            await app({**scope, "root_path": folder}, receive, send)

    return passed_on


def test_a_link_leads_to_the_folder_under_which_the_app_is_served(pages, tmp_path):
    assistant = StandIn(Settings(home=tmp_path, port=0, lang="en", share_links=True))
    with listening(below(create(assistant), "/policy")) as address:
        visits = Visits(pages, address)
        page = visits.open(path="/policy/")
        ask(page, "Кто входит в совет?")
        menu(page, "Кто входит").get_by_role("button", name="Ссылка для чтения").click()
        link = page.locator(".toast input").input_value()
        assert link.startswith(f"{address}/policy/?share=")
        other = visits.open(path=link.removeprefix(address))
        other.wait_for_selector(".claim")
        other.get_by_text("Это беседа другого человека").wait_for()
        visits.close()
        assistant.let_go.set()


def test_an_answer_is_downloaded_as_a_word_file_and_copied(visit, tmp_path):
    page = visit("exporter", permissions=["clipboard-read", "clipboard-write"])
    ask(page, "Кто входит в совет?")
    page.locator(".tools summary").click()
    with page.expect_download() as waiting:
        page.locator(".tools").get_by_role("button", name="Word (DOCX)").click()
    file = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(file)
    assert file.suffix == ".docx"
    document = Document(str(file))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert any(QUOTES[0] in text for text in [*cells, *(each.text for each in document.paragraphs)])
    page.get_by_role("button", name="Копировать", exact=True).click()
    page.get_by_role("button", name="Скопировано").wait_for()
    assert QUOTES[0] in page.evaluate("navigator.clipboard.readText()")
    page.locator(".claim .mark").first.click()
    page.get_by_role("button", name="Копировать ссылку на источник").click()
    page.wait_for_function("navigator.clipboard.readText().then(text => text.includes('№ 7'))")


def test_an_answer_is_rated_with_a_reason_and_keeps_it(visit):
    page = visit("rater")
    ask(page, "Кто входит в совет?")
    page.get_by_role("button", name="Плохой ответ").click()
    page.get_by_label("Противоречит акту").check()
    page.get_by_label("Подробнее").fill("В акте иначе")
    page.get_by_role("button", name="Отправить").click()
    page.wait_for_selector("fieldset", state="detached")
    page.reload()
    page.wait_for_selector(".tools")
    assert page.get_by_role("button", name="Плохой ответ").get_attribute("aria-pressed") == "true"


def test_a_question_is_edited_and_asked_again_in_its_place(visit):
    page = visit("editor")
    ask(page, "Первый вопрос")
    ask(page, "Второй вопрос")
    page.locator(".turn").first.get_by_role("button", name="Изменить вопрос").click()
    page.get_by_text("Правка вопроса 1").wait_for()
    assert page.locator("#question textarea").input_value() == "Первый вопрос"
    page.fill("#question textarea", "Первый вопрос, иначе")
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelectorAll('.turn').length === 1")
    page.wait_for_selector(".tools")
    assert page.locator(".asked p").all_inner_texts() == ["Первый вопрос, иначе"]
    page.get_by_role("button", name="Повторить").click()
    page.wait_for_selector(".waiting, .tools")
    page.wait_for_selector(".tools")
    assert page.locator(".turn").count() == 1


def test_the_chosen_language_and_theme_are_remembered(visit):
    page = visit("chooser")
    page.get_by_role("button", name="English").click()
    page.get_by_role("button", name="Ask", exact=True).wait_for()
    page.get_by_role("button", name="Light or dark theme").click()
    dark = page.evaluate("document.body.classList.contains('dark')")
    page.reload()
    page.get_by_role("button", name="Ask", exact=True).wait_for()
    page.wait_for_function(f"document.body.classList.contains('dark') === {str(dark).lower()}")


def test_on_a_phone_the_conversations_open_over_the_page(visit):
    page = visit("phone", width=390, height=844, has_touch=True)
    ask(page, "Кто входит в совет?")
    assert not page.locator(".past").is_visible()
    page.get_by_role("button", name="Показать или скрыть беседы").tap()
    page.locator(".past .open").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
