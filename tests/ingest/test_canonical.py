"""Blocks -> the canonical text: offsets, notes, pages."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from assistant.model import page_at
from ingest.canonical import canonicalise
from ingest.document import Block, Document, Role


def document(*blocks: Block) -> Document:
    return Document(list(blocks), "text/plain")


def test_body_blocks_are_joined_by_line_ends_and_nothing_else_goes_in() -> None:
    found = canonicalise(
        document(
            Block("One."),
            Block("Gazette 7", role=Role.FURNITURE),
            Block("(amended)", role=Role.NOTE),
            Block("Two."),
            Block("¹ See.", role=Role.FOOTNOTE),
        )
    )
    assert found.text == "One.\nTwo."
    assert [(para.start, para.end) for para in found.paras] == [(0, 4), (5, 9)]
    assert [(note.text, note.kind, note.offset) for note in found.notes] == [
        ("(amended)", "note", 4),
        ("¹ See.", "footnote", 9),
    ]


def test_a_note_before_all_text_stands_at_the_beginning() -> None:
    found = canonicalise(document(Block("(note)", role=Role.NOTE, pages=((0, 3),)), Block("Text")))
    assert [(note.offset, note.page) for note in found.notes] == [(0, 3)]


def test_every_character_knows_its_page_also_inside_a_paragraph_that_runs_over() -> None:
    found = canonicalise(
        document(
            Block("First.", pages=((0, 1),)),
            Block("Runs over.", pages=((0, 1), (5, 2))),
            Block("Last.", pages=((0, 2),)),
        )
    )
    assert found.page_starts == ((0, 1), (12, 2))
    assert [
        page_at(found.page_starts, found.text.index(word)) for word in ("First", "Runs", "over", "Last")
    ] == [
        1,
        1,
        2,
        2,
    ]


def test_a_format_without_pages_has_no_page_starts() -> None:
    assert canonicalise(document(Block("Text"))).page_starts == ()


def test_decomposed_letters_are_composed_and_page_offsets_move_along() -> None:
    text = "и\u0306 и\u0306 end"
    found = canonicalise(document(Block(text, pages=((0, 1), (text.index("end"), 2)))))
    assert found.text == "й й end"
    assert found.page_starts == ((0, 1), (4, 2))


def test_line_breaks_and_unseen_characters_never_get_into_a_paragraph() -> None:
    found = canonicalise(document(Block("a\nb\u200b\x00c \u00a0 d\ud800"), Block(" \u200b "), Block("e")))
    assert found.text == "a bc d\ne"


@given(st.lists(st.tuples(st.text(max_size=30), st.sampled_from(list(Role))), max_size=12))
def test_paragraphs_are_found_where_they_say_and_the_text_is_nfc(parts: list[tuple[str, Role]]) -> None:
    found = canonicalise(document(*(Block(text, role=role) for text, role in parts)))
    assert all(found.text[para.start : para.end] == para.text for para in found.paras)
    assert "\n".join(para.text for para in found.paras) == found.text
    assert found.text == "\n".join(unicodedata.normalize("NFC", line) for line in found.text.split("\n"))
    assert all(0 <= note.offset <= len(found.text) for note in found.notes)
    assert canonicalise(document(*(para.block for para in found.paras))).text == found.text
