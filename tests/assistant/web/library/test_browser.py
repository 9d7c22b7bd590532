"""The Library tab in a real browser, over the embedded corpus and a small law of two editions."""

from __future__ import annotations

import threading
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from assistant.web.library.line import line_of
from tests.assistant.web.library.conftest import HEADER
from tests.assistant.web.library.sample import WATER
from tests.assistant.web.library.test_uploading import LAW

pytestmark = pytest.mark.browser
EU = "eu-reg-1689-2024"


@pytest.fixture
def opened(pages):
    """Opens the page; afterwards, nothing has left this machine and no console has complained."""

    def open_page(address, locale="ru-RU", query="", **more):
        return pages.open(f"{address}{query}", ".lib-table tbody tr", state="attached", locale=locale, **more)

    yield open_page
    pages.leave()


def at_the_list(page):
    """Lead a page that another test walked back to the list, with nothing sought or chosen in it."""
    if page.locator(".lib-act").count():
        page.locator("[data-back]").click()
        page.wait_for_selector(".lib-act", state="detached")
    find = page.locator("#library-find")
    find.wait_for()
    find.fill("")
    page.locator(".lib-chip[data-show='all']").click()


@pytest.fixture
def walked(pages, served, request):
    """The one page of a language that tests walk which are not about arriving, at the list of acts."""

    def walk(locale="ru-RU"):
        wait = ".lib-table tbody tr"
        return pages.walk(
            served[0], wait, at_the_list, request.session.testsfailed, state="attached", locale=locale
        )

    yield walk
    pages.leave()


@pytest.fixture
def texts_to_fetch(ready, pages, tmp_path, monkeypatch):
    """(address, assistant, act) of a page over a catalogue of one act, whose text a site here serves."""
    import ingest.embedded
    from assistant.engine import Assistant
    from assistant.library import Library
    from tests.assistant.web.library.serving import serving
    from tests.ingest.sync.test_sync import Site, catalogue, page, serves

    site = Site()
    thread = threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    site.answers["/act"] = serves(page())
    known = catalogue(site)
    monkeypatch.setattr(ingest.embedded, "embedded_catalogue", lambda: known)
    changes = {"home": tmp_path / "home", "sync_test_hosts": (site.host,), "sync_pause": 0.0}
    settings = ready.model_copy(update=changes)
    settings.home.mkdir()
    library = Library(settings.library_url)
    ingest.embedded.put_catalogue(library, known)
    assistant = Assistant(settings, library=library)
    with serving(assistant) as address:
        yield address, assistant, known.acts[0].id
        pages.leave()
    site.shutdown()
    site.server_close()
    thread.join(60)
    library.close()


def shown(page):
    return page.locator(".lib-table tbody tr:not([hidden])")


def open_act(page, act):
    page.locator(f".lib-table a[data-act='{act}']").click()
    page.wait_for_selector(f".lib-act[data-act='{act}']")
    page.wait_for_selector(".lib-tree, .lib-note")


def focused(page):
    return page.evaluate("document.activeElement.dataset.provision ?? document.activeElement.tagName")


# ── the table ─────────────────────────────────────────────────────────────────────────────────


def test_the_table_filters_as_one_types_by_title_number_alias_and_id(walked):
    page = walked()
    total = shown(page).count()
    assert total > 40
    find = page.get_by_label("Найти акт")
    for typed, act in (
        ("поливе роз", WATER),
        ("ПОЛИВЕ", WATER),
        ("1-ФЗ полив", WATER),
        (WATER, WATER),
        ("закон о пдн", "ru-fz-152-2006"),
        ("personal data law", "ru-fz-152-2006"),
        ("ai act", EU),
    ):
        find.fill(typed)
        acts = shown(page).locator("a[data-act]").evaluate_all("all => all.map(a => a.dataset.act)")
        assert act in acts, typed
        assert len(acts) < total
    find.fill("учёт елок")
    assert shown(page).count() == 0
    assert page.get_by_text("Таких актов нет").is_visible()
    assert page.locator(".lib-count").inner_text().startswith("Показано актов: 0 из")
    find.fill("")
    assert shown(page).count() == total


