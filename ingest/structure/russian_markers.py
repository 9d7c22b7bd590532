"""The beginning of a paragraph -> the marker it carries: «Статья 10.2-2.», «1.», «2.1)», «а)», «IV.».

A marker read here is only a candidate: «1.» may stand inside a wrapped sentence. Whether it opens a
provision is decided by the sequence it continues (:func:`follows`, :func:`may_follow`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

Number = tuple[int, ...]

ALPHABET = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
# Letters that lettered lists leave out (GOST R 2.105; state bodies' style guides leave out fewer).
SKIPPED = frozenset("ёзйочъыь")
# What scanners and mixed keyboards print in place of a Cyrillic letter.
LOOKALIKES = {
    "6": "б", "3": "з", "a": "а", "b": "в", "e": "е", "k": "к", "m": "м", "o": "о", "p": "р", "c": "с",
    "y": "у", "x": "х", "r": "г", "n": "п", "u": "и", "g": "д", "t": "т",
}  # fmt: skip
ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
ROMAN_LOOKALIKES = str.maketrans({"|": "I", "l": "I", "І": "I", "Х": "X", "У": "V", "С": "C"})
SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
ORDINALS = {
    "первая": 1, "вторая": 2, "третья": 3, "четвертая": 4, "четвёртая": 4, "пятая": 5, "шестая": 6,
    "седьмая": 7, "восьмая": 8, "девятая": 9, "десятая": 10,
}  # fmt: skip
MONTHS = "январ|феврал|март|апрел|ма[йя]|июн|июл|август|сентябр|октябр|ноябр|декабр"

_NUM = r"\d{1,4}(?:[.\-–]\d{1,3})*(?:[⁰¹²³⁴⁵⁶⁷⁸⁹]+|\^\d+)?"
_ROM = r"[IVXLCІХУС|l]+(?:[.\-–]\d{1,2})*"
# «5. Абзац. (Утратил силу …)» is a point whose first paragraph alone is gone.
_GONE = (
    r"\(?(?!абзац)(?:[а-яё]+[.,;]?\s+\(?)?(?:утратил[аио]?\s+силу|признан[аоы]?\s+утративш\w+\s+силу"
    r"|исключ[её]н[аоы]?\s*(?:[.;)\-–—]|$|с\s+\d))"
)

REPEALED = re.compile(_GONE, re.I)
_DOT = re.compile(rf"({_NUM})\.\s*(?=[^\d\s)]|$)")
_DOT_RANGE = re.compile(rf"({_NUM})\.?\s*[-–—]\s*({_NUM})\.\s*(?={_GONE})", re.I)
_PAREN = re.compile(rf"({_NUM})\)\s*")
_PAREN_RANGE = re.compile(rf"({_NUM})\)\s*[-–—]\s*({_NUM})\)\s*")
_LETTER = re.compile(r"([а-яё]{1,2}|[a-z63])(?:[.\-]?(\d{1,2})|([⁰¹²³⁴⁵⁶⁷⁸⁹]+))?\)\s*")
_LETTER_RANGE = re.compile(r"([а-яё])\)\s*[-–—]\s*([а-яё])\)\s*")
_NAMED_STUB = re.compile(rf"(?:Пункт|Часть)\s+({_NUM})\s*[.\-–—]+\s*(?={_GONE})", re.I)
_ARTICLE = re.compile(rf"(?:Статья|СТАТЬЯ|С\s?т\s?а\s?т\s?ь\s?я)\s+({_NUM})(?:\.\s*|\s*$|\s+(?=[А-ЯЁ«\"(]))")
_ARTICLES = re.compile(rf"Статьи\s+({_NUM})\s*[-–—]\s*({_NUM})(?:\.\s*|\s+)(?={_GONE})", re.I)
_HEADED = {
    "section": re.compile(rf"(?:Раздел|РАЗДЕЛ)\s+({_ROM}|{_NUM})(?:\.\s*|\s*$|\s+(?=[А-ЯЁ«\"(]))"),
    "subsection": re.compile(rf"(?:Подраздел|ПОДРАЗДЕЛ)\s+({_ROM}|{_NUM})(?:\.\s*|\s*$|\s+(?=[А-ЯЁ«\"(]))"),
    "chapter": re.compile(rf"(?:Глава|ГЛАВА)\s+({_ROM}|{_NUM})(?:\.\s*|\s*$|\s+(?=[А-ЯЁ«\"(]))"),
    "paragraph_sign": re.compile(rf"§\s*({_NUM})(?:\.\s*|\s*$|\s+(?=[А-ЯЁ«\"(]))"),
}
_BOOK = re.compile(r"ЧАСТЬ\s+([А-ЯЁ]+)(?:\.\s*|\s*$|\s+(?=[А-ЯЁ«\"(]))")
_ROMAN_SECTION = re.compile(rf"({_ROM})\.\s*(?=[А-ЯЁ«\"(])")
_CODE = re.compile(r"([А-ЯЁ]{2,5}\.\d{1,3}(?:\.\d{1,3})*)\.?(?=\s|$)")
# A wrapped line that only looks like a marker goes on with a reference.
_REFERENCE = re.compile(r"(?:настоящ|стать[еиюя]|част[иьюе]|пункт|подпункт|абзац)", re.I)
_MONTH = re.compile(MONTHS, re.I)


@dataclass(frozen=True, slots=True)
class Marker:
    """A candidate: type, number as a sortable tuple and as printed, and where the rest begins.

    type: dot «1.», paren «1)», letter «а)», article, section, subsection, chapter, paragraph_sign, book,
    roman, code. until: the last number of a range of repealed stubs («21) - 22) утратили силу»).
    letter: the letter that a digit or Latin character may stand for.
    """

    type: str
    number: Number
    printed: str
    rest: str
    until: Number | None = None
    letter: str | None = None

    @property
    def last(self) -> Number:
        """The number that the next marker must continue."""
        return self.until or self.number

    @property
    def repealed(self) -> bool:
        """The text after the marker says that the provision has lost force."""
        return bool(REPEALED.match(self.rest))


def tidy(printed: str) -> str:
    """A number as ids and labels write it: «15.3–1» -> ``15.3-1``, «123¹» and «123^1» -> ``123.1``."""
    plain = re.sub(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]+|\^\d+", lambda m: "." + m[0].lstrip("^").translate(SUPERSCRIPTS), printed)
    return plain.replace("–", "-")


def number_of(printed: str) -> Number:
    """``10.2-2`` -> ``(10, 2, 2)``."""
    return tuple(int(part) for part in re.split(r"[.\-]", tidy(printed)))


def roman_number(printed: str) -> Number | None:
    """``IV`` -> ``(4,)``, ``V.1`` -> ``(5, 1)``; None where the letters are no Roman numeral."""
    head, *tail = re.split(r"[.\-–]", printed)
    head = head.translate(ROMAN_LOOKALIKES)
    if not re.fullmatch(r"C{0,3}(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})", head) or not head:
        return None
    values = [ROMAN[char] for char in head]
    total = sum(-v if i + 1 < len(values) and v < values[i + 1] else v for i, v in enumerate(values))
    return (total, *(int(part) for part in tail))


def letter_number(letter: str) -> int:
    """Place of a letter in the alphabet from 1; doubled letters («аа») follow «я»."""
    return ALPHABET.index(letter[0]) + 1 + len(ALPHABET) * (len(letter) - 1)


def is_first(marker: Marker) -> bool:
    """The marker is one that a list begins with."""
    return marker.number in ((1,), (1, 1))


def follows(kind: str, last: Number, number: Number) -> bool:
    """``number`` is the very next one after ``last``: 2→3, 2→2.1, 2.1→2.2, 2.1→3, 2.1→2.1-1, 1.5→2.1."""
    if kind == "letter":
        if len(number) == 1 and number[0] > last[0]:
            return all(c in SKIPPED for c in ALPHABET[last[0] : number[0] - 1])
        return number[:1] == last[:1] and number[1:] == ((last[1] + 1,) if len(last) > 1 else (1,))
    steps = [(*last[:k], last[k] + 1) for k in range(len(last))]
    return number in steps or number == (*last, 1) or number == (last[0] + 1, 1)


def may_follow(kind: str, last: Number, number: Number) -> bool:
    """``number`` comes after ``last`` with a small gap: items may have been removed from the text."""
    if number <= last:
        return False
    depth = next((k for k, (a, b) in enumerate(zip(last, number, strict=False)) if a != b), len(last))
    before = last[depth] if depth < len(last) else 0
    return depth < len(number) and number[depth] - before <= (4 if kind == "letter" else 5)


def read_marker(text: str) -> Marker | None:
    """The marker that ``text`` begins with, or None."""
    if not text:
        return None
    first = text[0]
    if first in "СсГРПЧ§":
        return _read_headed(text)
    if first.isdigit():
        return _read_numbered(text)
    if first.islower():
        return _read_lettered(text)
    return _read_roman(text) or _read_code(text)


def _read_headed(text: str) -> Marker | None:
    if found := _ARTICLE.match(text):
        return Marker("article", number_of(found[1]), tidy(found[1]), text[found.end() :])
    if found := _ARTICLES.match(text):
        low, high = tidy(found[1]), tidy(found[2])
        rest = text[found.end() :]
        return Marker("article", number_of(low), f"{low}–{high}", rest, until=number_of(high))
    for kind, pattern in _HEADED.items():
        if found := pattern.match(text):
            printed = found[1] if found[1][0].isdigit() else found[1].translate(ROMAN_LOOKALIKES)
            number = number_of(printed) if printed[0].isdigit() else roman_number(printed)
            return Marker(kind, number, tidy(printed), text[found.end() :]) if number else None
    if (found := _BOOK.match(text)) and (place := ORDINALS.get(found[1].lower())):
        return Marker("book", (place,), found[1].lower(), text[found.end() :])
    if found := _NAMED_STUB.match(text):
        return Marker("dot", number_of(found[1]), tidy(found[1]), text[found.end() :])
    return _read_roman(text) or _read_code(text) or _read_lettered(text)


def _read_numbered(text: str) -> Marker | None:
    for kind, pattern in (("dot", _DOT_RANGE), ("paren", _PAREN_RANGE)):
        if found := pattern.match(text):
            low, high = tidy(found[1]), tidy(found[2])
            rest = text[found.end() :]
            return Marker(kind, number_of(low), f"{low}–{high}", rest, until=number_of(high))
    if found := _PAREN.match(text):
        letter = LOOKALIKES.get(found[1])
        return Marker("paren", number_of(found[1]), tidy(found[1]), text[found.end() :], letter=letter)
    if found := _DOT.match(text):
        return Marker("dot", number_of(found[1]), tidy(found[1]), text[found.end() :])
    return None


def _read_lettered(text: str) -> Marker | None:
    if found := _LETTER_RANGE.match(text):
        low, high = letter_number(found[1]), letter_number(found[2])
        rest = text[found.end() :]
        return Marker("letter", (low,), f"{found[1]}–{found[2]}", rest, until=(high,)) if high > low else None
    found = _LETTER.match(text)
    if not found:
        return None
    letter = LOOKALIKES.get(found[1], found[1])
    if letter[0] not in ALPHABET or len(set(letter)) != 1:
        return None
    number: Number = (letter_number(letter),)
    printed = letter
    if inserted := (found[2] or (found[3] or "").translate(SUPERSCRIPTS)):
        number, printed = (*number, int(inserted)), f"{letter}.{inserted}"
    return Marker("letter", number, printed, text[found.end() :])


def _read_roman(text: str) -> Marker | None:
    found = _ROMAN_SECTION.match(text)
    number = roman_number(found[1]) if found else None
    if not found or not number:
        return None
    return Marker("roman", number, found[1].translate(ROMAN_LOOKALIKES), text[found.end() :])


def _read_code(text: str) -> Marker | None:
    found = _CODE.match(text)
    if not found:
        return None
    number = tuple(int(part) for part in found[1].split(".")[1:])
    return Marker("code", number, found[1], text[found.end() :].lstrip(" |"))


def believable(marker: Marker, before: str) -> bool:
    """The marker does not look like a piece of a wrapped sentence. ``before``: the paragraph above."""
    rest = marker.rest
    if marker.type == "dot" and _MONTH.match(rest):
        return False
    unfinished = bool(before) and (before[-1].isalnum() or before[-1] in ",-–№(")
    return not (unfinished and _REFERENCE.match(rest) and rest[:1].islower())


def capital(marker: Marker) -> bool:
    """The text after the marker begins as a sentence does, or is a repealed stub."""
    rest = marker.rest
    return not rest or not rest[0].isalpha() or rest[0].isupper() or marker.repealed
