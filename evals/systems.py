"""What is compared on retrieval: this system, and what stands for the field.

Every system takes a question and gives ranked passages of the canonical texts. The three plain ones search
the same provision-sized chunks, with the same base weights, without anything else of this system; the two
peers run in virtual environments of their own and cut the texts as their defaults do.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from assistant.engine import Assistant
from assistant.errors import InputError
from assistant.index.embedder import Embedder
from assistant.index.lexical import LexicalEntry, LexicalIndex
from assistant.index.vector_cache import VectorCache
from assistant.index.vectors import ChunkKey, Scope
from assistant.index.words import stems
from assistant.library.view import LibraryView
from assistant.model import Authority, Hit
from evals.retrieval_cases import Passage, ResolvedCase

LONG = 2000  # a provision of more characters is shown, and counted, without its sub-points
RRF_K = 60  # of reciprocal rank fusion (Cormack, Clarke and Büttcher, 2009)
DEPTH = 100  # of the lists that are fused


class System(Protocol):
    """Something that ranks passages for questions."""

    name: str

    def search(self, cases: Sequence[ResolvedCase], k: int) -> list[list[Passage]]:
        """For each case its first ``k`` passages, best first."""


def passage_of(hit: Hit, view: LibraryView) -> Passage:
    """A search hit as a passage: the whole provision, or, of one over ``LONG``, its own text alone."""
    end = hit.end
    if hit.end - hit.start > LONG:
        rows = view.editions_like(hit.act, hit.edition, hit.authority)
        node = next((view.edition(row.id).provisions.get(hit.provision) for row in rows), None)
        end = node.own_end if node else end
    return Passage(hit.act, hit.edition, hit.start, end)


class OurSystem:
    """``search`` of an assistant, as its user gets it; ``hits`` keeps what the last run found."""

    def __init__(self, assistant: Assistant, name: str = "this system", act: str | None = None) -> None:
        self.name = name
        self.assistant = assistant
        self.act = act
        self.hits: dict[str, list[Hit]] = {}

    def search(self, cases: Sequence[ResolvedCase], k: int) -> list[list[Passage]]:
        """See :class:`System`. The case's ``as_of`` is passed on."""
        self.hits = {}
        found = []
        for case in cases:
            hits = self.assistant.search(case.case.question, k=k, as_of=case.case.as_of, act=self.act)
            self.hits[case.case.id] = hits
            found.append([passage_of(hit, self.assistant.view) for hit in hits])
        return found


class PlainChunks:
    """Provision-sized chunks of all official texts, searched by meaning, by words, or both."""

    def __init__(self, view: LibraryView, embedder: Embedder, folder: Path) -> None:
        rows = view.library.chunks_among(view.library.chunk_ids())
        official = {row.id for row in view.editions.values() if row.authority == Authority.OFFICIAL}
        self._passages: list[Passage] = []
        texts: list[str] = []
        entries: list[LexicalEntry] = []
        for row in rows:
            if row.key is not None or row.edition_id not in official:
                continue
            edition = view.edition(row.edition_id)
            text = edition.text[row.start : row.end]
            entries.append(LexicalEntry(ChunkKey(len(texts), row.edition_id, row.lang), text, row.context))
            texts.append(row.embedded(edition.text))
            self._passages.append(Passage(edition.row.act_id, edition.row.edition, row.start, row.end))
        with VectorCache(folder / "plain.sqlite") as cache:
            self._vectors = cache.embed_passages(embedder, texts)
        self._words = LexicalIndex(folder / "plain-words")
        self._words.update(entries, sorted(self._words.keys()))
        self._embedder = embedder

    def dense(self, question: str, k: int) -> list[int]:
        """Chunks by cosine."""
        scores = self._vectors @ self._embedder.embed_queries([question])[0]
        return np.argsort(-scores, kind="stable")[:k].tolist()

    def words(self, question: str, k: int) -> list[int]:
        """Chunks by BM25 over Snowball stems."""
        return [entry.chunk for entry in self._words.search(stems(question), k, Scope())]

    def fused(self, question: str, k: int) -> list[int]:
        """Both lists by reciprocal rank fusion."""
        scores: dict[int, float] = {}
        for ranked in (self.dense(question, DEPTH), self.words(question, DEPTH)):
            for rank, chunk in enumerate(ranked, 1):
                scores[chunk] = scores.get(chunk, 0.0) + 1 / (RRF_K + rank)
        return sorted(scores, key=lambda chunk: -scores[chunk])[:k]

    def passages(self, chunks: Sequence[int]) -> list[Passage]:
        """The passages of chunks."""
        return [self._passages[chunk] for chunk in chunks]


class PlainSystem:
    """One way to search :class:`PlainChunks`: ``dense``, ``words`` or ``fused``."""

    def __init__(self, name: str, chunks: PlainChunks, way: str) -> None:
        self.name = name
        self._chunks = chunks
        self._way = {"dense": chunks.dense, "words": chunks.words, "fused": chunks.fused}[way]

    def search(self, cases: Sequence[ResolvedCase], k: int) -> list[list[Passage]]:
        """See :class:`System`."""
        return [self._chunks.passages(self._way(case.case.question, k)) for case in cases]


class PeerSystem:
    """Another library's default pipeline, run by the Python of its own virtual environment."""

    def __init__(self, name: str, python: Path, script: Path, texts: Mapping[str, Path], model: Path) -> None:
        """``texts``: ``act@edition`` -> the file that holds its canonical text, all in one folder."""
        self.name = name
        self._python, self._script, self._model = python, script, model
        self._files = {path.name: key for key, path in texts.items()}
        self._folder = next(iter(texts.values())).parent

    def search(self, cases: Sequence[ResolvedCase], k: int) -> list[list[Passage]]:
        """See :class:`System`. Raises InputError with the peer's own words where it fails."""
        work = self._folder.parent
        questions, output = work / "questions.jsonl", work / f"{self._script.stem}.jsonl"
        asked = [json.dumps({"id": case.case.id, "question": case.case.question}) for case in cases]
        questions.write_text("\n".join(asked), encoding="utf-8")
        arguments = [str(self._folder), str(self._model), str(questions), str(k), str(output)]
        command = [str(self._python), str(self._script), *arguments]
        output.unlink(missing_ok=True)
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 (our script)
            tail = done.stderr.strip()[-500:]
        except OSError as error:
            tail = str(error)
        if not output.is_file():
            raise InputError(
                f"{self.name} failed: {tail}. Make its environment anew with 'make peers'.",
                f"{self.name} завершился с ошибкой: {tail}. Создайте его окружение заново: «make peers».",
            )
        lines = map(json.loads, output.read_text(encoding="utf-8").splitlines())
        found = {line["id"]: [self._passage(*place) for place in line["found"]] for line in lines}
        return [found.get(case.case.id, []) for case in cases]

    def _passage(self, file: str, start: int, end: int) -> Passage:
        act, edition = self._files[file].split("@")
        return Passage(act, edition or None, start, end)


def write_texts(view: LibraryView, folder: Path, acts: Sequence[str] | None = None) -> dict[str, Path]:
    """Every official edition's canonical text as a file of its own: ``act@edition`` -> path."""
    folder.mkdir(parents=True, exist_ok=True)
    found: dict[str, Path] = {}
    for row in view.editions.values():
        if row.authority != Authority.OFFICIAL or (acts is not None and row.act_id not in acts):
            continue
        path = folder / f"{row.act_id}_{row.edition}.txt"
        path.write_text(view.edition(row.id).text, encoding="utf-8", newline="\n")
        found[f"{row.act_id}@{row.edition or ''}"] = path
    return found
