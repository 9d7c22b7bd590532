"""The search as a LangChain retriever, for chains and agents of other programs."""

from __future__ import annotations

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, Field

from assistant.engine import Assistant


class PolicyRetriever(BaseRetriever):
    """Provisions for a question, as ``Assistant.search`` ranks them.

    ``assistant``: whose library is searched. ``k``: how many provisions, 1 or more. ``filters``: keyword
    arguments of ``Assistant.search`` (``as_of``, ``jurisdiction``, ``act``, …), used for every question.
    A document's text is the provision's; its metadata are the fields of the hit, ``ref`` first of all. Raises
    as ``Assistant.search`` does.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    assistant: Assistant
    k: int = Field(10, ge=1)
    filters: dict[str, Any] = Field(default_factory=dict)

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        hits = self.assistant.search(query, k=self.k, **self.filters)
        return [
            Document(
                id=hit.ref, page_content=hit.text, metadata=hit.model_dump(mode="json", exclude={"text"})
            )
            for hit in hits
        ]
