"""A model's text -> the one JSON object in it, however it is wrapped: fences, prose, reasoning, stray commas.

Only :func:`json.loads` reads values; the text is never evaluated.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

MAX_CHARS = 1_000_000
MAX_STARTS = 200  # brackets tried as the beginning of a value
_FENCE = re.compile(r"```[\w-]*[ \t]*\n?(.*?)```", re.DOTALL)
_STRING_OR_COMMA = re.compile(r'"(?:[^"\\]|\\.)*"|,(?=\s*[}\]])', re.DOTALL)
_CLOSES = {"{": "}", "[": "]"}
_OPEN_TAG, _CLOSE_TAG = "<think>", "</think>"


def without_thinking(text: str) -> str:
    """The text after a reasoning model's ``<think>…</think>``; nothing, where the thinking never ends.

    Some chat templates open the block in the prompt, so a reply may hold only its end.
    """
    if _CLOSE_TAG in text:
        return text.rpartition(_CLOSE_TAG)[2].lstrip()
    return "" if text.lstrip().startswith(_OPEN_TAG) else text


class ThinkingFilter:
    """The same for a stream: pieces fed in, what may be shown comes out."""

    def __init__(self) -> None:
        self._held = ""
        self._state = "start"

    def feed(self, piece: str) -> str:
        """What may be shown now that ``piece`` has come."""
        if self._state == "text":
            return piece
        self._held += piece
        if self._state == "start":
            begun = self._held.lstrip()
            if _OPEN_TAG.startswith(begun[: len(_OPEN_TAG)]):
                if len(begun) < len(_OPEN_TAG):
                    return ""
                self._state = "thinking"
            else:
                return self._release(self._held)
        _, closed, rest = self._held.partition(_CLOSE_TAG)
        return self._release(rest.lstrip()) if closed else ""

    def flush(self) -> str:
        """What was held back when the stream ended, if it was no thinking."""
        return self._release(self._held) if self._state == "start" else ""

    def _release(self, text: str) -> str:
        self._state, self._held = "text", ""
        return text


def json_object(text: str, schema: dict[str, Any] | None = None) -> dict[str, Any] | None:
    """The one JSON object that ``text`` is or contains, else None.

    With a JSON ``schema`` the last object with all its required keys counts, where there are several.
    A top-level list is taken for the schema's only list (``[…]`` for ``{"claims": […]}``); a list of one
    object stands for that object otherwise.
    """
    text = without_thinking(text)[:MAX_CHARS]
    required = set((schema or {}).get("required", ()))
    for source in (text, *_FENCE.findall(text)):
        whole = _as_object(_loads(source), schema)
        if whole is not None and required <= whole.keys():
            return whole
    found = [value for part in _bracketed(text) if (value := _as_object(_loads(part), schema)) is not None]
    fitting = [value for value in found if required <= value.keys()]
    if required and fitting:
        return fitting[-1]
    return found[0] if len(found) == 1 else None


def _as_object(value: Any, schema: dict[str, Any] | None) -> dict[str, Any] | None:
    if isinstance(value, dict):
        return value
    if not isinstance(value, list):
        return None
    properties = (schema or {}).get("properties", {})
    lists = [name for name, rule in properties.items() if rule.get("type") == "array"]
    single = value[0] if len(value) == 1 and isinstance(value[0], dict) else None
    if len(lists) == 1:
        inside = single if single is not None and lists[0] in single else None
        return inside if inside is not None else {lists[0]: value}
    return single


def _loads(text: str) -> Any:
    """The value of a JSON text, commas before a closing bracket forgiven; None where it is no JSON."""
    for attempt in (text, _STRING_OR_COMMA.sub(lambda m: "" if m[0] == "," else m[0], text)):
        try:
            return json.loads(attempt, strict=False, parse_constant=_no_constant)
        except (ValueError, RecursionError):
            continue
    return None


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _bracketed(text: str) -> Iterator[str]:
    """The outermost balanced ``{…}`` and ``[…]`` of a text, in order, that hold at least an object."""
    position = 0
    for _ in range(MAX_STARTS):
        starts = [place for mark in _CLOSES if (place := text.find(mark, position)) >= 0]
        if not starts:
            return
        start = min(starts)
        end = _balanced_end(text, start)
        part = text[start:end] if end else ""
        if "{" in part and _loads(part) is not None:
            yield part
            position = end
        else:
            position = start + 1


def _balanced_end(text: str, start: int) -> int:
    """Where the bracket at ``start`` closes (exclusive), strings skipped; 0 where it does not."""
    expected: list[str] = []
    inside = False
    skip = False
    for place in range(start, len(text)):
        mark = text[place]
        if skip:
            skip = False
        elif inside:
            skip = mark == "\\"
            inside = mark != '"'
        elif mark == '"':
            inside = True
        elif mark in _CLOSES:
            expected.append(_CLOSES[mark])
        elif mark in "}]":
            if not expected or mark != expected.pop():
                return 0
            if not expected:
                return place + 1
    return 0
