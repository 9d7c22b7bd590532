"""Figures -> how a reader of a language writes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assistant.model import Lang

MINUS = "\u2212"
_SPACE = "\u00a0"
_SECONDS = {"ru": "с", "en": "s"}
_POINTS = {"ru": "п. п.", "en": "pp"}


def decimal(number: float, places: int, lang: Lang, *, signed: bool = False) -> str:
    """A number with a decimal comma in Russian and thousands apart."""
    text = f"{number:+,.{places}f}" if signed else f"{number:,.{places}f}"
    if float(f"{number:.{places}f}") == 0:
        text = text.lstrip("+-")
    text = text.replace("-", MINUS)
    if lang == "en":
        return text
    return text.replace(",", _SPACE).replace(".", ",")


def quantity(number: float | None, unit: str, lang: Lang) -> str:
    """A figure in its unit; a dash for none."""
    return "—" if number is None else f"{_bare(number, unit, lang)}{_unit(unit, lang)}"


def percent(whole: int, lang: Lang) -> str:
    """A whole number of percent, as an axis has it."""
    return f"{whole}{_unit('share', lang)}"


def change(number: float, unit: str, lang: Lang) -> str:
    """A difference of two figures: percentage points where they are shares."""
    after = f"{_SPACE}{_POINTS[lang]}" if unit == "share" else _unit(unit, lang)
    return f"{_bare(number, unit, lang, signed=True)}{after}"


def interval(about: Mapping[str, Any], unit: str, lang: Lang, *, signed: bool = False) -> str:
    """``[low; high]`` in the unit, which is not repeated; nothing where there is none."""
    if about.get("low") is None or about.get("high") is None:
        return ""
    ends = [_bare(float(about[end]), unit, lang, signed=signed) for end in ("low", "high")]
    return f"[{f';{_SPACE}'.join(ends)}]"


def _bare(number: float, unit: str, lang: Lang, *, signed: bool = False) -> str:
    if unit == "share":
        return decimal(100 * number, 1, lang, signed=signed)
    if unit == "count":
        return decimal(number, 0 if float(number).is_integer() else 1, lang, signed=signed)
    places = 4 if unit == "money" and abs(number) < 1 else 2
    return decimal(number, places, lang, signed=signed)


def _unit(unit: str, lang: Lang) -> str:
    if unit == "share":
        return f"{_SPACE}%" if lang == "ru" else "%"
    return f"{_SPACE}{_SECONDS[lang]}" if unit == "seconds" else ""