def test_the_table_sorts_by_keyboard_and_says_how(walked):
    page = walked()
    dates = "rows => rows.map(row => row.dataset.date)"
    head = page.locator("th.c-date")
    head.get_by_role("button").focus()
    page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "ascending"
    assert page.locator("thead th.c-title").get_attribute("aria-sort") == "none"
    up = [day for day in shown(page).evaluate_all(dates) if day]
    assert up == sorted(up)
    page.keyboard.press("Space")
    assert head.get_attribute("aria-sort") == "descending"
    down = shown(page).evaluate_all(dates)
    assert [day for day in down if day] == sorted(up, reverse=True)
    assert down[-1] == ""
    page.locator("th.c-provisions").get_by_role("button").click()
    counts = shown(page).evaluate_all("rows => rows.map(row => Number(row.dataset.provisions))")
    assert counts == sorted(counts)


def test_choices_narrow_the_table_and_their_counts_are_right(walked):
    page = walked("en-GB")
    for name in ("Official texts", "Restatements only", "No text", "All"):
        chip = page.locator(".lib-chip", has_text=name)
        chip.click()
        assert chip.get_attribute("aria-pressed") == "true"
        assert shown(page).count() == int(chip.locator(".n").inner_text())
    page.locator(".lib-chip", has_text="No text").click()
    assert all(
        "missing" in row for row in shown(page).evaluate_all("rows => rows.map(row => row.dataset.show)")
    )


# ── an act ────────────────────────────────────────────────────────────────────────────────────


def test_an_act_opens_with_its_facts_and_the_way_back_keeps_the_search(walked):
    page = walked()
    page.get_by_label("Найти акт").fill("поливе")
    open_act(page, WATER)
    page.wait_for_function("document.activeElement.tagName === 'H2'")
    head = page.locator("#library-head").inner_text()
    for words in ("О поливе роз", "федеральный закон", "1-ФЗ", "01.01.2020", "официальный текст", WATER):
        assert words in head
    assert not page.locator("#library-list").is_visible()
    assert parse_qs(urlsplit(page.url).query) == {"tab": ["library"], "act": [WATER]}
    page.get_by_role("button", name="К списку актов").click()
    page.locator("#library-find").wait_for()
    assert page.locator("#library-find").input_value() == "поливе"
    assert shown(page).count() < 10
    assert "act=" not in page.url
    page.go_back()
    page.wait_for_selector(f".lib-act[data-act='{WATER}']")
    page.go_back()
    page.locator("#library-find").wait_for()


def test_the_tree_is_walked_by_keyboard_and_a_provision_is_read(walked):
    page = walked()
    open_act(page, WATER)
    page.locator(".lib-tree [tabindex='0']").focus()
    assert focused(page) == "st1"
    for key, at in (("ArrowDown", "st1/ch1"), ("ArrowDown", "st1/ch2"), ("ArrowRight", "st1/ch2"),
                    ("ArrowRight", "st1/ch2/p1"), ("ArrowLeft", "st1/ch2"), ("ArrowLeft", "st1/ch2"),
                    ("ArrowDown", "st2"), ("End", "st2/ch2"), ("Home", "st1"), ("ArrowUp", "st1")):  # fmt: skip
        page.keyboard.press(key)
        assert focused(page) == at, key
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_selector(".lib-reading[data-provision='st1/ch1']")
    assert "розы и пионы утром" in page.locator(".lib-passage").inner_text()
    assert focused(page) == "st1/ch1"
    assert page.locator(".lib-tree [aria-selected='true']").get_attribute("data-provision") == "st1/ch1"
    assert parse_qs(urlsplit(page.url).query)["provision"] == ["st1/ch1"]
    page.get_by_role("button", name="Следующее: ч. 2 ст. 1").click()
    page.wait_for_selector(".lib-reading[data-provision='st1/ch2']")
    assert page.locator(".lib-tree [aria-selected='true']").get_attribute("data-provision") == "st1/ch2"


def test_an_address_opens_an_act_and_a_provision_deep_in_it(opened, served):
    page = opened(served[0], query=f"/?tab=library&act={WATER}&provision=st1/ch2/p1")
    page.wait_for_selector(".lib-reading[data-provision='st1/ch2/p1']")
    assert page.locator(".lib-tree [aria-selected='true']").get_attribute("data-provision") == "st1/ch2/p1"
    assert page.locator(".lib-tree [aria-selected='true']").is_visible()


def test_another_edition_and_a_restatement_can_be_read(walked):
    page = walked("en-GB")
    open_act(page, WATER)
    page.locator(".lib-editions .lib-chip", has_text="2020-01-01").click()
    page.wait_for_selector(".lib-editions .lib-chip[aria-pressed='true']:has-text('2020-01-01')")
    page.locator(".lib-tree [data-provision='st1/ch1'] > .line").click()
    page.wait_for_selector(".lib-reading[data-provision='st1/ch1']")
    assert "розы утром" in page.locator(".lib-passage").inner_text()


