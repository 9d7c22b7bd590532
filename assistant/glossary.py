"""corpus/glossary.yaml -> abbreviations spelled out and paired Russian and English terms, for a question.

Terms are matched on Snowball stems, so that inflected forms count; abbreviations as whole words, short
ones (up to three letters) only in the case they are written in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib.resources import files

import yaml
from pydantic import BaseModel, ConfigDict, Field

from assistant.index.words import stem, tokens
from assistant.model import Lang

Stems = tuple[str, ...]
SHORT = 3  # letters up to which an abbreviation's case counts: «НК», not «нк»


class Term(BaseModel):
    """One notion. ``ru``/``en``: its names, the usual one first; ``abbr_*``: its abbreviations."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    ru: list[str] = Field(default_factory=list)
    en: list[str] = Field(default_factory=list)
    abbr_ru: list[str] = Field(default_factory=list)
    abbr_en: list[str] = Field(default_factory=list)
    note: str | None = None

    def names(self, lang: Lang) -> list[str]:
        """The spelled-out names in ``lang``."""
        return self.ru if lang == "ru" else self.en


@lru_cache(maxsize=1)
def terms() -> tuple[Term, ...]:
    """All terms, read once."""
    text = files("corpus").joinpath("glossary.yaml").read_text(encoding="utf-8")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return tuple(Term.model_validate(entry) for entry in yaml.load(text, Loader=loader))  # noqa: S506


@lru_cache(maxsize=1)
def _by_abbreviation() -> dict[str, Term]:
    return {abbr: term for term in terms() for abbr in (*term.abbr_ru, *term.abbr_en)}


@lru_cache(maxsize=1)
def _by_first_stem() -> dict[str, list[tuple[Stems, Term]]]:
    found: dict[str, list[tuple[Stems, Term]]] = {}
    for term in terms():
        for name in (*term.ru, *term.en):
            key = tuple(stem(word) for word, _, _ in tokens(name))
            if key:
                found.setdefault(key[0], []).append((key, term))
    return found


def _abbreviated(text: str) -> Iterator[Term]:
    known = _by_abbreviation()
    folded = {abbr.lower(): term for abbr, term in known.items() if len(abbr) > SHORT}
    for _, start, end in tokens(text):
        word = text[start:end]
        term = known.get(word) or folded.get(word.lower())
        if term:
            yield term


def _named(words: Sequence[str]) -> Iterator[Term]:
    by_stem = _by_first_stem()
    for position, word in enumerate(words):
        for key, term in by_stem.get(word, ()):
            if tuple(words[position : position + len(key)]) == key:
                yield term


def expand(text: str, lang: Lang) -> list[str]:
    """The full names in ``lang`` of the abbreviations in ``text``, in order, each once."""
    found = [term.names(lang)[0] for term in _abbreviated(text) if term.names(lang)]
    return list(dict.fromkeys(found))


def counterparts(text: str, lang: Lang) -> list[str]:
    """The other language's names of the terms and abbreviations in ``text``, in order, each once."""
    other: Lang = "en" if lang == "ru" else "ru"
    words = [stem(word) for word, _, _ in tokens(text)]
    found = [name for term in (*_abbreviated(text), *_named(words)) for name in term.names(other)[:1]]
    return list(dict.fromkeys(found))
