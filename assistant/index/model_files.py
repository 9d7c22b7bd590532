"""A model's files -> what identifies it and its sizes, without loading it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from assistant.index import e5_weights

# Read by sampling where no marker gives a hash: 64 blocks tell apart any two trainings of a model.
SMALL_FILE = 1_000_000
SAMPLES, SAMPLE_BYTES = 64, 65_536
IDENTITY_FILES = ("*.json", "*.txt", "*.model", "*.safetensors", "*.bin")


def hub_folder(name: str) -> Path | None:
    """The local copy of a hub model, without asking the network."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    for candidate in (name, f"sentence-transformers/{name}"):
        try:
            return Path(snapshot_download(candidate, local_files_only=True))
        except (LocalEntryNotFoundError, HFValidationError):
            continue
    return None


def read_json(path: Path) -> Any:
    """A JSON file's content; an empty dict where there is none to read."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def files_fingerprint(folder: Path) -> str:
    """SHA-256 over a model's files: by the unpacking marker's hashes, else by content.

    Small files are read whole, large ones in evenly spaced samples: a few milliseconds for gigabytes.
    """
    marker = e5_weights.read_marker(folder)
    if marker is not None:
        return hashlib.sha256(f"{marker['recipe']} {marker['source']}".encode()).hexdigest()
    digest = hashlib.sha256()
    for path in sorted({path for pattern in IDENTITY_FILES for path in folder.rglob(pattern)}):
        size = path.stat().st_size
        digest.update(f"{path.relative_to(folder).as_posix()} {size}\n".encode())
        with path.open("rb") as file:
            if size <= SMALL_FILE:
                digest.update(file.read())
                continue
            for step in range(SAMPLES):
                file.seek((size - SAMPLE_BYTES) * step // (SAMPLES - 1))
                digest.update(file.read(SAMPLE_BYTES))
    return digest.hexdigest()


def sizes_from_files(folder: Path) -> tuple[int | None, int | None]:
    """Dimension and token limit, where the model is of the usual make: transformer, pooling, unit length."""
    modules = read_json(folder / "modules.json")
    kinds = [str(module.get("type", "")).rsplit(".", 1)[-1] for module in modules] if modules else []
    if kinds[:2] != ["Transformer", "Pooling"] or set(kinds[2:]) - {"Normalize"}:
        return None, None
    pooling = read_json(folder / str(modules[1].get("path", "")) / "config.json")
    modes = [key for key, value in pooling.items() if key.startswith("pooling_mode_") and value is True]
    single = len(modes) == 1 or isinstance(pooling.get("pooling_mode"), str)
    dimension = pooling.get("word_embedding_dimension") or pooling.get("embedding_dimension")
    limit = read_json(folder / "sentence_bert_config.json").get("max_seq_length")
    return (int(dimension) if single and dimension else None), (int(limit) if limit else None)
