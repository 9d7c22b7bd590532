"""The report in a real browser, opened from a disk: it asks for nothing, filters, and gives marks as a file."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from pathlib import Path

import pytest

from evals.gate import baseline_of
from evals.report import html_report
from tests.assistant.web.test_accessibility import grave
from tests.evals.report import hostile, made

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Reports in both languages and a hostile one."""
    home = tmp_path_factory.mktemp("reports")
    before = [made.bad("sum-3") if each[0].id == "sum-3" else each for each in made.usual()]
    before = [each for each in before if each[1].ended != "error"]
    old, new = made.write(home / "smoke-20260503-093000", before), made.write(home / "smoke-1", made.usual())
    for lang in ("ru", "en"):
        text = html_report(new, lang, old, baseline=baseline_of(old))
        (home / f"{lang}.html").write_text(text, encoding="utf-8")
    run = hostile.write(home)
    (home / "hostile.html").write_text(html_report(run, "ru", run, gate=hostile.verdict()), encoding="utf-8")
    return home


@pytest.fixture
def opened(browser, folder):
    """Opens a report; afterwards: nothing was asked for but the file, nothing was complained of."""
    contexts, asked, problems = [], [], []

    def open_(name="ru", width=1280, **more):
        context = browser.new_context(viewport={"width": width, "height": 900}, **more)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda line: problems.append(line.text))
        page.goto((folder / f"{name}.html").as_uri())
        return page

    yield open_
    for context in contexts:
        context.close()
    assert asked
    assert [url for url in asked if not url.startswith((folder.as_uri(), "data:", "blob:"))] == []
    assert problems == []


# Each language, width and scheme once in the short run; the other combinations in the long one.
LOOKED_AT = {("ru", 1280, "light"), ("en", 390, "dark")}


def shown(page) -> list[str]:
    """Ids of the cases that can be seen."""
    return [each.get_attribute("data-case") for each in page.locator(".case").all() if each.is_visible()]


@pytest.mark.parametrize(
    ("name", "width", "scheme"),
    [
        pytest.param(
            name, width, scheme, marks=[] if (name, width, scheme) in LOOKED_AT else [pytest.mark.long]
        )
        for name in ("ru", "en")
        for width in (1280, 390)
        for scheme in ("light", "dark")
    ],
)
def test_nobody_is_kept_out(opened, name, scheme, width):
    page = opened(name, width, color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator("#case-sum-bad [data-mark=accept]").click()
    page.locator("#case-date-bad [data-mark=dispute]").click()
    page.locator(".list.passed > summary").click()
    page.locator("#case-sum-1 > summary").click()
    assert grave(page) == []


def test_failures_are_seen_and_what_passed_is_folded(opened):
    page = opened()
    assert shown(page) == ["sum-bad", "date-bad", "no-wrong", "grant-1", "sum-broken", "sum-silent"]
    assert page.locator("#shown").inner_text() == "Показано 26 из 26"


def test_the_filter_narrows_by_outcome_category_language_and_words(opened):
    page = opened()
    page.select_option("#filter-state", "failed")
    assert shown(page) == ["sum-bad", "date-bad", "no-wrong", "grant-1"]
    page.select_option("#filter-category", "dates")
    assert shown(page) == ["date-bad"]
    page.select_option("#filter-state", "")
    page.select_option("#filter-lang", "en")
    assert shown(page) == [f"en-{at}" for at in range(6)]
    assert page.locator("#shown").inner_text() == "Показано 6 из 26"
    page.select_option("#filter-category", "")
    page.select_option("#filter-lang", "")
    page.fill("#filter-words", "ДОЛЯ расходов sum-11")
    assert shown(page) == ["sum-11"]
    page.fill("#filter-words", "nothing holds this")
    assert shown(page) == []
    page.fill("#filter-words", "")
    page.select_option("#filter-state", "won")
    assert shown(page) == ["sum-3"]


def test_a_link_to_a_case_opens_it_even_where_a_filter_hides_it(opened):
    page = opened()
    page.select_option("#filter-state", "failed")
    page.get_by_role("link", name="sum-3", exact=True).first.click()
    page.locator("#case-sum-3 .question").wait_for(state="visible")
    assert page.locator("#filter-state").input_value() == ""


def downloaded(page) -> tuple[str, bytes]:
    with page.expect_download() as waiting:
        page.locator("#download").click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


def test_marks_are_given_as_a_table_that_excel_opens(opened):
    page = opened()
    page.fill("#reviewer", "Петрова; А.")
    page.locator("#case-sum-bad [data-mark=dispute]").click()
    page.fill("#case-sum-bad .note", 'В п. 4 "иначе"; см. там')
    page.locator("#case-date-bad [data-mark=accept]").click()
    page.fill("#case-no-wrong .note", "=1+1")
    page.locator("#case-grant-1 [data-mark=accept]").click()
    page.locator("#case-grant-1 [data-mark=accept]").click()  # taken back
    assert page.locator("#marks").inner_text() == "Принято 1, оспорено 1"
    assert page.locator("#case-sum-bad [data-mark=dispute]").get_attribute("aria-pressed") == "true"
    name, content = downloaded(page)
    assert name == "review-smoke-1.csv"
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))
    today = rows[1][4]
    assert abs((date.fromisoformat(today) - date.today()).days) <= 1
    assert rows == [
        ["case", "verdict", "note", "reviewer", "date"],
        ["sum-bad", "dispute", 'В п. 4 "иначе"; см. там', "Петрова; А.", today],
        ["date-bad", "accept", "", "Петрова; А.", today],
        ["no-wrong", "", "'=1+1", "Петрова; А.", today],
    ]


