"""Runs of a DOCX file -> whether a reader sees them: marked hidden, white on white, of two points or less.

A property is looked for in the run, its character style, the paragraph's style and the file's defaults. White
letters count as seen where anything around them may have a ground: shading, a table's style, a text box.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ingest.hidden import TINY_POINTS, Way, near_white

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_OFF = frozenset({"0", "false", "off"})
_NO_GROUND = frozenset({None, "auto", "nil", "clear", "none", ""})
_PLAIN_TABLES = frozenset({"TableGrid", "TableNormal"})
_BACKGROUNDS = frozenset({"background1", "light1"})


class Sight:
    """Tells of each run of one file whether it is seen."""

    def __init__(self, styles: Mapping[str, Any], root: Any) -> None:
        """``styles``: style id -> style; ``root``: the element above the body."""
        self._styles = styles
        some = next(iter(styles.values()), None)
        sheet = some.element.getparent() if some is not None else None
        found = sheet.find(f"{_W}docDefaults/{_W}rPrDefault/{_W}rPr") if sheet is not None else None
        self._defaults: list[Any] = [found] if found is not None else []
        self._chains: dict[str, list[Any]] = {}
        self._coloured_page = root.find(f"{_W}background") is not None

    def way(self, run: Any, properties: Any, paragraph_style: Any) -> Way | None:
        """Why the run is not seen; None where it is. ``properties``: its ``w:rPr``."""
        sources = [] if properties is None else [properties, *self._of_style(_value(properties, "rStyle"))]
        if paragraph_style is not None:
            sources += self._of_style(paragraph_style.style_id)
        sources += self._defaults
        hidden = _first(sources, "vanish")
        if hidden is not None and hidden.get(f"{_W}val") not in _OFF:
            return Way.MARKED_HIDDEN
        size = _first(sources, "sz")
        if size is not None and _points(size) <= TINY_POINTS:
            return Way.TINY
        color = _first(sources, "color")
        if color is not None and _is_white(color) and not self._has_ground(run, sources):
            return Way.WHITE
        return None

    def _of_style(self, style_id: str | None) -> list[Any]:
        """The run properties of a style and of those it is based on."""
        if style_id is None:
            return []
        if style_id not in self._chains:
            chain, style, seen = [], self._styles.get(style_id), set()
            while style is not None and style.style_id not in seen:
                seen.add(style.style_id)
                found = style.element.find(f"{_W}rPr")
                chain += [found] if found is not None else []
                style = style.base_style
            self._chains[style_id] = chain
        return self._chains[style_id]

    def _has_ground(self, run: Any, sources: list[Any]) -> bool:
        if self._coloured_page or any(_is_shaded(each) for each in sources):
            return True
        return any(self._gives_ground(above) for above in run.iterancestors())

    def _gives_ground(self, above: Any) -> bool:
        if above.tag == f"{_W}txbxContent":
            return True
        if above.tag == f"{_W}tbl":
            properties = above.find(f"{_W}tblPr")
            style = _value(properties, "tblStyle") if properties is not None else None
            return _is_shaded(properties) or (style is not None and style not in _PLAIN_TABLES)
        if above.tag in (f"{_W}tc", f"{_W}p"):
            return any(_is_shaded(each) for each in self._settings_of(above))
        return False

    def _settings_of(self, above: Any) -> Iterator[Any]:
        properties = above.find(f"{above.tag}Pr")
        if properties is None:
            return
        yield properties
        style = self._styles.get(_value(properties, "pStyle") or "")
        while style is not None:
            yield style.element.find(f"{_W}pPr")
            style = style.base_style


def _value(properties: Any, tag: str) -> str | None:
    found = properties.find(f"{_W}{tag}")
    return str(found.get(f"{_W}val")) if found is not None else None


def _first(sources: list[Any], tag: str) -> Any | None:
    return next((found for each in sources if (found := each.find(f"{_W}{tag}")) is not None), None)


def _points(size: Any) -> float:
    """A font size, given in half points."""
    value = size.get(f"{_W}val") or ""
    return int(value) / 2 if value.isdigit() else TINY_POINTS + 1


def _is_white(color: Any) -> bool:
    value = (color.get(f"{_W}val") or "").lower()
    if len(value) == 6:
        try:
            return near_white(int(value[:2], 16), int(value[2:4], 16), int(value[4:], 16))
        except ValueError:
            return False
    return color.get(f"{_W}themeColor") in _BACKGROUNDS and color.get(f"{_W}themeShade") is None


def _is_shaded(properties: Any) -> bool:
    """Whether properties of a run, paragraph, cell or table give it a ground that is not white."""
    if properties is None:
        return False
    if _value(properties, "highlight") not in {None, "none", "white"}:
        return True
    shade = properties.find(f"{_W}shd")
    if shade is None:
        return False
    fill = (shade.get(f"{_W}fill") or "").lower()
    pattern = shade.get(f"{_W}val")
    return (
        fill not in {"auto", "", "ffffff"} or pattern not in _NO_GROUND or bool(shade.get(f"{_W}themeFill"))
    )
