"""``provider:model`` -> a LangChain chat model, and one call to it as plain text.

Keys come from the settings or the provider's own environment variable; they are never logged or shown.
"""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Any

from assistant.errors import BackendError, InputError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from assistant.settings import Settings

log = logging.getLogger(__name__)

EXTRACTIVE = "extractive"


def chat_model(spec: str, settings: Settings) -> BaseChatModel:
    """The chat model ``spec`` names. Raises InputError for a spec or provider that cannot be used."""
    provider, separator, model = spec.partition(":")
    if not separator or not provider or not model:
        raise InputError(
            f"'{spec}' names no model. Write provider:model, for example openai:gpt-5-mini, or 'extractive'.",
            f"«{spec}» не называет модель. Пишите поставщик:модель, например openai:gpt-5-mini, "
            "или «extractive».",
        )
    options: dict[str, Any] = {"timeout": settings.llm_timeout, "max_retries": 2}
    if _is_for(provider, settings):
        options |= {"base_url": settings.llm_base_url} if settings.llm_base_url else {}
        options |= {"api_key": settings.llm_api_key.get_secret_value()} if settings.llm_api_key else {}
    _no_tracing()
    from langchain.chat_models import init_chat_model

    try:
        return init_chat_model(model, model_provider=provider, temperature=0, **options)
    except ImportError as error:
        raise InputError(
            f"The provider '{provider}' needs a package that is not installed: {error}. "
            f"Install it, for example: pip install 'ai-policy-assistant[{provider}]'.",
            f"Для поставщика «{provider}» не установлен пакет: {error}. "
            f"Установите его, например: pip install 'ai-policy-assistant[{provider}]'.",
        ) from None
    except Exception as error:  # noqa: BLE001 (each provider's constructor raises errors of its own)
        raise InputError(
            f"The model '{spec}' cannot be set up ({type(error).__name__}). Check its name, and that its key "
            "is set: AI_POLICY_LLM_API_KEY, or the provider's own variable.",
            f"Не удалось настроить модель «{spec}» ({type(error).__name__}). Проверьте имя и ключ: "
            "AI_POLICY_LLM_API_KEY или собственная переменная поставщика.",
        ) from None


def _is_for(provider: str, settings: Settings) -> bool:
    """Whether the configured key and address are this provider's: a key never goes to another company."""
    configured = settings.llm.partition(":")[0]
    return provider == (configured if configured != EXTRACTIVE else "openai")


def _no_tracing() -> None:
    """Keep LangChain from sending runs to a tracing service, whatever the environment says."""
    for name in ("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2"):
        os.environ[name] = "false"


def complete(model: BaseChatModel, system: str, user: str) -> tuple[str, dict[str, int]]:
    """The model's reply and its token counts (``input_tokens``, ``output_tokens``), where it gives them.

    Raises BackendError for whatever goes wrong on the model's side; its kind is logged.
    """
    from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

    try:
        reply = model.invoke([SystemMessage(system), HumanMessage(user)])
    except Exception as error:
        log.warning("The model failed: %s", type(error).__name__)  # its text may echo a part of the key
        raise BackendError(
            f"The language model did not answer ({type(error).__name__}).",
            f"Языковая модель не ответила ({type(error).__name__}).",
        ) from error
    text = reply.text if isinstance(reply.text, str) else str(reply.content)
    usage: dict[str, int] = {}
    if isinstance(reply, AIMessage) and reply.usage_metadata:
        counts = reply.usage_metadata
        usage = {"input_tokens": counts["input_tokens"], "output_tokens": counts["output_tokens"]}
    return text, usage
