"""The columns of a table of cases: their headings in both languages, and cell <-> value.

A cell that holds several entries separates them by ``;`` or a line break; ``\\;`` is a semicolon of the text
itself and ``\\\\`` a backslash.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, cast

from assistant.errors import InputError
from assistant.model import Lang
from evals.case import EvalCase, Expect, Target

Level = Literal["error", "warning", "notice"]
SHOWN = 60  # characters of a cell that a message repeats
_ID = re.compile(r"[\w.-]{1,100}")
_MOST_QUESTION = 4000
_CONTROL = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ud800-\\udfff\\ufffe\\uffff]")
_DAY = re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})")
_MIDNIGHT = re.compile(r"[T ]00:00(?::00(?:\.0+)?)?$")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in a file of cases, where, and what to do, in both languages.

    row: as the spreadsheet shows it, None for the whole file. column: its id in COLUMNS; heading: as the file
    writes it. error: the case cannot be used or asks for what is not so; warning: it can, and somebody should
    look; notice: it could not be checked here.
    """

    file: Path
    row: int | None
    column: str | None
    en: str
    ru: str
    code: str
    level: Level = "error"
    heading: str | None = None

    def told(self, lang: Lang) -> str:
        """One line: file, row, column, what is wrong and the remedy."""
        place = [str(self.file)]
        if self.row is not None:
            place.append(f"строка {self.row}" if lang == "ru" else f"row {self.row}")
        if self.column is not None or self.heading is not None:
            named = self.heading or COLUMNS[cast(str, self.column)].in_(lang)
            place.append(f"столбец «{named}»" if lang == "ru" else f"column '{named}'")
        return f"{', '.join(place)}: {self.ru if lang == 'ru' else self.en}"


@dataclass(frozen=True, slots=True)
class Column:
    """A column. also: other headings it is read under; required: none of its cells may be empty."""

    id: str
    ru: str
    en: str
    also: tuple[str, ...] = ()
    required: bool = False

    def in_(self, lang: Lang) -> str:
        """Its heading in ``lang``."""
        return self.ru if lang == "ru" else self.en


COLUMNS: dict[str, Column] = {
    each.id: each
    for each in (
        Column("id", "ид", "id", ("идентификатор", "номер"), required=True),
        Column("lang", "язык", "language", ("lang",), required=True),
        Column("question", "вопрос", "question", required=True),
        Column("as_of", "на дату", "as of", ("дата",)),
        Column("measure", "мера", "measure", ("мера поддержки",)),
        Column("profile", "сведения", "profile", ("профиль", "сведения о компании")),
        Column("expect", "ожидается", "expect", ("expected",), required=True),
        Column("must_cite", "должен сослаться", "must cite", ("ссылки", "должен сослаться на")),
        Column("quote", "цитата", "quote", ("quotation",)),
        Column("must_contain", "должен содержать", "must contain"),
        Column("must_not_contain", "не должен содержать", "must not contain"),
        Column("category", "категория", "category", required=True),
        Column("suites", "наборы", "suites", ("набор", "suite")),
        Column("reviewer", "проверил", "reviewer", ("проверила", "проверяющий")),
        Column("reviewed_on", "проверено", "reviewed on", ("дата проверки",)),
        Column("note", "примечание", "note", ("комментарий", "примечания", "notes", "comment")),
    )
}

# Value -> how it is written in a cell: first in Russian, then in English, then otherwise read.
EXPECT: dict[Expect, tuple[str, ...]] = {
    "answer": ("ответ", "answer"),
    "abstain": ("отказ", "abstain", "abstention", "воздержание"),
    "clarify": ("уточнение", "clarify", "clarification", "уточняющий вопрос"),
    "eligible": ("подходит", "eligible"),
    "not_eligible": ("не подходит", "not eligible", "not_eligible"),
    "insufficient": ("мало данных", "insufficient", "недостаточно данных"),
}
LANGS: dict[Lang, tuple[str, ...]] = {
    "ru": ("рус", "ru", "русский", "russian"),
    "en": ("англ", "en", "английский", "english"),
}
SUITES = (
    "smoke", "retrieval", "answers", "abstention", "editions", "eligibility", "injection", "samples", "full",
)  # fmt: skip


def plain(text: str) -> str:
    """A heading or a word of a list as it is compared."""
    return " ".join(text.replace("_", " ").casefold().replace("ё", "е").strip("*: \t\n").split())


