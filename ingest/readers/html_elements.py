"""What the elements of an HTML page mean: hidden or shown, body or footnote, bold, centred, raised.

Publishers' class names and ids stand here as tables; the walk through the page asks these functions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from ingest.document import Role
from ingest.hidden import Way
from ingest.readers.html_hidden import is_unseen, way_inside


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


LONGEST_NAVIGATION = 1500  # characters of text in a menu or a search form
LIST_STEP = 20.0  # the indent given to one level of list nesting, points
DROPPED = _words(
    "script style noscript template nav head svg iframe object embed button select input textarea "
    "dialog audio video canvas map link meta col colgroup img"
)
DROPPED_ROLES = _words("navigation search banner menu menubar toolbar dialog alertdialog")
DROPPED_NAMES = _words(
    "breadcrumb breadcrumbs navbar navigation nav menu sidebar cookie cookies pagination share sharing "
    "social toolbar skip skiplink"
)
BLOCKS = _words(
    "address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer "
    "h1 h2 h3 h4 h5 h6 header hr html li main ol p pre section summary table tbody td tfoot th thead tr "
    "ul caption"
)
FURNITURE_CSS = re.compile(r"(?:oj-)?hd-(?:ti|lg|coll|uniq|date|toc|oj)\b")
FURNITURE_TEXT = re.compile(r"ELI: https?://|ISSN \d{4}-\d{3}")  # the last lines of an Official Journal page
FOOTNOTE_CSS = re.compile(r"(?:^|\s)(?:oj-note|note|footnotes?|footnote-(?:text|item)|endnotes?)(?:\s|$)")
FOOTNOTE_ID = re.compile(r"(?:ntr|_?ftn|fn:?|footnote-?|_?edn)[\d*]")
REFERENCE_CSS = re.compile(r"(?:^|\s)(?:oj-note-tag|footnote-?ref|noteref|footnote-reference)(?:\s|$)")
REFERENCE_HREF = re.compile(r"#(?:.*:)?(?:ntr|_?ftn(?!ref)|fn:?|footnote-?|_?edn(?!ref))[\d*]", re.I)
SUPER_CSS = re.compile(r"(?:^|\s)(?:W9|oj-super|super|sup|superscript)(?:\s|$)")
BOLD_CSS = re.compile(r"(?:^|\s)(?:oj-bold|bold)(?:\s|$)")
CENTER_CSS = re.compile(r"(?:^|\s)(?:oj-ti-|oj-sti-|oj-doc-ti|doc-ti|ti-|sti-|text-center|centered)")
SUPERSCRIPTS = str.maketrans("0123456789+-−–=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁼⁽⁾ⁿⁱ")
SUBSCRIPTS = str.maketrans("0123456789+-−–=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₋₌₍₎")
ONE_LINE = _words("p h1 h2 h3 h4 h5 h6 td th")  # inside them a <br> is a wrapped line


def tag_of(element: etree._Element) -> str:
    """The element's name without its namespace, lower case; empty for comments."""
    name = element.tag
    return name.rpartition("}")[2].lower() if isinstance(name, str) else ""


def length_of(element: etree._Element) -> int:
    """Characters of text inside the element, markup not counted."""
    return sum(len(text) for text in element.itertext())


def style_of(element: etree._Element) -> str:
    """The element's own style, lower case, without spaces."""
    return (element.get("style") or "").replace(" ", "").lower()


def is_dropped(element: etree._Element) -> bool:
    """Whether nothing inside the element is text of the document: hidden, a control, navigation."""
    tag = tag_of(element)
    if tag in DROPPED or element.get("role") in DROPPED_ROLES or is_unseen(element):
        return True
    if tag not in {"div", "ul", "ol", "aside", "section", "header", "footer", "table", "form"}:
        return False
    # A page may be wrapped in a form or a «menu» layout as a whole: what is long is the document.
    names = {*re.split(r"[\s_-]+", (element.get("class") or "").lower()), (element.get("id") or "").lower()}
    named = tag == "form" or bool(DROPPED_NAMES.intersection(names))
    return (named and length_of(element) < LONGEST_NAVIGATION) or _is_link_list(element, tag)


