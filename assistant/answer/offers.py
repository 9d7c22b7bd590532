"""A language model's reply -> the claims it offers, each with the evidence it names.

The form asked for is ``{"claims": [{"text", "quotes": [{"evidence", "quote"}]}]}``; what models make of it is
taken too: one quotation without a list, other names for the fields, numbers as text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.errors import BackendError

MOST = 12  # claims taken of one reply

SCHEMA: dict[str, Any] = {
    "title": "claims",
    "type": "object",
    "additionalProperties": False,
    "required": ["claims"],
    "properties": {
        "claims": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["text", "quotes"],
                "properties": {
                    "text": {"type": "string"},
                    "quotes": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "additionalProperties": False,
                            "required": ["evidence", "quote"],
                            "properties": {"evidence": {"type": "integer"}, "quote": {"type": "string"}},
                        },
                    },
                },
            },
        }
    },
}
_TEXT = ("text", "claim", "statement", "утверждение", "текст")
_QUOTES = ("quotes", "quotations", "citations", "quote", "citation", "цитаты", "цитата")
_EVIDENCE = ("evidence", "source", "id", "number", "n", "источник", "номер")
_QUOTE = ("quote", "quotation", "text", "цитата", "текст")


@dataclass(frozen=True, slots=True)
class OfferedQuote:
    """A quotation as a model gives it, of the evidence with this number."""

    evidence: int
    quote: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A claim as a model gives it."""

    text: str
    quotes: tuple[OfferedQuote, ...]


def read_offers(data: Mapping[str, Any] | None) -> list[Offer]:
    """The claims of a reply; none where it says that nothing answers the question.

    Raises BackendError where the reply has no list of claims.
    """
    claims = (
        next((data[name] for name in ("claims", "утверждения", "answer") if name in data), None)
        if data
        else None
    )
    if not isinstance(claims, Sequence) or isinstance(claims, str):
        raise BackendError(
            "The language model's reply was not in the required form.",
            "Ответ языковой модели не имеет нужного вида.",
            kind="malformed",
        )
    offers = [_offer(claim) for claim in claims[:MOST] if isinstance(claim, Mapping)]
    return [offer for offer in offers if offer.text]


def _offer(claim: Mapping[str, Any]) -> Offer:
    found = _first(claim, _QUOTES)
    if isinstance(found, str):
        found = [{"evidence": _first(claim, _EVIDENCE), "quote": found}]
    elif isinstance(found, Mapping):
        found = [found]
    quotes = []
    for each in found if isinstance(found, Sequence) else ():
        if isinstance(each, Mapping):
            number, quote = _first(each, _EVIDENCE), _first(each, _QUOTE)
        else:
            number, quote = _first(claim, _EVIDENCE), each
        if isinstance(quote, str) and quote.strip():
            quotes.append(OfferedQuote(_number(number), quote))
    text = _first(claim, _TEXT)
    return Offer(" ".join(text.split()) if isinstance(text, str) else "", tuple(quotes))


def _first(fields: Mapping[str, Any], names: Sequence[str]) -> Any:
    return next((fields[name] for name in names if name in fields), None)


def _number(value: Any) -> int:
    """A number of evidence, however written («[3]», "3"); 0, which none has, for anything else."""
    if isinstance(value, list):
        value = value[0] if value else 0
    found = re.search(r"-?\d{1,4}", str(value))
    return int(found.group()) if found else 0
