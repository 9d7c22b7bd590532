"""What the tab's functions write: its words, its links, and that nothing foreign is markup."""

import re
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from lxml import html as lxml_html

from assistant.model import Authority, Provision, SyncEntry, SyncReport
from assistant.naming import act_reference
from assistant.records.model import Upload
from assistant.records.owner import LOCAL, Owner
from assistant.settings import Settings
from assistant.web import ask, library
from assistant.web.library import act, differences, graph, names, outline, syncing, table, uploading, words
from assistant.web.library.markup import address, outside
from assistant.web.library.reach import reach_of
from assistant.web.plain import host_of
from tests.assistant.web.library.sample import BAD, HOSTILE, PONDS, WATER
from tests.builders import edition_draft, provision

DAY = date(2026, 5, 1)
LANGS = ("ru", "en")


def parsed(markup):
    return lxml_html.fromstring(f"<div>{markup}</div>")


def harmless(markup):
    """Whether no element or attribute came from a foreign text."""
    tree = parsed(markup)
    assert not tree.xpath("//img | //script | //iframe")
    assert not [name for each in tree.iter() for name in each.attrib if name.startswith("on")]
    for link in tree.xpath("//a/@href"):
        assert link.startswith(("https://", "?tab=library&act="))
    assert "\u202e" not in markup
    return tree


def upload(**changed):
    fields = {
        "id": "a" * 32, "act": WATER, "edition": "2020-01-01", "authority": Authority.USER, "file_name": HOSTILE,
        "path": "/x", "sha256": "0", "size": 2_500_000, "uploaded_at": "2026-05-01T10:00:00+00:00", "state": "held",
    }  # fmt: skip
    return Upload(**{**fields, **changed})


def test_every_word_stands_in_both_languages_with_the_same_blanks():
    blanks = {
        lang: {key: set(re.findall(r"{(\w+)}", text)) for key, text in words.TEXT[lang].items()}
        for lang in LANGS
    }
    assert blanks["ru"] == blanks["en"]
    for name in ("KINDS", "STATUS", "CURRENCY", "AUTHORITY", "RELATIONS", "SYNC"):
        both = getattr(names, name)
        assert both["ru"].keys() == both["en"].keys()
    assert words.say("fr", "undo") == "Undo"
    with pytest.raises(KeyError):
        words.say("ru", "no such words")


@pytest.mark.parametrize("lang", LANGS)
def test_a_hostile_title_is_text_everywhere(view, lang):
    reach = reach_of(view, LOCAL)
    lines = table.lines(reach, lang, DAY)
    whole = table.table_html(lines, lang) + syncing.lacks_html(lines, lang)
    whole += act.head_html(reach, view.acts[BAD], None, lang, DAY)
    whole += act.no_text_html(view.acts[BAD], lang, fetchable=True)
    whole += graph.relations_html(graph.ties(reach, WATER, lang), HOSTILE, lang)
    whole += uploading.mine_html([upload(), upload(state="deleted", undo_until="2026-05-02T10:00:00+00:00")],
                                 LOCAL, lang)  # fmt: skip
    whole += uploading.toast_html(HOSTILE, lang, undo=("b" * 32, HOSTILE))
    report = SyncReport(entries=[SyncEntry(act=BAD, state="failed", reason=HOSTILE, url="javascript:x")])
    whole += syncing.report_html(report, {BAD: HOSTILE}, lang)
    whole += syncing.plan_html(
        syncing.Plan({HOSTILE: 1}, [(BAD, HOSTILE, "http://x/")], 1, HOSTILE), {}, lang
    )
    tree = harmless(whole)
    assert "window.hit=1" in tree.text_content()


def test_hostile_text_of_a_provision_is_text(library, lang="ru"):
    from assistant.library.view import LibraryView

    text = f"1. {HOSTILE} конец"
    node = provision(text, f"p1{HOSTILE}", "1.", "конец", label=HOSTILE, heading=HOSTILE, note=HOSTILE)
    child = Provision(**{**node.model_dump(), "id": "p1/a", "parent": node.id})
    key, _ = library.put_edition(edition_draft("ru-x-1-2020", text=text, provisions=[node, child], chunks=[]))
    view = LibraryView(library)
    edition = view.edition(key)
    whole = outline.tree_html(edition, lang) + outline.branch_html(edition, node.id, 2, lang)
    whole += act.reading_html(view, edition, edition.provisions[node.id], lang, DAY)
    tree = harmless(whole)
    assert HOSTILE.replace("\u202e", "") in tree.text_content()


