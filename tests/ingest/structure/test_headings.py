"""Outlines of text with headings, and of text without any."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.model import Identity, Provision
from ingest.canonical import canonicalise
from ingest.document import Block, CanonicalText
from ingest.readers import read_document
from ingest.structure.headings import GRAMMAR, PART_LENGTH, language
from tests.ingest.structure.invariants import check_outline
from tests.ingest.structure.texts import canonical, row
from tests.shared import ACTS, needs_acts


def outline(lines: str | list[str | Block]) -> dict[str, Provision]:
    text = canonical(lines)
    nodes = GRAMMAR.parse(text, Identity())
    check_outline(text, nodes)
    return {node.id: node for node in nodes}


def test_marked_headings_become_sections_by_their_place() -> None:
    found = outline(
        [
            Block("Report", heading=1),
            Block("Before anything."),
            Block("Trees", heading=2),
            Block("One."),
            Block("Two."),
            Block("Bushes", heading=2),
            Block("Three."),
            Block("Annexed", heading=1),
            Block("Four."),
            Block("Five."),
        ]
    )
    assert list(found) == ["s1", "s1.1", "s1.1/abz1", "s1.1/abz2", "s1.2", "s2", "s2/abz1", "s2/abz2"]
    assert found["s1.1"].label == "Trees"
    assert found["s1.1"].parent == "s1"
    assert found["s1.1/abz2"].label == "Trees, para. 2"


def test_markdown_headings_are_headings() -> None:
    found = outline("# Сады\nПервый абзац о садах.\nВторой абзац о садах.\n## Огороды\nТретий абзац.")
    assert list(found) == ["s1", "s1/abz1", "s1/abz2", "s1.1"]
    assert found["s1/abz2"].label == "Сады, абзац 2"
    assert found["s1.1"].heading == "Огороды"


def test_numbered_titles_keep_their_own_numbers() -> None:
    found = outline("""
1. Framing Risk
Text of the first section.
1.1 Understanding Harms
Text one.
Text two, as described in
1.3 of another text and
1.2 Challenges
Text three.
2. Audience
Text four.
""")
    assert [pid for pid in found if "/" not in pid] == ["s1", "s1.1", "s1.2", "s2"]
    assert found["s1.1"].label == "Section 1.1"
    assert found["s1.1"].heading == "Understanding Harms"
    assert found["s1.1"].parent == "s1"
    assert "s1.1/abz3" in found


def test_a_printed_table_of_contents_makes_no_sections() -> None:
    found = outline("""
