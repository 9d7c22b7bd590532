"""Foreign text and tags -> HTML in which the text stays text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from assistant.export.plain import lines, one_line

_SPACE = "\u00a0"  # keeps a number and its unit in one line


def esc(text: object) -> str:
    """Text in one line: no markup, no way out of an attribute, no hidden or direction-changing characters."""
    return escape(_SPACE.join(one_line(part) for part in str(text).split(_SPACE)), quote=True)


def esc_lines(text: str) -> str:
    """Text in its lines, for an element that keeps them."""
    return escape("\n".join(lines(text)), quote=True)


def tag(name: str, content: str = "", **attributes: object) -> str:
    """An element. ``content`` is HTML; attributes are text, ``_`` in their names is ``-`` and ``klass`` is
    ``class``; one that is None or False is left out, True has no value.
    """
    return f"<{name}{_attributes(attributes)}>{content}</{name}>"


def _attributes(given: dict[str, object]) -> str:
    parts = []
    for name, value in given.items():
        if value is None or value is False:
            continue
        shown = "class" if name == "klass" else name.replace("_", "-")
        parts.append(f" {shown}" if value is True else f' {shown}="{esc(value)}"')
    return "".join(parts)


def listed(items: Iterable[str], **attributes: object) -> str:
    """An unordered list of HTML items; nothing where there are none."""
    held = "".join(tag("li", item) for item in items)
    return tag("ul", held, **attributes) if held else ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: HTML cells, the first its heading. klass: of the row."""

    cells: Sequence[str]
    klass: str | None = None


def table(caption: str, heads: Sequence[str], rows: Iterable[Row]) -> str:
    """A table that turns into blocks on a narrow screen; roles are said, for blocks have none.

    ``caption`` and ``heads`` are text, cells HTML; an empty cell is not shown in a block.
    """
    head = "".join(tag("th", esc(each), scope="col", role="columnheader") for each in heads)
    body = "".join(_row(row, heads) for row in rows)
    inside = (
        tag("caption", esc(caption))
        + tag("thead", tag("tr", head, role="row"), role="rowgroup")
        + tag("tbody", body, role="rowgroup")
    )
    return tag("div", tag("table", inside, role="table"), klass="wide", role="region",
               aria_label=caption, tabindex="0")  # fmt: skip


def _row(row: Row, heads: Sequence[str]) -> str:
    first, *others = row.cells
    cells = [tag("th", first, scope="row", role="rowheader")]
    for head, cell in zip(heads[1:], others, strict=True):
        cells.append(tag("td", tag("div", cell), role="cell", data_head=head, klass=None if cell else "none"))
    return tag("tr", "".join(cells), role="row", klass=row.klass)
