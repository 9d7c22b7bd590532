"""Numbers written as words -> their values, in Russian (any case) and English.

«двадцати четырёх» -> 24, "thirty-five million" -> 35,000,000, «пятый» -> 5. A run of number words is read as
one number where it adds up to one: a smaller word after a larger one adds, a scale multiplies.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class NumberWords:
    """A number in words: its value and its place. ``ordinal``: «пятый», "fifth"."""

    value: Fraction
    start: int
    end: int
    ordinal: bool = False


_ONES_RU = {
    1: "один одна одно одного одной одному одним одном одну одною",
    2: "два две двух двум двумя двое двоих двоим двоими обоих обеих",
    3: "три трех трем тремя трое троих троим троими",
    4: "четыре четырех четырем четырьмя четверо четверых",
    8: "восемь восьми восемью восьмью",
    40: "сорок сорока",
    90: "девяносто девяноста",
    100: "сто ста",
    200: "двести двухсот двумстам двумястами двухстах",
    300: "триста трехсот тремстам тремястами трехстах",
    400: "четыреста четырехсот четыремстам четырьмястами четырехстах",
}
_SOFT_RU = {
    5: "пят", 6: "шест", 7: "сем", 9: "девят", 10: "десят", 11: "одиннадцат", 12: "двенадцат",
    13: "тринадцат", 14: "четырнадцат", 15: "пятнадцат", 16: "шестнадцат", 17: "семнадцат", 18: "восемнадцат",
    19: "девятнадцат", 20: "двадцат", 30: "тридцат",
}  # fmt: skip
_TENS_RU = {50: ("пят", "десят"), 60: ("шест", "десят"), 70: ("сем", "десят"), 80: ("восем", "десят")}
_HUNDREDS_RU = {500: "пят", 600: "шест", 700: "сем", 800: "восем", 900: "девят"}
_SCALES_RU = {1000: "тысяч", 10**6: "миллион", 10**9: "миллиард", 10**12: "триллион"}
_SCALE_ENDINGS = ("", "а", "и", "у", "ей", "е", "ами", "ам", "ах", "ов", "ом", "ы", "ью")
_ORDINALS_RU = {
    1: "перв", 2: "втор", 4: "четверт", 5: "пят", 6: "шест", 7: "седьм", 8: "восьм", 9: "девят", 10: "десят",
    11: "одиннадцат", 12: "двенадцат", 13: "тринадцат", 14: "четырнадцат", 15: "пятнадцат", 16: "шестнадцат",
    17: "семнадцат", 18: "восемнадцат", 19: "девятнадцат", 20: "двадцат", 30: "тридцат", 40: "сороков",
    50: "пятидесят", 60: "шестидесят", 70: "семидесят", 80: "восьмидесят", 90: "девяност", 100: "сот",
}  # fmt: skip
_ORDINAL_ENDINGS = ("ый", "ой", "ий", "ая", "ое", "ого", "ому", "ым", "ом", "ую", "ые", "ых", "ыми")
_THIRD_ENDINGS = ("ий", "ья", "ье", "ьего", "ьей", "ьему", "ьим", "ьем", "ью", "ьи", "ьих", "ьими")
_SPECIAL_RU = {
    "полтора": Fraction(3, 2), "полторы": Fraction(3, 2), "полутора": Fraction(3, 2),
    "половина": Fraction(1, 2), "половины": Fraction(1, 2), "половину": Fraction(1, 2),
    "половине": Fraction(1, 2), "половиной": Fraction(1, 2),
    "полгода": Fraction(1, 2), "полугода": Fraction(1, 2),
}  # fmt: skip
_PREFIXES_RU = {
    "одно": 1, "двух": 2, "дву": 2, "трех": 3, "трёх": 3, "четырех": 4, "пяти": 5, "шести": 6, "семи": 7,
    "восьми": 8, "девяти": 9, "десяти": 10, "двенадцати": 12, "пятнадцати": 15, "двадцати": 20,
    "тридцати": 30,
    "шестидесяти": 60, "девяносто": 90, "сто": 100,
}  # fmt: skip
_COMPOUND_RU = re.compile(
    rf"({'|'.join(sorted(_PREFIXES_RU, key=len, reverse=True))})"
    r"(?:летн|годичн|дневн|месячн|часов|недельн|минутн|кратн|процентн|ступенчат|уровнев)\w*"
)
_ONES_EN = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS_EN = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ORDINALS_EN = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth",
    "nineteenth",
)  # fmt: skip
_SCALES_EN = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_SPECIAL_EN = {"half": Fraction(1, 2), "dozen": Fraction(12)}

_WORD = re.compile(r"[^\W\d_]+")
_GAP = re.compile(r"[ \u00a0\n-]+(?:and[ \u00a0\n]+)?", re.IGNORECASE)
_SHARES = {"трети": 3, "третей": 3, "третям": 3, "thirds": 3, "четверти": 4, "четвертей": 4, "quarters": 4}
_HOMONYMS = frozenset({"семью"})  # «семь» and «семья»


@dataclass(frozen=True, slots=True)
class _Word:
    """What one word stands for. ``scale``, ``share``: it multiplies what stands before it."""

    value: Fraction
    scale: bool = False
    ordinal: bool = False
    share: bool = False


@lru_cache(maxsize=1)
def _lexicon() -> dict[str, _Word]:
    """Folded form -> what it stands for."""
    words: dict[str, _Word] = {}
    for value, forms in (*_cardinals_ru(), *_cardinals_en()):
        for form in forms:
            words.setdefault(form, _Word(Fraction(value)))
    for value, forms in _ordinals():
        for form in forms:
            words.setdefault(form, _Word(Fraction(value), ordinal=True))
    for value, base in _SCALES_RU.items():
        words |= {base + ending: _Word(Fraction(value), scale=True) for ending in _SCALE_ENDINGS}
    words |= {form: _Word(Fraction(value), scale=True) for form, value in _SCALES_EN.items()}
    words |= {form: _Word(part) for form, part in (*_SPECIAL_RU.items(), *_SPECIAL_EN.items())}
    words |= {form: _Word(Fraction(1, parts), share=True) for form, parts in _SHARES.items()}
    return {form: word for form, word in words.items() if word.value and form not in _HOMONYMS}


def _cardinals_ru() -> Iterator[tuple[int, list[str]]]:
    for value, forms in _ONES_RU.items():
        yield value, forms.split()
    for value, base in _SOFT_RU.items():
        yield value, [f"{base}ь", f"{base}и", f"{base}ью"]
    for value, (first, second) in _TENS_RU.items():
        other = first.replace("восем", "восьм")
        yield value, [
            f"{first}ь{second}", f"{other}и{second}и", f"{first}ью{second}ью", f"{other}ью{second}ью"
        ]  # fmt: skip
    for value, first in _HUNDREDS_RU.items():
        other = first.replace("восем", "восьм")
        yield (
            value,
            [f"{first}ьсот", *(f"{other}{ending}" for ending in ("исот", "истам", "ьюстами", "истах"))],
        )


def _cardinals_en() -> Iterator[tuple[int, list[str]]]:
    yield from ((value, [form]) for value, form in enumerate(_ONES_EN))
    yield from ((number * 10, [form]) for number, form in enumerate(_TENS_EN, 2))


def _ordinals() -> Iterator[tuple[int, list[str]]]:
    for value, base in _ORDINALS_RU.items():
        yield value, [base + ending for ending in _ORDINAL_ENDINGS]
    yield 3, ["трет" + ending for ending in _THIRD_ENDINGS]
    yield from ((value, [form]) for value, form in enumerate(_ORDINALS_EN, 1))
    yield from ((number * 10, [f"{form[:-1]}ieth"]) for number, form in enumerate(_TENS_EN, 2))
    yield 100, ["hundredth"]


def read_word(word: str) -> _Word | None:
    """What a word, in any letter case, stands for as a number; None for other words."""
    folded = word.lower().replace("ё", "е")
    found = _lexicon().get(folded)
    if found is None:
        compound = _COMPOUND_RU.fullmatch(folded)
        found = _Word(Fraction(_PREFIXES_RU[compound[1]])) if compound else None
    return found


def is_scale(word: str) -> Fraction | None:
    """The factor of «тысяч», "million"; None for other words."""
    found = read_word(word)
    return found.value if found is not None and found.scale else None


def find_number_words(text: str) -> list[NumberWords]:
    """The numbers written as words in ``text``, in reading order; scales alone («миллионы») are none."""
    found: list[NumberWords] = []
    run: list[tuple[_Word, int, int]] = []
    for match in _WORD.finditer(text):
        if run and match.group().lower() == "and":
            continue
        word = read_word(match.group())
        joined = run and word is not None and _GAP.fullmatch(text, run[-1][2], match.start())
        if run and not (joined and word is not None and _goes_on(run, word)):
            _close(found, run)
            run = []
        if word is not None and (run or not (word.scale or word.share)):
            run.append((word, match.start(), match.end()))
    if run:
        _close(found, run)
    return found


def _goes_on(run: list[tuple[_Word, int, int]], word: _Word) -> bool:
    """Whether ``word`` continues the number: «двадцать четыре», not «двадцать двадцать»."""
    last = run[-1][0]
    if word.share or last.share:
        return word.share and not last.share and not last.ordinal
    if last.ordinal or last.value.denominator != 1 or word.value.denominator != 1:
        return word.scale and not last.ordinal
    if word.scale:
        return True
    return last.scale or (word.value < 10 <= last.value) or (word.value < 100 <= last.value)


def _close(found: list[NumberWords], run: list[tuple[_Word, int, int]]) -> None:
    total = part = Fraction(0)
    for word, _, _ in run:
        if word.share:
            part *= word.value
        elif not word.scale:
            part += word.value
        elif word.value == 100:
            part = (part or Fraction(1)) * 100
        else:
            total += (part or Fraction(1)) * word.value
            part = Fraction(0)
    found.append(NumberWords(total + part, run[0][1], run[-1][2], run[-1][0].ordinal))
