"""What a reader should know of how an answer came about, as sentences under it."""

from __future__ import annotations

from assistant.errors import BackendError
from assistant.model import Answer, Lang

_FAILED: dict[str, dict[Lang, str]] = {
    "timeout": {"ru": "не ответила вовремя", "en": "did not answer in time"},
    "unreachable": {"ru": "недоступна", "en": "cannot be reached"},
    "auth": {"ru": "не приняла ключ", "en": "did not accept the key"},
    "rate_limit": {"ru": "не принимает больше запросов", "en": "takes no more requests for now"},
    "server": {"ru": "отвечает ошибкой", "en": "answers with an error"},
    "refused": {"ru": "отказалась отвечать", "en": "refused to answer"},
    "empty": {"ru": "вернула пустой ответ", "en": "gave an empty answer"},
    "malformed": {"ru": "ответила не в нужном виде", "en": "did not answer in the required form"},
}


def failed(name: str, error: BackendError, lang: Lang) -> str:
    """That a language model failed, and what the answer is made of instead."""
    said = _FAILED.get(error.kind, _FAILED["server"])[lang]
    if lang == "ru":
        return f"Модель {name} {said}; ответ составлен из выдержек, без неё."
    return f"The model {name} {said}; the answer is made of excerpts, without it."


def withheld(count: int, lang: Lang) -> str:
    """How many statements of a model were not let through."""
    if lang == "ru":
        return f"Не показано утверждений модели, которых тексты не подтверждают: {count}."
    word = "statement" if count == 1 else "statements"
    return f"{count} {word} of the model left out: the texts do not bear them out."


def excerpts_instead(lang: Lang) -> str:
    """That nothing a model said held, so that the texts speak for themselves."""
    if lang == "ru":
        return "Ни одно утверждение модели не подтвердилось; ответ составлен из выдержек."
    return "No statement of the model held; the answer is made of excerpts."


def another_time(label: str, period: str | None, lang: Lang) -> str:
    """That a fact quoted does not hold in the years asked about; ``period``: from and until when it does."""
    place = label.partition(": ")[2] or label
    if lang == "ru":
        return f"Внимание: «{place}» — не о том времени, о котором вопрос ({period})."
    return f"Attention: “{place}” is not about the time asked about ({period})."


def of_no_region(lang: Lang) -> str:
    """That the region asked about is in none of the texts cited."""
    if lang == "ru":
        return (
            "Среди приведённых норм нет ни одной о регионе, который назван в вопросе: актов о нём "
            "в библиотеке не нашлось."
        )
    return "None of the provisions above is about the region the question names; no act on it was found here."


def add_note(answer: Answer, note: str) -> Answer:
    """The answer with a note, in its field and under its text."""
    answer.notes.append(note)
    answer.answer = f"{answer.answer}\n\n{note}"
    return answer
