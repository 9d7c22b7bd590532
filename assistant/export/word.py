"""A document -> DOCX: real headings, tables, page numbers, properties, no macros.

Text is written as the characters of runs, which Word never reads as fields, links or XML. The only links are
relationships to the https addresses that :attr:`~assistant.export.blocks.Run.link` holds.
"""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

from assistant.export.blocks import Cell, Column, Document, Heading, Para, Run, Sources, Table, plain
from assistant.export.words import say

FONT = "Times New Roman"
PROPERTY_CHARS = 250  # Word's own limit of a title is 255
_LOCALES = {"ru": "ru-RU", "en": "en-GB"}
_HEADING_SIZES = {1: 14, 2: 13, 3: 12}
_SIZES = {"small": 10, "detail": 11}
_BULLETS = ("List Bullet", "List Bullet 2", "List Bullet 3")
_BOX, _BOX_CM = "\u2610", 0.63
_TABLE_CM = 16.5
_NUMBER, _SOURCE = 13, 152  # widths of the columns of sources
_LINK_COLOUR = (0x1A, 0x4F, 0x8B)


def to_docx(document: Document) -> bytes:
    """The bytes of a DOCX file on A4."""
    import docx

    made = docx.Document()
    _page(made, document)
    _styles(made, document)
    _properties(made, document)
    # By its name a style is looked up among all of them each time: most of a long document's time.
    ids = {style.name: style.style_id for style in made.styles}
    made.add_paragraph(document.title)._p.style = ids["Title"]
    for block in document.blocks:
        if isinstance(block, Heading):
            made.add_paragraph(block.text)._p.style = ids[f"Heading {block.level}"]
        elif isinstance(block, Para):
            paragraph = made.add_paragraph()
            if block.kind == "item":
                paragraph._p.style = ids[_BULLETS[block.level]]
            elif block.kind == "todo":
                _box(paragraph)
            _fill(paragraph, block)
        elif isinstance(block, Table):
            for row in _table(made, block).rows:
                _keep_whole(row)
        else:
            _table(made, _listed(block, document))
    kept = io.BytesIO()
    made.save(kept)
    return kept.getvalue()


def _page(made: Any, document: Document) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Cm

    section = made.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.top_margin = section.bottom_margin = Cm(2)
    section.left_margin, section.right_margin = Cm(2.5), Cm(1.5)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _field(footer, "PAGE")
    footer.add_run(say(document.lang, "of_pages"))
    _field(footer, "NUMPAGES")


def _field(paragraph: Any, name: str) -> None:
    """A field of ours, PAGE or NUMPAGES; nothing from a text comes here."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    run = OxmlElement("w:r")
    shown = OxmlElement("w:t")
    shown.text = "1"
    run.append(shown)
    field.append(run)
    paragraph._p.append(field)


def _styles(made: Any, document: Document) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt

    styles = made.styles
    _font(styles["Normal"], 12)
    styles["Normal"].paragraph_format.space_after = Pt(6)
    _font(styles["Title"], 17)
    for border in styles["Title"].element.findall(f".//{qn('w:pBdr')}"):
        border.getparent().remove(border)
    for level, size in _HEADING_SIZES.items():
        style = styles[f"Heading {level}"]
        _font(style, size)
        style.font.bold = True
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(12), Pt(4)
    defaults = styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    for old in defaults.findall(qn("w:lang")):
        defaults.remove(old)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), _LOCALES[document.lang])
    defaults.append(language)


def _font(style: Any, size: float) -> None:
    """One black font for every script, in place of the theme's."""
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    style.font.name, style.font.size = FONT, Pt(size)
    style.font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in [name for name in fonts.attrib if name.lower().endswith("theme")]:
        del fonts.attrib[name]
    for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(script), FONT)


def _properties(made: Any, document: Document) -> None:
    known = made.core_properties
    known.title = document.title[:PROPERTY_CHARS]
    known.language = _LOCALES[document.lang]
    known.author = known.last_modified_by = known.comments = known.keywords = ""
    known.created = known.modified = _utc(document.made_at)


def _utc(moment: datetime) -> datetime:
    """The moment in UTC; one without a zone is taken as it is."""
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _listed(block: Sources, document: Document) -> Table:
    """Sources as a table of numbers and texts."""
    headings = (say(document.lang, key) for key in ("number", "source"))
    columns = tuple(Column(*each) for each in zip(headings, (_NUMBER, _SOURCE), strict=True))
    rows: list[tuple[Cell, Cell]] = [((plain(f"[{entry.number}]"),), entry.paras) for entry in block.entries]
    return Table(columns, tuple(rows))


def _table(made: Any, block: Table) -> Any:
    from docx.shared import Cm

    table = made.add_table(rows=1 + len(block.rows), cols=len(block.columns), style="Table Grid")
    table.autofit = False
    head, *rows = table.rows
    for cell, column in zip(head.cells, block.columns, strict=True):
        cell.paragraphs[0].add_run(column.heading).bold = True
    _repeat(head)
    for row, told in zip(rows, block.rows, strict=True):
        for cell, paras in zip(row.cells, told, strict=True):
            for place, para in enumerate(paras):
                _fill(cell.paragraphs[0] if place == 0 else cell.add_paragraph(), para)
    whole = sum(column.parts for column in block.columns)
    for column, wanted in zip(table.columns, block.columns, strict=True):
        column.width = width = Cm(_TABLE_CM * wanted.parts / whole)
        for cell in column.cells:
            cell.width = width
    made.add_paragraph()
    return table


def _repeat(row: Any) -> None:
    """The header row stands again at the top of every page the table goes on to."""
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _keep_whole(row: Any) -> None:
    """The row goes on to the next page only where it is longer than one."""
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _box(paragraph: Any) -> None:
    """A box to tick; the lines after the first begin beside it."""
    from docx.shared import Cm

    paragraph.paragraph_format.left_indent = Cm(_BOX_CM)
    paragraph.paragraph_format.first_line_indent = -Cm(_BOX_CM)
    paragraph.add_run(f"{_BOX}\t").font.name = "Segoe UI Symbol"


def _fill(paragraph: Any, para: Para) -> None:
    from docx.shared import Pt

    for run in para.runs:
        written = _link(paragraph, run) if run.link else paragraph.add_run(run.text)
        written.bold = True if run.look == "strong" else None
        written.italic = True if run.look == "emphasis" else None
        if para.kind in _SIZES:
            written.font.size = Pt(_SIZES[para.kind])
    if para.kind == "lead":
        paragraph.paragraph_format.keep_with_next = True


def _link(paragraph: Any, run: Run) -> Any:
    """A run inside a hyperlink to its address."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import RGBColor

    written = paragraph.add_run(run.text)
    written.font.underline = True
    written.font.color.rgb = RGBColor(*_LINK_COLOUR)
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(run.link, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    paragraph._p.append(link)
    link.append(written._r)
    return written
