import pytest

from assistant.errors import ReadError
from ingest.readers import read_document


def rtf(*paragraphs, extra=""):
    def escaped(text):
        return "".join(char if ord(char) < 128 else f"\\'{char.encode('cp1251')[0]:02x}" for char in text)

    body = "".join(f"{escaped(each)}\\par\n" for each in paragraphs)
    return f"{{\\rtf1\\ansi\\ansicpg1251\\deff0{{\\fonttbl{{\\f0 Times;}}}}{extra}{body}}}".encode("latin-1")


def test_each_paragraph_is_a_block_in_cyrillic():
    document = read_document(rtf("УКАЗ", "1. Поливать розы  утром.", "а) ёмкость № 5 - 300 л;"), "a.rtf")
    assert [block.text for block in document.blocks] == [
        "УКАЗ",
        "1. Поливать розы утром.",
        "а) ёмкость № 5 - 300 л;",
    ]
    assert document.media_type == "application/rtf"


def test_the_type_is_told_by_content_and_pictures_are_passed_over():
    data = rtf("УКАЗ", extra="{\\pict\\pngblip " + "89504e47" * 2000 + "}")
    assert [block.text for block in read_document(data, "a.doc").blocks] == ["УКАЗ"]


def test_a_file_without_text_and_one_that_is_no_rtf_are_errors():
    with pytest.raises(ReadError, match="no text"):
        read_document(rtf(), "a.rtf")
    with pytest.raises(ReadError):
        read_document(b"plain words", "a.rtf")
