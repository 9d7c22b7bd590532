"""The words of the interface: a key and a language -> what the reader sees.

Every key stands in both languages; a test holds that.
"""

from __future__ import annotations

from collections.abc import Mapping

from assistant.model import Authority, Confidence, Currency, Lang

LANGUAGES: tuple[Lang, ...] = ("ru", "en")

TEXT: dict[Lang, dict[str, str]] = {
    "ru": {
        "title": "Политика в сфере ИИ: вопросы и ответы",
        "lead": "Отвечаю словами самих актов: у каждого утверждения есть цитата, её легко проверить.",
        "question": "Вопрос",
        "placeholder": "Ваш вопрос",
        "ask": "Спросить",
        "stop": "Остановить",
        "other_language": "English",
        "filters": "Дата и выбор актов",
        "as_of": "На дату (ГГГГ-ММ-ДД)",
        "as_of_hint": "пусто — сегодня",
        "jurisdiction": "Юрисдикция",
        "act": "Акт",
        "any": "все",
        "llm": "Кто отвечает",
        "llm_extractive": "Выдержки из текста, без языковой модели",
        "llm_model": "Языковая модель {name}; цитаты проверяются",
        "examples": "С чего начать",
        "held": "В библиотеке актов: {acts}.",
        "watched": "Изменилось с прошлого раза",
        "more_changes": "и ещё изменений: {n}",
        "held_none": "Библиотека пуста. Загрузите тексты командой «ai-policy ingest».",
        "empty_question": "Введите вопрос: например, «{example}»",
        "you": "Вы",
        "searching": "Ищу в текстах…",
        "seconds": "{n} с",
        "stopped": "Остановлено. Вопрос можно задать снова.",
        "failed": "Ответа не было. Спросите снова.",
        "theme": "Светлая или тёмная тема",
        "show_history": "Показать или скрыть беседы",
        "tab_ask": "Вопросы",
        "tab_eligibility": "Меры поддержки",
        "tab_library": "Библиотека",
        "tab_evaluation": "Оценка",
        "internal": "Внутренняя ошибка: ответа нет. Подробности записаны в журнал программы.",
        "sources": "Источники",
        "source": "Источник",
        "source_n": "Источник {n}: {label}",
        "source_empty": "Выберите номер источника в ответе — здесь появится место в тексте акта.",
        "source_lost": "Этого ответа больше нет в памяти программы. Задайте вопрос снова.",
        "source_gone": "Это место больше не найти: библиотека изменилась после ответа. Задайте вопрос снова.",
        "previous": "Предыдущий источник",
        "next": "Следующий источник",
        "back": "к ответу",
        "of": "{n} из {total}",
        "number_date": "Реквизиты",
        "number_and_date": "№ {number} от {date}",
        "number_only": "№ {number}",
        "date_only": "от {date}",
        "edition": "Редакция",
        "edition_unknown": "дата не указана",
        "compiled": "Составлено",
        "page": "Страница",
        "no_page": "в этом файле нет страниц",
        "currency": "Действие",
        "standing": "Почему",
        "doubts": "Примечание",
        "authority": "Чей текст",
        "path": "Где стоит",
        "official_link": "Официальная публикация: {host}",
        "known_from": "Откуда это известно: {host}",
        "context": "Текст вокруг цитаты",
        "own_text": "Текст положения",
        "page_marked": "Страница {page} файла, цитата выделена",
        "page_absent": "Страница файла не показана: сам файл сейчас недоступен. Текст — из библиотеки.",
        "page_later": "Страница файла не показана: все процессы чтения заняты. Повторите через {seconds} с.",
        "page_image": "Страница {page} файла; место цитаты на ней не найдено",
        "paraphrase": "пересказ",
        "paraphrase_hint": "Сформулировано моделью; цитата в источнике это подтверждает",
        "abstained": "Ответа нет",
        "clarify": "Уточните вопрос",
        "nearest": "Ближайшие положения",
        "missing": "Чего не хватает в библиотеке",
        "conflicts": "Что учесть",
        "withheld": "Не показано утверждений: {n}. Проверка их не подтвердила",
        "foot": "На {date} · {backend}",
        "foot_time": "{ms} мс",
        "extractive": "выдержки из текста, без языковой модели",
        "notice": "Это не юридическая консультация. Проверьте источник, прежде чем на него опираться.",
    },
    "en": {
        "title": "AI policy: questions and answers",
        "lead": "Answers in the words of the acts: every statement has a quotation to open and check.",
        "question": "Question",
        "placeholder": "Your question",
        "ask": "Ask",
        "stop": "Stop",
        "other_language": "Русский",
        "filters": "Date and choice of acts",
        "as_of": "As of (YYYY-MM-DD)",
        "as_of_hint": "empty: today",
        "jurisdiction": "Jurisdiction",
        "act": "Act",
        "any": "all",
        "llm": "Who answers",
        "llm_extractive": "Excerpts of the text, no language model",
        "llm_model": "Language model {name}; its quotations are checked",
        "examples": "To begin with",
        "held": "Acts in the library: {acts}.",
        "watched": "Changed since last time",
        "more_changes": "and {n} more",
        "held_none": "The library is empty. Load texts with “ai-policy ingest”.",
        "empty_question": "Type a question, for example “{example}”",
        "you": "You",
        "searching": "Searching the texts…",
        "seconds": "{n} s",
        "stopped": "Stopped. The question can be asked again.",
        "failed": "There was no answer. Ask again.",
        "theme": "Light or dark theme",
        "show_history": "Show or hide conversations",
        "tab_ask": "Questions",
        "tab_eligibility": "Eligibility",
        "tab_library": "Library",
        "tab_evaluation": "Evaluation",
        "internal": "Internal error: there is no answer. The details are in the program's log.",
        "sources": "Sources",
        "source": "Source",
        "source_n": "Source {n}: {label}",
        "source_empty": "Choose a source number in an answer: the place in the act's text appears here.",
        "source_lost": "This answer is no longer in the program's memory. Ask the question again.",
        "source_gone": "This place cannot be found: the library changed since the answer. Ask again.",
        "previous": "Previous source",
        "next": "Next source",
        "back": "to the answer",
        "of": "{n} of {total}",
        "number_date": "Number and date",
        "number_and_date": "No. {number} of {date}",
        "number_only": "No. {number}",
        "date_only": "of {date}",
        "edition": "Edition",
        "edition_unknown": "date not stated",
        "compiled": "Compiled",
        "page": "Page",
        "no_page": "this file has no pages",
        "currency": "Standing",
        "standing": "Why",
        "doubts": "Note",
        "authority": "Whose text",
        "path": "Where it stands",
        "official_link": "Official publication: {host}",
        "known_from": "Where this is known from: {host}",
        "context": "The text around the quotation",
        "own_text": "Text of the provision",
        "page_marked": "Page {page} of the file, the quotation marked",
        "page_absent": "The file's page is not shown: the file cannot be had now. The text is whole.",
        "page_later": "The file's page is not shown: all readers are at work. Try again in {seconds} s.",
        "page_image": "Page {page} of the file; the quotation was not located on it",
        "paraphrase": "paraphrase",
        "paraphrase_hint": "Worded by the model; the quotation in the source supports it",
        "abstained": "No answer",
        "clarify": "Please clarify",
        "nearest": "Nearest provisions",
        "missing": "What the library lacks",
        "conflicts": "To bear in mind",
        "withheld": "Statements not shown: {n}. The check did not confirm them",
        "foot": "As of {date} · {backend}",
        "foot_time": "{ms} ms",
        "extractive": "excerpts of the text, no language model",
        "notice": "This is no legal advice. Check the source before you rely on it.",
    },
}

