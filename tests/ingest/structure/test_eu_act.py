"""Outlines of EU acts and guidelines: small texts of our own, and the real ones where they are held."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from assistant.model import Identity, Provision
from ingest.canonical import canonicalise
from ingest.document import Block, CanonicalText, Note
from ingest.readers import read_document
from ingest.structure.eu_act import GRAMMAR
from tests.ingest.structure.invariants import check_outline
from tests.ingest.structure.texts import canonical
from tests.shared import ACTS, needs_acts

HEAD = """
^REGULATION (EU) 2030/1 OF THE EUROPEAN PARLIAMENT AND OF THE COUNCIL
^on gardens
THE EUROPEAN PARLIAMENT AND THE COUNCIL OF THE EUROPEAN UNION,
Having regard to the proposal from the European Commission,
Whereas:
(1) Gardens matter.
(2) So do trees, as recital
(1) says.
HAVE ADOPTED THIS REGULATION:
"""
BODY = """
^CHAPTER I
^GENERAL PROVISIONS
^Article 1
^Scope
1. This Regulation applies to:
(a) gardens;
(b) orchards where:
(i) apples grow;
(ii) pears grow.
2. It does not apply to forests.
Article 6(2) and other rules stay as they are.
^SECTION 1
^Definitions
^Article 2
^Definitions
For the purposes of this Regulation, the following definitions apply:
(1) ‘garden’ means land with plants;
(2) ‘tree’ means a plant that is:
(a) tall;
(b) woody.
^Article 3
^Entry into force
This Regulation enters into force tomorrow.
It applies from Monday.
However:
(a) Chapter I applies today.
This Regulation shall be binding in its entirety.
Done at Brussels.
"""
ANNEXES = """
^ANNEX I
^List of trees
Section A. Fruit
1. Apple.
2. Pear:
(a) green;
(b) yellow.
Section B. Other
3. Oak.
^ANNEX II
^Procedure
1. Overview
The procedure is short.
2. Application
2.1. The application contains:
(a) a name.
2.2. It is examined.
The decision is notified.
"""


def outline(lines: str | list[Block], notes: tuple[Note, ...] = ()) -> dict[str, Provision]:
    text = canonical(lines, notes)
    nodes = GRAMMAR.parse(text, Identity())
    check_outline(text, nodes)
    return {node.id: node for node in nodes}


def text_of(lines: str, node: Provision) -> str:
    return canonical(lines).text[node.start : node.end]


def test_an_act_becomes_recitals_articles_and_annexes_with_their_parts() -> None:
    assert list(outline(HEAD + BODY + ANNEXES)) == [
        "pre", "rec1", "rec2",
        "chapter1",
        "art1", "art1/1", "art1/1/a", "art1/1/b", "art1/1/b/i", "art1/1/b/ii", "art1/2", "art1/2/abz2",
        "chapter1/section1",
        "art2", "art2/1", "art2/2", "art2/2/a", "art2/2/b",
        "art3", "art3/abz2", "art3/abz3", "art3/a",
        "final",
        "annex1", "annex1/secA", "annex1/secA/1", "annex1/secA/2", "annex1/secA/2/a", "annex1/secA/2/b",
        "annex1/secB", "annex1/secB/3",
        "annex2", "annex2/1", "annex2/2", "annex2/2.1", "annex2/2.1/a", "annex2/2.2", "annex2/2.2/abz2",
    ]  # fmt: skip


def test_labels_are_written_as_lawyers_write_them() -> None:
    found = outline(HEAD + BODY + ANNEXES)
    labels = {
        "rec2": "Recital 2",
        "chapter1/section1": "Chapter I, Section 1",
        "art1": "Article 1",
        "art1/1/b/ii": "Article 1(1)(b)(ii)",
        "art1/2/abz2": "Article 1(2), second subparagraph",
        "art2/2/a": "Article 2, point (2)(a)",
        "art3/abz2": "Article 3, second paragraph",
        "art3/a": "Article 3, point (a)",
        "annex1/secA/2/b": "Annex I, Section A, point 2(b)",
        "annex2/2.1/a": "Annex II, point 2.1(a)",
    }
    assert {pid: found[pid].label for pid in labels} == labels


def test_headings_are_the_titles_and_end_where_the_titles_end() -> None:
    text = canonical(HEAD + BODY + ANNEXES)
    found = outline(HEAD + BODY + ANNEXES)
    titles = {
        "chapter1": "GENERAL PROVISIONS",
        "art1": "Scope",
        "annex2": "Procedure",
        "annex2/1": "Overview",
    }
    for pid, title in titles.items():
        node = found[pid]
        assert node.heading == title
        assert node.heading_end is not None
        assert text.text[node.start : node.heading_end].endswith(title)


def test_a_reference_that_begins_a_line_starts_nothing() -> None:
    found = outline(HEAD + BODY)
    assert text_of(HEAD + BODY, found["rec2"]).endswith("(1) says.")
    assert "art6" not in found


def test_every_provision_begins_with_its_own_marker() -> None:
    text = canonical(HEAD + BODY + ANNEXES)
    for node in GRAMMAR.parse(text, Identity()):
        start = text.text[node.start :]
        if node.kind in {"paragraph", "point", "subpoint", "recital"}:
            assert start.lstrip("(").startswith(str(node.number))
        elif node.kind in {"article", "annex", "chapter"}:
            assert start.lower().startswith(f"{node.kind} {node.number}".lower())


def test_the_final_formula_is_not_part_of_the_last_article() -> None:
    found = outline(HEAD + BODY + ANNEXES)
    assert text_of(HEAD + BODY + ANNEXES, found["art3"]).endswith("applies today.")


def test_the_letter_i_and_the_numeral_i_are_told_apart_by_what_follows() -> None:
    letters = "\n".join(f"({letter}) {letter};" for letter in "abcdefgh")
    body = f"^Article 1\n^Title\nThe list is:\n{letters}\n"
    assert "art1/i" in outline(HEAD + body + "(i) letter;\n(j) letter.")
    assert "art1/h/ii" in outline(HEAD + body + "(i) numeral;\n(ii) numeral.")


def test_points_of_two_subparagraphs_do_not_share_an_id() -> None:
    body = """
