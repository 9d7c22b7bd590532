"""A small learnt adapter of the default embedding model: low-rank changes of its upper layers.

It is LoRA (Hu et al., 2021), added to the weights when the model is loaded, and costs nothing afterwards. It
also brings the projection by which token vectors are made small. ``evals/training/adapter.py`` trains it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from assistant.errors import ModelError

if TYPE_CHECKING:
    from torch import nn

FOLDER = Path(__file__).parent / "adapters"
PROJECTION = "projection"


@dataclass(frozen=True)
class Adapter:
    """An adapter's file: tensors ``MODULE.A`` [rank, in], ``MODULE.B`` [out, rank] and ``projection``.

    MODULE is a linear layer's name inside the encoder; its weight grows by B·A.
    """

    path: Path

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the file: vectors made with another adapter are other vectors."""
        return hashlib.sha256(self._data).hexdigest()

    @cached_property
    def _data(self) -> bytes:
        try:
            return self.path.read_bytes()
        except OSError as error:
            raise _broken(self.path, error) from error

    @cached_property
    def tensors(self) -> Mapping[str, np.ndarray]:
        """The tensors by name. Raises ModelError for a file that is no adapter."""
        from safetensors import SafetensorError
        from safetensors.numpy import load

        try:
            return load(self._data)
        except (SafetensorError, ValueError) as error:
            raise _broken(self.path, error) from error

    @property
    def projection(self) -> np.ndarray:
        """Float32 [dimension, directions]."""
        try:
            return np.ascontiguousarray(self.tensors[PROJECTION], dtype=np.float32)
        except KeyError as error:
            raise _broken(self.path, error) from error

    @property
    def changes(self) -> dict[str, np.ndarray]:
        """What each layer's weight grows by, float32 [out, in]. Raises ModelError where a half is missing."""
        names = sorted({name.rsplit(".", 1)[0] for name in self.tensors if name != PROJECTION})
        try:
            return {
                name: self.tensors[f"{name}.B"].astype(np.float32)
                @ self.tensors[f"{name}.A"].astype(np.float32)
                for name in names
            }
        except (KeyError, ValueError) as error:
            raise _broken(self.path, error) from error

    def add_to(self, encoder: nn.Module) -> None:
        """Change the encoder's weights in place. Raises ModelError where a layer is not there or fits not."""
        import torch

        with torch.no_grad():
            for name, change in self.changes.items():
                try:
                    weight = encoder.get_submodule(name).weight
                    if change.shape != tuple(weight.shape):  # type: ignore[arg-type]
                        raise ValueError(f"{name} is {tuple(weight.shape)}, its change {change.shape}")  # type: ignore[arg-type]
                    weight += torch.from_numpy(change).to(weight)  # type: ignore[operator, arg-type]
                except (AttributeError, RuntimeError, TypeError, ValueError) as error:
                    raise _broken(self.path, error) from error


def adapter_of(model: str) -> Adapter | None:
    """The adapter that comes with the program for a model of this name, if any."""
    path = FOLDER / f"{model}.safetensors"
    return Adapter(path) if path.is_file() else None


def _broken(path: Path, error: Exception) -> ModelError:
    return ModelError(
        f"The adapter {path} cannot be used: {error}. Reinstall the program, or set AI_POLICY_ADAPTER=false.",
        f"Адаптер {path} не годится: {error}. Переустановите программу или задайте AI_POLICY_ADAPTER=false.",
    )
