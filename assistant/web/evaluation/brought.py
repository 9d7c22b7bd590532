"""A person's own files of cases -> kept until a run uses them, with all that is wrong in them."""

from __future__ import annotations

import logging
import os
import re
import shutil
import time
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.api.library import safe_name
from assistant.errors import LibraryError, PolicyError
from assistant.web.evaluation.words import refused

if TYPE_CHECKING:
    from assistant.library.view import LibraryView
    from evals.tables import Problem

log = logging.getLogger(__name__)

MOST_BYTES = 10_000_000  # of files at a time; 5,000 cases take about two
MOST_FILES = 5
KINDS = (".csv", ".tsv", ".xlsx", ".jsonl", ".ndjson")
_KEY = re.compile(r"[0-9a-f]{32}")
_DAY = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Brought:
    """Files that were brought together. cases: rows in them; problems: in the order of the files."""

    key: str
    files: tuple[Path, ...]
    cases: int
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> list[Problem]:
        """What keeps a run from starting."""
        return [each for each in self.problems if each.level == "error"]

    @property
    def names(self) -> str:
        """The files' names."""
        return ", ".join(path.name for path in self.files)


def keep(home: Path, files: Iterable[tuple[str, bytes]]) -> str:
    """Write files down and return what they are found by. Raises InputError, LibraryError.

    ``files``: (name, content).
    """
    sent: dict[str, bytes] = {}
    for given, content in files:
        name = safe_name(given)
        sent[name if name not in sent else f"{len(sent) + 1}-{name}"] = content
    if not sent:
        raise refused("own_none")
    if len(sent) > MOST_FILES or sum(map(len, sent.values())) > MOST_BYTES:
        raise refused("own_large", mb=MOST_BYTES // 1_000_000)
    for name in sent:
        if Path(name).suffix.lower() not in KINDS:
            raise refused("own_kind", name=name, kinds=", ".join(KINDS))
    key = uuid.uuid4().hex
    folder = _place(home) / key
    try:
        _drop_old(_place(home))
        folder.mkdir(parents=True)
        for name, content in sent.items():
            (folder / name).write_bytes(content)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise LibraryError(
            f"The file cannot be written down: {error.strerror}. Make room and try again.",
            f"Не удалось записать файл: {error.strerror}. Освободите место и попробуйте снова.",
        ) from error
    return key


def brought(home: Path, key: str, view: LibraryView) -> Brought:
    """The files of a key, checked. Raises InputError where they are gone."""
    from evals.validate import check_files

    files = files_of(home, key)
    checked = check_files(files, view)
    problems = sorted([*checked.problems, *_shipped_ids(files)], key=lambda each: each.level != "error")
    return Brought(key, tuple(files), checked.cases, tuple(problems))


def files_of(home: Path, key: str) -> list[Path]:
    """The files of a key. Raises InputError where they are gone."""
    folder = _place(home) / key
    if not _KEY.fullmatch(key) or not folder.is_dir():
        raise refused("own_gone")
    return sorted(folder.iterdir())


def told(problem: Problem, files: Sequence[Path], text: str) -> str:
    """What is said of a problem, without the folder that its files happen to lie in."""
    for folder in {path.parent for path in files}:
        text = text.replace(f"{folder}{os.sep}", "")
    return text


def _shipped_ids(files: Sequence[Path]) -> list[Problem]:
    """Ids that a case of the program's has: two cases of one id would be taken for one."""
    from evals import plans
    from evals.tables import load_cases, read_table

    shipped = {case.id for case in load_cases([plans.CASES])}
    found = []
    for path in files:
        try:
            rows = read_table(path).rows
        except PolicyError:  # told already
            log.debug("%s was not read for its ids.", path.name)
            continue
        for row in rows:
            if row.cells.get("id") in shipped:
                said = refused("own_shipped", id=row.cells["id"])
                found.append(row.problem("id", "repeated_id", said))
    return found


def _place(home: Path) -> Path:
    return home / "evals" / "brought"


def _drop_old(folder: Path) -> None:
    """Files that no run has taken within a day."""
    if not folder.is_dir():
        return
    for old in folder.iterdir():
        if time.time() - old.stat().st_mtime > _DAY:
            shutil.rmtree(old, ignore_errors=True)
