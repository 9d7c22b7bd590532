"""Small whole files of every format, of our own words: what fuzzing starts from. None is kept on disk."""

from __future__ import annotations

import io

from docx import Document

from tests.ingest.hostile import page, page_of, png
from tests.ingest.test_pipeline import law

# Pieces of acts that the grammars and the identification look at, and what wears expressions out.
PIECES = (
    "Статья 10.2-2. ", "Глава IV\n", "1. ", "1) ", "а) ", "б) ", "пункт 3 ", "УКАЗ\n", "от 5 марта 2021 г. N 777\n",
    "N 149-ФЗ ", "Федеральный закон ", "(в ред. Федерального закона от 27.07.2010 N 227-ФЗ)", "Утратила силу. ",
    "Утвердить прилагаемые ", "Article 5(1)(f) ", "ANNEX III\n", "Regulation (EU) 2024/1689 ", "(10) ", "whereas ",
    "Section 4.2. ", "EXECUTIVE ORDER 14110\n", " ", "\n", "\n\n", "\t", "( ", "«", "»", "№ ", "…", "-", "— ", "|.",
    "1.1.1.1.1.1. ", "IIIIII. ", "a", "Я", "0", "²", "\u00a0", "\u00ad", "\u200b", "\ufffe", "\U0001f337", "é",
)  # fmt: skip


def docx_seed() -> bytes:
    """A document with a heading, a list and a table."""
    document = Document()
    for line in law().split("\n\n"):
        document.add_paragraph(line)
    document.add_table(2, 2).cell(0, 0).text = "розы"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def seeds() -> dict[str, bytes]:
    """File name -> bytes."""
    text = law()
    return {
        "a.txt": text.encode(),
        "b.txt": text.encode("cp1251"),
        "c.txt": text.encode("utf-16"),
        "d.md": f"---\ntitle: Сады\n---\n# О садах\n\n{text}\n| a | b |\n|---|---|\n| *1* | `2` |\n".encode(),
        "e.html": page(
            f"<h1>О садах</h1><ol><li>{text}</li></ol><table><tr><td>1<sup>2</sup></td></tr></table>"
        ),
        "f.rtf": b"{\\rtf1\\ansi {\\b \\'d1\\'e0\\'e4\\'fb}\\par 1. \\u1056? \\'ee\\'e7\\'fb\\par}",
        "g.pdf": page_of(b"BT /F 12 Tf 60 700 Td (Article 1. Roses) Tj 0 -20 Td (1. Water them.) Tj ET"),
        "h.docx": docx_seed(),
        "i.png": png(8, 8, (b"\0" + b"\xff" * 8) * 8),
    }
