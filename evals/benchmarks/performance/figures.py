"""Measured values -> figures: medians, ratios between systems, the aim and whether it was reached.

A result file holds sections, each with the machine, the versions and the documents it was measured with. A
section that is measured again replaces its own; sections of another machine do not go into the same file.
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.errors import InputError

FORMAT = 1


class _Kept(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Aim(_Kept):
    """What a figure is to reach: at least (at most, where less is better) ``bound``.

    ``against``: the system whose ratio is meant; without it the value itself.
    """

    bound: float
    against: str | None = None


class Measured(_Kept):
    """What one system did. ``runs``: the values in the order they were taken. ``ratio``: how many times
    better the measured system is than this one; None for itself.
    """

    runs: list[float]
    median: float
    ratio: float | None = None


class Figure(_Kept):
    """One quantity, by system. The first system is the one that is measured."""

    name: str
    title: str
    unit: str
    better: Literal["higher", "lower"]
    systems: dict[str, Measured]
    aim: Aim | None = None
    reached: bool | None = None  # None without an aim, or without what it is compared with
    note: str = ""


class Curve(_Kept):
    """One quantity of several systems or settings (``lines``) as a library grows.

    ``sizes``: chunks; each line has a value for each of them, None where it was not measured.
    """

    name: str
    title: str
    unit: str
    sizes: list[int]
    lines: dict[str, list[float | None]]
    note: str = ""


class Section(_Kept):
    """What one section measured, with what, where and when (ISO 8601, UTC)."""

    title: str
    at: str
    seconds: float
    machine: dict[str, Any]
    versions: dict[str, dict[str, str]]
    documents: dict[str, Any]
    figures: list[Figure]
    curves: list[Curve] = Field(default_factory=list)
    skipped: list[str] = Field(default_factory=list)


class Results(_Kept):
    """A whole result file. ``parts``: other benchmarks' own JSON, by name, as it was given."""

    format: int = FORMAT
    sections: dict[str, Section] = Field(default_factory=dict)
    parts: dict[str, Any] = Field(default_factory=dict)


def figure(
    name: str,
    title: str,
    unit: str,
    better: Literal["higher", "lower"],
    runs: Mapping[str, Sequence[float]],
    aim: Aim | None = None,
    note: str = "",
) -> Figure:
    """A figure out of every system's runs; those without any are left out. The first must have some."""
    medians = {system: statistics.median(values) for system, values in runs.items() if values}
    first = next(iter(runs))
    systems = {
        system: Measured(
            runs=[rounded(value) for value in runs[system]],
            median=rounded(median),
            ratio=None if system == first else rounded(times_better(medians[first], median, better)),
        )
        for system, median in medians.items()
    }
    return Figure(
        name=name, title=title, unit=unit, better=better, systems=systems, aim=aim, note=note,
        reached=_reached(aim, medians, first, better),
    )  # fmt: skip


def times_better(one: float, other: float, better: Literal["higher", "lower"]) -> float:
    """How many times better ``one`` is than ``other``; 0 where there is nothing to divide by."""
    over, under = (one, other) if better == "higher" else (other, one)
    return over / under if under else 0.0


def _reached(
    aim: Aim | None, medians: Mapping[str, float], first: str, better: Literal["higher", "lower"]
) -> bool | None:
    if aim is None:
        return None
    if aim.against is not None:
        other = medians.get(aim.against)
        return None if other is None else times_better(medians[first], other, better) >= aim.bound
    return medians[first] >= aim.bound if better == "higher" else medians[first] <= aim.bound


def rounded(value: float) -> float:
    """To four significant digits: more would be noise."""
    return float(f"{value:.4g}")


def load(path: Path) -> Results:
    """A result file; an empty one where there is none. Raises InputError for what is none."""
    if not path.exists():
        return Results()
    try:
        return Results.model_validate_json(path.read_bytes())
    except (ValidationError, OSError) as error:
        raise InputError(
            f"{path} holds no results of this benchmark ({type(error).__name__}). Name another: --out.",
            f"В {path} нет результатов этого измерения ({type(error).__name__}). Укажите другой файл: --out.",
        ) from None


def keep_to(results: Results, machine: Mapping[str, Any], measured: Collection[str], *, anew: bool) -> None:
    """Before sections are ``measured``: let go of those of another machine, where all are measured ``anew``.

    Raises InputError where only some are, and another machine's would stay beside them.
    """
    others = [name for name, held in results.sections.items() if held.machine != machine]
    if anew:
        for name in others:
            del results.sections[name]
    elif left := [name for name in others if name not in measured]:
        raise _of_another(left[0])


def _of_another(name: str) -> InputError:
    return InputError(
        f"The section {name} was measured on another machine. Write to another file with --out, or measure "
        "all sections.",
        f"Раздел {name} измерен на другой машине. Запишите результат в другой файл: --out, или измерьте все "
        "разделы.",
    )


def put(results: Results, name: str, section: Section) -> None:
    """Put a section in place of its last one. Raises InputError where others are of another machine."""
    for other, held in results.sections.items():
        if other != name and held.machine != section.machine:
            raise _of_another(other)
    results.sections[name] = section


def put_part(results: Results, path: Path) -> None:
    """Take in another benchmark's own JSON file, by its name. Raises InputError where it is none."""
    try:
        results.parts[path.stem] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(
            f"{path} is no JSON file that can be read ({type(error).__name__}). Correct --parts.",
            f"{path} не читается как JSON ({type(error).__name__}). Исправьте --parts.",
        ) from None


def as_json(results: Results) -> str:
    """A result file's content."""
    return results.model_dump_json(indent=1)


def save(results: Results, path: Path) -> None:
    """Write a result file, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    partial.write_text(as_json(results) + "\n", encoding="utf-8")
    partial.replace(path)
