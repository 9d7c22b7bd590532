"""LlamaIndex's own defaults, step by step and timed; run by a Python that has LlamaIndex.

SimpleDirectoryReader, SentenceSplitter, HuggingFaceEmbedding, VectorStoreIndex: every setting is the
library's default but which model is used. Its default store is held in memory and written to a folder at
the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from evals.benchmarks.peers import given, steps


class LlamaIndex:
    """One pipeline; ``prepare`` loads the model, what follows uses it."""

    def prepare(self, model: str) -> dict[str, str]:
        """Import everything and load the model; returns the versions."""
        import torch
        from llama_index.core import Settings, SimpleDirectoryReader, VectorStoreIndex
        from llama_index.core.node_parser import SentenceSplitter
        from llama_index.embeddings.huggingface import HuggingFaceEmbedding

        self.embeddings = HuggingFaceEmbedding(model_name=model)
        self.embeddings.get_query_embedding("что-нибудь")
        Settings.embed_model = self.embeddings
        Settings.node_parser = self.splitter = SentenceSplitter()
        self.reader, self.index_of = SimpleDirectoryReader, VectorStoreIndex
        self.splitter.split_text("что-нибудь")
        names = (
            "llama-index-core", "llama-index-embeddings-huggingface", "llama-index-readers-file", "pypdf",
        )  # fmt: skip
        return {**steps.versions(*names), "threads": str(torch.get_num_threads())}

    def parse(self, files: Sequence[str]) -> dict[str, int]:
        """Read files as SimpleDirectoryReader does."""
        documents = self.reader(input_files=list(files)).load_data()
        return {"documents": len(documents), "characters": sum(len(each.text) for each in documents)}

    def embed(self, texts: Sequence[str]) -> None:
        """Embed passages."""
        self.embeddings.get_text_embedding_batch(list(texts))

    def ingest(self, files: Sequence[str], folder: str) -> dict[str, int]:
        """Files -> an index, written to a new folder."""
        nodes = self.splitter.get_nodes_from_documents(self.reader(input_files=list(files)).load_data())
        self.index = self.index_of(nodes)
        self.index.storage_context.persist(persist_dir=folder)
        return {"chunks": len(nodes), "characters": sum(len(node.text) for node in nodes)}

    def query(self, questions: Sequence[str], k: int) -> dict[str, Any]:
        """Search the index made last."""
        retriever = self.index.as_retriever(similarity_top_k=k)
        return steps.ask_each(retriever.retrieve, questions)

    def hold(self, library: str, folder: str) -> dict[str, int]:
        """Make an index of the vectors that ``library`` gives (:mod:`given`), written to a new folder."""
        from llama_index.core.schema import TextNode

        self.given = held = given.Given(library)
        nodes = [
            TextNode(
                id_=str(chunk), text=given.text_of(chunk), metadata=held.metadata(chunk),
                embedding=held.vectors[chunk].tolist(),
            )
            for chunk in range(len(held))
        ]  # fmt: skip
        self.large = self.index_of(nodes)
        self.large.storage_context.persist(persist_dir=folder)
        return {"chunks": len(held)}

    def nearest(self, k: int, filter_: int | None) -> dict[str, Any]:
        """Search what ``hold`` filled for the given queries; ``filter_``: the number of one."""
        from llama_index.core.schema import QueryBundle
        from llama_index.core.vector_stores import MetadataFilter, MetadataFilters

        key = given.key_of(filter_) if filter_ is not None else None
        where = MetadataFilters(filters=[MetadataFilter(key=key, value=1)]) if key else None
        retriever = self.large.as_retriever(similarity_top_k=k, filters=where)

        def find(query: Any) -> list[str]:
            hits = retriever.retrieve(QueryBundle("", embedding=query.tolist()))
            return [hit.node.text for hit in hits]

        return given.ask_each(find, self.given.queries)


if __name__ == "__main__":
    steps.serve_peer(LlamaIndex())
