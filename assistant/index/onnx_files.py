"""The unpacked default model and its adapter -> one ONNX file, made once and kept beside the model.

``MODEL/onnx/encoder-PRECISION-KEY.onnx`` with a ``.json`` of where it comes from and what it hashes to. KEY
names weights, adapter and recipe, so that a file of other weights is never taken for this one. A file that
is not what its ``.json`` says is made anew.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import logging
import os
import tempfile
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from assistant.errors import ModelError
from assistant.index.adapter import Adapter
from assistant.index.model_files import files_fingerprint, read_json
from assistant.index.onnx_graph import WORDS, Precision, Sizes, encoder_model, normalised_values
from assistant.index.onnx_ranges import largest_inputs

log = logging.getLogger(__name__)

# Raise it when the same weights are put into another graph: files made before are then made anew.
RECIPE = 2
FOLDER = "onnx"
LEFT_SECONDS = 3600  # after which a half-written file is nobody's any more
WEIGHTS = "model.safetensors"


@dataclass(frozen=True)
class OnnxSource:
    """What an encoder is made of: an unpacked model's folder, an adapter or none, a precision."""

    folder: Path
    adapter: Adapter | None
    precision: Precision

    @property
    def provenance(self) -> dict[str, str]:
        """What the file is made of; two files of the same provenance give the same vectors."""
        return {
            "recipe": str(RECIPE),
            "weights": files_fingerprint(self.folder),
            "adapter": self.adapter.fingerprint if self.adapter else "",
            "precision": self.precision,
        }

    @property
    def path(self) -> Path:
        """Where the file lies."""
        key = hashlib.sha256(json.dumps(self.provenance, sort_keys=True).encode()).hexdigest()[:16]
        return self.folder / FOLDER / f"encoder-{self.precision}-{key}.onnx"

    def obtain(self) -> bytes:
        """The model's bytes: the file's where it is what it should be, else made now and kept.

        Where it cannot be kept it is made every time, and the log says so. Raises :class:`ModelError` where
        the weights are not those of an encoder or ``onnx`` cannot be imported.
        """
        held = self._held()
        if held is not None:
            return held
        log.info("Making %s from the weights in %s, once.", self.path.name, self.folder)
        made = self._make()
        try:
            self._keep(made)
        except OSError as error:
            log.warning("%s cannot be written (%s): it is made anew at every start.", self.path, error)
        return made

    def is_held(self) -> bool:
        """Whether a file of the right name and size lies there: a few file stats."""
        try:
            return int(read_json(self._note)["size"]) == self.path.stat().st_size
        except (OSError, KeyError, TypeError, ValueError):
            return False

    @property
    def _note(self) -> Path:
        return self.path.with_suffix(".json")

    def _held(self) -> bytes | None:
        """The file's bytes if they hash to what was noted when it was made."""
        try:
            data = self.path.read_bytes()
        except OSError:
            return None
        note = read_json(self._note)
        wanted = note.get("sha256") if isinstance(note, dict) else None
        if hashlib.sha256(data).hexdigest() == wanted:
            return data
        log.warning("%s is damaged; it is made anew.", self.path)
        return None

    def _make(self) -> bytes:
        config = read_json(self.folder / "config.json")
        try:
            sizes = Sizes(
                int(config["num_hidden_layers"]),
                int(config["num_attention_heads"]),
                float(config["layer_norm_eps"]),
            )
            weights, notes = self._weights(), self.provenance
            ranges = self._ranges(weights, sizes) if self.precision == "int8" else None
            return encoder_model(weights, sizes, notes, ranges)
        except (OSError, KeyError, TypeError, ValueError, ImportError) as error:
            raise ModelError(
                f"The model in {self.folder} cannot be prepared for onnxruntime ({error}). Run make setup, "
                "or set AI_POLICY_EMBEDDER_BACKEND=torch.",
                f"Не удаётся подготовить модель из {self.folder} для onnxruntime ({error}). Выполните make "
                "setup или задайте AI_POLICY_EMBEDDER_BACKEND=torch.",
            ) from error

    def _ranges(self, weights: dict[str, np.ndarray], sizes: Sizes) -> dict[str, np.ndarray]:
        """How large the values get that go into products, by running the same weights in 32 bits."""
        shown = normalised_values(sizes.layers)
        exact = encoder_model(weights, sizes, {}, shown=shown)
        return largest_inputs(self.folder, exact, word_vectors(self.folder), shown)

    def _weights(self) -> dict[str, np.ndarray]:
        """All tensors but the word embeddings, the adapter's changes added."""
        from safetensors import SafetensorError, safe_open

        try:
            with safe_open(self.folder / WEIGHTS, framework="numpy") as file:
                tensors = {name: file.get_tensor(name) for name in file.keys() if name != WORDS}  # noqa: SIM118
        except SafetensorError as error:
            raise ValueError(str(error)) from error
        for name, change in (self.adapter.changes if self.adapter else {}).items():
            tensors[f"{name}.weight"] = tensors[f"{name}.weight"] + change
        return tensors

    def _keep(self, data: bytes) -> None:
        note: dict[str, Any] = {
            **self.provenance,
            "size": len(data),
            "sha256": hashlib.sha256(data).hexdigest(),
            "onnx": version("onnx"),
        }
        self.path.parent.mkdir(exist_ok=True)
        _replace(self.path, data)
        _replace(self._note, json.dumps(note, indent=1).encode())
        self._sweep()

    def _sweep(self) -> None:
        """Delete what processes that were killed while they wrote have left, each as large as the model."""
        for left in self.path.parent.glob(f".{self.path.name}.*"):
            with contextlib.suppress(OSError):  # somebody else's, or gone
                if time.time() - left.stat().st_mtime > LEFT_SECONDS:
                    left.unlink()


def word_vectors(folder: Path) -> np.ndarray:
    """The word embeddings, float32 [vocabulary, dimension], mapped from the weights file, not read.

    Raises :class:`ModelError` where the file is missing or holds none.
    """
    path = folder / WEIGHTS
    try:
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            if length > path.stat().st_size:
                raise OSError(errno.EIO, "the header is longer than the file", str(path))
            entry = json.loads(file.read(length))[WORDS]
        if entry["dtype"] != "F32":
            raise OSError(errno.EINVAL, f"{WORDS} is {entry['dtype']}, not F32", str(path))
        first, shape = 8 + length + int(entry["data_offsets"][0]), tuple(entry["shape"])
        return np.memmap(path, np.dtype("<f4"), "r", offset=first, shape=shape)
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise ModelError(
            f"The weights {path} cannot be read ({error}). Delete the folder and run make setup.",
            f"Не читаются веса {path} ({error}). Удалите папку и выполните make setup.",
        ) from error


def _replace(path: Path, data: bytes) -> None:
    """Write a file in one step: a reader sees the old one, the new one or none."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
