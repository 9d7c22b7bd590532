"""Text -> HTML in which glossary terms carry, on hover, what they stand for in both languages."""

from __future__ import annotations

from functools import lru_cache

from assistant.glossary import Found, glossary
from assistant.model import Lang
from assistant.web.escape import esc

KEPT = 128  # texts: an answer that grows is drawn with each of its claims, and each time all of them anew


@lru_cache(KEPT)
def annotated(text: str, lang: Lang) -> str:
    """``text`` (written in ``lang``) escaped, its abbreviations and paired terms marked as ``<abbr>``.

    An abbreviation shows what it stands for in ``lang`` and in the other language, a term its counterpart.
    """
    parts: list[str] = []
    done = 0
    for found in glossary().find(text):
        word = text[found.start : found.end]
        parts += [esc(text[done : found.start]), _marked(word, found, lang)]
        done = found.end
    return "".join([*parts, esc(text[done:])])


def _marked(word: str, found: Found, lang: Lang) -> str:
    term = found.term
    own, other = term.written(lang), term.written("en" if lang == "ru" else "ru")
    short = bool(glossary().abbreviations(word))
    shown = [own, other] if short else [other]
    kind = "short" if short else "term"
    return f'<abbr class="{kind}" title="{esc(" — ".join(shown))}">{esc(word)}</abbr>'
