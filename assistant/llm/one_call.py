"""One bare call to a chat model as plain text, without retries, deadline or cancellation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.errors import BackendError
from assistant.llm.failures import failure_of

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel


def complete(model: BaseChatModel, system: str, user: str) -> tuple[str, dict[str, int]]:
    """The model's reply and its token counts (``input_tokens``, ``output_tokens``), where it gives them.

    Raises BackendError for whatever goes wrong on the model's side; its kind is logged.
    """
    from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

    failed: BackendError | None = None
    try:
        reply = model.invoke([SystemMessage(system), HumanMessage(user)])
    except Exception as error:  # noqa: BLE001 (each client library has errors of its own)
        failed = failure_of(error, type(model).__name__)
    if failed is not None:
        raise failed  # outside the handler: the client's error, with its request and key, is not kept
    text = reply.text if isinstance(reply.text, str) else str(reply.content)
    usage: dict[str, int] = {}
    if isinstance(reply, AIMessage) and reply.usage_metadata:
        counts = reply.usage_metadata
        usage = {"input_tokens": counts["input_tokens"], "output_tokens": counts["output_tokens"]}
    return text, usage
