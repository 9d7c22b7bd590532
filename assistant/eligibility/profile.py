"""A file or form -> a company's profile: facts with their values, checked.

YAML and JSON hold an object of fact ids (``it_income_share: 65``); a table of two columns holds a fact and
its value a line, a wider one a heading line of facts and a company a line. Facts are named by id, by their
words in either language or by the other headings that ``corpus/profile.yaml`` gives them.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from assistant.eligibility.facts import Fact, facts
from assistant.eligibility.values import Value, read_value
from assistant.errors import InputError

MOST_BYTES = 1_000_000
_ABOUT = frozenset(("as of", "name", "на дату", "дата", "название", "компания", "наименование"))
_AS_OF = frozenset(("as of", "на дату", "дата"))


@dataclass(frozen=True)
class Profile:
    """What is known of a company. ``as_of``: the day it describes, an ISO date; ``name``: of the company."""

    values: Mapping[str, Value] = field(default_factory=dict)
    as_of: str | None = None
    name: str | None = None

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> Profile:
        """A profile of an object with facts by name. Raises InputError naming what cannot be used."""
        values: dict[str, Value] = {}
        about: dict[str, str] = {}
        for name, said in content.items():
            if _plain(name) in _ABOUT:
                about["as_of" if _plain(name) in _AS_OF else "name"] = _text(said)
                continue
            fact = named(name)
            value = read_value(fact, said)
            if fact.id in values and value is not None:
                raise InputError(
                    f"{fact.id} is given twice. Leave one of the two.",
                    f"{fact.id} указано дважды. Оставьте одно.",
                )
            if value is not None:
                values[fact.id] = value
        return cls(values, about.get("as_of") or None, about.get("name") or None)

    def with_(self, **more: Any) -> Profile:
        """The same with other values of some facts; None takes a fact out. Raises InputError."""
        values = dict(self.values)
        for name, said in more.items():
            value = read_value(named(name), said)
            values.pop(name, None)
            if value is not None:
                values[name] = value
        return Profile(values, self.as_of, self.name)

    def content(self) -> dict[str, Any]:
        """The profile as an object, as :meth:`of` reads it."""
        about = {"as_of": self.as_of, "name": self.name}
        return {key: said for key, said in about.items() if said} | {
            name: value.text for name, value in self.values.items()
        }


def _text(said: Any) -> str:
    return said.isoformat()[:10] if isinstance(said, date) else "" if said is None else str(said).strip()


def _plain(name: str) -> str:
    return " ".join(str(name).replace("_", " ").replace("\u00a0", " ").lower().replace("ё", "е").split())


@lru_cache(maxsize=1)
def _names() -> dict[str, Fact]:
    found: dict[str, Fact] = {}
    for fact in facts().values():
        for name in (fact.id, fact.ru, fact.en, *fact.columns):
            found.setdefault(_plain(name), fact)
    return found


def named(name: str) -> Fact:
    """The fact of this id, these words or this heading. Raises InputError with the nearest names."""
    found = _names().get(_plain(name))
    if found is not None:
        return found
    from difflib import get_close_matches

    near = ", ".join(
        dict.fromkeys(_names()[each].id for each in get_close_matches(_plain(name), _names(), 3))
    )
    raise InputError(
        f"There is no fact '{name}'."
        + (f" Did you mean: {near}?" if near else "")
        + " 'ai-policy check --facts' lists them.",
        f"Сведения «{name}» нет."
        + (f" Возможно, это {near}." if near else "")
        + " Список: «ai-policy check --facts».",
    )


def read_profile(path: Path) -> Profile:
    """The profile of a YAML, JSON or CSV file. Raises InputError naming the file and what is wrong."""
    found = read_profiles(path)
    if len(found) != 1:
        raise InputError(
            f"{path} holds {len(found)} companies. Leave one of them in the file.",
            f"В файле {path} компаний: {len(found)}. Оставьте одну.",
        )
    return found[0]


def read_profiles(path: Path) -> list[Profile]:
    """The profiles of a file; a wide table has one a line. Raises InputError."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(
            f"{path} cannot be read: {error.strerror}. Give a YAML, JSON or CSV file with facts.",
            f"Файл {path} не читается: {error.strerror}. Дайте файл YAML, JSON или CSV со сведениями.",
        ) from None
    return profiles_of(content, path.name)


def profiles_of(content: bytes, name: str) -> list[Profile]:
    """The profiles in a file's bytes; ``name`` tells its kind. Raises InputError."""
    try:
        if len(content) > MOST_BYTES:
            raise InputError(f"it is larger than {MOST_BYTES:,} bytes", f"он больше {MOST_BYTES:,} байт")
        text = content.decode("utf-8-sig")
        suffix = name.lower().rpartition(".")[2]
        found = _table(text) if suffix in ("csv", "tsv", "txt") else [_object(text, suffix)]
        return [Profile.of(each) for each in found]
    except UnicodeDecodeError:
        reason = InputError("it is not UTF-8 text; save it as UTF-8", "он не в UTF-8; сохраните его в UTF-8")
    except InputError as error:
        reason = error
    raise InputError(f"{name}: {reason.en}", f"{name}: {reason.ru}") from None


def _object(text: str, suffix: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text) if suffix == "json" else yaml.load(text, Loader=_Strict)  # noqa: S506
    except (ValueError, RecursionError, yaml.YAMLError) as error:
        said = str(error).splitlines()[0]
        raise InputError(f"not valid YAML or JSON ({said}).", f"не YAML и не JSON ({said}).") from None
    if not isinstance(found, dict) or not all(isinstance(name, str) for name in found):
        raise InputError(
            "an object of facts is needed, such as 'it_income_share: 65'.",
            "нужны сведения парами, например «it_income_share: 65».",
        )
    return found


class _Strict(yaml.SafeLoader):
    """Safe YAML without aliases, in which a key stands once and ``62.10`` stays the code it is."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not used in profiles")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                raise yaml.YAMLError(f"{key.value} stands twice")
            seen.add(key.value)
            if isinstance(value, yaml.ScalarNode) and value.tag.endswith(":float"):
                value.tag = "tag:yaml.org,2002:str"
        return super().construct_mapping(node, deep)


def _table(text: str) -> list[dict[str, Any]]:
    try:
        dialect: Any = csv.Sniffer().sniff(text[:4000], delimiters=",;\t")
    except csv.Error:
        dialect = csv.excel
    rows = [
        [cell.strip() for cell in row]
        for row in csv.reader(io.StringIO(text), dialect)
        if any(map(str.strip, row))
    ]
    if not rows:
        raise InputError("the table is empty.", "таблица пуста.")
    if max(map(len, rows)) == 2 and not _is_heading(rows[0]):
        return [_once((row[0], row[1]) for row in rows if len(row) == 2)]
    heading, *lines = rows
    for number, row in enumerate(lines, 2):
        if len(row) > len(heading):
            raise InputError(
                f"row {number} has more cells than the heading.",
                f"в строке {number} ячеек больше, чем в заголовке.",
            )
    return [_once(zip(heading, row, strict=False)) for row in lines]


def _is_heading(row: Iterable[str]) -> bool:
    """Whether every cell names a fact: then the table has a company a line."""
    return all(_plain(cell) in _names() or _plain(cell) in _ABOUT for cell in row)


def _once(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, said in pairs:
        if _plain(name) in ("fact", "факт", "сведение", "показатель", "поле", "field"):
            continue
        if name in found:
            raise InputError(f"{name} stands twice.", f"{name} указано дважды.")
        found[name] = said
    return found