Table of Contents
1. Framing Risk 4
1.1 Understanding Harms 4
2. Audience 9
1. Framing Risk
Text of the first section.
2. Audience
Text of the second section.
""")
    assert [pid for pid in found if pid.startswith("s")] == ["s1", "s2"]


def test_parts_and_appendices_are_named_and_others_counted() -> None:
    found = outline(
        [
            Block("Executive Summary", size=14.0, bold=True),
            Block("A summary of the whole text that follows.", size=10.0),
            Block("Part 1: Foundational Information", size=16.0, bold=True),
            Block("1. Framing Risk", size=14.0, bold=True),
            Block("Text one of this section, long enough to set the size.", size=10.0),
            Block("Appendix A: Tasks", size=16.0, bold=True),
            Block("Text two of this section, long enough to set the size.", size=10.0),
        ]
    )
    assert [pid for pid in found if "/" not in pid] == ["h1", "part1", "s1", "appA"]
    assert found["s1"].parent == "part1"


def test_a_large_short_line_is_a_heading_and_a_large_sentence_is_not() -> None:
    body = [Block("Body text of an ordinary size and length.", size=10.0)] * 5
    found = outline([Block("Trees", size=14.0), *body, Block("A remark in large type.", size=14.0), *body])
    assert [pid for pid in found if "/" not in pid] == ["s1"]


def test_russian_text_has_russian_labels() -> None:
    found = outline("1. Общие положения\nПервый абзац.\nВторой абзац.\n2. Сады\nТретий абзац.")
    assert found["s1"].label == "Раздел 1"
    assert found["s1/abz2"].label == "Раздел 1, абзац 2"
    assert {node.lang for node in found.values()} == {"ru"}


def test_text_without_structure_is_cut_at_paragraph_borders() -> None:
    text = "\n".join(f"Абзац {n} говорит о садах и огородах, и говорит он долго." for n in range(100))
    found = outline(text)
    assert list(found) == [f"part{n}" for n in range(1, len(found) + 1)]
    assert found["part1"].label == "фрагмент 1"
    whole = canonical(text).text
    for node in found.values():
        assert node.end - node.start <= PART_LENGTH
        assert whole[node.start :].startswith("Абзац")
    assert next(iter(outline("just a few words of some text here").values())).label == "part 1"


def test_rows_of_a_table_are_paragraphs_and_never_headings() -> None:
    found = outline([Block("Indicators", heading=1), row("Year", "Share"), row("2030", "80 %")])
    assert list(found) == ["s1", "s1/abz1", "s1/abz2"]


def test_every_other_grammar_comes_first() -> None:
    assert 0 < GRAMMAR.score(canonical("words only, and no heading at all."), Identity()) < 0.3
    assert GRAMMAR.score(canonical("# Title\nwords"), Identity()) == 0.3
    assert GRAMMAR.score(canonical(""), Identity()) == 0.0


def test_the_language_is_the_one_with_more_letters() -> None:
    assert language("Указ о языке Python") == "ru"
    assert language("Order on сады") == "en"


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.sampled_from([
            "# Title", "1. One", "1.1 Deep", "2. Two", "Part 1: P", "Some text here.", "Ещё текст.",
            "a" * 2000, "word " * 700, "(a) x;", "3.5 kg", "Contents",
        ]),
        min_size=1,
        max_size=25,
    )
)  # fmt: skip
def test_any_text_gets_an_outline_that_covers_its_words(lines: list[str]) -> None:
    text = canonical(lines)
    nodes = GRAMMAR.parse(text, Identity())
    check_outline(text, nodes, sane=False)
    covered = set()
    for node in nodes:
        covered.update(range(node.start, node.end))
    assert all(offset in covered for offset, char in enumerate(text.text) if not char.isspace())


def held(name: str) -> tuple[CanonicalText, dict[str, Provision]]:
    path = ACTS / "en" / name
    text = canonicalise(read_document(path.read_bytes(), path.name))
    nodes = GRAMMAR.parse(text, Identity())
    check_outline(text, nodes)
    return text, {node.id: node for node in nodes}


@pytest.mark.acts
@needs_acts
def test_the_risk_management_framework_has_its_numbered_sections_parts_and_appendices() -> None:
    text, found = held("nist_ai_100_1.pdf")
    expected = [
        "h1", "part1", "s1", "s1.1", "s1.2", "s1.2.1", "s1.2.2", "s1.2.3", "s1.2.4", "s2", "s3",
        *[f"s3.{n}" for n in range(1, 8)],
        "s4", "part2", "s5", *[f"s5.{n}" for n in range(1, 5)], "s6", "appA", "h2", "appB", "appC", "appD",
    ]  # fmt: skip
    assert [node.id for node in found.values() if node.kind == "section"] == expected
    assert found["s3.7"].heading == "Fair – with Harmful Bias Managed"
    assert found["appB"].heading == "Appendix B: How AI Risks Differ from Traditional Software Risks"
    assert found["s1.2.3"].parent == "s1.2"
    assert text.text[found["s2"].start :].startswith("2. Audience")


@pytest.mark.acts
@needs_acts
def test_the_oecd_recommendation_has_its_two_sections_of_five_principles() -> None:
    _, found = held("oecd_legal_0449.pdf")
    assert [pid for pid in found if "/" not in pid and pid.startswith("s")] == [
        "sec1", *[f"s1.{n}" for n in range(1, 6)], "sec2", *[f"s2.{n}" for n in range(1, 6)],
    ]  # fmt: skip
    assert found["s1.3"].heading == "Transparency and explainability"
    assert found["s2.4"].parent == "sec2"
