"""Chunks as stems -> BM25 ranking, in a tantivy index on disk.

Stemming is done here (:mod:`assistant.index.words`), tantivy splits on spaces: the same stems serve the
index, the query and the choice of sentences.
"""

from __future__ import annotations

import math
import os
import shutil
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import tantivy

from assistant.index.failures import told
from assistant.index.vectors import ChunkKey, Scope, Scored
from assistant.index.words import stems

_MEMORY = 64_000_000  # bytes the writer may hold before it flushes
CONTEXT_WEIGHT = 0.5  # headings above a provision count half of its own words
ADDED_WEIGHT = 0.3  # a stem the glossary adds counts this much of one the question holds


@dataclass(frozen=True, slots=True)
class LexicalEntry:
    """One chunk as the lexical index takes it."""

    key: ChunkKey
    text: str
    context: str


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("chunk", stored=True, indexed=True, fast=True)
    builder.add_integer_field("edition", indexed=True, fast=True)
    builder.add_text_field("lang", tokenizer_name="raw")
    builder.add_text_field("text", tokenizer_name="whitespace")
    builder.add_text_field("context", tokenizer_name="whitespace")
    return builder.build()


class LexicalIndex:
    """A tantivy index in a folder; one writer at a time, readers see the last commit.

    Raises DerivedIndexError when the index fails.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._schema = _schema()
        self._lock = threading.Lock()
        self._copy: TemporaryDirectory[str] | None = None
        with told(path):
            self._open()

    def _open(self) -> None:
        self.path.mkdir(parents=True, exist_ok=True)
        place = self.path
        if not os.access(place, os.W_OK):  # tantivy locks what it reads, which takes a file in the folder
            self._copy = TemporaryDirectory(prefix="ai-policy-words-", ignore_cleanup_errors=True)
            place = Path(shutil.copytree(place, self._copy.name, dirs_exist_ok=True))
        self._index = tantivy.Index(self._schema, path=str(place))
        # By default tantivy watches the folder from a thread and locks it, with a file in it, when another
        # process commits: also when the folder is being replaced, and in the midst of an answer.
        self._index.config_reader(reload_policy="manual")
        self._index.reload()

    def __len__(self) -> int:
        return int(self._index.searcher().num_docs)

    def keys(self) -> set[int]:
        """Keys of all chunks in the index."""
        searcher = self._index.searcher()
        if not searcher.num_docs:
            return set()
        with told(self.path):
            found = searcher.search(tantivy.Query.all_query(), limit=searcher.num_docs, count=False)
            return {int(searcher.doc(address)["chunk"][0]) for _, address in found.hits}

    def update(self, add: Iterable[LexicalEntry], remove: Sequence[int] = ()) -> None:
        """Add and remove chunks in one commit; a chunk added again is replaced."""
        with self._lock, told(self.path):
            writer = self._index.writer(_MEMORY, 1)
            # What a writer that was killed left: deletions bear a number of tantivy's own, and it refuses to
            # write those of the same number again, for ever.
            writer.garbage_collect_files()
            for chunk in remove:
                writer.delete_documents_by_term("chunk", chunk)
            for entry in add:
                writer.delete_documents_by_term("chunk", entry.key.chunk)
                document = tantivy.Document()
                document.add_integer("chunk", entry.key.chunk)
                document.add_integer("edition", entry.key.edition)
                document.add_text("lang", entry.key.lang)
                document.add_text("text", " ".join(stems(entry.text)))
                document.add_text("context", " ".join(stems(entry.context)))
                writer.add_document(document)
            writer.commit()
            writer.wait_merging_threads()
            self._index.reload()

    def reload(self) -> None:
        """See what another process has committed."""
        with told(self.path):
            if self._copy is None:
                self._index.reload()
            else:
                self._open()

    def search(self, terms: Sequence[str], k: int, scope: Scope, added: Sequence[str] = ()) -> list[Scored]:
        """The ``k`` best chunks by BM25 over the given stems, within ``scope``.

        ``added``: stems that the question implies but does not hold; they count for less.
        """
        query = self._query(terms, scope, added)
        if query is None:
            return []
        searcher = self._index.searcher()
        with told(self.path):
            found = searcher.search(query, limit=k, count=False)
            return [
                Scored(int(searcher.doc(address)["chunk"][0]), float(score)) for score, address in found.hits
            ]

    def rarity(self, terms: Sequence[str]) -> dict[str, float]:
        """Inverse document frequency of stems, ``ln(1 + (N - n + .5) / (n + .5))`` as in BM25."""
        searcher = self._index.searcher()
        total = int(searcher.num_docs)
        found: dict[str, float] = {}
        for term in set(terms):
            with told(self.path):
                having = int(searcher.doc_freq("text", term))
            found[term] = math.log(1 + (total - having + 0.5) / (having + 0.5))
        return found

    def _query(self, terms: Sequence[str], scope: Scope, added: Sequence[str]) -> tantivy.Query | None:
        weights = dict.fromkeys(added, ADDED_WEIGHT) | dict.fromkeys(terms, 1.0)
        if not weights or scope.empty:
            return None
        query, schema, occur = tantivy.Query, self._schema, tantivy.Occur
        words = []
        for term, weight in weights.items():
            for field, share in (("text", 1.0), ("context", CONTEXT_WEIGHT)):
                found = query.boost_query(query.term_query(schema, field, term), share * weight)
                words.append((occur.Should, found))
        parts = [(occur.Must, query.boolean_query(words))]
        if scope.editions is not None:
            allowed = query.term_set_query(schema, "edition", sorted(scope.editions))
            parts.append((occur.Must, query.const_score_query(allowed, 0.0)))
        if scope.lang is not None:
            parts.append(
                (occur.Must, query.const_score_query(query.term_query(schema, "lang", scope.lang), 0.0))
            )
        return query.boolean_query(parts)
