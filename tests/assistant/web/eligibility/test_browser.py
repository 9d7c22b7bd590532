"""The Eligibility tab in a real browser: a company is described, questions are asked, facts are changed."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.assistant.web.eligibility.pages import DECIDED, MEASURE, confirm, focused, left, verdict

pytestmark = pytest.mark.browser
TEXT = "ООО, зарегистрировано в мае 2022 г., 45 человек, доля ИТ-доходов 40 %, государство не участвует. Выручка примерно 30 миллионов."


# ── the company in words ──────────────────────────────────────────────────────────────────────


def test_a_company_is_described_confirmed_and_only_then_checked(opened, served):
    page = opened(served)
    verdict(page, "insufficient")
    page.get_by_label("Что известно о компании").fill(TEXT)
    page.get_by_role("button", name="Разобрать описание").click()
    proposal = page.locator(".el-proposal")
    proposal.wait_for()
    assert "по словам «доля ИТ-доходов 40 %»" in proposal.inner_text()
    assert "30 миллионов" in proposal.locator(".el-left").inner_text()
    assert focused(page) == "el-proposal"
    assert page.locator(".el-known li").count() == 0
    assert page.locator("tr[data-criterion='acc_it_share']").get_attribute("data-state") == "unknown"
    proposal.get_by_label("Число работников").uncheck()
    confirm(page)
    page.wait_for_selector("tr[data-criterion='acc_it_share'][data-state='met']")
    known = page.locator(".el-known").inner_text().replace("\u00a0", " ")
    assert "40 %" in known and "05.2022" in known and "45" not in known


def test_facts_that_are_not_confirmed_are_thrown_away(opened, served):
    page = opened(served, f"&measure={MEASURE}&it_income_share=40")
    page.get_by_role("button", name="Не использовать").click()
    page.wait_for_selector(".el-proposal", state="detached")
    assert page.locator(".el-known li").count() == 0
    assert "it_income_share" not in page.url and f"measure={MEASURE}" in page.url


def test_an_address_fills_the_measure_and_the_facts_and_says_what_it_cannot_use(opened, served):
    page = opened(served, f"&measure={MEASURE}&it_income_share=27&staff=many")
    assert page.get_by_label("Мера или обязанность").input_value() == MEASURE
    assert "«many» не подходит" in page.locator(".el-proposal [role='alert']").inner_text()
    confirm(page)
    page.wait_for_selector("tr[data-criterion='acc_it_share'][data-state='not_met']")


def test_a_file_of_facts_is_read_and_the_facts_can_be_had_back(opened, served, tmp_path):
    path = tmp_path / "компании.csv"
    path.write_text("название,доля ит,штат\nПервая,20,3\nВторая,50,7\n", encoding="utf-8")
    page = opened(served)
    page.locator("#el-file").set_input_files(path)
    page.get_by_role("button", name="Вторая").click()
    page.get_by_text("Компания: Вторая").wait_for()
    confirm(page)
    page.wait_for_selector(".el-known li")
    with page.expect_download() as download:
        page.get_by_role("button", name="Скачать сведения (YAML)").click()
    said = yaml.safe_load(Path(download.value.path()).read_text(encoding="utf-8"))
    assert said == {"name": "Вторая", "staff": "7", "it_income_share": "50"}
    broken = tmp_path / "broken.yaml"
    broken.write_text("staff: many", encoding="utf-8")
    page.locator(".el-describe summary").click()
    page.locator("#el-file").set_input_files(broken)
    page.locator("#eligibility-said [role='alert']").wait_for()
    assert "broken.yaml" in page.locator("#eligibility-said").inner_text()
    assert page.locator(".el-known li").count() == 2


# ── questions ─────────────────────────────────────────────────────────────────────────────────


def test_guided_questions_shrink_to_a_verdict_by_keyboard_alone(opened, served):
    page = opened(served, f"&measure={MEASURE}&it_income_share=40&state_share=0")
    confirm(page)
    before = left(page)
    for _ in range(14):
        if page.locator(".el-verdict").get_attribute("data-verdict") != "insufficient":
            break
        question = page.locator(".el-form fieldset.el-q:not(:has(:checked))")
        now = left(page)
        if question.count():
            name = question.first.get_attribute("data-fact")
            answer = "no" if name == "accredited" else "yes"
            question.first.locator("input[value='yes']").focus()
            page.keyboard.press("Space")
            if answer == "no":
                page.wait_for_selector(f".el-form [data-fact='{name}'] input[value='yes']:checked")
                page.wait_for_function(
                    "document.querySelector('.el-known').innerText.includes('ИТ-аккредитация есть: да')"
                )
                page.locator(f".el-form [data-fact='{name}'] input[value='yes']").focus()
                page.keyboard.press("ArrowRight")
                page.wait_for_function(
                    "document.querySelector('.el-known').innerText.includes('ИТ-аккредитация есть: нет')"
                )
            page.wait_for_function(f"Number(document.querySelector('.el-form').dataset.left) < {now}")
            assert focused(page) == f"q-{name}-{answer}", "the keyboard stays where it was"
        else:
            page.locator(".el-form [data-does='next']").focus()
            page.keyboard.press("Enter")
            page.wait_for_function("document.activeElement.id === 'el-questions'")
    verdict(page, "eligible")
    assert before > left(page) == 0
    assert page.get_by_text("Больше спрашивать не о чем").is_visible()


def test_a_wrong_answer_is_told_beside_its_question_and_put_right_there(opened, served):
    page = opened(served, "&measure=skolkovo_pilot")
    box = page.locator(
        ".el-form input[data-answer='customer_share'], .el-form input[data-answer='grant_requested']"
    ).first
    fact = box.get_attribute("data-answer")
    box.fill("много")
    box.press("Tab")
    page.locator(f".el-form [data-fact='{fact}'] [role='alert']").wait_for()
    assert box.get_attribute("aria-invalid") == "true"
    assert box.input_value() == "много"
    box.fill("10")
    box.press("Enter")
    page.wait_for_selector(f".el-form [data-fact='{fact}'] [role='alert']", state="detached")
    assert page.locator(".el-known li").count() == 1


def test_words_typed_in_one_box_survive_an_answer_in_another(opened, served):
    page = opened(served, "&measure=skolkovo_pilot")
    boxes = page.locator(".el-form .el-box input[type='text']")
    assert boxes.count() >= 2
    first, second = (boxes.nth(n).get_attribute("id") for n in (0, 1))
    page.fill(f"#{first}", "10")
    page.press(f"#{first}", "Tab")
    page.locator(f"#{second}").press_sequentially("15")
    page.wait_for_selector(".el-known li")
    assert page.input_value(f"#{second}") == "15"


def test_a_known_fact_is_changed_and_taken_out(opened, served):
    page = opened(served, f"&measure={MEASURE}&it_income_share=40{DECIDED}")
    confirm(page)
    verdict(page, "eligible")
    page.get_by_role("button", name="Изменить: Доля ИТ-доходов (перечень Минцифры)").click()
    box = page.locator("#el-c-it_income_share")
    box.wait_for()
    page.wait_for_function("document.activeElement.id === 'el-c-it_income_share'")
    box.fill("30")
    box.press("Enter")
    verdict(page, "not_eligible")
    assert "сейчас 30 %, нужно более 30 %" in page.locator(".el-ways").inner_text().replace("\u00a0", " ")
    page.get_by_role("button", name="Изменить: Доля ИТ-доходов (перечень Минцифры)").click()
    box.fill("30,01")
    box.press("Enter")
    verdict(page, "eligible")
    page.get_by_role("button", name="Убрать: Доля ИТ-доходов (перечень Минцифры)").click()
    verdict(page, "insufficient")


def test_what_is_skipped_is_listed_and_can_be_answered_later(opened, served):
    page = opened(served, "&measure=vat_exemption")
    for _ in range(6):
        if not page.locator(".el-form [data-does='next']").count():
            break
        page.locator(".el-form [data-does='next']").click()
        page.wait_for_function("document.activeElement.id === 'el-questions'")
    waiting = page.locator(".el-unanswered li")
    assert waiting.count() == left(page) > 0
    page.locator(".el-unanswered button").first.click()
    page.wait_for_selector(".el-form .el-q")
    assert focused(page).startswith("q-")
