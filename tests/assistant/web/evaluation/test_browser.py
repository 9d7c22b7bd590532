"""The Evaluation tab in a real browser, over our own acts and a handful of cases."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from assistant.web.evaluation.jobs import jobs_of
from tests.assistant.web.evaluation.serving import BAD, CASES, CSV, FIRST, HEADER, SECOND, write_cases

pytestmark = pytest.mark.browser


def bring(page, tmp_path, text=CSV, name="случаи.csv"):
    page.set_input_files("#ev-own", write_cases(tmp_path / "sent", text, name))
    page.wait_for_selector("#ev-checked")


def start(page, tmp_path):
    bring(page, tmp_path)
    page.get_by_text("Ответы и ссылки").click()
    page.get_by_role("button", name="Начать прогон").click()


def said(page, words):
    page.wait_for_function(
        "words => document.querySelector('.ev-said')?.textContent.includes(words)", arg=words
    )


def case(page, name):
    return page.locator(f"[data-case='{name}']")


# ── a run from its start to its end ───────────────────────────────────────────────────────────


def test_a_run_is_started_watched_found_again_after_a_reload_stopped_and_gone_on_with(
    opened, fresh, tmp_path
):
    address, assistant = fresh
    assistant.hold()
    page = opened(address)
    assert "Прогонов ещё не было" in page.locator(".ev-runs").inner_text()
    start(page, tmp_path)
    assistant.let(2)
    said(page, f"2 из {CASES}")
    assert page.locator(".ev-job progress").get_attribute("max") == str(CASES)
    page.wait_for_selector(".ev-list .ev-tag:has-text('идёт')")

    page.reload()
    page.wait_for_selector(".ev-job")
    said(page, f"2 из {CASES}")
    assistant.let(2)
    said(page, f"4 из {CASES}; не прошло 1, ошибок 0")
    said(page, "осталось около")

    page.get_by_role("button", name="Остановить прогон").click()
    said(page, "останавливается")
    assistant.let(1)
    page.wait_for_selector(".ev-ended")
    assert "остановлен; его можно продолжить" in page.locator(".ev-ended").inner_text()
    row = page.locator(".ev-list tbody tr")
    row.locator(".ev-tag.warn").wait_for()
    assert f"не закончен: 5 из {CASES}" in row.inner_text()

    assistant.let_all()
    row.get_by_role("button", name="Продолжить").click()
    page.wait_for_selector(".ev-ended.good")
    page.wait_for_selector(".ev-list .ev-pick", state="attached")
    assert page.locator(".ev-list tbody tr").count() == 1
    assert "4 / 7" in page.locator(".ev-list tbody tr").inner_text()
    assert page.locator(".ev-job").count() == 0

    page.locator(".ev-ended").get_by_role("button", name="Открыть").click()
    page.wait_for_selector(".ev-verdict h3:has-text('Прошло 4 из 7')")
    assert "случаи.csv" in page.locator(".ev-run").inner_text()


def test_a_second_run_waits_for_the_first_and_can_be_taken_off_the_queue(opened, fresh, tmp_path):
    address, assistant = fresh
    assistant.hold()
    page = opened(address)
    start(page, tmp_path)
    said(page, "готовится")
    page.get_by_role("button", name="Поставить в очередь").click()
    page.wait_for_function("document.querySelectorAll('.ev-job').length === 2")
    waiting = page.locator(".ev-job").nth(1)
    assert "следующий в очереди" in waiting.inner_text()
    assert "Прогоны идут по одному" in page.locator(".ev-now").inner_text()
    waiting.get_by_role("button", name="Остановить").click()
    page.wait_for_function("document.querySelectorAll('.ev-job').length === 1")
    assert "снят с очереди" in page.locator(".ev-ended").inner_text()
    page.get_by_role("button", name="Закрыть").click()
    page.wait_for_selector(".ev-ended", state="detached")
    assistant.let_all()
    page.wait_for_selector(".ev-ended.good")
    assert page.locator(".ev-list tbody tr").count() == 1


def test_a_page_opened_by_somebody_else_sees_the_run_and_its_end(opened, fresh, tmp_path):
    address, assistant = fresh
    assistant.hold()
    page = opened(address)
    start(page, tmp_path)
    other = opened(address, locale="en-GB", wait=".ev-job")
    assistant.let(3)
    said(page, f"3 из {CASES}")
    said(other, f"3 of {CASES}")
    assistant.let_all()
    other.wait_for_selector(".ev-ended.good")
    page.wait_for_selector(".ev-ended.good")
    assert jobs_of(assistant).under_way() == []


def test_a_run_is_started_by_keyboard_alone(opened, fresh, tmp_path):
    address, _ = fresh
    page = opened(address)
    bring(page, tmp_path)
    assert page.evaluate("document.activeElement.id") == "ev-checked"
    page.locator("[name='suite']:checked").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.locator("[name='suite']:checked").input_value() == "answers"
    page.locator("[data-key='start']").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".ev-ended.good")
    page.locator(".ev-list .ev-open").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".ev-verdict")
    page.wait_for_function("document.activeElement.id === 'ev-title'")


# ── a person's own cases ──────────────────────────────────────────────────────────────────────


def test_a_bad_file_shows_row_column_and_remedy_and_nothing_runs_with_it(opened, fresh, tmp_path):
    address, assistant = fresh
    page = opened(address)
    bring(page, tmp_path, BAD, "плохие.csv")
    rows = page.locator(".ev-own > .ev-problems tbody tr")
    told = [row.inner_text() for row in rows.all()]
    assert len(told) == 2
    assert "строка 3, столбец «должен сослаться»" in told[0]
    assert "st9" in told[0]
    assert "строка 4, столбец «язык»" in told[1]
    assert "Напишите" in told[1]
    assert "плохие.csv" in told[1]
    assert str(assistant.settings.home) not in page.locator(".ev-own").inner_text()
    assert page.get_by_role("button", name="Начать прогон").is_disabled()
    page.get_by_role("button", name="Убрать свои случаи").click()
    page.wait_for_selector("#ev-checked", state="detached")
    bring(page, tmp_path, CSV, "хорошие.csv")
    assert "хорошие.csv: случаев 7, ошибок нет." in page.locator("#ev-checked").inner_text()
    assert page.get_by_role("button", name="Начать прогон").is_enabled()


def test_a_file_of_another_kind_is_refused_in_words(opened, fresh, tmp_path):
    address, _ = fresh
    page = opened(address, locale="en-GB")
    path = tmp_path / "cases.pdf"
    path.write_bytes(b"%PDF-1.4")
    page.set_input_files("#ev-own", path)
    page.wait_for_function("document.querySelector('.ev-sending').textContent.includes('cases.pdf')")
    assert ".xlsx" in page.locator(".ev-sending").inner_text()


def test_what_was_chosen_in_the_form_survives_a_file(opened, fresh, tmp_path):
    address, _ = fresh
    page = opened(address)
    page.get_by_text("Нужная редакция на дату").click()
    page.get_by_label("Сколько раз").fill("3")
    bring(page, tmp_path)
    assert page.locator("[name='suite']:checked").input_value() == "editions"
    assert page.get_by_label("Сколько раз").input_value() == "3"


def test_a_suite_without_cases_is_refused_before_it_begins(opened, fresh):
    address, assistant = fresh
    page = opened(address)
    page.get_by_text("Находятся ли нужные положения").click()
    page.get_by_role("button", name="Начать прогон").click()
    page.locator(".ev-toast[role='alert']").wait_for()
    assert "нет случаев для этой библиотеки" in page.locator(".ev-toast").inner_text()
    assert not (assistant.settings.home / "evals").exists()


# ── old runs ──────────────────────────────────────────────────────────────────────────────────


def test_an_opened_run_shows_its_verdict_figures_and_failures_with_reasons(at_the_list):
    page = at_the_list
    page.locator(f".ev-list [data-run='{FIRST}']").click()
    page.wait_for_selector(".ev-verdict")
    assert "Прошло 4 из 7" in page.locator(".ev-verdict").inner_text()
    figures = page.locator(".ev-figures").inner_text()
    assert "Доля случаев, в которых ответ во всём таков, каким должен быть." in figures
    assert "n = 7" in figures
    cards = page.locator(".ev-case")
    assert [card.get_attribute("data-case") for card in cards.all()][:3] == ["розы", "hostile", "тайна"]
    roses = case(page, "розы")
    assert "В ответе нет: в полночь." in roses.inner_text()
    assert "ru-fz-1-2020#st1/ch1" in roses.inner_text()
    assert roses.locator(".ev-answer").inner_text()
    assert page.evaluate("window.hit") is None
    assert "<script>window.hit=2</script>" in case(page, "hostile").inner_text()
    assert parse_qs(urlsplit(page.url).query)["run"] == [FIRST]


def test_cases_are_narrowed_by_outcome_category_and_words(at_the_first_run):
    page = at_the_first_run

    def shown(*names):
        page.wait_for_function(
            "names => [...document.querySelectorAll('.ev-case')].map(each => each.dataset.case).join() === names",
            arg=",".join(names),
        )

    page.get_by_label("Исход").select_option("passed")
    shown("полив", "вода", "надзор", "prune")
    page.locator("[data-filter='category']").select_option("orchard")
    shown("prune")
    page.locator("[data-filter='category']").select_option("")
    page.get_by_label("Со словами").fill("ЛИТРОВ грядку")
    shown("вода")
    assert page.evaluate("document.activeElement.dataset.filter") == "words"
    page.get_by_label("Со словами").fill("нет такого слова")
    page.get_by_text("Таких случаев нет.").wait_for()


def test_an_address_opens_a_run_and_the_browsers_back_leads_back(at_the_list):
    page = at_the_list
    page.locator(f".ev-list [data-run='{SECOND}']").click()
    page.wait_for_selector(".ev-verdict")
    page.go_back()
    page.wait_for_selector(".ev-run", state="detached")
    assert page.locator(".ev-list").is_visible()
    page.go_forward()
    page.wait_for_selector(f".ev-run[data-run='{SECOND}']")
    page.get_by_role("button", name="← Все прогоны").click()
    page.wait_for_selector(".ev-list")
    assert "run" not in parse_qs(urlsplit(page.url).query)


def test_an_address_of_a_run_that_is_not_there_says_so_and_shows_the_others(opened, looked_at):
    page = opened(looked_at, "&run=answers-1", wait=".ev-toast")
    assert "Такого прогона нет" in page.locator(".ev-toast").inner_text()
    assert page.locator(".ev-list tbody tr").count() == 2


def test_the_page_changes_its_language_and_stays_where_it_is(opened, looked_at):
    page = opened(looked_at, f"&run={FIRST}", wait=".ev-case")
    page.locator("#switch").click()
    page.wait_for_selector(".ev-run[lang='en']")
    assert "4 of 7 passed" in page.locator(".ev-verdict").inner_text()
    assert "The answer lacks: в полночь." in case(page, "розы").inner_text()


def test_the_report_opens_in_a_page_of_its_own_that_asks_nobody_for_anything(at_the_first_run):
    page = at_the_first_run
    with page.context.expect_page() as found:
        page.get_by_role("link", name="Открыть отчёт").click()
    report = found.value
    report.wait_for_load_state()
    assert report.locator("main h1").inner_text()
    assert report.locator("details.case").count() == CASES
    requested = report.evaluate("performance.getEntriesByType('resource').map(each => each.name)")
    assert [url for url in requested if urlsplit(url).scheme not in ("data", "blob")] == []


def test_the_answers_are_saved_as_a_table(at_the_first_run):
    page = at_the_first_run
    with page.expect_download() as found:
        page.get_by_role("link", name="Скачать ответы (CSV)").click()
    assert found.value.suggested_filename == f"{FIRST}.csv"
    text = Path(found.value.path()).read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert [row["исход"] for row in rows].count("прошёл") == 4
    assert rows[3]["почему"] == "В ответе нет: в полночь."
    with page.expect_download() as found:
        page.get_by_role("link", name="Скачать отчёт").click()
    assert found.value.suggested_filename == f"{FIRST}-ru.html"


# ── two runs ──────────────────────────────────────────────────────────────────────────────────


def test_two_runs_are_compared_with_both_answers_side_by_side(at_the_list):
    page = at_the_list
    go = page.get_by_role("button", name="Сравнить два выбранных")
    assert go.is_disabled()
    page.locator(f"[data-pick='{SECOND}']").check()
    assert go.is_disabled()
    page.locator(f"[data-pick='{FIRST}']").check()
    go.click()
    page.wait_for_selector(f".ev-run[data-first='{FIRST}'][data-second='{SECOND}']")
    setup = page.locator(".ev-setup").inner_text()
    assert "Поиск: dense" in setup
    assert "да" in setup
    passed = page.locator(".ev-figures tbody tr").first.inner_text()
    assert "57,1" in passed
    assert "14,3" in passed
    assert "хуже" in page.locator(".ev-figures").inner_text()
    assert "Проходили, а теперь нет: 4" in page.locator(".ev-cases").inner_text()
    assert "Не проходили, а теперь да: 1" in page.locator(".ev-cases").inner_text()
    sides = case(page, "вода").locator(".ev-body > .ev-sides > div").all()
    assert "500 литров" in sides[0].inner_text()
    assert "нет ответа" in sides[1].inner_text()
    page.get_by_role("button", name="Поменять местами").click()
    page.wait_for_selector(f".ev-run[data-first='{SECOND}'][data-second='{FIRST}']")
    assert "лучше" in page.locator(".ev-figures").inner_text()


def test_an_opened_run_is_compared_with_another_of_its_suite(opened, looked_at):
    page = opened(looked_at, f"&run={SECOND}", wait=".ev-files")
    page.get_by_label("Сравнить с прогоном").select_option(FIRST)
    page.get_by_role("button", name="Сравнить", exact=True).click()
    page.wait_for_selector(f".ev-run[data-first='{FIRST}'][data-second='{SECOND}']")
    assert parse_qs(urlsplit(page.url).query)["against"] == [FIRST]
    page.reload()
    page.wait_for_selector(f".ev-run[data-first='{FIRST}']")


def test_the_leaderboard_ranks_backends_of_a_suite(at_the_list):
    page = at_the_list
    page.locator(".ev-board summary").click()
    first = page.locator(".ev-board tbody tr").first
    assert "14,3" in first.inner_text()
    first.locator(".ev-open").click()
    page.wait_for_selector(f".ev-run[data-run='{SECOND}']")


# ── others ────────────────────────────────────────────────────────────────────────────────────


def test_whoever_signs_in_may_look_but_not_start(opened, signed):
    page = opened(signed[0], extra_http_headers={HEADER: "anna"})
    assert "Прогоны запускают оценщики и администраторы" in page.locator("#evaluation-start").inner_text()
    assert page.locator("form.ev-start").count() == 0
    page.locator(f".ev-list [data-run='{FIRST}']").click()
    page.wait_for_selector(".ev-verdict")
    assert "Прошло 4 из 7" in page.locator(".ev-verdict").inner_text()


@pytest.mark.parametrize(
    ("width", "scheme"),
    [
        (1280, "light"),
        (390, "dark"),
        pytest.param(1280, "dark", marks=pytest.mark.long),
        pytest.param(390, "light", marks=pytest.mark.long),
    ],
)
def test_no_state_of_the_tab_keeps_anybody_out_or_is_wider_than_the_screen(
    opened, served, tmp_path, scheme, width
):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
    address, assistant = served

    def sound(page):
        found = axe.Axe().run(page).response["violations"]
        grave = [each for each in found if each["impact"] in ("serious", "critical")]
        assert [(each["id"], [node["html"][:200] for node in each["nodes"][:3]]) for each in grave] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width

    page = opened(address, width=width, color_scheme=scheme)
    bring(page, tmp_path, BAD)
    sound(page)
    bring(page, tmp_path)
    assistant.hold()
    page.get_by_text("Ответы и ссылки").first.click()
    page.get_by_role("button", name="Начать прогон").click()
    page.wait_for_selector(".ev-job")
    assistant.let(1)
    said(page, f"1 из {CASES}")
    page.locator(".ev-board summary").click()
    sound(page)
    assistant.let_all()
    page.wait_for_selector(".ev-ended.good")
    page.locator(f".ev-list [data-run='{FIRST}']").click()
    page.wait_for_selector(".ev-case")
    sound(page)
    page.get_by_label("Сравнить с прогоном").select_option(SECOND)
    page.get_by_role("button", name="Сравнить", exact=True).click()
    page.wait_for_selector(".ev-names")
    page.wait_for_selector(".ev-case")
    sound(page)
