"""The words our own data use -> whether a word of a claim is an ordinary word of this field.

A claim may say in other words what its quotation says, but not in words nobody writes on the subject: names
and strings that stand in no quotation are made up, or were smuggled in.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import corpus
from assistant.index.words import STOPWORDS, fold, stem, stems
from assistant.number_words import read_word

_WORD = re.compile(r"[^\W\d_]{3,}")
_SUFFIXES = (".yaml", ".jsonl")
# Common verbs and links of restatements that the digests happen not to use.
_RESTATING = """
    надлежит датирован датирована датировано довести равнялась равнялся равнялось имели имелось закреплены
    перечисленные гласит говорится причём притом насчитывают насчитывает приходится приходились родом ought
    stood cent whereas here virtue decade disagree meant amounts stipulates sets provides reads says lays
"""


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    """Stems of everything in the package's corpus, about 20,000; read once."""
    found: set[str] = set(stems(_RESTATING, stopwords=True))
    for path in sorted(Path(corpus.__file__).parent.rglob("*")):
        if path.suffix in _SUFFIXES:
            found.update(stems(path.read_text(encoding="utf-8"), stopwords=True))
    return frozenset(found)


def strange_words(claim: str, held: frozenset[str] | set[str]) -> list[str]:
    """Words of a claim that are neither ordinary nor among ``held``, the stems of what it rests on."""
    strange = []
    for match in _WORD.finditer(claim):
        word = fold(match.group())
        if word in STOPWORDS or stem(word) in held or stem(word) in _known() or read_word(word) is not None:
            continue
        strange.append(match.group())
    return strange
