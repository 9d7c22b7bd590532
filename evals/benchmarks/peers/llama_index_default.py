"""LlamaIndex's own default pipeline, run by a Python that has it. Arguments as the LangChain one's."""

from __future__ import annotations

import json
import sys
from pathlib import Path


def main(texts: str, model: str, questions: str, k: int, output: str) -> None:
    """Read, index, retrieve: every setting is the library's default but the model and the number of hits."""
    from llama_index.core import Settings, SimpleDirectoryReader, VectorStoreIndex
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding

    Settings.embed_model = HuggingFaceEmbedding(model_name=model)
    index = VectorStoreIndex.from_documents(SimpleDirectoryReader(texts).load_data())
    retriever = index.as_retriever(similarity_top_k=k)
    with Path(output).open("w", encoding="utf-8") as file:
        for line in Path(questions).read_text(encoding="utf-8").splitlines():
            asked = json.loads(line)
            found = [
                [hit.node.metadata["file_name"], hit.node.start_char_idx, hit.node.end_char_idx]
                for hit in retriever.retrieve(asked["question"])
            ]
            file.write(json.dumps({"id": asked["id"], "found": found}) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), sys.argv[5])
