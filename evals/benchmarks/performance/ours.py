"""The system, step by step and timed, as the peers are: run as a module, in a process and a home of its own.

Reading goes through the process that can be killed, ingest through what the command line calls: nothing is
left out that a user's own run does.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.benchmarks.peers import steps


@dataclass
class Ours:
    """One installation after another; each ``ingest`` fills a new home."""

    models: Path | None = None
    _opened: Any = None

    def prepare(self, model: str) -> dict[str, str]:
        """Load the model and start the reading processes. ``model``: its folder, in that of all models."""
        from assistant.settings import Settings

        self.models = Path(model).parent
        self.settings = Settings()
        self._embedder().embed_passages(["что-нибудь"])
        with ThreadPoolExecutor(self._at_once()) as pool:  # they start at the same time: none gets two
            list(pool.map(lambda _: self.cage().text(b"anything", "anything.txt"), range(self._at_once())))
        from assistant.index.cores import allowed_cores

        computes = " on ".join(self._embedder().computes)
        return {
            **steps.versions("chromadb", "onnxruntime", "pypdfium2"),
            "threads": str(allowed_cores()),
            "computes": computes,
        }

    def cage(self) -> Any:
        """What reads foreign files."""
        from ingest.cage import cage_of

        return cage_of(self.settings.reader)

    def _embedder(self) -> Any:
        from assistant.index.adapter import adapter_of
        from assistant.index.e5_weights import MODEL_NAME
        from assistant.index.embedder import find_embedder

        if not hasattr(self, "_found"):
            adapter = adapter_of(MODEL_NAME) if self.settings.adapter else None
            assert self.models is not None
            self._found = find_embedder(
                MODEL_NAME, self.models, adapter=adapter, backend=self.settings.embedder_backend
            )
        return self._found

    def _at_once(self) -> int:
        """How many files ingest reads at the same time."""
        return max(1, self.cage().ahead)

    def parse(self, files: Sequence[str], at_once: int | None = None) -> dict[str, int]:
        """Read files into blocks of text, in the cage; ``at_once``: how many, by default as ingest does."""

        def read(path: str) -> str:
            return self.cage().text(Path(path).read_bytes(), Path(path).name)

        with ThreadPoolExecutor(at_once or self._at_once()) as pool:
            texts = list(pool.map(read, files))
        return {"documents": len(texts), "characters": sum(map(len, texts))}

    def cut(self, files: Sequence[str]) -> dict[str, int]:
        """Read files and cut them into identified editions, provisions and chunks, in the cage."""
        provisions = chunks = 0
        for draft in self._drafts(files):
            provisions += len(draft.provisions)
            chunks += len(draft.chunks)
        return {"provisions": provisions, "chunks": chunks}

    def texts(self, files: Sequence[str], number: int) -> dict[str, Any]:
        """``number`` passages of files, evenly drawn, as they are embedded but without the model's prompt.

        With them the tokens each needs (prompt included, never over what the model takes), and the prompt.
        """
        found = []
        for draft in self._drafts(files):
            for chunk in draft.chunks:
                own = draft.text[chunk.start : chunk.end]
                found.append(chunk.key or (f"{chunk.context}\n{own}" if chunk.context else own))
        drawn = [found[len(found) * place // number] for place in range(min(number, len(found)))]
        embedder = self._embedder()
        most = embedder.identity.max_tokens
        return {
            "texts": drawn,
            "tokens": [min(count, most) for count in embedder.count_tokens(drawn)],
            "prompt": embedder.prompt("passage"),
        }

    def _drafts(self, files: Sequence[str]) -> Any:
        from ingest.build import sidecar_of
        from ingest.embedded import embedded_catalogue

        catalogue = embedded_catalogue()
        for path in map(Path, files):
            sidecar = sidecar_of(path)
            yield self.cage().edition(path.read_bytes(), path, sidecar[1] if sidecar else None, catalogue)

    def embed(self, texts: Sequence[str]) -> None:
        """Embed passages; the prompt is put before them here."""
        self._embedder().embed_passages(texts)

    def open_home(self, folder: str) -> None:
        """Make a new home with the models in it; nothing else is in it yet."""
        from assistant.settings import Settings

        assert self.models is not None
        home = Path(folder)
        home.mkdir(parents=True)
        (home / "models").symlink_to(self.models.resolve(), target_is_directory=True)
        self.settings = Settings(home=home)

    def ingest(self, files: Sequence[str], folder: str) -> dict[str, int]:
        """Files -> provisions and indexes of the open home."""
        from ingest.run import ingest_paths

        report = ingest_paths([Path(path) for path in files], None, self.settings)
        if report.failed:
            raise RuntimeError("; ".join(each.reason for each in report.failed))
        return {"provisions": report.provisions, "chunks": report.chunks, "unchanged": len(report.unchanged)}

    def query(self, questions: Sequence[str], k: int) -> dict[str, Any]:
        """Search the home made last."""
        assistant = self._assistant()
        return steps.ask_each(lambda question: assistant.search(question, k=k), questions)

    def ask(self, questions: Sequence[str]) -> dict[str, Any]:
        """Answer from the home made last, citations and all."""
        return steps.ask_each(self._assistant().ask, questions)

    def _assistant(self) -> Any:
        from assistant.engine import Assistant

        if self._opened is None or self._opened.settings.home != self.settings.home:
            self._opened = Assistant(self.settings)
        return self._opened

    def scan(self, folder: str, chunks: int, dimension: int, rounds: int) -> dict[str, Any]:
        """Exact search over ``chunks`` random vectors: milliseconds of each of ``rounds`` searches."""
        import numpy as np

        from assistant.index.scan import open_scan, write_scan
        from assistant.index.scan_part import CODES, COMPARED
        from assistant.index.vectors import ChunkKey, Scope

        source = np.random.default_rng(1)
        sizes = [(first, min(10_000, chunks - first)) for first in range(0, chunks, 10_000)]
        parts = (
            (range(first, first + size), source.standard_normal((size, dimension), np.float32))
            for first, size in sizes
        )
        write_scan(Path(folder), [ChunkKey(key, 1, "ru") for key in range(chunks)], parts, dimension)
        for codes in Path(folder).rglob(
            CODES
        ):  # without them every vector is compared, which is measured here
            codes.unlink()
        scan = open_scan(Path(folder))
        assert scan is not None
        assert not scan.coded or chunks <= COMPARED  # so few have no use for codes
        asked = iter(source.standard_normal((rounds + 1, 1, dimension), np.float32))
        scan.search(next(asked), 10, Scope())  # the first reads the file into memory
        found = steps.ask_each(lambda _: scan.search(next(asked), 10, Scope()), [""] * rounds)
        shutil.rmtree(folder)
        return found


if __name__ == "__main__":
    timed = Ours()
    steps.serve(
        {
            "prepare": timed.prepare, "parse": timed.parse, "cut": timed.cut, "texts": timed.texts,
            "embed": timed.embed, "open_home": timed.open_home, "ingest": timed.ingest, "query": timed.query,
            "ask": timed.ask, "scan": timed.scan, "disk": steps.bytes_under,
        }
    )  # fmt: skip
