"""A claim and the quotation offered for it -> the span where the quotation stands, or why it does not.

Locating forgives only what typography changes: spaces, quotation marks, dashes, ё/е, soft hyphens and
letter case at the start. There is no fuzzy threshold: another word, number or a missing «не» is another text.
"""

from __future__ import annotations

import re

from assistant.answer.sentences import split_sentences

_QUOTES = "«»“”„‟\"'’‘`"
_DASHES = "-‐‑‒–—−"
_DROPPED = frozenset(_QUOTES + "\u00ad\u200b\u200c\u200d\ufeff")
_IN_NUMBER = re.compile(r"\d[ .,]\d")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NEGATIONS = re.compile(
    r"\b(?:не|ни|нет|нельзя|без|запрещ\w+|кроме|исключением|not|no|never|nor|without|prohibit\w*|except|cannot)\b|n't\b",
    re.IGNORECASE,
)
_MODALS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "must",
        re.compile(
            r"\b(?:обязан\w*|должн\w+|должен|необходимо|shall|must|required|obliged)\b", re.IGNORECASE
        ),
    ),
    ("may", re.compile(r"\b(?:вправе|может|могут|допускается|may|can|allowed|permitted)\b", re.IGNORECASE)),
)


def normalise(text: str) -> tuple[str, list[int]]:
    """Text without typography, and for each of its characters the offset it came from."""
    characters: list[str] = []
    offsets: list[int] = []
    for offset, character in enumerate(text):
        if character in _DROPPED:
            continue
        plain = "-" if character in _DASHES else character
        if plain.isspace():
            if characters and characters[-1] == " ":
                continue
            plain = " "
        for piece in plain.lower().replace("ё", "е"):
            characters.append(piece)
            offsets.append(offset)
    return "".join(characters), offsets


def locate(quote: str, text: str, start: int, end: int) -> tuple[int, int] | None:
    """Where ``quote`` stands in ``text[start:end]``, up to typography; whole words only."""
    wanted = normalise(quote)[0].strip().strip(".;,… ")
    if len(wanted) < 3:
        return None
    plain, offsets = normalise(text[start:end])
    position = plain.find(wanted)
    while position >= 0:
        after = position + len(wanted)
        if _word_edge(plain, position) and _word_edge(plain, after):
            return start + offsets[position], start + offsets[after - 1] + 1
        position = plain.find(wanted, position + 1)
    return None


def _word_edge(text: str, position: int) -> bool:
    """Whether a word ends at ``position``: not inside «1 900 000» or «12,5»."""
    if position in (0, len(text)):
        return True
    before, after = text[position - 1], text[position]
    if before.isalnum() and after.isalnum():
        return False
    return not _IN_NUMBER.search(text[max(0, position - 2) : position + 2])


def disagreement(claim: str, quote: str) -> str | None:
    """Why the claim says something the quotation does not, or None.

    Checked in either language: every number of the claim stands in the quotation; a negation stands in
    both or in neither; a duty is not turned into a right, nor a right into a duty.
    """
    missing = _numbers(claim) - _numbers(quote)
    if missing:
        return f"number not in the quotation: {', '.join(sorted(missing))}"
    if bool(_NEGATIONS.search(claim)) != bool(_NEGATIONS.search(quote)):
        return "a negation stands in only one of claim and quotation"
    in_claim = {name for name, pattern in _MODALS if pattern.search(claim)}
    in_quote = {name for name, pattern in _MODALS if pattern.search(quote)}
    if in_claim - in_quote:
        return f"the quotation has no '{', '.join(sorted(in_claim - in_quote))}'"
    return None


def cuts_negation(text: str, place: tuple[int, int], start: int, end: int) -> bool:
    """Whether the sentence around a located quotation has a negation that the quotation leaves out.

    ``place``: the quotation's span; ``[start, end)``: its provision's. A cut before «не» turns it round.
    """
    quoted = len(_NEGATIONS.findall(text[place[0] : place[1]]))
    for first, last in split_sentences(text, start, end):
        if first < place[1] and place[0] < last:
            around = _NEGATIONS.findall(text[min(first, place[0]) : max(last, place[1])])
            if len(around) > quoted and not quoted:
                return True
    return False


def _numbers(text: str) -> set[str]:
    return {number.replace(",", ".").strip(".") for number in _NUMBER.findall(text)}
