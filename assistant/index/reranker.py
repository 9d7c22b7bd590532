"""(question, passage) pairs -> scores of a sentence-transformers CrossEncoder, where the user names one."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from assistant.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

MAX_CHARS = 4000  # of a passage; the model cuts at its own limit


class Reranker:
    """A cross-encoder by name: a folder, or a model on the hub. Loaded on first use; threads take turns."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._lock = threading.Lock()
        self._model: CrossEncoder | None = None

    def score(self, question: str, passages: Sequence[str]) -> np.ndarray:
        """One score a passage, float32, the higher the better. Raises ModelError."""
        with self._lock:
            pairs = [(question, passage[:MAX_CHARS]) for passage in passages]
            scores = np.asarray(self._load().predict(pairs, show_progress_bar=False), dtype=np.float32)
        if scores.ndim != 1 or not np.isfinite(scores).all():
            raise ModelError(
                f"The reranker {self.name} does not give one number a pair. Name one with a single label.",
                f"Модель {self.name} не даёт одной оценки на пару. Укажите модель с одним выходом.",
            )
        return scores

    def _load(self) -> CrossEncoder:
        if self._model is None:
            from safetensors import SafetensorError
            from sentence_transformers import CrossEncoder

            path = Path(self.name).expanduser()
            try:
                self._model = CrossEncoder(str(path) if path.is_dir() else self.name,
                                           local_files_only=path.is_dir())  # fmt: skip
            except (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as error:
                reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
                raise ModelError(
                    f"The reranker {self.name} cannot be loaded: {reason} Correct or unset "
                    "AI_POLICY_RETRIEVAL__RERANKER.",
                    f"Не удаётся загрузить модель переупорядочивания {self.name}: {reason} Исправьте или "
                    "уберите AI_POLICY_RETRIEVAL__RERANKER.",
                ) from error
        return self._model