CURRENCY: dict[Lang, dict[str, str]] = {
    "ru": {
        Currency.CURRENT: "действует на эту дату",
        Currency.AMENDED_TEXT_NOT_HELD: "позднее изменён; новой редакции в библиотеке нет",
        Currency.SUPERSEDED: "заменено более поздним",
        Currency.REPEALED: "утратило силу",
        Currency.NOT_YET_IN_FORCE: "на эту дату ещё не действует",
        Currency.UNKNOWN: "актуальность не проверена",
    },
    "en": {
        Currency.CURRENT: "in force on this date",
        Currency.AMENDED_TEXT_NOT_HELD: "amended later; the new text is not in the library",
        Currency.SUPERSEDED: "superseded",
        Currency.REPEALED: "repealed",
        Currency.NOT_YET_IN_FORCE: "not yet in force on this date",
        Currency.UNKNOWN: "not checked whether it is current",
    },
}

AUTHORITY: dict[Lang, dict[str, str]] = {
    "ru": {
        Authority.OFFICIAL: "официальный текст",
        Authority.DIGEST: "наше изложение, не текст акта",
        Authority.USER: "ваш файл",
    },
    "en": {
        Authority.OFFICIAL: "official text",
        Authority.DIGEST: "our restatement, not the act's wording",
        Authority.USER: "your file",
    },
}