def short(text: str) -> str:
    """A cell as a message repeats it."""
    line = " ".join(text.split())
    return line if len(line) <= SHOWN else f"{line[: SHOWN - 1]}…"


@lru_cache(maxsize=1)
def _headings() -> dict[str, str]:
    return {
        plain(name): each.id for each in COLUMNS.values() for name in (each.id, each.ru, each.en, *each.also)
    }


def column_of(heading: str) -> str | None:
    """The id of the column with this heading, None where there is none."""
    return _headings().get(plain(heading))


def near_heading(heading: str, lang: Lang) -> str:
    """The heading most like one that nobody knows, or all of them."""
    near = get_close_matches(plain(heading), _headings(), 1, 0.6)
    if near:
        return COLUMNS[_headings()[near[0]]].in_(lang)
    return ", ".join(each.in_(lang) for each in COLUMNS.values())


# ── cell -> value ─────────────────────────────────────────────────────────────────────────────────


def value_of(column: str, cell: str) -> Any:
    """What a cell that is not empty says. Raises InputError with what is wrong and the remedy."""
    if _CONTROL.search(cell):
        raise InputError(
            "the cell has characters that cannot be shown. Type the text again, or paste it without "
            "formatting.",
            "в ячейке есть непечатаемые знаки. Наберите текст заново или вставьте его без форматирования.",
        )
    return _READ.get(column, str)(cell)


def _case_id(cell: str) -> str:
    if not _ID.fullmatch(cell):
        raise InputError(
            f"'{short(cell)}' cannot be an id. Use 1 to 100 letters, digits, '.', '_' and '-', no spaces.",
            f"«{short(cell)}» не годится как ид. Нужно от 1 до 100 букв, цифр, «.», «_» и «-», без пробелов.",
        )
    return cell


def _question(cell: str) -> str:
    if len(cell) > _MOST_QUESTION:
        raise InputError(
            f"the question has {len(cell)} characters, at most {_MOST_QUESTION} are taken. Shorten it.",
            f"в вопросе {len(cell)} знаков, допускается не более {_MOST_QUESTION}. Сократите его.",
        )
    return cell


def _named(values: Mapping[Any, tuple[str, ...]]) -> dict[str, Any]:
    return {plain(name): value for value, names in values.items() for name in names}


_EXPECT_NAMED, _LANGS_NAMED = _named(EXPECT), _named(LANGS)


def _one_of(cell: str, known: Mapping[str, Any], values: Mapping[Any, tuple[str, ...]]) -> Any:
    found = known.get(plain(cell))
    if found is None:
        raise InputError(
            f"'{short(cell)}' is not one of: {', '.join(names[1] for names in values.values())}. "
            "Write one of them.",
            f"«{short(cell)}» — не из списка: {', '.join(names[0] for names in values.values())}. "
            "Напишите одно из них.",
        )
    return found


def _lang(cell: str) -> Lang:
    return cast(Lang, _one_of(cell, _LANGS_NAMED, LANGS))


def _expect(cell: str) -> Expect:
    return cast(Expect, _one_of(cell, _EXPECT_NAMED, EXPECT))


@lru_cache(maxsize=1024)
def read_date(cell: str) -> date:
    """A day as YYYY-MM-DD, or as Russian spreadsheets write it. Raises InputError."""
    text = _MIDNIGHT.sub("", cell)
    russian = _DAY.fullmatch(text)
    try:
        if russian:
            return date(int(russian["year"]), int(russian["month"]), int(russian["day"]))
        return datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        raise InputError(
            f"'{short(cell)}' is not a date. Write it as YYYY-MM-DD, for example 2026-03-01.",
            f"«{short(cell)}» — не дата. Напишите её как ГГГГ-ММ-ДД или ДД.ММ.ГГГГ, например 01.03.2026.",
        ) from None


def entries(cell: str) -> tuple[str, ...]:
    """The entries of a cell, without spaces around them; empty ones are left out."""
    found, entry, escaped = [], "", False
    for character in cell:
        if escaped:
            entry += character if character in "\\;" else f"\\{character}"
            escaped = False
        elif character == "\\":
            escaped = True
        elif character in ";\n":
            found.append(entry)
            entry = ""
        else:
            entry += character
    found.append(f"{entry}\\" if escaped else entry)
    return tuple(line for each in found if (line := " ".join(each.split())))


