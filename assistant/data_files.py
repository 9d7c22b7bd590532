"""A YAML file that comes with the program -> checked data, or an error naming the file and the field."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from assistant.errors import InputError

Checked = TypeVar("Checked")


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
