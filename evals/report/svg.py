"""A matplotlib figure -> inline SVG: text in the page's font, colours by class, a title and a description.

The page forbids inline styles, so matplotlib's style attributes become presentation attributes; the colours
of :data:`INKS` become classes, which the page's style sheet paints for light and dark.
"""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING

from lxml import etree

from assistant.export.plain import one_line

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Colours to draw with -> the class that paints them.
INKS = {
    "#010101": "text",
    "#020202": "quiet",
    "#030303": "line",
    "#040404": "good",
    "#050505": "bad",
    "#060606": "mark",
}
INK = {name: colour for colour, name in INKS.items()}
_SVG, _XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
_DROPPED = {"font-family", "font"}
_KEPT = {
    "font-size", "font-weight", "text-anchor", "fill", "fill-opacity", "stroke", "stroke-width",
    "stroke-opacity", "stroke-dasharray", "stroke-dashoffset", "stroke-linecap", "stroke-linejoin", "opacity",
}  # fmt: skip


def inline(figure: Figure, name: str, title: str, about: str) -> str:
    """The figure as an ``<svg>`` element. ``name``: tells its ids apart from those of other charts."""
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    file = io.BytesIO()
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": name}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph ")  # the reader's fonts draw the text, not matplotlib's
        FigureCanvasSVG(figure).print_svg(file, metadata={"Date": None})
    root = etree.fromstring(file.getvalue(), etree.XMLParser(remove_comments=True, resolve_entities=False))
    _plain(root)
    _described(root, name, title, about)
    etree.cleanup_namespaces(root)
    return etree.tostring(root, encoding="unicode")


def _plain(root: etree._Element) -> None:
    """Without style sheets, style attributes, metadata and ids that nothing refers to."""
    for element in list(root.iter()):
        local = etree.QName(element).localname
        if local in ("metadata", "style"):
            element.getparent().remove(element)
            continue
        if local == "g":
            element.attrib.pop("id", None)
        if "d" in element.attrib:
            element.set("d", " ".join(element.get("d").split()))
        _unstyled(element)


def _unstyled(element: etree._Element) -> None:
    classes = []
    for declaration in element.attrib.pop("style", "").split(";"):
        name, _, value = (part.strip() for part in declaration.partition(":"))
        if value in INKS:
            classes.append(f"{'f' if name == 'fill' else 's'}-{INKS[value]}")
        elif name in _KEPT:
            element.set(name, value)
    if classes:
        element.set("class", " ".join(classes))


def _described(root: etree._Element, name: str, title: str, about: str) -> None:
    for attribute in ("width", "height", "version"):
        root.attrib.pop(attribute, None)
    described = []
    for place, (kind, text) in enumerate((("title", title), ("desc", about))):
        child = etree.Element(f"{{{_SVG}}}{kind}", id=f"{name}-{kind}")
        child.text = one_line(text)
        root.insert(place, child)
        described.append(child.get("id"))
    root.set("role", "img")
    root.set("aria-labelledby", described[0])
    root.set("aria-describedby", described[1])
