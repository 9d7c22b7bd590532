"""Text -> stems, for the lexical index and for matching sentences with a question.

Russian and English Snowball stemmers; ё is е; a token's script decides its stemmer, so that "GPAI" in a
Russian sentence and «ФСТЭК» in an English one are found too.
"""

from __future__ import annotations

import re
import threading
from functools import lru_cache

_TOKEN = re.compile(r"[0-9A-Za-zÀ-ɏА-яЁё]+(?:[./-][0-9A-Za-zА-яЁё]+)*")
_PART = re.compile(r"[./-]")
_CYRILLIC = re.compile(r"[А-яЁё]")
_LOCAL = threading.local()

# Words that carry no content of a question, as stems are compared: see ``is_stopword``.
_STOPWORD_LIST = """
    а без более бы был была были было быть в вам вас весь во вот все всего всех вы где да даже для до его ее
    если есть еще же за и из или им их к как какая какие какого какой каким какими каких каком какую ко
    когда которая которого которое которой которые который которых кто куда ли либо между меня мне может
    можно мы на над надо нам нас не него нее нет ни них но ну о об однако он она они оно от очень по под
    при про с сам свой себя со сколько так также такие такой там те тем то того тоже той только том тот ту
    ты у уже чего чей чем что чтобы эта эти это этого этой этом этот эту я нужно должен должна должны
    является являются согласно относительно каково каковы называется названы указаны указано
    a about an and any are as at be been being by can could do does did doing for from had has have how i if
    in into is it its me my no not of on or our shall should so some such than that the their them then there
    these they this those to under us was we were what when where which who whom whose why will with would
    you your must may according
"""
STOPWORDS = frozenset(_STOPWORD_LIST.split())
LONGEST_KEPT = 1_000  # characters of a text whose stems are kept


def _stemmers() -> dict[str, object]:
    """Stemmers of this thread: they keep a buffer and are not safe to share."""
    found = getattr(_LOCAL, "stemmers", None)
    if found is None:
        import Stemmer

        found = {"ru": Stemmer.Stemmer("russian"), "en": Stemmer.Stemmer("english")}
        _LOCAL.stemmers = found
    return found


def fold(text: str) -> str:
    """Lower case, ё as е."""
    return text.lower().replace("ё", "е")


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """The stem of one folded word, by its script."""
    language = "ru" if _CYRILLIC.search(word) else "en"
    return str(_stemmers()[language].stemWord(word))  # type: ignore[attr-defined]


def tokens(text: str) -> list[tuple[str, int, int]]:
    """(folded word, start, end) of every word; a compound such as «149-ФЗ» is followed by its parts."""
    found: list[tuple[str, int, int]] = []
    for match in _TOKEN.finditer(text):
        word = fold(match.group())
        found.append((word, match.start(), match.end()))
        if _PART.search(word):
            found.extend((part, match.start(), match.end()) for part in _PART.split(word) if part)
    return found


def stems(text: str, *, stopwords: bool = False) -> list[str]:
    """Stems in order; stop words are left out unless ``stopwords``."""
    if len(text) > LONGEST_KEPT:
        return list(_found(text, stopwords))
    return list(_stems(text, stopwords))


@lru_cache(maxsize=10_000)  # the sentences of the provisions that are asked about, again and again
def _stems(text: str, stopwords: bool) -> tuple[str, ...]:
    return _found(text, stopwords)


def _found(text: str, stopwords: bool) -> tuple[str, ...]:
    return tuple(stem(word) for word, _, _ in tokens(text) if stopwords or word not in STOPWORDS)
