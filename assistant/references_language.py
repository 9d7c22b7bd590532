"""A question -> the language it is asked in, however many foreign names stand in it."""

from __future__ import annotations

import re
from typing import Literal

_QUOTED = re.compile(r"[«\"“„][^»\"”“]{1,200}[»\"”]")
_WORD = re.compile(r"[^\W\d_]+")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")

# Words that build a sentence and are seldom part of a name: they show whose grammar the question follows.
_ASKING_WORDS = {
    "ru": "что кто как какой какая какое какие каков какова каковы какого каких каким какую где когда"
    " куда откуда почему зачем сколько чем чего кому кого можно нужно должен должны обязан обязаны ли есть"
    " расскажи объясни перечисли покажи назови сравни дай приведи",
    "en": "what who whom whose which how where when why does do did is are was were must should shall can may"
    " explain list show tell compare give describe name define summarize summarise has have",
}
_JOINING_WORDS = {
    "ru": "и в на о об по для с из к от до при за у не или а но это этот такое",
    "en": "the a an of in on to for by with under from and or not it this that be",
}
_ASKING = {lang: frozenset(words.split()) for lang, words in _ASKING_WORDS.items()}
_JOINING = {lang: frozenset(words.split()) for lang, words in _JOINING_WORDS.items()}


def _score(words: list[str], lang: str) -> int:
    return sum(3 * (word in _ASKING[lang]) + (word in _JOINING[lang]) for word in words)


def detect_language(text: str) -> Literal["ru", "en"]:
    """``ru`` or ``en``: by the words that carry the sentence, then by the share of Cyrillic letters."""
    outside = _QUOTED.sub(" ", text)
    words = [word.lower() for word in _WORD.findall(outside[:4000])]
    ru, en = _score(words, "ru"), _score(words, "en")
    if ru != en:
        return "ru" if ru > en else "en"
    letters = "".join(_WORD.findall(outside[:4000])) or "".join(_WORD.findall(text[:4000]))
    cyrillic = len(_CYRILLIC.findall(letters))
    return "ru" if cyrillic * 2 >= len(letters) and cyrillic else "en"