def test_branches_of_a_large_act_come_when_they_are_opened(walked):
    page = walked("en-GB")
    open_act(page, EU)
    closed = page.locator(".lib-tree [data-branch]").first
    name = closed.get_attribute("data-branch")
    with page.expect_response(lambda reply: "/library/outline" in reply.url) as reply:
        closed.locator("> .line > .twist").click()
    assert reply.value.status == 200
    page.wait_for_selector(".lib-tree [aria-expanded='true'] > [role='group'] > [role='treeitem']")
    assert page.locator(f".lib-tree [data-branch='{name}']").count() == 0


def test_an_act_without_text_says_so_and_where_to_get_it(walked):
    page = walked()
    page.locator(".lib-chip", has_text="Текста нет").click()
    row = page.locator(
        ".lib-table tbody tr:not([hidden]):has(.c-editions .lib-quiet):not(:has(.lib-whose))"
    ).first
    act = row.locator("a[data-act]").get_attribute("data-act")
    open_act(page, act)
    assert page.get_by_text("Текста этого акта в библиотеке нет.").is_visible()
    assert page.locator(".lib-tree").count() == 0


# ── differences and relations ─────────────────────────────────────────────────────────────────


def test_two_editions_stand_side_by_side_with_their_words_marked(walked):
    page = walked()
    open_act(page, WATER)
    page.get_by_label("Было", exact=True).select_option(label="от 01.01.2020, официальный текст")
    page.get_by_role("button", name="Сравнить").click()
    page.wait_for_selector(".lib-changes")
    assert "Изменено: 2, добавлено: 1" in page.locator(".lib-changes").inner_text()
    gone = page.locator(".lib-changes del").all_inner_texts()
    assert [each.split() for each in gone] == [["[исключено:", "300", "]"]]
    look = "e => getComputedStyle(e).textDecorationLine"
    assert page.locator("del").first.evaluate(look) == "line-through"
    assert page.locator("ins").first.evaluate(look) == "underline"
    sides = page.locator(".lib-change .side")
    assert sides.nth(0).bounding_box()["x"] < sides.nth(1).bounding_box()["x"]
    page.locator(".lib-where").first.click()
    page.wait_for_selector(".lib-reading[data-provision]")
    page.get_by_label("Было", exact=True).select_option(label="от 01.03.2024, официальный текст")
    page.get_by_role("button", name="Сравнить").click()
    page.get_by_text("Выберите две разные редакции.").wait_for()


def test_relations_lead_from_act_to_act_in_the_drawing_and_in_the_list(walked):
    page = walked("en-GB")
    open_act(page, "ru-fz-152-2006")
    links = page.locator(".lib-graph a.node")
    assert 1 <= links.count() <= 12
    drawn = links.first.get_attribute("data-act")
    assert page.locator(f".lib-ties a[data-act='{drawn}']").count() >= 1
    links.first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(f".lib-act[data-act='{drawn}']")
    assert page.locator(".lib-relations a[data-act='ru-fz-152-2006']").count() >= 1


# ── files ─────────────────────────────────────────────────────────────────────────────────────


def test_files_are_uploaded_with_progress_deleted_and_brought_back(opened, served, tmp_path):
    good, bad = tmp_path / "сады <b>.txt", tmp_path / "bad.pdf"
    good.write_text(LAW.format(word="и аллеях", number=801), encoding="utf-8")
    bad.write_bytes(b"%PDF-1.7 broken")
    page = opened(served[0])
    page.get_by_role("button", name="Мои файлы").first.click()
    page.locator(".lib-drop input").set_input_files([good, bad])
    page.wait_for_selector(".lib-progress .lib-tag.good")
    lines = page.locator(".lib-progress li")
    assert lines.count() == 2
    assert "принят" in lines.nth(0).inner_text()
    lines.nth(1).get_by_text("не принят").wait_for()  # files are read one after the other
    assert "bad.pdf" in lines.nth(1).locator(".reason").inner_text()
    mine = page.locator(".lib-mine li", has_text="сады")
    mine.wait_for()
    row = page.locator(".lib-table a[data-act='ru-ukaz-801-2021']")
    row.wait_for(state="attached")
    page.locator(".lib-chip", has_text="Мои файлы").click()
    page.locator(".lib-table tr:not([hidden]) a[data-act='ru-ukaz-801-2021']").wait_for()
    mine.get_by_role("button").click()
    page.locator(".lib-toast", has_text="Удалён").wait_for()
    row.wait_for(state="detached")
    page.locator(".lib-mine li[data-state='deleted']").get_by_role("button").wait_for()
    page.locator(".lib-toast").get_by_role("button", name="Вернуть").click()
    page.locator(".lib-toast", has_text="Возвращён").wait_for()
    row.wait_for(state="attached")
    page.locator(".lib-progress a", has_text="Открыть").click()
    page.wait_for_selector(".lib-act[data-act='ru-ukaz-801-2021']")


