"""List markers -> their place in a sequence: what follows «(h)», and whether «(i)» is a letter or a numeral.

A marker is believed only where the list it belongs to expects it, so a reference that happens to begin a
line («(2) of that Article») starts nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

DIGIT, LETTER, CAPITAL, ROMAN = "1", "a", "A", "i"

_ROMAN = re.compile(r"(?=[ivxl])(xl|l?x{0,3})(ix|iv|v?i{0,3})")
_ONES = {"": 0, "i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9}
_TENS = {"": 0, "x": 10, "xx": 20, "xxx": 30, "xl": 40, "l": 50, "lx": 60, "lxx": 70, "lxxx": 80}


def roman_value(text: str) -> int | None:
    """The value of a Roman numeral from 1 to 89 in either case, or None."""
    found = _ROMAN.fullmatch(text.lower())
    return _TENS[found[1]] + _ONES[found[2]] if found else None


def styles(text: str) -> list[str]:
    """The kinds of list a marker (without its brackets) may belong to."""
    if re.fullmatch(r"\d+[a-z]{0,2}", text):
        return [DIGIT]
    found = []
    if re.fullmatch(r"[a-z]{1,3}", text):
        found.append(LETTER)
    elif re.fullmatch(r"[A-Z]{1,2}", text):
        found.append(CAPITAL)
    if text.islower() and roman_value(text) is not None:
        found.append(ROMAN)
    return found


def is_first(style: str, text: str) -> bool:
    """Whether the marker begins a list of that kind."""
    return text == style


def follows(style: str, last: str, text: str) -> bool:
    """Whether ``text`` may stand next after ``last``: the next one, or one inserted later (2a, ba)."""
    if style == ROMAN:
        before, after = roman_value(last), roman_value(text)
        return before is not None and after == before + 1
    if style == DIGIT:
        return text in _after_number(last)
    return text.lower() in _after_letter(last.lower()) and text.isupper() == last.isupper()


def rank(style: str, text: str) -> int:
    """The place of a marker among the plain members of its kind, to measure a gap (deleted points)."""
    if style == ROMAN:
        return roman_value(text) or 0
    if style == DIGIT:
        return int(re.sub(r"\D", "", text))
    return ord(text[0].lower()) - ord("a") + 1


def _after_number(last: str) -> set[str]:
    found = re.fullmatch(r"(\d+)([a-z]*)", last)
    if not found:
        return set()
    number, suffix = int(found[1]), found[2]
    inserted = chr(ord(suffix[-1]) + 1) if suffix else "a"
    return {str(number + 1), f"{number}{suffix[:-1]}{inserted}"}


def _after_letter(last: str) -> set[str]:
    """After ``b``: ``c`` or the inserted ``ba``; after ``z``: ``aa``; after ``aa``: ``bb``, ``ab``, ``b``."""
    first, final = last[0], last[-1]
    up, after = chr(ord(first) + 1), chr(ord(final) + 1)
    if len(last) == 1:
        return {"aa"} if last == "z" else {up, f"{last}a"}
    found = {up, f"{last[:-1]}{after}"}
    if first == final:
        found.add(up * 2)
    return found


@dataclass(slots=True)
class ListLevel:
    """One open list: its kind, its last marker and the indent of its markers where known."""

    style: str
    last: str
    indent: float | None = None


@dataclass(slots=True)
class Lists:
    """The lists open inside one paragraph, outermost first."""

    levels: list[ListLevel] = field(default_factory=list)

    def clear(self) -> None:
        """Close every list."""
        self.levels.clear()

    def place(
        self, text: str, upcoming: Iterable[str], led_in: bool, indent: float | None = None
    ) -> int | None:
        """The depth (0: outermost) at which marker ``text`` belongs, or None where no list expects it.

        upcoming: the markers that come after, which tell «(i)» after «(h)» from the first of a sub-list.
        led_in: whether the text before ends with a colon. A list is opened or gone on with accordingly.
        """
        going_on = self._continued(text)
        begun = [style for style in styles(text) if is_first(style, text) and self._may_begin(style)]
        if going_on is not None and begun and self._is_sublist(text, upcoming, led_in):
            going_on = None
        if going_on is None and not begun:
            going_on = self._after_gap(text, indent)
        if going_on is not None:
            del self.levels[going_on + 1 :]
            level = self.levels[going_on]
            level.last, level.indent = text, level.indent if indent is None else indent
            return going_on
        if not begun:
            return None
        self.levels.append(ListLevel(begun[0], text, indent))
        return len(self.levels) - 1

    def expects(self, text: str) -> bool:
        """Whether an open list goes on with marker ``text``."""
        return self._continued(text) is not None

    def _continued(self, text: str) -> int | None:
        for depth in range(len(self.levels) - 1, -1, -1):
            level = self.levels[depth]
            if level.style in styles(text) and follows(level.style, level.last, text):
                return depth
        return None

    def _may_begin(self, style: str) -> bool:
        return all(level.style != style for level in self.levels)

    def _is_sublist(self, text: str, upcoming: Iterable[str], led_in: bool) -> bool:
        if text != ROMAN:
            return False
        deciding = next((marker for marker in upcoming if marker in {"i", "ii", "j"}), None)
        return deciding == "ii" or (deciding is None and led_in)

    def _after_gap(self, text: str, indent: float | None) -> int | None:
        """A list goes on after deleted points: same indent as its markers, at most five missing."""
        if indent is None:
            return None
        for depth in range(len(self.levels) - 1, -1, -1):
            level = self.levels[depth]
            if level.style not in styles(text) or level.indent is None or abs(level.indent - indent) > 2:
                continue
            if 1 < rank(level.style, text) - rank(level.style, level.last) <= 6:
                return depth
        return None
