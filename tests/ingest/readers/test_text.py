"""Plain text and Markdown -> blocks: encodings, wrapping, front matter, stray tags."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import ReadError
from ingest.document import Document
from ingest.readers.text import read
from tests.shared import ACTS, needs_acts

RUSSIAN = "Статья 1. Правила полива\nСадовник обязан поливать розы утром, если иное не установлено.\n"


def texts(text: str | bytes, name: str = "garden.txt") -> list[str]:
    data = text.encode() if isinstance(text, str) else text
    return [block.text for block in read(data, name).blocks]


CODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1251", "koi8-r", "cp866"]


@pytest.mark.parametrize("coding", CODINGS)
def test_russian_is_read_in_any_of_its_encodings(coding: str) -> None:
    assert texts(RUSSIAN.encode(coding)) == RUSSIAN.strip().split("\n")


def test_western_quotation_marks_do_not_make_a_text_russian() -> None:
    text = "The keeper’s “roses” are watered — every morning, whatever the weather may be outside."
    assert texts(text.encode("cp1252")) == [text]


@given(st.text(alphabet="абвгдежзиклмнопрстуфхцчшщэюя .,\n", min_size=40, max_size=200))
def test_utf8_is_never_taken_for_anything_else(text: str) -> None:
    if text.strip():
        assert read(text.encode(), "a.txt").metadata["charset"] == "utf-8"


def test_lines_wrapped_by_hand_are_joined_into_paragraphs() -> None:
    words = "The keeper of the garden shall water the roses in the morning and again before the night. " * 4
    source = "\n\n".join(
        "\n".join(textwrap.wrap(f"{start} {words}", 72)) for start in ("(a)", "(b)", "Sec. 3.")
    )
    found = texts(source)
    assert [text[:6].split(" ")[0] for text in found] == ["(a)", "(b)", "Sec."]
    assert found[0] == " ".join(f"(a) {words}".split())


def test_a_line_left_short_ends_its_paragraph_without_a_blank_line() -> None:
    words = "The keeper of the garden shall water the roses in the morning and again before night. " * 3
    source = "\n".join(
        [*textwrap.wrap(words, 70)[:-1], "It ends.", *textwrap.wrap("This begins. " + words, 70)]
    )
    found = texts(source)
    assert [text[:4] for text in found] == ["The ", "This"]


def test_text_with_a_paragraph_a_line_is_left_as_it_is() -> None:
    source = "Правила\n" + "Садовник поливает розы. " * 20 + "\nодно;\nдругое;"
    assert len(texts(source)) == 4


def test_front_matter_becomes_metadata_and_leaves_the_text() -> None:
    document = read(
        b"---\ntitle: 'Garden order'\ndate: '2023-10-30'\ntags:\n- a\n- b\n---\nSec. 1. Text\\(s\\).\n",
        "a.txt",
    )
    assert [block.text for block in document.blocks] == ["Sec. 1. Text(s)."]
    assert document.metadata["title"] == "Garden order"
    assert document.metadata["date"] == "2023-10-30"
    assert document.metadata["tags"] == "a, b"


def test_three_dashes_that_open_no_front_matter_are_text() -> None:
    assert texts("---\nnot: [closed\n---\nText") == ["---", "not: [closed", "---", "Text"]


def test_stray_tags_and_entities_go_and_raised_digits_stay_raised() -> None:
    source = 'More than 10<sup>26</sup> <span style="x">roses</span>&nbsp;&amp; lilies\u00a0of 5 < 6 gardens'
    assert texts(source) == ["More than 10²⁶ roses & lilies of 5 < 6 gardens"]


def test_a_tag_that_stood_in_a_wrapped_line_does_not_end_the_paragraph() -> None:
    words = "the keeper of the garden shall water all the roses in the morning and again before night " * 3
    source = "\n".join(
        textwrap.wrap('Sec. 2. <span style="text-decoration:underline">Policy</span>. It is ' + words, 72)
    )
    assert len(texts(source)) == 1


def test_markdown_gives_headings_lists_tables_and_plain_words() -> None:
    source = "# Rules\n\nSome **bold** and [linked](http://a.b) words.\n\n- one\n- two\n\n| A | B |\n|---|---|\n| 1 | 2 |\n"
    blocks = read(source.encode(), "rules.md").blocks
    assert [(block.text, block.heading) for block in blocks[:2]] == [
        ("Rules", 1),
        ("Some bold and linked words.", None),
    ]
    assert [block.text for block in blocks[2:4]] == ["- one", "- two"]
    assert [block.cells for block in blocks[4:]] == [("A", "B"), ("1", "2")]


@pytest.mark.parametrize("data", [b"", b" \n\t\n", b"\xef\xbb\xbf", b"---\ntitle: a\n---\n"])
def test_a_text_without_text_is_refused(data: bytes) -> None:
    with pytest.raises(ReadError) as caught:
        read(data, "a.txt")
    assert "a.txt" in caught.value.en
    assert "a.txt" in caught.value.ru


def test_noise_in_no_encoding_is_refused() -> None:
    with pytest.raises(ReadError, match="UTF-8"):
        read(bytes(range(128, 256)) * 20, "a.txt")


def _order(name: str) -> Document:
    path = ACTS / "en" / name
    return read(path.read_bytes(), path.name)


@needs_acts
@pytest.mark.acts
def test_a_wrapped_executive_order_comes_out_in_whole_paragraphs() -> None:
    document = _order("us_eo_14110_2023.txt")
    assert document.metadata["date"] == "2023-10-30"
    found = [block.text for block in document.blocks]
    assert sum(text.startswith("Sec") for text in found) == 13
    assert not any("<" in text or "\u00a0" in text or "  " in text for text in found)
    assert sum("10²⁶" in text for text in found) == 2
    assert sum(text[:1].islower() for text in found) == 0
