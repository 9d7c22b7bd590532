"""Text for the log -> the same without personal data: addresses, persons' numbers, names, words of questions.

What stands in disguise is looked at in the open: escapes of URLs, JSON and HTML are undone, look-alike digits
and invisible characters normalised. A line loses its letters' exact form by that; it is no text of an act.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from assistant.logs.names import Names

EMAIL, NUMBER, PHONE, WORDS = "[e-mail]", "[number]", "[phone]", "[words]"

_AT = r"\s?(?:@|\(at\)|\[at\]|\(собака\)|\[собака\])\s?"
# Every repetition is bounded: lines hold what strangers wrote.
_EMAIL = re.compile(
    rf"[\w.+'%-]{{0,63}}\w{_AT}[\w-]{{1,63}}(?:\s?(?:\.|\(dot\)|\[dot\])\s?[\w-]{{1,63}}){{1,8}}",
    re.IGNORECASE,
)
_DASH = r"\-\u2010-\u2015\u2212"
_YEAR, _MONTH, _DAY = r"(?:1[89]|20)\d\d", r"(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12]\d|3[01])"
_OCTET = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_GAP = rf"[\s().+{_DASH}/_]{{0,3}}(?:(?:No|N|№|#)[\s.]{{0,2}})?"
# Dates, times and machines' addresses are digits too, and stay; what else has ten digits or more does not.
_DIGITS = re.compile(
    rf"(?P<kept>\b{_YEAR}-{_MONTH}-{_DAY}(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?)?\b(?![-\s]\d)"
    rf"|\b{_DAY}\.{_MONTH}\.{_YEAR}\b(?![-\s]\d)"
    rf"|\b(?:{_OCTET}\.){{3}}{_OCTET}\b(?![.\d]))"
    rf"|(?<![\w])\+?\(?\d(?:{_GAP}\d){{9,}}(?![\w])"
)
_LOCAL_PHONE = re.compile(rf"(?<![\w-])\d{{3}}[\s{_DASH}]\d\d[\s{_DASH}]\d\d(?![\w-])")
_NAMED_NUMBER = re.compile(
    r"\b(инн|inn|снилс|snils|огрн\w*|паспорт\w*|passport|серия|полис\w*|тел(?:ефон\w*)?|phone|моб\w*)"
    rf"(\D{{0,20}}?)\d(?:[\s().+{_DASH}№#NoНномерсия]{{0,10}}\d){{3,}}",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_ESCAPED = re.compile(r"\\u([0-9A-Fa-f]{4})|\\x([0-9A-Fa-f]{2})")
_WORD = re.compile(r"\w+")
_INFLECTED = 5  # letters; longer words are left out with other endings too
_ENDING = 2
_STOP = frozenset({
    "the", "and", "for", "are", "was", "with", "that", "this", "what", "who", "how", "when", "where", "which",
    "not", "have", "has", "can", "may", "must", "does", "from", "into",
    "как", "что", "кто", "где", "или", "для", "при", "над", "под", "это", "эта", "этот", "они", "его", "она",
    "был", "была", "без", "все", "так", "чем",
})  # fmt: skip


def opened(text: str) -> str:
    """The text without the disguises that programs put on letters."""
    for _ in range(2):  # an address inside an address is escaped twice
        text = _PERCENT.sub(lambda found: unquote(found[0], errors="replace"), text)
    text = _ESCAPED.sub(lambda found: chr(int(found[1] or found[2], 16)), text)
    text = unicodedata.normalize("NFKC", html.unescape(text))
    # halves of a pair that an escape gave cannot be written
    return "".join(each for each in text if unicodedata.category(each) not in ("Cf", "Cs"))


def redacted(text: str, texts: Iterable[str] = (), names: Names | None = None) -> str:
    """The text with marks in place of personal data.

    ``texts``: what the caller said, whose words are left out. ``names``: of owners, in whose place
    their pseudonyms stand.
    """
    text = opened(text)
    if names is not None:
        text = names.left_out(text)
    for said in texts:
        found = _words_of(said)
        if found is not None:
            text = found.sub(WORDS, text)
    text = _EMAIL.sub(EMAIL, text)
    text = _NAMED_NUMBER.sub(lambda found: f"{found[1]}{found[2]}{NUMBER}", text)
    text = _DIGITS.sub(lambda found: found["kept"] or NUMBER, text)
    return _LOCAL_PHONE.sub(PHONE, text)


@lru_cache(maxsize=256)
def _words_of(said: str) -> re.Pattern[str] | None:
    """What a caller said, as a whole and word by word; None where it has no word worth leaving out."""
    said = opened(said)
    whole = [_spelt(each) for each in said.split()]
    words = {word for word in _WORD.findall(said) if _tells(word)}
    forms = [r"\s+".join(whole)] if len(whole) > 1 else []
    for word in sorted(words, key=len, reverse=True):
        stem, ending = (word[:-_ENDING], r"\w*") if len(word) >= _INFLECTED else (word, "")
        forms.append(rf"(?<!\w){_spelt(stem)}{ending}(?!\w)")
    return re.compile("|".join(forms), re.IGNORECASE) if forms else None


def _tells(word: str) -> bool:
    """Whether a word may say something about somebody: short ones only where they are names or numbers."""
    if word.casefold() in _STOP:
        return False
    return len(word) > 2 or word[0].isupper() or word[0].isdigit()


def _spelt(word: str) -> str:
    """A word with ё or е, as the log may have either."""
    return re.sub("[её]", "[её]", re.escape(word), flags=re.IGNORECASE)
