"""DOCX: opened again it has the words, the references, the links and nothing that runs."""

import io
import re
import zipfile
from datetime import datetime

import docx
from docx.opc.constants import RELATIONSHIP_TYPE

from assistant.export import export_answer, reference
from tests.assistant.export.made_up import HOSTILE, answer, citation, flat, full_answer, hostile_answer

MADE = datetime(2026, 11, 29, 14, 5)


def opened(made, **fields):
    return docx.Document(io.BytesIO(export_answer(made, "docx", made_at=MADE, **fields)))


def words(document):
    cells = (cell for table in document.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(para.text for para in document.paragraphs), *(cell.text for cell in cells)])


def links(document):
    return [
        each.target_ref for each in document.part.rels.values() if each.reltype == RELATIONSHIP_TYPE.HYPERLINK
    ]


def parts(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_questions_statements_and_quotations_stand_word_for_word(corpus_answers, garden):
    for made in [*corpus_answers, garden.ask("Когда садовник обязан поливать розы?"), full_answer()]:
        shown = flat(words(opened(made)))
        assert flat(made.question) in shown
        for cited in made.citations:
            marks = "«{}»" if made.language == "ru" else "“{}”"
            assert flat(marks.format(cited.quote)) in shown
            assert flat(reference(cited, made.language)) in shown
        for claim in made.claims:
            assert flat(claim.text + "".join(f"[{number}]" for number in claim.citations)) in shown


def test_headings_are_styles_and_sources_a_table_with_a_header_that_repeats():
    document = opened(full_answer())
    styles = [(para.style.name, para.text) for para in document.paragraphs if para.style.name != "Normal"]
    assert styles[:3] == [("Title", "Ответ с источниками"), ("Heading 1", "Вопрос"), ("Heading 2", "Ответ")]
    assert ("Heading 2", "Источники") in styles
    table = document.tables[0]
    assert [row.cells[0].text for row in table.rows] == ["№", "[1]", "[2]", "[3]", "[4]", "[5]", "[6]"]
    assert "w:tblHeader" in table.rows[0]._tr.xml


def test_the_page_is_a4_and_numbered_and_the_properties_are_set():
    document = opened(full_answer(), title="Справка о розах")
    section = document.sections[0]
    assert (round(section.page_width.cm, 1), round(section.page_height.cm, 1)) == (21.0, 29.7)
    footer = section.footer._element.xml
    assert re.findall(r'w:instr="(\w+)"', footer) == ["PAGE", "NUMPAGES"]
    known = document.core_properties
    assert (known.title, known.language, known.author) == ("Справка о розах", "ru-RU", "")
    assert known.created.replace(tzinfo=None) == MADE
    assert document.styles["Normal"].font.name == "Times New Roman"
    assert 'w:lang w:val="ru-RU"' in document.styles.element.xml
    for name in ("Normal", "Title", "Heading 1", "Heading 2", "Heading 3"):
        fonts = document.styles[name].element.rPr.rFonts.attrib
        assert set(fonts.values()) == {"Times New Roman"}


def test_a_title_longer_than_a_property_may_be_is_cut_only_there():
    document = opened(answer(), title="слово " * 100)
    assert len(document.core_properties.title) <= 255
    assert len(document.paragraphs[0].text) > 500


def test_only_https_addresses_of_citations_are_links():
    made = answer(*(citation(number, quote=f"цитата {number}", url=url) for number, url in enumerate(
        ["https://www.kremlin.ru/acts/bank/44731", "http://plain.example/", "javascript:alert(1)", "https://a@b.example/",
         "https://x.example/a b", "file:///etc/passwd", None, "https://[broken"], 1)))  # fmt: skip
    document = opened(made)
    assert links(document) == ["https://www.kremlin.ru/acts/bank/44731"]
    assert "http://plain.example/" in words(document)
    assert "javascript" not in words(document) and "passwd" not in words(document)


def test_a_hostile_answer_adds_no_field_link_macro_or_markup():
    content = export_answer(hostile_answer(), "docx", made_at=MADE)
    files = parts(content)
    assert not [name for name in files if "vba" in name.lower() or name.endswith(".bin")]
    body = files["word/document.xml"].decode()
    assert not re.search(r"<w:(fldSimple|fldChar|instrText|object|altChunk|script)", body)
    assert "<script" not in body and "<!ENTITY" not in body
    shown = flat(words(docx.Document(io.BytesIO(content))))
    assert flat(HOSTILE[0]) in shown and flat(HOSTILE[3]) in shown and "д" * 700 in shown
    assert (
        "словокрасное" not in shown and "слово[31mкрасное" in shown
    )  # the escape character is gone, its text is not
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200f\ufeff]", body)
    assert all(
        target.startswith("https://evil.example/") for target in links(docx.Document(io.BytesIO(content)))
    )


def test_a_long_quotation_is_whole():
    quote = "Садовник поливает розы утром. " * 400
    assert flat(quote) in flat(words(opened(answer(citation(quote=quote)))))
