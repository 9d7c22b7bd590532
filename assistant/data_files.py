"""A file that comes with the program -> checked data, or an error naming the file and the field."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, TypeAdapter, ValidationError

from assistant.errors import InputError

Checked = TypeVar("Checked")
Line = TypeVar("Line", bound=BaseModel)


def load_checked(path: Path, shape: TypeAdapter[Checked], en: str, ru: str) -> Checked:
    """What ``path`` holds, of the given shape. ``en``/``ru``: what the file should be, for messages.

    Raises InputError where the file cannot be read or does not fit.
    """
    try:
        with path.open(encoding="utf-8") as stream:
            content: Any = yaml.load(stream, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
        return shape.validate_python(content)
    except (OSError, yaml.YAMLError) as error:
        raise InputError(
            f"{path} cannot be read as YAML ({error}). Restore or mend the file.",
            f"Не удалось прочитать {path} как YAML ({error}). Восстановите или исправьте файл.",
        ) from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(step) for step in first["loc"])
        raise InputError(
            f"{path} is not a valid {en}: {place}: {first['msg']}. Correct this field.",
            f"{path}: {ru} с ошибкой: {place}: {first['msg']}. Исправьте это поле.",
        ) from None


def load_lines(path: Path, shape: type[Line]) -> list[Line]:
    """The lines of a JSON-lines file, empty ones left out. Raises InputError naming line and field."""
    found: list[Line] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if not line.strip():
            continue
        try:
            found.append(shape.model_validate_json(line))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            place = ".".join(str(step) for step in first["loc"])
            raise InputError(
                f"{path}, line {number}: {place}: {first['msg']}. Correct the line.",
                f"{path}, строка {number}: {place}: {first['msg']}. Исправьте строку.",
            ) from None
    return found
