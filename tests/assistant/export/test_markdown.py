"""Markdown in which nothing but our own structure is markup."""

import re
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from assistant.export import export_answer
from assistant.export.markdown import escape
from assistant.export.plain import clean
from tests.assistant.export.made_up import HOSTILE, answer, citation, flat, full_answer, hostile_answer

MADE = datetime(2026, 11, 29, 14, 5)
TEXT_ONLY = {"paragraph_open", "paragraph_close", "inline", "text", "hardbreak"}
OURS = TEXT_ONLY | {
    "heading_open", "heading_close", "strong_open", "strong_close", "em_open", "em_close", "hr",
    "bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close", "blockquote_open",
    "blockquote_close",
}  # fmt: skip
PARSERS = [MarkdownIt("commonmark"), MarkdownIt("js-default"), MarkdownIt("gfm-like", {"linkify": False})]


def tokens(parser, text):
    for token in parser.parse(text):
        yield token
        yield from token.children or ()


def rendered(parser, text):
    """The characters a reader sees."""
    parts = [
        "\n" if token.type in ("hardbreak", "softbreak") else token.content
        for token in tokens(parser, text)
        if token.type in ("text", "hardbreak", "softbreak")
    ]
    return "".join(parts)


def written(made):
    return export_answer(made, "md", made_at=MADE).decode()


markup = st.lists(
    st.one_of(
        st.sampled_from(["\n", " ", "    ", "\t", "1. ", "12) ", "- ", "+ ", "* ", "# ", "> ", "---", "===", "```", "~~~",
                         "[a](b)", "![a](b)", "[a]: b", "<b>", "<!--", "&lt;", "&#35;", "https://a.b", "www.a.b", "|", "$$",
                         "**", "__", "_", "\\", ":", "^", "{.x}", "[^1]", "«", "№ 490"]),
        st.text(max_size=8),
    ),
    max_size=14,
).map("".join)  # fmt: skip


@pytest.mark.parametrize("parser", PARSERS, ids=["commonmark", "tables", "github"])
@given(text=markup)
def test_escaped_text_renders_as_its_own_characters_and_nothing_else(parser, text):
    shown = clean(text)
    source = escape(shown)
    assert {token.type for token in tokens(parser, source)} <= TEXT_ONLY
    assert rendered(parser, source) == shown
    for around in ("> {}", "- {}"):
        inside = {
            token.type
            for token in tokens(
                parser, around.format(source.replace("\n", "\n" + " >"[around[0] == ">"] + " "))
            )
        }
        assert not inside & {"heading_open", "html_block", "html_inline", "link_open", "image", "code_block", "fence", "hr",
                             "ordered_list_open", "table_open", "em_open", "strong_open", "code_inline"}  # fmt: skip


@given(text=markup)
def test_no_bare_address_is_left_for_github_to_link(text):
    source = escape(clean(text))
    assert not re.search(r"(?i)\w://|(?<!\\)www\.", source.replace("\\:", ""))


@pytest.mark.parametrize("parser", PARSERS, ids=["commonmark", "tables", "github"])
def test_a_hostile_answer_has_no_link_image_html_or_heading_of_its_own(parser):
    text = written(hostile_answer())
    found = list(tokens(parser, text))
    assert {token.type for token in found} <= OURS
    headings = [found[at + 1].content for at, token in enumerate(found) if token.type == "heading_open"]
    assert headings == ["Ответ с источниками", "Вопрос", "Ответ", "Варианты", "Что учесть", "Примечания",
                        "Ближайшие из просмотренных положений", "Чего не хватает в библиотеке", "Источники",
                        f"Не показано утверждений: {len(HOSTILE)}"]  # fmt: skip
    shown = flat(rendered(parser, text))
    for each in HOSTILE:
        assert flat(clean(each)) in shown
    assert not re.search(
        "[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069\u200e\u200f\ufeff\ud800-\udfff]", text
    )


def test_every_quotation_stands_word_for_word(corpus_answers, garden):
    for made in [*corpus_answers, garden.ask("Когда садовник обязан поливать розы?"), full_answer()]:
        shown = rendered(PARSERS[0], written(made))
        assert flat(made.question) in flat(shown)
        for cited in made.citations:
            marks = "«{}»" if made.language == "ru" else "“{}”"
            assert flat(marks.format(cited.quote)) in flat(shown)
        for claim in made.claims:
            assert flat(claim.text + "".join(f"[{number}]" for number in claim.citations)) in flat(shown)


def test_a_long_quotation_is_whole():
    quote = "Садовник поливает розы утром. " * 400
    assert len(quote) > 10_000
    assert flat(quote) in flat(rendered(PARSERS[0], written(answer(citation(quote=quote)))))


def test_the_same_answer_gives_the_same_bytes():
    first, again = full_answer(), full_answer().model_validate_json(full_answer().model_dump_json())
    assert export_answer(first, "md", made_at=MADE) == export_answer(again, "md", made_at=MADE)
