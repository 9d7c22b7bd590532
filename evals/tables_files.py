"""A file of cases (CSV, XLSX, JSON lines) -> its filled rows, numbered as a spreadsheet numbers them.

Formulas are refused, not computed; a workbook is measured before it is unpacked.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from assistant.errors import InputError, ReadError
from evals.case import Target
from evals.tables_columns import column_of, joined, needs_cell, plain, short

MOST_BYTES = 20_000_000
MOST_UNPACKED = 100_000_000  # bytes of a workbook's parts together
MOST_PARTS = 2_000
MOST_CASES = 50_000
MOST_COLUMNS = 64
DELIMITERS = ";,\t"
SHEETS = frozenset(("cases", "случаи"))
# What a spreadsheet would run as a formula, behind the apostrophe that keeps it from doing so.
_GUARDED = re.compile(r"'+[=+\-@＝＋－＠]")
_RUN = re.compile(r"'*[=+\-@＝＋－＠]")
_CARRIAGE = re.compile(r"\r\n?")
# A workbook has no carriage returns of its own: one is written so, and so is what only looks like one.
_ESCAPED = re.compile(r"_x(?:000D|005F)_", re.IGNORECASE)
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_CYRILLIC = re.compile("[А-Яа-яЁё]")


@dataclass(frozen=True, slots=True)
class Record:
    """A filled row: its cells by place, and what is wrong with those that could not be read."""

    number: int
    cells: dict[int, str]
    faults: dict[int, InputError] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Raw:
    """A file's heading and rows. ``fault``: why the rows end before the file does, and in which row."""

    heading: Record | None
    rows: list[Record]
    fault: tuple[int, InputError] | None = None


def read_raw(path: Path) -> Raw:
    """The rows of a file, told by its suffix. Raises ReadError where nothing of it can be read."""
    kinds = {".csv": _csv, ".tsv": _csv, ".txt": _csv, ".xlsx": _xlsx, ".jsonl": _jsonl, ".ndjson": _jsonl}
    reader = kinds.get(path.suffix.lower())
    if reader is None:
        raise ReadError(
            f"{path}: files of type '{path.suffix}' are not read. Save the table as CSV UTF-8 or XLSX.",
            f"{path}: файлы типа «{path.suffix}» не читаются. Сохраните таблицу как CSV UTF-8 или XLSX.",
        )
    try:
        size = path.stat().st_size
        content = path.read_bytes() if size <= MOST_BYTES else b""
    except OSError as error:
        raise ReadError(
            f"{path} cannot be read: {error.strerror}. Check the path, and that you may read the file.",
            f"Файл {path} не читается: {error.strerror}. Проверьте путь и право на чтение.",
        ) from None
    if size > MOST_BYTES:
        raise _too_large(path, f"{size:,}", f"{MOST_BYTES:,}")
    return reader(path, content)


def _too_large(path: Path, size: str, most: str) -> ReadError:
    return ReadError(
        f"{path} is too large: {size} bytes, at most {most}. Split the cases into several files.",
        f"Файл {path} слишком велик: {size} байт, допускается {most}. Разделите случаи на несколько файлов.",
    )


def _too_many(path: Path) -> ReadError:
    return ReadError(
        f"{path} has more than {MOST_CASES:,} cases. Split them into several files.",
        f"В файле {path} больше {MOST_CASES:,} случаев. Разделите их на несколько файлов.",
    )


# ── CSV ───────────────────────────────────────────────────────────────────────────────────────────


def unguarded(cell: str) -> str:
    """A cell's text without the apostrophe that keeps a spreadsheet from running it."""
    return cell[1:] if _GUARDED.match(cell) else cell


def guarded(cell: str) -> str:
    """A cell's text as it is written, so that no spreadsheet runs it; :func:`unguarded` undoes it."""
    return f"'{cell}" if _RUN.match(cell) else cell


