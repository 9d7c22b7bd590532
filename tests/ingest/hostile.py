"""Files made to hang, crash, fill or fool a reader: made when a test runs, of our own words.

Each is a name, its bytes, and why it may be refused. ``None`` stands for a type nobody reads; ``identity`` for
a text in which no act is named: it was read whole, and nothing is known of it.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from docx import Document

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
DOCX_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)


@dataclass(frozen=True)
class Hostile:
    """One file. ``reasons``: what may be said of it; ``heavy``: it runs into a limit."""

    name: str
    make: Callable[[], bytes]
    reasons: tuple[str | None, ...]
    heavy: bool = False


# ── DOCX ──────────────────────────────────────────────────────────────────────────────────────────


def whole_docx() -> bytes:
    out = io.BytesIO()
    document = Document()
    document.add_paragraph("Розы поливают утром.")
    document.save(out)
    return out.getvalue()


def zipped(entries: dict[str, bytes], level: int = 9) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, content in entries.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED, level)
    return out.getvalue()


def docx_with(**entries: bytes) -> bytes:
    """A whole DOCX with entries added or replaced; ``__`` in a keyword stands for ``/``, ``_x`` for a dot."""
    with zipfile.ZipFile(io.BytesIO(whole_docx())) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    return zipped(
        {**held, **{key.replace("__", "/").replace("_x", ".x"): each for key, each in entries.items()}}
    )


def docx_of(xml: bytes) -> bytes:
    return docx_with(word__document_xml=xml)


def with_entry(name: str, content: bytes = b"x") -> bytes:
    out = io.BytesIO(whole_docx())
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(zipfile.ZipInfo(name), content)
    return out.getvalue()


def many_entries() -> bytes:
    out = io.BytesIO(whole_docx())
    with zipfile.ZipFile(out, "a") as archive:
        for number in range(6_000):
            archive.writestr(f"word/{number}.bin", b"")
    return out.getvalue()


def bomb_part(size: int) -> bytes:
    return docx_with(word__media__image_xyz=b"\0" * size)


def twice_the_same() -> bytes:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return with_entry("word/document.xml", b"<other/>")


def locked_entry() -> bytes:
    """The mark of encryption set on every entry, in both places that hold it."""
    data = bytearray(whole_docx())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(mark, at + 4)
    return bytes(data)


def lying_sizes() -> bytes:
    """Every entry says that it unpacks to nearly four gigabytes."""
    data = bytearray(whole_docx())
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        struct.pack_into("<L", data, at + 24, 0xFFFF_FFF0)
        at = data.find(b"PK\x01\x02", at + 4)
    return bytes(data)


def body(inside: str, prolog: str = "") -> bytes:
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    return f'{head}{prolog}<w:document xmlns:w="{W}"><w:body>{inside}</w:body></w:document>'.encode()


def laughs(root: str) -> str:
    """Ten entities, each of ten of the one before."""
    lines = ['<!ENTITY a0 "ha">'] + [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)]
    return f"<!DOCTYPE {root} [{''.join(lines)}]>"


PARAGRAPH = "<w:p><w:r><w:t>&a9;</w:t></w:r></w:p>"
OUTSIDE = '<!DOCTYPE x [<!ENTITY a9 SYSTEM "file:///etc/passwd">]>'
REMOTE = '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">'
DEEP = 30_000


def nested(tag: str, depth: int, words: str = "Розы") -> str:
    return f"<{tag}>" * depth + words + f"</{tag}>" * depth


DOCX = [
    Hostile("bomb-ratio.docx", lambda: bomb_part(12_000_000), ("bomb",)),
    Hostile("bomb-xml.docx", lambda: docx_of(body("<w:p/>" * 30_000_000)), ("bomb",), heavy=True),
    Hostile("bomb-lying.docx", lying_sizes, ("bomb", "unreadable")),
    Hostile("bomb-entries.docx", many_entries, ("bomb",)),
    Hostile("archive-in-it.docx", lambda: with_entry("word/more.zip", zipped({"a": b"a"})), ("bomb",)),
    Hostile("docx-in-it.docx", lambda: with_entry("word/media/more.docx", whole_docx()), ("bomb",)),
    Hostile("climbs.docx", lambda: with_entry("../../../../tmp/out.txt"), ("path",)),
    Hostile("climbs-back.docx", lambda: with_entry("word\\..\\..\\out.txt"), ("path",)),
    Hostile("absolute.docx", lambda: with_entry("/etc/cron.d/x"), ("path",)),
    Hostile("drive.docx", lambda: with_entry("C:/windows/x"), ("path",)),
    Hostile("twice.docx", twice_the_same, ("unreadable",)),
    Hostile("locked.docx", locked_entry, ("encrypted",)),
    Hostile("laughs.docx", lambda: docx_of(body(PARAGRAPH, laughs("x"))), ("entities",)),
    Hostile("laughs16.docx", lambda: docx_of(
        body(PARAGRAPH, laughs("x")).decode().replace("UTF-8", "UTF-16").encode("utf-16")), ("entities",)),
    Hostile("outside.docx", lambda: docx_of(body(PARAGRAPH, OUTSIDE)), ("entities",)),
    Hostile("remote.docx", lambda: docx_of(body("<w:p/>", REMOTE)), ("entities",)),
    Hostile("deep.docx", lambda: docx_of(body(nested("w:sdt", DEEP))), ("too_deep", "unreadable")),
    Hostile("deep-tables.docx", lambda: docx_of(body(
        "<w:tbl><w:tr><w:tc>" * 80 + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * 80)), ("too_deep", "unreadable")),
    Hostile("no-body.docx", lambda: docx_of(b'<?xml version="1.0"?><x/>'), ("unreadable",)),
    Hostile("not-xml.docx", lambda: docx_of(b"\x00\xff" * 5_000), ("unreadable",)),
    Hostile("cut.docx", lambda: whole_docx()[:-200], ("unreadable",)),
    Hostile("no-directory.docx", lambda: whole_docx()[:4_000], ("unreadable",)),
    Hostile("only-magic.docx", lambda: b"PK\x03\x04", ("unreadable",)),
    Hostile("bare.zip", lambda: zipped({"act.txt": b"text"}), (None,)),
    Hostile("zip-as-text.txt", lambda: zipped({"act.txt": b"text"}), (None,)),
    Hostile("loop-style.docx", lambda: docx_with(word__styles_xml=(
        f'<w:styles xmlns:w="{W}"><w:style w:type="paragraph" w:styleId="A"><w:name w:val="A"/>'
        '<w:basedOn w:val="B"/></w:style><w:style w:type="paragraph" w:styleId="B"><w:name w:val="B"/>'
        '<w:basedOn w:val="A"/></w:style></w:styles>').encode(), word__document_xml=body(
        '<w:p><w:pPr><w:pStyle w:val="A"/></w:pPr><w:r><w:t>Розы</w:t></w:r></w:p>')),
        ("time",), heavy=True),
]  # fmt: skip


# ── PDF ───────────────────────────────────────────────────────────────────────────────────────────


def pdf_of(*objects: str | bytes, trailer: str = "/Root 1 0 R") -> bytes:
    """A PDF of these objects, numbered from 1, with a right table of their places."""
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, each in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + (each.encode() if isinstance(each, str) else each) + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for place in places:
        out += b"%010d 00000 n \n" % place
    return bytes(
        out + f"trailer\n<</Size {len(objects) + 1} {trailer}>>\nstartxref\n{start}\n%%EOF\n".encode()
    )


def stream(data: bytes, said: str = "") -> bytes:
    packed = zlib.compress(data, 9)
    head = f"<</Length {len(packed)}/Filter/FlateDecode{said}>>stream\n".encode()
    return head + packed + b"\nendstream"


CATALOG = "<</Type/Catalog/Pages 2 0 R>>"
PAGES = "<</Type/Pages/Count 1/Kids[3 0 R]>>"
FONT = "/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>"


def page_of(content: bytes, box: str = "0 0 595 842") -> bytes:
    page = f"<</Type/Page/Parent 2 0 R/MediaBox[{box}]/Contents 4 0 R{FONT}>>"
    return pdf_of(CATALOG, PAGES, page, stream(content))


def encrypted_pdf() -> bytes:
    from tests.ingest.readers.pdfs import pdf

    return pdf(lambda canvas: canvas.drawString(60, 700, "Roses are watered"), encrypt="secret")


def xref_loop() -> bytes:
    data = page_of(SAY)
    start = data.rindex(b"startxref") + 10
    place = data[start : data.index(b"\n", start)]
    return data.replace(b"/Root 1 0 R>>", b"/Root 1 0 R/Prev " + place + b">>")


SAY = b"BT /F 12 Tf 60 700 Td (12 34) Tj ET "
READ = ("identity", "unreadable")  # it may be read as far as it goes; no act is named in it

PDF = [
    Hostile("pages-loop.pdf", lambda: pdf_of(CATALOG, "<</Type/Pages/Count 1/Kids[2 0 R]>>"), READ),
    Hostile("pages-count.pdf", lambda: pdf_of(CATALOG, "<</Type/Pages/Count 2000000000/Kids[]>>"),
            ("unreadable", "too_large")),
    Hostile("many-pages.pdf", lambda: pdf_of(
        CATALOG, f"<</Type/Pages/Count 6000/Kids[{'3 0 R ' * 6000}]>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"), ("too_large", "unreadable")),
    Hostile("parent-loop.pdf", lambda: pdf_of(
        CATALOG, "<</Type/Pages/Count 1/Kids[3 0 R]/Parent 3 0 R>>", "<</Type/Page/Parent 2 0 R>>"), READ),
    Hostile("deep-pages.pdf", lambda: pdf_of(CATALOG, *(
        f"<</Type/Pages/Count 1/Kids[{n + 1} 0 R]>>" for n in range(2, 3_000)), "<</Type/Page>>"), READ),
    Hostile("outline-loop.pdf", lambda: pdf_of(
        "<</Type/Catalog/Pages 2 0 R/Outlines 5 0 R>>", PAGES,
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R{FONT}>>", stream(SAY),
        "<</First 6 0 R/Last 6 0 R/Count 1>>", "<</Title(a)/Parent 5 0 R/Next 6 0 R/Dest[3 0 R/Fit]>>"),
        (*READ, "time", "memory")),
    Hostile("xref-loop.pdf", xref_loop, READ),
    Hostile("length-of-itself.pdf", lambda: pdf_of(
        CATALOG, PAGES, "<</Type/Page/Parent 2 0 R/Contents 4 0 R>>",
        "<</Length 4 0 R>>stream\nBT ET\nendstream"), READ),
    Hostile("form-loop.pdf", lambda: pdf_of(
        CATALOG, PAGES, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        "/Resources<</XObject<</X 5 0 R>>>>>>", stream(b"/X Do"),
        stream(b"/X Do /X Do", "/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 5 0 R>>>>")),
        (*READ, "time", "memory"), heavy=True),
    Hostile("deep-arrays.pdf", lambda: pdf_of(CATALOG, PAGES, "[" * 100_000 + "]" * 100_000),
            READ),
    Hostile("content-bomb.pdf", lambda: page_of(b"q " * 30_000_000), (*READ, "time", "memory"), heavy=True),
    Hostile("text-bomb.pdf", lambda: page_of(SAY * 400_000), (*READ, "time", "memory", "too_large"), heavy=True),
    Hostile("huge-page.pdf", lambda: page_of(SAY, "0 0 1e9 1e9"), READ),
    Hostile("huge-image.pdf", lambda: pdf_of(
        CATALOG, PAGES, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 14400 14400]/Contents 4 0 R"
        "/Resources<</XObject<</X 5 0 R>>>>>>", stream(b"14400 0 0 14400 0 0 cm /X Do"),
        stream(b"\0", "/Type/XObject/Subtype/Image/Width 60000/Height 60000/BitsPerComponent 8"
               "/ColorSpace/DeviceGray")), ("too_large", "unreadable")),
    Hostile("encrypted.pdf", encrypted_pdf, ("encrypted",)),
    Hostile("only-header.pdf", lambda: b"%PDF-1.7\n%%EOF", ("unreadable",)),
    Hostile("noise.pdf", lambda: b"%PDF-1.7\n" + bytes(range(256)) * 400 + b"\n%%EOF", ("unreadable",)),
    Hostile("cut.pdf", lambda: page_of(SAY)[:300], ("unreadable",)),
]  # fmt: skip


# ── HTML, text, RTF, images ───────────────────────────────────────────────────────────────────────


def page(inside: str) -> bytes:
    return f"<!DOCTYPE html><html><head><meta charset='utf-8'></head><body>{inside}</body></html>".encode()


def xhtml(prolog: str) -> bytes:
    return (
        f'<?xml version="1.0"?>{prolog}<html xmlns="http://www.w3.org/1999/xhtml"><body><p>&a9;</p>'
        "</body></html>"
    ).encode()


def png(width: int, height: int, data: bytes = b"\0") -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">L", len(content)) + kind + content + struct.pack(">L", zlib.crc32(kind + content))
        )

    head = struct.pack(">LLBBBBB", width, height, 8, 0, 0, 0, 0)
    inside = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + inside


def yaml_laughs() -> bytes:
    lines = ["a0: &a0 [ha, ha]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    return ("---\n" + "\n".join(lines) + "\n---\n\n" + "- - -\n").encode()


def loop_tiff() -> bytes:
    """A TIFF whose list of pages leads back to its first."""
    entries = [(256, 1), (257, 1), (258, 8), (262, 1), (273, 200), (277, 1), (278, 1), (279, 1)]
    packed = b"".join(struct.pack("<HHLL", tag, 4, 1, value) for tag, value in entries)
    directory = struct.pack("<H", len(entries)) + packed + struct.pack("<L", 8)
    return (b"II*\x00" + struct.pack("<L", 8) + directory).ljust(256, b"\0")


MARKUP = [
    Hostile("deep.html", lambda: page(nested("div", DEEP)), ("too_deep", "unreadable")),
    Hostile("deep-tables.html", lambda: page(nested("table><tr><td", 3_000)), ("too_deep", "unreadable")),
    Hostile("deep.xhtml", lambda: xhtml("").replace(b"&a9;", nested("b", DEEP).encode()),
            ("too_deep", "unreadable")),
    Hostile("laughs.xhtml", lambda: xhtml(laughs("html")), ("entities",)),
    Hostile("outside.xhtml", lambda: xhtml(OUTSIDE), ("entities",)),
    Hostile("no-end.html", lambda: b"<html><body><p>" + b"Roses " * 100, ("unreadable",)),
    Hostile("nul.html", lambda: page("<p>Roses</p>" + "x" * 9_000 + "\0" * 50), ("unreadable",)),
    Hostile("doctype.html", lambda: b"<!DOCTYPE html [" * 3_000 + page("<p>12 34</p>"),
            (*READ, "entities")),
    Hostile("attributes.html", lambda: page("<p " + " ".join(f"a{n}=1" for n in range(60_000)) + ">1</p>"),
            (*READ, "time"), heavy=True),
    Hostile("one-line.html", lambda: page("<p>" + "roses " * 300_000 + "</p>"), ("too_large",)),
    Hostile("comments.md", lambda: b"<!--" * 400_000, ("time", *READ), heavy=True),
    Hostile("one-line.txt", lambda: b"roses " * 300_000, ("too_large",)),
    Hostile("nul.txt", lambda: b"roses and tulips\n" * 1_000 + b"\0\0\0", ("unreadable",)),
    Hostile("nuls.txt", lambda: b"\0" * 100_000, (None,)),
    Hostile("spaces.txt", lambda: b"x" + b" \n" * 150_000 + b"1/2/", READ),
    Hostile("yaml.md", yaml_laughs, READ),
    Hostile("yaml-deep.md", lambda: b"---\na: " + b"[" * 50_000 + b"\n---\n- - -\n", (*READ, "time"),
            heavy=True),
    Hostile("brackets.md", lambda: b"[" * 120_000, (*READ, "time"), heavy=True),
    Hostile("stars.md", lambda: b"**1" * 60_000, (*READ, "time"), heavy=True),
    Hostile("utf16.txt", lambda: b"\xff\xfe" + b"\x00\xd8" * 5_000, READ),
    Hostile("deep.rtf", lambda: b"{\\rtf1 " + b"{" * 200_000 + b"}" * 200_000 + b"}", READ),
    Hostile("surrogates.rtf", lambda: b"{\\rtf1 " + b"\\u-10179? " * 200 + b"}", READ),
    Hostile("no-numbers.rtf", lambda: b"{\\rtf1\\u99999999999999? a}", READ),
    Hostile("huge.png", lambda: png(60_000, 60_000), ("too_large",)),
    Hostile("no-pixels.png", lambda: png(0, 0), ("unreadable",)),
    Hostile("cut.png", lambda: png(500, 500)[:60], ("unreadable",)),
    Hostile("loop.tiff", loop_tiff, ("unreadable",)),
    Hostile("noise.jpg", lambda: b"\xff\xd8\xff\xe0" + bytes(range(256)) * 40, ("unreadable",)),
    Hostile("program.txt", lambda: b"\x7fELF" + b"\x02\x01\x01" + b"\0" * 500, (None,)),
    Hostile("old-word.pdf", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2_000, (None,)),
    Hostile("rar.docx", lambda: b"Rar!\x1a\x07\x00" + b"\0" * 200, (None,)),
]  # fmt: skip

HOSTILE = [*DOCX, *PDF, *MARKUP]


def write(folder: Path, files: list[Hostile]) -> Iterator[Path]:
    """The files on disk."""
    for each in files:
        path = folder / each.name
        path.write_bytes(each.make())
        yield path
