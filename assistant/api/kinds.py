"""The kinds of problems the API tells of: the HTTP status of each, and its words in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from assistant.model import Lang


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind. ``en``/``ru``: its title; ``about_en``/``about_ru``: when it comes and what to do.

    ``code``: what OpenAI's clients know it as.
    """

    status: int
    en: str
    ru: str
    about_en: str = ""
    about_ru: str = ""
    code: str | None = None

    def title(self, lang: str) -> str:
        """The kind in words."""
        return self.ru if lang == "ru" else self.en

    def told(self, lang: str) -> str:
        """When it comes and what to do."""
        return self.about_ru if lang == "ru" else self.about_en


KINDS: dict[str, Kind] = {
    "InputError": Kind(
        400, "The request cannot be used", "Запрос не подходит",
        "A question, date, filter or option is missing, malformed or unknown. Correct it as the detail says.",
        "Вопрос, дата, фильтр или параметр не указан, записан неверно или неизвестен. Исправьте его.",
    ),
    "RefusedError": Kind(
        403, "Not done here", "Здесь это не делается",
        "The server's settings or the caller's page do not allow the request.",
        "Запрос не разрешён настройками сервера или странице, с которой он пришёл.",
    ),
    "SignInError": Kind(
        401, "Sign in", "Нужен вход",
        "The request names no user, or a session or token that is over. Sign in, or send a valid token.",
        "В запросе не указан пользователь, либо сеанс или токен недействителен. Войдите или укажите токен.",
    ),
    "NotAllowedError": Kind(
        403, "Not allowed", "Не разрешено",
        "The caller's role or token does not allow this. Whoever manages users can change that.",
        "Роль или токен этого не разрешают. Изменить это может тот, кто управляет пользователями.",
    ),
    "TooOftenError": Kind(
        429, "Too many requests", "Слишком часто",
        "One user sent more requests than are taken. Come back after the seconds in Retry-After.",
        "Запросов от пользователя больше, чем принимается. Повторите через число секунд из Retry-After.",
    ),
    "NotHeldError": Kind(
        404, "Not in the library", "Нет в библиотеке",
        "The act, edition, provision or model is not held. '/api/v1/acts' lists what is.",
        "Такого акта, редакции, положения или модели нет. Что есть, показывает «/api/v1/acts».",
    ),
    "ModelNotFoundError": Kind(
        404, "No such model", "Такой модели нет",
        "The server does not answer with this model. '/v1/models' lists those it has.",
        "Сервер не отвечает с помощью этой модели. Доступные показывает «/v1/models».",
        code="model_not_found",
    ),
    "UnknownMeasureError": Kind(
        404, "No such measure", "Такой меры нет",
        "There is no support measure or duty of this name. '/api/v1/measures' lists them.",
        "Меры поддержки или обязанности с таким названием нет. Список: «/api/v1/measures».",
    ),
    "IngestRunningError": Kind(
        409, "An ingest is under way", "Идёт загрузка",
        "Files are taken in one upload at a time. Try again when the other one has finished.",
        "Файлы принимаются по одной загрузке. Повторите, когда закончится другая.",
    ),
    "HomeBusyError": Kind(
        409, "Another process writes", "Пишет другой процесс",
        "A process on the server is writing to the library; the detail names it. Try again when it is done.",
        "На сервере в библиотеку пишет процесс, названный в пояснении. Повторите, когда он закончит.",
    ),
    "TooLargeError": Kind(
        413, "Too large", "Слишком велико",
        "The request has more bytes or files than are taken. Send less at a time.",
        "В запросе больше байтов или файлов, чем принимается. Отправьте меньше за раз.",
    ),
    "ReadError": Kind(
        422, "The file cannot be read", "Файл не читается",
        "The file is empty, damaged, protected or of another type than it says.",
        "Файл пуст, повреждён, защищён или другого типа, чем указано.",
    ),
    "ReadersBusyError": Kind(
        503, "All readers are at work", "Все процессы чтения заняты",
        "As many files are being read as may be at once. Come back after the seconds in Retry-After.",
        "Читается столько файлов, сколько можно сразу. Повторите через число секунд из Retry-After.",
    ),
    "IdentityError": Kind(
        422, "The act cannot be told", "Не удаётся определить акт",
        "The text does not name its act. Name it in the upload, or add a JSON sidecar.",
        "В тексте не назван акт. Укажите его при загрузке или приложите JSON-описание.",
    ),
    "UnusableFactError": Kind(
        422, "A fact cannot be used", "Сведения не подходят",
        "A fact of the profile is unknown, given twice, or its value cannot be an answer. '/api/v1/facts' "
        "lists the facts and what each takes.",
        "Сведения в профиле неизвестны, указаны дважды, или значение не может быть ответом. Какие бывают "
        "сведения, показывает «/api/v1/facts».",
    ),
    "InternalError": Kind(
        500, "Internal error", "Внутренняя ошибка",
        "Internal error; the details are in the program's log.",
        "Внутренняя ошибка; подробности в журнале программы.",
    ),
    "ModelError": Kind(
        503, "The embedding model is not ready", "Модель для поиска не готова",
        "The embedding model is missing or broken. The server's owner sets it up with 'ai-policy ingest'.",
        "Модели для поиска нет, или она повреждена. Её устанавливает владелец сервера: «ai-policy ingest».",
    ),
    "LibraryError": Kind(
        503, "The library cannot be used", "Библиотека недоступна",
        "The library cannot be opened or written just now. The server's owner can run 'ai-policy doctor'.",
        "Библиотеку сейчас нельзя открыть или изменить. Владельцу сервера поможет «ai-policy doctor».",
    ),
    "BackendError": Kind(
        503, "The language model failed", "Сбой языковой модели",
        "The language model failed, refused or was cancelled. Try again, or ask for excerpts.",
        "Языковая модель не ответила, отказалась или остановлена. Повторите или спросите выдержки.",
    ),
    "BusyError": Kind(
        503, "Too many requests wait", "Слишком много запросов",
        "More requests wait than are kept. Come back after the seconds in Retry-After.",
        "Запросов в очереди больше, чем помещается. Повторите через число секунд из Retry-After.",
    ),
}  # fmt: skip

