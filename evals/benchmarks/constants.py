"""A filled home -> what a chunk and a provision take of disk and processor: the constants of docs/scale.md.

Run as ``python -m evals.benchmarks.constants HOME --read FOLDER --embed 256``; prints JSON. The home is only
read. Sizes are of the files as they lie there, a fresh ingest's; seconds are of processor, of all threads.
"""

from __future__ import annotations

import json
import os
import resource
import time
from pathlib import Path
from typing import Any

import click
from sqlalchemy import text

from assistant.errors import PolicyError
from assistant.index.indexes import Indexes
from assistant.library import Library
from assistant.settings import Settings
from ingest.build import build_edition
from ingest.embedded import embedded_catalogue
from ingest.foreign import files_under
from ingest.readers import UnsupportedTypeError


def sizes(settings: Settings) -> dict[str, Any]:
    """Counts of a home and bytes per chunk of each part of it; of SQLite's, without its journal."""
    library = Library(settings.library_url)
    counts = {
        "provisions": _count(library, "provisions"),
        "chunks": _count(library, "chunks"),
        "chunks_of_texts": _count(library, "chunks WHERE key IS NULL"),
        "characters": _count(library, "editions", "SUM(LENGTH(text))"),
    }
    library.close()
    index = settings.index_path
    parts = {
        "library": [settings.home / "library.sqlite"],
        "vectors (Chroma)": [index / "chroma"],
        "words (tantivy)": [index / "lexical"],
        "token codes": sorted(index.glob("tokens-*.sqlite")),
        "scan": sorted(index.glob("scan-*")),
        "vocabulary": [index / "words.json"],
        "vector cache": [settings.home / "cache" / "vectors.sqlite"],
    }
    chunks = max(1, counts["chunks"])
    held = {name: sum(_bytes(path) for path in paths) for name, paths in parts.items()}
    originals = _bytes(settings.home / "files")
    return counts | {
        "bytes_per_chunk": {name: round(size / chunks) for name, size in held.items()},
        "original_bytes_per_provision": round(originals / max(1, counts["provisions"])),
    }


def reading(folder: Path) -> dict[str, Any]:
    """Processor seconds of reading a folder's files whole, to chunks; scans that need recognition aside."""
    catalogue = embedded_catalogue()
    files, _ = files_under(folder)
    provisions = chunks = pages = read = 0
    spent, slowest = 0.0, (0.0, "")
    for file in files:
        began = _processor()
        try:
            draft = build_edition(file.read_bytes(), file, None, catalogue)
        except (PolicyError, UnsupportedTypeError):
            continue
        took = _processor() - began
        spent += took
        slowest = max(slowest, (took, file.name))
        read += 1
        provisions += len(draft.provisions)
        chunks += len(draft.chunks)
        pages += draft.file.page_count or 0
    return {
        "files": read, "pages": pages, "provisions": provisions, "chunks": chunks,
        "cpu_ms_per_provision": round(1000 * spent / max(1, provisions), 3),
        "cpu_seconds": round(spent, 1), "slowest": {"file": slowest[1], "cpu_seconds": round(slowest[0], 1)},
    }  # fmt: skip


def embedding(settings: Settings, count: int) -> dict[str, Any]:
    """Processor seconds of embedding ``count`` of a home's chunks of texts, with the codes of their tokens.

    They are taken evenly from all of them. Search keys, which stand beside a text, are left out.
    """
    library, indexes = Library(settings.library_url), Indexes.at(settings)
    indexes.follow(library)
    every = [row for row in library.chunks_among(library.chunk_ids()) if row.key is None]
    rows = every[:: max(1, len(every) // count)][:count]
    texts = [row.embedded(library.text(row.edition_id)) for row in rows]
    embedder, profile = indexes.embedder, indexes.token_profile
    embedder.encode(texts[:2], "passage")  # loads the model
    tokens = sum(embedder.count_tokens(texts))
    code_bytes = 0
    began, clock = _processor(), time.perf_counter()
    encoded = embedder.encode(texts, "passage")
    if profile is not None:
        for row, own in zip(rows, encoded.tokens or (), strict=False):
            code_bytes += len(profile.encode(own, row.spoken).to_bytes())
    spent = _processor() - began
    library.close()
    return {
        "chunks": len(texts), "tokens_per_chunk": round(tokens / max(1, len(texts)), 1),
        "code_bytes_per_chunk": round(code_bytes / max(1, len(texts))),
        "cpu_ms_per_chunk": round(1000 * spent / max(1, len(texts)), 2),
        "wall_seconds": round(time.perf_counter() - clock, 1), "backend": embedder.computes[0],
        "load_average": os.getloadavg()[0],
    }  # fmt: skip


def _count(library: Library, table: str, what: str = "COUNT(*)") -> int:
    with library.engine.connect() as connection:
        return int(connection.execute(text(f"SELECT {what} FROM {table}")).scalar() or 0)  # noqa: S608


def _bytes(path: Path) -> int:
    if path.is_file():
        return path.stat().st_size
    return sum(each.stat().st_size for each in path.rglob("*") if each.is_file())


def _processor() -> float:
    """Processor seconds of this process and of children that have ended."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in both)


@click.command()
@click.argument("home", type=click.Path(path_type=Path, exists=True))
@click.option("--read", "folder", type=click.Path(path_type=Path, exists=True), help="Files to read.")
@click.option("--embed", "count", type=int, default=0, help="Chunks to embed.")
def main(home: Path, folder: Path | None, count: int) -> None:
    """Print what HOME's parts take, what reading takes, and what embedding takes, as JSON."""
    settings = Settings(home=home)
    found: dict[str, Any] = {"sizes": sizes(settings)}
    if folder is not None:
        found["reading"] = reading(folder)
    if count:
        found["embedding"] = embedding(settings, count)
    click.echo(json.dumps(found, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