def test_a_reloaded_page_goes_on_showing_the_owners_upload_and_nobody_elses(opened, signed, tmp_path):
    address, assistant = signed
    go = threading.Event()
    line_of(assistant).join(lambda: go.wait(120))
    mine, boris = ({"extra_http_headers": {HEADER: name}} for name in ("reloader", "boris"))
    file = tmp_path / "долгий.txt"
    file.write_text(LAW.format(word="и ожидании", number=751), encoding="utf-8")
    try:
        page = opened(address, **mine)
        page.locator("[data-panel=files]").click()
        page.set_input_files(".lib-drop input", str(file))
        page.locator(".lib-progress li", has_text="в очереди").wait_for()
        page.reload()
        line = page.locator(".lib-progress li", has_text="долгий.txt")
        line.get_by_text("в очереди, перед вами: 1").wait_for()
        assert line.is_visible(), "what is under way is shown without a click"
        other = opened(address, **boris)
        other.locator("[data-panel=files]").click()
        other.locator(".lib-drop").wait_for()
        assert other.locator(".lib-progress li").count() == 0
    finally:
        go.set()
    line.get_by_text("принят").wait_for()
    page.locator(".lib-mine li", has_text="долгий.txt").wait_for()
    page.reload()
    page.locator("[data-panel=files]").click()
    page.locator(".lib-progress li", has_text="долгий.txt").get_by_text("принят").wait_for()
    page.locator(".lib-progress").get_by_role("link", name="Открыть").click()
    page.locator(".lib-act h2").wait_for()


def test_a_file_can_be_dropped_anywhere_on_the_tab(opened, served):
    page = opened(served[0], "en-GB")
    data = page.evaluate_handle(
        "text => { const data = new DataTransfer();"
        " data.items.add(new File([text], 'dropped.txt', {type: 'text/plain'})); return data; }",
        LAW.format(word="и скверах", number=802),
    )
    table = page.locator(".lib-table")
    table.dispatch_event("dragenter", {"dataTransfer": data})
    assert page.locator("#library-files").is_visible()
    table.dispatch_event("drop", {"dataTransfer": data})
    page.wait_for_selector(".lib-progress .lib-tag.good")
    page.locator(".lib-mine li", has_text="dropped.txt").wait_for()


def test_two_owners_see_only_their_own_files(opened, signed, tmp_path):
    path = tmp_path / "secret.txt"
    path.write_text(LAW.format(word="и тайных садах", number=803), encoding="utf-8")
    anna = opened(signed[0], extra_http_headers={HEADER: "anna"})
    anna.get_by_role("button", name="Мои файлы").first.click()
    anna.locator(".lib-drop input").set_input_files(path)
    anna.locator(".lib-mine li", has_text="secret.txt").wait_for()
    own = anna.locator(".lib-mine a").first.get_attribute("data-act")
    boris = opened(signed[0], extra_http_headers={HEADER: "boris"})
    assert "secret.txt" not in boris.content()
    assert own not in boris.content()
    there = opened(signed[0], query=f"/?tab=library&act={own}", extra_http_headers={HEADER: "boris"})
    there.locator(".lib-toast", has_text="Этого акта в библиотеке нет").wait_for()
    assert there.locator(".lib-act").count() == 0


def test_where_no_files_are_taken_the_tab_says_so(opened, shut):
    page = opened(shut[1])
    page.get_by_role("button", name="Мои файлы").first.click()
    assert page.get_by_text("Этот сервер не принимает файлы.").is_visible()
    assert page.locator("input[type=file]").count() == 0
    page.locator("[data-panel='texts']").click()
    assert page.get_by_text("тексты обновляет его владелец").is_visible()


def test_a_file_too_large_is_refused_before_it_is_sent(opened, shut, tmp_path):
    path = tmp_path / "large.txt"
    path.write_text("я" * 3000, encoding="utf-8")
    page = opened(shut[0])
    page.get_by_role("button", name="Мои файлы").first.click()
    page.locator(".lib-drop input").set_input_files(path)
    page.wait_for_selector(".lib-progress .reason")
    assert "такие не принимаются" in page.locator(".lib-progress .reason").inner_text()