^Article 1
^Title
1. First list:
(a) one.
The second subparagraph lists:
(a) two.
"""
    assert list(outline(HEAD + body))[3:] == ["art1", "art1/1", "art1/1/a", "art1/1/abz2", "art1/1/abz2/a"]


def test_text_set_as_deep_as_the_point_goes_on_in_the_point() -> None:
    blocks = [Block(line.lstrip("^")) for line in HEAD.strip().splitlines()]
    blocks += [
        Block("Article 1", align="center"),
        Block("Title", align="center"),
        Block("1. The list is:", indent=0.0),
        Block("(a) one.", indent=0.0),
        Block("This goes on in the point.", indent=20.0),
        Block("This is the second subparagraph.", indent=0.0),
    ]
    found = outline(blocks)
    text = canonical(blocks).text
    assert text[found["art1/1/a"].start : found["art1/1/a"].end].endswith("in the point.")
    assert found["art1/1/abz2"].number == "2"


AMENDING = """
^Article 1
^Amendments to Regulation (EU) 2024/1
Regulation (EU) 2024/1 is amended as follows:
(1) Article 2 is amended as follows:
(a) paragraph 2 is replaced by the following:
‘2. New paragraph with points:
(a) one;
(b) two.’;
(b) paragraph 3 is deleted;
(2) the following articles are inserted:
‘Article 2
Trees
1. Trees are tall.
Article 3
Bushes
1. Bushes are not.’;
(3) in Article 9, the following paragraph is added:
‘5. It ends in a footnote.
(4) Article 10 is deleted.
^Article 2
^Entry into force
It enters into force tomorrow.
"""


def test_what_an_amending_act_quotes_stays_in_the_amending_point() -> None:
    assert list(outline(HEAD + AMENDING))[3:] == [
        "art1", "art1/1", "art1/1/a", "art1/1/b", "art1/2", "art1/3", "art1/4", "art2",
    ]  # fmt: skip


def test_a_quotation_may_be_closed_by_the_footnote_below_it() -> None:
    lines = (
        HEAD + "^Article 1\n^Title\nIt is amended:\n(1) this is added:\n‘4. New.\n(2) Second of the quoted."
    )
    offset = canonical(lines).text.index("(2) Second")
    closing = Note("(*) OJ L 1.’;", "footnote", offset, None)
    assert "art1/2" in outline(lines, (closing,))
    assert "art1/2" in outline(lines)


def test_inserted_articles_and_points_keep_their_place() -> None:
    body = """
