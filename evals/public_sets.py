"""Files of public sets, a JSON object a line -> their cases."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from assistant.errors import InputError

Case = TypeVar("Case", bound=BaseModel)


def load_public(path: Path, shape: type[Case], en: str, ru: str) -> list[Case]:
    """The cases of a file. ``en``, ``ru``: what it should hold (in Russian, genitive), for the error.

    Raises InputError where it holds something else.
    """
    try:
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        return TypeAdapter(list[shape]).validate_python(lines)  # type: ignore[valid-type]
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, ValidationError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(
            f"{path} is no file of {en} ({reason}). Name one in --cases.",
            f"{path} не содержит {ru} ({reason}). Укажите файл в --cases.",
        ) from error