def test_the_table_says_number_date_status_editions_authority_provisions_and_source(view):
    tree = parsed(table.table_html(table.lines(reach_of(view, LOCAL), "ru", DAY), "ru"))
    rows = {row.xpath(".//a/@data-act")[0]: row for row in tree.xpath("//tbody/tr")}
    water = rows[WATER]
    cells = {cell.get("class").split()[0]: cell.text_content() for cell in water.xpath("./*")}
    assert cells["c-title"] == "О поливе розфедеральный закон"
    assert (cells["c-number"], cells["c-date"]) == ("1-ФЗ", "01.01.2020")
    assert cells["c-editions"] == "01.03.2024 и ещё 1"
    assert (cells["c-authority"], cells["c-provisions"]) == ("официальный текст", "8")
    assert cells["c-status"] in ("не проверен", "изменён позже")
    ponds = rows[PONDS]
    assert ponds.xpath(".//td[contains(@class,'c-source')]/a/@href") == ["https://ponds.example/7"]
    assert "missing" in ponds.get("data-show").split()
    assert "елках" in ponds.get("data-search")
    assert "закон о поливе" in water.get("data-search")
    assert [head.get("aria-sort") for head in tree.xpath("//th[.//button]")] == ["ascending", *["none"] * 4]
    chips = {
        chip.get("data-show"): chip.xpath("./span")[0].text for chip in tree.xpath("//button[@data-show]")
    }
    assert chips == {"all": "3", "official": "1", "digest": "0", "user": "0", "missing": "2"}


def test_only_https_addresses_without_a_user_are_links():
    assert host_of("https://www.kremlin.ru/acts/1") == "www.kremlin.ru"
    for bad in ("http://a.example/", "javascript:alert(1)", "https://user@evil.example/", "https://a b/", "//a", "",
                None, "https://[::1", "https://a\\b"):  # fmt: skip
        assert host_of(bad) is None
    assert 'rel="noopener noreferrer nofollow"' in outside("https://a.example/", "a.example", "en")
    assert address("a&b", "п1/а") == "?tab=library&act=a%26b&provision=%D0%BF1%2F%D0%B0"


def test_the_tree_opens_two_levels_and_what_leads_to_the_chosen(view):
    edition = view.edition(reach_of(view, LOCAL).editions(WATER)[0].id)
    tree = parsed(outline.tree_html(edition, "ru"))
    items = {item.get("data-provision"): item for item in tree.xpath("//*[@role='treeitem']")}
    assert items["st1"].get("aria-expanded") == "true"
    assert items["st1/ch2"].get("aria-expanded") == "false"
    assert items["st1/ch1"].get("aria-expanded") is None
    level = {name: (item.get("aria-level"), item.get("aria-posinset"), item.get("aria-setsize"))
             for name, item in items.items()}  # fmt: skip
    assert level["st2"] == ("1", "2", "2")
    assert level["st1/ch2/p2"] == ("3", "2", "2")
    assert [item.get("data-provision") for item in tree.xpath("//*[@tabindex='0']")] == ["st1"]
    chosen = parsed(outline.tree_html(edition, "ru", "st1/ch2/p1"))
    opened = {item.get("data-provision"): item.get("aria-expanded") for item in chosen.xpath("//li")}
    assert opened["st1/ch2"] == "true"
    assert chosen.xpath("//li[@aria-selected='true']/@data-provision") == ["st1/ch2/p1"]


