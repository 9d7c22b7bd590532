"""The words of the Eligibility tab: a key and a language -> what the reader sees."""

from __future__ import annotations

from assistant.eligibility.facts import Fact
from assistant.errors import InputError
from assistant.model import Lang
from assistant.web.eligibility.form_words import FORM
from assistant.web.eligibility.result_words import RESULT

WORDS: dict[Lang, dict[str, str]] = {lang: FORM[lang] | RESULT[lang] for lang in FORM}


def say(lang: str, key: str, **values: object) -> str:
    """The words under ``key`` in ``lang`` (``ru``, anything else gives English). Raises KeyError."""
    words = WORDS["ru" if lang == "ru" else "en"][key]
    return words.format_map(values) if values else words


def wrong(fact: Fact, typed: str, lang: str) -> str:
    """Why ``typed`` is no answer to a fact, and what is."""
    return say(lang, "wrong", typed=typed, why=say(lang, f"need_{fact.type}"))


def refused(key: str, **values: object) -> InputError:
    """The error with the words under ``key``, in both languages."""
    return InputError(say("en", key, **values), say("ru", key, **values))


def unfit(fact: Fact, typed: str) -> InputError:
    """The error of an answer that cannot be used, naming the fact."""
    return InputError(f"{fact.en}: {wrong(fact, typed, 'en')}", f"{fact.ru}: {wrong(fact, typed, 'ru')}")
