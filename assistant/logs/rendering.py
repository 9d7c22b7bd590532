"""A log record -> one line by structlog, as JSON or to be read, without secrets and personal data."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, MutableMapping, Sequence
from typing import Any, Literal

import structlog
from structlog.stdlib import ExtraAdder, ProcessorFormatter, add_log_level, add_logger_name
from structlog.typing import Processor

from assistant.logs import context, redaction, secrets
from assistant.logs.pseudonyms import Pseudonyms

Line = MutableMapping[str, Any]

WHO = frozenset({"owner", "who", "user"})  # keys whose value is somebody
PATH = "path"
_OURS = frozenset({"level", "logger", "timestamp"})  # keys whose value this program alone writes
_FIXED = frozenset({"request_id", "method"})  # keys whose value has a form that can name nobody
_OF_OTHERS = ("message", "asctime")  # what other handlers write on a record
_FIRST = ("level", "logger", "event", "exception", "stack")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
MOST_CHARS = 20_000  # of one text; a traceback has some thousands
_SEGMENTS = 3  # of a path that a redacted log keeps; what callers name stands further on


def formatter(form: Literal["text", "json"], names: Pseudonyms | None) -> ProcessorFormatter:
    """What makes lines of records. ``names``: what redacted logs call people; None where all is told."""
    before: list[Processor] = [add_log_level, add_logger_name, ExtraAdder(), _belonging]
    after: list[Processor] = [
        ProcessorFormatter.remove_processors_meta,
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,  # as Python prints it: without the values of variables
        _Cleaner(names),
    ]
    if form == "json":
        before.append(structlog.processors.TimeStamper(fmt="iso", utc=True))
    shown = _json if form == "json" else _text
    return ProcessorFormatter(foreign_pre_chain=before, processors=[*after, shown])


def _belonging(logger: Any, method: str, line: Line) -> Line:
    """With the request, the page's event and the owner it belongs to."""
    for key in _OF_OTHERS:
        line.pop(key, None)
    under_way = context.current()
    if under_way is not None:
        said = {"request_id": under_way.request, "event_of_page": under_way.event, "owner": under_way.owner}
        for key, value in said.items():
            if value:
                line.setdefault(key, value)
    return line


class _Cleaner:
    """Every text of a line without secrets, and where people have pseudonyms, without personal data."""

    def __init__(self, names: Pseudonyms | None) -> None:
        self.names = names

    def __call__(self, logger: Any, method: str, line: Line) -> Line:
        """The line, cleaned."""
        under_way = context.current()
        texts = tuple(under_way.texts) if under_way is not None else ()
        if self.names is not None and under_way is not None and under_way.name:
            self.names.met(under_way.name, under_way.owner)
        for key, value in line.items():
            if key not in _OURS:
                line[key] = self._clean(key, value, texts)
        return line

    def _clean(self, key: str, value: Any, texts: Sequence[str]) -> Any:
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, Mapping):
            return {
                self._text(str(name), texts): self._clean(str(name), each, texts)
                for name, each in value.items()
            }
        if isinstance(value, list | tuple | set | frozenset):
            return [self._clean(key, each, texts) for each in value]
        text = str(value)
        if len(text) > MOST_CHARS:
            text = f"{text[:MOST_CHARS]}…"
        text = secrets.clean(text)
        if self.names is None or key in _FIXED:
            return text
        if key in WHO:
            return self.names.of(text)
        if key == PATH:
            text = "/".join([*text.split("/")[: _SEGMENTS + 1], "…"]) if text.count("/") > _SEGMENTS else text
        return self._text(text, texts)

    def _text(self, text: str, texts: Sequence[str]) -> str:
        text = secrets.clean(text)
        if self.names is None:
            return text
        # once more: a secret in disguise is in the open now
        return secrets.clean(redaction.redacted(text, texts, self.names.names))


def _json(logger: Any, method: str, line: Line) -> str:
    return _CONTROL.sub(
        lambda found: f"\\u{ord(found[0]):04x}", json.dumps(dict(line), ensure_ascii=False, default=str)
    )


def _text(logger: Any, method: str, line: Line) -> str:
    """``LEVEL logger: what happened key=value``, below it the traceback; no text begins a new line."""
    head = f"{str(line['level']).upper()} {line['logger']}: {_flat(str(line['event']))}"
    more = [f"{key}={_flat(str(value))}" for key, value in line.items() if key not in _FIRST]
    traces = [str(line[key]) for key in ("stack", "exception") if line.get(key)]
    below = [f"  | {_flat(each)}" for trace in traces for each in trace.splitlines()]
    return "\n".join([" ".join([head, *more]), *below])


def _flat(text: str) -> str:
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)