CONFIDENCE: dict[Lang, dict[str, str]] = {
    "ru": {
        Confidence.TEXT: "проверено по тексту акта",
        Confidence.EXCERPT: "проверено по выдержке из акта",
        Confidence.PRESS: "по сообщениям прессы",
        Confidence.GENERAL: "общеизвестное, по тексту не проверено",
    },
    "en": {
        Confidence.TEXT: "checked against the act's text",
        Confidence.EXCERPT: "checked against an excerpt of the act",
        Confidence.PRESS: "from press reports",
        Confidence.GENERAL: "general knowledge, not checked against the text",
    },
}

JURISDICTION: dict[Lang, dict[str, str]] = {
    "ru": {
        "ru": "Россия",
        "eu": "Европейский союз",
        "us": "США",
        "int": "Международные",
        "coe": "Совет Европы",
        "oecd": "ОЭСР",
    },
    "en": {
        "ru": "Russia",
        "eu": "European Union",
        "us": "United States",
        "int": "International",
        "coe": "Council of Europe",
        "oecd": "OECD",
    },
}

# Every one of these is answered from the digests that come with the program.
EXAMPLES: dict[Lang, tuple[str, ...]] = {
    "ru": (
        "Чем занимается комиссия при Президенте по развитию искусственного интеллекта?",
        "Какие задачи у комиссии по развитию ИИ Калининградской области?",
        "Какие льготы есть у аккредитованных ИТ-компаний?",
    ),
    "en": (
        "Which AI practices does the EU AI Act prohibit?",
        "What are the goals of Russia's national AI strategy?",
        "When does the personal data law 152-FZ allow decisions made solely by automated processing?",
    ),
}


def say(lang: str, key: str, **values: object) -> str:
    """The words under ``key`` in ``lang`` (``ru``, anything else gives English). Raises KeyError."""
    words = TEXT["ru" if lang == "ru" else "en"][key]
    return words.format_map(values) if values else words


def language_of(accept: str | None, fallback: Lang) -> Lang:
    """The first of Russian and English in an ``Accept-Language`` header, by weight; else ``fallback``."""
    ranked: list[tuple[float, int, Lang]] = []
    for position, entry in enumerate((accept or "").split(",")[:20]):
        name, _, options = entry.strip().partition(";")
        weight = _weight(options)
        tag = name.strip().lower().split("-")[0]
        if weight > 0 and tag in LANGUAGES:
            ranked.append((-weight, position, "ru" if tag == "ru" else "en"))
    return min(ranked)[2] if ranked else fallback


def _weight(options: str) -> float:
    name, _, value = options.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def in_words(table: Mapping[Lang, Mapping[str, str]], lang: str, value: str | None) -> str:
    """A field's value in words; the value itself where the table has none."""
    if value is None:
        return ""
    return table["ru" if lang == "ru" else "en"].get(value, value)