def _is_link_list(element: etree._Element, tag: str) -> bool:
    """A list of three or more items that are nothing but links: navigation or a linked contents list."""
    items = [child for child in element if tag_of(child) == "li"]
    if tag not in {"ul", "ol"} or len(items) < 3:
        return False
    linked = sum(length_of(link) for link in element.iter() if tag_of(link) == "a" and link.get("href"))
    return linked * 10 > length_of(element) * 9 - 10 * len(items) and linked > 0


@dataclass(slots=True)
class Context:
    """What the enclosing elements say about the text inside them."""

    role: Role = Role.BODY
    indent: float = 0.0
    heading: int | None = None
    align: str | None = None
    css: str = ""
    bold: bool = False
    script: str = ""  # "sup" or "sub"
    preformatted: bool = False
    breaks_split: bool = True  # outside a paragraph a <br> ends the line
    unseen: Way | None = None  # why the text is too small or too pale to be seen


def entered(outer: Context, element: etree._Element, tag: str, inline: bool) -> Context:
    """The context inside ``element``."""
    css, style = element.get("class") or "", style_of(element)
    bold = outer.bold or tag in {"b", "strong", "th"} or bool(BOLD_CSS.search(css))
    bold = bold or "font-weight:bold" in style or "font-weight:700" in style
    script = outer.script
    if tag == "sup" or SUPER_CSS.search(css) or "vertical-align:super" in style:
        script = "sup"
    elif tag == "sub" or "vertical-align:sub" in style:
        script = "sub"
    inner = Context(outer.role, outer.indent, outer.heading, outer.align, outer.css, bold, script)
    inner.preformatted, inner.breaks_split = outer.preformatted or tag == "pre", outer.breaks_split
    inner.unseen = way_inside(outer.unseen, element)
    if inline:
        return inner
    inner.role = _role(outer.role, element, tag, css)
    inner.align = _align(element, tag, css, style) or outer.align
    inner.css = css or outer.css
    inner.breaks_split = inner.preformatted or tag not in ONE_LINE
    if re.fullmatch("h[1-6]", tag):
        inner.heading, inner.bold = int(tag[1]), outer.bold
    elif tag in {"td", "th", "table"}:
        inner.align = _align(element, tag, css, style)
    if tag in {"blockquote", "dd"}:
        inner.indent = outer.indent + LIST_STEP
    return inner


def _role(outer: Role, element: etree._Element, tag: str, css: str) -> Role:
    if outer != Role.BODY:
        return outer
    marked = element.get("role") in {"doc-footnote", "doc-endnotes", "doc-footnotes"}
    if marked or FOOTNOTE_CSS.search(css) or FOOTNOTE_ID.match(element.get("id") or ""):
        return Role.FOOTNOTE
    first = element[0] if len(element) else None
    if tag == "p" and first is not None and FOOTNOTE_ID.match(first.get("id") or "") and not element.text:
        return Role.FOOTNOTE
    if FURNITURE_CSS.search(css) or element.get("role") == "contentinfo":
        return Role.FURNITURE
    inside = {tag_of(above) for above in element.iterancestors()}
    if tag == "footer" and not inside & {"article", "main", "section"}:
        return Role.FURNITURE
    return outer


def _align(element: etree._Element, tag: str, css: str, style: str) -> str | None:
    found = re.search(r"text-align:(left|center|right)", style)
    if found:
        return found[1]
    value = (element.get("align") or "").lower()
    if value in {"left", "center", "right"}:
        return value
    return "center" if tag == "center" or CENTER_CSS.search(css) else None


def is_reference(element: etree._Element) -> bool:
    """Whether the element is the mark of a footnote, to be left out of the text."""
    tag, css = tag_of(element), element.get("class") or ""
    if tag == "a":
        own = element.get("id") or element.get("name") or ""
        target = REFERENCE_HREF.match(element.get("href") or "")
        return bool(target) or own.startswith("ntc") or element.get("role") == "doc-noteref"
    return tag in {"span", "sup"} and bool(REFERENCE_CSS.search(css))


def shifted(text: str, script: str) -> str:
    """Text of a superscript or subscript in Unicode's own characters, where it has all of them."""
    table = SUPERSCRIPTS if script == "sup" else SUBSCRIPTS
    if all(char.isspace() or ord(char) in table for char in text):
        return text.strip().translate(table)
    return text