def csv_text(path: Path, content: bytes) -> str:
    """The text of a CSV file. Raises ReadError for other encodings than UTF-8, with the remedy."""
    if b"\0" in content or content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ReadError(
            f"{path} is not a CSV file in UTF-8. In Excel choose 'Save as', 'CSV UTF-8'.",
            f"{path} — не CSV в UTF-8. В Excel выберите «Сохранить как» — «CSV UTF-8».",
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    russian = len(_CYRILLIC.findall(content.decode("cp1251", "replace")))
    windows = russian * 10 >= sum(byte >= 0x80 for byte in content) * 8  # the rest are dashes and quotes
    raise ReadError(
        f"{path} is in {'Windows-1251' if windows else 'an unknown encoding'}, not in UTF-8. In Excel choose "
        "'Save as', 'CSV UTF-8 (comma delimited)'; in LibreOffice 'Save as', 'Edit filter settings', "
        "'Unicode (UTF-8)'.",
        f"{path} — в кодировке {'Windows-1251' if windows else 'неизвестной'}, а нужна UTF-8. В Excel: "
        "«Сохранить как» — «CSV UTF-8 (разделитель — запятая)»; в LibreOffice: «Сохранить как» — «Изменить "
        "настройки фильтра» — «Юникод (UTF-8)».",
    )


def delimiter_of(text: str) -> str:
    """What separates the cells: that by which most headings of the first filled line are known."""
    head = text.lstrip("\r\n")[:20_000]

    def known(delimiter: str) -> tuple[int, int]:
        row = next(csv.reader(io.StringIO(head, newline=""), delimiter=delimiter), [])
        return sum(column_of(cell) is not None for cell in row), len(row)

    return max(DELIMITERS, key=known)


def _csv(path: Path, content: bytes) -> Raw:
    text = csv_text(path, content)
    named = re.match(r"sep=(.)\r?\n", text)  # a line for Excel, which does not count it
    text = text[named.end() :] if named else text
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=named[1] if named else delimiter_of(text), strict=True
    )
    rows: list[Record] = []
    number, fault = 0, None
    try:
        for number, cells in enumerate(reader, 1):
            _keep(rows, number, (unguarded(cell.strip()) for cell in cells), path)
    except csv.Error:
        fault = (
            number + 1,
            InputError(
                "a quotation mark is not closed, or something follows it; this row and those after it were "
                'not read. A quotation mark inside a cell is written twice (""), the cell between two.',
                "кавычка не закрыта, или после неё стоит лишнее; эта и следующие строки не прочитаны. "
                'Кавычка внутри ячейки пишется дважды (""), вся ячейка — в кавычках.',
            ),
        )
    return Raw(rows[0] if rows else None, rows[1:], fault)


def _keep(rows: list[Record], number: int, cells: Iterable[str], path: Path, **more: Any) -> None:
    filled = {place: _CARRIAGE.sub("\n", cell) for place, cell in enumerate(cells) if cell}
    if filled:
        rows.append(Record(number, filled, **more))
    if len(rows) > MOST_CASES + 1:
        raise _too_many(path)


# ── XLSX ──────────────────────────────────────────────────────────────────────────────────────────


def _xlsx(path: Path, content: bytes) -> Raw:
    _check_workbook(path, content)
    try:
        import openpyxl
    except ImportError:
        raise ReadError(
            f"{path}: reading XLSX needs openpyxl. Install it (pip install 'ai-policy-assistant[evals]') or "
            "save the table as CSV UTF-8.",
            f"{path}: для чтения XLSX нужен openpyxl. Установите: pip install 'ai-policy-assistant[evals]', "
            "или сохраните таблицу как CSV UTF-8.",
        ) from None
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        sheets = book.worksheets
        sheet = next((each for each in sheets if plain(each.title) in SHEETS), sheets[0])
        sheet.reset_dimensions()  # what the file says of its size need not be so
        rows: list[Record] = []
        for number, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), 1):
            read = [_xlsx_cell(cell) for cell in cells]
            faults = {place: said for place, said in enumerate(read) if isinstance(said, InputError)}
            texts = ("?" if isinstance(said, InputError) else said for said in read)
            _keep(rows, number, texts, path, faults=faults)
    except ReadError:
        raise
    except Exception as error:
        raise _no_workbook(path, type(error).__name__) from error
    return Raw(rows[0] if rows else None, rows[1:])


def _no_workbook(path: Path, why: str) -> ReadError:
    return ReadError(
        f"{path} is not a readable XLSX workbook ({why}). Open it in Excel or LibreOffice and save it as "
        "XLSX without a password, or as CSV UTF-8.",
        f"{path} — не читаемая книга XLSX ({why}). Откройте её в Excel или LibreOffice и сохраните как XLSX "
        "без пароля или как CSV UTF-8.",
    )


