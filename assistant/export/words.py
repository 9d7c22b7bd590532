"""The words of exported documents: a key and a language -> what the reader sees."""

from __future__ import annotations

from datetime import datetime

from assistant.dates import is_partial_date
from assistant.export.plain import one_line
from assistant.model import Authority, Citation, Confidence, Currency, Gloss, Lang
from assistant.naming import day_in_words, english_day

TEXT: dict[Lang, dict[str, str]] = {
    "ru": {
        "title": "Ответ с источниками",
        "conversation": "Вопросы и ответы с источниками",
        "question": "Вопрос",
        "question_n": "{n}. {question}",
        "asked_at": "Вопрос задан {moment}.",
        "as_of": "По состоянию на {day}",
        "rewritten": "Вопрос понят так: {question}",
        "carried": "Из разговора взято: {words}",
        "answer": "Ответ",
        "abstained": "Ответа нет",
        "clarify": "Вопрос нужно уточнить",
        "correction": "Поправка к вопросу: ",
        "paraphrase": "пересказ, подтверждён цитатой",
        "conflicts": "Что учесть",
        "notes": "Примечания",
        "options": "Варианты",
        "nearest": "Ближайшие из просмотренных положений",
        "missing": "Чего не хватает в библиотеке",
        "withheld": "Не показано утверждений: {n}",
        "withheld_why": "Проверка по текстам их не подтвердила:",
        "counted": "{reason} — {n}",
        "sources": "Источники",
        "number": "№",
        "source": "Источник и цитата",
        "edition": "редакция от {day}",
        "compiled": "составлено {day}",
        "page": "с. {page}",
        "official_address": "Официальный текст: ",
        "known_from": "Откуда это известно: ",
        "address": "Адрес: ",
        "gloss_digest": "Изложение наше, не официальный текст{known}: ",
        "gloss_llm": "Перевод наш (языковой модели), не официальный: ",
        "doubt": "Примечание: ",
        "checked": "Проверка: ",
        "checked_by": "ответ проверен, {expert}, {day}.",
        "check_fallen": "{mark} Отметка больше не действует, с тех пор изменилось: {changed}.",
        "made": "Документ составлен {moment}.",
        "library": "Библиотека текстов: {version}.",
        "backend": "Ответ составлен из выдержек, без языковой модели.",
        "backend_llm": "Ответ составила языковая модель {name}; цитаты проверены по текстам.",
        "notice": "Это не юридическая консультация. Прежде чем опираться на источник, сверьте его.",
        "of_pages": " из ",
    },
    "en": {
        "title": "An answer with its sources",
        "conversation": "Questions and answers with their sources",
        "question": "Question",
        "question_n": "{n}. {question}",
        "asked_at": "Asked on {moment}.",
        "as_of": "As of {day}",
        "rewritten": "Understood as: {question}",
        "carried": "Taken from the conversation: {words}",
        "answer": "Answer",
        "abstained": "No answer",
        "clarify": "The question needs to be clarified",
        "correction": "A correction to the question: ",
        "paraphrase": "paraphrase, borne out by the quotation",
        "conflicts": "To bear in mind",
        "notes": "Notes",
        "options": "Options",
        "nearest": "The nearest of the provisions looked at",
        "missing": "What the library lacks",
        "withheld": "Statements not shown: {n}",
        "withheld_why": "The check against the texts did not confirm them:",
        "counted": "{reason} — {n}",
        "sources": "Sources",
        "number": "No.",
        "source": "Source and quotation",
        "edition": "edition of {day}",
        "compiled": "compiled {day}",
        "page": "p. {page}",
        "official_address": "Official text: ",
        "known_from": "Where this is known from: ",
        "address": "Address: ",
        "gloss_digest": "Our restatement, not the official text{known}: ",
        "gloss_llm": "Our machine translation, not official: ",
        "doubt": "Note: ",
        "checked": "Check: ",
        "checked_by": "the answer was checked by {expert} on {day}.",
        "check_fallen": "{mark} The mark no longer holds; changed since: {changed}.",
        "made": "Document made on {moment}.",
        "library": "Library of texts: {version}.",
        "backend": "The answer consists of excerpts; no language model took part.",
        "backend_llm": "The answer was written by the language model {name}; its quotations were checked.",
        "notice": "This is not legal advice. Check a source before you rely on it.",
        "of_pages": " of ",
    },
}

