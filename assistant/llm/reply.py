"""A chat model's message -> text, data, token counts and cost."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assistant.llm.json_text import json_object, without_thinking

if TYPE_CHECKING:
    from assistant.settings import Settings

# The providers' words for why a reply ended.
_FINISH = {
    "end_turn": "stop", "stop_sequence": "stop", "tool_use": "stop", "tool_calls": "stop", "eos": "stop",
    "function_call": "stop", "completed": "stop", "max_tokens": "length", "max_output_tokens": "length",
    "model_length": "length", "refusal": "content_filter", "safety": "content_filter",
    "blacklist": "content_filter",
}  # fmt: skip
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Usage:
    """What calls to a model used up. ``seconds`` is wall time; ``cost`` is None where prices are not set.

    ``calls`` counts requests sent, ``retries`` attempts after a failed one. Usages add up with ``+``.
    """

    calls: int = 0
    retries: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    seconds: float = 0.0
    cost: float | None = None
    currency: str | None = None

    def __add__(self, other: Usage) -> Usage:
        known = [one for one in (self, other) if one.cost is not None]
        one_currency = len({one.currency for one in known}) == 1
        return Usage(
            calls=self.calls + other.calls,
            retries=self.retries + other.retries,
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            seconds=self.seconds + other.seconds,
            cost=sum(one.cost or 0.0 for one in known) if one_currency else None,
            currency=known[0].currency if one_currency else None,
        )

    def as_dict(self) -> dict[str, int | float | str]:
        """For JSON; without cost and currency where they are not known."""
        values: dict[str, int | float | str] = {
            "calls": self.calls,
            "retries": self.retries,
            "input_tokens": self.input_tokens,
            "output_tokens": self.output_tokens,
            "seconds": round(self.seconds, 3),
        }
        if self.cost is not None and self.currency is not None:
            values |= {"cost": round(self.cost, 6), "currency": self.currency}
        return values


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model said.

    ``text`` is without a reasoning model's thinking. ``data`` is the JSON object of a structured reply, or
    the one in the text, else None: its shape is the caller's to check. ``finish``: ``stop``, ``length``
    (cut short), ``content_filter``, or the provider's own word; None where it gave none.
    """

    text: str
    data: dict[str, Any] | None
    usage: Usage
    finish: str | None


@dataclass(frozen=True, slots=True)
class Said:
    """The same before it is counted; ``tokens`` (input, output) is None where the server gave none."""

    text: str
    data: dict[str, Any] | None
    finish: str | None
    tokens: tuple[int, int] | None
    refused: bool = False


def read_message(message: Any, schema: dict[str, Any] | None) -> Said:
    """What a LangChain message (or the sum of a stream's chunks) says."""
    text = without_thinking(str(message.text)).strip()
    calls = getattr(message, "tool_calls", None) or []
    data = calls[0]["args"] if schema and calls and isinstance(calls[0].get("args"), dict) else None
    if data is not None:
        text = text or json.dumps(data, ensure_ascii=False)
    else:
        data = json_object(text, schema)
    finish = _finish(getattr(message, "response_metadata", None) or {})
    refusal = (getattr(message, "additional_kwargs", None) or {}).get("refusal")
    return Said(text, data, finish, _tokens(getattr(message, "usage_metadata", None)), refused=bool(refusal))


def read_cut_completion(error: BaseException, schema: dict[str, Any] | None) -> Said | None:
    """What was said before the limit, from the error OpenAI-like clients raise for a cut structured reply."""
    completion = getattr(error, "completion", None)
    choices = getattr(completion, "choices", None)
    if not choices:
        return None
    text = without_thinking(choices[0].message.content or "").strip()
    usage = getattr(completion, "usage", None)
    tokens = (usage.prompt_tokens, usage.completion_tokens) if usage is not None else None
    finish = str(choices[0].finish_reason)
    return Said(text, json_object(text, schema), _FINISH.get(finish, finish), tokens)


def usage_of(
    tokens: tuple[int, int] | None, calls: int, retries: int, seconds: float, settings: Settings
) -> Usage:
    """The usage of one question to a model, priced where prices are set and tokens known."""
    incoming, outgoing = tokens or (0, 0)
    cost = None
    if tokens and settings.llm_price_input is not None and settings.llm_price_output is not None:
        cost = (incoming * settings.llm_price_input + outgoing * settings.llm_price_output) / _MILLION
    currency = settings.llm_price_currency if cost is not None else None
    return Usage(calls, retries, incoming, outgoing, seconds, cost, currency)


def _tokens(counts: Any) -> tuple[int, int] | None:
    return (counts["input_tokens"], counts["output_tokens"]) if counts else None


def _finish(metadata: dict[str, Any]) -> str | None:
    incomplete = metadata.get("incomplete_details")
    reason = incomplete.get("reason") if isinstance(incomplete, dict) else None
    for name in ("finish_reason", "stop_reason", "done_reason", "status"):
        reason = reason or metadata.get(name)
    if not reason:
        return None
    word = str(reason).lower()
    return _FINISH.get(word, word)
