"""Tables of cases that people keep in a spreadsheet <-> :class:`~evals.case.EvalCase`.

``evals/cases/*.csv`` and people's own files: CSV in UTF-8, XLSX, JSON lines. Whatever is wrong in a file is
collected, row by row, so that a person mends all of it at once; only a file that cannot be read raises.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from assistant.errors import InputError, ReadError
from evals.case import VERDICTS, EvalCase
from evals.tables_columns import (
    COLUMNS,
    SUITES,
    Column,
    Problem,
    cells_of,
    column_of,
    near_heading,
    value_of,
)
from evals.tables_files import Raw, Record, read_raw
from evals.tables_writing import append_case, write_cases

__all__ = [
    "CASES", "COLUMNS", "SUITES", "Column", "Problem", "Row", "Table", "append_case", "case_files",
    "cells_of", "load_cases", "read_cases", "read_table", "repeated_ids", "row_of", "write_cases",
]  # fmt: skip

CASES = Path(__file__).parent / "cases"
_TABLES = (".csv", ".tsv", ".xlsx")
_LINES = (".jsonl", ".ndjson")
_REQUIRED = tuple(each.id for each in COLUMNS.values() if each.required)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a file. number: as the spreadsheet shows it (of JSON lines, the line).

    cells: text by column, of those that are filled; fields: what could be read of them; case: None where
    something could not. headings: as the file writes them, by column.
    """

    file: Path
    number: int
    cells: dict[str, str]
    fields: dict[str, Any]
    case: EvalCase | None
    headings: dict[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def problem(self, column: str | None, code: str, error: InputError, **more: Any) -> Problem:
        """Something wrong in this row."""
        heading = self.headings.get(column) if column else None
        return Problem(
            self.file, self.number, column, error.en, error.ru, code, **{"heading": heading, **more}
        )


@dataclass(frozen=True, slots=True)
class Table:
    """A file of cases. problems: of its headings; those of its rows stand with them."""

    file: Path
    rows: list[Row]
    problems: list[Problem]

    def all_problems(self) -> list[Problem]:
        """Of the headings and of every row, in the order of the file."""
        return [*self.problems, *(each for row in self.rows for each in row.problems)]


def read_cases(path: Path) -> list[Row]:
    """The rows of a file, each with its case or with what is wrong. Raises ReadError for the whole file."""
    return read_table(path).rows


def read_table(path: Path) -> Table:
    """A file of cases with all that is wrong in it. Raises ReadError where it cannot be read at all."""
    raw = read_raw(path)
    if raw.heading is None:
        empty = Problem(
            path,
            None,
            None,
            "the file is empty. Write the headings in the first row and a case in each of the others.",
            "файл пуст. Напишите заголовки в первой строке и по случаю в каждой следующей.",
            "empty_file",
        )
        return Table(path, [], [empty])
    columns, problems = _columns(path, raw)
    headings = {column: raw.heading.cells[place] for place, column in columns.items()}
    missing = frozenset(each for each in _REQUIRED if each not in headings)
    lines = path.suffix.lower() in _LINES
    excused = frozenset() if lines else missing  # of a table the heading is told once, not row by row
    rows = [_row(path, each, columns, headings, raw.heading.cells.keys(), excused) for each in raw.rows]
    if not lines:
        problems += [_missing(path, raw.heading.number, column) for column in _REQUIRED if column in missing]
    if raw.fault is not None:
        number, said = raw.fault
        problems.append(Problem(path, number, None, said.en, said.ru, "broken"))
    return Table(path, rows, problems)


def row_of(case: EvalCase, file: Path, number: int) -> Row:
    """A case as the row it becomes."""
    cells = {column: cell for column, cell in cells_of(case, case.lang).items() if cell}
    return Row(file, number, cells, {column: getattr(case, column) for column in cells}, case)


# ── headings ──────────────────────────────────────────────────────────────────────────────────────


def _columns(path: Path, raw: Raw) -> tuple[dict[int, str], list[Problem]]:
    """Place -> column, and what is wrong with the headings."""
    assert raw.heading is not None
    found: dict[int, str] = {}
    problems: list[Problem] = []

    def wrong(code: str, heading: str, en: str, ru: str) -> None:
        number = raw.heading.number if raw.heading and raw.heading.number else None
        problems.append(Problem(path, number, None, en, ru, code, heading=heading))

    for place, heading in raw.heading.cells.items():
        column = column_of(heading)
        if column is None:
            wrong(
                "unknown_heading",
                heading,
                f"nobody knows this heading. Known: {near_heading(heading, 'en')}. Rename the column or "
                "delete it.",
                f"такого заголовка нет. Есть: {near_heading(heading, 'ru')}. Переименуйте столбец или "
                "удалите его.",
            )
        elif column in found.values():
            wrong(
                "repeated_heading",
                heading,
                "this column stands twice. Delete one of the two.",
                "этот столбец есть дважды. Удалите один из двух.",
            )
        else:
            found[place] = column
    return found, problems


def _missing(path: Path, number: int, column: str) -> Problem:
    held = COLUMNS[column]
    return Problem(
        path,
        number,
        column,
        f"the column is missing. Add it under the heading '{held.en}' or '{held.ru}'.",
        f"столбца нет. Добавьте его с заголовком «{held.ru}» или «{held.en}».",
        "missing_column",
    )


# ── rows ──────────────────────────────────────────────────────────────────────────────────────────


def _row(
    path: Path,
    record: Record,
    columns: dict[int, str],
    headings: dict[str, str],
    headed: Collection[int],
    missing: frozenset[str],
) -> Row:
    """``headed``: the places that have a heading, known or not."""
    cells = {columns[place]: cell for place, cell in record.cells.items() if place in columns}
    row = Row(path, record.number, cells, {}, None, headings)
    problems = [
        row.problem(columns.get(place), "cell", said)
        for place, said in record.faults.items()
        if place in columns
    ]
    spoilt = {columns[place] for place in record.faults if place in columns}
    problems += _beside(row, record, headed)
    for column, cell in cells.items():
        if column in spoilt:
            continue
        try:
            row.fields[column] = value_of(column, cell)
        except InputError as error:
            problems.append(row.problem(column, "cell", error))
    problems += [
        row.problem(column, "empty", _EMPTY)
        for column in _REQUIRED
        if column not in cells and column not in missing
    ]
    problems += _contradictions(row)
    case = None if problems or missing else _case(row, problems)
    return Row(path, record.number, cells, row.fields, case, headings, tuple(problems))


_EMPTY = InputError("the cell is empty. Fill it.", "ячейка пуста. Заполните её.")


def _beside(row: Row, record: Record, headed: Collection[int]) -> Iterator[Problem]:
    """A cell under no heading: a separator too many, or a cell that was not quoted."""
    place = next((each for each in record.cells if each not in headed), None)
    if place is not None:
        cell = record.cells[place][:30]
        said = InputError(
            f"cell {place + 1} ('{cell}') stands under no heading. Perhaps a cell with a separator in it is "
            "not in quotation marks; else write a heading above it or empty it.",
            f"ячейка {place + 1} («{cell}») не стоит ни под каким заголовком. Возможно, ячейка с "
            "разделителем внутри не взята в кавычки; иначе озаглавьте столбец или очистите ячейку.",
        )
        yield row.problem(None, "no_heading", said)


def _contradictions(row: Row) -> Iterator[Problem]:
    fields = row.fields
    expect = fields.get("expect")
    if expect in VERDICTS and "measure" not in row.cells:
        yield row.problem(
            "measure",
            "no_measure",
            InputError(
                "a verdict is expected, but no measure is named. Write its id; 'ai-policy check --measures' "
                "lists them.",
                "ожидается вывод о мере, а мера не названа. Впишите её ид; список: «ai-policy check "
                "--measures».",
            ),
        )
    if expect == "abstain" and (fields.get("must_cite") or fields.get("quote")):
        yield row.problem(
            "must_cite" if fields.get("must_cite") else "quote",
            "abstention_cites",
            InputError(
                "an abstention cites nothing. Empty this cell, or expect an answer.",
                "отказ ни на что не ссылается. Очистите эту ячейку или ожидайте ответ.",
            ),
        )


def _case(row: Row, problems: list[Problem]) -> EvalCase | None:
    try:
        return EvalCase(**row.fields)
    except ValidationError as error:
        for each in error.errors(include_url=False):
            column = str(each["loc"][0]) if each["loc"] else None
            said = InputError(
                f"this cannot be used: {each['msg']}. Correct it.",
                f"значение не подходит: {each['msg']}. Исправьте.",
            )
            problems.append(row.problem(column if column in COLUMNS else None, "cell", said))
        return None


# ── several files ─────────────────────────────────────────────────────────────────────────────────


def case_files(paths: Path | Iterable[Path]) -> list[Path]:
    """The files of cases among files and folders, each once.

    Of a folder its tables, and files of JSON lines whose lines are such cases (other sets have lines of their
    own kind). Raises ReadError for what is not there.
    """
    found: dict[Path, None] = {}
    for path in [paths] if isinstance(paths, Path) else paths:
        if path.is_dir():
            found |= dict.fromkeys(each for each in sorted(path.iterdir()) if _is_table(each))
        elif path.is_file():
            found[path] = None
        else:
            raise ReadError(
                f"There is no {path}. Name a file of cases or a folder with such files.",
                f"{path} не существует. Укажите файл случаев или папку с такими файлами.",
            )
    return list(found)


def _is_table(path: Path) -> bool:
    if path.name.startswith((".", "~$")) or not path.is_file():
        return False
    suffix = path.suffix.lower()
    return suffix in _TABLES or (suffix in _LINES and _has_cases(path))


def _has_cases(path: Path) -> bool:
    """Whether the first line of a file of JSON lines has what every case has."""
    try:
        with path.open(encoding="utf-8-sig") as stream:
            first = next((line for line in stream if line.strip()), "")
    except (OSError, UnicodeDecodeError):
        return False
    return all(f'"{column}"' in first for column in ("id", "question", "expect"))


def load_cases(paths: Path | Iterable[Path] = CASES, suite: str | None = None) -> list[EvalCase]:
    """The cases of files and folders, in the order of the files; ``suite``: only those of this suite.

    Raises ReadError for a file that cannot be read, InputError where anything is wrong in one, or two cases
    have one id: what is measured must be what was written.
    """
    rows: list[Row] = []
    problems: list[Problem] = []
    for path in case_files(paths):
        table = read_table(path)
        rows += table.rows
        problems += table.all_problems()
    problems += repeated_ids(rows)
    if problems:
        more = len(problems) - 1
        en = f" {more} more." if more else ""
        ru = f" Ещё: {more}." if more else ""
        raise InputError(
            f"{problems[0].told('en')}{en} 'ai-policy eval validate' lists all that is wrong.",
            f"{problems[0].told('ru')}{ru} «ai-policy eval validate» показывает всё.",
        )
    found = [row.case for row in rows if row.case is not None]
    return [case for case in found if suite is None or suite in case.suites or suite == "full"]


def repeated_ids(rows: Sequence[Row]) -> list[Problem]:
    """The rows whose id an earlier one has."""
    first: dict[str, Row] = {}
    problems: list[Problem] = []
    for row in rows:
        name = row.cells.get("id")
        earlier = first.setdefault(name, row) if name else row
        if earlier is not row:
            said = InputError(
                f"the id '{name}' already stands in {earlier.file}, row {earlier.number}. Give one of the "
                "two another id.",
                f"ид «{name}» уже есть в {earlier.file}, строка {earlier.number}. Дайте одному из двух "
                "другой ид.",
            )
            problems.append(row.problem("id", "repeated_id", said))
    return problems
