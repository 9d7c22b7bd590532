"""The same library in LangChain's Chroma store, as it comes, asked with its ``filter``.

Where langchain-chroma is not installed, Chroma is called as its source calls it (version 1.1.0): one
collection with texts and metadata, ``query`` with ``where``. A filter is the quickest kind there is, one key
that is true.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from evals.benchmarks.index_library import EDITION, SHARES, MadeUpLibrary

BATCH = 5000  # Chroma refuses larger ones than 5461
TEXT = (
    "Оператор обязан обеспечить запись и хранение сведений о работе системы искусственного интеллекта. " * 4
)
NAME = "langchain"  # the collection's name there, if none is given

Ask = Callable[[np.ndarray, int, str | None], list[int]]


def build(library: MadeUpLibrary, folder: Path) -> tuple[Ask, dict[str, Any]]:
    """Fill a store in ``folder``; returns what asks it (vector, k, filter's name), how it was built."""
    import chromadb
    from chromadb.config import Settings as ChromaSettings

    settings = ChromaSettings(anonymized_telemetry=False)
    client = chromadb.PersistentClient(path=str(folder), settings=settings)
    collection = client.get_or_create_collection(NAME, embedding_function=None)
    editions = {name: library.editions(share) for name, share in SHARES.items()}
    began = time.perf_counter()
    for block, vectors in library.blocks():
        for first in range(0, len(block), BATCH):
            part = block[first : first + BATCH]
            collection.upsert(
                ids=[str(chunk) for chunk in part],
                embeddings=vectors[first : first + BATCH],
                documents=[f"{chunk}. {TEXT}" for chunk in part],
                metadatas=[_metadata(chunk, editions) for chunk in part],
            )
    built: dict[str, Any] = {"build_s": round(time.perf_counter() - began, 1)}
    asks = _through_langchain(client)
    built["through"] = "langchain-chroma" if asks else "chromadb, called as langchain-chroma calls it"

    def ask(vector: np.ndarray, k: int, name: str | None) -> list[int]:
        where: Any = None if name is None else {_key(name): True}
        if asks is not None:
            return asks(vector, k, where)
        found = collection.query(query_embeddings=[vector.tolist()], n_results=k, where=where)
        return [int(key) for key in found["ids"][0]]

    return ask, built


def _metadata(chunk: int, editions: dict[str, frozenset[int] | None]) -> dict[str, bool | int]:
    passed: dict[str, bool | int] = {
        _key(name): passing is None or chunk // EDITION in passing for name, passing in editions.items()
    }
    return {**passed, "edition": chunk // EDITION}


def _key(name: str) -> str:
    return f"passes {name}"


def _through_langchain(client: Any) -> Callable[[np.ndarray, int, Any], list[int]] | None:
    try:
        from langchain_chroma import Chroma
    except ImportError:
        return None
    store = Chroma(client=client, collection_name=NAME)

    def ask(vector: np.ndarray, k: int, where: Any) -> list[int]:
        found = store.similarity_search_by_vector(vector.tolist(), k=k, filter=where)
        return [int(document.page_content.split(".", 1)[0]) for document in found]

    return ask
