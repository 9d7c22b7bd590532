"""Any file -> the reader of its content, or an error that says what it is."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import ReadError
from ingest.readers import SUPPORTED, UnsupportedTypeError, read_document, sniff
from tests.ingest.readers.pdfs import lines, pdf


def _docx() -> bytes:
    out = io.BytesIO()
    document = docx.Document()
    document.add_paragraph("Some words.")
    document.save(out)
    return out.getvalue()


def _zip(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


PDF = pdf(lambda canvas: lines(canvas, ["Some words."]) and None)
HTML = b"<!DOCTYPE html><html><body><p>Some words.</p></body></html>"
FILES = {"pdf": PDF, "docx": _docx(), "html": HTML, "text": b"Some words."}
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize("kind", FILES)
def test_a_renamed_file_is_told_by_its_content(kind: str) -> None:
    for wrong in ("act.txt", "act.bin" if kind != "text" else "act.md", "act"):
        assert sniff(FILES[kind], wrong) == kind
        assert read_document(FILES[kind], wrong).blocks[0].text == "Some words."


def test_a_page_named_text_is_still_a_page_and_a_picture_named_text_a_picture() -> None:
    assert sniff(HTML, "act.txt") == "html"
    assert sniff(PNG, "act.txt") == "image"


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "act.doc"),
        (_zip("[Content_Types].xml", "xl/workbook.xml"), "table.xlsx"),
        (_zip("a.txt"), "acts.zip"),
        (b"\x7fELF" + bytes(range(256)), "program"),
        (bytes(range(256)) * 8, "noise.bin"),
        (b"key: value", "settings.yaml"),
    ],
)
def test_other_types_are_unsupported_and_told_apart_from_broken_files(data: bytes, name: str) -> None:
    with pytest.raises(UnsupportedTypeError) as caught:
        read_document(data, name)
    assert name in caught.value.en
    assert "PDF" in caught.value.ru


@pytest.mark.parametrize("name", ["act.pdf", "act.docx", "act.png", "act.txt", "act.html", "act.xyz"])
def test_an_empty_file_is_a_broken_one(name: str) -> None:
    with pytest.raises(ReadError, match="0 bytes") as caught:
        read_document(b"", name)
    assert not isinstance(caught.value, UnsupportedTypeError)


@pytest.mark.parametrize("name", ["act.pdf", "act.docx", "act.png"])
def test_words_in_a_file_named_otherwise_are_a_broken_file(name: str) -> None:
    with pytest.raises(ReadError, match="damaged") as caught:
        read_document(b"only words", name)
    assert not isinstance(caught.value, UnsupportedTypeError)


def test_a_word_file_behind_a_password_is_named_so() -> None:
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 512 + "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(ReadError, match="password"):
        read_document(data, "act.docx")


def test_a_cut_picture_is_a_broken_file() -> None:
    with pytest.raises(ReadError, match="cut short"):
        read_document(PNG + b"\x00" * 20, "scan.png")


@given(st.binary(max_size=300), st.sampled_from(sorted(SUPPORTED)))
def test_no_bytes_bring_anything_but_a_document_or_a_read_error(data: bytes, suffix: str) -> None:
    try:
        document = read_document(data, f"act{suffix}")
    except ReadError as error:
        assert f"act{suffix}" in error.en
        assert error.ru
    else:
        assert document.blocks


def test_every_supported_type_has_its_reader() -> None:
    import ingest.readers as package

    folder = Path(package.__file__).parent
    assert {package.READERS[kind] for kind in SUPPORTED.values()} <= {
        path.stem for path in folder.glob("*.py")
    }