def test_a_large_act_is_sent_as_far_as_it_is_open_and_recitals_stand_together(library):
    from assistant.library.view import LibraryView

    lines = [f"({n}) Whereas {n}." for n in range(1, 41)] + [f"Article {n}" for n in range(1, 301)]
    text = "\n".join(lines)
    at, nodes = 0, []
    for n, line in enumerate(lines, 1):
        kind, name = ("recital", f"rec{n}") if n <= 40 else ("article", f"art{n - 40}")
        end = at + len(line)
        common = {"lang": "en", "start": at, "end": end, "own_end": end}
        nodes.append(Provision(id=name, kind=kind, label=line.split(".")[0], **common))
        if kind == "article":
            nodes.append(Provision(id=f"{name}/1", parent=name, kind="part", label="1", **common))
        at = end + 1
    key, _ = library.put_edition(edition_draft("eu-reg-1-2020", text=text, provisions=nodes, chunks=[]))
    edition = LibraryView(library).edition(key)
    tree = parsed(outline.tree_html(edition, "en"))
    tops = tree.xpath("//ul[@role='tree']/li")
    assert len(tops) == 301
    assert tops[0].get("data-branch") == "run:rec1"
    assert tops[1].get("data-branch") == "art1"
    assert not tree.xpath("//ul[@role='group']")
    assert len(parsed(outline.branch_html(edition, "run:rec1", 2, "en")).xpath("//li")) == 40
    branch = parsed(outline.branch_html(edition, "art7", 2, "en"))
    assert branch.xpath("//li/@data-provision") == ["art7/1"]
    assert branch.xpath("//li/@aria-level") == ["2"]
    assert outline.branch_html(edition, "no such", 2, "en") == ""
    found = parsed(outline.tree_html(edition, "en", "rec7"))
    assert found.xpath("//li[@aria-selected='true']/@data-provision") == ["rec7"]


def test_differences_mark_words_and_count_what_is_unchanged(view):
    rows = differences.comparable(reach_of(view, LOCAL).editions(WATER))
    assert [row.edition for row in rows] == ["2020-01-01", "2024-03-01"]
    tree = parsed(differences.changes_html(view.edition(rows[0].id), view.edition(rows[1].id), "ru"))
    assert (
        tree.xpath("//p[@role='status']")[0].text
        == "Изменено: 2, добавлено: 1, исключено: 0. Без изменений, не показано: 5"
    )
    marked = {
        kind: [each.xpath("string(text())") for each in tree.xpath(f"//{kind}")] for kind in ("ins", "del")
    }
    assert marked["del"] == ["300"]
    assert marked["ins"] == ["и пионы", "200", "2. Комиссия отчитывается ежегодно."]
    same = differences.changes_html(view.edition(rows[0].id), view.edition(rows[0].id), "en")
    assert "nothing changed" in same
    assert differences.pickers_html(view, WATER, rows[:1], "ru") == ""
    one = parsed(differences.changes_html(view.edition(rows[0].id), view.edition(rows[1].id), "ru", 1))
    assert len(one.xpath("//article")) == 1
    assert one.xpath("//button[@data-compare]")[0].text == "Показать ещё: 2"


def test_the_drawing_shows_both_directions_and_the_list_has_the_same(view):
    found = graph.ties(reach_of(view, LOCAL), WATER, "ru")
    assert [(tie.act, tie.kind, tie.out) for tie in found] == [
        (PONDS, "amends", False),
        (BAD, "cites", False),
    ]
    svg = ET.fromstring(graph.drawing(found, "О поливе", "ru"))
    links = [each for each in svg.iter() if each.tag.endswith("a")]
    assert [link.get("data-act") for link in links] == [PONDS, BAD]
    assert links[0].get("aria-label") == "изменён актом: Указ Президента РФ от 03.02.2022 № 7"
    listed = parsed(graph.relations_html(found, "О поливе", "ru")).xpath(
        "//div[@class='lib-ties']//a/@data-act"
    )
    assert listed == [PONDS, BAD]
    other = graph.ties(reach_of(view, LOCAL), PONDS, "en")
    assert [(tie.act, tie.kind, tie.out) for tie in other] == [(WATER, "amends", True)]


def test_the_drawing_stops_at_six_a_side_and_counts_the_rest():
    many = [graph.Tie(f"ru-fz-{n}-2020", f"Закон № {n}", "amends", n % 2 == 0, None) for n in range(20)]
    svg = ET.fromstring(graph.drawing(many, "Имя", "ru"))
    assert sum(each.tag.endswith("a") for each in svg.iter()) == 12
    assert "".join(svg.itertext()).count("и ещё 4") == 2
    listed = parsed(graph.relations_html(many, "Имя", "ru")).xpath("//div[@class='lib-ties']//a")
    assert len(listed) == 20


