"""A run's folder: its configuration and hashes, its cases, what became of each, and the scores.

A run that was cut off goes on where it stopped: outcomes are written line by line, and what is there is not
asked again. A folder belongs to one configuration; another is refused.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

import assistant
import corpus
import evals
import ingest
from assistant.errors import InputError
from evals.case import EvalCase
from evals.outcome import Outcome

log = logging.getLogger(__name__)

PACKAGES = (assistant, ingest, evals, corpus)
_CODE = (".py", ".yaml", ".safetensors")


class Config(BaseModel):
    """What a run is made with.

    hashes: ``code``, ``corpus``, ``cases``, ``library``. skipped: cases whose acts the library does not hold.
    """

    model_config = ConfigDict(extra="forbid")

    suite: str
    started: str
    program: str
    llm: str
    embedder: str
    retrieval: dict[str, Any]
    answer: dict[str, Any]
    repeat: int = 1
    workers: int = 1
    split: str = "test"
    as_of: str
    acts_held: bool
    skipped: int = 0
    hashes: dict[str, str]

    def same_run(self, other: Config) -> bool:
        """Whether outcomes of the other belong to this one; a run may go on another day."""
        apart = {"started", "workers", "as_of"}
        return self.model_dump(exclude=apart) == other.model_dump(exclude=apart)


class Run:
    """One run's folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def begin(cls, folder: Path, config: Config, cases: Sequence[EvalCase]) -> Run:
        """A new folder, or the one of a run that was cut off. Raises InputError where it is another run's."""
        run = cls(folder)
        if (folder / "config.json").exists():
            if not run.config.same_run(config):
                raise InputError(
                    f"{folder} holds a run with another configuration, other cases or other code. Name "
                    "another folder with --out.",
                    f"В папке {folder} — прогон с другой настройкой, другими случаями или другим кодом. "
                    "Укажите другую папку параметром --out.",
                )
            return run
        folder.mkdir(parents=True, exist_ok=True)
        _lines(folder / "cases.jsonl", (case.model_dump_json() for case in cases))
        _write(folder / "config.json", config.model_dump_json(indent=1))
        return run

    @classmethod
    def open(cls, folder: Path) -> Run:
        """A run that is there. Raises InputError for a folder that is none."""
        if not (folder / "config.json").is_file():
            raise InputError(
                f"{folder} is no evaluation run. Give the folder that 'ai-policy eval run' named.",
                f"{folder} — не прогон оценки. Укажите папку, которую назвала «ai-policy eval run».",
            )
        return cls(folder)

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.folder.name

    @property
    def config(self) -> Config:
        """What it was made with. Raises InputError where the file is damaged."""
        return _read(Config, self.folder / "config.json")

    def cases(self) -> list[EvalCase]:
        """Its cases, in their order."""
        return [_parsed(EvalCase, line, self.folder) for line in _text_lines(self.folder / "cases.jsonl")]

    def outcomes(self) -> list[Outcome]:
        """What became of its cases so far, in the order of the cases; a line cut off is left out."""
        found: dict[tuple[str, int], Outcome] = {}
        for line in _text_lines(self.folder / "outcomes.jsonl"):
            try:
                outcome = Outcome.model_validate_json(line)
            except ValidationError:
                continue
            found[outcome.case, outcome.repeat] = outcome
        order = {case.id: place for place, case in enumerate(self.cases())}
        return sorted(found.values(), key=lambda each: (order.get(each.case, len(order)), each.repeat))

    def add(self, outcome: Outcome) -> None:
        """Write an outcome down; it is on disk when this returns."""
        with (self.folder / "outcomes.jsonl").open("a", encoding="utf-8") as file:
            file.write(outcome.model_dump_json() + "\n")
            file.flush()
            os.fsync(file.fileno())

    @property
    def whole(self) -> bool:
        """Whether every case has its outcomes and the scores are written."""
        return (self.folder / "summary.json").is_file()

    def finish(self, scores: Iterable[dict[str, Any]], summary: dict[str, Any]) -> None:
        """Write scores and summary; the summary last, for it says that the run is whole."""
        _lines(self.folder / "scores.jsonl", (json.dumps(each, ensure_ascii=False) for each in scores))
        _write(self.folder / "summary.json", json.dumps(summary, ensure_ascii=False, indent=1))

    def summary(self) -> dict[str, Any]:
        """The summary. Raises InputError for a run that is not whole."""
        if not self.whole:
            raise InputError(
                f"The run {self.folder} was not finished. Run the suite again with --out {self.folder}: it "
                "goes on.",
                f"Прогон {self.folder} не завершён. Запустите набор снова с --out {self.folder}: он "
                "продолжится.",
            )
        found: dict[str, Any] = json.loads((self.folder / "summary.json").read_text(encoding="utf-8"))
        return found

    def scores(self) -> list[dict[str, Any]]:
        """The scores of its cases, a line each."""
        return [json.loads(line) for line in _text_lines(self.folder / "scores.jsonl")]


def runs_of(home: Path) -> list[Run]:
    """The runs of a home, the newest first; a damaged one is left out and logged."""
    folder = home / "evals"
    found: list[tuple[str, Run]] = []
    for path in sorted(folder.glob("*/config.json")) if folder.is_dir() else ():
        run = Run(path.parent)
        try:
            found.append((run.config.started, run))
        except InputError as error:
            log.warning("%s", error.en)
    return [run for _, run in sorted(found, key=lambda entry: entry[0], reverse=True)]


def new_folder(home: Path, suite: str, now: datetime) -> Path:
    """Where a new run of a home goes."""
    return home / "evals" / f"{suite}-{now:%Y%m%d-%H%M%S}"


@lru_cache(maxsize=1)
def code_hashes() -> dict[str, str]:
    """Hashes of the program's code and of the corpus that comes with it."""
    parts = [_package_hash(Path(package.__path__[0])) for package in PACKAGES]
    return {"code": _short("".join(parts[:3])), "corpus": _short(parts[3])}


def _package_hash(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix in _CODE and "__pycache__" not in path.parts:
            digest.update(path.relative_to(folder).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def cases_hash(cases: Iterable[EvalCase]) -> str:
    """A hash of cases, whatever file they came from."""
    return _short("\n".join(case.model_dump_json() for case in cases))


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _read(shape: type[Config], path: Path) -> Config:
    return _parsed(shape, path.read_text(encoding="utf-8"), path)


def _parsed(shape: Any, text: str, path: Path) -> Any:
    try:
        return shape.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise InputError(
            f"{path} is damaged: {first['msg']}. Run the suite anew into another folder.",
            f"{path}: файл повреждён ({first['msg']}). Запустите набор заново в другую папку.",
        ) from None


def _text_lines(path: Path) -> list[str]:
    if not path.is_file():
        return []
    return [line for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]


def _lines(path: Path, lines: Iterable[str]) -> None:
    _write(path, "".join(f"{line}\n" for line in lines))


def _write(path: Path, text: str) -> None:
    """Whole or not at all."""
    beside = path.with_suffix(path.suffix + ".new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)
