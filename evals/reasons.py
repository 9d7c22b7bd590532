"""A case and its outcome -> whether it passed, and why not: codes with their parts, and sentences of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.answer.verify import normalise
from assistant.model import Lang
from evals.case import VERDICTS, EvalCase, Target
from evals.metrics.base import Scene
from evals.metrics.expected import ENDS, ended_as_expected, said_of
from evals.metrics.language_match import spoken
from evals.metrics.targets import cited_for, day_of, names, needs_of, ranks_of, right_edition
from evals.metrics.words import holds
from evals.outcome import Outcome

Code = Literal[
    "error",
    "empty",
    "wrong_status",
    "wrong_verdict",
    "wrong_language",
    "target_not_held",
    "need_not_found",
    "need_not_cited",
    "quote_altered",
    "wrong_edition",
    "quote_missing",
    "word_missing",
    "word_forbidden",
]
FOUND_WITHIN = 10  # provisions of a search, among which every need must be met


class Reason(BaseModel):
    """Why a case did not pass. parts: what the sentence names."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: Code
    parts: dict[str, str] = {}


_SENTENCES: dict[Code, dict[Lang, str]] = {
    "error": {
        "ru": "Вместо ответа произошла ошибка: {error}",
        "en": "There was an error in place of an answer: {error}",
    },
    "empty": {"ru": "Ответ ничего не утверждает.", "en": "The answer states nothing."},
    "wrong_status": {
        "ru": "Ожидалось: {expected}; получилось: {got}.",
        "en": "Expected: {expected}; came out: {got}.",
    },
    "wrong_verdict": {
        "ru": "Ожидался вывод «{expected}», получен «{got}».",
        "en": "The verdict should be '{expected}' and is '{got}'.",
    },
    "wrong_language": {
        "ru": "Язык ответа: {got}, а нужен {expected}.",
        "en": "The answer is in {got} and should be in {expected}.",
    },
    "target_not_held": {
        "ru": "Нужного положения {ref} в библиотеке нет.",
        "en": "The library does not hold the needed provision {ref}.",
    },
    "need_not_found": {
        "ru": "Среди первых {within} найденных нет {ref}.",
        "en": "{ref} is not among the first {within} provisions found.",
    },
    "need_not_cited": {"ru": "Ответ не ссылается на {ref}.", "en": "The answer does not cite {ref}."},
    "quote_altered": {
        "ru": "Цитаты из {ref} нет в тексте в таком виде.",
        "en": "The quotation of {ref} does not stand in the text as given.",
    },
    "wrong_edition": {
        "ru": "{ref} процитировано в редакции {got}, а нужна {expected}.",
        "en": "{ref} is cited in the edition of {got} and should be in {expected}.",
    },
    "quote_missing": {
        "ru": "Ни в одной цитате нет слов «{quote}».",
        "en": "No quotation holds the words '{quote}'.",
    },
    "word_missing": {"ru": "В ответе нет: {word}.", "en": "The answer lacks: {word}."},
    "word_forbidden": {
        "ru": "В ответе есть то, чего быть не должно: {word}.",
        "en": "The answer holds what it must not: {word}.",
    },
}
_WORDS: dict[str, dict[Lang, str]] = {
    "answered": {"ru": "ответ", "en": "an answer"},
    "abstained": {"ru": "отказ от ответа", "en": "a refusal"},
    "clarify": {"ru": "уточняющий вопрос", "en": "a question back"},
    "checked": {"ru": "вывод о мере", "en": "a verdict on a measure"},
    "searched": {"ru": "только поиск", "en": "a search alone"},
    "eligible": {"ru": "положена", "en": "eligible"},
    "not_eligible": {"ru": "не положена", "en": "not eligible"},
    "insufficient": {"ru": "данных недостаточно", "en": "insufficient data"},
    "ru": {"ru": "русский", "en": "Russian"},
    "en": {"ru": "английский", "en": "English"},
    "in_force": {"ru": "действующая на дату вопроса", "en": "the one in force at the question's date"},
    "none": {"ru": "нет", "en": "none"},
}
_SPOKEN = frozenset({"expected", "got"})  # parts that may be one of these words
_EITHER: dict[Lang, str] = {"ru": " или ", "en": " or "}


def told(reason: Reason, lang: Lang) -> str:
    """A reason as a sentence."""
    parts = {name: _part(name, value, lang) for name, value in reason.parts.items()}
    return _SENTENCES[reason.code][lang].format_map(parts)


