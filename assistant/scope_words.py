"""The words by which a question says whose law it means, and that it asks what changed or what was."""

from __future__ import annotations

import re

# Forms are spelled out by hand: the names are few and irregular. "US" is a country in capitals only.
_JURISDICTIONS = (
    ("ru", (r"росси[йяюие]\w*", "рф", r"russia\w*")),
    ("eu", ("ес", r"евросоюз\w*", r"европейск\w+", "европ[еыу]", r"брюссел\w*",
            "eu", "european", "europe", "brussels")),
    ("us", ("сша", r"американ\w+", r"америк\w+", "белого дома", r"(?-i:US|USA|U\.S\.(?:A\.)?)(?!\w)",
            r"american\w*", "america", "white house", "washington", "nist")),
    ("oecd", ("оэср", "oecd")),
    ("coe", (r"сов[ае]т\w* европы", "council of europe")),
)  # fmt: skip
_CHANGED = (
    r"измени(?:л\w*|лось)",
    r"поменя\w+",
    r"как\w+ (?:последн\w+ |недавн\w+ )?(?:изменени|поправк)\w+",
    r"изменени\w+ (?:был[ио]? )?вн[её]с\w+",
    r"нов(?:ой|ая|ую) редакци\w+",
    "раньше было",
    r"до изменени\w*",
    "что нового",
    "what (?:has |have |was |were )?changed?",
    "changes? (?:to|in|between|since)",
    "amended since",
    r"how (?:has|have|did|was|were)\b.{1,80}\b(?:changed?|amended)",
    "what amendments",
    "previous (?:version|edition|wording)",
    r"differ\w* (?:from|between) (?:the )?(?:old|previous|earlier)",
)
_PAST = (
    "раньше", "ранее", "прежде", r"прежн\w+", r"был[аои]?", r"действовал\w*", r"применял\w*", r"истори\w+",
    "used to", "previously", "formerly", "earlier", "was", "were", "in the past", "history of",
)  # fmt: skip


def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(words)})(?!\w)", re.IGNORECASE)


_PLACES = tuple((code, _any_of(words)) for code, words in _JURISDICTIONS)
_CHANGES = _any_of(_CHANGED)
_WAS = _any_of(_PAST)


def jurisdictions_in(question: str) -> tuple[str, ...]:
    """The jurisdictions a question names, by the codes acts carry (``ru``, ``eu``, ``us``, …)."""
    return tuple(code for code, pattern in _PLACES if pattern.search(question))


def asks_for_changes(question: str) -> bool:
    """Whether a question asks how a text differs from its earlier editions."""
    return bool(_CHANGES.search(question))


def asks_for_past(question: str) -> bool:
    """Whether a question asks what was, not what is."""
    return bool(_WAS.search(question))
