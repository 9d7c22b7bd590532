"""A file's text -> the objects of facts in it: one of YAML and JSON, one or one a line of a table.

Nothing is guessed where a format has two readings: numbers of YAML stay the text they are (``010``,
``12:30``, ``62.10``), a key stands once, and a row that is neither a fact with its value nor a company is
told.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import yaml

from assistant.eligibility.facts import fact_names, plain_name
from assistant.eligibility.values import value_or_none
from assistant.errors import InputError

ABOUT = frozenset(("as of", "name", "на дату", "дата", "название", "компания", "наименование"))
AS_OF = frozenset(("as of", "на дату", "дата"))
_HEADINGS = frozenset(("fact", "факт", "сведение", "показатель", "поле", "field"))
_YAML = "tag:yaml.org,2002:"
_AS_TEXT = frozenset(f"{_YAML}{kind}" for kind in ("int", "float", "timestamp"))
Row = tuple[int, list[str]]  # its number in the file and its cells


def objects_of(text: str, suffix: str) -> list[tuple[int | None, Mapping[str, Any]]]:
    """The objects of facts in a file's text, with the row of each that is a row of a wide table.

    Raises InputError, whose text does not name the file.
    """
    if suffix in ("csv", "tsv", "txt"):
        return _table(text)
    return [(None, _object(text, suffix))]


def _object(text: str, suffix: str) -> Mapping[str, Any]:
    try:
        if suffix == "json":
            found = json.loads(text, object_pairs_hook=_once, parse_float=Decimal)
        else:
            found = yaml.load(text, Loader=_Strict)  # noqa: S506
    except (ValueError, RecursionError, yaml.YAMLError) as error:
        said = str(error).splitlines()[0].encode("utf-8", "replace").decode()
        raise InputError(f"not valid YAML or JSON ({said}).", f"не YAML и не JSON ({said}).") from None
    if not isinstance(found, dict) or not all(isinstance(name, str) for name in found):
        raise InputError(
            "an object of facts is needed, such as 'it_income_share: 65'.",
            "нужны сведения парами, например «it_income_share: 65».",
        )
    return found


class _Strict(yaml.SafeLoader):
    """Safe YAML without aliases, merges and tags, in which a key stands once and a number is its text."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.peek_event()
        if isinstance(event, yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not used in profiles")
        if getattr(event, "tag", None) not in (None, "!", f"{_YAML}str"):
            raise yaml.YAMLError("tags such as !!int are not used in profiles")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        seen: set[str] = set()
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.YAMLError("a list or an object is no name of a fact")
            if key.tag == f"{_YAML}merge":
                raise yaml.YAMLError("merges (<<) are not used in profiles")
            if key.value in seen:
                raise yaml.YAMLError(f"{key.value} stands twice")
            seen.add(key.value)
            if isinstance(value, yaml.ScalarNode) and value.tag in _AS_TEXT:
                value.tag = f"{_YAML}str"
        return super().construct_mapping(node, deep)


def _once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, said in pairs:
        if name in found:
            raise InputError(f"{name} stands twice.", f"{name} указано дважды.")
        found[name] = said
    return found


# ── tables ────────────────────────────────────────────────────────────────────────────────────────


def _table(text: str) -> list[tuple[int | None, Mapping[str, Any]]]:
    rows = _rows(text)
    if not rows:
        raise InputError("the table is empty.", "таблица пуста.")
    if _is_narrow([cells for _, cells in rows]):
        return [(None, _pairs(rows))]
    (first, heading), *lines = rows
    if not lines:
        raise InputError(
            f"row {first} is a heading, and no company follows it.",
            f"строка {first} — заголовок, и компании за ней нет.",
        )
    for number, row in lines:
        if len(row) > len(heading):
            raise InputError(
                f"row {number} has more cells than the heading.",
                f"в строке {number} ячеек больше, чем в заголовке.",
            )
    return [
        (number, _once(pair for pair in zip(heading, row, strict=False) if any(pair)))
        for number, row in lines
    ]


def _rows(text: str) -> list[Row]:
    """The rows that say something, without the empty cells that programs leave at a row's end."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    skipped = 0
    if text[:4].lower() == "sep=":  # as Excel begins a file
        declared, _, text = text.partition("\n")
        separator, skipped = declared[4:5] or ",", 1
    else:
        separator = _separator(text)
    try:
        rows = enumerate(_reader(text, separator), 1 + skipped)
        return [(number, _cells(row)) for number, row in rows if any(map(str.strip, row))]
    except csv.Error as error:
        raise InputError(f"not a table ({error}).", f"не таблица ({error}).") from None


def _reader(text: str, separator: str) -> Iterable[list[str]]:
    return csv.reader(io.StringIO(text), delimiter=separator, skipinitialspace=separator != "\t")


def _cells(row: list[str]) -> list[str]:
    """A row's cells without the empty ones at its end; the second stays: an empty one says nothing."""
    cells = [cell.strip() for cell in row]
    while len(cells) > 2 and not cells[-1]:
        cells.pop()
    return cells


def _separator(text: str) -> str:
    """What splits the first row into most names of facts; of equals a tab, then a semicolon."""
    first = next((line for line in text.split("\n") if line.strip()), "")
    found, most = ",", 0
    for separator in ("\t", ";", ","):
        try:
            cells = next(iter(_reader(first, separator)), [])
        except csv.Error:
            continue
        names = 1 + sum(map(_is_name, cells)) + _is_heading(cells[0]) if len(cells) > 1 else 0
        if names > most:
            found, most = separator, names
    return found


def _is_name(cell: str) -> bool:
    return plain_name(cell) in fact_names() or plain_name(cell) in ABOUT


def _is_heading(cell: str) -> bool:
    return plain_name(cell) in _HEADINGS


def _is_narrow(rows: list[list[str]]) -> bool:
    """Whether a row is a fact and its value; otherwise the first row names facts of a company a line."""
    first = rows[0]
    if _is_heading(first[0]):
        return True
    named = [_is_name(row[0]) for row in rows]
    heading = [_is_name(cell) for cell in first if cell]
    if all(heading):
        if len(first) == 1 or (len(first) == 2 and not first[1]):
            return len(rows) == 1 or all(named)
        return len(first) == 2 and all(named) and _may_be(first[0], first[1], len(rows))
    return max(map(len, rows)) <= 2 or len(rows) == 1 or sum(named) > sum(heading)


def _may_be(name: str, said: str, rows: int) -> bool:
    """Whether a cell can be the value of the fact the other names: «компания» is a legal form."""
    fact = fact_names().get(plain_name(name))
    if fact is None:  # a company may be called anything, but not in a table that says no more
        return rows > 1
    return value_or_none(fact, said) is not None


def _pairs(rows: list[Row]) -> dict[str, Any]:
    """The facts of a table of two columns. Raises InputError naming a row that is no fact with its value."""
    pairs: list[tuple[str, str]] = []
    for place, (number, cells) in enumerate(rows):
        if place == 0 and _is_heading(cells[0]):
            continue
        if len(cells) == 1:
            raise InputError(
                f"row {number} has one cell, '{cells[0]}'. Give a fact and its value.",
                f"в строке {number} одна ячейка, «{cells[0]}». Нужны сведение и его значение.",
            )
        if len(cells) > 2:
            raise InputError(
                f"row {number} has more than a fact and its value. Put a value with commas in quotes.",
                f"в строке {number} больше двух ячеек: сведения и значения. Возьмите значение с запятыми "
                "в кавычки.",
            )
        pairs.append((cells[0], cells[1]))
    return _once(pairs)