def test_an_act_known_by_its_id_alone_is_named_as_people_name_it():
    assert graph._by_id("eu-reg-178-2002", "en") == "EU Regulation No. 178 (2002)"
    assert graph._by_id("eu-dir-680-2016", "ru") == "Директива ЕС № 680 (2016)"
    assert graph._by_id("us-eo-12250-1980", "ru") == "Исполнительный указ США № 12250 (1980)"
    assert graph._by_id("us-eo-12250-1980", "en") == "US Executive Order 12250 (1980)"
    order = ("ru-prikaz-fstek-35-2020", "35", "2020-02-20")
    assert graph._by_id(order[0], "ru", *order[1:]) == "Приказ ФСТЭК России от 20.02.2020 № 35"
    assert graph._by_id(order[0], "en") == "Order of FSTEC of Russia No. 35 of 2020"
    assert graph._by_id("ru-fz-1-2020", "ru") is None
    assert act_reference("ru-fz-57-1996", None, "ru") == "Федеральный закон 1996 г. № 57-ФЗ"
    assert (
        act_reference("ru-fz-156-2025", None, "ru", number="156", date="2025-06-24")
        == "Федеральный закон от 24.06.2025 № 156-ФЗ"
    )


def test_a_long_name_in_the_middle_stays_inside_its_frame_and_the_frame_inside_the_drawing():
    name = "Исполнительный указ № 14110 о безопасной, защищённой и заслуживающей доверия разработке и об ИИ"
    svg = ET.fromstring(graph.drawing([graph.Tie(None, "Закон", "cites", True, None)], name, "ru"))
    box = next(each for each in svg.iter() if each.get("class") == "centre")
    top, tall = float(box.get("y")), float(box.get("height"))
    assert 0 <= top < top + tall <= float(svg.get("viewBox").split()[3])
    lines = [each for each in svg.iter() if each.tag.endswith("tspan") and each.get("x") == "490"]
    assert max(len(each.text) for each in lines) * 11 <= float(box.get("width")), "11 px: a bold letter"
    assert "".join(each.text for each in lines).replace(" ", "") == name.replace(" ", "").replace(
        "№", "№\u00a0"
    )


def test_a_stage_of_an_upload_is_not_dressed_as_a_part_of_another_tab():
    script = (Path(library.__file__).parent / "library.js").read_text(encoding="utf-8")
    states = re.search(r'lib-tag \$\{now \? "(\w+)" : "(\w+)"\}', script)
    beside = "".join(each.read_text(encoding="utf-8") for each in Path(ask.__file__).parent.glob("*.css"))
    assert not [state for state in states.groups() if re.search(rf"\.{state}\b", beside)]


def test_the_zone_says_when_no_files_are_taken(tmp_path):
    on = Settings(home=tmp_path, host="127.0.0.1")
    off = Settings(home=tmp_path, host="0.0.0.0")
    assert 'type="file"' in uploading.zone_html(on, "ru")
    assert 'type="file"' not in uploading.zone_html(off, "ru")
    assert "не принимает файлы" in uploading.zone_html(off, "ru")
    assert 'type="file"' in uploading.zone_html(
        Settings(home=tmp_path, host="0.0.0.0", api_ingest=True), "ru"
    )


def test_a_deleted_file_can_be_brought_back_while_there_is_time():
    tree = parsed(
        uploading.mine_html(
            [
                upload(file_name="a.txt"),
                upload(file_name="b.txt", state="deleted", undo_until="2026-05-02T10:00:00+00:00"),
                upload(file_name="c.txt", state="removed"),
            ],
            Owner("user:anna", "anna"),
            "en",
        )
    )
    buttons = [
        [button.get("aria-label") for button in item.xpath(".//button")] for item in tree.xpath("//li")
    ]
    assert buttons == [["Delete a.txt"], ["Bring back b.txt"], []]
    assert "2.5 MB" in tree.text_content()


def test_a_passage_too_long_for_the_page_says_so(library):
    from assistant.library.view import LibraryView

    text = "1. " + "слово " * 20_000
    node = provision(text, "p1", "1.", None)
    key, _ = library.put_edition(edition_draft("ru-x-1-2020", text=text, provisions=[node], chunks=[]))
    view = LibraryView(library)
    shown = act.reading_html(view, view.edition(key), view.edition(key).provisions["p1"], "en", DAY)
    assert "60000 characters" in shown
    assert len(shown) < 70_000