# ── sync ──────────────────────────────────────────────────────────────────────────────────────


def test_sync_names_the_sites_and_asks_nobody_before_the_reader_agrees(opened, served):
    page = opened(served[0])
    page.locator("[data-panel='texts']").click()
    page.get_by_role("button", name="Показать, что будет запрошено").click()
    page.get_by_role("button", name="Запросить", exact=True).wait_for()
    assert "www.kremlin.ru — текстов:" in page.locator(".lib-sync").inner_text()
    page.get_by_role("button", name="Отмена").click()
    page.get_by_role("button", name="Показать, что будет запрошено").wait_for()
    page.locator(".lib-lacks summary").click()
    assert page.locator(".lib-lacks a[data-act]").count() > 10


def test_sync_fetches_what_was_agreed_to_and_reports_it(opened, texts_to_fetch):
    address, assistant, act = texts_to_fetch
    page = opened(address, "en-GB")
    assert page.locator(f".lib-table tr[data-show~='missing'] a[data-act='{act}']").count() == 1
    open_act(page, act)
    page.get_by_role("button", name="Fetch the text").click()
    page.get_by_role("button", name="Ask them", exact=True).click()
    page.locator(".lib-report .lib-tag", has_text="fetched").wait_for()
    assert "held now" in page.locator(".lib-report").inner_text()
    page.locator(f".lib-table tr[data-show~='official'] a[data-act='{act}']").wait_for(state="attached")
    assert assistant.view.held_official(act)


# ── languages, widths, colours ────────────────────────────────────────────────────────────────


def test_the_language_is_switched_with_an_act_open(opened, served):
    page = opened(served[0], "en-GB")
    open_act(page, WATER)
    page.locator(".lib-tree [data-provision='st1/ch1'] > .line").click()
    page.wait_for_selector(".lib-reading[data-provision='st1/ch1']")
    page.locator("#switch").click()
    page.get_by_role("button", name="К списку актов").wait_for()
    page.locator(".lib-reading[lang='ru'][data-provision='st1/ch1']").wait_for()
    assert "Связи с другими актами" in page.locator(".lib-relations").inner_text()


@pytest.mark.parametrize("scheme", ["dark", pytest.param("light", marks=pytest.mark.long)])
def test_a_phone_shows_every_view_in_its_width(opened, served, scheme):
    page = opened(served[0], width=390, height=844, color_scheme=scheme, has_touch=True)
    wide = "document.documentElement.scrollWidth"
    assert page.evaluate(wide) <= 390
    for panel in ("files", "texts"):
        page.locator(f"[data-panel='{panel}']").tap()
        assert page.evaluate(wide) <= 390
    open_act(page, WATER)
    page.locator(".lib-tree [data-provision='st1/ch1'] > .line").tap()
    page.wait_for_selector(".lib-reading[data-provision='st1/ch1']")
    page.get_by_role("button", name="Сравнить").tap()
    page.wait_for_selector(".lib-changes")
    assert page.evaluate(wide) <= 390
    sides = page.locator(".lib-change .side")
    assert sides.nth(0).bounding_box()["y"] < sides.nth(1).bounding_box()["y"]
    open_eu = f".lib-table a[data-act='{EU}']"
    page.get_by_role("button", name="К списку актов").tap()
    page.locator(open_eu).tap()
    page.wait_for_selector(f".lib-act[data-act='{EU}']")
    assert page.evaluate(wide) <= 390


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.long)])
def test_axe_finds_nothing_in_the_list_an_act_and_its_differences(opened, served, scheme):
    axe = pytest.importorskip("axe_playwright_python", reason="axe-core is not installed")
    script = (Path(axe.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
    page = opened(served[0], color_scheme=scheme)
    page.evaluate(script)

    def look(what):
        run = "async () => (await axe.run('#library', {resultTypes: ['violations']})).violations"
        found = page.evaluate(run)
        told = [
            f"{what}: {each['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
            for each in found
            for node in each["nodes"][:3]
        ]
        assert told == []

    look("list")
    page.locator("[data-panel='files']").click()
    look("files")
    page.locator("[data-panel='texts']").click()
    page.locator("[data-plan='']").click()
    page.wait_for_selector("[data-sync]")
    look("sync")
    open_act(page, WATER)
    page.locator(".lib-tree [data-provision='st1/ch1'] > .line").click()
    page.wait_for_selector(".lib-reading[data-provision='st1/ch1']")
    page.get_by_role("button", name="Сравнить").click()
    page.wait_for_selector(".lib-changes")
    look("act")
