"""Questions about AI policy -> grounded answers. See :mod:`assistant.model` for the vocabulary.

``search``, ``ask`` and ``check`` work over the home that ``AI_POLICY_HOME`` names at first use.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from assistant.eligibility.model import CheckResult
    from assistant.eligibility.profile import Profile
    from assistant.engine import Assistant
    from assistant.model import Answer, Hit

__all__ = ["ask", "check", "default_assistant", "search"]


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


def check(
    measure: str, profile: Profile | Mapping[str, Any], *, as_of: str | date | None = None
) -> CheckResult:
    """A measure checked for a company; see :meth:`assistant.engine.Assistant.check`."""
    return default_assistant().check(measure, profile, as_of=as_of)
