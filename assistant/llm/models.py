"""``provider:model`` -> a LangChain chat model, with its address, key and time-out set and no tracing."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from assistant.errors import InputError
from assistant.llm.keys import EXTRACTIVE, PLACEHOLDER, Access, access

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from assistant.settings import Settings

__all__ = ["EXTRACTIVE", "EXTRAS", "chat_model"]

EXTRAS = ("openai", "anthropic", "ollama", "gigachat")
# No connection outlives its reply: a pooled one could be cut by the time of the next question.
_HEADERS = {"Connection": "close"}


def chat_model(spec: str, settings: Settings, *, client_retries: int = 2) -> BaseChatModel:
    """The chat model ``spec`` names; ``client_retries`` is how often its own client repeats a request.

    Raises InputError for a spec or provider that cannot be used, a missing package or key.
    """
    provider, separator, model = spec.partition(":")
    if not separator or not provider or not model:
        raise InputError(
            f"'{spec}' names no model. Write provider:model, for example openai:gpt-5-mini, or 'extractive'.",
            f"«{spec}» не называет модель. Пишите поставщик:модель, например openai:gpt-5-mini, "
            "или «extractive».",
        )
    found = access(provider, settings)
    _no_tracing()
    failed: InputError
    try:
        return _made(provider, model, found, settings.llm_timeout, client_retries)
    except ImportError as error:
        failed = _missing(provider, error)
    except Exception as error:  # noqa: BLE001 (each provider's constructor raises errors of its own)
        failed = InputError(
            f"The model '{spec}' cannot be set up ({type(error).__name__}). Check its name, and that its key "
            "is set: AI_POLICY_LLM_API_KEY, or the provider's own variable.",
            f"Не удалось настроить модель «{spec}» ({type(error).__name__}). Проверьте имя и ключ: "
            "AI_POLICY_LLM_API_KEY или собственная переменная поставщика.",
        )
    raise failed  # outside the handlers: a constructor's error may hold the key


def _made(provider: str, model: str, found: Access, timeout: float, retries: int) -> BaseChatModel:
    key = found.key.get_secret_value() if found.key is not None else None
    if provider == "gigachat":
        return _gigachat(model, found, timeout, retries)
    from langchain.chat_models import init_chat_model

    options: dict[str, Any] = {"base_url": found.base_url} if found.base_url else {}
    if provider == "ollama":
        headers = _HEADERS | ({"Authorization": f"Bearer {key}"} if key else {})
        options |= {"client_kwargs": {"timeout": timeout, "headers": headers}}
    else:
        options |= {"timeout": timeout, "max_retries": retries}
        options |= {"api_key": key} if key else {}
    if provider in ("openai", "anthropic"):
        options |= {"default_headers": dict(_HEADERS)}
    if provider == "openai":
        options |= {"stream_usage": True}
    made: BaseChatModel = init_chat_model(model, model_provider=provider, temperature=0, **options)
    return made


def _gigachat(model: str, found: Access, timeout: float, retries: int) -> BaseChatModel:
    """GigaChat, which init_chat_model does not know. A local stand-in takes the placeholder for a token."""
    from langchain_gigachat import GigaChat

    key = found.key.get_secret_value() if found.key is not None else None
    local = key == PLACEHOLDER
    return GigaChat(
        model=model,
        credentials=None if local else key,
        access_token=key if local else None,
        base_url=found.base_url,
        timeout=timeout,
        max_retries=retries,
        temperature=0,
    )


def _missing(provider: str, error: ImportError) -> InputError:
    wanted = f"'ai-policy-assistant[{provider}]'" if provider in EXTRAS else f"langchain-{provider}"
    return InputError(
        f"The provider '{provider}' needs a package that is not installed: {error}. "
        f"Install it: pip install {wanted}.",
        f"Для поставщика «{provider}» не установлен пакет: {error}. Установите его: pip install {wanted}.",
    )


def _no_tracing() -> None:
    """Keep LangChain from sending runs, or the requests themselves, to its own service, whatever is set."""
    for name in ("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2", "LANGSMITH_GATEWAY"):
        os.environ[name] = "false"