^Article 1
^Title
1. One:
(a) a;
(aa) aa;
(b) b.
1a. One a.
2. Two.
^Article 1a
^Title
Text of it.
^Article 2
^Title
Text of it.
"""
    assert list(outline(HEAD + body))[3:] == [
        "art1", "art1/1", "art1/1/a", "art1/1/aa", "art1/1/b", "art1/1a", "art1/2", "art1a", "art2",
    ]  # fmt: skip


GUIDELINE = """
^COMMUNICATION FROM THE COMMISSION
European Commission guidelines
1. Background ........ 1
2. Scope ........ 2
1. Background
(1) First paragraph, see paragraph
(3) of another text.
(2) Second paragraph.
2. Scope
2.1. Persons
(3) Third paragraph with points:
(a) one;
(4) Fourth.
(5) Fifth.
2.2. Things
(6) Sixth.
(7) Seventh.
(8) Eighth.
(9) Ninth.
(10) Tenth.
"""


def test_a_guideline_has_running_paragraphs_below_its_sections() -> None:
    found = outline(GUIDELINE)
    assert [pid for pid in found if pid.startswith("sec")] == ["sec1", "sec2", "sec2.1", "sec2.2"]
    assert [pid for pid in found if pid.startswith("par")] == [f"par{n}" for n in range(1, 11)]
    assert found["par4"].parent == "sec2.1"
    assert found["sec2.1"].parent == "sec2"
    assert found["par4"].label == "para. 4"
    assert found["sec2.1"].heading == "Persons"


def test_the_grammar_is_sure_of_its_own_and_refuses_the_rest() -> None:
    assert GRAMMAR.score(canonical(HEAD + BODY), Identity()) == 1.0
    assert GRAMMAR.score(canonical(GUIDELINE), Identity()) >= 0.5
    assert GRAMMAR.score(canonical("УКАЗ\n1. Посадить яблони.\nСтатья 1. Сады"), Identity()) == 0.0
    assert GRAMMAR.score(canonical("Section 1. Purpose. Gardens.\nSec. 2. Policy. Trees."), Identity()) == 0.0
    assert GRAMMAR.score(canonical(""), Identity()) == 0.0


XHTML = ACTS / "en" / "eu_ai_act_oj.xhtml"
PDF = ACTS / "en" / "eu_ai_act_2024_1689_oj.pdf"
OMNIBUS = ACTS / "en" / "eu_17_Council_final_draft_Digital_Omnibus_AI_PE-30-2026-INIT_en.pdf"
GUIDELINES = {
    "eu_14_commission_guidelines_on_the_definition_of_an_artificial_intelligence_system.pdf": 64,
    "eu_16_Commission_Guidelines_on_the_obligations_for_providers_GPAI.pdf": 141,
    "eu_11_2025_guidelines_prohibited_ai_practices.pdf": 433,
}


@cache
def held(path: Path) -> tuple[CanonicalText, dict[str, Provision]]:
    text = canonicalise(read_document(path.read_bytes(), path.name))
    nodes = GRAMMAR.parse(text, Identity())
    check_outline(text, nodes)
    return text, {node.id: node for node in nodes}


def bare(text: str) -> str:
    """Letters and figures only: space, quotation marks and dashes differ between renditions."""
    return re.sub(r"[\s\W_]+", "", text).translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789"))


@pytest.mark.acts
@needs_acts
class TestTheAiAct:
    @pytest.mark.parametrize("path", [XHTML, PDF])
    def test_every_recital_article_and_annex_is_found_once_in_each_rendition(self, path: Path) -> None:
        text, found = held(path)
        assert [node.id for node in found.values() if node.kind == "recital"] == [
            f"rec{n}" for n in range(1, 181)
        ]
        assert [node.id for node in found.values() if node.kind == "article"] == [
            f"art{n}" for n in range(1, 114)
        ]
        assert [node.id for node in found.values() if node.kind == "annex"] == [
            f"annex{n}" for n in range(1, 14)
        ]
        assert [node.id for node in found.values() if node.kind == "chapter"] == [
            f"chapter{n}" for n in range(1, 14)
        ]
        assert all(found[f"art{n}"].heading for n in range(1, 114))
        assert GRAMMAR.score(text, Identity()) == 1.0

    @pytest.mark.parametrize("path", [XHTML, PDF])
    def test_known_provisions_have_their_labels_and_their_place(self, path: Path) -> None:
        text, found = held(path)
        known = {
            "art5/1/f": ("Article 5(1)(f)", "(f) the placing"),
            "art5/1/h/iii": ("Article 5(1)(h)(iii)", "(iii) the localisation"),
            "art5/1/abz2": ("Article 5(1), second subparagraph", "Point (h)"),
            "art3/63": ("Article 3, point (63)", "(63) "),
            "art6/3/a": ("Article 6(3)(a)", "(a) the AI"),
            "art113/c": ("Article 113, point (c)", "(c) Article 6(1)"),
            "annex1/secB/20": ("Annex I, Section B, point 20", "20. "),
            "annex3/1/a": ("Annex III, point 1(a)", "(a) remote"),
            "annex7/4.6/abz2": ("Annex VII, point 4.6, second subparagraph", "Where the"),
            "annex8/secA/1": ("Annex VIII, Section A, point 1", "1. The name"),
            "annex13/g": ("Annex XIII, point (g)", "(g) the number"),
            "rec47": ("Recital 47", "(47) "),
        }
        for pid, (label, beginning) in known.items():
            assert found[pid].label == label
            assert text.text[found[pid].start :].startswith(beginning)
        assert sum(pid.startswith("art3/") and pid.count("/") == 1 for pid in found) == 68
        assert text.text[: found["art113"].end].endswith("2 August 2027.")

    def test_the_outline_of_the_xhtml_agrees_with_its_own_ids(self) -> None:
        text, found = held(XHTML)
        starts = {node.start: node for node in found.values() if node.kind in {"recital", "paragraph"}}
        numbered = 0
        for para in text.paras:
            anchor = para.block.anchor or ""
            if recital := re.fullmatch(r"rct_(\d+)", anchor):
                assert starts[para.start].id == f"rec{recital[1]}"
            paragraph = re.fullmatch(r"(\d{3})\.(\d{3})", anchor)
            if paragraph and not para.text.startswith("‘"):
                numbered += 1
                assert starts[para.start].id == f"art{int(paragraph[1])}/{int(paragraph[2])}"
        assert numbered == sum(node.kind == "paragraph" for node in found.values()) == 500

    def test_both_renditions_have_the_same_provisions_with_the_same_words(self) -> None:
        (one, left), (other, right) = held(XHTML), held(PDF)
        assert len(left.keys() ^ right.keys()) <= 1
        same = sum(
            bare(one.text[left[pid].start : left[pid].own_end])
            == bare(other.text[right[pid].start : right[pid].own_end])
            for pid in left.keys() & right.keys()
        )
        assert same >= len(left) - 12
        assert all(left[pid].label == right[pid].label for pid in left.keys() & right.keys())

    def test_quoted_amendments_stay_in_articles_102_to_110(self) -> None:
        _, found = held(XHTML)
        below = {n: [pid for pid in found if pid.startswith(f"art{n}/")] for n in range(102, 111)}
        assert below.pop(108) == [f"art108/{n}" for n in range(1, 7)]
        assert not any(below.values())


@pytest.mark.acts
@needs_acts
class TestAmendingActsAndGuidelines:
    def test_the_digital_omnibus_keeps_its_own_four_articles_and_their_points(self) -> None:
        _, found = held(OMNIBUS)
        articles = [node.id for node in found.values() if node.kind == "article"]
        assert articles == ["art1", "art2", "art3", "art4"]
        for article, points in ((1, 43), (2, 7), (3, 3)):
            expected = [f"art{article}/{n}" for n in range(1, points + 1)]
            assert [pid for pid in found if re.fullmatch(rf"art{article}/\d+", pid)] == expected
        assert {"art1/7/a", "art1/22/g"} <= found.keys()
        assert not [node for node in found.values() if node.kind == "annex"]

    @pytest.mark.parametrize(("name", "paragraphs"), GUIDELINES.items())
    def test_a_guideline_has_its_running_paragraphs(self, name: str, paragraphs: int) -> None:
        text, found = held(ACTS / "en" / name)
        numbers = [int(node.number or 0) for node in found.values() if node.kind == "paragraph"]
        assert numbers == sorted(numbers)
        assert numbers[-1] == paragraphs
        assert len(numbers) >= paragraphs - 1
        assert GRAMMAR.score(text, Identity()) >= 0.5
