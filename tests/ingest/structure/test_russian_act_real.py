"""Counts over the real acts: every provision found once, with the right label and the right bounds."""

from __future__ import annotations

import re
import time
from collections import Counter
from functools import cache

import pytest

from assistant.model import Identity, Provision
from ingest.document import CanonicalText
from ingest.structure import parse_structure
from ingest.structure.russian_markers import read_marker
from tests.ingest.structure.invariants import check_outline
from tests.shared import ACTS, needs_acts

pytestmark = [pytest.mark.acts, needs_acts]

# Sub-points of the Strategy by point.
STRATEGY_LISTS = {
    4: 8, 5: 19, 18: 5, 19: 4, 21: 11, 24: 11, 26: 8, 27: 10, 28: 9, 29: 9, 30: 10, 31: 2, 32: 9, 33: 9,
    34: 10, 35: 14, 37: 7, 38: 21, 39: 6, 40: 10, 41: 11, 46: 3,
}  # fmt: skip
LAWS = {"ru/fz149.pdf": 48, "ru/fz152_ed2023.pdf": 29, "ru/fz152_ed2024.docx": 29, "ru/fz187.pdf": 15}
OTHERS = ["ru/pp1119.pdf", "ru/ukaz250.pdf", "ru/fstek239.pdf"]
CODES = ["bulk/bk.txt", "bulk/gk_part4.txt", "bulk/nk_part1.txt", "bulk/tk.txt"]
LIST_LETTERS = "абвгдежзиклмнопрстуфхцчшщэюя"


@cache
def read_act(name: str) -> CanonicalText:
    from ingest.canonical import canonicalise
    from ingest.editorial import mark_notes
    from ingest.readers import read_document

    document = read_document((ACTS / name).read_bytes(), name)
    mark_notes(document)
    return canonicalise(document)


@cache
def outline(name: str, attachment: int | None = None) -> dict[str, Provision]:
    text = read_act(name)
    grammar, nodes = parse_structure(text, Identity(attachment=attachment))
    assert grammar == "russian_act"
    check_outline(text, nodes)
    return {node.id: node for node in nodes}


def strategy() -> dict[str, Provision]:
    return outline("ru/strategy_ai_2030_ed2024.pdf", attachment=1)


def own_marker(node: Provision) -> str:
    """What the text of a provision must begin with."""
    number = re.escape((node.number or "").split("–")[0])
    return {
        "article": rf"Стать[яи]\s+{number}(?!\d)",
        "part": rf"{number}(?:\.|\s-)",
        "point": rf"{number}(?:\.|\)|\s-)",
        "subpoint": rf"(?:{number}|6|3)\)",
        # Without cells the code stands beside the middle of the row's lines.
        "row": rf"(?s:.){{0,200}}?\b{number}\b",
        "chapter": rf"Глава\s+{number}(?!\d)",
    }.get(node.kind, "")


@pytest.mark.parametrize("name", [*LAWS, *OTHERS, "ru/strategy_ai_2030_ed2024.pdf"])
def test_every_provision_begins_with_its_marker(name: str) -> None:
    nodes = strategy() if "strategy" in name else outline(name)
    text = read_act(name).text
    wrong = [n.id for n in nodes.values() if not re.match(own_marker(n), text[n.start : n.end], re.I)]
    assert wrong == []


def test_the_strategy_has_points_1_to_50_once_each() -> None:
    points = [node for node in strategy().values() if node.kind == "point"]
    assert [node.id for node in points] == [f"att1/p{n}" for n in range(1, 51)]
    assert [node.label for node in points] == [f"п. {n} Стратегии" for n in range(1, 51)]


def test_the_strategy_has_206_subpoints_in_22_lists() -> None:
    subpoints = [node for node in strategy().values() if node.kind == "subpoint"]
    expected = [(n, letter) for n, count in STRATEGY_LISTS.items() for letter in LIST_LETTERS[:count]]
    assert len(expected) == 206
    assert [node.id for node in subpoints] == [f"att1/p{n}/{letter}" for n, letter in expected]
    assert [n.label for n in subpoints] == [f"подп. «{letter}» п. {n} Стратегии" for n, letter in expected]


def test_the_strategy_has_five_sections_and_the_subheadings_of_the_fourth() -> None:
    nodes = strategy()
    assert [node.id for node in nodes.values() if node.kind == "section"] == [
        f"att1/rz{n}" for n in range(1, 6)
    ]
    headings = [node for node in nodes.values() if node.kind == "heading"]
    assert {node.parent for node in headings} == {"att1/rz4"} and len(headings) == 9


