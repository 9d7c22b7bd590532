"""HTML and XHTML files -> blocks."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import ReadError
from ingest.document import Block, Role
from ingest.readers.html import read
from tests.shared import ACTS, needs_acts

AI_ACT = ACTS / "en" / "eu_ai_act_oj.xhtml"


def blocks(body: str, role: Role = Role.BODY) -> list[Block]:
    page = f"<html><head><title>t</title></head><body>{body}</body></html>"
    return [block for block in read(page.encode(), "page.html").blocks if block.role == role]


def texts(body: str, role: Role = Role.BODY) -> list[str]:
    return [block.text for block in blocks(body, role)]


def test_paragraphs_come_out_one_by_one_with_their_space_collapsed() -> None:
    assert texts("<p>One\n   two&nbsp;&nbsp;three</p><div>Four<p>five</p>six</div>") == [
        "One two three",
        "Four",
        "five",
        "six",
    ]


def test_headings_keep_their_level_and_anchor() -> None:
    found = blocks('<h1>Act</h1><h2 id="s1" class="big ti">First <b>part</b></h2>')
    assert [(block.text, block.heading) for block in found] == [("Act", 1), ("First part", 2)]
    assert (found[1].anchor, found[1].css) == ("s1", "big ti")


def test_a_bold_paragraph_is_bold_and_a_partly_bold_one_is_not() -> None:
    found = blocks("<p><b>Whole line</b></p><p><b>Part</b> of a longer line of text</p>")
    assert [block.bold for block in found] == [True, False]


def test_scripts_styles_navigation_forms_and_hidden_parts_are_dropped() -> None:
    body = (
        "<nav><p>Home</p></nav><script>alert(1)</script><style>p{}</style><noscript>no</noscript>"
        '<div class="breadcrumb">You are here</div><p hidden>secret</p><p style="display: none">secret</p>'
        '<div aria-hidden="true">icon</div><form><button>Send</button></form><template>t</template>'
        '<ul><li><a href="/a">Laws</a></li><li><a href="/b">Orders</a></li><li><a href="/c">New</a></li></ul>'
        "<p>The act itself.</p>"
    )
    assert texts(body) == ["The act itself."]


def test_a_document_wrapped_in_a_form_or_named_like_a_menu_is_kept() -> None:
    act = "<p>" + "The act says much. " * 100 + "</p>"
    assert len(texts(f"<form>{act}</form>")) == 1
    assert len(texts(f'<div class="menu-layout">{act}</div>')) == 1
    assert texts('<section id="social-scoring"><p>Short.</p></section>') == ["Short."]


def test_a_page_footer_is_furniture_and_the_footer_of_an_article_is_not() -> None:
    body = "<article><p>Text</p><footer>Signed</footer></article><footer>© Publisher</footer>"
    assert texts(body) == ["Text", "Signed"]
    assert texts(body, Role.FURNITURE) == ["© Publisher"]


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<ol><li>one</li><li>two</li></ol>", ["1. one", "2. two"]),
        ('<ol start="3" type="a"><li>one</li><li value="7">two</li></ol>', ["c. one", "g. two"]),
        ('<ol type="I"><li>one</li><li>two</li></ol>', ["I. one", "II. two"]),
        ("<ol reversed><li>one</li><li>two</li></ol>", ["2. one", "1. two"]),
        ("<ul><li>one</li><li>two</li></ul>", ["one", "two"]),
        ('<ol style="list-style: none"><li>а) один</li></ol>', ["а) один"]),
        ("<ol><li>one<ol type='i'><li>deep</li></ol></li></ol>", ["1. one", "i. deep"]),
    ],
)
def test_list_items_carry_the_number_a_browser_prints(markup: str, expected: list[str]) -> None:
    assert texts(markup) == expected


def test_a_table_with_numbered_items_is_a_list_and_not_data() -> None:
    body = (
        "<table><tr><td>(a)</td><td><p>first;</p>"
        "<table><tr><td>(i)</td><td>inner;</td></tr></table><p>goes on</p></td></tr></table>"
        "<table><tr><td></td><td>3.1.</td><td>third</td></tr></table>"
    )
    found = blocks(body)
    assert [block.text for block in found] == ["(a) first;", "(i) inner;", "goes on", "3.1. third"]
    assert [block.indent for block in found] == [0.0, 20.0, 20.0, 0.0]
    assert all(block.cells is None for block in found)


def test_a_data_table_keeps_its_rows_and_cells() -> None:
    body = (
        "<table><tr><th>Year</th><th>Share</th></tr><tr><td>2030</td><td>80 %</td></tr>"
        "<tr><td></td><td>x</td></tr></table>"
    )
    found = blocks(body)
    assert [block.text for block in found] == ["Year | Share", "2030 | 80 %", "x"]
    assert found[1].cells == ("2030", "80 %")
    assert found[2].cells == ("", "x")


def test_a_table_that_only_lays_out_the_page_is_walked_through() -> None:
    assert texts("<table><tr><td><h1>Act</h1><p>one</p></td></tr><tr><td>two</td></tr></table>") == [
        "Act",
        "one",
        "two",
    ]


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>Статья 123<sup>1</sup></p>", "Статья 123¹"),
        ('<p>Статья 15.3<span class="W9">-1</span></p>', "Статья 15.3⁻¹"),
        ('<p>10<span class="oj-super">25</span> operations</p>', "10²⁵ operations"),
        ('<p>10<span style="vertical-align: super">25</span></p>', "10²⁵"),
        ("<p>CO<sub>2</sub> per m<sup>2</sup></p>", "CO₂ per m²"),
        ("<p>the 1<sup>st</sup> day</p>", "the 1st day"),
    ],
)
def test_superscripts_never_melt_into_the_number_before_them(markup: str, expected: str) -> None:
    assert texts(markup) == [expected]


@pytest.mark.parametrize(
    "mark",
    [
        '<a id="ntc1-L" href="#ntr1-L">(<span class="oj-super oj-note-tag">1</span>)</a>',
        '<a href="#fn1"><sup>1</sup></a>',
        '<sup><a href="#_ftn12">[12]</a></sup>',
        '<sup class="footnote-ref">1</sup>',
        '<a role="doc-noteref" href="#n">1</a>',
    ],
)
def test_a_footnote_mark_leaves_no_trace_in_the_sentence(mark: str) -> None:
    assert texts(f"<p>the Committee {mark}, and others</p>") == ["the Committee, and others"]


def test_footnotes_have_their_own_role() -> None:
    body = (
        '<p>Text</p><p class="oj-note"><a id="ntr1-L" href="#ntc1-L">(1)</a> OJ C 1.</p>'
        '<ol class="footnotes"><li>Second</li></ol>'
    )
    assert texts(body) == ["Text"]
    assert texts(body, Role.FOOTNOTE) == ["(1) OJ C 1.", "1. Second"]


def test_a_line_break_inside_a_paragraph_is_a_space_unless_a_numbered_line_follows() -> None:
    assert texts("<p>Official<br/>Journal</p>") == ["Official Journal"]
    assert texts("<p>1. one;<br/>2. two<br/><br/>three</p>") == ["1. one;", "2. two", "three"]
    assert texts("<div>first<br>second</div>") == ["first", "second"]


def test_punctuation_left_behind_a_nested_paragraph_belongs_to_it() -> None:
    assert texts("<div><div><p>‘4. New text.’</p></div>;</div><p>next</p>") == ["‘4. New text.’;", "next"]


@pytest.mark.parametrize("charset", ["utf-8", "cp1251", "koi8-r", "utf-16", "cp866"])
@pytest.mark.parametrize("declared", [True, False])
def test_the_encoding_is_taken_from_the_declaration_or_found_out(charset: str, declared: bool) -> None:
    sentence = "Настоящий Указ вступает в силу со дня его официального опубликования."
    meta = f'<meta charset="{charset}">' if declared else ""
    page = f"<html><head>{meta}</head><body><p>{sentence}</p></body></html>"
    assert [block.text for block in read(page.encode(charset), "u.html").blocks] == [sentence]


def test_a_wrong_declaration_does_not_spoil_utf8() -> None:
    page = '<html><head><meta charset="ascii"></head><body><p>Указ</p></body></html>'
    assert read(page.encode(), "u.html").blocks[0].text == "Указ"


def test_soft_hyphens_and_invisible_characters_go_and_real_hyphens_stay() -> None:
    assert texts("<p>раз&shy;витие научно-технической zero&#8203;width</p>") == [
        "развитие научно-технической zerowidth"
    ]


def test_a_page_that_defines_entities_of_its_own_is_refused() -> None:
    bomb = (
        '<?xml version="1.0"?><!DOCTYPE html [<!ENTITY a "boom"><!ENTITY b "&a;&a;"><!ENTITY x SYSTEM '
        '"file:///etc/hostname">]><html xmlns="http://www.w3.org/1999/xhtml"><body><p>Text&nbsp;&b;&x;</p>'
        "</body></html>"
    )
    with pytest.raises(ReadError, match="entities of its own") as refused:
        read(bomb.encode(), "b.xhtml")
    assert refused.value.reason == "entities"


def test_self_closed_cells_of_xhtml_do_not_swallow_what_follows() -> None:
    page = (
        '<?xml version="1.0" encoding="UTF-8"?><html xmlns="http://www.w3.org/1999/xhtml"><body>'
        "<table><tr><td/><td>1.</td><td>one &amp; two</td></tr></table><p>after</p></body></html>"
    )
    document = read(page.encode(), "x.xhtml")
    assert [block.text for block in document.blocks] == ["1. one & two", "after"]
    assert document.media_type == "application/xhtml+xml"


def test_the_main_part_is_taken_where_it_holds_most_of_the_text() -> None:
    body = "<div><p>Sign in</p></div><main><p>" + "The act. " * 20 + "</p></main><div>Related</div>"
    assert len(texts(body)) == 1


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"  \n\t ", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"%PDF-1.7 <html>", "PDF"),
        (b"PK\x03\x04rest of a zip", "ZIP"),
        (b"plain words without any tag", "no tags"),
        (b"<html\x00\x01\x02<body>", "binary"),
        (b"<html><body><p>The text ends in the mid", "cut short"),
        (b"<p>one</p><p cla", "cut short"),
        (b"<html><body><script>x()</script></body></html>", "no text"),
        (b"<html><body>" + b"<div>" * 3000 + b"deep" + b"</div>" * 3000 + b"</body></html>", "nested"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(data: bytes, says: str) -> None:
    with pytest.raises(ReadError) as caught:
        read(data, "bad.html")
    assert says in caught.value.en
    assert "bad.html" in caught.value.en
    assert "bad.html" in caught.value.ru


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="<>&\x00"), min_size=1), min_size=1))
def test_every_block_is_one_clean_line(paragraphs: list[str]) -> None:
    page = "<html><body><p>x</p>" + "".join(f"<p>{text}</p>" for text in paragraphs) + "</body></html>"
    for block in read(page.encode("utf-8", "surrogatepass"), "p.html").blocks:
        assert block.text == " ".join(block.text.split())


@pytest.mark.acts
@needs_acts
class TestTheAiActInXhtml:
    def test_recitals_articles_and_annexes_are_each_one_block_with_its_anchor(self) -> None:
        document = read(AI_ACT.read_bytes(), AI_ACT.name)
        anchors = {block.anchor: block.text for block in document.blocks if block.anchor}
        assert all(anchors[f"rct_{n}"].startswith(f"({n}) ") for n in range(1, 181))
        assert all(anchors[f"art_{n}"] == f"Article {n}" for n in range(1, 114))
        assert sum(block.text.startswith("ANNEX ") for block in document.blocks) == 13

    def test_footnotes_and_the_page_head_are_set_apart(self) -> None:
        document = read(AI_ACT.read_bytes(), AI_ACT.name)
        counts = Counter(block.role for block in document.blocks)
        assert counts[Role.FOOTNOTE] == 59
        assert counts[Role.FURNITURE] == 7
        assert not [block for block in document.blocks if block.cells]

    def test_the_exponent_of_the_compute_threshold_survives(self) -> None:
        document = read(AI_ACT.read_bytes(), AI_ACT.name)
        threshold = next(block for block in document.blocks if block.anchor == "051.002")
        assert "10²⁵" in threshold.text
