"""HTML elements -> what a browser does not show of them, told by the elements' own attributes.

Style sheets are not read: where a class may give white letters a dark ground, the text counts as seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from ingest.hidden import TINY_POINTS, Hidden, Way, left_out, near_white

_NOT_SHOWN = frozenset({"template", "noscript"})
_POINTS = {"px": 0.75, "pt": 1.0, "": 0.75, "em": 12.0, "rem": 12.0, "%": 0.12}
_LENGTH = re.compile(r"(-?\d*\.?\d+)(px|pt|r?em|%|)")
_OFF_SCREEN = re.compile(r"(?:^|;)(?:left|top|right|text-indent|margin-left):-\d{4,}px")
_HEX = re.compile(r"#([0-9a-f]{3}|[0-9a-f]{6})[0-9a-f]{0,2}")
_RGB = re.compile(r"rgba?\((\d{1,3}),(\d{1,3}),(\d{1,3})(?:,([\d.]+)%?)?\)")
_WHITE_NAMES = frozenset({"white", "snow", "ivory", "ghostwhite", "whitesmoke", "floralwhite", "mintcream"})
_COMMENT = re.compile(r"<!--(.*?)-->", re.S)
_UNREAD = re.compile(r"<(script|style)\b.*?</\1\s*>", re.S | re.I)
_CONDITION = re.compile(r"\s*(?:\[if\b|<!\[)")
_WORD = re.compile(r"[^\W\d_]{2,}")
_SENTENCE = 3  # words; shorter comments are marks of the program that wrote the page


def _tag(element: etree._Element) -> str:
    name = element.tag
    return name.rpartition("}")[2].lower() if isinstance(name, str) else ""


def declarations(element: etree._Element) -> dict[str, str]:
    """The element's own style: property -> value, lower case, without spaces and ``!important``."""
    flat = re.sub(r"\s+|!important", "", (element.get("style") or "").lower())
    pairs = (part.partition(":") for part in flat.split(";"))
    return {name: value for name, _, value in pairs if value}


def is_unseen(element: etree._Element) -> bool:
    """Whether a browser shows nothing of the element, whatever stands inside it."""
    if _tag(element) in _NOT_SHOWN or element.get("hidden") is not None:
        return True
    if element.get("aria-hidden") == "true":
        return True
    if not element.get("style"):
        return False
    own = declarations(element)
    gone = own.get("display") == "none" or own.get("visibility") in {"hidden", "collapse"}
    transparent = re.fullmatch(r"0*\.?0*%?", own.get("opacity", "1")) is not None
    return gone or transparent or bool(_OFF_SCREEN.search(";".join(map(":".join, own.items()))))


def way_inside(outer: Way | None, element: etree._Element) -> Way | None:
    """Why the text right inside the element is not seen: its size or colour, or what it inherits."""
    color = element.get("color") if _tag(element) == "font" else None
    if not element.get("style") and not color:
        return outer
    own = declarations(element)
    if "font-size" in own:
        size = _points(own["font-size"])
        if size is not None and size <= TINY_POINTS:
            return Way.TINY
        outer = None if outer is Way.TINY else outer
    shade = own.get("color") or (color or "").replace(" ", "").lower()
    if shade:
        if _is_white(shade) and not _may_have_ground(element):
            return Way.WHITE
        outer = None if outer is Way.WHITE else outer
    return outer


def _points(value: str) -> float | None:
    """A font size in points; None for one that depends on the text around it by more than a factor."""
    found = _LENGTH.fullmatch(value)
    return float(found[1]) * _POINTS[found[2]] if found else None


def _is_white(value: str) -> bool:
    if value in _WHITE_NAMES or value == "transparent":
        return True
    if found := _HEX.fullmatch(value):
        digits = found[1] if len(found[1]) == 6 else "".join(digit * 2 for digit in found[1])
        return near_white(int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16))
    if found := _RGB.fullmatch(value):
        clear = found[4] is not None and float(found[4]) == 0
        return clear or near_white(int(found[1]), int(found[2]), int(found[3]))
    return False


def _may_have_ground(element: etree._Element) -> bool:
    """Whether the element, or one around it, has a ground of its own or may get one from a style sheet."""
    around = [element, *element.iterancestors()]
    for each in around:
        own = declarations(each)
        shade = own.get("background-color") or own.get("background") or (each.get("bgcolor") or "").lower()
        if shade and not _is_white(shade) and shade != "none":
            return True
    classed = any(each.get("class") or each.get("id") for each in around)
    return classed and _has_style_sheet(around[-1])


def _has_style_sheet(root: etree._Element) -> bool:
    linked = any(
        "stylesheet" in (link.get("rel") or "").lower() for link in root.iter() if _tag(link) == "link"
    )
    return linked or any("background" in (each.text or "") for each in root.iter() if _tag(each) == "style")


def hidden_in(element: etree._Element, outer: Way | None = None) -> Iterator[Hidden]:
    """What is not seen inside an element, in reading order."""
    if not _tag(element) or _tag(element) in {"script", "style", "head"}:
        return
    if is_unseen(element):
        yield from left_out(Way.NOT_DISPLAYED, " ".join(texts_of(element)))
        return
    inner = way_inside(outer, element)
    if inner and element.text:
        yield from left_out(inner, element.text)
    for child in element:
        yield from hidden_in(child, inner)
        if inner and child.tail:
            yield from left_out(inner, child.tail)


def texts_of(element: etree._Element) -> Iterator[str]:
    """The texts inside an element that are no program's."""
    for each in element.iter():
        if _tag(each) not in {"", "script", "style"} and each.text:
            yield each.text
        if each is not element and each.tail:
            yield each.tail


def comments_in(markup: str) -> list[Hidden]:
    """The comments of a page or a Markdown text that say something in words."""
    found = [] if "<!--" not in markup else _COMMENT.findall(_UNREAD.sub(" ", markup))
    said = [text for text in found if len(_WORD.findall(text)) >= _SENTENCE and not _CONDITION.match(text)]
    return [entry for text in said for entry in left_out(Way.COMMENT, text)]
