"""What people typed -> what is stored, searched and shown as a title."""

from __future__ import annotations

import re
import unicodedata

from assistant.errors import InputError

TITLE_SHOWN = 60
_NO_TEXT = re.compile("[\0\ud800-\udfff]")  # what no database takes: NUL, halves of surrogate pairs


def clean(text: str) -> str:
    """A text that every database can hold, without spaces around it."""
    return _NO_TEXT.sub(" ", text).strip()


def limited(text: str, most: int, en: str, ru: str) -> str:
    """``clean(text)``. Raises InputError beyond ``most`` characters; ``en`` and ``ru`` name the text."""
    kept = clean(text)
    if len(kept) > most:
        raise InputError(
            f"{en} has {len(kept)} characters, at most {most} are taken. Shorten it.",
            f"{ru}: {len(kept)} знаков, допускается не более {most}. Сократите текст.",
        )
    return kept


def line(text: str, most: int, en: str, ru: str) -> str:
    """``limited(text)`` as one line that is not empty. Raises InputError."""
    kept = limited(" ".join(clean(text).split()), most, en, ru)
    if not kept:
        raise InputError(f"{en} is empty. Give it.", f"{ru}: пусто. Заполните.")
    return kept


def fold(text: str) -> str:
    """A text as it is compared in a search: case, ё, width of letters and runs of spaces do not count."""
    plain = unicodedata.normalize("NFKC", clean(text)).casefold()
    return " ".join(unicodedata.normalize("NFKC", plain).replace("ё", "е").split())


def title_of(question: str) -> str:
    """A title from a question: its first TITLE_SHOWN characters, cut at a word."""
    text = " ".join(clean(question).split())
    if len(text) <= TITLE_SHOWN:
        return text
    cut = text[: TITLE_SHOWN - 1]
    if text[TITLE_SHOWN - 1] != " " and " " in cut:
        cut = cut.rpartition(" ")[0]
    return f"{cut.rstrip(' ,;:.—–-')}…"
