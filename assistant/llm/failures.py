"""Whatever a client library raises -> a BackendError that says what happened and what to do.

Errors are told apart by HTTP status and by class name, so that no provider's package is imported here.
Nothing of a server's answer is repeated: its text may echo the prompt or a part of the key.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from assistant.errors import BackendError, BackendFailure

log = logging.getLogger(__name__)

# Kinds that a repeated attempt may mend, within the deadline.
RETRIED: frozenset[BackendFailure] = frozenset({"timeout", "unreachable", "rate_limit", "server"})

_TEXTS: dict[BackendFailure, tuple[str, str]] = {
    "timeout": (
        "The language model {name} did not answer in time. Try again, or raise AI_POLICY_LLM_TIMEOUT and "
        "AI_POLICY_LLM_DEADLINE.",
        "Языковая модель {name} не ответила вовремя. Повторите или увеличьте AI_POLICY_LLM_TIMEOUT и "
        "AI_POLICY_LLM_DEADLINE.",
    ),
    "unreachable": (
        "The server of the language model {name} cannot be reached, or the connection broke. Check that it "
        "runs, AI_POLICY_LLM_BASE_URL and the network.",
        "Сервер языковой модели {name} недоступен, или связь оборвалась. Проверьте, что он запущен, "
        "AI_POLICY_LLM_BASE_URL и сеть.",
    ),
    "auth": (
        "The language model {name} does not accept the key. Check AI_POLICY_LLM_API_KEY, the provider's own "
        "variable or the secrets file, and the key's rights.",
        "Языковая модель {name} не принимает ключ. Проверьте AI_POLICY_LLM_API_KEY, собственную переменную "
        "поставщика или файл ключей и права ключа.",
    ),
    "rate_limit": (
        "The language model {name} takes no more requests now: the limit is reached. Try again later, or "
        "check the plan.",
        "Языковая модель {name} сейчас не принимает запросы: предел исчерпан. Повторите позже или проверьте "
        "тариф.",
    ),
    "server": (
        "The server of the language model {name} failed. Try again later.",
        "Сервер языковой модели {name} дал сбой. Повторите позже.",
    ),
    "refused": (
        "The language model {name} refused the request. Ask differently, or choose another model.",
        "Языковая модель {name} отклонила запрос. Спросите иначе или выберите другую модель.",
    ),
    "empty": (
        "The language model {name} answered with nothing. Try again, or choose another model.",
        "Языковая модель {name} вернула пустой ответ. Повторите или выберите другую модель.",
    ),
    "malformed": (
        "The answer of the language model {name} could not be read. Check that AI_POLICY_LLM_BASE_URL leads "
        "to its API.",
        "Ответ языковой модели {name} не удалось прочитать. Проверьте, что AI_POLICY_LLM_BASE_URL ведёт к её "
        "API.",
    ),
    "cancelled": (
        "The question to the language model {name} was cancelled.",
        "Вопрос к языковой модели {name} отменён.",
    ),
}
_NOT_FOUND = (
    "The server does not know the language model {name}. Check the model's name and AI_POLICY_LLM_BASE_URL.",
    "Сервер не знает языковую модель {name}. Проверьте имя модели и AI_POLICY_LLM_BASE_URL.",
)
_TOO_LONG = (
    "The language model {name} takes no request this long. Choose a model with a larger context.",
    "Языковая модель {name} не принимает столь длинный запрос. Выберите модель с бóльшим контекстом.",
)
_UNTRUSTED = (
    "The certificate of the server of the language model {name} is not trusted. Add its root certificate "
    "to the system's, or name it in SSL_CERT_FILE (GigaChat: GIGACHAT_CA_BUNDLE_FILE).",
    "Сертификату сервера языковой модели {name} нет доверия. Добавьте корневой сертификат в системные или "
    "укажите его в SSL_CERT_FILE (GigaChat: GIGACHAT_CA_BUNDLE_FILE).",
)
_BY_STATUS: dict[int, BackendFailure] = {
    401: "auth", 402: "rate_limit", 403: "auth", 408: "timeout", 409: "server", 425: "server",
    429: "rate_limit",
}  # fmt: skip
# Class names of httpx, httpx2 and of the SDKs above them; the first that fits counts.
_BY_NAME: tuple[tuple[frozenset[str], BackendFailure], ...] = (
    (frozenset({"TimeoutException", "TimeoutError", "APITimeoutError", "ModelTimeoutError"}), "timeout"),
    (frozenset({"ContentFilterFinishReasonError", "OpenAIRefusalError"}), "refused"),
    (frozenset({"APIConnectionError", "TransportError", "ModelConnectionError", "OSError"}), "unreachable"),
    (frozenset({"APIResponseValidationError", "JSONDecodeError", "DecodingError"}), "malformed"),
    (frozenset({"IndexError"}), "empty"),  # what LangChain makes of a reply without choices
    (frozenset({"APIError"}), "server"),  # an error told inside a stream
)


def failure(kind: BackendFailure, name: str) -> BackendError:
    """The error of that kind for the backend ``name``."""
    return _told(_TEXTS[kind], name, kind, retryable=kind in RETRIED)


def failure_of(error: BaseException, name: str) -> BackendError:
    """What a client's error comes to. Its class is logged, its text is not."""
    if isinstance(error, BackendError):
        return error
    status = status_of(error)
    log.warning("%s failed: %s%s", name, type(error).__name__, f", status {status}" if status else "")
    names = _names(error)
    if "ContextOverflowError" in names or status == 413:
        return _told(_TOO_LONG, name, "refused", retryable=False)
    if status is not None:
        return _of_status(error, status, name)
    if names & {"SSLCertVerificationError", "CertificateError"}:
        return _told(_UNTRUSTED, name, "unreachable", retryable=False)
    for known, kind in _BY_NAME:
        if known & names:
            return failure(kind, name)
    return failure("malformed", name)


