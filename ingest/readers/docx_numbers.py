"""Word's automatic numbering -> the markers a reader sees («1.», «а)», «2.3.») before a paragraph."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_RUSSIAN = "абвгдежзиклмнопрстуфхцчшщэюя"  # Word, like the acts, leaves out ё, й, ъ, ы, ь
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


def roman(number: int) -> str:
    """Lower-case Roman numeral of a positive number."""
    parts = []
    for value, letters in _ROMAN:
        parts.append(letters * (number // value))
        number %= value
    return "".join(parts)


def _letters(alphabet: str) -> Callable[[int], str]:
    # After the last letter Word doubles them: z, aa, bb.
    return lambda number: alphabet[(number - 1) % len(alphabet)] * ((number - 1) // len(alphabet) + 1)


_LATIN = "abcdefghijklmnopqrstuvwxyz"
_FORMATS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda number: f"{number:02}",
    "lowerLetter": _letters(_LATIN),
    "upperLetter": lambda number: _letters(_LATIN)(number).upper(),
    "lowerRoman": roman,
    "upperRoman": lambda number: roman(number).upper(),
    "russianLower": _letters(_RUSSIAN),
    "russianUpper": lambda number: _letters(_RUSSIAN)(number).upper(),
    "none": lambda number: "",
}


class Numbering:
    """Counts the numbered paragraphs of one document; call :meth:`marker` for each in reading order."""

    def __init__(self, part: Any | None) -> None:
        """``part``: the root element of word/numbering.xml, or None."""
        self._levels: dict[str, dict[int, dict[str, Any]]] = {}
        self._abstract: dict[str, str] = {}
        self._counts: dict[str, dict[int, int]] = {}
        if part is None:
            return
        found = part.iter(f"{_W}abstractNum")
        abstracts = {each.get(f"{_W}abstractNumId"): _levels_of(each) for each in found}
        for num in part.iter(f"{_W}num"):
            number_id = num.get(f"{_W}numId")
            link = num.find(f"{_W}abstractNumId")
            if number_id is None or link is None:
                continue
            abstract = link.get(f"{_W}val")
            levels = {key: dict(value) for key, value in abstracts.get(abstract, {}).items()}
            restarted = False
            for override in num.iter(f"{_W}lvlOverride"):
                start = override.find(f"{_W}startOverride")
                level = int(override.get(f"{_W}ilvl") or 0)
                if start is not None and level in levels:
                    levels[level]["start"] = _number(start.get(f"{_W}val"), 1)
                    restarted = True
            self._levels[number_id] = levels
            self._abstract[number_id] = f"{abstract}:{number_id}" if restarted else str(abstract)

    def marker(self, number_id: str, level: int) -> str:
        """The marker of the next paragraph of a list at ``level`` (0 the highest); "" where there is none."""
        levels = self._levels.get(number_id)
        if not levels or level not in levels:
            return ""
        counts = self._counts.setdefault(self._abstract[number_id], {})
        counts[level] = counts.get(level, levels[level]["start"] - 1) + 1
        for deeper in [each for each in counts if each > level]:
            del counts[deeper]
        if levels[level]["format"] == "bullet":
            return "•"
        text = str(levels[level]["text"])
        for upper in range(level + 1):
            style = levels.get(upper, levels[level])
            value = counts.get(upper, style["start"])
            shape = "decimal" if levels[level]["legal"] and upper < level else style["format"]
            text = text.replace(f"%{upper + 1}", _FORMATS.get(shape, str)(value) if value > 0 else "0")
        return text.strip()


def _levels_of(abstract: Any) -> dict[int, dict[str, Any]]:
    found = {}
    for level in abstract.iter(f"{_W}lvl"):
        found[int(level.get(f"{_W}ilvl") or 0)] = {
            "start": _number(_value(level, "start"), 1),
            "format": _value(level, "numFmt") or "decimal",
            "text": _value(level, "lvlText") or "",
            "legal": level.find(f"{_W}isLgl") is not None,
        }
    return found


def _value(element: Any, tag: str) -> str | None:
    found = element.find(f"{_W}{tag}")
    value = found.get(f"{_W}val") if found is not None else None
    return str(value) if value is not None else None


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.lstrip("-").isdigit() else default
