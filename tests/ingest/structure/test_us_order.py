"""Outlines of executive orders: small texts of our own, and the real ones where they are held."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

import pytest

from assistant.model import Identity, Provision
from ingest.canonical import canonicalise
from ingest.document import CanonicalText
from ingest.readers import read_document
from ingest.structure.us_order import GRAMMAR, MARKER
from tests.ingest.structure.invariants import check_outline
from tests.ingest.structure.texts import canonical
from tests.shared import ACTS, needs_acts

ORDER = """
^Executive Order on Gardens
By the authority vested in me as President, it is hereby ordered as follows:
Section 1. Purpose. Gardens hold promise for the U.S. economy.
My Administration likes them, see section 2 of this order.
Sec. 2. Growing Trees. (a) The Secretary shall:
(i) plant trees:
(A) apple; and
(B) pear:
(1) green; and
(2) yellow;
(ii) water them; and
(iii) guard them.
These duties hold all year.
(b) (i) The Director helps.
(ii) The Chair looks on.
Sec. 3. Gardens of Agencies.
3.1. Public Gardens. The following shall be done:
(a) open the gate.
3.2. Other Gardens.Keep them closed.
Sec. 4. it is noted here that this heading is a sentence. It goes on.
A. GARDENER JR.
THE WHITE HOUSE,
May 1, 2030.
"""


def outline(lines: str) -> dict[str, Provision]:
    text = canonical(lines)
    nodes = GRAMMAR.parse(text, Identity())
    check_outline(text, nodes)
    return {node.id: node for node in nodes}


def test_an_order_becomes_sections_subsections_and_lists() -> None:
    assert list(outline(ORDER)) == [
        "pre",
        "sec1", "sec1/abz2",
        "sec2", "sec2/a", "sec2/a/i", "sec2/a/i/A", "sec2/a/i/B", "sec2/a/i/B/1", "sec2/a/i/B/2",
        "sec2/a/ii", "sec2/a/iii", "sec2/a/abz2", "sec2/b", "sec2/b/i", "sec2/b/ii",
        "sec3", "sec3.1", "sec3.1/a", "sec3.2",
        "sec4", "final",
    ]  # fmt: skip


def test_labels_name_the_section_and_every_step() -> None:
    found = outline(ORDER)
    assert found["sec2/a/i/B/2"].label == "Sec. 2(a)(i)(B)(2)"
    assert found["sec3.1/a"].label == "Sec. 3.1(a)"
    assert found["sec1/abz2"].label == "Sec. 1, para. 2"
    assert found["sec2/a/abz2"].label == "Sec. 2(a), para. 2"


def test_a_list_may_begin_on_the_line_of_its_heading() -> None:
    text, found = canonical(ORDER).text, outline(ORDER)
    section, point = found["sec2"], found["sec2/a"]
    assert section.heading == "Growing Trees"
    assert text[section.start : section.heading_end] == "Sec. 2. Growing Trees."
    assert text[point.start :].startswith("(a) The Secretary")
    assert section.own_end <= point.start
    assert text[found["sec2/b"].start :].startswith("(b) (i)")
    assert text[found["sec2/b/i"].start :].startswith("(i) The Director")


def test_a_heading_ends_at_its_full_stop_even_where_the_space_is_lost() -> None:
    found = outline(ORDER)
    assert found["sec1"].heading == "Purpose"
    assert found["sec3.2"].heading == "Other Gardens"
    assert found["sec4"].heading is None


def test_the_signature_is_not_part_of_the_last_section() -> None:
    text, found = canonical(ORDER).text, outline(ORDER)
    assert text[found["sec4"].start : found["sec4"].end].endswith("It goes on.")
    assert text[found["final"].start :].startswith("A. GARDENER")


def test_letters_beyond_z_are_doubled() -> None:
    letters = [*"abcdefghijklmnopqrstuvwxyz", "aa", "bb", "cc"]
    items = "\n".join(f"({letter}) term." for letter in letters)
    lines = f"Section 1. Definitions. For purposes of this order:\n{items}"
    assert [pid for pid in outline(lines) if "/" in pid] == [f"sec1/{letter}" for letter in letters]


def test_escaped_markers_of_markdown_are_markers() -> None:
    assert "sec1/b/i" in outline("Section 1. Policy.\n(a) one;\n\\(b\\) two:\n\\(i\\) three;\n\\(ii\\) four.")


def test_a_reference_that_begins_a_line_starts_nothing() -> None:
    found = outline("Section 1. Policy.\n(a) one, under\n(c) of that;\n(b) two.\nSec. 5. of another order")
    assert list(found) == ["sec1", "sec1/a", "sec1/b"]


@pytest.mark.parametrize(
    ("lines", "score"),
    [
        (ORDER, 1.0),
        ("Section 1. One.\nSec. 2. Two.\nSec. 3. Three.", 0.6),
        ("Article 1\nScope\n1. One.", 0.0),
        ("1. Посадить яблони.", 0.0),
        ("", 0.0),
    ],
)
def test_the_grammar_is_sure_of_its_own_and_refuses_the_rest(lines: str, score: float) -> None:
    assert GRAMMAR.score(canonical(lines), Identity()) == score


# File, sections, subsections, items of the outermost lists, items below them.
ORDERS = [
    ("us_eo_14110_2023.txt", 13, 16, 129, 276),
    ("us_eo_14110_fr_pdf.pdf", 13, 16, 129, 276),
    ("us_eo_14141_2025.txt", 11, 0, 83, 85),
    ("us_eo_14179_2025.txt", 6, 0, 6, 2),
]


@cache
def held(name: str) -> tuple[CanonicalText, dict[str, Provision]]:
    path = ACTS / "en" / name
    text = canonicalise(read_document(path.read_bytes(), path.name))
    nodes = GRAMMAR.parse(text, Identity())
    check_outline(text, nodes)
    return text, {node.id: node for node in nodes}


@pytest.mark.acts
@needs_acts
class TestRealOrders:
    @pytest.mark.parametrize(("name", "sections", "subsections", "points", "subpoints"), ORDERS)
    def test_every_section_and_list_item_is_found_once(
        self, name: str, sections: int, subsections: int, points: int, subpoints: int
    ) -> None:
        text, found = held(name)
        kinds = Counter(node.kind for node in found.values())
        assert kinds["section"] == sections
        assert kinds["subsection"] == subsections
        assert kinds["point"] == points
        assert kinds["subpoint"] == subpoints
        assert [pid for pid in found if re.fullmatch(r"sec\d+", pid)] == [
            f"sec{n}" for n in range(1, sections + 1)
        ]
        assert all(found[f"sec{n}"].heading for n in range(1, sections + 1))
        assert GRAMMAR.score(text, Identity()) == 1.0

    def test_no_marker_that_begins_a_paragraph_is_left_out(self) -> None:
        for name, *_ in ORDERS:
            text, found = held(name)
            starts = {node.start for node in found.values()}
            marked = [para for para in text.paras if MARKER.match(para.text)]
            assert not [para.text[:40] for para in marked if para.start not in starts]

    def test_known_provisions_have_their_labels_and_their_place(self) -> None:
        text, found = held("us_eo_14110_2023.txt")
        known = {
            "sec3/i": ("Sec. 3(i)", "(i) The term"),
            "sec3/gg": ("Sec. 3(gg)", "(gg) The term"),
            "sec4.2/a/i": ("Sec. 4.2(a)(i)", "(i) Companies"),
            "sec4.2/d/i/B/4": ("Sec. 4.2(d)(i)(B)(4)", "(4) the Internet"),
            "sec12/c/xxix": ("Sec. 12(c)(xxix)", "(xxix) the heads"),
        }
        for pid, (label, beginning) in known.items():
            assert found[pid].label == label
            assert text.text[found[pid].start :].startswith(beginning)

    def test_the_federal_register_has_the_same_provisions_with_the_same_words(self) -> None:
        (one, left), (other, right) = held("us_eo_14110_2023.txt"), held("us_eo_14110_fr_pdf.pdf")
        assert left.keys() == right.keys()
        same = sum(
            bare(one.text[left[pid].start : left[pid].own_end])
            == bare(other.text[right[pid].start : right[pid].own_end])
            for pid in left
        )
        assert same >= len(left) - 4


def bare(text: str) -> str:
    return re.sub(r"[\s\W_]+", "", text)
