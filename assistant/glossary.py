"""The words of a question -> what its abbreviations stand for, and its terms in the other language.

Reads corpus/glossary.yaml once. Terms are found on Snowball stems, so that inflected Russian forms match;
the longest term wins where several overlap.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

import corpus
from assistant.data_files import load_checked
from assistant.errors import InputError
from assistant.index.words import fold, stem
from assistant.model import Lang

GLOSSARY = Path(corpus.__file__).parent / "glossary.yaml"

_WORD = re.compile(r"[0-9A-Za-zА-яЁё]+")
# Case endings an abbreviation may carry in Russian text: «ЦОДа», «ГОСТов».
_ENDING = "(?:-?(?:а|у|ом|е|ы|ов|ам|ами|ах))?"
_MAX_TEXT = 4_000  # a question longer than this is looked through up to here


class Term(BaseModel):
    """One notion. The first form of each language is the one written out.

    ``any_case``: its abbreviations that are recognised in small letters too. ``search``: False where adding
    its other forms to a question was measured to push better passages out; it is then only explained.
    """

    model_config = ConfigDict(extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    ru: list[str] = Field(min_length=1)
    en: list[str] = Field(min_length=1)
    abbr_ru: list[str] = Field(default_factory=list)
    abbr_en: list[str] = Field(default_factory=list)
    any_case: list[str] = Field(default_factory=list)
    note: str | None = None
    search: bool = True

    @model_validator(mode="after")
    def _any_case_is_listed(self) -> Term:
        strange = set(self.any_case) - set(self.abbr_ru) - set(self.abbr_en)
        if strange:
            raise ValueError(f"any_case names {sorted(strange)}, which is no abbreviation of {self.id}")
        return self

    def written(self, lang: Lang) -> str:
        """The form written out in ``lang``."""
        return self.ru[0] if lang == "ru" else self.en[0]


@dataclass(frozen=True, slots=True)
class Found:
    """A term met in a text, at ``[start, end)``."""

    term: Term
    start: int
    end: int


class Glossary:
    """Terms prepared for look-up. Raises InputError where two terms share an abbreviation or a form."""

    def __init__(self, terms: list[Term]) -> None:
        self.terms = terms
        self._exact: dict[str, Term] = {}
        self._folded: dict[str, Term] = {}
        self._by_stem: dict[str, list[tuple[tuple[str, ...], Term]]] = {}
        self._forms: dict[tuple[str, ...], Term] = {}
        for term in terms:
            self._add(term)
        for candidates in self._by_stem.values():
            candidates.sort(key=lambda candidate: -len(candidate[0]))
        self._abbreviation = _any_of(self._exact, endings=True)
        self._small = _any_of(self._folded, endings=False)

    def _add(self, term: Term) -> None:
        for short in (*term.abbr_ru, *term.abbr_en):
            _claim(self._exact, short, term)
            if short in term.any_case:
                _claim(self._folded, short.lower(), term)
        for form in (*term.ru, *term.en):
            key = _stems(form)
            if self._forms.get(key) is term:
                continue
            _claim(self._forms, key, term)
            self._by_stem.setdefault(key[0], []).append((key, term))

    def find(self, text: str) -> list[Found]:
        """The terms of ``text`` in order, none inside another."""
        text = text[:_MAX_TEXT]
        return _apart([*self._spelled(text), *self._abbreviated(text)])

    def abbreviations(self, text: str) -> list[Found]:
        """The abbreviations of ``text`` in order, those inside a longer term too."""
        return _apart(self._abbreviated(text[:_MAX_TEXT]))

    def _abbreviated(self, text: str) -> Iterator[Found]:
        if not text.isupper() or len(text.split()) == 1:
            for match in self._abbreviation.finditer(text):
                yield Found(self._exact[match["short"]], match.start(), match.end())
        for match in self._small.finditer(text.lower()):
            yield Found(self._folded[match["short"]], match.start(), match.end())

    def _spelled(self, text: str) -> Iterator[Found]:
        words = list(_WORD.finditer(text))
        stemmed = [_root(word.group()) for word in words]
        at = 0
        while at < len(words):
            longest = self._term_at(stemmed, at)
            if longest is None:
                at += 1
                continue
            term, length = longest
            yield Found(term, words[at].start(), words[at + length - 1].end())
            at += length

    def _term_at(self, stemmed: list[str], at: int) -> tuple[Term, int] | None:
        for key, term in self._by_stem.get(stemmed[at], ()):
            if tuple(stemmed[at : at + len(key)]) == key:
                return term, len(key)
        return None


def _apart(hits: Iterable[Found]) -> list[Found]:
    """The hits in order, without those that overlap an earlier or, from the same place, a longer one."""
    kept: list[Found] = []
    for hit in sorted(hits, key=lambda hit: (hit.start, hit.start - hit.end)):
        if not kept or hit.start >= kept[-1].end:
            kept.append(hit)
    return kept


@lru_cache(maxsize=50_000)
def _root(word: str) -> str:
    """The stem of the stem, and so on: «система» gives «систем», but «систем» gives «сист»."""
    shorter = stem(fold(word))
    return shorter if shorter == word else _root(shorter)


def _stems(form: str) -> tuple[str, ...]:
    return tuple(_root(word) for word in _WORD.findall(form))


def _claim(table: dict[Any, Term], key: Any, term: Term) -> None:
    if table.setdefault(key, term) is not term:
        raise InputError(
            f"The glossary gives '{key}' to both {table[key].id} and {term.id}. Keep it in one of them.",
            f"В глоссарии «{key}» отнесено и к {table[key].id}, и к {term.id}. Оставьте в одном из них.",
        )


def _any_of(table: dict[str, Term], *, endings: bool) -> re.Pattern[str]:
    shorts = "|".join(re.escape(short) for short in sorted(table, key=len, reverse=True))
    return re.compile(rf"(?<![\w-])(?P<short>{shorts or '(?!)'}){_ENDING if endings else ''}(?!\w)")


def load_glossary(path: Path) -> Glossary:
    """Read and check a glossary. Raises InputError naming the file and the field."""
    return Glossary(load_checked(path, TypeAdapter(list[Term]), "glossary", "глоссарий"))


@lru_cache(maxsize=1)
def glossary() -> Glossary:
    """The glossary that comes with the program, read once."""
    return load_glossary(GLOSSARY)


def expand(text: str, lang: Lang) -> list[str]:
    """What the abbreviations of ``text`` stand for, written out in ``lang``, each once."""
    return _unique(hit.term.written(lang) for hit in glossary().abbreviations(text) if hit.term.search)


def spelled_out(text: str, lang: Lang) -> list[str]:
    """The abbreviations of ``text`` written out for a search in ``lang``, each once.

    One inside a longer term is written out as that term («субъект КИИ»): spelling out only a part of what is
    looked for («AI» of «AI ethics») was measured to displace it.
    """
    terms = glossary().find(text)
    written = []
    for hit in glossary().abbreviations(text):
        around = next((term for term in terms if _inside(hit, term)), hit)
        if hit.term.search and around.term.written(lang).lower() not in text.lower():
            written.append(around.term.written(lang))
    return _unique(written)


def _inside(hit: Found, term: Found) -> bool:
    return term.start <= hit.start and hit.end <= term.end and term.end - term.start > hit.end - hit.start


def counterparts(text: str, lang: Lang) -> list[str]:
    """The terms of ``text`` (written in ``lang``) in the other language, each once."""
    other: Lang = "en" if lang == "ru" else "ru"
    return _unique(hit.term.written(other) for hit in glossary().find(text) if hit.term.search)


def _unique(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))


@lru_cache(maxsize=1)
def words() -> frozenset[str]:
    """The folded words of all terms and abbreviations."""
    forms = (form for term in glossary().terms for form in (*term.ru, *term.en, *term.abbr_ru, *term.abbr_en))
    return frozenset(fold(word) for form in forms for word in _WORD.findall(form))
