"""A file or form -> a company's profile: facts with their values, checked.

YAML and JSON hold an object of fact ids (``it_income_share: 65``); a table of two columns holds a fact and
its value a line, a wider one a heading line of facts and a company a line. Facts are named by id, by their
words in either language or by the other headings that ``corpus/profile.yaml`` gives them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from assistant.eligibility.facts import Fact, fact_names, plain_name
from assistant.eligibility.profile_files import ABOUT, AS_OF, objects_of
from assistant.eligibility.values import Value, checked_text, iso_day, read_value
from assistant.errors import InputError

MOST_BYTES = 1_000_000


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
            if plain_name(name) in ABOUT:
                key, text = "as_of" if plain_name(name) in AS_OF else "name", _about(name, said)
                if text and about.setdefault(key, text) != text:
                    raise _twice(key)
                continue
            fact = named(name)
            value = read_value(fact, said)
            if fact.id in values and value is not None:
                raise _twice(fact.id)
            if value is not None:
                values[fact.id] = value
        return cls(values, about.get("as_of") or None, about.get("name") or None)

    def with_(self, **more: Any) -> Profile:
        """The same with other values of some facts; None takes a fact out. Raises InputError."""
        values = dict(self.values)
        for name, said in more.items():
            fact = named(name)
            value = read_value(fact, said)
            values.pop(fact.id, None)
            if value is not None:
                values[fact.id] = value
        return Profile(values, self.as_of, self.name)

    def content(self) -> dict[str, Any]:
        """The profile as an object, as :meth:`of` reads it."""
        about = {"as_of": self.as_of, "name": self.name}
        return {key: said for key, said in about.items() if said} | {
            name: value.text for name, value in self.values.items()
        }


def _about(name: str, said: Any) -> str:
    """What is said of the company's name, or of the day: a date as ISO writes it. Raises InputError."""
    if isinstance(said, date):
        said = said.isoformat()[:10]
    if isinstance(said, Mapping | list | bool):
        raise InputError(f"{name}: text is needed.", f"{name}: нужен текст.")
    text = "" if said is None else checked_text(str(said).strip())
    if not text or plain_name(name) not in AS_OF:
        return text
    try:
        return iso_day(text)
    except ValueError:  # whoever asks about the day says what a date is
        return text


def _twice(name: str) -> InputError:
    return InputError(
        f"{name} is given twice. Leave one of the two.", f"{name} указано дважды. Оставьте одно."
    )


def named(name: str) -> Fact:
    """The fact of this id, these words or this heading. Raises InputError with the nearest names."""
    found = fact_names().get(plain_name(checked_text(str(name))))
    if found is not None:
        return found
    from difflib import get_close_matches

    near = ", ".join(
        dict.fromkeys(fact_names()[each].id for each in get_close_matches(plain_name(name), fact_names(), 3))
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
        with path.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
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
        return [_profile(row, said) for row, said in objects_of(text, suffix)]
    except UnicodeDecodeError:
        reason = InputError("it is not UTF-8 text; save it as UTF-8", "он не в UTF-8; сохраните его в UTF-8")
    except InputError as error:
        reason = error
    raise InputError(f"{name}: {reason.en}", f"{name}: {reason.ru}") from None


def _profile(row: int | None, said: Mapping[str, Any]) -> Profile:
    try:
        return Profile.of(said)
    except InputError as error:
        if row is None:
            raise
        raise InputError(f"row {row}: {error.en}", f"строка {row}: {error.ru}") from None
