"""The formats an answer can be written in."""

from __future__ import annotations

from typing import Literal, get_args

from assistant.errors import InputError

Format = Literal["docx", "md", "pdf"]

FORMATS: tuple[Format, ...] = get_args(Format)
SUFFIXES: dict[Format, str] = {name: name for name in FORMATS}
MEDIA_TYPES: dict[Format, str] = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "md": "text/markdown; charset=utf-8",
    "pdf": "application/pdf",
}


def checked_format(name: str) -> Format:
    """``name`` as a format. Raises InputError where it is none."""
    for known in FORMATS:
        if name == known:
            return known
    choice = ", ".join(FORMATS)
    raise InputError(
        f"'{name}' is not a format answers are written in. Choose one of: {choice}.",
        f"В формат «{name}» ответы не сохраняются. Выберите один из: {choice}.",
    )
