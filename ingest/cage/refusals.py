"""Why a reading process was ended -> the error a user reads: what happened, and what to do."""

from __future__ import annotations

from typing import Any, Literal, get_args

from assistant.errors import IdentityError, PolicyError, ReadError, ReadersBusyError, ReadFailure
from assistant.settings import ReaderSettings
from ingest.readers import UnsupportedTypeError

_REASONS = get_args(ReadFailure)
NotBegun = Literal["time", "memory", "crashed"]  # why a reading process never began with a file
_MOST_CHARS = 4_000  # of a sentence taken over from a reader


def out_of_time(name: str, seconds: float) -> ReadError:
    """Reading took longer than it may."""
    return ReadError(
        f"{name}: reading took longer than {seconds:g} s and was stopped. The file is damaged or made to be "
        "slow; save it anew, or raise AI_POLICY_READER__SECONDS.",
        f"{name}: чтение шло дольше {seconds:g} с и остановлено. Файл повреждён или рассчитан на зависание; "
        "сохраните его заново или увеличьте AI_POLICY_READER__SECONDS.",
        reason="time",
    )


def out_of_ocr_time(name: str, limits: ReaderSettings) -> ReadError:
    """A scan took longer to recognise than it may."""
    page, whole = limits.ocr_page_seconds, limits.ocr_seconds
    return ReadError(
        f"{name}: recognising the scan took longer than {page:g} s for a page or {whole:g} s in all and was "
        "stopped. Split the scan, or raise AI_POLICY_READER__OCR_PAGE_SECONDS or …__OCR_SECONDS.",
        f"{name}: распознавание шло дольше {page:g} с на страницу или {whole:g} с на файл и остановлено. "
        "Разделите скан или увеличьте AI_POLICY_READER__OCR_PAGE_SECONDS или …__OCR_SECONDS.",
        reason="time",
    )


def out_of_memory(name: str, limits: ReaderSettings) -> ReadError:
    """Reading needed more memory than it may use."""
    most = limits.memory_bytes >> 20
    return ReadError(
        f"{name}: reading needed more than {most} MB of memory and was stopped. Split the file, save it "
        "without its pictures, or raise AI_POLICY_READER__MEMORY_BYTES.",
        f"{name}: для чтения не хватило {most} МБ памяти, оно остановлено. Разделите файл, сохраните его без "
        "картинок или увеличьте AI_POLICY_READER__MEMORY_BYTES.",
        reason="memory",
    )


def too_much(name: str, limits: ReaderSettings) -> ReadError:
    """What was read out of the file is larger than it may be."""
    most = limits.result_bytes / 1_000_000
    return ReadError(
        f"{name}: its text is larger than {most:g} MB once read. Split the file and add the parts.",
        f"{name}: прочитанный текст больше {most:g} МБ. Разделите файл и добавьте части.",
        reason="output",
    )


def crashed(name: str, how: str) -> ReadError:
    """The reader broke down over the file."""
    return ReadError(
        f"{name}: the reader broke down over it ({how}); the other files were not affected. Open the file in "
        "its own program, save it anew and add that.",
        f"{name}: программа чтения не справилась с файлом и завершилась ({how}); остальные файлы не "
        "пострадали. Откройте файл в его программе, сохраните заново и добавьте снова.",
        reason="crashed",
    )


_NOT_STARTED: dict[NotBegun, tuple[str, str]] = {
    "memory": (
        "no memory, process or thread was left to start a reading process ({how}). Free some and repeat.",
        "для процесса чтения не хватило памяти, процессов или потоков ({how}). Освободите их и повторите.",
    ),
    "time": (
        "the reading process did not come up in time ({how}). Try again when the machine is less busy.",
        "процесс чтения не запустился вовремя ({how}). Повторите, когда компьютер будет менее занят.",
    ),
    "crashed": (
        "the reading process breaks down when it starts ({how}), whatever the file. The log has its last "
        "words; install the program anew.",
        "процесс чтения завершается при запуске ({how}), и дело не в файле. Его последние слова есть в "
        "журнале; переустановите программу.",
    ),
}


def not_started(name: str, cause: NotBegun, how: str) -> ReadError:
    """No reading process came as far as the file. ``how``: a signal, a status or the system's words."""
    en, ru = (words.format(how=how) for words in _NOT_STARTED[cause])
    return ReadError(f"{name} was not read: {en}", f"{name} не прочитан: {ru}", reason=cause)


def busy(name: str, processes: int, seconds: float) -> ReadersBusyError:
    """As many reading processes as may run at once are at work."""
    return ReadersBusyError(
        f"{name} is not read just now: all reading processes ({processes}) are at work. Try again in "
        f"{seconds:.0f} s; the server's owner can raise AI_POLICY_READER__PROCESSES.",
        f"{name} сейчас не читается: все процессы чтения ({processes}) заняты. Повторите через {seconds:.0f} "
        "с; владелец сервера может увеличить AI_POLICY_READER__PROCESSES.",
        seconds,
    )


def unforeseen(name: str, kind: str) -> ReadError:
    """The reader or a grammar met what nobody thought of."""
    return ReadError(
        f"{name} could not be taken in: an error nobody foresaw ({kind}). The log has the details; "
        "please report it with the file.",
        f"{name} не удалось принять: непредвиденная ошибка ({kind}). Подробности в журнале; сообщите "
        "о ней, приложив файл.",
        reason="crashed",
    )


def as_said(message: dict[str, Any]) -> PolicyError:
    """The error a reader raised in the child, as one of ours."""
    en, ru = (str(message.get(lang, ""))[:_MOST_CHARS] for lang in ("en", "ru"))
    if message.get("type") == "IdentityError":
        return IdentityError(en, ru)
    said = message.get("reason")
    reason: ReadFailure = next((each for each in _REASONS if each == said), "unreadable")
    made = UnsupportedTypeError if message.get("type") == "UnsupportedTypeError" else ReadError
    return made(en, ru, reason=reason)
