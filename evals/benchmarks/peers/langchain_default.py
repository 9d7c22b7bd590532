"""LangChain's own default pipeline, as its tutorials build it; run by a Python that has LangChain.

Arguments: folder of text files, folder of the embedding model, questions (JSON lines of id and question), how
many passages, output file. Output: a JSON line a question, ``{"id", "found": [[file, start, end], …]}``.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path


def main(texts: str, model: str, questions: str, k: int, output: str) -> None:
    """Load, split, embed into Chroma, search by similarity: every setting is the library's default."""
    from langchain_chroma import Chroma
    from langchain_community.document_loaders import DirectoryLoader, TextLoader
    from langchain_huggingface import HuggingFaceEmbeddings
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    loader = DirectoryLoader(texts, glob="*.txt", loader_cls=TextLoader, loader_kwargs={"encoding": "utf-8"})
    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200, add_start_index=True)
    pieces = splitter.split_documents(loader.load())
    store = Chroma(embedding_function=HuggingFaceEmbeddings(model_name=model))
    for first in range(0, len(pieces), 5000):  # Chroma refuses larger batches
        store.add_documents(pieces[first : first + 5000])
    with Path(output).open("w", encoding="utf-8") as file:
        for line in Path(questions).read_text(encoding="utf-8").splitlines():
            asked = json.loads(line)
            found = [
                [Path(hit.metadata["source"]).name, hit.metadata["start_index"],
                 hit.metadata["start_index"] + len(hit.page_content)]
                for hit in store.similarity_search(asked["question"], k=k)
            ]  # fmt: skip
            file.write(json.dumps({"id": asked["id"], "found": found}) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), sys.argv[5])