def test_marks_outlive_the_page(opened):
    page = opened("en")
    page.fill("#reviewer", "Smith")
    page.locator("#case-sum-bad [data-mark=dispute]").click()
    page.fill("#case-sum-bad .note", "not so")
    page.reload()
    assert page.locator("#reviewer").input_value() == "Smith"
    assert page.locator("#case-sum-bad .note").input_value() == "not so"
    assert page.locator("#marks").inner_text() == "Accepted 0, disputed 1"
    assert downloaded(page)[1].decode("utf-8-sig").splitlines()[1].startswith("sum-bad,dispute,not so,Smith,")


def test_without_a_store_marks_are_kept_in_the_page(opened, browser):
    page = opened("en")
    page.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new Error('no'); }})")
    page.reload()
    page.locator("#case-sum-bad [data-mark=accept]").click()
    assert page.locator("#marks").inner_text() == "Accepted 1, disputed 0"
    assert "sum-bad,accept" in downloaded(page)[1].decode("utf-8-sig")


def test_without_its_script_the_report_can_be_read(opened):
    page = opened("en", java_script_enabled=False)
    assert page.locator("#case-sum-bad .answer").is_visible()
    assert not page.locator("#filter-words").is_visible()
    assert not page.locator("#download").is_visible()


def test_on_paper_there_is_nothing_to_click(opened):
    page = opened("ru")
    page.emulate_media(media="print")
    assert page.locator("#case-sum-bad .answer").is_visible()
    for name in ("#download", "#filter-words", "#case-sum-bad [data-mark=accept]"):
        assert not page.locator(name).is_visible()
    page.emulate_media(media="screen")
    page.locator("#case-sum-bad [data-mark=dispute]").click()
    page.emulate_media(media="print")
    assert page.locator("#case-sum-bad [data-mark=dispute]").is_visible()


def test_hostile_text_runs_nothing_and_can_be_marked(opened):
    page = opened("hostile")
    assert page.evaluate("window.hit") is None
    assert page.locator("main script, main img").count() == 0
    card = page.locator("[data-case='__proto__']")
    card.locator("[data-mark=dispute]").click()
    card.locator(".note").fill(hostile.TAG)
    rows = list(csv.reader(io.StringIO(downloaded(page)[1].decode("utf-8-sig"), newline=""), delimiter=";"))
    assert rows[1][:3] == ["__proto__", "dispute", hostile.TAG]
    assert len(rows) == 2
    page.reload()
    assert card.locator(".note").input_value() == hostile.TAG
    assert page.evaluate("window.hit") is None
    assert re.search(r"\w", page.locator("#case-constructor").text_content())