CURRENCY: dict[Lang, dict[str, str]] = {
    "ru": {
        Currency.CURRENT: "действует",
        Currency.AMENDED_TEXT_NOT_HELD: "есть более поздняя редакция, текста которой нет в библиотеке",
        Currency.SUPERSEDED: "заменено более поздним",
        Currency.REPEALED: "утратил силу",
        Currency.NOT_YET_IN_FORCE: "ещё не действует",
        Currency.UNKNOWN: "актуальность не проверена",
    },
    "en": {
        Currency.CURRENT: "in force",
        Currency.AMENDED_TEXT_NOT_HELD: "there is a later edition whose text is not in the library",
        Currency.SUPERSEDED: "superseded",
        Currency.REPEALED: "repealed",
        Currency.NOT_YET_IN_FORCE: "not yet in force",
        Currency.UNKNOWN: "whether it is current has not been checked",
    },
}
AUTHORITY: dict[Lang, dict[str, str]] = {
    "ru": {
        Authority.OFFICIAL: "официальный текст",
        Authority.DIGEST: "изложение наше, не официальный текст",
        Authority.USER: "файл пользователя",
    },
    "en": {
        Authority.OFFICIAL: "official text",
        Authority.DIGEST: "our restatement, not the official text",
        Authority.USER: "the user's file",
    },
}
CONFIDENCE: dict[Lang, dict[str, str]] = {
    "ru": {
        Confidence.TEXT: "сверено с текстом акта",
        Confidence.EXCERPT: "по выдержкам из акта",
        Confidence.PRESS: "по сообщениям прессы",
        Confidence.GENERAL: "по общеизвестным сведениям, с текстом не сверено",
    },
    "en": {
        Confidence.TEXT: "checked against the act's text",
        Confidence.EXCERPT: "from excerpts of the act",
        Confidence.PRESS: "from press reports",
        Confidence.GENERAL: "from general knowledge, not checked against the text",
    },
}


_SAME = 6  # first letters by which a reason repeats the standing


def say(lang: Lang, key: str, **values: object) -> str:
    """The words under ``key``. Raises KeyError."""
    words = TEXT[lang][key]
    return words.format_map(values) if values else words


def quoted(text: str, lang: Lang) -> str:
    """A quotation between the quotation marks of ``lang``; not a character inside is changed."""
    return f"«{text}»" if lang == "ru" else f"“{text}”"


def day(date: str, lang: Lang) -> str:
    """An ISO date, whole or partial, in words; anything else as it is."""
    text = one_line(date)
    if not is_partial_date(text):
        return text
    return day_in_words(text, lang) if lang == "ru" else english_day(text)


def moment(when: datetime | str, lang: Lang) -> str:
    """A moment as a day and a time: ``29.11.2026 14:05``, "29 November 2026, 14:05"; UTC is said."""
    if isinstance(when, str):
        try:
            return moment(datetime.fromisoformat(when), lang)
        except ValueError:
            return one_line(when)
    zone = " UTC" if when.utcoffset() is not None and not when.utcoffset() else ""
    time = f"{when:%H:%M}{zone}"
    date = day(when.date().isoformat(), lang)
    return f"{date} {time}" if lang == "ru" else f"{date}, {time}"


def currency(citation: Citation, lang: Lang) -> str:
    """The standing of what is cited, and why where the answer says so."""
    said = CURRENCY[lang].get(citation.currency, citation.currency)
    why = one_line(citation.standing or "")
    if why and citation.currency == Currency.AMENDED_TEXT_NOT_HELD:
        return why  # it names the amendments, and says itself that their text is not held
    if why[:_SAME].lower() == said[:_SAME].lower():  # «утратило силу с 01.03.2026: …» says it all
        return why
    return f"{said}: {why}" if why else said


def authority(citation: Citation, lang: Lang) -> str:
    """Whose words are cited; of our own, also how they are known."""
    said = AUTHORITY[lang].get(citation.authority, citation.authority)
    known = CONFIDENCE[lang].get(citation.confidence or "", "")
    return f"{said}, {known}" if known and citation.authority == Authority.DIGEST else said


def gloss_label(gloss: Gloss, lang: Lang) -> str:
    """What stands before a gloss, so that nobody takes it for the act's words."""
    if gloss.by == "llm":
        return say(lang, "gloss_llm")
    known = CONFIDENCE[lang].get(gloss.confidence or "", "")
    return say(lang, "gloss_digest", known=f", {known}" if known else "")
