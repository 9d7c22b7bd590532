"""Questions about AI policy -> grounded answers. See :mod:`assistant.model` for the vocabulary.

``search`` and ``ask`` work over the home that ``AI_POLICY_HOME`` names at first use.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.engine import Assistant
    from assistant.model import Answer, Hit

__all__ = ["ask", "default_assistant", "search"]


@lru_cache(maxsize=1)
def default_assistant() -> Assistant:
    """The assistant of this process, made at first use."""
    from assistant.engine import Assistant

    return Assistant()


def search(question: str, **options: Any) -> list[Hit]:
    """Ranked provisions; options as in :meth:`assistant.engine.Assistant.search`."""
    return default_assistant().search(question, **options)


def ask(question: str, **options: Any) -> Answer:
    """An answer; options as in :meth:`assistant.engine.Assistant.ask`."""
    return default_assistant().ask(question, **options)
