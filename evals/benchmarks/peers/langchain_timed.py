"""LangChain's own defaults, step by step and timed; run by a Python that has LangChain.

Loaders by file type, RecursiveCharacterTextSplitter, HuggingFaceEmbeddings, Chroma: what its tutorials put
together, every setting the library's default but where the store is kept (on disk) and which model is used.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from evals.benchmarks.peers import given, steps

CHUNK, OVERLAP = 1000, 200  # characters: the tutorials' numbers
LARGEST = 5000  # Chroma refuses larger batches


class LangChain:
    """One pipeline; ``prepare`` loads the model, what follows uses it."""

    def prepare(self, model: str) -> dict[str, str]:
        """Import everything and load the model; returns the versions."""
        import torch
        from langchain_chroma import Chroma
        from langchain_huggingface import HuggingFaceEmbeddings
        from langchain_text_splitters import RecursiveCharacterTextSplitter

        self.embeddings = HuggingFaceEmbeddings(model_name=model)
        self.embeddings.embed_query("что-нибудь")
        self.splitter = RecursiveCharacterTextSplitter(chunk_size=CHUNK, chunk_overlap=OVERLAP)
        self.store_of: Callable[[str], Any] = lambda folder: Chroma(
            embedding_function=self.embeddings, persist_directory=folder
        )
        names = (
            "langchain-core",
            "langchain-community",
            "langchain-chroma",
            "langchain-huggingface",
            "pypdf",
        )
        return {**steps.versions(*names), "threads": str(torch.get_num_threads())}

    def parse(self, files: Sequence[str]) -> dict[str, int]:
        """Read files as PyPDFLoader and its like do."""
        documents = self._load(files)
        return {
            "documents": len(documents),
            "characters": sum(len(each.page_content) for each in documents),
        }

    def embed(self, texts: Sequence[str]) -> None:
        """Embed passages."""
        self.embeddings.embed_documents(list(texts))

    def ingest(self, files: Sequence[str], folder: str) -> dict[str, int]:
        """Files -> a store on disk in a new folder."""
        pieces = self.splitter.split_documents(self._load(files))
        self.store = self.store_of(folder)
        for first in range(0, len(pieces), LARGEST):
            self.store.add_documents(pieces[first : first + LARGEST])
        return {"chunks": len(pieces), "characters": sum(len(piece.page_content) for piece in pieces)}

    def query(self, questions: Sequence[str], k: int) -> dict[str, Any]:
        """Search the store made last."""
        return steps.ask_each(lambda question: self.store.similarity_search(question, k=k), questions)

    def hold(self, library: str, folder: str) -> dict[str, int]:
        """Fill a store in a new folder with the vectors that ``library`` gives (:mod:`given`)."""
        from langchain_core.embeddings import Embeddings

        self.given = held = given.Given(library)

        class Known(Embeddings):
            """The given vector of each text."""

            def embed_documents(self, texts: list[str]) -> list[list[float]]:
                return [held.vectors[given.chunk_of(text)].tolist() for text in texts]

            def embed_query(self, text: str) -> list[float]:
                return self.embed_documents([text])[0]

        from langchain_chroma import Chroma

        self.large = Chroma(embedding_function=Known(), persist_directory=folder)
        for first in range(0, len(held), LARGEST):
            chunks = range(first, min(first + LARGEST, len(held)))
            self.large.add_texts(
                [given.text_of(chunk) for chunk in chunks], [held.metadata(chunk) for chunk in chunks]
            )
        return {"chunks": len(held)}

    def nearest(self, k: int, filter_: int | None) -> dict[str, Any]:
        """Search what ``hold`` filled for the given queries; ``filter_``: the number of one."""
        where = None if filter_ is None else {given.key_of(filter_): 1}

        def find(query: Any) -> list[str]:
            hits = self.large.similarity_search_by_vector(query.tolist(), k=k, filter=where)
            return [hit.page_content for hit in hits]

        return given.ask_each(find, self.given.queries)

    def _load(self, files: Sequence[str]) -> list[Any]:
        from langchain_community.document_loaders import (
            BSHTMLLoader,
            Docx2txtLoader,
            PyPDFLoader,
            TextLoader,
        )

        loaders: dict[str, Callable[[str], Any]] = {
            ".pdf": PyPDFLoader,
            ".docx": Docx2txtLoader,
            ".txt": lambda path: TextLoader(path, encoding="utf-8"),
        }
        documents: list[Any] = []
        for path in files:
            documents += loaders.get(Path(path).suffix.lower(), BSHTMLLoader)(path).load()
        return documents


if __name__ == "__main__":
    steps.serve_peer(LangChain())
