"""A claim and its quotations -> whether the quotations bear the claim out at all.

:mod:`assistant.answer.verify` catches what a claim changes; this catches what it makes up: words the
quotations have nothing for, links and markup, another language than the reader's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from assistant import glossary
from assistant.answer.nli import inference_model
from assistant.answer.plain_words import strange_words
from assistant.answer.sentences import split_sentences
from assistant.answer.verify import Fault, Quoted
from assistant.index.indexes import Indexes
from assistant.index.late import best_matches
from assistant.index.words import STOPWORDS, fold, stem, stems
from assistant.query import Reading
from assistant.references import detect_language
from assistant.settings import AnswerSettings

# Similarity below which a claim says something else than its quotations; what each threshold withholds of
# supported and of unsupported claims is in docs/answers.md.
LEAST_SAME = 0.60
LEAST_ACROSS = 0.55
SHORTEST = 3  # content words of a statement; what is shorter states nothing
# A quotation that speaks to a language model is no ground for anything.
_COMMANDS = re.compile(
    r"(?:ignore|disregard|forget)\s+(?:\w+\s+){0,3}(?:instructions?|rules|prompts?)|system\s+prompt|"
    r"you\s+are\s+now|"
    r"(?:игнориру\w+|забудь\w*|отмени\w*|не\s+учитывай\w*)\s+(?:\w+\s+){0,3}(?:инструкци\w+|правил\w*|"
    r"указани\w+)|"
    r"системн\w+\s+(?:промпт|подсказк|сообщени)\w*|"
    r"(?:as\s+an?\s+|для\s+)(?:AI\s+(?:model|assistant)|языков\w+\s+модел\w+|систем\s+ИИ:|ИИ-ассистент\w*)",
    re.IGNORECASE,
)
MARKUP = re.compile(r"https?:|www\.|\]\s?\(|<\s?/?\s?[a-z!]|!\[|```|\{\{|javascript:", re.IGNORECASE)
_DESIGNATION = re.compile(r"(?<!\w)(?=\w*\d)(?=\w*[^\W\d_])[\w-]{3,}|(?<!\w)[A-ZА-ЯЁ]{2,}(?:[-_]\w+)*(?!\w)")


def supported(
    claim: str,
    grounds: Sequence[Quoted],
    reading: Reading,
    indexes: Indexes,
    settings: AnswerSettings | None = None,
) -> Fault | None:
    """Why the quotations do not bear the claim out, or None.

    ``settings``: whether a model of inference is asked too. Raises ModelError where that one fails.
    """
    if MARKUP.search(claim):
        return Fault("markup")
    if detect_language(claim) != reading.lang:
        return Fault("language")
    strange = strange_designations(claim, grounds) or strange_words(claim, _stems(grounds))
    if strange:
        return Fault("designation", ", ".join(strange))
    if _is_no_statement(claim) or speaks_to_models(grounds):
        return Fault("support")
    if similarity(claim, grounds, indexes) < _least(claim, grounds):
        return Fault("support")
    if settings is not None and settings.nli_model:
        entailed = inference_model(settings.nli_model).support(claim, grounds).entailment
        if entailed < settings.nli_least:
            return Fault("support")
    return None


def speaks_to_models(grounds: Sequence[Quoted]) -> bool:
    """Whether a quotation gives a language model orders: it is no ground for anything."""
    return any(_COMMANDS.search(each.text) for each in grounds)


def _is_no_statement(claim: str) -> bool:
    """Whether a claim, or a sentence of it, is too short to state anything: a word set behind a full stop."""
    sentences = [claim[start:end] for start, end in split_sentences(claim, 0, len(claim))]
    return len(content_words(claim)) < SHORTEST or any(len(content_words(each)) < 2 for each in sentences)


def _least(claim: str, grounds: Sequence[Quoted]) -> float:
    spoken = detect_language(claim)
    return LEAST_SAME if all(detect_language(each.text) == spoken for each in grounds) else LEAST_ACROSS


def strange_designations(claim: str, grounds: Sequence[Quoted]) -> list[str]:
    """Abbreviations and names with digits that neither quotation, context, act nor glossary has."""
    known = fold(" ".join(_lent(grounds)))
    spelled = {fold(form) for term in glossary.glossary().terms for form in (*term.abbr_ru, *term.abbr_en)}
    return [
        match.group()
        for match in _DESIGNATION.finditer(claim)
        if fold(match.group()) not in known
        and fold(match.group()) not in spelled
        and not _ordinal(match.group())
    ]


def _ordinal(word: str) -> bool:
    """«2024-м», «27-й», "3rd", "35m": a number with an ending."""
    return bool(re.fullmatch(r"\d+(?:-?[а-яё]{1,3}|st|nd|rd|th|m|bn|k|%)", fold(word)))


def lexical_cover(claim: str, grounds: Sequence[Quoted]) -> float:
    """The share, 0…1, of a claim's content words whose stems stand in the quotations or above them."""
    words = content_words(claim)
    return len(words & _stems(grounds)) / len(words) if words else 0.0


def content_words(claim: str) -> set[str]:
    """Stems of a claim's words, stop words left out."""
    return {stem(fold(word)) for word in re.findall(r"[^\W_]+", claim) if fold(word) not in STOPWORDS}


def _stems(grounds: Sequence[Quoted]) -> set[str]:
    return {found for text in _lent(grounds) for found in stems(text, stopwords=True)}


def _lent(grounds: Sequence[Quoted]) -> list[str]:
    """What a claim may take its words from: the quotations, and what published acts have above them."""
    texts = [each.text for each in grounds]
    for each in grounds:
        if each.published:
            texts += [each.context, *(each.cited.names if each.cited else ())]
    return texts


def similarity(claim: str, grounds: Sequence[Quoted], indexes: Indexes) -> float:
    """How well the claim's tokens are matched by the quotations', -1…1: the mean of the best matches.

    1.0 for an embedding model without token vectors: nothing can be said then.
    """
    profile = indexes.token_profile
    if profile is None:
        return 1.0
    quote = "\n".join(each.text for each in grounds)
    encoded = indexes.embedder.encode([claim, quote], "passage")
    if not encoded.tokens:
        return 1.0
    said = profile.reduce(encoded.tokens[0], detect_language(claim), "passage")
    codes = profile.encode(encoded.tokens[1], detect_language(quote))
    matches = best_matches(said, [codes])[0]
    return float(np.mean(matches)) if len(matches) else 0.0