def _check_workbook(path: Path, content: bytes) -> None:
    """Raise ReadError for a workbook that unpacks to too much or has parts with entities of their own."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            held = parts.infolist()
            if len(held) > MOST_PARTS:
                raise _no_workbook(path, f"{len(held)} parts")
            size = sum(each.file_size for each in held)
            if size > MOST_UNPACKED:
                raise _too_large(path, f"{size:,}", f"{MOST_UNPACKED:,}")
            if any(each.flag_bits & 1 for each in held):
                raise _no_workbook(path, "encrypted")
            for each in held:
                if each.filename.lower().endswith((".xml", ".rels")) and _declares(parts, each):
                    raise _no_workbook(path, "DOCTYPE")
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, zlib.error) as error:
        raise _no_workbook(path, type(error).__name__) from None


def _declares(parts: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Whether an XML part declares a document type: none that a spreadsheet writes does."""
    with parts.open(part) as stream:
        head = stream.read(4096).replace(b"\0", b"")
    return b"<!DOCTYPE" in head or b"<!ENTITY" in head


def _xlsx_cell(cell: Any) -> str | InputError:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return InputError(
            "the cell holds a formula. Replace it by its value: copy it and paste 'values only'.",
            "в ячейке формула. Замените её значением: скопируйте и вставьте «только значения».",
        )
    if cell.data_type == "e":
        return InputError(
            f"the cell holds an error of the spreadsheet ({value}). Write the value.",
            f"в ячейке ошибка таблицы ({value}). Впишите значение.",
        )
    if isinstance(value, datetime | date):
        return value.isoformat().removesuffix("T00:00:00")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return unguarded(unescaped(str(value)).strip())


def escaped(text: str) -> str:
    """A text as a workbook's cell holds it: what looks like an escaped character is none."""
    return _LOOKS_ESCAPED.sub("_x005F_", text)


def unescaped(text: str) -> str:
    """The text of a workbook's cell, undoing :func:`escaped`; carriage returns are told."""
    return _ESCAPED.sub(lambda found: "_" if found.group().upper() == "_X005F_" else "\r", text)


# ── JSON lines ────────────────────────────────────────────────────────────────────────────────────


def _jsonl(path: Path, content: bytes) -> Raw:
    """Lines as rows: the keys of all objects are the heading, in row 0, which no table has."""
    places: dict[str, int] = {}
    rows: list[Record] = []
    fault = None
    for number, line in enumerate(csv_text(path, content).split("\n"), 1):
        if not line.strip():
            continue
        try:
            cells = dict(_json_cells(line))
        except InputError as error:
            fault = fault or (number, error)
            continue
        placed = {places.setdefault(name, len(places)): said for name, said in cells.items()}
        faults = {place: said for place, said in placed.items() if isinstance(said, InputError)}
        texts = {place: "?" if place in faults else str(said) for place, said in placed.items()}
        rows.append(Record(number, {place: said for place, said in texts.items() if said}, faults))
        if len(rows) > MOST_CASES:
            raise _too_many(path)
    heading = Record(0, {place: name for name, place in places.items()}) if rows or fault else None
    return Raw(heading, rows, fault)


def _json_cells(line: str) -> Iterator[tuple[str, str | InputError]]:
    try:
        found = json.loads(line)
        if not isinstance(found, dict):
            raise ValueError("not an object")
    except (ValueError, RecursionError) as error:
        raise InputError(
            f"the line is not a JSON object ({short(str(error))}). Correct or delete it.",
            f"строка — не объект JSON ({short(str(error))}). Исправьте или удалите её.",
        ) from None
    for name, said in found.items():
        try:
            yield name, _CARRIAGE.sub("\n", _json_cell(column_of(name), said)).strip()
        except (TypeError, ValueError, AttributeError):
            shown = short(json.dumps(said, ensure_ascii=False))
            unfit = InputError(
                f"'{shown}' cannot stand here. Write a text, as in a cell of a table.",
                f"«{shown}» здесь не подходит. Напишите текст, как в ячейке таблицы.",
            )
            yield name, unfit


def _json_cell(column: str | None, said: Any) -> str:
    """A value of JSON as a cell. Raises TypeError, ValueError or AttributeError for what cannot be one."""
    if said is None:
        return ""
    if isinstance(said, bool):
        return "yes" if said else "no"
    if isinstance(said, str | int | float):
        return str(said)
    if column == "must_cite" and isinstance(said, list):
        needs = [need if isinstance(need, list) else [need] for need in said]
        return needs_cell([[_json_target(each) for each in need] for need in needs])
    if column == "profile" and isinstance(said, dict):
        return joined(f"{fact}={_json_cell(None, value)}" for fact, value in said.items())
    if column in ("must_contain", "must_not_contain", "suites") and isinstance(said, list):
        if not all(isinstance(each, str) for each in said):
            raise TypeError(said)
        return joined(said)
    raise TypeError(said)


def _json_target(said: Any) -> Target:
    return Target.read(said) if isinstance(said, str) else Target.model_validate(said)