def _needs(cell: str) -> tuple[tuple[Target, ...], ...]:
    return tuple(tuple(_target(each) for each in need.split("|")) for need in entries(cell))


def _target(text: str) -> Target:
    try:
        found = Target.read(text)
    except ValueError:
        found = None
    if found is None or (found.start is not None and cast(int, found.end) <= found.start):
        raise InputError(
            f"'{short(text)}' does not name a provision. Write act#provision, for example "
            "ru-ukaz-490-2019#att1/p27; several are separated by ';', alternatives by '|'.",
            f"«{short(text)}» не указывает положение. Напишите акт#положение, например "
            "ru-ukaz-490-2019#att1/p27; несколько разделяются «;», взаимозаменяемые — «|».",
        )
    return found


def _words(cell: str) -> tuple[str, ...]:
    found = entries(cell)
    if any(not part.strip() for each in found for part in each.split("|")):
        raise InputError(
            "nothing stands on one side of '|'. Write the words on both sides, or take the '|' out.",
            "с одной стороны от «|» ничего нет. Допишите слова с обеих сторон или уберите «|».",
        )
    return found


def _profile(cell: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in entries(cell):
        fact, sign, said = (part.strip() for part in each.partition("="))
        if not (fact and sign and said):
            raise InputError(
                f"'{short(each)}' is no fact. Write fact=value; several are separated by ';', for example "
                "it_income_share=65; accredited=yes.",
                f"«{short(each)}» — не сведение. Напишите сведение=значение; несколько разделяются «;», "
                "например it_income_share=65; accredited=да.",
            )
        if fact in found:
            raise InputError(f"{fact} is given twice. Leave one.", f"{fact} указано дважды. Оставьте одно.")
        found[fact] = said
    return found


def _suites(cell: str) -> tuple[str, ...]:
    named = tuple(part.strip() for each in entries(cell) for part in each.split(",") if part.strip())
    strange = [each for each in named if each not in SUITES]
    if strange:
        near = get_close_matches(strange[0], SUITES, 1)
        en = f"Did you mean {near[0]}? " if near else ""
        ru = f"Возможно, {near[0]}. " if near else ""
        raise InputError(
            f"there is no suite '{short(strange[0])}'. {en}The suites: {', '.join(SUITES)}.",
            f"набора «{short(strange[0])}» нет. {ru}Есть: {', '.join(SUITES)}.",
        )
    return named


_READ: dict[str, Callable[[str], Any]] = {
    "id": _case_id,
    "lang": _lang,
    "question": _question,
    "as_of": read_date,
    "profile": _profile,
    "expect": _expect,
    "must_cite": _needs,
    "must_contain": _words,
    "must_not_contain": _words,
    "suites": _suites,
    "reviewed_on": read_date,
}


# ── value -> cell ─────────────────────────────────────────────────────────────────────────────────


def joined(parts: Iterable[str]) -> str:
    """Entries as one cell, which :func:`entries` reads back."""
    return "; ".join(" ".join(each.split()).replace("\\", "\\\\").replace(";", "\\;") for each in parts)


def needs_cell(needs: Iterable[Iterable[Target]]) -> str:
    """Needs as a cell."""
    return "; ".join(" | ".join(map(str, need)) for need in needs)


def cells_of(case: EvalCase, lang: Lang) -> dict[str, str]:
    """A case as cells by column, in the words of ``lang``; empty ones are empty texts."""
    told = 0 if lang == "ru" else 1
    return {
        "id": case.id,
        "lang": LANGS[case.lang][told],
        "question": case.question,
        "as_of": case.as_of.isoformat() if case.as_of else "",
        "measure": case.measure or "",
        "profile": joined(f"{fact}={said}" for fact, said in case.profile.items()),
        "expect": EXPECT[case.expect][told],
        "must_cite": needs_cell(case.must_cite),
        "quote": case.quote or "",
        "must_contain": joined(case.must_contain),
        "must_not_contain": joined(case.must_not_contain),
        "category": case.category,
        "suites": joined(case.suites),
        "reviewer": case.reviewer or "",
        "reviewed_on": case.reviewed_on.isoformat() if case.reviewed_on else "",
        "note": case.note or "",
    }