def reason_text(raw: Mapping[str, Any], lang: Lang) -> str:
    """A line's reason in words; one of another version of the program by its code."""
    try:
        return told(Reason.model_validate(raw), lang)
    except (ValidationError, KeyError):
        return f"{raw.get('code')}: {', '.join(map(str, (raw.get('parts') or {}).values()))}"


def _part(name: str, value: str, lang: Lang) -> str:
    if name in _SPOKEN and value in _WORDS:
        return _WORDS[value][lang]
    return value.replace("|", _EITHER[lang]) if name in ("ref", "word") else value


def judged(case: EvalCase, outcome: Outcome, scene: Scene) -> tuple[bool | None, list[Reason]]:
    """Whether a case passed, and why not; None for an error, an empty answer, a search without needs."""
    if outcome.ended == "error":
        return None, [Reason(code="error", parts={"error": outcome.error or "?"})]
    if outcome.ended == "empty":
        return None, [Reason(code="empty")]
    if outcome.ended == "searched":
        if not case.must_cite:
            return None, []
        reasons = list(_not_found(case, outcome, scene))
    else:
        reasons = list(_faults(case, outcome, scene))
    return not reasons, reasons


def _not_found(case: EvalCase, outcome: Outcome, scene: Scene) -> Iterator[Reason]:
    ranks = ranks_of(case, outcome, scene.view) or []
    for need, places, rank in zip(case.must_cite, needs_of(case, scene.view), ranks, strict=True):
        if not places:
            yield Reason(code="target_not_held", parts={"ref": _refs(need)})
        elif rank is None or rank > FOUND_WITHIN:
            yield Reason(code="need_not_found", parts={"ref": _refs(need), "within": str(FOUND_WITHIN)})


def _faults(case: EvalCase, outcome: Outcome, scene: Scene) -> Iterator[Reason]:
    """Everything wrong with an answer. Of an answer of another kind the parts are not told."""
    if not ended_as_expected(case, outcome):
        wanted = "checked" if case.expect in VERDICTS else ENDS[case.expect]
        yield Reason(code="wrong_status", parts={"expected": wanted, "got": outcome.ended})
    else:
        if case.expect in VERDICTS and outcome.verdict != case.expect:
            parts = {"expected": case.expect, "got": outcome.verdict or "none"}
            yield Reason(code="wrong_verdict", parts=parts)
        yield from _uncited(case, outcome, scene)
        yield from _missing(case, outcome)
    text = said_of(outcome)
    for word in case.must_not_contain:
        if holds(word, text):
            yield Reason(code="word_forbidden", parts={"word": word})
    language = spoken(case, outcome)
    if language is not None and language != case.lang:
        yield Reason(code="wrong_language", parts={"expected": case.lang, "got": language})


def _uncited(case: EvalCase, outcome: Outcome, scene: Scene) -> Iterator[Reason]:
    for need, places in zip(case.must_cite, needs_of(case, scene.view), strict=True):
        met = cited_for(need, outcome, scene.view)
        if not met:
            yield _not_met(need, outcome, held=bool(places))
        elif not any(right_edition(*pair, scene.view, day_of(case)) for pair in met):
            citation, target = met[0]
            wanted = target.edition or "in_force"
            parts = {"ref": target.ref, "got": citation.edition or "none", "expected": wanted}
            yield Reason(code="wrong_edition", parts=parts)


def _not_met(need: tuple[Target, ...], outcome: Outcome, *, held: bool) -> Reason:
    if not held:
        return Reason(code="target_not_held", parts={"ref": _refs(need)})
    named = any(names(citation, target) for citation in outcome.citations for target in need)
    return Reason(code="quote_altered" if named else "need_not_cited", parts={"ref": _refs(need)})


def _missing(case: EvalCase, outcome: Outcome) -> Iterator[Reason]:
    if case.quote is not None and not _quoted(case.quote, outcome):
        yield Reason(code="quote_missing", parts={"quote": case.quote})
    text = said_of(outcome)
    for word in case.must_contain:
        if not holds(word, text):
            yield Reason(code="word_missing", parts={"word": word})


def _quoted(words: str, outcome: Outcome) -> bool:
    """Whether a citation, or our digest's words beside it, holds the words, up to typography."""
    wanted = " ".join(normalise(words)[0].split())
    texts = [citation.quote for citation in outcome.citations]
    texts += [each.gloss.text for each in outcome.citations if each.gloss and each.gloss.by == "digest"]
    return any(wanted in " ".join(normalise(text)[0].split()) for text in texts)


def _refs(need: tuple[Target, ...]) -> str:
    return "|".join(target.ref for target in need)