@pytest.mark.parametrize("name", [*LAWS, *OTHERS])
def test_no_numbered_paragraph_is_left_as_mere_text(name: str) -> None:
    text, nodes = read_act(name), outline(name).values()
    begins = {node.start: node for node in nodes if node.kind != "paragraph"}
    rows = [(node.start, node.end) for node in nodes if node.kind == "row"]
    left = [
        para.text[:20]
        for para in text.paras
        if read_marker(para.text)
        and para.start not in begins
        and not any(start <= para.start < end for start, end in rows)
    ]
    assert left == []


@pytest.mark.parametrize(("name", "count"), LAWS.items())
def test_every_article_of_a_law_is_found_once(name: str, count: int) -> None:
    articles = [node for node in outline(name).values() if node.kind == "article"]
    assert len(articles) == count
    assert all(node.label == f"ст. {node.number}" and node.id == f"st{node.number}" for node in articles)
    assert all(bool(node.heading) != node.repealed for node in articles)


def test_articles_of_149_fz_keep_inserted_numbers_and_repealed_stubs() -> None:
    nodes = outline("ru/fz149.pdf")
    assert {"st10.2-2/ch1/p3", "st15.3-1", "st15.6-1", "st16.2"} <= nodes.keys()
    assert nodes["st10.2-2/ch1/p3"].label == "п. 3 ч. 1 ст. 10.2-2"
    repealed = [node.id for node in nodes.values() if node.repealed]
    assert repealed == [
        "st2/p19", "st2/p21–22", "st10.2", "st11/ch3", "st14.1", "st15.3/ch1.1–1.5", "st17/ch1.1–1.2",
    ]  # fmt: skip


def test_both_editions_of_152_fz_have_the_same_chapters_and_articles() -> None:
    older, newer = outline("ru/fz152_ed2023.pdf"), outline("ru/fz152_ed2024.docx")

    assert older.keys() ^ newer.keys() == {"st19/ch2/p3.1"}, "what the later amendment added"

    def headed(nodes: dict[str, Provision]) -> list[str]:
        return [i for i, node in nodes.items() if node.kind in {"chapter", "article"}]

    assert headed(older) == headed(newer)
    assert [i for i in headed(older) if i.startswith("gl")] == [f"gl{n}" for n in range(1, 7)]


def test_pp_1119_has_two_points_and_seventeen_in_its_attachment() -> None:
    nodes = outline("ru/pp1119.pdf")
    points = [node for node in nodes.values() if node.kind == "point"]
    assert [n.id for n in points] == ["p1", "p2", *(f"att1/p{n}" for n in range(1, 18))]
    assert [n.label for n in points[2:]] == [f"п. {n} Требований" for n in range(1, 18)]
    assert nodes["pre"].kind == "preamble"


def test_ukaz_250_has_seven_points_with_eleven_subpoints() -> None:
    nodes = outline("ru/ukaz250.pdf")
    kinds = Counter(node.kind for node in nodes.values())
    assert (kinds["point"], kinds["subpoint"]) == (7, 11)
    assert {"p3/а/abz2", "p3/а/abz3", "p5/в"} <= nodes.keys()


def test_fstek_239_has_its_requirements_and_their_own_annex_of_measures() -> None:
    nodes = outline("ru/fstek239.pdf")
    whole = [n.number for n in nodes.values() if n.kind == "point" and "." not in (n.number or "")]
    assert whole == [str(n) for n in range(1, int(whole[-1]) + 1)]
    assert nodes["att1/p26.1"].label == "п. 26.1 Требований"
    rows = [node for node in nodes.values() if node.kind == "row"]
    assert nodes["att1/att1/иаф.0"].label == "ИАФ.0 прил. к Требованиям"
    groups = Counter((node.number or "").split(".")[0] for node in rows)
    assert (len(rows), len(groups)) == (151, 17)
    assert not [node.id for node in nodes.values() if node.parent in {row.id for row in rows}]


@pytest.mark.long
@pytest.mark.parametrize("name", CODES)
def test_a_code_has_every_article_and_is_parsed_quickly(name: str) -> None:
    text = read_act(name)
    started = time.perf_counter()
    _, nodes = parse_structure(text, Identity())
    assert time.perf_counter() - started < 20
    check_outline(text, nodes)
    headings = re.findall(r"^Статья \d+(?:[.-]\d+)*\.", (ACTS / name).read_text(encoding="utf-8"), re.M)
    assert sum(node.kind == "article" for node in nodes) == len(headings)
