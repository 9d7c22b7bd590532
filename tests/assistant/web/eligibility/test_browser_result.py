"""The Eligibility tab in a real browser: the result, its sources and files; readers, languages, widths, colours."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from docx import Document

from tests.assistant.web.eligibility.conftest import HEADER
from tests.assistant.web.eligibility.pages import DECIDED, MEASURE, confirm, pick, verdict

pytestmark = pytest.mark.browser


# ── the result ────────────────────────────────────────────────────────────────────────────────


def test_a_source_opens_its_quotation_in_place_and_stays_open_through_an_answer(opened, served):
    page = opened(served, f"&measure={MEASURE}&it_income_share=40")
    chip = page.locator("tr[data-criterion='acc_it_share'] .el-chip").first
    opened_at = chip.get_attribute("data-source")
    source = page.locator(f"[id='{opened_at}']")
    assert not source.is_visible()
    chip.focus()
    page.keyboard.press("Enter")
    assert source.is_visible()
    assert chip.get_attribute("aria-expanded") == "true"
    told = source.inner_text()
    assert "должны превышать 30 %" in told and "№ 1729 от 30.09.2022" in told
    assert "наше изложение, не текст акта (по сообщениям прессы)" in told
    assert source.locator("a").first.get_attribute("href").startswith("https://")
    confirm(page)
    page.wait_for_selector("tr[data-criterion='acc_it_share'][data-state='met']")
    assert source.is_visible()
    chip.click()
    assert not source.is_visible()


def test_a_provisional_verdict_unfolds_why_and_what_to_check(opened, served):
    page = opened(served)
    assert page.locator(".el-verdict .el-tag.warn").first.inner_text() == "предварительно"
    page.locator(".el-verdict summary", has_text="Почему вывод предварительный").click()
    assert page.locator(".el-because").get_by_text("Что сверить:").first.is_visible()


def test_a_slider_shows_the_other_verdict_and_keeps_it_only_when_told(opened, served):
    page = opened(served, f"&measure={MEASURE}&it_income_share=40{DECIDED}")
    confirm(page)
    verdict(page, "eligible")
    rail = page.get_by_role("slider", name="Доля ИТ-доходов (перечень Минцифры)")
    rail.focus()
    for _ in range(10):
        page.keyboard.press("ArrowLeft")
    page.wait_for_selector(".el-would[data-verdict='not_eligible']")
    assert page.locator(".el-verdict").get_attribute("data-verdict") == "eligible"
    assert page.get_by_label("Значение: Доля ИТ-доходов (перечень Минцифры)").input_value() == "30"
    page.get_by_role("button", name="Вернуть как было").click()
    page.wait_for_selector(".el-would", state="detached")
    assert rail.input_value() == "40"
    exact = page.get_by_label("Значение: Доля ИТ-доходов (перечень Минцифры)")
    exact.fill("30,01")
    exact.press("Enter")
    page.wait_for_selector(".el-would[data-verdict='eligible']")
    exact.fill("29,99")
    exact.press("Enter")
    page.wait_for_selector(".el-would[data-verdict='not_eligible']")
    page.get_by_role("button", name="Оставить").click()
    verdict(page, "not_eligible")
    page.wait_for_selector(".el-would", state="detached")


def test_documents_are_ticked_off_and_stay_so(opened, served):
    page = opened(served, f"&measure={MEASURE}&it_income_share=40")
    box = page.locator(".el-ticks input").first
    box.check()
    confirm(page)
    page.wait_for_selector("tr[data-criterion='acc_it_share'][data-state='met']")
    page.locator("#switch").click()
    page.wait_for_selector("#eligibility-beside [lang='en']")
    assert box.is_checked()


def test_all_measures_are_ranked_and_one_is_opened_from_the_table(opened, served):
    page = opened(served, "&recommends_by_preferences=yes&state_system_operator=no")
    confirm(page)
    page.wait_for_selector("tr[data-measure='duty_recommender'][data-verdict='eligible']")
    assert page.locator(".el-all tr[data-measure]").count() == 17
    page.get_by_role("button", name="ИТ-ипотека").click()
    page.wait_for_selector(".el-verdict h2:has-text('ипотека')")
    assert page.get_by_label("Мера или обязанность").input_value() == "it_mortgage"
    assert "measure=it_mortgage" in page.url


def test_the_day_changes_the_rules_that_hold(opened, served):
    page = opened(served, "&measure=moscow_ai_123")
    row = page.locator("tr[data-criterion='validity']")
    assert row.get_attribute("data-state") != "met"
    page.get_by_label("На дату").fill("2024-05-01")
    page.wait_for_selector("tr[data-criterion='validity'][data-state='met']")
    assert "01.05.2024" in page.locator(".el-verdict").inner_text()


def test_a_result_is_downloaded_as_a_word_file_that_opens(opened, served):
    page = opened(served, f"&measure={MEASURE}&it_income_share=27")
    confirm(page)
    page.wait_for_selector("tr[data-criterion='acc_it_share'][data-state='not_met']")
    page.get_by_text("Скачать результат").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Word (DOCX)").click()
    assert download.value.suggested_filename == "Аккредитация-ИТ-компании.docx"
    document = Document(io.BytesIO(Path(download.value.path()).read_bytes()))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert any("27 %" in cell for cell in cells)


# ── readers, languages, widths, colours ───────────────────────────────────────────────────────


def test_the_language_is_switched_with_everything_that_was_said(opened, served):
    page = opened(served, f"&measure={MEASURE}&it_income_share=27")
    confirm(page)
    page.wait_for_selector("tr[data-criterion='acc_it_share'][data-state='not_met']")
    page.locator("#switch").click()
    page.wait_for_selector(".el-verdict[lang='en']")
    page.wait_for_selector("#eligibility-known [lang='en']")
    assert "Share of IT income (the ministry's list): 27%" in page.locator(".el-known").inner_text().replace(
        "\u00a0", " "
    )
    assert page.locator("tr[data-criterion='acc_it_share']").get_attribute("data-state") == "not_met"
    assert page.get_by_role("tab", name="Eligibility").get_attribute("aria-selected") == "true"


def test_what_one_reader_says_no_other_sees(opened, signed):
    anna = opened(signed, f"&measure={MEASURE}&it_income_share=27", extra_http_headers={HEADER: "anna"})
    confirm(anna)
    anna.wait_for_selector("tr[data-criterion='acc_it_share'][data-state='not_met']")
    boris = opened(signed, extra_http_headers={HEADER: "boris"})
    assert boris.locator(".el-known li").count() == 0
    assert boris.locator("tr[data-criterion='acc_it_share']").get_attribute("data-state") == "unknown"


@pytest.mark.parametrize("scheme", ["dark", pytest.param("light", marks=pytest.mark.long)])
def test_a_phone_shows_everything_in_its_width(opened, served, scheme):
    page = opened(
        served,
        f"&measure={MEASURE}&it_income_share=27",
        width=390,
        height=844,
        color_scheme=scheme,
        has_touch=True,
    )
    wide = "document.documentElement.scrollWidth"
    assert page.evaluate(wide) <= 390
    confirm(page)
    page.wait_for_selector("tr[data-criterion='acc_it_share'][data-state='not_met']")
    page.locator("tr[data-criterion='acc_it_share'] .el-chip").first.tap()
    row = page.locator("tr[data-criterion='acc_it_share']")
    rule, said = row.locator(".c-rule").bounding_box(), row.locator(".c-said").bounding_box()
    assert said["y"] >= rule["y"] + rule["height"], "a criterion is a card"
    for summary in page.locator("#eligibility details[data-key] > summary").all():
        summary.tap()
    page.get_by_role("slider").first.fill("80")
    page.wait_for_selector(".el-would")
    assert page.evaluate(wide) <= 390
    pick(page, "")
    page.wait_for_selector(".el-all")
    assert page.evaluate(wide) <= 390


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.long)])
def test_axe_finds_nothing_in_any_state(opened, served, scheme):
    axe = pytest.importorskip("axe_playwright_python", reason="axe-core is not installed")
    script = (Path(axe.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
    page = opened(served, f"&measure={MEASURE}&it_income_share=27&staff=many", color_scheme=scheme)
    page.evaluate(script)

    def look(what):
        run = "async () => (await axe.run('#eligibility', {resultTypes: ['violations']})).violations"
        told = [
            f"{what}: {each['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
            for each in page.evaluate(run)
            for node in each["nodes"][:3]
        ]
        assert told == []

    look("handed over")
    confirm(page)
    page.locator("tr[data-criterion='acc_it_share'] .el-chip").first.click()
    page.locator(".el-verdict summary").first.click()
    page.get_by_role("slider").first.fill("80")
    page.wait_for_selector(".el-would")
    look("one measure")
    pick(page, "skolkovo_pilot")
    page.wait_for_selector(".el-verdict h2:has-text('Сколково')")
    box = page.locator(".el-form .el-box input[type='text']").first
    box.fill("много")
    box.press("Enter")
    page.locator(".el-form [role='alert']").wait_for()
    look("a wrong answer")
    pick(page, "duty_recommender")
    page.wait_for_selector(".el-part")
    look("a duty")
    pick(page, "")
    page.wait_for_selector(".el-all")
    look("all measures")
