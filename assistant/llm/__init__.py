"""Language models: ``provider:model`` -> a :class:`Backend` that answers within a deadline, or says why not.

``open_backend`` is the way in; ``chat_model`` and ``complete`` are the bare model and one bare call.
"""

from __future__ import annotations

from assistant.llm.backend import Backend, open_backend
from assistant.llm.models import EXTRACTIVE, chat_model
from assistant.llm.one_call import complete
from assistant.llm.reply import Reply, Usage
from assistant.llm.stream import Stream

__all__ = ["EXTRACTIVE", "Backend", "Reply", "Stream", "Usage", "chat_model", "complete", "open_backend"]