# What the web framework itself refuses.
HTTP_WORDS: dict[int, dict[Lang, str]] = {
    HTTPStatus.NOT_FOUND: {
        "en": "There is nothing at this address. '/api/docs' lists what there is.",
        "ru": "По этому адресу ничего нет. Что есть, показывает «/api/docs».",
    },
    HTTPStatus.METHOD_NOT_ALLOWED: {
        "en": "This address takes other methods; the header Allow names them.",
        "ru": "По этому адресу принимаются другие методы; они названы в заголовке Allow.",
    },
}

# pydantic's types of errors in Russian, with the values it names; others are told in its own words.
_REASONS = {
    "missing": "не указан",
    "extra_forbidden": "такого параметра нет",
    "json_invalid": "это не JSON",
    "int_parsing": "нужно целое число",
    "int_type": "нужно целое число",
    "bool_parsing": "нужно true или false",
    "bool_type": "нужно true или false",
    "string_type": "нужна строка",
    "list_type": "нужен список",
    "dict_type": "нужен объект",
    "model_attributes_type": "нужен объект",
    "literal_error": "допустимо: {expected}",
    "enum": "допустимо: {expected}",
    "greater_than_equal": "не меньше {ge}",
    "less_than_equal": "не больше {le}",
    "too_long": "не больше элементов, чем {max_length}",
    "too_short": "не меньше элементов, чем {min_length}",
    "string_too_short": "не короче {min_length} знаков",
    "string_too_long": "не длиннее {max_length} знаков",
}


def wrong_value(said: Any, lang: Lang) -> str:
    """What is wrong with a value, from pydantic's account of it."""
    words = _REASONS.get(said["type"]) if lang == "ru" else None
    if words is None:
        return str(said["msg"])
    return words.format_map({**said.get("ctx", {})})
