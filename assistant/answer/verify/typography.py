"""A quotation -> where it stands in a text, forgiving only what typography changes.

Spaces, quotation marks, dashes, ё/е, hyphenation at line ends, invisible characters and letter case. There is
no fuzzy threshold: another word, number or a missing «не» is another text.
"""

from __future__ import annotations

import re
import unicodedata

_QUOTES = "«»“”„‟\"'’‘`"
_DASHES = "-‐‑‒–—−"
_IN_NUMBER = re.compile(r"\d[ .,]\d")
_LEAST = 3  # characters of a quotation


def normalise(text: str) -> tuple[str, list[int]]:
    """Text without typography, and for each of its characters the offset it came from."""
    characters: list[str] = []
    offsets: list[int] = []
    for offset, character in enumerate(text):
        if character in _QUOTES or unicodedata.category(character) == "Cf":
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
    if len(wanted) < _LEAST:
        return None
    plain, offsets = normalise(text[start:end])
    found = _find(wanted, plain, offsets)
    if found is None:
        joined, kept = _unhyphenated(plain)
        found = _find(_unhyphenated(wanted)[0], joined, [offsets[place] for place in kept])
    return (start + found[0], start + found[1]) if found else None


def _find(wanted: str, plain: str, offsets: list[int]) -> tuple[int, int] | None:
    position = plain.find(wanted)
    while position >= 0:
        after = position + len(wanted)
        if _word_edge(plain, position) and _word_edge(plain, after):
            return offsets[position], offsets[after - 1] + 1
        position = plain.find(wanted, position + 1)
    return None


def _unhyphenated(plain: str) -> tuple[str, list[int]]:
    """Without hyphens that a line break follows («техно- логий»); the places of the characters kept."""
    kept = list(range(len(plain)))
    for match in re.finditer(r"(?<=[^\W\d_])- (?=[^\W\d_])", plain):
        kept[match.start()] = kept[match.start() + 1] = -1
    kept = [place for place in kept if place >= 0]
    return "".join(plain[place] for place in kept), kept


def _word_edge(text: str, position: int) -> bool:
    """Whether a word ends at ``position``: not inside «1 900 000» or «12,5»."""
    if position in (0, len(text)):
        return True
    before, after = text[position - 1], text[position]
    if before.isalnum() and after.isalnum():
        return False
    return not _IN_NUMBER.search(text[max(0, position - 2) : position + 2])
