"""Cases -> a table that Excel and LibreOffice open, which :mod:`evals.tables` reads back exactly.

CSV has a byte-order mark, without which Excel takes UTF-8 for another encoding; its separator is the one that
Excel expects in the language's locale. No cell is ever run as a formula. Files are replaced whole.
"""

from __future__ import annotations

import csv
import io
import os
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from filelock import FileLock, Timeout

from assistant.errors import InputError, ReadError
from assistant.model import Lang
from evals.case import EvalCase
from evals.tables_columns import COLUMNS, EXPECT, LANGS, cells_of, column_of, value_of
from evals.tables_files import csv_text, delimiter_of, escaped, guarded, unguarded

MARK = "\ufeff"
LOCK_WAIT = 10.0  # seconds
_SHEET = {"ru": "случаи", "en": "cases"}
_WIDTHS = {"question": 60, "must_cite": 40, "quote": 40, "must_contain": 30, "note": 40}


def write_cases(path: Path, cases: Iterable[EvalCase], lang: Lang = "ru") -> None:
    """Write cases to a CSV, XLSX or JSON-lines file, in place of what it held.

    Cells are written without spaces around them and without characters that cannot be shown; the latter raise
    InputError, as does a file type that is not written.
    """
    held = list(cases)
    suffix = path.suffix.lower()
    if suffix == ".csv":
        rows = [[each.in_(lang) for each in COLUMNS.values()], *(_cells(case, lang) for case in held)]
        content = _csv(rows, ";" if lang == "ru" else ",")
    elif suffix == ".xlsx":
        content = _xlsx(held, lang)
    elif suffix in (".jsonl", ".ndjson"):
        content = "".join(f"{case.model_dump_json(exclude_none=True)}\n" for case in held).encode()
    else:
        raise InputError(
            f"{path}: files of type '{suffix}' are not written. Name a .csv, .xlsx or .jsonl file.",
            f"{path}: файлы типа «{suffix}» не записываются. Назовите файл .csv, .xlsx или .jsonl.",
        )
    _replace(path, content)


def append_case(path: Path, case: EvalCase, lang: Lang = "ru") -> int:
    """Add a case to a CSV file, which is made if it is not there; returns its row.

    An existing file keeps its separator, its headings and its rows; columns it lacks and the case fills are
    added at the end. Raises InputError for another file type, or where the file is held by somebody.
    """
    if path.suffix.lower() != ".csv":
        raise InputError(
            f"Cases are added to a CSV file, not to {path}. Name a .csv file with --to.",
            f"Случаи добавляются в файл CSV, а не в {path}. Назовите файл .csv в --to.",
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(path.with_name(f".{path.name}.lock"), timeout=LOCK_WAIT):
            rows, delimiter = _existing(path)
            rows = rows or [[each.in_(lang) for each in COLUMNS.values()]]
            head = next(row for row in rows if row)
            cells = {column: cell for column, cell in _by_column(case, lang).items() if cell}
            known = [column_of(heading) for heading in head]
            for column in (each for each in cells if each not in known):
                head.append(COLUMNS[column].in_(lang))
                known.append(column)
            rows.append([guarded(cells.get(column or "", "")) for column in known])
            _replace(path, _csv(rows, delimiter or (";" if lang == "ru" else ",")))
            return len(rows)
    except Timeout:
        raise InputError(
            f"{path} is being written by another program. Try again.",
            f"В файл {path} сейчас пишет другая программа. Повторите.",
        ) from None


def _existing(path: Path) -> tuple[list[list[str]], str | None]:
    """The rows of a CSV file as they stand, without empty ones at the end, and its separator."""
    if not path.exists():
        return [], None
    text = csv_text(path, path.read_bytes())
    delimiter = delimiter_of(text)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        raise ReadError(
            f"{path} is damaged: a quotation mark is not closed. 'ai-policy eval validate {path}' shows "
            "where.",
            f"Файл {path} повреждён: не закрыта кавычка. «ai-policy eval validate {path}» покажет, где.",
        ) from None
    while rows and not any(cell.strip() for cell in rows[-1]):
        rows.pop()
    return rows, delimiter


def _by_column(case: EvalCase, lang: Lang) -> dict[str, str]:
    cells = {column: cell.strip() for column, cell in cells_of(case, lang).items()}
    for column, cell in cells.items():
        if cell:
            value_of(column, cell)
    return cells


def _cells(case: EvalCase, lang: Lang) -> list[str]:
    return [guarded(cell) for cell in _by_column(case, lang).values()]


def _csv(rows: Sequence[Sequence[str]], delimiter: str) -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return (MARK + stream.getvalue()).encode("utf-8")


def _xlsx(cases: Sequence[EvalCase], lang: Lang) -> bytes:
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = _SHEET[lang]
    sheet.freeze_panes = "A2"
    choices = {"expect": EXPECT.values(), "lang": LANGS.values()}
    for place, column in enumerate(COLUMNS.values(), 1):
        letter = get_column_letter(place)
        sheet.cell(1, place, column.in_(lang)).font = Font(bold=True)
        sheet.column_dimensions[letter].width = _WIDTHS.get(column.id, 16)
        if column.id in choices:
            words = ",".join(names[0 if lang == "ru" else 1] for names in choices[column.id])
            allowed = DataValidation(type="list", formula1=f'"{words}"', allow_blank=True)
            allowed.add(f"{letter}2:{letter}10000")
            sheet.add_data_validation(allowed)
    for number, case in enumerate(cases, 2):
        for place, cell in enumerate(_by_column(case, lang).values(), 1):
            written = sheet.cell(number, place)
            # As text even where it looks like a formula; the apostrophe of a CSV cell stays one here too.
            written.value = escaped(cell if cell == unguarded(cell) else guarded(cell))
            written.data_type = "s"
            written.number_format = "@"
            written.alignment = Alignment(wrap_text=True, vertical="top")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _replace(path: Path, content: bytes) -> None:
    """Write a file whole or not at all. Raises InputError where it cannot be written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=".part", dir=path.parent)
    partial = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        if path.exists():
            partial.chmod(path.stat().st_mode & 0o777)
        else:
            partial.chmod(0o644)
        partial.replace(path)
    except OSError as error:
        raise InputError(
            f"{path} cannot be written: {error.strerror}. Close it in other programs and check the folder.",
            f"Файл {path} не записывается: {error.strerror}. Закройте его в других программах и проверьте "
            "папку.",
        ) from None
    finally:
        partial.unlink(missing_ok=True)