def status_of(error: BaseException) -> int | None:
    """The HTTP status of an error of whichever client library, if it holds one."""
    for one in _chain(error):
        for holder in (one, getattr(one, "response", None)):
            status = getattr(holder, "status_code", None)
            if isinstance(status, int) and 400 <= status <= 599:
                return status
    return None


def _of_status(error: BaseException, status: int, name: str) -> BackendError:
    if status == 404:
        return _told(_NOT_FOUND, name, "refused", retryable=False)
    kind = _BY_STATUS.get(status, "server" if status >= 500 else "refused")
    spent = status == 402 or str(getattr(error, "code", "")) == "insufficient_quota"
    retryable = kind in RETRIED and not spent and status not in (501, 505)
    return _told(_TEXTS[kind], name, kind, retryable=retryable, retry_after=_retry_after(error))


def _told(
    texts: tuple[str, str],
    name: str,
    kind: BackendFailure,
    *,
    retryable: bool,
    retry_after: float | None = None,
) -> BackendError:
    en, ru = (text.replace("{name}", name) for text in texts)
    return BackendError(en, ru, kind=kind, retryable=retryable, retry_after=retry_after)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error and what it came from, a few steps back."""
    current: BaseException | None = error
    for _ in range(6):
        if current is None:
            return
        yield current
        current = current.__cause__ or current.__context__


def _names(error: BaseException) -> set[str]:
    return {kind.__name__ for one in _chain(error) for kind in type(one).__mro__}


def _retry_after(error: BaseException) -> float | None:
    """Seconds from ``Retry-After`` (a number or a date, RFC 9110 10.2.3) or ``retry-after-ms``."""
    for one in _chain(error):
        for holder in (getattr(one, "response", None), one):
            headers: Any = getattr(holder, "headers", None)
            if not hasattr(headers, "get"):
                continue
            for header, scale in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
                seconds = _seconds(headers.get(header), scale)
                if seconds is not None:
                    return seconds
    return None


def _seconds(value: Any, scale: float) -> float | None:
    if not isinstance(value, str):
        return None
    try:
        return max(0.0, float(value) * scale)
    except ValueError:
        pass
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
