"""HTML or XHTML bytes -> blocks: paragraphs, headings, list items and table rows of the document itself.

Scripts, navigation and hidden parts are dropped, footnotes and page headers get their roles. EUR-Lex lays
numbered items out as two-column tables («(a) | text»); they come back as one block «(a) text». The text
between the tags is taken as it is: no network, no DTD, no entity of the document's own is ever expanded.
"""

from __future__ import annotations

import re
from html.entities import html5

from lxml import etree

from assistant.errors import ReadError
from ingest.document import Document, Role
from ingest.hidden import invisible_in
from ingest.readers.archive import entities
from ingest.readers.bounds import MAX_DEPTH, not_text, too_deep
from ingest.readers.html_elements import length_of, tag_of
from ingest.readers.html_encoding import decode
from ingest.readers.html_hidden import comments_in, hidden_in, texts_of
from ingest.readers.html_walk import SPACES, blocks_of

CONTENT_IDS = ("docHtml", "TexteOnly", "text", "document1", "PP4Contents")  # EUR-Lex pages, newest first


def read(data: bytes, name: str) -> Document:
    """Read an HTML or XHTML file. Raises ReadError where it is empty, cut short or something else."""
    markup, charset = decode(data, name)
    if "\x00" in markup:
        raise not_text(name)
    _refuse_what_is_not_html(markup, name)
    root = _parse(markup, name)
    try:
        content = _content(root)
        blocks = blocks_of(content)
        hidden = [*hidden_in(content), *comments_in(markup), *invisible_in("".join(texts_of(content)))]
    except RecursionError:
        raise too_deep(name) from None
    if not any(block.role == Role.BODY for block in blocks):
        raise ReadError(
            f"{name}: the page holds no text of its own. Save the document with its text and try again.",
            f"{name}: на странице нет собственного текста. Сохраните документ вместе с текстом и повторите.",
        )
    is_xhtml = "http://www.w3.org/1999/xhtml" in markup[:2000]
    media_type = "application/xhtml+xml" if is_xhtml else "text/html"
    metadata = {**_metadata(root), "charset": charset}
    return Document(blocks=blocks, media_type=media_type, metadata=metadata, hidden=hidden)


def _refuse_what_is_not_html(markup: str, name: str) -> None:
    if not re.search(r"<[a-zA-Z!?/][^<>]*>", markup):
        raise ReadError(
            f"{name}: this is not HTML: there are no tags in it. Rename the file to its real type.",
            f"{name}: это не HTML: в файле нет разметки. Дайте файлу расширение его настоящего типа.",
        )
    opened = re.search(r"<html[\s>]", markup, re.I)
    closed = re.search(r"</(?:html|body)\s*>", markup, re.I)
    if (opened and not closed) or re.search(r"<[a-zA-Z/][^<>]*\Z", markup):
        raise ReadError(
            f"{name}: the file is cut short: its end is missing. Download or copy it again.",
            f"{name}: файл оборван: нет его конца. Скачайте или скопируйте его заново.",
        )


def _parse(markup: str, name: str) -> etree._Element:
    """The document's tree: as XML where it is well-formed XHTML, as HTML otherwise."""
    bare = re.sub(r"^\s*<\?xml[^>]*\?>", "", markup)
    doctype = re.search(r"<!DOCTYPE[^>\[]*(\[)?", bare, re.I)
    if doctype and doctype[1] and re.search(r"<!ENTITY", bare, re.I):
        raise entities(name)
    bare = re.sub(r"<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>", "", bare, count=1, flags=re.I | re.S)
    root = None
    if "xmlns" in bare[:2000] or markup.lstrip().startswith("<?xml"):
        root = _parse_xml(bare)
    if root is None:
        parser = etree.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, encoding="utf-8")
        try:
            root = etree.fromstring(bare.encode("utf-8", "replace"), parser)
        except (etree.LxmlError, ValueError):
            root = None
    if root is not None and _is_deep(root):
        raise too_deep(name)
    if root is None:
        raise ReadError(
            f"{name}: the markup cannot be read as HTML. Open it in a browser and save it again.",
            f"{name}: разметка не читается как HTML. Откройте файл в браузере и сохраните заново.",
        )
    return root


def _is_deep(root: etree._Element) -> bool:
    """Whether the tree is as deep as no document is; the parser cuts off what is deeper yet."""
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > MAX_DEPTH:
            return True
    return False


def _parse_xml(markup: str) -> etree._Element | None:
    # Without a DTD, XML knows five entities; HTML's own names are put in as characters beforehand.
    keep = {"amp", "lt", "gt", "quot", "apos"}
    named = re.sub(
        r"&(\w+);",
        lambda found: found[0] if found[1] in keep else html5.get(f"{found[1]};", found[0]),
        markup,
    )
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(named.encode("utf-8", "replace"), parser)
    except (etree.LxmlError, ValueError):
        return None


def _metadata(root: etree._Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in root.iter():
        tag = tag_of(element)
        if tag == "title" and "title" not in found:
            found["title"] = SPACES.sub(" ", "".join(element.itertext())).strip()
        elif tag == "meta":
            name, content = element.get("name"), element.get("content")
            if name and content:
                found.setdefault(name.lower(), content[:500])
    lang = root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang")
    if lang:
        found["lang"] = lang
    return {key: value for key, value in found.items() if value}


def _content(root: etree._Element) -> etree._Element:
    """The element that holds the document: a publisher's content frame, <main>, or the whole page."""
    by_id = {element.get("id"): element for element in root.iter() if tag_of(element) == "div"}
    frames = [by_id[frame] for frame in CONTENT_IDS if frame in by_id]
    frames += [element for element in root.iter() if tag_of(element) == "main"]
    total = length_of(root)
    for frame in frames:
        if length_of(frame) * 2 > total:
            return frame
    return root
